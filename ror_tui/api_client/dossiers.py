"""Dossiers collaboratifs and their fiches."""

from __future__ import annotations

import unicodedata
from typing import Literal
from uuid import UUID

from ror_tui.api_client._http import Http
from ror_tui.api_client.errors import ServiceSlow, ServiceUnreachable, Stale
from ror_tui.api_client.models import (
    ActionDossier,
    ArbreDossier,
    CreationDossier,
    CreationFiches,
    Differences,
    Dossier,
    DossierResume,
    Fiche,
    Ligne,
    Modele,
    ModificationFiche,
    Page,
    Partage,
    Probleme,
    Refus,
    Tri,
    Valeur,
    Valeurs,
    codes_de,
    lignes_de,
    vide,
)

VueDossiers = Literal["ouverts", "tous", "a_traiter"]
OrdreDossiers = Literal["recent", "ancien"]
"""Which comes first, by when it came to its state."""


class DossiersResource:
    """`/v1/dossiers`. Every change names the version it applies to; every act carries its Idempotency-Key."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lister(
        self,
        vue: VueDossiers,
        *,
        curseur: str | None = None,
        limite: int = 100,
        ordre: OrdreDossiers = "recent",
        total: bool = False,
    ) -> Page[DossierResume]:
        """Read one page of the dossiers that the account may see, with how many there are when `total` is asked."""
        query = {"vue": vue, "limite": str(limite)} | ({"curseur": curseur} if curseur else {})
        query |= ({"ordre": ordre} if ordre != "recent" else {}) | ({"total": "true"} if total else {})
        return await self._http.get(Page[DossierResume], "/v1/dossiers", query)

    async def creer(self, creation: CreationDossier) -> Dossier:
        """Open a dossier.

        Raises:
            Conflict: When one is already open there; `probleme.dossier_id` names it.
        """
        return await self._http.post(Dossier, "/v1/dossiers", creation)

    async def lire(self, dossier_id: UUID) -> Dossier:
        """Read a dossier with what can be done with it."""
        return await self._http.get(Dossier, f"/v1/dossiers/{dossier_id}")

    async def arbre(self, dossier_id: UUID) -> ArbreDossier:
        """Read the whole tree of a dossier."""
        return await self._http.get(ArbreDossier, f"/v1/dossiers/{dossier_id}/arbre")

    async def differences(self, dossier_id: UUID) -> Differences:
        """Read the difference with the Répertoire, in French sentences."""
        return await self._http.get(Differences, f"/v1/dossiers/{dossier_id}/differences")

    async def agir(self, dossier_id: UUID, action: ActionDossier, *, version: int) -> Dossier:
        """Send on, validate, withdraw or abandon a dossier."""
        return await self._http.post(Dossier, f"/v1/dossiers/{dossier_id}/{action.value}", if_match=version)

    async def refuser(self, dossier_id: UUID, refus: Refus, *, version: int) -> Dossier:
        """Send a dossier back to its author with a reason."""
        return await self._http.post(Dossier, f"/v1/dossiers/{dossier_id}/refuser", refus, if_match=version)

    async def partage(self, dossier_id: UUID, tri: Tri) -> Partage:
        """Read what would be published without some fiches, and what would follow them."""
        return await self._http.post(Partage, f"/v1/dossiers/{dossier_id}/partage", tri)

    async def valider_partie(self, dossier_id: UUID, tri: Tri, *, version: int) -> Dossier:
        """Publish what can stand without some fiches; the rest goes back in a follow-up dossier."""
        return await self._http.post(Dossier, f"/v1/dossiers/{dossier_id}/valider-partie", tri, if_match=version)

    async def creer_fiches(self, dossier_id: UUID, creation: CreationFiches) -> ArbreDossier:
        """Create one structure per id of the request."""
        return await self._http.post(ArbreDossier, f"/v1/dossiers/{dossier_id}/fiches", creation)

    async def fiche(self, dossier_id: UUID, fiche_id: UUID) -> Fiche:
        """Read a fiche as the dossier sees it."""
        return await self._http.get(Fiche, _fiche(dossier_id, fiche_id))

    async def modele(self, dossier_id: UUID, fiche_id: UUID) -> Modele:
        """Read the form of a fiche."""
        return await self._http.get(Modele, f"{_fiche(dossier_id, fiche_id)}/modele")

    async def modifier(
        self, dossier_id: UUID, fiche_id: UUID, modification: ModificationFiche, *, version: int
    ) -> Fiche:
        """Save answers of a fiche.

        When the answer is lost the change is sent once more with the same version: it is made at most once, and a
        refusal that shows our own change is a success.

        Args:
            dossier_id: The dossier.
            fiche_id: The fiche.
            modification: The fields that change; null erases.
            version: Version of the fiche that they apply to.

        Raises:
            Stale: Somebody else saved the fiche since it was read.
            Invalid: `probleme.errors` points to `/valeurs/<champ>`.
        """
        path = _fiche(dossier_id, fiche_id)
        try:
            return await self._http.patch(Fiche, path, modification, if_match=version)
        except (ServiceUnreachable, ServiceSlow) as error:
            if not error.transient:
                raise
        try:
            return await self._http.patch(Fiche, path, modification, if_match=version)
        except Stale as stale:
            if not is_ours(stale.probleme, version, modification.valeurs):
                raise
        return await self.fiche(dossier_id, fiche_id)

    async def finaliser(self, dossier_id: UUID, fiche_id: UUID, *, version: int) -> Fiche:
        """Finalise a fiche: it goes green.

        Raises:
            Invalid: The controls found errors; `probleme.errors` names them.
        """
        return await self._http.post(Fiche, f"{_fiche(dossier_id, fiche_id)}/finaliser", if_match=version)

    async def supprimer(self, dossier_id: UUID, fiche_id: UUID, *, version: int) -> ArbreDossier:
        """Delete a fiche and all below it."""
        return await self._http.delete(ArbreDossier, _fiche(dossier_id, fiche_id), if_match=version)


def _fiche(dossier_id: UUID, fiche_id: UUID) -> str:
    return f"/v1/dossiers/{dossier_id}/fiches/{fiche_id}"


def is_ours(probleme: Probleme, version: int, sent: Valeurs) -> bool:
    """Tell whether the version that stands in the way is the one our own lost request made."""
    if probleme.valeurs is None or (probleme.etag or "").strip('"') != str(version + 1):
        return False
    return all(kept_value(probleme.valeurs.get(champ)) == kept_value(valeur) for champ, valeur in sent.items())


def kept_value(valeur: Valeur) -> Valeur:
    """Give a value as the server keeps it: trimmed, empty as null, codes without order or doubles, rows in order."""
    if vide(valeur):
        return None
    if rows := lignes_de(valeur):
        return [_kept_row(row) for row in rows]
    if isinstance(valeur, str):
        return _kept_text(valeur)
    return sorted({_kept_text(code) for code in codes_de(valeur)}) if isinstance(valeur, list) else valeur


def _kept_row(row: Ligne) -> Ligne:
    return {key: kept for key, valeur in row.items() if (kept := kept_value(valeur)) is not None}


def _kept_text(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(char)[0] == "C" else char for char in composed).split())
