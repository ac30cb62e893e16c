"""Finding in a list as one types: no accents, no case, words in any order, by label or by code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ror_tui.api_client.models import Code
from ror_tui.texts import bare

_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Fold a text for comparison.

    Args:
        text: Any text.

    Returns:
        Lower-case ASCII letters and digits, words apart by one blank: « Cœur, Évaluation » gives « coeur evaluation ».
    """
    return _NOT_WORD.sub(" ", bare(text)).strip()


def offered(code: Code, filters: Mapping[str, str]) -> bool:
    """Tell whether a code is kept by the filters: a code that says nothing of a filter is kept by all its values.

    Args:
        code: A code of the nomenclature.
        filters: The value of each filter that is on.
    """
    return all(cle not in code.filtres or value in code.filtres[cle] for cle, value in filters.items())


@dataclass(slots=True)
class Finder:
    """Codes folded once, to be searched at each key typed."""

    codes: Sequence[Code]
    _folded: list[tuple[Code, str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._folded = [(code, f" {fold(code.libelle)} {fold(code.code)}", fold(code.code)) for code in self.codes]

    def find(self, typed: str, keep: Iterable[str] | None = None) -> list[Code]:
        """Find the codes whose label or code holds every word typed.

        Args:
            typed: What is typed; nothing gives all.
            keep: Codes to look among, None for all.

        Returns:
            The exact code first, then where each word typed begins a word, then the others; in the list's order.
        """
        words = fold(typed).split()
        kept = None if keep is None else set(keep)
        ranked = [
            (_rank(words, text, bare_code), code)
            for code, text, bare_code in self._folded
            if (kept is None or code.code in kept) and all(word in text for word in words)
        ]
        return [code for _, code in sorted(ranked, key=lambda pair: pair[0])]


def _rank(words: Sequence[str], text: str, bare_code: str) -> int:
    if not words or words == [bare_code]:
        return 0
    return 1 if all(f" {word}" in text for word in words) else 2
