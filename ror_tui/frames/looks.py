"""Styles as single characters, so that a line of them is a string; and the shortest way from one to another.

Blanks have a look of their own: of a space only the background shows, so that spaces of two styles are often the same.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

from ror_tui.frames.terminals import Terminal

ATTRIBUTES = {
    "bold": 1, "dim": 2, "italic": 3, "underline": 4, "blink": 5, "blink2": 6, "reverse": 7, "conceal": 8, "strike": 9,
    "underline2": 21, "frame": 51, "encircle": 52, "overline": 53,
}  # fmt: skip
OFF = {1: 22, 2: 22, 3: 23, 4: 24, 21: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 51: 54, 52: 54, 53: 55}
REVERSE = frozenset({7})
SHOWN_ON_A_BLANK = frozenset({4, 7, 9, 21, 51, 52, 53})
MOST = 0xD000
"""As many looks as there are characters before the surrogates, less some; a screen has dozens."""


class Look(NamedTuple):
    """How a cell is drawn, in codes of SGR."""

    attributes: frozenset[int] = frozenset()
    color: str = ""
    background: str = ""
    link: str = ""


class Looks:
    """The looks that were seen, each with its character.

    Args:
        terminal: What it understands.
        system: The colours that are written.
    """

    def __init__(self, terminal: Terminal, system: ColorSystem) -> None:
        self._terminal = terminal
        self._system = system
        self._looks: list[Look] = []
        self._names: dict[Look, str] = {}
        self._styles: dict[Style | None, str] = {}
        self._blanks: dict[str, str] = {}
        self._ways: dict[tuple[str, str], str] = {}
        self.plain = self.name(Look())

    @property
    def full(self) -> bool:
        """Whether it is time to begin again: no character is left."""
        return len(self._looks) >= MOST

    def name(self, look: Look) -> str:
        """Give the character of a look."""
        if (name := self._names.get(look)) is None:
            name = self._names[look] = chr(len(self._looks))
            self._looks.append(look)
        return name

    def of(self, style: Style | None) -> str:
        """Give the character of a style."""
        if (name := self._styles.get(style)) is None:
            name = self._styles[style] = self.name(self._look(style) if style else Look())
        return name

    def _look(self, style: Style) -> Look:
        attributes = frozenset(code for name, code in ATTRIBUTES.items() if getattr(style, name))
        link = f"id={style.link_id};{style.link}" if style.link else ""
        link = "".join(char for char in link if unicodedata.category(char) != "Cc")
        color, background = (
            self._codes(one, above=above) for one, above in ((style.color, True), (style.bgcolor, False))
        )
        return Look(attributes, color, background, link)

    def _codes(self, color: Color | None, *, above: bool) -> str:
        if color is None or color.is_default:
            return ""
        return ";".join(color.downgrade(self._system).get_ansi_codes(foreground=above))

    def blank(self, name: str) -> str:
        """Give the look of a space drawn in this look: only what shows of it."""
        if (blank := self._blanks.get(name)) is None:
            look = self._looks[ord(name)]
            if look == Look(REVERSE, look.color, look.background) and look.color:
                blank = self.name(Look(background=_below(look.color)))
            elif look.link or look.attributes & SHOWN_ON_A_BLANK:
                blank = name
            else:
                blank = self.name(Look(background=look.background))
            self._blanks[name] = blank
        return blank

    def erasable(self, name: str) -> bool:
        """Tell whether erasing a cell can give a blank of this look."""
        look = self._looks[ord(name)]
        return look == Look(background=look.background) and (self._terminal.fills or not look.background)

    def exchanged(self, name: str) -> bool:
        """Tell whether the colours of a look are exchanged: what is erased in it is not what a space draws."""
        return bool(self._looks[ord(name)].attributes & REVERSE)

    def erases(self, name: str) -> bool:
        """Tell whether erasing a cell in this look gives the blank that it draws."""
        return not self.exchanged(name) and self.erasable(self.blank(name))

    def over(self, name: str, background: str) -> str:
        """Give the look that has all of one, on the background of another, when it draws the same blanks."""
        look, under = self._looks[ord(name)], self._looks[ord(background)]
        if look.link or look.attributes & SHOWN_ON_A_BLANK or under != Look(background=under.background):
            return background
        return self.name(look._replace(background=under.background))

    def way(self, now: str | None, then: str) -> str:
        """Give the shortest sequence from a look to another.

        Args:
            now: What is worn; None when it is not known.
            then: What is to be.
        """
        if now is None:
            after = self._looks[ord(then)]
            return f"\x1b]8;;\x1b\\{_whole(after)}{_link(after)}"
        if (way := self._ways.get((now, then))) is None:
            before, after = self._looks[ord(now)], self._looks[ord(then)]
            way = "" if before[:3] == after[:3] else self._change(before, after)
            if before.link != after.link:
                way += _link(after) or "\x1b]8;;\x1b\\"
            self._ways[now, then] = way
        return way

    def _change(self, before: Look, after: Look) -> str:
        whole = _whole(after)
        off = {OFF[code] for code in before.attributes - after.attributes}
        kept = {code for code in before.attributes & after.attributes if OFF[code] not in off}
        gone = bool(off) or (before.color and not after.color) or (before.background and not after.background)
        if gone and not self._terminal.undresses:
            return whole
        codes = [*map(str, sorted(off)), *map(str, sorted(after.attributes - kept))]
        if before.color != after.color:
            codes.append(after.color or "39")
        if before.background != after.background:
            codes.append(after.background or "49")
        return min(f"\x1b[{';'.join(codes)}m", whole, key=len)


def _below(color: str) -> str:
    """Give the codes of a colour as a background: they are ten higher."""
    first, *rest = color.split(";")
    return ";".join((str(int(first) + 10), *rest))


def _whole(look: Look) -> str:
    codes = [*map(str, sorted(look.attributes)), *filter(None, (look.color, look.background))]
    return f"\x1b[0;{';'.join(codes)}m" if codes else "\x1b[m"


def _link(look: Look) -> str:
    return f"\x1b]8;{look.link}\x1b\\" if look.link else ""
