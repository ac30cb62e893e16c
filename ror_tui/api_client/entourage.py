"""Around a dossier: who is there, comments, where it stands."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client._http import Call, Http, json_body
from ror_tui.api_client.models import Commentaires, CreationCommentaire, Entourage, Reglement, Signe, Suivi


class EntourageResource:
    """`/v1/dossiers/{id}/entourage`, `presence`, `commentaires`, `suivi`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, dossier_id: UUID) -> Entourage:
        """Read who is in a dossier, and the comments and refusals on its fiches."""
        return await self._http.get(Entourage, f"/v1/dossiers/{dossier_id}/entourage")

    async def signaler(self, dossier_id: UUID, signe: Signe) -> Entourage:
        """Say where one is in a dossier, and read who else is there."""
        call = Call("PUT", f"/v1/dossiers/{dossier_id}/presence", body=json_body(signe))
        return (await self._http.send(call)).read(Entourage)

    async def quitter(self, dossier_id: UUID) -> None:
        """Say that one left a dossier."""
        await self._http.send(Call("DELETE", f"/v1/dossiers/{dossier_id}/presence"))

    async def suivi(self, dossier_id: UUID) -> Suivi:
        """Read where a dossier is."""
        return await self._http.get(Suivi, f"/v1/dossiers/{dossier_id}/suivi")

    async def commentaires(self, dossier_id: UUID) -> Commentaires:
        """Read the conversation of a dossier, oldest first."""
        return await self._http.get(Commentaires, f"/v1/dossiers/{dossier_id}/commentaires")

    async def commenter(self, dossier_id: UUID, commentaire: CreationCommentaire) -> Commentaires:
        """Write a message on a fiche, or on the dossier."""
        return await self._http.post(Commentaires, f"/v1/dossiers/{dossier_id}/commentaires", commentaire)

    async def regler(self, dossier_id: UUID, commentaire_id: UUID, reglement: Reglement) -> Commentaires:
        """Mark a message as settled, or no longer."""
        path = f"/v1/dossiers/{dossier_id}/commentaires/{commentaire_id}/regler"
        return await self._http.post(Commentaires, path, reglement)
