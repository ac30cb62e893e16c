"""The history of the Répertoire, its past, and the ordered change feed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import (
    Annulation,
    ArbreAu,
    Dossier,
    Page,
    PageFlux,
    PublicationLue,
    StructureAu,
)

PAGE = 50


class HistoriqueResource:
    """`/v1/historique`, `/v1/structures/{id}/au` and `/v1/flux`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lister(
        self,
        structure: UUID | None = None,
        *,
        dessous: bool = True,
        curseur: str | None = None,
        limite: int = PAGE,
    ) -> Page[PublicationLue]:
        """Read a page of publications, the newest first: of a structure, with all below or alone, or of everything."""
        query = {"limite": str(limite)}
        query |= {"structure": str(structure)} if structure else {}
        query |= {} if dessous else {"dessous": "false"}
        query |= {"curseur": curseur} if curseur else {}
        return await self._http.get(Page[PublicationLue], "/v1/historique", query)

    async def lire(self, seq: int) -> PublicationLue:
        """Read one publication with all that it did."""
        return await self._http.get(PublicationLue, f"/v1/historique/{seq}")

    async def annuler(self, seq: int, annulation: Annulation) -> Dossier:
        """Open the dossier that takes a publication back."""
        return await self._http.post(Dossier, f"/v1/historique/{seq}/annuler", annulation)

    async def structure_au(self, structure: UUID, le: datetime) -> StructureAu:
        """Read a structure as it was published at a moment."""
        return await self._http.get(StructureAu, f"/v1/structures/{structure}/au", {"le": le.isoformat()})

    async def arbre_au(self, structure: UUID, le: datetime) -> ArbreAu:
        """Read the tree of an establishment as it was published at a moment."""
        return await self._http.get(ArbreAu, f"/v1/structures/{structure}/arbre-au", {"le": le.isoformat()})

    async def flux(self, depuis: str | None = None, limite: int = 100) -> PageFlux:
        """Read what was published after a cursor, in order."""
        query = {"limite": str(limite)} | ({"depuis": depuis} if depuis else {})
        return await self._http.get(PageFlux, "/v1/flux", query)
