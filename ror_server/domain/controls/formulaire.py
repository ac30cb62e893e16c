"""A form as the controls read it: compiled once, for thousands of fiches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ror_tui.api_client.models import Champ, Kind, Modele

_MOST = 256
_COMPILED: dict[int, Formulaire] = {}


@dataclass(frozen=True, slots=True)
class Formulaire:
    """The fields of a form, in the order of the screen, by id, and the first one of each nomenclature."""

    modele: Modele
    champs: tuple[Champ, ...]
    par_id: Mapping[str, Champ]
    par_nomenclature: Mapping[str, str]

    @property
    def kind(self) -> Kind:
        """What the form describes."""
        return self.modele.kind


def compiled(modele: Modele) -> Formulaire:
    """Give a form compiled; forms are few, live as long as the process and never change."""
    found = _COMPILED.get(id(modele))
    if found is None or found.modele is not modele:
        if len(_COMPILED) >= _MOST:
            _COMPILED.clear()
        found = _COMPILED[id(modele)] = _compile(modele)
    return found


def _compile(modele: Modele) -> Formulaire:
    champs = tuple(modele.champs())
    first: dict[str, str] = {}
    for champ in champs:
        if champ.nomenclature:
            first.setdefault(champ.nomenclature, champ.id)
    return Formulaire(modele, champs, {champ.id: champ for champ in champs}, first)
