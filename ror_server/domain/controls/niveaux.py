"""The levels of a fiche: itself, then each row of its groups, whose fields are judged together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ror_server.domain.controls.formulaire import Formulaire
from ror_tui.api_client.models import LIGNE_ID, Champ, Ligne, TypeChamp, Valeurs, contexte, lignes_de


@dataclass(frozen=True, slots=True)
class Niveau:
    """Fields that stand side by side, and their values; `prefixe` is the path to them.

    Their conditions are judged among the values of `autour`.
    """

    prefixe: str
    champs: Sequence[Champ]
    valeurs: Valeurs
    autour: Valeurs

    def chemin(self, champ_id: str) -> str:
        """Give the path to a field of this level."""
        return f"{self.prefixe}{champ_id}"

    def texte(self, champ_id: str) -> str | None:
        """Give the value of a field that is shown when it is a text that is not blank."""
        valeur = self.valeurs.get(champ_id)
        return valeur if isinstance(valeur, str) and valeur.strip() and self._shown(champ_id) else None

    def _shown(self, champ_id: str) -> bool:
        """Tell whether a field is shown: a fault of one that is not could never be mended."""
        return all(champ.visible(self.autour) for champ in self.champs if champ.id == champ_id)


@dataclass(frozen=True, slots=True)
class Groupe:
    """A group with its rows; `chemin` is the path to it."""

    chemin: str
    champ: Champ
    lignes: Sequence[Ligne]
    autour: Valeurs

    def prefixe(self, rank: int) -> str:
        """Give the path to the fields of a row: by its id, or by its rank when it has none."""
        name = self.lignes[rank].get(LIGNE_ID)
        return f"{self.chemin}/{name if isinstance(name, str) and name else rank}/"

    def niveau(self, rank: int) -> Niveau:
        """Give the fields of a row."""
        row = self.lignes[rank]
        return Niveau(self.prefixe(rank), self.champ.champs, row, contexte(self.autour, row))


def levels(form: Formulaire, valeurs: Valeurs) -> tuple[list[Niveau], list[Groupe]]:
    """Give the levels and the groups of a fiche that have values; what is hidden is left out."""
    found: list[Niveau] = [Niveau("", form.champs, valeurs, valeurs)]
    groups: list[Groupe] = []
    for level in found:
        for group in _groups(level):
            groups.append(group)
            found.extend(group.niveau(rank) for rank in range(len(group.lignes)))
    return found, groups


def _groups(level: Niveau) -> Iterator[Groupe]:
    for champ in level.champs:
        if champ.type is not TypeChamp.GROUPE:
            continue
        rows = lignes_de(level.valeurs.get(champ.id))
        if rows and champ.visible(level.autour):
            yield Groupe(level.chemin(champ.id), champ, rows, level.autour)
