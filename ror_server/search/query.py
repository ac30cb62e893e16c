"""What is asked: words, filters, what is near; how well a structure answers; what of a text answers. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple
from uuid import UUID

from ror_server.domain.disciplines import ALL
from ror_server.domain.words import fold
from ror_server.search.spelling import (
    BEGUN,
    EXACT,
    LITTLE,
    LONGEST_CODE,
    LONGEST_WORD,
    MISTYPED,
    WRONG,
    Abbreviation,
    Typed,
    Vocabulary,
    Word,
    abbreviated,
    abbreviations,
    end_of,
    words_of,
)
from ror_tui.api_client.models import Discipline, Kind, Peuplement, Plage

Rank = tuple[object, ...]
MOST_WORDS = 10
MOST_MEANINGS = 48
"""Words that a prefix or a mistake may stand for; beyond, the prefix itself is asked of the index."""
INDEXED_PREFIX = 5
"""Prefixes up to this length have lists of their own in the index."""

_NUMBER = re.compile(r"(?<![0-9a-zA-Z])\d(?:[ABab](?=[\d \u00a0.]*\d{4}))?[\d \u00a0.]{6,24}\d(?![0-9a-zA-Z])")
_BLANKS = re.compile(r"[ \u00a0.]")
_LABELS = frozenset({"finess", "siret", "siren", "no", "n", "numero"})
"""Words that say that a number comes; nothing is named so."""


@dataclass(frozen=True, slots=True)
class Near:
    """What comes first among equals: the account's favourites, then its territory."""

    departements: frozenset[str] = frozenset()
    favoris: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Keep:
    """Filters: an empty set filters nothing."""

    disciplines: int = ALL
    communes: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    peuplement: frozenset[Peuplement] = frozenset()
    egs: frozenset[UUID] | None = None

    def match(self) -> str:
        """Write what the index can filter by itself as a condition of its own language, empty for none.

        An entity has no commune or category, but its establishments have: whoever asks keeps or drops it.
        """
        kept = [_names(self.disciplines)] if self.disciplines != ALL else []
        for prefix, codes in (("c", self.communes), ("k", self.categories), ("p", self.peuplement)):
            if codes:
                kept.append([*(tag(prefix, one) for one in codes), tag("g", Kind.EJ)])
        return " AND ".join(any_of(sorted(tags)) for tags in kept)


def _names(bits: int) -> list[str]:
    kept = [one.value for index, one in enumerate(Discipline) if bits & 1 << index]
    return [tag("x", one) for one in (*kept, "none")]


def tag(prefix: str, value: str) -> str:
    """Write a filter as a word of the index, which no word of a text is: `_d75`, `_k355`."""
    return f"_{prefix}{fold(value).replace(' ', '')}"


def any_of(words: Sequence[str]) -> str:
    """Write an alternative in the language of the index."""
    return f"({' OR '.join(words)})"


class Answer(NamedTuple):
    """A structure that may answer, as the index holds it."""

    rowid: int
    id: str
    kind: int
    closed: bool
    key: str
    names: str
    places: str
    departement: str | None


@dataclass
class Query:
    """A text that is searched, cut into words; mistakes are only looked for once exact words have given too little."""

    words: list[Typed]
    folded: str
    just_begun: bool = False
    """The last word is but a letter or two: it stands for no word of that length, but in a name."""
    _known: dict[str, tuple[int, Typed] | None] = field(default_factory=dict)
    """How the words met so far answer: the same ones come back from hit to hit."""

    @classmethod
    def of(cls, text: str) -> Query:
        """Read what is typed: numbers lose their blanks, « 75 071 218 4 »."""
        joined = _NUMBER.sub(lambda found: _BLANKS.sub("", found[0]), text[:400])
        folded = fold(joined.encode("utf-8", "ignore").decode())
        words = list(dict.fromkeys(word[:LONGEST_WORD] for word in folded.split()))
        said = LITTLE | _LABELS if any(word.isdigit() and len(word) > LONGEST_CODE for word in words) else LITTLE
        telling = [word for word in words if word not in said] or words
        return cls([Typed(word) for word in telling[:MOST_WORDS]], folded, _just_begun(text, telling))

    def with_mistakes(self, vocabulary: Vocabulary) -> Query:
        """Give the same query where each word also stands for what it may have meant."""
        return Query(
            [Typed(one.text, frozenset(vocabulary.near(one.text, MOST_MEANINGS))) for one in self.words],
            self.folded,
            self.just_begun,
        )

    def with_blanks(self, vocabulary: Vocabulary) -> Query | None:
        """Give the same query where a word that nothing begins by is two words written together; None when none is."""
        words = [half for one in self.words for half in vocabulary.halves(one.text) or (one.text,)]
        return None if len(words) == len(self.words) else Query([Typed(word) for word in words], self.folded)

    def exact(self) -> str:
        """Ask for all the words as they are."""
        return " AND ".join(f'"{one.text}"' for one in self.words)

    def begun(self, vocabulary: Vocabulary) -> str:
        """Ask for all the words, as they are, as beginnings, or for what they may have meant."""
        return " AND ".join(_meanings(one, vocabulary) for one in self.words)

    def rank(self, answer: Answer, near: Near, favoris: frozenset[str]) -> Rank | None:
        """Tell where an answer stands: name before place, exact before prefix before mistake, establishments first.

        Returns:
            What to sort by, smallest first; None when a word is not answered at all.
        """
        names, places = f" {answer.names} ", f" {answer.places} "
        mistakes = begun = elsewhere = 0
        for word in self.words:
            in_name = word.quality_in(names)
            in_place = WRONG if in_name in {EXACT, BEGUN} else word.quality_in(places)
            quality = min(in_name, in_place)
            if quality == WRONG:
                return None
            mistakes += quality == MISTYPED
            begun += quality == BEGUN
            elsewhere += in_place < in_name
        own = 0 if answer.id in favoris else 1 if answer.departement in near.departements else 2
        other = answer.key != self.folded
        longer = not answer.key.startswith(self.folded)
        kinds = (mistakes > 0, other and elsewhere > 0, other, begun > 0, answer.kind, own, answer.closed)
        return (*kinds, mistakes, elsewhere, begun, longer, len(answer.key), answer.key, answer.rowid)

    def marks(self, text: str) -> list[Plage]:
        """Give the runs of characters of a text that answer, in order and apart.

        Args:
            text: As it is shown.
        """
        words = _read(text)
        found = [_run(word, text, best) for word in words if (best := self._best(word.text))]
        if self._short:
            known = [one for one in _read_short(text) if one.text in self._short]
            others = (one for one in known if not words[one.first].text.startswith(one.text))
            found += [(words[other.first].start, words[other.last - 1].end) for other in others]
        return merged(found)

    @cached_property
    def _short(self) -> frozenset[str]:
        """The words for which others may stand: few are."""
        return frozenset(one.text for one in self.words) & abbreviated()

    def _best(self, word: str) -> tuple[int, Typed] | None:
        if word not in self._known:
            qualities = [(quality, one) for one in self.words if (quality := one.quality(word)) != WRONG]
            best = min(qualities, key=lambda pair: (pair[0] == BEGUN, -len(pair[1].text)), default=None)
            self._known[word] = best
        return self._known[word]


def _just_begun(text: str, words: Sequence[str]) -> bool:
    last = words[-1] if len(words) > 1 else ""
    return 0 < len(last) <= 2 and last.isalpha() and not text[-1].isspace()


def _run(word: Word, text: str, best: tuple[int, Typed]) -> Plage:
    quality, one = best
    return word.start, end_of(text, word.start, len(one.text)) if quality == BEGUN else word.end


@lru_cache(maxsize=1 << 12)
def _read(text: str) -> list[Word]:
    """Cut a shown text once: the same ones come back at each key."""
    return words_of(text)


@lru_cache(maxsize=1 << 12)
def _read_short(text: str) -> list[Abbreviation]:
    return list(abbreviations([word.text for word in _read(text)]))


def _meanings(one: Typed, vocabulary: Vocabulary) -> str:
    longer = vocabulary.starting_with(one.text, MOST_MEANINGS + 1) if len(one.text) > INDEXED_PREFIX else []
    known = [f'"{word}"' for word in (*longer, *sorted(one.mistyped_for))]
    if len(one.text) <= INDEXED_PREFIX or one.text.isdigit() or len(longer) > MOST_MEANINGS or not longer:
        known = [f'"{one.text}" *', *(f'"{word}"' for word in sorted(one.mistyped_for))]
    return any_of(known)


def merged(runs: Iterable[Plage]) -> list[Plage]:
    """Put overlapping runs together."""
    found: list[Plage] = []
    for start, end in sorted(runs):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """The structures found, best first, and what says which characters of a text answered."""

    ids: list[UUID]
    marks: Callable[[str], list[Plage]]
