"""How the application ends when it does not choose to: signals, and a crash that leaks nothing."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from ror_tui import __version__, paths
from ror_tui.texts import french

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
CRASHED = "ror-tui s'est arrêté sur une erreur interne"
SECRET = re.compile(r"(?i)(bearer|jeton|mot_de_passe|password|input_value)(['\"]?\s*[=: ]\s*)\S+")


def catch_signals(end: Callable[[int], None]) -> Callable[[], None]:
    """End the application properly on SIGTERM and SIGHUP (a dropped SSH line), with the terminal restored.

    Args:
        end: Called with the exit status, 128 + the signal's number.

    Returns:
        What takes the handlers away again.
    """
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, end, 128 + number)

    def release() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    return release


def redacted(error: BaseException) -> str:
    """Write a traceback without any local variable, and with what looks like a secret masked.

    Args:
        error: The exception that ended the application.
    """
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    return SECRET.sub(r"\1\2[masqué]", "".join(lines))


def write_report(error: BaseException) -> Path:
    """Write the report of a crash, readable by its owner only.

    Args:
        error: The exception that ended the application.

    Returns:
        The file.
    """
    descriptor, name = tempfile.mkstemp(prefix="plantage-", suffix=".txt", dir=paths.state_dir())
    with os.fdopen(descriptor, "w", encoding="utf-8") as report:
        report.write(f"ror-tui {__version__}\n{redacted(error)}")
    return Path(name)


def crash_sentence(error: BaseException) -> str:
    """Say in one sentence that the application ended on a fault, and where its report is.

    Args:
        error: The exception that ended the application.
    """
    try:
        report = write_report(error)
    except (OSError, paths.UnsafePathError) as failure:
        return french(f"{CRASHED} ({type(error).__name__}). Le rapport n'a pas pu être écrit : {failure}")
    return f"{CRASHED}. Le rapport, sans aucune donnée saisie, est dans {report}"
