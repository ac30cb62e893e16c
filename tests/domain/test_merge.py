"""The three-way merge: of one value, of a fiche, of a tree; row by row of DESIGN §5, then at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server import forms, nomenclatures
from ror_server.domain import dossier as rules
from ror_server.domain.conflicts import Change, Conflict, View, conflicts
from ror_server.domain.dossier import Item, Op, Published
from ror_server.domain.merge import merge
from ror_server.domain.resolving import CHOICES, Answered, Resolving, idle, resolve
from ror_tui.api_client.models import Choix, Kind, Modele, NatureConflit, Valeur, Valeurs, egales
from tests.world import COMPLETE

pytestmark = pytest.mark.soak

EG, ID, PARENT, OTHER, THIRD = (UUID(int=n) for n in range(1, 6))
AT = datetime(2026, 11, 24, tzinfo=UTC)


def published(node: UUID = ID, parent: UUID | None = PARENT, version: int = 3, **valeurs: Valeur) -> Published:
    """Give a published unit."""
    return holding(valeurs, node, parent, version)


def holding(valeurs: Valeurs, node: UUID = ID, parent: UUID | None = PARENT, version: int = 3) -> Published:
    """Give a published unit that holds these answers."""
    return Published(node, Kind.UO, parent, str(valeurs.get("nom", "Unité")), dict(valeurs), version)


def update(base: Valeurs, following: Valeurs) -> Item:
    """Give what a dossier changes in the unit."""
    return Item(ID, Kind.UO, Op.UPDATE, 1, PARENT, PARENT, 3, base, following, saved=True)


def change(node: UUID, version: int, op: str = "update", seq: int = 9, **after: Valeur) -> Change:
    """Give a publication of Mme X."""
    return Change(node, seq, version, op, dict.fromkeys(after), after, AT, "Mme X", "direct")


def form(kind: Kind) -> Modele:
    return forms.modele(kind)


def view(
    items: Sequence[Item], structures: Sequence[Published], since: Mapping[UUID, list[Change]] | None = None
) -> View:
    """Put items over published structures; all stand under the establishment unless they say otherwise."""
    shown = {one.id: one for one in structures}
    held = {one.id: one for one in items}
    parents: dict[UUID, UUID | None] = {one.id: one.parent_id for one in structures}
    for item in items:
        if item.op is Op.CREATE or item.parent_next != item.parent_base:
            parents[item.id] = item.parent_next
        parents.setdefault(item.id, None)
    lost = {node for node, parent in parents.items() if parent not in {*parents, PARENT, EG} or parent is None}
    children: dict[UUID, list[UUID]] = {}
    for node, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(node)
    return View(held, shown, parents, children, lost, form, nomenclatures.all_codes(), since or {})


def asked(item: Item, *structures: Published, since: Sequence[Change] = ()) -> list[Conflict]:
    """Give the conflicts of an item over what is published."""
    by_node: dict[UUID, list[Change]] = {}
    for one in since:
        by_node.setdefault(one.structure_id, []).append(one)
    return conflicts(view([item], structures, by_node)).get(item.id, [])


def answer(found: View, *answers: Answered, seq: int = 99) -> tuple[list[Item], list[UUID]]:
    gone = {one.conflict.structure_id: holding(COMPLETE, one.conflict.structure_id) for one in answers}
    return resolve(Resolving(found, gone, seq, EG), answers)


def gives_up(found: View, answered: Answered) -> bool:
    """Tell whether an answer leaves the dossier with nothing to do to what is published."""
    changed, dropped = answer(found, answered)
    return bool(changed) and not dropped and all(idle(one) for one in changed)


# --- One value ---


@pytest.mark.parametrize(
    ("base", "mine", "now", "after", "question"),
    [
        (60, 65, 60, 65, False),
        (60, 65, 65, 65, False),
        (60, 65, 55, 65, True),
        (60, None, 55, None, True),
        (60, 60, 55, 55, False),
        (None, "a", "b", "a", True),
        (True, False, True, False, False),
        (["1", "2"], ["2", "3"], ["1", "2", "9"], ["2", "3", "9"], False),
        (["1"], ["1", "2"], None, ["1", "2"], True),
        (["1"], None, ["1", "9"], None, True),
        (["1", "2"], ["1"], ["2"], ["1"], True),
        (None, ["1"], ["2"], ["1", "2"], False),
        (["1", "2"], None, ["1"], None, False),
    ],
)
def test_one_value_is_merged_or_asked(base: Valeur, mine: Valeur, now: Valeur, after: Valeur, question: bool) -> None:
    found = merge(base, mine, now)
    assert (egales(found.valeur, after), found.asked) == (True, question)


CODES = st.lists(st.sampled_from("abcd"), unique=True)


@given(CODES, CODES, CODES)
def test_no_element_that_somebody_added_disappears_and_none_that_was_removed_comes_back(
    base: list[str], mine: list[str], now: list[str]
) -> None:
    found = merge(base, mine, now)
    if found.asked:
        return
    kept = set(found.valeur) if isinstance(found.valeur, list) else set()
    assert kept >= (set(mine) - set(base)) | (set(now) - set(base))
    assert not kept & ((set(base) - set(mine)) | (set(base) - set(now)))


@given(CODES, CODES, CODES)
def test_the_merge_of_two_people_does_not_depend_on_who_publishes_first(
    base: list[str], mine: list[str], now: list[str]
) -> None:
    one, two = merge(base, mine, now), merge(base, now, mine)
    assert one.asked == two.asked
    assert one.asked or egales(one.valeur, two.valeur)


# --- A fiche ---


def test_a_field_that_the_dossier_does_not_touch_keeps_its_published_value() -> None:
    item = update({"age_min": 60}, {"age_min": 65})
    after = rules.merged(item, published(age_min=60, nom="Renommée entre-temps"))
    assert after == {"age_min": 65, "nom": "Renommée entre-temps"}


def test_the_fiche_shows_the_elements_that_others_added() -> None:
    item = update({"activites": ["1"]}, {"activites": ["1", "2"]})
    assert rules.effective(item, published(activites=["1", "9"]))["activites"] == ["1", "2", "9"]


def test_what_the_author_did_not_see_is_asked_and_what_was_seen_is_answered() -> None:
    now: Valeurs = {"age_min": 55}
    blind = rules.touch(update({}, {}), now, {"age_min": 65}, {"age_min": 60})
    assert blind == ({"age_min": 60}, {"age_min": 65})
    assert asked(update(*blind), published(age_min=55, version=4))
    assert not asked(update(*rules.touch(update({}, {}), now, {"age_min": 65}, now)), published(age_min=55, version=4))


def test_saving_one_field_never_answers_for_another() -> None:
    item = update({"age_min": 60}, {"age_min": 65})
    base, following = rules.touch(item, {"age_min": 55}, {"nom": "a"}, {"nom": None})
    [conflict] = asked(replace(item, base=base, next=following), published(age_min=55, version=4))
    assert conflict.champ == "age_min"


def test_a_field_brought_back_to_the_published_value_leaves_the_patch() -> None:
    item = update({"age_min": 60}, {"age_min": 65})
    assert rules.touch(item, {"age_min": 60}, {"age_min": 60}) == ({}, {})


VALUES = st.dictionaries(
    st.sampled_from(["age_min", "age_max", "activites", "nom"]),
    st.none() | st.integers(0, 3) | st.sampled_from(["x", "y"]) | st.lists(st.sampled_from("abc"), unique=True),
)


@given(VALUES)
def test_a_dossier_that_touches_nothing_leaves_what_is_published(now: Valeurs) -> None:
    assert rules.effective(update({}, {}), holding(now)) == now
    assert not asked(update({}, {}), holding(now, version=9))


@given(VALUES, VALUES)
def test_when_nobody_else_writes_the_merge_gives_what_the_author_saw(now: Valeurs, changes: Valeurs) -> None:
    item = update(*rules.touch(update({}, {}), now, changes))
    merged = rules.merged(item, holding(now))
    assert all(egales(merged.get(key), changes.get(key, now.get(key))) for key in {*now, *changes})
    assert not rules.in_question(item, holding(now))


@given(VALUES, VALUES, VALUES)
def test_no_accepted_value_disappears_without_a_question(base: Valeurs, changes: Valeurs, theirs: Valeurs) -> None:
    item = update(*rules.touch(update({}, {}), base, changes))
    now = holding(base | theirs)
    merged, questions = rules.merged(item, now), {one.champ for one in asked(item, now)}
    for key, valeur in theirs.items():
        if key not in questions and not isinstance(valeur, list) and not egales(valeur, base.get(key)):
            assert egales(merged.get(key), valeur)
    for key, valeur in item.next.items():
        if key not in questions and not isinstance(valeur, list):
            assert egales(merged.get(key), valeur) or isinstance(base.get(key), list)


@given(VALUES, VALUES, VALUES)
def test_changes_of_different_fields_commute(base: Valeurs, one: Valeurs, two: Valeurs) -> None:
    two = {key: valeur for key, valeur in two.items() if key not in one}
    mine, theirs = (update(*rules.touch(update({}, {}), base, each)) for each in (one, two))
    first = rules.merged(theirs, holding(rules.merged(mine, holding(base))))
    second = rules.merged(mine, holding(rules.merged(theirs, holding(base))))
    assert first == second


@given(VALUES, VALUES, VALUES, st.lists(st.sampled_from(list(Choix)), min_size=9, max_size=9))
def test_after_every_answer_there_is_nothing_left_to_ask(
    base: Valeurs, changes: Valeurs, theirs: Valeurs, picks: list[Choix]
) -> None:
    item = update(*rules.touch(update({}, {}), base, changes))
    now = holding((base | theirs), version=4)
    before = view([item], [now])
    found = conflicts(before).get(ID, [])
    answers = [
        Answered(one, pick if pick in CHOICES[one.nature] else Choix.PUBLIEE, one.mine)
        for one, pick in zip(found, picks, strict=False)
    ]
    changed, dropped = answer(before, *answers)
    left = {one.id: one for one in [item, *changed] if one.id not in dropped}
    assert conflicts(view(list(left.values()), [now])) == {}


def test_a_field_that_moves_again_is_asked_again_and_that_field_only() -> None:
    item = update({"age_min": 60, "nom": "a"}, {"age_min": 65, "nom": "b"})
    over = view([item], [published(version=4, age_min=55, nom="c")])
    [changed], _ = answer(over, *(Answered(one, Choix.MIENNE) for one in conflicts(over)[ID]))
    assert not asked(changed, published(version=4, age_min=55, nom="c"))
    assert [one.champ for one in asked(changed, published(version=5, age_min=50, nom="c"))] == ["age_min"]


def test_answering_mine_is_remembered_with_what_it_replaces() -> None:
    item = update({"age_min": 60}, {"age_min": 65})
    over = view([item], [published(version=4, age_min=55)], {ID: [change(ID, 4, age_min=55)]})
    [changed], _ = answer(over, Answered(conflicts(over)[ID][0], Choix.MIENNE))
    assert changed.remplace["age_min"]["valeur"] == 55
    assert changed.remplace["age_min"]["par"] == "Mme X"


def test_answering_published_leaves_nothing_to_do() -> None:
    item = update({"age_min": 60}, {"age_min": 65})
    over = view([item], [published(version=4, age_min=55)])
    assert gives_up(over, Answered(conflicts(over)[ID][0], Choix.PUBLIEE))


# --- Rules of the form ---


def test_a_merge_that_breaks_a_rule_is_a_question_that_names_the_other_change() -> None:
    base = COMPLETE | {"age_min": 60, "age_max": 90}
    item = update({"age_min": 60}, {"age_min": 80})
    now, since = (
        holding(base | {"age_max": 70}, version=4),
        Change(ID, 9, 4, "update", {"age_max": 90}, {"age_max": 70}, AT, "Mme X", "direct"),
    )
    [conflict] = asked(item, now, since=[since])
    assert (conflict.nature, conflict.champ) == (NatureConflit.COHERENCE, "age_max")
    assert conflict.changes == (since,)
    over = view([item], [now], {ID: [since]})
    assert gives_up(over, Answered(conflict, Choix.PUBLIEE))
    [mended], _ = answer(over, Answered(conflict, Choix.AUTRE, 85))
    assert mended.next == {"age_min": 80, "age_max": 85}
    assert not asked(mended, now, since=[since])


def test_a_fault_of_the_author_alone_is_no_conflict() -> None:
    item = update({"age_max": None}, {"age_max": 10})
    now = holding(COMPLETE | {"nom": "Unité renommée"}, version=4)
    since = Change(ID, 9, 4, "update", {"nom": COMPLETE["nom"]}, {"nom": "Unité renommée"}, AT, "Mme X", "direct")
    assert asked(item, now, since=[since]) == []


def test_a_conflict_on_a_field_that_is_hidden_by_now_is_still_seen() -> None:
    item = update({"activites": ["293"], "mode_prise_en_charge": "46"}, {"mode_prise_en_charge": "28"})
    now = holding(COMPLETE | {"type_uo": None, "mode_prise_en_charge": "29"}, version=4)
    assert "mode_prise_en_charge" in {one.champ for one in asked(item, now)}
    assert not next(c for c in form(Kind.UO).champs() if c.id == "mode_prise_en_charge").visible(now.valeurs)


def since_then(now: Published, **before: Valeur) -> Change:
    """Give the publication of Mme X that brought a unit to what it answers now."""
    return Change(
        ID, 9, now.version, "update", before, {key: now.valeurs.get(key) for key in before}, AT, "Mme X", "direct"
    )


CLOSED: Valeurs = {"date_fermeture": "2026-12-24", "type_fermeture": "PRO"}


def test_an_answer_that_a_publication_hides_is_kept_with_what_shows_it_or_given_up() -> None:
    item = replace(update({"date_reouverture": None}, {"date_reouverture": "2027-01-02"}), finalised=True)
    now = holding(COMPLETE | CLOSED | {"type_fermeture": "DEF"}, version=4)
    since = since_then(now, type_fermeture="PRO")
    over = view([item], [now], {ID: [since]})
    [conflict] = conflicts(over)[ID]
    assert (conflict.nature, conflict.champ) == (NatureConflit.MASQUE, "date_reouverture")
    assert conflict.because == {"type_fermeture"}
    assert (conflict.mine, conflict.published, conflict.changes) == ("2027-01-02", None, (since,))
    [kept], _ = answer(over, Answered(conflict, Choix.MIENNE))
    assert kept.next == {"date_reouverture": "2027-01-02", "type_fermeture": "PRO"}
    assert kept.remplace["type_fermeture"]["valeur"] == "DEF"
    assert not asked(kept, now, since=[since])
    assert gives_up(over, Answered(conflict, Choix.PUBLIEE))


def test_an_answer_published_since_that_the_dossier_would_hide_is_asked_once() -> None:
    item = update(
        {"type_fermeture": "PRO", "activites": ["293"]}, {"type_fermeture": "DEF", "activites": ["293", "208"]}
    )
    now = holding(COMPLETE | CLOSED | {"date_reouverture": "2027-01-02", "activites": ["293", "227"]}, version=4)
    since = since_then(now, date_reouverture=None, activites=["293"])
    over = view([item], [now], {ID: [since]})
    [conflict] = conflicts(over)[ID]
    assert (conflict.nature, conflict.champ, conflict.mine) == (NatureConflit.MASQUE, "date_reouverture", None)
    [kept], _ = answer(over, Answered(conflict, Choix.MIENNE))
    assert kept.base_version == 4
    assert kept.next == {"type_fermeture": "DEF", "activites": ["208", "227", "293"]}
    assert not asked(kept, now, since=[since][:0])
    [taken], _ = answer(over, Answered(conflict, Choix.PUBLIEE))
    assert "type_fermeture" not in taken.next
    assert not asked(taken, now)


def test_what_its_own_author_hides_is_no_question() -> None:
    item = update({"type_fermeture": "PRO"}, {"type_fermeture": "DEF", "date_reouverture": "2027-01-02"})
    now = holding(COMPLETE | CLOSED | {"nom": "Unité renommée"}, version=4)
    assert not asked(item, now, since=[since_then(now, nom=COMPLETE["nom"])])


def test_rows_whose_merge_hides_a_cell_are_a_question() -> None:
    row: dict[str, Valeur] = {"id": "a", "type": "1", "region": "11"}
    item = update({"zones_intervention": [row]}, {"zones_intervention": [row | {"region": "24"}]})
    now = holding(COMPLETE | {"zones_intervention": [{"id": "a", "type": "2", "region": "11"}]}, version=4)
    [conflict] = asked(item, now)
    assert (conflict.nature, conflict.champ) == (NatureConflit.ELEMENTS, "zones_intervention")
    [mine], _ = answer(view([item], [now]), Answered(conflict, Choix.MIENNE))
    assert not asked(mine, now)


def test_a_code_retired_since_it_was_chosen_is_asked_again() -> None:
    champ = next(champ for champ in form(Kind.UO).champs() if champ.id == "type_uo")
    known = nomenclatures.all_codes()
    retired = known[champ.nomenclature or ""]["57"].model_copy(update={"retire": True})
    codes = {**known, champ.nomenclature or "": {**known[champ.nomenclature or ""], "57": retired}}

    def over(item: Item, *now: Published) -> View:
        return replace(view([item], [*now, published(PARENT, EG)]), codes=codes)

    def questions(item: Item, *now: Published) -> list[Conflict]:
        return conflicts(over(item, *now)).get(ID, [])

    [conflict] = questions(update({"type_uo": "56"}, {"type_uo": "57"}), holding(COMPLETE))
    assert (conflict.nature, conflict.mine) == (NatureConflit.CODE, "57")
    assert not questions(update({"type_uo": "57"}, {"type_uo": "56"}), holding(COMPLETE | {"type_uo": "57"}))
    new = Item(ID, Kind.UO, Op.CREATE, parent_next=PARENT, next=COMPLETE | {"type_uo": "57"}, saved=True)
    [conflict] = questions(new)
    assert (conflict.nature, conflict.mine, conflict.published) == (NatureConflit.CODE, "57", None)
    [mended], _ = answer(over(new), Answered(conflict, Choix.AUTRE, "56"))
    assert (mended.next["type_uo"], questions(mended)) == ("56", [])
    [emptied], _ = answer(over(new), Answered(conflict, Choix.PUBLIEE))
    assert ("type_uo" in emptied.next, questions(emptied)) == (False, [])
    assert not questions(replace(new, base_version=3)), "what was published before comes back with its own codes"


# --- The tree ---


def test_two_moves_of_one_structure_are_a_question_and_two_alike_are_not() -> None:
    item = replace(update({}, {}), parent_next=OTHER)
    places = [published(OTHER, EG), published(THIRD, EG)]
    [conflict] = asked(item, published(parent=THIRD, version=4), *places)
    assert conflict.nature is NatureConflit.DEPLACEMENT
    assert (conflict.base, conflict.mine, conflict.published) == (str(PARENT), str(OTHER), str(THIRD))
    assert not asked(item, published(parent=OTHER, version=4), *places)
    over = view([item], [published(parent=THIRD, version=4), *places])
    [mine], _ = answer(over, Answered(conflict, Choix.MIENNE))
    assert (mine.parent_base, mine.parent_next) == (THIRD, OTHER)
    assert gives_up(over, Answered(conflict, Choix.PUBLIEE))


def test_a_structure_deleted_elsewhere_is_made_again_or_dropped_with_what_stands_below() -> None:
    child = Item(OTHER, Kind.UO, Op.CREATE, parent_next=ID)
    item = update({"nom": "a"}, {"nom": "b"})
    over = view([item, child], [])
    [conflict] = conflicts(over)[ID]
    assert conflict.nature is NatureConflit.SUPPRIMEE
    [again], _ = answer(over, Answered(conflict, Choix.MIENNE))
    assert (again.op, again.next["nom"], again.next["type_uo"]) == (Op.CREATE, "b", COMPLETE["type_uo"])
    assert answer(over, Answered(conflict, Choix.PUBLIEE)) == ([], [ID, OTHER])


def test_a_deletion_is_confirmed_when_the_structure_or_one_below_changed() -> None:
    gone = [Item(node, Kind.UO, Op.DELETE, 1, None, None, 3) for node in (ID, OTHER)]
    structures = [published(ID, EG), published(OTHER, ID)]
    assert conflicts(view(gone, structures)) == {}
    structures = [published(ID, EG), published(OTHER, ID, version=4), published(THIRD, ID, version=1)]
    over = view(gone, structures, {OTHER: [change(OTHER, 4)], THIRD: [change(THIRD, 1, "create", 10)]})
    [conflict] = conflicts(over)[ID]
    assert conflict.nature is NatureConflit.SUPPRESSION
    assert [one.structure_id for one in conflict.changes] == [OTHER, THIRD]
    confirmed, _ = answer(over, Answered(conflict, Choix.MIENNE))
    assert {(one.id, one.op) for one in confirmed} == {(node, Op.DELETE) for node in (ID, OTHER, THIRD)}
    assert conflicts(view(confirmed, structures)) == {}
    assert gives_up(over, Answered(conflict, Choix.PUBLIEE))


def test_a_structure_whose_parent_was_deleted_asks_for_another_place() -> None:
    new = Item(ID, Kind.UO, Op.CREATE, parent_next=OTHER, next={"nom": "a"}, saved=True)
    over = view([new], [published(THIRD, EG)], {OTHER: [change(OTHER, 4, "delete")]})
    [conflict] = conflicts(over)[ID]
    assert conflict.nature is NatureConflit.PARENT
    [placed], _ = answer(over, Answered(conflict, Choix.AUTRE, place=THIRD))
    assert placed.parent_next == THIRD
    assert answer(over, Answered(conflict, Choix.PUBLIEE)) == ([], [ID])


def test_a_namesake_published_since_is_a_question_and_one_that_was_there_is_not() -> None:
    new = Item(ID, Kind.UO, Op.CREATE, parent_next=EG, next={"nom": "Unité A", "age_min": 3}, saved=True, seen_seq=5)
    twin = published(OTHER, EG, nom="unité  à")
    assert not conflicts(view([new], [twin], {OTHER: [change(OTHER, 1, "create", 5)]}))
    over = view([new], [twin], {OTHER: [change(OTHER, 1, "create", 6)]})
    [conflict] = conflicts(over)[ID]
    assert conflict.nature is NatureConflit.NOM
    [both], _ = answer(over, Answered(conflict, Choix.MIENNE))
    assert (both.id, both.seen_seq) == (ID, 99)
    [renamed], _ = answer(over, Answered(conflict, Choix.AUTRE, "Unité B"))
    assert renamed.next["nom"] == "Unité B"
    [attached], dropped = answer(over, Answered(conflict, Choix.PUBLIEE))
    assert (attached.id, attached.op, attached.next, dropped) == (OTHER, Op.UPDATE, {"age_min": 3}, [ID])


def test_the_cost_of_the_conflicts_grows_with_the_dossier_and_no_faster() -> None:
    def calls(size: int) -> int:
        nodes = [UUID(int=100 + n) for n in range(size)]
        counted = 0

        class Counting(dict[UUID, UUID | None]):
            def get(self, key: UUID, default: UUID | None = None) -> UUID | None:  # type: ignore[override]  # one signature is enough here
                nonlocal counted
                counted += 1
                return super().get(key, default)

        items = [Item(n, Kind.UO, Op.CREATE, parent_next=EG, next={"nom": str(n)}, saved=True) for n in nodes]
        found = view(items, [published(UUID(int=9000 + n), EG, nom=f"x{n}") for n in range(size)])
        conflicts(replace(found, parents=Counting(found.parents)))
        return counted

    assert calls(200) <= 2.1 * calls(100)
