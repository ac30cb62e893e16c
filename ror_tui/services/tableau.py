"""Many units as a table: read, checked, mended cell by cell, then made in one action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    LARGEST_FILE,
    ActionFaite,
    ConstatCellule,
    EffetLigne,
    Gravite,
    Grille,
    Kind,
    LigneTableau,
    Modele,
    Nomenclature,
    SaisieTableau,
    TableauControle,
)
from ror_tui.services.export import REASONS
from ror_tui.texts import french


class FichierIllisibleError(Exception):
    """The file cannot be read; the message is a French sentence."""


@dataclass
class Tableau:
    """A table in hand: its texts, and what the server said of each row."""

    dossier_id: UUID
    parent_id: UUID
    controle: TableauControle
    modele: Modele
    nomenclatures: dict[str, Nomenclature] = field(default_factory=dict)

    @property
    def lignes(self) -> list[LigneTableau]:
        """The rows."""
        return self.controle.lignes

    def count(self, effet: EffetLigne) -> int:
        """Count the rows that do something."""
        return sum(ligne.effet is effet for ligne in self.lignes)

    def constats(self, ligne: int, colonne: int | None) -> list[ConstatCellule]:
        """Give what was found in a cell, the errors first."""
        found = [constat for constat in self.lignes[ligne].constats if constat.colonne == colonne]
        return sorted(found, key=lambda one: (not one.bloquant, one.gravite is not Gravite.ERREUR))

    def next_to_mend(self, ligne: int, colonne: int) -> tuple[int, int] | None:
        """Give the next cell that something must be mended in: first those that stop all, then the other errors."""
        for blocking in (True, False):
            cells = [
                (row, constat.colonne)
                for row, one in enumerate(self.lignes)
                for constat in one.constats
                if constat.colonne is not None and (constat.bloquant if blocking else constat.gravite is Gravite.ERREUR)
            ]
            if cells:
                return next((cell for cell in sorted(cells) if cell > (ligne, colonne)), min(cells))
        return None

    def saisie(self, lignes: Sequence[int] | None = None) -> SaisieTableau:
        """Give the request that says the table, or some of its rows."""
        rows = range(len(self.lignes)) if lignes is None else lignes
        return SaisieTableau(
            parent_id=self.parent_id,
            entetes=[colonne.entete for colonne in self.controle.colonnes],
            lignes=[list(self.lignes[row].cellules) for row in rows],
        )


def octets(fichier: Path) -> bytes:
    """Read a file of this machine.

    Raises:
        FichierIllisibleError: It cannot be read, or is too large.
    """
    try:
        if fichier.stat().st_size > LARGEST_FILE:
            text = f"« {fichier} » est trop grand : {LARGEST_FILE // 1_000_000} Mo au plus."
            raise FichierIllisibleError(french(text))
        return fichier.read_bytes()
    except OSError as error:
        reason = REASONS.get(error.errno or 0, f"erreur {error.errno} du système")
        raise FichierIllisibleError(french(f"« {fichier} » n'a pas pu être lu : {reason}.")) from error


async def ouvrir(client: RorClient, dossier_id: UUID, parent_id: UUID, nom: str, contenu: bytes) -> Tableau:
    """Have a file or a paste read, and checked.

    Args:
        client: Signed in.
        dossier_id: The dossier.
        parent_id: Where to create the units that do not say it themselves.
        nom: Name of the file.
        contenu: Its bytes.
    """
    grille: Grille = await client.tableau.lire(dossier_id, nom, contenu)
    saisie = SaisieTableau(parent_id=parent_id, entetes=grille.entetes, lignes=grille.lignes)
    controle = await client.tableau.controler(dossier_id, saisie)
    modele = await client.modeles.lire(Kind.UO, controle.discipline, controle.categorie_eg)
    return Tableau(dossier_id, parent_id, controle, modele)


async def corriger(client: RorClient, tableau: Tableau, ligne: int, colonne: int, texte: str) -> None:
    """Write a text in a cell, and have its row checked again."""
    cells = list(tableau.lignes[ligne].cellules)
    cells[colonne] = texte
    one = SaisieTableau(parent_id=tableau.parent_id, entetes=tableau.saisie([]).entetes, lignes=[cells])
    checked = await client.tableau.controler(tableau.dossier_id, one)
    lignes = [checked.lignes[0] if row == ligne else kept for row, kept in enumerate(tableau.lignes)]
    tableau.controle = tableau.controle.model_copy(update={"lignes": lignes})


async def relire(client: RorClient, tableau: Tableau) -> None:
    """Have the whole table checked again, against the dossier as it is now."""
    tableau.controle = await client.tableau.controler(tableau.dossier_id, tableau.saisie())


def enlever(tableau: Tableau, ligne: int) -> None:
    """Take a row out of the table."""
    lignes = [kept for row, kept in enumerate(tableau.lignes) if row != ligne]
    tableau.controle = tableau.controle.model_copy(update={"lignes": lignes})


async def appliquer(client: RorClient, tableau: Tableau) -> ActionFaite:
    """Create and modify the units of the table: all or none."""
    return await client.tableau.appliquer(tableau.dossier_id, tableau.saisie(), version=tableau.controle.version)
