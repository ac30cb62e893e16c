"""256 colours without crushed greys: each exact colour becomes the nearest one of the terminal's palette.

The usual way down sends every dark colour to black, and panels melt into the background.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

Rgb = tuple[int, int, int]

_STEPS = (0, 95, 135, 175, 215, 255)
PALETTE: dict[int, Rgb] = {
    16 + 36 * r + 6 * g + b: (_STEPS[r], _STEPS[g], _STEPS[b]) for r in range(6) for g in range(6) for b in range(6)
} | {232 + step: (8 + 10 * step, 8 + 10 * step, 8 + 10 * step) for step in range(24)}
"""The colours that every terminal of 256 shows alike: the cube and the greys; the first 16 are the person's own."""


@lru_cache(maxsize=4096)
def nearest(rgb: Rgb) -> int:
    """Give the number of the nearest colour of the palette.

    Args:
        rgb: Red, green, blue, 0 to 255.
    """
    return min(PALETTE, key=lambda number: sum((a - b) ** 2 for a, b in zip(PALETTE[number], rgb, strict=True)))


class NearestFilter(LineFilter):
    """Replaces exact colours by those of the palette."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's signature
        """Replace the colours of a line."""
        return [Segment(text, style and _style(style), control) for text, style, control in segments]


@lru_cache(maxsize=4096)
def _style(style: Style) -> Style:
    exact = [color for color in (style.color, style.bgcolor) if color and color.type is ColorType.TRUECOLOR]
    return style + Style(color=_color(style.color), bgcolor=_color(style.bgcolor)) if exact else style


def _color(color: RichColor | None) -> RichColor | None:
    if color is None or color.triplet is None or color.type is not ColorType.TRUECOLOR:
        return color
    return RichColor.from_ansi(nearest(color.triplet))
