"""What is said and kept when the program ends on a fault of ours: a sentence, and a report that leaks nothing."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from ror_tui import __version__, paths
from ror_tui.texts import SUPPORT, french

STATUS = 1
"""Exit status of a program that crashed."""
CRASHED = "ror-tui s'est arrêté sur une erreur interne"
LONGEST_CHAIN = 10
"""Causes that are told of one exception: more would be a loop."""


def redacted(error: BaseException) -> str:
    """Write where an exception came from: files, lines, functions and classes.

    Neither local variables nor the messages of the exceptions are in it: both may hold what was typed, a password or
    an address with its token.

    Args:
        error: The exception that ended the program.
    """
    return "\n".join(_told(error, LONGEST_CHAIN)) + "\n"


def _told(error: BaseException, left: int) -> Iterator[str]:
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and left:
        yield from _told(earlier, left - 1)
        yield "\nthen:\n"
    yield "Traceback (most recent call last):"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, BaseExceptionGroup) and left:
        for inner in error.exceptions:
            yield from _told(inner, left - 1)


def write_report(error: BaseException) -> Path:
    """Write the report of a crash, readable by its owner only.

    Args:
        error: The exception that ended the program.

    Returns:
        The file.
    """
    descriptor, name = tempfile.mkstemp(prefix="plantage-", suffix=".txt", dir=paths.state_dir())
    with os.fdopen(descriptor, "w", encoding="utf-8") as report:
        report.write(f"ror-tui {__version__}\n{redacted(error)}")
    return Path(name)


def told(error: BaseException) -> str:
    """Say that the program ended on a fault, whom to call, and where the report is; a line each.

    Args:
        error: The exception that ended the program.
    """
    try:
        where = f"Rapport à joindre, sans aucune donnée saisie : {write_report(error)}"
    except (OSError, paths.UnsafePathError) as failure:
        where = f"Le rapport n'a pas pu être écrit : {failure}"
    ways = " ou ".join(contact for way, contact in SUPPORT if way != "Par formulaire")
    lines = (f"{CRASHED} ({type(error).__name__}).", f"Support SESAN : {ways}.", where)
    return french("\n".join(lines))
