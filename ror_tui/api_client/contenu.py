"""The content of a dossier as a whole."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import ContenuDossier, LotDossier


class ContenuResource:
    """`/v1/dossiers/{id}/contenu`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, dossier_id: UUID) -> ContenuDossier:
        """Read every fiche of a dossier."""
        return await self._http.get(ContenuDossier, _path(dossier_id))

    async def appliquer(self, dossier_id: UUID, lot: LotDossier, *, version: int) -> ContenuDossier:
        """Make a set of changes, all or nothing.

        Args:
            dossier_id: The dossier.
            lot: The changes, and the content that they were worked out from.
            version: Version of the dossier at that moment.

        Returns:
            The content after.

        Raises:
            Stale: The dossier or the Répertoire below it changed since it was read.
            Invalid: `probleme.errors` points to `/fiches/<id>` or `/fiches/<id>/valeurs/<champ>`.
        """
        return await self._http.post(ContenuDossier, _path(dossier_id), lot, if_match=version)


def _path(dossier_id: UUID) -> str:
    return f"/v1/dossiers/{dossier_id}/contenu"
