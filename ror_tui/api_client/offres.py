"""The Recherche: offers and professionals."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Literal

from ror_tui.api_client._http import Call, Http
from ror_tui.api_client.models import CriteresOffres, Offre, Page, Professionnel

PAGE = 100


class OffresResource:
    """`/v1/offres` and `/v1/professionnels`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def chercher(
        self, criteres: CriteresOffres, *, curseur: str | None = None, limite: int = PAGE
    ) -> Page[Offre]:
        """Read a page of the offers that answer to all the criteria; `total` comes with the first one."""
        return await self._http.get(Page[Offre], "/v1/offres", _query(criteres, curseur, limite))

    async def professionnels(
        self, criteres: CriteresOffres, *, curseur: str | None = None, limite: int = PAGE
    ) -> Page[Professionnel]:
        """Read a page of the professionals of these offers; `total` comes with the first one."""
        return await self._http.get(Page[Professionnel], "/v1/professionnels", _query(criteres, curseur, limite))

    def exporter(
        self, quoi: Literal["offres", "professionnels"], criteres: CriteresOffres
    ) -> AbstractAsyncContextManager[AsyncGenerator[bytes, None]]:
        """Open the whole result as a table for spreadsheets, and give its bytes as they come.

        Args:
            quoi: Which list.
            criteres: Every criterion must hold.
        """
        return self._http.stream(Call("GET", f"/v1/{quoi}.csv", criteres.query(), accept="text/csv"))


def _query(criteres: CriteresOffres, curseur: str | None, limite: int) -> dict[str, str]:
    return criteres.query() | {"limite": str(limite)} | ({"curseur": curseur} if curseur else {})
