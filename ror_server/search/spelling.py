"""How names are written: words with their place in the text, abbreviations of the field, typing mistakes. No I/O."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from anyascii import anyascii

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TYPO_MIN = 4
"""A shorter word is looked for as it is typed."""
HALF_MIN = 3
"""Letters of the shorter of two words written together."""
LONGEST_WORD = 40
LONGEST_CODE = 5
"""Longer runs of digits are numbers: they are not mistyped words."""

LITTLE = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"])
"""Words that tell nothing: looked for only when nothing else is typed."""

EXACT, BEGUN, MISTYPED, WRONG = range(4)
"""How well a word answers: it is the word, it begins so, it is so but for one mistake, not at all."""


MOST_CHARS = 4096
"""Characters whose folded form is kept."""
_ASCII_WORD = re.compile(r"[0-9a-z]+")


class Word(NamedTuple):
    """A folded word, and the characters of the text that it comes from."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=MOST_CHARS)
def _fold_char(char: str) -> str:
    return anyascii(char).casefold()


_MORE = "\0"


class _OneForOne(dict[int, str]):
    """Folds a character into another one; those that become several, or none, are marked."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        one = folded if len(folded) == 1 else _MORE
        if len(self) < MOST_CHARS:
            self[code] = one
        return one


_ONE_FOR_ONE = _OneForOne()


def words_of(text: str) -> list[Word]:
    """Cut a text into folded words, each with its place: the same words as `domain.words.fold`.

    Args:
        text: Any text, as it is shown.
    """
    plain = text.translate(_ONE_FOR_ONE)
    if _MORE not in plain:
        return [Word(found[0], *found.span()) for found in _ASCII_WORD.finditer(plain)]
    found: list[Word] = []
    letters: list[str] = []
    start = end = 0
    for index, char in enumerate(text):
        for folded in _fold_char(char):
            if folded.isascii() and folded.isalnum():
                start = start if letters else index
                end = index + 1
                letters.append(folded)
            elif letters:
                found.append(Word("".join(letters), start, end))
                letters = []
    return [*found, Word("".join(letters), start, end)] if letters else found


def end_of(text: str, start: int, letters: int) -> int:
    """Give where a number of folded letters end in a text: « œ » is two of them.

    Args:
        text: As it is shown.
        start: Where they begin.
        letters: How many.
    """
    at = start
    while letters > 0 and at < len(text):
        letters -= len(_fold_char(text[at]))
        at += 1
    return at


class Abbreviation(NamedTuple):
    """A word that words of a text stand for, or a longer form of one of them; `first` to `last` are these words."""

    text: str
    first: int
    last: int


class _Forms(NamedTuple):
    """How names are abbreviated.

    `known`: for each written form, the words it is also known by. `longest`: the words that begin a form, with the
    length of the longest one. `whole`: the word that an abbreviated one stands for inside a form.
    """

    known: dict[tuple[str, ...], frozenset[str]]
    longest: dict[str, int]
    whole: dict[str, str]


@cache
def _forms() -> _Forms:
    raw = json.loads((files(__package__) / "abreviations.json").read_text("utf-8"))
    whole: dict[str, str] = raw["mots"]
    known: dict[tuple[str, ...], set[str]] = {(word,): set(others) for word, others in raw["aussi"].items()}
    for group in raw["groupes"]:
        words = {word for form in group for word in form.split()} - LITTLE
        for form in group:
            own = tuple(word for word in form.split() if word not in LITTLE)
            others = {other for other in group if " " not in other} if len(own) > 1 else words
            for key in {own, tuple(whole.get(word, word) for word in own)} if len(own) > 1 else {own}:
                known.setdefault(key, set()).update(others - set(own))
    longest: dict[str, int] = {}
    for form in known:
        longest[form[0]] = max(longest.get(form[0], 0), len(form))
    return _Forms({form: frozenset(words) for form, words in known.items()}, longest, whole)


@cache
def abbreviated() -> frozenset[str]:
    """Give every word that `abbreviations` may give."""
    return frozenset[str]().union(*_forms().known.values())


def abbreviations(words: Sequence[str]) -> Iterator[Abbreviation]:
    """Give the other words by which parts of a name are known: « st » for « saint », « chu » for its three words.

    Args:
        words: Folded words of a text, in order.
    """
    known, longest, whole = _forms()
    places = [place for place, word in enumerate(words) if word not in LITTLE]
    meant = [whole.get(words[place], words[place]) for place in places]
    for first, place in enumerate(places):
        for other in known.get((words[place],), ()):
            yield Abbreviation(other, place, place + 1)
        for last in range(first + 2, min(first + longest.get(meant[first], 0), len(meant)) + 1):
            for other in known.get(tuple(meant[first:last]), ()):
                yield Abbreviation(other, place, places[last - 1] + 1)


@lru_cache(maxsize=1 << 13)
def spread(folded: str) -> str:
    """Give the words of a folded name with their abbreviations after them, each once.

    Args:
        folded: What `domain.words.fold` gave.
    """
    words = folded.split()
    return " ".join(dict.fromkeys((*words, *(one.text for one in abbreviations(words)))))


class Vocabulary:
    """Every word of the index, sorted: what a prefix may become, and what a mistyped word may have meant."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = sorted(set(words))

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        at = bisect_left(self._words, word)
        return at < len(self._words) and self._words[at] == word

    def add(self, word: str) -> None:
        """Add a word."""
        if word not in self:
            insort(self._words, word)

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Give at most so many words that begin by a prefix, in order."""
        at = bisect_left(self._words, prefix)
        found = []
        for word in self._words[at : at + most]:
            if not word.startswith(prefix):
                break
            found.append(word)
        return found

    def halves(self, word: str) -> tuple[str, str] | None:
        """Give the two words that are written together in one that nothing begins by, the most even ones.

        Args:
            word: Folded; neither half is shorter than `HALF_MIN`.
        """
        if self.starting_with(word, 1):
            return None
        places = sorted(range(HALF_MIN, len(word) - HALF_MIN + 1), key=lambda at: abs(len(word) - 2 * at))
        cuts = ((word[:at], word[at:]) for at in places)
        return next((cut for cut in cuts if cut[0] in self and cut[1] in self), None)

    def near(self, word: str, most: int) -> list[str]:
        """Give the words that are one typing mistake away from a word, or that begin so when it is long enough.

        Args:
            word: Folded; shorter than `TYPO_MIN` has none.
            most: At most so many.

        Returns:
            Whole words first, then those of which only the beginning was typed; the word itself is left out.
        """
        if len(word) < TYPO_MIN or word.isdigit():
            return []
        whole: dict[str, None] = {}
        begun: dict[str, None] = {}
        for other in edits(word):
            found = self.starting_with(other, most)
            if found and found[0] == other:
                whole[other] = None
            if len(word) > TYPO_MIN:
                begun |= dict.fromkeys(found)
        kept = [*whole, *(longer for longer in begun if longer not in whole)]
        return [one for one in kept if not one.startswith(word)][:most]


def edits(word: str) -> set[str]:
    """Give every text that is one mistake away: a letter more, less, another, or two in the wrong order."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    other = {head + letter + tail[1:] for head, tail in cuts if tail for letter in LETTERS}
    more = {head + letter + tail for head, tail in cuts for letter in LETTERS}
    return (missing | swapped | other | more) - {word}


@dataclass(frozen=True, slots=True)
class Typed:
    """A word as it is typed, with the words that it may have meant."""

    text: str
    mistyped_for: frozenset[str] = frozenset()

    def quality(self, word: str) -> int:
        """Tell how well a word answers."""
        if not word.startswith(self.text):
            return MISTYPED if word in self.mistyped_for else WRONG
        return EXACT if word == self.text else BEGUN

    def quality_in(self, words: str) -> int:
        """Tell how well the best word of a text answers.

        Args:
            words: Folded, with a blank before and after each: looked through as one text, which is far quicker.
        """
        if f" {self.text}" not in words:
            return MISTYPED if any(f" {other} " in words for other in self.mistyped_for) else WRONG
        return EXACT if f" {self.text} " in words else BEGUN
