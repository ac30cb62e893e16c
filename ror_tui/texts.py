"""French texts shared by several screens; light to import, the login screen draws with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

NBSP = "\N{NO-BREAK SPACE}"

SUPPORT = (
    ("Par téléphone", "01 83 76 30 31 (du lundi au vendredi, de 8h à 18h)"),
    ("Par formulaire", "https://formulaire-support.sante-idf.fr"),
    ("Par mail", "ror.support@sesan.fr"),
)

CONDITIONS = "En vous connectant vous confirmez avoir lu et accepté les conditions générales d'utilisation."


def plural(count: int, singular: str, many: str) -> str:
    """Say a count in French: « 0 unité », « 1 unité », « 2 unités ».

    Args:
        count: How many.
        singular: The noun for 0 and 1.
        many: The noun from 2 on.
    """
    return f"{count:,}".replace(",", NBSP) + f" {many if count > 1 else singular}"


def plain(text: str) -> str:
    """Make a text from elsewhere safe to draw on one line: control and direction-changing characters become blanks.

    Args:
        text: Any text, from the server or typed.
    """
    return "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)


def french(text: str) -> str:
    """Put the no-break spaces of French typography before : ; ! ? » and after «.

    Args:
        text: A sentence written with ordinary spaces.
    """
    return re.sub("« ", f"«{NBSP}", re.sub(" (?=[:;!?»](?:\\s|$|[.,)]))", NBSP, text))


def clock(when: datetime) -> str:
    """Say the hour of a moment, on this machine's clock: « 14h02 ».

    Args:
        when: A moment with its time zone.
    """
    return when.astimezone().strftime("%Hh%M")


def moment(when: datetime) -> str:
    """Say a moment on this machine's clock: « 22/11 14:02 ».

    Args:
        when: A moment with its time zone.
    """
    return when.astimezone().strftime("%d/%m %H:%M")


def duration(seconds: float) -> str:
    """Say a length of time in one unit: « 25 minutes », « 3 heures », « 12 jours ».

    Args:
        seconds: How long.
    """
    for unit, one, many in ((86400, "jour", "jours"), (3600, "heure", "heures"), (60, "minute", "minutes")):
        if seconds >= unit:
            return plural(round(seconds / unit), one, many)
    return "moins d'une minute"


def initials(name: str) -> str:
    """Give the initials of a name, two at most: « RH » for « Référent Hôpital ».

    Args:
        name: Any text.
    """
    return "".join(word[0].upper() for word in re.findall(r"\w+", plain(name))[:2]) or "?"


_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def bare(text: str) -> str:
    """Give a text without its accents and capitals, to compare what is typed with what is written.

    Args:
        text: Any text.
    """
    apart = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    return "".join(char for char in apart if not unicodedata.combining(char))
