"""Published structures."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.dossiers import is_ours
from ror_tui.api_client.errors import ServiceSlow, ServiceUnreachable, Stale
from ror_tui.api_client.models import Modele, ModificationStructure, Structure


class StructuresResource:
    """`/v1/structures`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, structure_id: UUID) -> Structure:
        """Read a published structure with the values of its fiche."""
        return await self._http.get(Structure, f"/v1/structures/{structure_id}")

    async def modifier(self, structure_id: UUID, modification: ModificationStructure, *, version: int) -> Structure:
        """Publish new values of a fiche.

        When the answer is lost the change is sent once more with the same version: it is made at most once, and a
        refusal that shows our own change is a success.

        Raises:
            Conflict: `probleme.questions` asks whether open dossiers follow.
            Stale: Somebody else published the fiche since it was read.
            Invalid: `probleme.errors` points to `/valeurs/<champ>`.
        """
        path = f"/v1/structures/{structure_id}"
        try:
            return await self._http.patch(Structure, path, modification, if_match=version)
        except (ServiceUnreachable, ServiceSlow) as error:
            if not error.transient:
                raise
        try:
            return await self._http.patch(Structure, path, modification, if_match=version)
        except Stale as stale:
            if not is_ours(stale.probleme, version, modification.valeurs):
                raise
        return await self.lire(structure_id)

    async def modele(self, structure_id: UUID) -> Modele:
        """Read the form that its fiche is shown with."""
        return await self._http.get(Modele, f"/v1/structures/{structure_id}/modele")
