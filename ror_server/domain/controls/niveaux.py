"""The levels of a fiche: itself, then each row of its groups, whose fields are judged together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ror_server.domain.controls.formulaire import Formulaire
from ror_tui.api_client.models import LIGNE_ID, Champ, Ligne, TypeChamp, Valeurs, lignes_de


@dataclass(frozen=True, slots=True)
class Niveau:
    """Fields that stand side by side, and their values; `prefixe` is the path to them."""

    prefixe: str
    champs: Sequence[Champ]
    valeurs: Mapping[str, object]

    def chemin(self, champ_id: str) -> str:
        """Give the path to a field of this level."""
        return f"{self.prefixe}{champ_id}"

    def texte(self, champ_id: str) -> str | None:
        """Give the value of a field when it is a text that is not blank."""
        valeur = self.valeurs.get(champ_id)
        return valeur if isinstance(valeur, str) and valeur.strip() else None


@dataclass(frozen=True, slots=True)
class Groupe:
    """A group with its rows; `chemin` is the path to it."""

    chemin: str
    champ: Champ
    lignes: Sequence[Ligne]

    def prefixe(self, rank: int) -> str:
        """Give the path to the fields of a row: by its id, or by its rank when it has none."""
        name = self.lignes[rank].get(LIGNE_ID)
        return f"{self.chemin}/{name if isinstance(name, str) and name else rank}/"


def levels(form: Formulaire, valeurs: Valeurs) -> tuple[list[Niveau], list[Groupe]]:
    """Give the levels and the groups of a fiche that have values; what is hidden is left out."""
    found: list[Niveau] = [Niveau("", form.champs, valeurs)]
    groups: list[Groupe] = []
    for level in found:
        for group in _groups(level):
            groups.append(group)
            rows = enumerate(group.lignes)
            found.extend(Niveau(group.prefixe(rank), group.champ.champs, row) for rank, row in rows)
    return found, groups


def _groups(level: Niveau) -> Iterator[Groupe]:
    for champ in level.champs:
        if champ.type is not TypeChamp.GROUPE:
            continue
        rows = lignes_de(level.valeurs.get(champ.id))  # type: ignore[arg-type]  # values of a level are those of a fiche
        if rows:
            yield Groupe(level.chemin(champ.id), champ, rows)
