"""The published directory: its tree and its search."""

from __future__ import annotations

from collections.abc import Collection

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import Afficher, Discipline, Page, PageArbre, Resultat

PAGE = 100


class RepertoireResource:
    """`/v1/repertoire` and `/v1/recherche`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def enfants(
        self,
        par: Afficher,
        *,
        sous: str | None = None,
        disciplines: Collection[Discipline] | None = None,
        curseur: str | None = None,
        limite: int = PAGE,
    ) -> PageArbre:
        """Read one page of the children of a line of the tree.

        Args:
            par: « Afficher par ».
            sous: Key of the line, None for the roots.
            disciplines: The ticks; None filters nothing.
            curseur: Cursor of the page, from the page before.
            limite: At most how many.
        """
        query = {"par": par.value, "sous": sous, "curseur": curseur, "limite": str(limite)}
        return await self._http.get(PageArbre, "/v1/repertoire", _given(query) | _filter(disciplines))

    async def chercher(
        self, texte: str, *, disciplines: Collection[Discipline] | None = None, limite: int = 50
    ) -> Page[Resultat]:
        """Search structures by name or number."""
        query = {"q": texte, "limite": str(limite)} | _filter(disciplines)
        return await self._http.get(Page[Resultat], "/v1/recherche", query)


def _given(query: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value is not None}


def _filter(disciplines: Collection[Discipline] | None) -> dict[str, str]:
    return {} if disciplines is None else {"disciplines": ",".join(sorted(disciplines))}
