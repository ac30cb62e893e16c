"""What may be chosen in the filters: communes and categories that the Répertoire holds."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.words import fold
from ror_server.nomenclatures import categorie_eg
from ror_server.store import groups
from ror_server.store.groups import Row
from ror_tui.api_client.models import Code

MOST = 50


async def communes(tx: AsyncConnection, text: str) -> list[Code]:
    """Find communes by name or INSEE code, those that begin with the text first; at most `MOST`.

    FINESS writes the name of a commune in several ways: the most frequent one is shown, any of them is found.
    """
    sought = fold(text)
    words = sought.split()
    if text.strip() and not words:
        return []
    names: dict[str, Row] = {}
    for row in sorted(await groups.communes(tx, words), key=lambda row: (row.nombre, row.ville or "")):
        if all(word in fold(row.ville or "") for word in words) or row.commune.lower() == sought:
            names[row.commune] = row
    found = [Code(code=code, libelle=f"{row.ville or code} ({row.departement or '?'})") for code, row in names.items()]
    found.sort(key=lambda code: (not fold(code.libelle).startswith(sought), fold(code.libelle), code.code))
    return found[:MOST]


async def categories(tx: AsyncConnection) -> list[Code]:
    """Give the categories in use, by label."""
    found = [categorie_eg(code) for code in await groups.categories(tx)]
    found.sort(key=lambda one: (fold(one.libelle), one.code))
    return [Code(code=one.code, libelle=one.libelle) for one in found]
