"""What the controls find: of a dossier, of an establishment, of what is being typed."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import Controles, ControlesSaisie, DemandeControles, Gravite, Valeurs


class ControlesResource:
    """`…/controles`: nothing that is asked here writes anything."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def dossier(
        self, dossier_id: UUID, *, gravite: Gravite | None = None, curseur: str | None = None, limite: int = 500
    ) -> Controles:
        """Read a page of what the controls find in a dossier."""
        return await self._page(f"/v1/dossiers/{dossier_id}/controles", gravite, curseur, limite)

    async def structure(
        self, structure_id: UUID, *, gravite: Gravite | None = None, curseur: str | None = None, limite: int = 500
    ) -> Controles:
        """Read a page of what the controls find in the published establishment of a structure.

        Raises:
            Forbidden: It lies outside the account's territory.
            Conflict: It is a legal entity.
        """
        return await self._page(f"/v1/structures/{structure_id}/controles", gravite, curseur, limite)

    async def _page(self, path: str, gravite: Gravite | None, curseur: str | None, limite: int) -> Controles:
        query = {"limite": str(limite)} | ({"gravite": gravite.value} if gravite else {})
        return await self._http.get(Controles, path, query | ({"curseur": curseur} if curseur else {}))

    async def fiche(self, dossier_id: UUID, fiche_id: UUID, valeurs: Valeurs) -> ControlesSaisie:
        """Judge answers that are not saved, over a fiche of a dossier."""
        path = f"/v1/dossiers/{dossier_id}/fiches/{fiche_id}/controles"
        return await self._http.post(ControlesSaisie, path, DemandeControles(valeurs=valeurs))

    async def publiee(self, structure_id: UUID, valeurs: Valeurs) -> ControlesSaisie:
        """Judge answers that are not saved, over a published fiche."""
        path = f"/v1/structures/{structure_id}/controles"
        return await self._http.post(ControlesSaisie, path, DemandeControles(valeurs=valeurs))
