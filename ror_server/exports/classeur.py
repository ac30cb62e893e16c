"""A table as a workbook in which every text stays a text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table in one sheet; nothing in it is taken for a formula or a link.

    Args:
        title: Name of the sheet.
        headers: First row, which stays in sight.
        rows: Texts.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headers) - 1, 24, text)
    for place, header in enumerate(headers):
        sheet.write_string(0, place, header, bold)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(line, place, cell, text)
    book.close()
    return content.getvalue()
