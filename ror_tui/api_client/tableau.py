"""The units of a dossier as a table."""

from __future__ import annotations

import base64
from typing import Literal
from uuid import UUID

from ror_tui.api_client._http import Call, Http
from ror_tui.api_client.models import ActionFaite, FichierTableau, Grille, SaisieTableau, TableauControle

Forme = Literal["csv", "xlsx"]

_MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class TableauResource:
    """`/v1/dossiers/{id}/tableau`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, dossier_id: UUID, nom: str, contenu: bytes) -> Grille:
        """Have a file, or a paste, read as texts.

        Raises:
            Invalid: It is no table that can be read.
        """
        fichier = FichierTableau(nom=nom, contenu=base64.b64encode(contenu).decode())
        return await self._http.post(Grille, f"/v1/dossiers/{dossier_id}/tableau/lecture", fichier)

    async def controler(self, dossier_id: UUID, saisie: SaisieTableau) -> TableauControle:
        """Read what each row would do, and what the controls find in each cell."""
        return await self._http.post(TableauControle, f"/v1/dossiers/{dossier_id}/tableau/controle", saisie)

    async def appliquer(self, dossier_id: UUID, saisie: SaisieTableau, *, version: int) -> ActionFaite:
        """Create and modify the units of a table: all or none."""
        path = f"/v1/dossiers/{dossier_id}/tableau"
        return await self._http.post(ActionFaite, path, saisie, if_match=version)

    async def exporter(self, dossier_id: UUID, forme: Forme, sous: UUID) -> bytes:
        """Read the units below a structure as a file for spreadsheets."""
        call = Call("GET", f"/v1/dossiers/{dossier_id}/tableau.{forme}", {"sous": str(sous)}, accept=_MEDIA[forme])
        async with self._http.stream(call) as chunks:
            return b"".join([chunk async for chunk in chunks])
