"""The log of the client: a rotating file that only its owner reads, without secrets. Never the terminal."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

SIZE = 512 * 1024
KEPT = 2
_SECRET = re.compile(r"(?i)(bearer\s+|(?:jeton|mot_de_passe|password|token)['\"]?\s*[:=]\s*['\"]?)[^\s'\",}]+")


class RedactingFormatter(logging.Formatter):
    """Masks what looks like a password or a token, whoever logged it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, masked."""
        return _SECRET.sub(r"\1***", super().format(record))


class _PrivateFile(logging.handlers.RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


@contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Send the warnings and errors of every library to a file, and nothing to the terminal.

    Args:
        path: The file; its directory exists.
    """
    handler = _PrivateFile(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
