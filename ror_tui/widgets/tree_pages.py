"""What the rows of a tree say, packed: a hundred rows to a page, and only a few pages unpacked at a time."""

from __future__ import annotations

import marshal
import zlib
from array import array
from collections import OrderedDict
from typing import TypeAlias

from ror_tui.widgets.tree_line import TreeRow

SHIFT = 7
ROWS_PER_PAGE = 1 << SHIFT
UNPACKED_PAGES = 8
"""A screen shows the rows of one or two pages; what is written goes to one more."""

Look: TypeAlias = tuple[str, str, str, tuple[str, ...], str, bool]
"""Glyph, word, colour, tags, their colour and boldness of a row: a few hundred of them serve a million rows."""
Rare: TypeAlias = tuple[str, tuple[tuple[int, int], ...]] | None
"""Mark and ranges, None for most rows."""
Packed: TypeAlias = tuple[bytes | str, str, str, int, int, str, Rare]
"""Key, label, detail, number of the look, children, data, what is rare."""

NOTHING: Packed = ("", "", "", 0, 0, "", None)


def pack_key(key: str) -> bytes | str:
    """Give the 16 bytes of a key that is a UUID, any other key as it is.

    Args:
        key: Any text.
    """
    if len(key) != 36:
        return key
    try:
        packed = bytes.fromhex(key.replace("-", ""))
    except ValueError:
        return key
    return packed if unpack_key(packed) == key else key


def unpack_key(packed: bytes | str) -> str:
    """Give the key that was packed."""
    if isinstance(packed, str):
        return packed
    text = packed.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def pack(rows: list[Packed]) -> bytes:
    """Write the rows of a page, column by column: alike things together are short once compressed.

    Args:
        rows: A whole page.
    """
    keys, *columns = zip(*rows, strict=True)
    numbers = b"".join(key for key in keys if isinstance(key, bytes))
    names = tuple(key if isinstance(key, str) else None for key in keys)
    return len(numbers).to_bytes(2) + numbers + zlib.compress(marshal.dumps((names, *columns), 2))


def unpack(page: bytes) -> list[Packed]:
    """Read a page that `pack` wrote."""
    end = 2 + int.from_bytes(page[:2])
    numbers = iter(page[place : place + 16] for place in range(2, end, 16))
    names, *columns = marshal.loads(zlib.decompress(page[end:]))  # noqa: S302  # written by `pack`, in this process
    keys = [next(numbers) if name is None else name for name in names]
    return list(zip(keys, *columns, strict=True))


class Blobs:
    """Packed pages by number, in one block of memory: small blocks between others leave holes that nothing fills."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._starts = array("Q")
        self._sizes = array("I")
        self._unused = 0

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> bytes:
        start = self._starts[number]
        return bytes(self._block[start : start + self._sizes[number]])

    def __setitem__(self, number: int, blob: bytes) -> None:
        start, size = self._starts[number], self._sizes[number]
        if len(blob) > size:
            start = self._starts[number] = len(self._block)
            self._block += blob
            self._unused += size
        else:
            self._block[start : start + len(blob)] = blob
            self._unused += size - len(blob)
        self._sizes[number] = len(blob)
        if self._unused * 4 > len(self._block):
            self._close_up()

    def append(self) -> None:
        """Make room for one more, which is empty."""
        self._starts.append(len(self._block))
        self._sizes.append(0)

    def _close_up(self) -> None:
        """Leave no unused bytes between the pages."""
        block = bytearray()
        for number, start in enumerate(self._starts):
            self._starts[number] = len(block)
            block += self._block[start : start + self._sizes[number]]
        self._block, self._unused = block, 0


class Pages:
    """The contents of numbered rows."""

    def __init__(self) -> None:
        self._pages = Blobs()
        self._unpacked: OrderedDict[int, list[Packed]] = OrderedDict()
        self._changed: set[int] = set()
        self._looks: list[Look] = []
        self._numbers: dict[Look, int] = {}

    def __getitem__(self, slot: int) -> TreeRow:
        key, label, detail, look, children, data, rare = self._page(slot >> SHIFT)[slot % ROWS_PER_PAGE]
        glyph, word, color, tags, tag_color, bold = self._looks[look]
        mark, ranges = rare or ("", ())
        return TreeRow(
            unpack_key(key),
            label,
            detail,
            glyph,
            word,
            color,
            tags,
            children,
            bold,
            ranges=ranges,
            mark=mark,
            data=data,
            tag_color=tag_color,
        )

    def __setitem__(self, slot: int, row: TreeRow) -> None:
        number = slot >> SHIFT
        if number == len(self._pages):
            self._pages.append()
            self._keep(number, [NOTHING] * ROWS_PER_PAGE)
        look = (row.glyph, row.word, row.color, row.tags, row.tag_color, row.bold)
        place = self._numbers.get(look)
        if place is None:
            place = self._numbers[look] = len(self._looks)
            self._looks.append(look)
        rare = (row.mark, row.ranges) if row.mark or row.ranges else None
        packed = (pack_key(row.key), row.label, row.detail, place, row.children, row.data, rare)
        self._page(number)[slot % ROWS_PER_PAGE] = packed
        self._changed.add(number)

    def key(self, slot: int) -> str:
        """Give the key of a row."""
        return unpack_key(self._page(slot >> SHIFT)[slot % ROWS_PER_PAGE][0])

    def label(self, slot: int) -> str:
        """Give the label of a row."""
        return self._page(slot >> SHIFT)[slot % ROWS_PER_PAGE][1]

    def _page(self, number: int) -> list[Packed]:
        page = self._unpacked.get(number)
        if page is None:
            page = unpack(self._pages[number])
            self._keep(number, page)
        else:
            self._unpacked.move_to_end(number)
        return page

    def _keep(self, number: int, page: list[Packed]) -> None:
        self._unpacked[number] = page
        while len(self._unpacked) > UNPACKED_PAGES:
            oldest, rows = self._unpacked.popitem(last=False)
            if oldest in self._changed:
                self._changed.remove(oldest)
                self._pages[oldest] = pack(rows)
