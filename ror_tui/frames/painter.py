"""From what is on the terminal to what is to be there, in as few bytes as can be found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ror_tui.frames import scrolling
from ror_tui.frames.brush import Brush
from ror_tui.frames.looks import Looks
from ror_tui.frames.rows import FOLLOWS, PRIVATE, Row, Rows
from ror_tui.frames.scrolling import Scroll
from ror_tui.frames.strokes import SAME, Stroke, Strokes
from ror_tui.frames.terminals import Terminal

WIDE_GAP = 24
"""Unchanged cells are never written again over more than this, rather than passed over."""
FEW_LINES = 6
"""As many changed lines are written in another order, when that saves a change of look."""
LITTLE = 200
"""A frame of fewer bytes is as it comes; another way is not looked for."""
END_OF_LINE = "\x1b[K"


class Painter:
    """Writes frames.

    Args:
        terminal: What it understands.
        looks: Where the styles are.
        rows: Where the characters are.
    """

    def __init__(self, terminal: Terminal, looks: Looks, rows: Rows) -> None:
        self._terminal = terminal
        self._looks = looks
        self._rows = rows

    def afresh(self, brush: Brush, wanted: Sequence[Row]) -> Brush:
        """Write all of a screen, over what nobody knows."""
        return self._cleared(brush, wanted, "\x1b[r")

    def painted(self, brush: Brush, shown: Sequence[Row], wanted: Sequence[Row]) -> Brush:
        """Write what differs, in the shortest of the ways: as it is, after a move of lines, or from an empty screen."""
        changed = [y for y, (old, new) in enumerate(zip(shown, wanted, strict=True)) if old != new]
        ways = []
        if len(changed) <= FEW_LINES:
            ways.append(self._differences(brush.fork(), shown, wanted, changed))
            if first := self._worn_first(brush, shown, wanted, changed):
                ways.append(self._differences(brush.fork(), shown, wanted, [*changed[first:], *changed[:first]]))
            if ways[0].size < LITTLE:
                return min(ways, key=lambda way: way.size)
        ways.append(self._by_look(brush.fork(), shown, wanted, changed))
        if scroll := scrolling.find(shown, wanted, changed):
            ways.append(self._scrolled(brush.fork(), shown, wanted, scroll))
        if len(changed) > len(wanted) // 2:
            ways.append(self._cleared(brush.fork(), wanted))
        return min(ways, key=lambda way: way.size)

    def _worn_first(self, brush: Brush, shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> int:
        """Give which of a few changed lines begins in the look that is worn: a cursor leaves a look where it went."""
        for place, y in enumerate(changed):
            if wanted[y].looks[_changed(shown[y], wanted[y])[0]] == brush.look:
                return place
        return 0

    def _cleared(self, brush: Brush, wanted: Sequence[Row], before: str = "") -> Brush:
        look = self._commonest(wanted)
        brush.wear(look)
        brush.write(f"{before}\x1b[H\x1b[2J")
        brush.x = brush.y = 0
        width = len(wanted[0].text)
        empty = [Row(" " * width, look * width)] * len(wanted)
        return self._by_look(brush, empty, wanted, range(len(wanted)))

    def _commonest(self, wanted: Sequence[Row]) -> str:
        """Give the look that most of the blanks have."""
        every = "".join(row.looks for row in wanted)
        erasable = [look for look in set(every) if self._looks.erasable(look)]
        return max(erasable, key=every.count, default=self._looks.plain)

    def _scrolled(self, brush: Brush, shown: Sequence[Row], wanted: Sequence[Row], scroll: Scroll) -> Brush:
        brush.wear(self._looks.plain)  # terminals do not agree on the background of the lines that come in
        brush.write(f"\x1b[{scroll.top + 1};{scroll.bottom + 1}r")
        brush.x = brush.y = 0
        steps = abs(scroll.lines)
        if self._terminal.pans:
            brush.write(f"\x1b[{steps if steps > 1 else ''}{'S' if scroll.lines > 0 else 'T'}")
        else:
            brush.write(brush.way(0, scroll.bottom if scroll.lines > 0 else scroll.top))
            brush.write(("\x1bD" if scroll.lines > 0 else "\x1bM") * steps)
        brush.write("\x1b[r")
        width = len(wanted[0].text)
        moved = scrolling.applied(scroll, shown, Row(" " * width, self._looks.plain * width))
        return self._by_look(brush, moved, wanted, range(len(wanted)))

    def _differences(self, brush: Brush, shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Brush:
        for y in changed:
            old, new = shown[y], wanted[y]
            if old == new:
                continue
            if old.simple and new.simple:
                self._line(brush, y, old, new)
            else:
                self._whole_line(brush, y, new)
        return brush

    def _by_look(self, brush: Brush, shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Brush:
        """Write what differs, all that has one look before what has the next."""
        strokes = Strokes(self._looks)
        for y in changed:
            old, new = shown[y], wanted[y]
            if old == new:
                continue
            if not (old.simple and new.simple):
                self._whole_line(brush, y, new)
                continue
            places = _changed(old, new)
            erased = self._erased_from(places, new)
            strokes.add(new, y, _runs([x for x in places if x < erased]))
            if erased < len(new.text):
                strokes.erase(y, erased, len(new.text), new.looks[-1])
        for _, ordered in strokes.ordered(brush.look):
            for stroke in ordered:
                self._stroke(brush, wanted[stroke.y], stroke)
        return brush

    def _stroke(self, brush: Brush, row: Row, stroke: Stroke) -> None:
        if stroke.erased:
            self._erase(brush, stroke.y, stroke.start, row)
        else:
            self._cells(brush, stroke.y, row, stroke.start, stroke.end)

    def _erase(self, brush: Brush, y: int, start: int, row: Row) -> None:
        """Erase the end of a line."""
        brush.to(start, y)
        self._wear_blank(brush, row.looks[-1])
        if not self._looks.erases(brush.look or ""):
            brush.wear(row.looks[-1])
        brush.write(END_OF_LINE)

    def _whole_line(self, brush: Brush, y: int, row: Row) -> None:
        """Write a line from its beginning: where one cell ends is not sure, so that none is left as it was."""
        brush.to(0, y)
        brush.wear(self._looks.plain)
        brush.write(END_OF_LINE)
        self._cells(brush, y, row, 0, len(row.text))

    def _line(self, brush: Brush, y: int, old: Row, new: Row) -> None:
        places = _changed(old, new)
        erased = self._erased_from(places, new)
        last = -1
        for start, end in _runs([x for x in places if x < erased]):
            if last >= 0 and self._shorter_through(brush, y, new, last, start):
                self._cells(brush, y, new, last, start)
            self._cells(brush, y, new, start, end)
            last = end
        if erased < len(new.text):
            self._erase(brush, y, erased, new)

    def _erased_from(self, places: list[int], row: Row) -> int:
        """Give the cell from which the line is to be erased; its length when it is better written."""
        width, look = len(row.text), row.looks[-1]
        if row.text[-1] != " " or not self._looks.erasable(look):
            return width
        blank = max(len(row.text.rstrip(" ")), len(row.looks.rstrip(look)))
        first = next((x for x in places if x >= blank), width)
        return first if places[-1] - first >= len(END_OF_LINE) else width

    def _shorter_through(self, brush: Brush, y: int, row: Row, start: int, end: int) -> bool:
        """Tell whether the unchanged cells between two runs are shorter to write again than to pass over."""
        if end - start > WIDE_GAP or brush.x != start or brush.y != y:
            return False
        over, through = brush.fork(), brush.fork()
        over.to(end, y)
        over.wear(row.looks[end])
        self._cells(through, y, row, start, end)
        through.to(end, y)
        through.wear(row.looks[end])
        return through.size < over.size

    def _cells(self, brush: Brush, y: int, row: Row, start: int, end: int) -> None:
        """Write cells of a line."""
        pieces = [(start + found.start(), found[0][0], len(found[0])) for found in SAME.finditer(row.looks[start:end])]
        for number, (x, look, count) in enumerate(pieces):
            text = row.text[x : x + count]
            if not text.isspace() or text.strip(" "):
                brush.to(x, y)
                brush.wear(look)
                self._text(brush, y, x, text)
                continue
            then = pieces[number + 1][1] if number + 1 < len(pieces) else None
            if self._looks.blank(brush.look or self._looks.plain) != look or brush.look is None:
                brush.to(x, y)
                self._wear_blank(brush, look, then)
            self._blanks(brush, y, x, count, last=then is None)

    def _text(self, brush: Brush, y: int, x: int, text: str) -> None:
        for found in _pieces(text):
            if found != FOLLOWS:
                brush.to(x, y)
                put = brush.put if ord(found[0]) < PRIVATE else brush.put_unsure
                put(found if ord(found[0]) < PRIVATE else self._rows.shown(found))
            x += len(found)

    def _wear_blank(self, brush: Brush, look: str, then: str | None = None) -> None:
        """Take a look that draws these blanks: that of what follows if it can be, or the nearest."""
        if brush.look is not None and self._looks.blank(brush.look) == look:
            return
        if then is not None and self._looks.blank(then) == look:
            brush.wear(then)
            return
        nearest = [look] if brush.look is None else [look, self._looks.over(brush.look, look)]
        brush.wear(min(nearest, key=lambda one: len(self._looks.way(brush.look, one))))

    def _blanks(self, brush: Brush, y: int, x: int, count: int, *, last: bool) -> None:
        erase = f"\x1b[{count}X"
        after = 0 if last else len(f"\x1b[{count}C")
        brush.to(x, y)
        if self._terminal.erases and self._looks.erases(brush.look or "") and (len(erase) + after < count):
            brush.write(erase)
        else:
            brush.put(" " * count)


def _changed(old: Row, new: Row) -> list[int]:
    """Give the cells that differ."""
    return [
        x
        for x, (before, after, look, then) in enumerate(zip(old.text, new.text, old.looks, new.looks, strict=True))
        if before != after or look != then
    ]


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    """Give the runs of neighbours, each from its first to before the next that is not of it."""
    if not places:
        return
    start = places[0]
    for one, other in pairwise(places):
        if other != one + 1:
            yield start, one + 1
            start = other
    yield start, places[-1] + 1


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into what is written in one go."""
    return (found[0] for found in re.finditer(rf"[^\x00{chr(PRIVATE)}-\U0010ffff]+|.", text, re.DOTALL))
