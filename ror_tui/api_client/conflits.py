"""The conflicts of a dossier with the Répertoire."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import Conflits, Resolution


class ConflitsResource:
    """`/v1/dossiers/{id}/conflits`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, dossier_id: UUID) -> Conflits:
        """Read all that must be answered before the dossier can be sent."""
        return await self._http.get(Conflits, f"/v1/dossiers/{dossier_id}/conflits")

    async def resoudre(self, dossier_id: UUID, resolution: Resolution, *, version: int) -> Conflits:
        """Answer some conflicts, all or none; gives those that are left.

        Raises:
            Stale: The dossier changed since it was read.
            Conflict: What was published moved again; `probleme.conflits` says how.
        """
        path = f"/v1/dossiers/{dossier_id}/conflits/resoudre"
        return await self._http.post(Conflits, path, resolution, if_match=version)
