"""Reading a table that somebody made in a spreadsheet: CSV, TSV, XLSX, or what was pasted."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from ror_server.exports.table import unguarded

Cell = int | float | str | bool | time | date | datetime | timedelta
Rows = list[list[str]]

LARGEST_UNZIPPED = 60_000_000
"""Bytes that a workbook may hold once it is unzipped."""


class UnreadableTableError(Exception):
    """The file is no table that can be read; the message is a French sentence that says what to do."""


def read(content: bytes) -> Rows:
    """Give the rows of a table as texts, the empty ones left out.

    Raises:
        UnreadableTableError: It is neither a workbook nor a text.
    """
    rows = _workbook(content) if content[:4] == b"PK\x03\x04" else _text(content)
    return [row for row in rows if any(cell.strip() for cell in row)]


def _workbook(content: bytes) -> Rows:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > LARGEST_UNZIPPED:
            raise UnreadableTableError("Ce classeur est trop grand : gardez la feuille des unités seule.")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_cell(cell) for cell in row] for row in sheet.to_python()]
    except (CalamineError, zipfile.BadZipFile, IndexError) as error:
        text = "Ce classeur ne se lit pas : enregistrez-le en XLSX ou en CSV, puis recommencez."
        raise UnreadableTableError(text) from error


def _cell(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _text(content: bytes) -> Rows:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first else max(";", ",", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as error:
        text = "Ce texte ne se lit pas comme un tableau : un guillemet n'est pas fermé, ou une cellule est trop longue."
        raise UnreadableTableError(text) from error
    return [[unguarded(cell) for cell in row] for row in rows]


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise UnreadableTableError("Ce fichier n'est ni un classeur XLSX ni un texte CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
