"""Forms and nomenclatures."""

from __future__ import annotations

from urllib.parse import quote

from ror_tui.api_client._http import Call, Http
from ror_tui.api_client.models import Discipline, Kind, Modele, Nomenclature


class ModelesResource:
    """`/v1/modeles` and `/v1/nomenclatures`; nomenclatures are kept in memory and revalidated by their ETag."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._kept: dict[str, tuple[str, Nomenclature]] = {}

    async def lire(self, kind: Kind, discipline: Discipline | None = None, categorie_eg: str | None = None) -> Modele:
        """Read the form of a kind of structure.

        Args:
            kind: The kind.
            discipline: Discipline of the establishment.
            categorie_eg: Its category (JDV_J55): which fields and which codes are offered depends on it.
        """
        given = {"discipline": discipline, "categorie_eg": categorie_eg}
        query = {name: str(value) for name, value in given.items() if value}
        return await self._http.get(Modele, f"/v1/modeles/{kind.value}", query)

    async def nomenclature(self, nom: str) -> Nomenclature:
        """Read a value set, sent again by the server only when it changed."""
        kept = self._kept.get(nom)
        path = f"/v1/nomenclatures/{quote(nom, safe='')}"
        reply = await self._http.send(Call("GET", path, if_none_match=kept[0] if kept else None))
        if kept and reply.status == 304:
            return kept[1]
        nomenclature = reply.read(Nomenclature)
        if reply.etag and reply.etag.isascii():
            self._kept[nom] = (reply.etag, nomenclature)
        return nomenclature
