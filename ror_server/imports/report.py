"""The report of an import: one line for each thing said about a line of the file or a structure."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol

from ror_server.domain.words import clean

COLUMNS = ("gravité", "ligne", "numéro", "champ", "valeur", "explication")
SHOWN = 5
_FORMULA = ("=", "+", "-", "@")


class ReportNotWrittenError(Exception):
    """The work is done, its report is not there; the text is a French sentence."""

    code = "rapport_non_ecrit"


class Severity(StrEnum):
    """What a line of the report is about."""

    REJET = "rejet"
    AVERTISSEMENT = "avertissement"
    CHANGEMENT = "changement"


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the report."""

    severity: Severity
    ligne: int | None
    numero: str
    champ: str
    valeur: str
    texte: str


class RowWriter(Protocol):
    """What `csv.writer` gives."""

    def writerow(self, row: list[str], /) -> object:
        """Write one row."""


class Report:
    """Counts the remarks, keeps the first ones of each severity, and writes them all when it has a file."""

    def __init__(self, stream: RowWriter | None = None) -> None:
        self._stream = stream
        self.counts: Counter[Severity] = Counter()
        self.first: dict[Severity, list[Remark]] = {severity: [] for severity in Severity}

    def add(self, remark: Remark) -> None:
        """Take a remark."""
        self.counts[remark.severity] += 1
        if self.counts[remark.severity] <= SHOWN:
            self.first[remark.severity].append(remark)
        if self._stream:
            cells = (
                remark.severity.value,
                remark.ligne or "",
                remark.numero,
                remark.champ,
                remark.valeur,
                remark.texte,
            )
            self._stream.writerow([cell(str(value)) for value in cells])


def cell(text: str) -> str:
    """Make a text safe to open in a spreadsheet: cleaned, and never read as a formula."""
    cleaned = clean(text)
    return "'" + cleaned if cleaned.startswith(_FORMULA) else cleaned


@contextmanager
def report_file(path: Path, *, keep_empty: bool) -> Iterator[Report]:
    """Write a report that appears whole at the end, or not at all when an exception goes through.

    Args:
        path: CSV for a spreadsheet: UTF-8 with BOM, `;`. A device or a pipe is written into, never replaced.
        keep_empty: Whether a report without any remark is kept.

    Raises:
        OSError: When the file cannot be written, before anything is done.
        ReportNotWrittenError: When what it tells of is done, and the file could not take its place.
    """
    if path.is_dir():
        raise IsADirectoryError(f"« {path} » est un dossier : donnez le nom du rapport")
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8-sig", newline="") as device:
            yield _report(device)
        return
    with NamedTemporaryFile(
        "w", encoding="utf-8-sig", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as stream:
        draft = Path(stream.name)
        try:
            report = _report(stream)
            yield report
            if keep_empty or report.counts:
                _publish(stream, draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _report(stream: IO[str]) -> Report:
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(COLUMNS)
    return Report(writer)


def _publish(stream: IO[str], draft: Path, path: Path) -> None:
    try:
        stream.flush()
        os.fsync(stream.fileno())
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise ReportNotWrittenError(f"L'import est fait, mais son rapport « {path} » n'a pas pu être écrit.") from error
