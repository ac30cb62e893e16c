"""Published structures."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.models import Modele, Structure


class StructuresResource:
    """`/v1/structures`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, structure_id: UUID) -> Structure:
        """Read a published structure with the values of its fiche."""
        return await self._http.get(Structure, f"/v1/structures/{structure_id}")

    async def modele(self, structure_id: UUID) -> Modele:
        """Read the form that its fiche is shown with."""
        return await self._http.get(Modele, f"/v1/structures/{structure_id}/modele")
