"""The lines of a form, in their order: titles of sections, fields, rows of groups, and where a row can be added."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ror_tui.api_client.models import Champ, Section, TypeChamp, Valeurs
from ror_tui.api_client.models.base import LIGNE_ID, lignes_de
from ror_tui.api_client.models.formulaires import contexte
from ror_tui.services.saisie.chemins import Chemin
from ror_tui.services.saisie.etat import Saisie


class Genre(Enum):
    """What a line of a form is."""

    SECTION = "section"
    CHAMP = "champ"
    LIGNE = "ligne"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a form.

    Args:
        genre: What it is.
        chemin: Path to the field or to the row; the id of the section for a title.
        champ: The field, that of the group for a row; None for a title.
        niveau: How deep it stands: 0 in the fiche, 1 in a row, 2 in a row of a row.
        titre: Title of a section.
    """

    genre: Genre
    chemin: Chemin
    champ: Champ | None
    niveau: int = 0
    titre: str = ""


def places(saisie: Saisie, ouvertes: Collection[Chemin]) -> list[Place]:
    """Give the lines of a form; the fields of a row are there when the row is open.

    Args:
        saisie: The form.
        ouvertes: Paths of the rows that are open.
    """
    return [place for section in saisie.modele.sections for place in _section(saisie, section, ouvertes)]


def _section(saisie: Saisie, section: Section, ouvertes: Collection[Chemin]) -> list[Place]:
    found = list(_champs((), section.champs, (saisie.valeurs, saisie.valeurs), ouvertes))
    return [Place(Genre.SECTION, (section.id,), None, titre=section.titre), *found] if found else []


def _champs(
    base: Chemin, champs: Sequence[Champ], valeurs: tuple[Valeurs, Valeurs], ouvertes: Collection[Chemin]
) -> Iterator[Place]:
    own, around = valeurs
    units = {champ.champ_unite for champ in champs if champ.champ_unite}
    for champ in champs:
        if champ.id in units or not champ.visible(around):
            continue
        path, depth = (*base, champ.id), len(base) // 2
        yield Place(Genre.CHAMP, path, champ, depth)
        if champ.type is not TypeChamp.GROUPE:
            continue
        for row in lignes_de(own.get(champ.id)):
            at = (*path, str(row[LIGNE_ID]))
            yield Place(Genre.LIGNE, at, champ, depth)
            if at in ouvertes:
                yield from _champs(at, champ.champs, (row, contexte(around, row)), ouvertes)
