"""What is wrong or missing in what is typed, judged again only where it changed: a key judges its own field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import is_

from ror_tui.api_client.models import Champ, Modele, TypeChamp, Valeur, Valeurs, vide
from ror_tui.api_client.models.base import LIGNE_ID, Ligne, lignes_de
from ror_tui.api_client.models.formulaires import contexte
from ror_tui.services.saisie import chemins, frappe
from ror_tui.services.saisie.chemins import Chemin


@dataclass(frozen=True, slots=True)
class Jugement:
    """What is thought of a field that is shown.

    Args:
        chemin: Its path.
        texte: Its path as a `Constat` writes it.
        faute: What is awaited, when its value is not of the right shape.
        manque: Whether it is required and empty.
    """

    chemin: Chemin
    texte: str
    faute: str | None
    manque: bool


@dataclass(frozen=True, slots=True)
class _Vue:
    """A row as it was judged: itself, and the answers around it that its conditions look at."""

    ligne: Ligne
    autour: Sequence[Valeur]
    jugements: Sequence[Jugement]


class Juge:
    """Judges the answers of a form; a row that is the same object, among the same answers, is judged once.

    Args:
        modele: The form.
    """

    def __init__(self, modele: Modele) -> None:
        self._modele = modele
        self._vues: dict[Chemin, _Vue] = {}
        self._regards: dict[Chemin, Sequence[str]] = {}
        self._dernier: tuple[Valeurs, Sequence[Jugement]] | None = None

    def juger(self, valeurs: Valeurs) -> Sequence[Jugement]:
        """Judge every field that is shown, in the order of the form.

        Args:
            valeurs: The answers: what is in them never changes in place.
        """
        if self._dernier is None or self._dernier[0] is not valeurs:
            self._dernier = valeurs, self._champs((), self._modele.champs(), valeurs, valeurs)
        return self._dernier[1]

    def _champs(self, base: Chemin, champs: Sequence[Champ], valeurs: Valeurs, autour: Valeurs) -> list[Jugement]:
        found: list[Jugement] = []
        prefix = f"{chemins.en_texte(base)}/" if base else ""
        for champ in champs:
            if not champ.visible_si or champ.visible(autour):
                chemin, valeur = (*base, champ.id), valeurs.get(champ.id)
                manque = champ.verrou is None and vide(valeur) and champ.exige(autour)
                found.append(Jugement(chemin, f"{prefix}{champ.id}", frappe.faute(champ, valeur), manque))
                if champ.type is TypeChamp.GROUPE:
                    for row in lignes_de(valeur):
                        found += self._ligne((*chemin, str(row[LIGNE_ID])), champ, row, autour)
        return found

    def _ligne(self, chemin: Chemin, groupe: Champ, ligne: Ligne, autour: Valeurs) -> Sequence[Jugement]:
        looked = self._regard(chemin[::2], groupe)
        seen = [autour.get(name) for name in looked]
        kept = self._vues.get(chemin)
        if kept is None or kept.ligne is not ligne or not all(map(is_, kept.autour, seen)):
            around = contexte(autour, ligne) if looked else autour
            found = self._champs(chemin, groupe.champs, ligne, around)
            kept = self._vues[chemin] = _Vue(ligne, seen, found)
        return kept.jugements

    def _regard(self, groupe: Chemin, champ: Champ) -> Sequence[str]:
        """Give the fields that the conditions of the rows of a group look at."""
        if groupe not in self._regards:
            self._regards[groupe] = sorted({name for one in champ.champs for name in _tous(one)})
        return self._regards[groupe]


def regards(champ: Champ) -> list[str]:
    """Give the fields that the conditions of a field look at.

    Args:
        champ: The field.
    """
    offered = [condition for one in champ.restrictions for condition in one.si]
    told = [condition for one in champ.affichages for condition in (*one.si, *one.clauses)]
    return [condition.champ for condition in (*champ.visible_si, *champ.obligatoire_si, *offered, *told)]


def _tous(champ: Champ) -> Iterator[str]:
    yield from regards(champ)
    for one in champ.champs:
        yield from _tous(one)
