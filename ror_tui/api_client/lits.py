"""Beds and places of the units of a structure."""

from __future__ import annotations

from uuid import UUID, uuid4

from ror_tui.api_client._http import Call, Http, json_body
from ror_tui.api_client.models import LitsPasses, Page, ReleveLits, SaisieLits


class LitsResource:
    """`/v1/structures/{id}/lits`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, structure_id: UUID) -> ReleveLits:
        """Read the beds and places of a structure and all below it."""
        return await self._http.get(ReleveLits, f"/v1/structures/{structure_id}/lits")

    async def saisir(self, structure_id: UUID, saisie: SaisieLits, *, cle: UUID | None = None) -> ReleveLits:
        """Write the figures of units, all or none, once whatever is lost on the way.

        Args:
            structure_id: The structure; the units stand at or below it.
            saisie: All the figures of each unit, with the version that they were typed over.
            cle: Idempotency-Key; a fresh one when the same save was never sent before.

        Raises:
            Stale: `probleme.lits` gives the units that somebody else typed meanwhile, as they are now.
            Invalid: `probleme.errors` points to `/unites/<row>/capacites/<rank>/<part>`.
        """
        path = f"/v1/structures/{structure_id}/lits"
        call = Call("PUT", path, body=json_body(saisie), key=str(cle or uuid4()))
        return (await self._http.send(call)).read(ReleveLits)

    async def historique(self, structure_id: UUID, avant: str | None = None) -> Page[LitsPasses]:
        """Read who typed what and when, the newest first."""
        query = {"avant": avant} if avant else {}
        return await self._http.get(Page[LitsPasses], f"/v1/structures/{structure_id}/lits/historique", query)
