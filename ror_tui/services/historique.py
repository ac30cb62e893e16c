"""What is done with the history: reading it, looking at the past, taking a publication back."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Conflict, NotFound
from ror_tui.api_client.models import (
    Annulation,
    ArbreAu,
    Modele,
    Nomenclature,
    Page,
    PublicationLue,
    Structure,
    StructureAu,
)
from ror_tui.texts import french

_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")


class BadDateError(ValueError):
    """What was typed is no past date; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class FichePassee:
    """A structure as it was published, with what it takes to read it."""

    passe: StructureAu
    modele: Modele | None
    nomenclatures: dict[str, Nomenclature]

    @property
    def structure(self) -> Structure:
        """The structure of then."""
        return self.passe.structure


def jour(typed: str, today: date) -> datetime:
    """Read a date as it is typed, jj/mm/aaaa, and give the end of that day on this machine's clock.

    Args:
        typed: What was typed.
        today: The present day.

    Raises:
        BadDateError: It is no date, or it is to come.
    """
    found = _DAY.fullmatch(typed.strip())
    if found is None:
        raise BadDateError(french("Tapez une date : jj/mm/aaaa, par exemple 24/11/2026."))
    day, month, year = (int(part) for part in found.groups())
    try:
        asked = date(year, month, day)
    except ValueError as error:
        raise BadDateError(french(f"Le {typed.strip()} n'existe pas : tapez une date, jj/mm/aaaa.")) from error
    if asked > today:
        raise BadDateError("Cette date est à venir : le Répertoire ne montre que le présent et le passé.")
    return datetime.combine(asked, time.max).astimezone()


def borne(moment: datetime, now: datetime) -> datetime:
    """Give a moment, or the present when it is not over yet: the end of today is asked as it stands now."""
    return min(moment, now.astimezone())


async def lister(
    client: RorClient, structure_id: UUID | None, curseur: str | None = None, *, dessous: bool = True
) -> Page[PublicationLue]:
    """Read a page of publications, the newest first.

    Args:
        client: Signed in.
        structure_id: Of which structure; None for the whole Répertoire.
        curseur: `suivant` of the page before.
        dessous: Whether what stands below the structure counts.
    """
    return await client.historique.lister(structure_id, dessous=dessous, curseur=curseur)


async def lire(client: RorClient, seq: int) -> PublicationLue:
    """Read one publication with all that it did."""
    return await client.historique.lire(seq)


async def annuler(client: RorClient, seq: int) -> UUID:
    """Give the dossier that takes a publication back: a new one, or the one that is open for it already."""
    try:
        return (await client.historique.annuler(seq, Annulation(id=uuid4()))).id
    except Conflict as error:
        if error.probleme.dossier_id is None:
            raise
        return error.probleme.dossier_id


async def fiche_au(client: RorClient, structure_id: UUID, le: datetime) -> FichePassee:
    """Read a fiche as it was published at a moment, with its form and the nomenclatures of its codes."""
    passe = await client.historique.structure_au(structure_id, le)
    modele = await _form(client, passe.structure)
    champs = modele.champs() if modele else []
    wanted = sorted(
        {champ.nomenclature for champ in champs if champ.nomenclature and champ.id in passe.structure.valeurs}
    )
    read = await asyncio.gather(*(client.modeles.nomenclature(name) for name in wanted))
    return FichePassee(passe, modele, dict(zip(wanted, read, strict=True)))


async def _form(client: RorClient, structure: Structure) -> Modele | None:
    try:
        return await client.modeles.lire(structure.kind, structure.discipline, structure.categorie_eg)
    except NotFound:
        return None


async def arbre_au(client: RorClient, structure_id: UUID, le: datetime) -> ArbreAu:
    """Read the tree of an establishment as it was published at a moment."""
    return await client.historique.arbre_au(structure_id, le)
