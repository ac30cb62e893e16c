"""The entries of a dossier's file, and the mark that tells whether one changed since it was read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from ror_tui.api_client.dossiers import kept_value
from ror_tui.api_client.models import Changement, Code, FicheContenu, Kind, Modele, Valeurs

ORDRE = (Kind.EG, Kind.POLE, Kind.SERVICE, Kind.UF, Kind.UO)
_MARK = re.compile(r"(\d{1,9})-([0-9a-f]{12})")


class FichierError(Exception):
    """The file says something that cannot be done; the message is a French sentence.

    Args:
        message: The sentence.
        ligne: Line of the file, from 1; None when it is about the whole of it.
    """

    def __init__(self, message: str, ligne: int | None = None) -> None:
        super().__init__(f"ligne {ligne} : {message}" if ligne else message)
        self.ligne = ligne


@dataclass(frozen=True, slots=True)
class Formulaires:
    """The forms of an establishment's structures, and the codes that they name."""

    modeles: Mapping[Kind, Modele]
    codes: Mapping[str, Mapping[str, Code]]

    def label(self, nomenclature: str | None, code: str) -> str:
        """Give the label of a code, empty when it is not known."""
        found = self.codes.get(nomenclature or "", {}).get(code)
        return found.libelle if found else ""


@dataclass(frozen=True, slots=True)
class Repere:
    """What an entry was when it was read: the version of its fiche, and a digest of all that it said."""

    version: int
    empreinte: str

    def __str__(self) -> str:
        """Write it as it stands in the file."""
        return f"{self.version}-{self.empreinte}"

    @classmethod
    def read(cls, text: str) -> Repere | None:
        """Read it, or give None when it is none of ours."""
        found = _MARK.fullmatch(text)
        return cls(int(found[1]), found[2]) if found else None


@dataclass(frozen=True, slots=True)
class Contenu:
    """What an entry says of a structure."""

    nature: Kind
    sous: UUID | None
    valeurs: Valeurs
    supprimer: bool = False
    finalisee: bool = False

    @property
    def empreinte(self) -> str:
        """A digest of it, the same whatever the order of its fields and lists."""
        valeurs = {champ: kept_value(valeur) for champ, valeur in self.valeurs.items()}
        said = [
            self.nature,
            str(self.sous),
            {champ: valeur for champ, valeur in valeurs.items() if valeur is not None},
            self.supprimer,
            self.finalisee,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Entree:
    """One entry of a file, and the lines where it says what."""

    id: UUID
    cle: str
    """Its `id` as written: a UUID, or the name that the author gives to something new."""
    contenu: Contenu
    repere: Repere | None
    ligne: int
    lignes: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, champ: str | None) -> int:
        """Give the line of a field, or of the entry."""
        return self.lignes.get(champ or "", self.ligne)

    @property
    def edited(self) -> bool:
        """Tell whether the author changed it since it was read; something new counts as changed."""
        return self.repere is None or self.repere.empreinte != self.contenu.empreinte


@dataclass(frozen=True, slots=True)
class Fichier:
    """A file as it was read."""

    dossier_id: UUID
    entrees: Mapping[UUID, Entree]


def served(fiche: FicheContenu, formulaires: Formulaires) -> Contenu:
    """Give what the file of a fiche says, as the server has it: only the fields that its form has."""
    champs = {champ.id for champ in formulaires.modeles[fiche.kind].champs() if not champ.verrou}
    return Contenu(
        nature=fiche.kind,
        sous=fiche.parent_id,
        valeurs={champ: valeur for champ, valeur in fiche.valeurs.items() if champ in champs},
        supprimer=Changement.SUPPRIME in fiche.changements,
        finalisee=fiche.finalisee,
    )


def mark(fiche: FicheContenu, formulaires: Formulaires) -> Repere:
    """Give the mark of a fiche as the server has it."""
    return Repere(fiche.version, served(fiche, formulaires).empreinte)


def structure_id(dossier_id: UUID, cle: str) -> UUID:
    """Give the id of an entry; a name of the author's own always gives the same one, so that it is created once."""
    try:
        return UUID(cle)
    except ValueError:
        return uuid5(dossier_id, cle)
