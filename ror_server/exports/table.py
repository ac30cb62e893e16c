"""A table for French spreadsheets: UTF-8 with its mark, semicolons, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TypeVar

BOM = "\ufeff"
MEDIA_TYPE = "text/csv; charset=utf-8"
CHUNK = 100
"""Lines handed over at once."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")

Element = TypeVar("Element")
Columns = Mapping[str, Callable[[Element], object]]


def cell(value: object) -> str:
    """Write a value; a text that a spreadsheet would take for a formula is kept a text by an apostrophe.

    Args:
        value: None is an empty cell, a float has a decimal comma.
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return str(value).replace(".", ",")
    text = str(value)
    return f"'{text}" if text.lstrip("'").startswith(_DANGEROUS) else text


def unguarded(text: str) -> str:
    """Read a cell back as it was before `cell` kept it a text."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_DANGEROUS) else text


def whole(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table at once.

    Args:
        headers: First row.
        rows: Texts.
    """
    return BOM + _written([headers, *([cell(text) for text in row] for row in rows)])


async def lines(columns: Columns[Element], elements: AsyncIterator[Element]) -> AsyncIterator[str]:
    """Write a table as it comes: headers, then the elements.

    Args:
        columns: Header of each column, and what it holds of an element.
        elements: The elements.
    """
    yield BOM + _written([list(columns)])
    waiting: list[list[str]] = []
    async for element in elements:
        waiting.append([cell(value(element)) for value in columns.values()])
        if len(waiting) == CHUNK:
            yield _written(waiting)
            waiting = []
    if waiting:
        yield _written(waiting)


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def joined(texts: Sequence[str]) -> str:
    """Put several texts in one cell."""
    return " | ".join(texts)
