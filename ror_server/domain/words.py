"""Names and texts: folding for order and search, cleaning of what comes in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

NAME_MAX = 255

_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Fold a text for order and search: no accents, no case, œ as oe, words apart by one blank.

    Args:
        text: Any text.

    Returns:
        Lower-case ASCII letters and digits; the same text always folds the same way.
    """
    quick = text.translate(_FOLDED)
    if quick.isascii():
        return " ".join(quick.split())
    return _folded(text).strip()


def _folded(text: str) -> str:
    return _NOT_WORD.sub(" ", anyascii(text).casefold())


_FOLDED = [_folded(chr(code)) for code in range(0x250)]
"""What becomes of each Latin letter, one by one; `translate` leaves the others as they are."""


def clean(text: str) -> str:
    """Make a text safe to keep: NFC, no control or direction-changing characters, blanks in one, no outer blanks.

    Escape sequences lose their ESC, so that they can never act on a terminal.
    """
    kept = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in unicodedata.normalize("NFC", text))
    return _BLANKS.sub(" ", kept).strip()
