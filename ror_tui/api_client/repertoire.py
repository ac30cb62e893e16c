"""The published directory: its tree in every view, and its search."""

from __future__ import annotations

from uuid import UUID

from pydantic import RootModel

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import Chemin, Code, Filtres, Page, PageArbre, Resultat, VueRepertoire

PAGE = 100
BRANCH = 1000


class _Codes(RootModel[list[Code]]):
    """Answer of `GET /v1/categories`."""


class RepertoireResource:
    """`/v1/repertoire` and `/v1/recherche`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def enfants(
        self,
        vue: VueRepertoire,
        sous: str | None = None,
        curseur: str | None = None,
        limite: int = PAGE,
        autour: str | None = None,
    ) -> PageArbre:
        """Read one page of the children of a line of the tree.

        Args:
            vue: « Afficher par », and what the filters keep.
            sous: Key of the line, None for the roots.
            curseur: `precedent` or `suivant` of another page.
            limite: At most how many.
            autour: Key of a line: read the page that holds it.
        """
        query = {"sous": sous, "curseur": curseur, "limite": str(limite), "autour": autour}
        return await self._http.get(PageArbre, "/v1/repertoire", _asked(vue, query))

    async def branche(
        self, vue: VueRepertoire, sous: str | None = None, curseur: str | None = None, limite: int = BRANCH
    ) -> PageArbre:
        """Read a page of all lines below a line, or of the whole view, depth first; `Noeud.sous` names the line above.

        Args:
            vue: « Afficher par », and what the filters keep.
            sous: Key of the line, None for the whole view.
            curseur: `suivant` of the page before.
            limite: At most how many, up to 5,000.
        """
        query = {"sous": sous, "curseur": curseur, "limite": str(limite)}
        return await self._http.get(PageArbre, "/v1/repertoire/branche", _asked(vue, query))

    async def chemin(self, vue: VueRepertoire, structure: UUID) -> Chemin:
        """Read where a structure stands in a view, or why the view does not show it."""
        return await self._http.get(Chemin, "/v1/repertoire/chemin", _asked(vue, {"structure": str(structure)}))

    async def communes(self, texte: str = "") -> Page[Code]:
        """Read the communes that hold establishments, by name or INSEE code."""
        return await self._http.get(Page[Code], "/v1/communes", {"q": texte})

    async def categories(self) -> list[Code]:
        """Read the categories of establishment that are in use."""
        return (await self._http.get(_Codes, "/v1/categories")).root

    async def chercher(self, texte: str, filtres: Filtres, limite: int = 50) -> Page[Resultat]:
        """Search structures by name, place or number, among what the filters keep."""
        query = {"q": texte, "limite": str(limite)} | filtres.query()
        return await self._http.get(Page[Resultat], "/v1/recherche", query)


def _asked(vue: VueRepertoire, query: dict[str, str | None]) -> dict[str, str]:
    given = {name: value for name, value in query.items() if value is not None}
    return {"par": vue.par.value} | given | vue.filtres.query()
