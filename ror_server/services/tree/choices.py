"""What may be chosen in the filters: communes and categories that the Répertoire holds."""

from __future__ import annotations

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.words import fold
from ror_server.nomenclatures import categorie_eg
from ror_server.store import groups
from ror_server.store.groups import Row
from ror_tui.api_client.models import Code

MOST = 50
SHORT = {"saint": "st", "sainte": "ste", "saints": "sts", "saintes": "stes"}
"""How FINESS writes some words of the names of towns, sometimes."""
OTHER = {**SHORT, **{short: long for long, short in SHORT.items()}}
_NUMBER = re.compile(r"\d[\dab]\d{3}")


async def communes(tx: AsyncConnection, text: str) -> list[Code]:
    """Find communes by name, post code or INSEE code, those that begin with the text first; at most `MOST`.

    FINESS writes the name of a commune in several ways: the most frequent one is shown, any of them is found.
    """
    sought = fold(text)
    words = sought.split()
    if text.strip() and not words:
        return []
    rows = sorted(await _named(tx, words), key=lambda row: (row.nombre, row.ville or ""))
    names = {row.commune: row for row in rows}
    found = [Code(code=code, libelle=f"{row.ville or code} ({row.departement or '?'})") for code, row in names.items()]
    found.sort(key=lambda code: (not _short(code.libelle).startswith(_short(text)), fold(code.libelle), code.code))
    return found[:MOST]


async def _named(tx: AsyncConnection, words: list[str]) -> list[Row]:
    """Give the rows of the communes whose name holds the words, or whose number is the only one."""
    if len(words) == 1 and _NUMBER.fullmatch(words[0]):
        return list(await groups.communes_by_number(tx, words[0]))
    rows = await groups.communes(tx, [word for word in words if word not in OTHER])
    return [row for row in rows if _is_named(fold(row.ville or ""), words)]


def _is_named(name: str, words: list[str]) -> bool:
    return all(word in name or OTHER.get(word) in name.split() for word in words)


def _short(text: str) -> str:
    return " ".join(SHORT.get(word, word) for word in fold(text).split())


async def categories(tx: AsyncConnection) -> list[Code]:
    """Give the categories in use, by label."""
    found = [categorie_eg(code) for code in await groups.categories(tx)]
    found.sort(key=lambda one: (fold(one.libelle), one.code))
    return [Code(code=one.code, libelle=one.libelle) for one in found]
