"""Any answers to the forms that ship: the form gives them back, and both sides judge them alike (DESIGN §6)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server import nomenclatures
from ror_server.domain.conflicts import Change, View, conflicts
from ror_server.domain.controls import Contexte, controls
from ror_server.domain.controls.completude import completeness, population
from ror_server.domain.controls.etablissement import Identite, Unite, establishment
from ror_server.domain.dossier import Item, Op, Published
from ror_server.domain.merge import merge
from ror_server.domain.valeurs import normalise
from ror_tui.api_client.models import (
    LIGNE_ID,
    Champ,
    Gravite,
    Modele,
    NatureConflit,
    TypeChamp,
    Valeurs,
    contexte,
    egales,
    lignes_de,
    vide,
)
from ror_tui.services.controles_locaux import locaux
from ror_tui.services.saisie import Saisie, en_texte
from ror_tui.services.saisie.frappe import ecrire, lire
from tests.domain.fiches_au_hasard import FORMS, answers, value

TODAY = date(2026, 11, 24)
EG, NODE = UUID(int=1), UUID(int=2)
TYPED = frozenset(TypeChamp) - {TypeChamp.GROUPE, TypeChamp.BOOLEEN, TypeChamp.CODE, TypeChamp.CODES}
"""Fields whose value is typed as a text; the others are ticked."""

SEEDS = st.integers(0, 2**32)
CASES = range(len(FORMS))


def over_the_wire(form: Modele) -> Modele:
    """Give a form as the client reads it."""
    return Modele.model_validate_json(form.model_dump_json())


def kept(form: Modele, raw: dict[str, Any]) -> Valeurs:
    """Give the answers that the server would keep, as they come back to the client."""
    found: Valeurs = json.loads(json.dumps(normalise(form, raw)[0]))
    return {champ: valeur for champ, valeur in found.items() if valeur is not None}


@pytest.mark.parametrize("rank", CASES)
@given(SEEDS)
def test_typing_every_answer_again_gives_the_same_model(rank: int, seed: int) -> None:
    form = FORMS[rank]
    model = kept(form, answers(form, seed))
    saisie = Saisie(over_the_wire(form), model, {})
    assert saisie.tapees() == {}, "a fiche that was only opened holds nothing typed"
    for one in [*saisie.occurrences()]:
        if one.champ.type in TYPED and one.champ.verrou is None:
            saisie.ecrire(one.chemin, lire(one.champ, ecrire(one.champ, one.valeur), TODAY))
    assert saisie.tapees() == {}
    sent = saisie.differences()
    assert {form_champ.id for form_champ in form.champs() if form_champ.defaut is not None} >= sent.keys()
    again, faults = normalise(form, json.loads(json.dumps({**model, **sent})))
    assert not faults
    assert all(egales(again.get(champ), valeur) for champ, valeur in {**model, **sent}.items())
    while saisie.annuler() is not None:
        pass
    assert saisie.tapees() == {}


@pytest.mark.parametrize("rank", CASES)
@given(SEEDS)
def test_client_and_server_judge_the_conditions_alike(rank: int, seed: int) -> None:
    form = FORMS[rank]
    model = kept(form, answers(form, seed))
    theirs = over_the_wire(form)
    verdicts = [*judged(form.champs(), model, model)]
    assert [*judged(theirs.champs(), model, model)] == verdicts
    required = {path for path, shown, asked, empty, _ in verdicts if shown and asked and empty}
    server = controls(form, model, nomenclatures.all_codes())
    assert {one.champ for one in server if one.code == "obligatoire"} == required
    errors = {one.champ.rstrip("/") for one in server if one.champ and one.gravite is Gravite.ERREUR}
    assert errors <= shown_paths(verdicts), "an error of what is not shown could never be mended"
    assert {one.champ for one in locaux(theirs, model) if one.code == "obligatoire"} == required
    saisie = Saisie(theirs, model, {})
    saisie.valeurs = model
    assert {en_texte(one.chemin) for one in saisie.occurrences()} == shown_paths(verdicts)
    assert {en_texte(one) for one in saisie.a_faire()} >= required


def shown_paths(verdicts: Sequence[tuple[str, bool, bool, bool, frozenset[str] | None]]) -> set[str]:
    """Give the paths of the fields that are shown."""
    return {path for path, shown, *_ in verdicts if shown}


def judged(
    champs: Sequence[Champ], values: Valeurs, seen: Valeurs, base: str = ""
) -> Iterator[tuple[str, bool, bool, bool, frozenset[str] | None]]:
    """Give what a form thinks of each field, those of the rows of shown groups after their group."""
    for champ in champs:
        path, valeur = f"{base}{champ.id}", values.get(champ.id)
        yield path, champ.visible(seen), champ.exige(seen), vide(valeur), champ.offerts(seen)
        for row in lignes_de(valeur) if champ.visible(seen) else ():
            yield from judged(champ.champs, row, contexte(seen, row), f"{path}/{row[LIGNE_ID]}/")


@pytest.mark.parametrize("rank", CASES)
@given(SEEDS)
def test_no_answers_make_a_control_raise(rank: int, seed: int) -> None:
    form = FORMS[rank]
    valeurs = answers(form, seed, hostile=True)
    codes, around = nomenclatures.all_codes(), Contexte("500", adresse=True, au_dessus=("[/b]",), places=0)
    found = controls(form, valeurs, codes, around)
    assert found == controls(over_the_wire(form), json.loads(json.dumps(valeurs)), codes, around)
    told = completeness(form, valeurs, codes, around)
    assert 0 <= told.faits <= told.total
    unit = Unite(NODE, None, valeurs, population(valeurs, codes, around), None)
    assert establishment([unit, unit], Identite("x", "[/]", 0), around)
    normalise(form, valeurs)


HIDDEN = [(form, champ) for form in FORMS for champ in form.champs() if champ.visible_si and not champ.verrou]
"""Fields that an empty fiche does not show."""
OF_A_VALUE = {NatureConflit.VALEUR, NatureConflit.ELEMENTS}


@given(st.integers(0, len(HIDDEN) - 1), SEEDS)
def test_a_conflict_of_a_field_that_is_not_shown_is_seen(rank: int, seed: int) -> None:
    form, champ = HIDDEN[rank]
    assert not champ.visible({})
    base, mine, theirs = three_sides(champ, _dice(seed))
    item = Item(NODE, form.kind, Op.UPDATE, 1, EG, EG, 1, {champ.id: base}, {champ.id: mine}, saved=seed % 2 == 0)
    now = Published(NODE, form.kind, EG, "Unité", {champ.id: theirs}, 2)
    before, after = {champ.id: base}, {champ.id: theirs}
    change = Change(NODE, 9, 2, "update", before, after, datetime(2026, 11, 24, tzinfo=UTC), "Mme X", "direct")
    parents: dict[UUID, UUID | None] = {NODE: EG}
    codes = nomenclatures.all_codes()
    view = View({NODE: item}, {NODE: now}, parents, {EG: [NODE]}, (), lambda _: form, codes, {NODE: [change]})
    found = [one for one in conflicts(view).get(NODE, []) if one.champ == champ.id and one.nature in OF_A_VALUE]
    asked = [(one.base, one.mine, one.published) for one in found]
    assert asked == ([(base, mine, theirs)] if merge(base, mine, theirs).asked else [])


def _dice(seed: int) -> Random:
    return Random(seed)


def three_sides(champ: Champ, dice: Random) -> list[Any]:
    """Give a field as it was, as the dossier has it and as it is published: for a group, a row that both changed."""
    if champ.type is not TypeChamp.GROUPE:
        return [dice.choice([None, value(champ, dice)]), value(champ, dice), value(champ, dice)]
    cell = dice.choice(champ.champs)
    return [[{LIGNE_ID: "a", cell.id: value(cell, dice)}] for _ in range(3)]


def test_fields_of_every_kind_that_are_not_shown_can_be_in_conflict() -> None:
    asked = {champ.type for _, champ in HIDDEN for seed in range(30) if merge(*three_sides(champ, _dice(seed))).asked}
    assert asked == {champ.type for _, champ in HIDDEN}
