"""Imports that take all of a file or nothing of it: reading the file, running the import, exit codes, sentences."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ror_server.imports.source import RefusedFileError
from ror_server.store.database import BadDatabaseUrlError

OK, FAILED, REFUSED = 0, 1, 2
FAULTS_SHOWN = 20


def run(importing: Coroutine[object, object, list[str]]) -> int:
    """Run an import and say what happened.

    Args:
        importing: Reads the file, writes in one transaction, and gives what to say.

    Returns:
        0 done, 1 the database failed, 2 the file or the command is refused; nothing is half-written.
    """
    try:
        lines = asyncio.run(importing)
    except (RefusedFileError, BadDatabaseUrlError) as refused:
        return _stop(REFUSED, str(refused))
    except (DBAPIError, OSError) as failed:
        cause = str(getattr(failed, "orig", None) or failed).partition("\n")[0]
        return _stop(FAILED, f"L'import a échoué, la base est restée comme avant : {cause}")
    print("\n".join(lines))  # noqa: T201  # the answer of the command
    return OK


def text(path: Path) -> str:
    """Read a text file, in UTF-8 or as older spreadsheets write it.

    Raises:
        RefusedFileError: It cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RefusedFileError(f"« {path} » ne se lit pas : {error.strerror}.") from error
    return decoded(raw)


def decoded(raw: bytes) -> str:
    """Give the text of a file, in UTF-8 or as older spreadsheets write it."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def refused(head: str, faults: Sequence[str]) -> RefusedFileError:
    """Give the refusal of a file, with its first faults.

    Args:
        head: What is refused, and that nothing was imported.
        faults: A French sentence each.
    """
    lines = [f"  {fault}" for fault in faults[:FAULTS_SHOWN]]
    more = [f"  et {len(faults) - len(lines)} de plus."] if len(faults) > len(lines) else []
    return RefusedFileError("\n".join([head, *lines, *more]))


def _stop(code: int, sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the answer of the command
    return code
