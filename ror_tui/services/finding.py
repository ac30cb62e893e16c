"""Finding in a list as one types: no accents, no case, words in any order, by label or by code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from ror_tui.api_client.models import Code
from ror_tui.texts import bare

SHORTEST_TYPO = 4
"""Letters from which a word that is nowhere is taken for a mistyped one."""
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Fold a text for comparison.

    Args:
        text: Any text.

    Returns:
        Lower-case ASCII letters and digits, words apart by one blank: « Cœur, Évaluation » gives « coeur evaluation ».
    """
    return _NOT_WORD.sub(" ", bare(text)).strip()


def matches(text: str, typed: str) -> tuple[tuple[int, int], ...]:
    """Find in a text the words typed, to show them: where a word begins with them, else anywhere.

    Args:
        text: Any text.
        typed: Words in any order.

    Returns:
        Runs of characters of the text, from and to, in order and apart from each other.
    """
    words = fold(typed).split()
    if not words:
        return ()
    folded, origins = _fold_each(text)
    found = sorted(run for word in words for run in _runs(word, folded, origins))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def _fold_each(text: str) -> tuple[str, list[int]]:
    """Fold character by character: the folded text, and the character of the text that each of its own comes from."""
    pieces = [fold(char) or ("" if unicodedata.combining(char) else " ") for char in text]
    origins = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins


def _runs(word: str, folded: str, origins: Sequence[int]) -> list[tuple[int, int]]:
    starts = [place for place in _places(word, folded) if place == 0 or folded[place - 1] == " "]
    return [(origins[place], origins[place + len(word) - 1] + 1) for place in starts or _places(word, folded)]


def _places(word: str, folded: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(word), folded)]


def offered(code: Code, filters: Mapping[str, str]) -> bool:
    """Tell whether a code is kept by the filters: a code that says nothing of a filter is kept by all its values.

    Args:
        code: A code of the nomenclature.
        filters: The value of each filter that is on.
    """
    return all(cle not in code.filtres or value in code.filtres[cle] for cle, value in filters.items())


def one_edit(left: str, right: str) -> bool:
    """Tell whether two words differ by one letter: added, missing, another, or swapped with its neighbour.

    Args:
        left: A word.
        right: Another one.
    """
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    rest, other = left[start:], right[start:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other or rest == other[1:] or rest[1:] == other[1:]


Folded = tuple[Code, str, str]
"""A code, its label and itself folded to be searched, itself folded alone."""


@dataclass(slots=True)
class Finder:
    """Codes folded once, to be searched at each key typed."""

    codes: Sequence[Code]
    _folded: list[Folded] = field(init=False)
    _narrowed: list[tuple[str, list[Folded]]] = field(init=False, default_factory=list)
    """What holds the words of each text typed on the way to the last one, every one the beginning of the next."""
    _vocabulary: frozenset[str] | None = field(init=False, default=None)
    _spellings: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._folded = [(code, f" {fold(code.libelle)} {fold(code.code)}", fold(code.code)) for code in self.codes]

    def find(self, typed: str, keep: Iterable[str] | None = None) -> list[Code]:
        """Find the codes whose label or code holds every word typed.

        Args:
            typed: What is typed; nothing gives all.
            keep: Codes to look among, None for all.

        Returns:
            The exact code first, then the labels that are what is typed, that begin with it, where each word typed
            begins a word, then the others; the shorter ones first, then in the list's order. When nothing answers,
            what answers to the nearest spellings.
        """
        folded = fold(typed)
        words = folded.split()
        kept = None if keep is None else set(keep)
        found = _ranked(self._narrow(folded, words), words, kept)
        return found or _ranked(self._holding([self._near(word) for word in words]), words, kept)

    def _narrow(self, folded: str, words: Sequence[str]) -> list[Folded]:
        """Give what holds the words typed, among what held the beginning of them."""
        while self._narrowed and not folded.startswith(self._narrowed[-1][0]):
            self._narrowed.pop()
        if not self._narrowed or self._narrowed[-1][0] != folded:
            around = self._narrowed[-1][1] if self._narrowed else self._folded
            self._narrowed.append((folded, [one for one in around if all(word in one[1] for word in words)]))
        return self._narrowed[-1][1]

    def _holding(self, wanted: Sequence[Sequence[str]]) -> list[Folded]:
        """Give the codes that hold, for each word, one of its spellings."""
        return [one for one in self._folded if all(any(word in one[1] for word in spellings) for spellings in wanted)]

    def _near(self, word: str) -> list[str]:
        """Give the spellings of a word that no label holds: the nearest beginnings of words."""
        if word not in self._spellings:
            self._spellings[word] = self._nearest(word)
        return self._spellings[word]

    def _nearest(self, word: str) -> list[str]:
        if len(word) < SHORTEST_TYPO or any(word in text for _, text, _ in self._folded):
            return [word]
        if self._vocabulary is None:
            self._vocabulary = frozenset(one for _, text, _ in self._folded for one in text.split())
        size = len(word)
        begins = {one[:length] for one in self._vocabulary for length in (size - 1, size, size + 1)}
        return [f" {one}" for one in sorted(begins) if one_edit(word, one)] or [word]


def _ranked(found: Sequence[Folded], words: Sequence[str], kept: set[str] | None) -> list[Code]:
    held = [one for one in found if kept is None or one[0].code in kept]
    if not words:
        return [code for code, _, _ in held]
    start = f" {' '.join(words)}"
    ranked = [((_rank(words, start, text, bare_code), len(text)), code) for code, text, bare_code in held]
    ranked.sort(key=itemgetter(0))
    return [code for _, code in ranked]


def _rank(words: Sequence[str], start: str, text: str, bare_code: str) -> int:
    """Tell how well a text answers to words, from 0 for their code; `start` is how a text that says them begins."""
    if start[1:] == bare_code:
        return 0
    if text.startswith(start):
        return 1 if len(text) == len(start) + 1 + len(bare_code) else 2
    return 3 if all(f" {word}" in text for word in words) else 4
