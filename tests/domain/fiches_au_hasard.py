"""Answers at random to the forms that ship: plausible ones, and what no form ever gave.

Out of one seed: a strategy of hypothesis for a whole fiche costs a hundred times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from ror_server import forms, nomenclatures
from ror_tui.api_client.models import LIGNE_ID, Champ, Discipline, Kind, Modele, TypeChamp

FORMS: tuple[Modele, ...] = (
    *(forms.modele(kind) for kind in Kind),
    forms.modele(Kind.EG, categorie="355"),
    forms.modele(Kind.EG, categorie="500"),
    forms.modele(Kind.UO, Discipline.MSS, "500"),
    forms.modele(Kind.UO, Discipline.MCO, "355"),
)
"""The form of each kind, and what some establishments make of two of them."""

HOSTILE = (
    "",
    " ",
    "[/b]",
    "\x1b[31m",
    "« a »\n",
    "a/b",
    "\u202e",
    "\udcff",
    "e\u0301" * 20,
    "0",
    "-1",
    "True",
    "None",
    "x" * 3000,
    "٣",
    "9" * 5000,
)
HOURS = ("08:30", "24:00", "8h", "25:00")
PHONES = ("0199001234", "+3221234567", "01 99 00 12 34", "15")
ADDRESSES = ("a@b.fr", "Alix@HOPITAL.fr", "alix@hopital.mssante.fr", "alix@")

_PLAUSIBLE: dict[TypeChamp, Callable[[Random], Any]] = {
    TypeChamp.TEXTE: lambda dice: dice.choice(["Unité", "75013", "Alix « B »", *HOSTILE]),
    TypeChamp.TEXTE_LONG: lambda dice: "\n".join(dice.choices(["Une phrase.", *HOSTILE], k=dice.randrange(4))),
    TypeChamp.ENTIER: lambda dice: dice.randint(-2, 200),
    TypeChamp.MONTANT: lambda dice: dice.choice([f"{dice.randint(0, 999)}.{dice.randint(0, 99):02}", "62,5", "-1"]),
    TypeChamp.BOOLEEN: lambda dice: dice.random() < 0.5,
    TypeChamp.DATE: lambda dice: f"20{dice.randint(10, 99)}-{dice.randint(1, 13):02}-{dice.randint(1, 31):02}",
    TypeChamp.HEURE: lambda dice: dice.choice(HOURS),
    TypeChamp.TELEPHONE: lambda dice: dice.choice([*PHONES, *HOSTILE]),
    TypeChamp.COURRIEL: lambda dice: dice.choice([*ADDRESSES, *HOSTILE]),
    TypeChamp.MSS: lambda dice: dice.choice([*ADDRESSES, *HOSTILE]),
    TypeChamp.COMMUNE: lambda dice: dice.choice(["75113", "2A004", "97101", "Paris"]),
}


def answers(form: Modele, seed: int, *, hostile: bool = False) -> dict[str, Any]:
    """Give answers to a form.

    Args:
        form: The form.
        seed: The same one gives the same answers.
        hostile: Some values are of any shape, as a database may hold that no form gave.
    """
    return _filled(form.champs(), Random(seed), hostile)


def _filled(champs: Sequence[Champ], dice: Random, hostile: bool) -> dict[str, Any]:
    few = dice.choice([0.2, 0.7, 1.0])
    return {champ.id: value(champ, dice, hostile) for champ in champs if not champ.verrou and dice.random() < few}


def value(champ: Champ, dice: Random, hostile: bool = False) -> Any:
    """Give an answer to one field."""
    if hostile and dice.random() < 0.3:
        return anything(dice)
    if champ.type is TypeChamp.GROUPE:
        ids = dice.sample("abcdefgh", k=dice.randrange(3))
        return [{LIGNE_ID: row_id, **_filled(champ.champs, dice, hostile)} for row_id in ids]
    if champ.nomenclature is None:
        return _PLAUSIBLE[champ.type](dice)
    codes = [*nomenclatures.by_code(champ.nomenclature), "inconnu", "[/]"]
    return dice.choices(codes, k=dice.randrange(5)) if champ.type is TypeChamp.CODES else dice.choice(codes)


def anything(dice: Random, depth: int = 0) -> Any:
    """Give a value of any shape that JSON has."""
    shape = dice.randrange(4 if depth > 2 else 6)
    if shape == 4:
        return [anything(dice, depth + 1) for _ in range(dice.randrange(3))]
    if shape == 5:
        names = dice.choices([LIGNE_ID, "canal", "valeur", "jours", "type", "ouverture", "telecoms"], k=3)
        return {name: anything(dice, depth + 1) for name in names}
    return (None, dice.random() < 0.5, dice.choice([0, -1, 2.5, 10**30, 1]), dice.choice(HOSTILE))[shape]
