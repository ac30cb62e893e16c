"""Drawing without graphic characters (`--ascii`): each one becomes its ASCII twin as the line is written."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_PAIRS = {
    "○◐◉●≠⊗×·▷▶◆■▪▫□•◌": "o!fV#Rx.>>JEPSFU~",
    "▸▾›⚠⊘…✓✔–—←→↑↓◂": "+->!x~xx--<>^v<",
    "─━│┃": "--||",
    "╭╮╰╯┌┐└┘├┤┬┴┼": "+" * 13,
    "█▁▂▃▄▅▆▇▔▕▏▊▎": "#" * 13,
    "░★": ".*",
}
TWINS = {ord(char): twin for chars, twins in _PAIRS.items() for char, twin in zip(chars, twins, strict=True)}
"""The twins of `marks.py` for the marks, and look-alikes for the rest; all one cell wide."""


class AsciiFilter(LineFilter):
    """Replaces graphic characters; letters with accents stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's signature
        """Replace the characters of a line."""
        return [Segment(text.translate(TWINS), style, control) for text, style, control in segments]
