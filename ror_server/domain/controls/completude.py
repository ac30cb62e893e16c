"""How far a fiche is filled: required fields, and criteria of population of a unit (DESIGN §6, DOMAIN §5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ror_server.domain.controls.contexte import Codes, Contexte
from ror_server.domain.controls.criteres import POPULATION
from ror_server.domain.controls.formulaire import Formulaire, compiled
from ror_server.domain.peuplement import Etablissement, criteria_of_unit, of_unit
from ror_tui.api_client.models import (
    Champ,
    Completude,
    Kind,
    Modele,
    Peuplement,
    TypeChamp,
    Valeur,
    Valeurs,
    contexte,
    lignes_de,
    vide,
)


def completeness(modele: Modele, valeurs: Valeurs, codes: Codes, around: Contexte) -> Completude:
    """Count what is filled out of what must be: n of m.

    Args:
        modele: The form.
        valeurs: The answers of the fiche.
        codes: The nomenclatures.
        around: Where the fiche stands.

    Returns:
        The required fields, those of rows too, and of a unit the criteria that no required field says already.
    """
    form = compiled(modele)
    held = [*_required(form.champs, valeurs, valeurs), *_criteria(form, valeurs, codes, around)]
    return Completude(faits=sum(held), total=len(held))


def _required(champs: Iterable[Champ], values: Valeurs, seen: Valeurs) -> Iterator[bool]:
    for champ in champs:
        if champ.exige(seen):
            yield not vide(values.get(champ.id))
        if champ.type is TypeChamp.GROUPE and champ.visible(seen):
            yield from _in_rows(champ, values.get(champ.id), seen)


def _in_rows(champ: Champ, valeur: Valeur, seen: Valeurs) -> Iterator[bool]:
    for row in lignes_de(valeur):
        yield from _required(champ.champs, row, contexte(seen, row))


def _criteria(form: Formulaire, valeurs: Valeurs, codes: Codes, around: Contexte) -> Iterator[bool]:
    if form.kind is not Kind.UO:
        return
    for critere, holds in criteria_of_unit(valeurs, _establishment(around), codes).items():
        fields = [form.par_id[one] for one in POPULATION[critere][0] if one in form.par_id]
        if not any(champ.exige(valeurs) for champ in fields):
            yield holds


def population(valeurs: Valeurs, codes: Codes, around: Contexte) -> Peuplement:
    """Give the état de peuplement of a unit, as the Répertoire would show it."""
    return of_unit(valeurs, _establishment(around), codes)


def _establishment(around: Contexte) -> Etablissement:
    return Etablissement(around.categorie, adresse=around.adresse is not False)
