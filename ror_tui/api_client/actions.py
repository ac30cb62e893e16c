"""What is done to the fiches of a dossier: actions on several at once, undo and redo."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import (
    ActionFaite,
    ActionGroupee,
    Consequences,
    DemandeGabarit,
    FichesVisees,
    GesteFait,
    Gestes,
)


class ActionsResource:
    """`/v1/dossiers/{id}/actions`, `…/gestes`, `…/annuler` and `…/refaire`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def agir(self, dossier_id: UUID, action: ActionGroupee) -> ActionFaite:
        """Do one action on several fiches: all or none.

        Raises:
            Invalid: `probleme.errors` gives the reason of each fiche, by `/fiches/<id>`.
        """
        return await self._http.post(ActionFaite, f"/v1/dossiers/{dossier_id}/actions", action)

    async def gabarit(self, dossier_id: UUID, demande: DemandeGabarit) -> ActionFaite:
        """Create fiches after a template, which may stand in another establishment."""
        return await self._http.post(ActionFaite, f"/v1/dossiers/{dossier_id}/gabarit", demande)

    async def consequences(self, dossier_id: UUID, fiches: Sequence[UUID]) -> Consequences:
        """Read what deleting some fiches would do."""
        path = f"/v1/dossiers/{dossier_id}/consequences"
        return await self._http.post(Consequences, path, FichesVisees(fiches=list(fiches)))

    async def gestes(self, dossier_id: UUID, *, avant: int | None = None) -> Gestes:
        """Read what was done to a dossier, the last first.

        Args:
            dossier_id: The dossier.
            avant: `suivant` of the page before.
        """
        query = {"avant": str(avant)} if avant is not None else None
        return await self._http.get(Gestes, f"/v1/dossiers/{dossier_id}/gestes", query)

    async def annuler(self, dossier_id: UUID, *, version: int) -> GesteFait:
        """Undo the last geste of this account that stands.

        Raises:
            Conflict: There is none, or somebody changed since what it touched.
        """
        return await self._http.post(GesteFait, f"/v1/dossiers/{dossier_id}/annuler", if_match=version)

    async def refaire(self, dossier_id: UUID, *, version: int) -> GesteFait:
        """Do again what this account undid last."""
        return await self._http.post(GesteFait, f"/v1/dossiers/{dossier_id}/refaire", if_match=version)
