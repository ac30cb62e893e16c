"""Which row has a key: a table of numbers, some eight bytes for each row instead of a dictionary's hundred."""

from __future__ import annotations

from array import array
from collections.abc import Callable

FREE, REMOVED = 0, -1
"""What a place of the table holds beside the number of a row; rows are numbered from 1."""
BITS = 0xFFFF_FFFF


class KeyIndex:
    """Numbers of rows by key; the keys themselves are elsewhere, and read again to be sure.

    Args:
        key_of: Gives the key of a row, by its number.
    """

    def __init__(self, key_of: Callable[[int], str]) -> None:
        self._key_of = key_of
        self._table = array("i", [FREE] * 64)
        self._hashes = array("I", [0])
        self._taken = 0

    def find(self, key: str) -> int:
        """Give the number of the row that has a key, 0 when there is none."""
        wanted = hash(key) & BITS
        table, hashes, mask = self._table, self._hashes, len(self._table) - 1
        place = wanted & mask
        while (slot := table[place]) != FREE:
            if slot > 0 and hashes[slot] == wanted and self._key_of(slot) == key:
                return slot
            place = (place + 1) & mask
        return 0

    def add(self, key: str, slot: int) -> None:
        """Note the number of a row whose key is not there yet.

        Args:
            key: Its key.
            slot: Its number: at most one more than the greatest so far.
        """
        if slot == len(self._hashes):
            self._hashes.append(0)
        self._hashes[slot] = hash(key) & BITS
        self._taken += 1
        if self._taken * 10 > len(self._table) * 7:
            self._grow()
        self._put(slot)

    def remove(self, slot: int) -> None:
        """Forget a row, by its number."""
        mask = len(self._table) - 1
        place = self._hashes[slot] & mask
        while self._table[place] != slot:
            place = (place + 1) & mask
        self._table[place] = REMOVED

    def _put(self, slot: int) -> None:
        table, mask = self._table, len(self._table) - 1
        place = self._hashes[slot] & mask
        while table[place] > 0:
            place = (place + 1) & mask
        table[place] = slot

    def _grow(self) -> None:
        slots = [slot for slot in self._table if slot > 0]
        size = len(self._table)
        while len(slots) * 2 >= size:
            size *= 2
        self._table = array("i", [FREE]) * size
        self._taken = len(slots) + 1
        for slot in slots:
            self._put(slot)
