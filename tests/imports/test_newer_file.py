"""Importing again: the same file, a newer one, an older one; and what the ROR itself changed in between."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from ror_server.domain.disciplines import mask
from ror_server.domain.identifiers import finess_key, structure_id
from ror_server.imports.plan import Effect
from ror_server.imports.report import Severity
from ror_server.imports.source import RefusedFileError
from ror_server.store.tables import commits, reperes, revisions, structures
from ror_tui.api_client.models import Discipline, Kind
from tests.imports import files
from tests.imports.conftest import AT, Bench
from tests.imports.files import CH, EHPAD, EJ_A, EJ_B, MAS, REGION

LATER = "2026-03-05"
NEW = finess_key("01000004")


async def test_the_same_file_again_changes_nothing(bench: Bench) -> None:
    await bench.load()
    before = await bench.dump()
    outcome = await bench.load()

    assert not outcome.changed
    assert await bench.dump() == before


async def test_the_same_lines_published_later_only_move_the_date_of_the_last_import(bench: Bench) -> None:
    await bench.load()
    before = await bench.dump()
    outcome = await bench.load(published=LATER)

    after = await bench.dump()
    assert not outcome.changed
    assert after.pop("reperes") == [("import-etalab-cs1100502", {"date": LATER})]
    assert after == {name: rows for name, rows in before.items() if name != "reperes"}


async def test_a_newer_file_renames_moves_changes_adds_and_closes(bench: Bench) -> None:
    await bench.load()
    outcome = await bench.load(
        [
            files.eg(rs="EHPAD LES CHÊNES"),
            files.eg(nofinesset=CH, nofinessej=EJ_B, rs="CENTRE HOSPITALIER DE L'ŒUVRE", categetab="355", siret=""),
            files.eg(nofinesset=NEW, rs="CMP", categetab="156"),
        ],
        LATER,
    )

    assert outcome.effets == {Effect.AJOUTE: 1, Effect.RENOMME: 1, Effect.DEPLACE: 1, Effect.FERME: 1}
    found = await bench.rows()
    assert found[EHPAD]["nom"] == "EHPAD LES CHÊNES"
    assert found[EHPAD]["recherche"].startswith("ehpad les chenes amberieu")
    assert found[CH]["parent_id"] == structure_id("ej", EJ_B)
    assert found[MAS]["fermee_le"] == LATER
    assert found[NEW]["parent_id"] == structure_id("ej", EJ_A)
    assert {number: row["version"] for number, row in found.items()} == {EHPAD: 2, CH: 2, MAS: 2, NEW: 1}
    assert [(one.ligne, one.numero, one.texte) for one in bench.report.of(Severity.CHANGEMENT)] == [
        (4, NEW, "ajouté"),
        (2, EHPAD, "« EHPAD LES TILLEULS » devient « EHPAD LES CHÊNES »"),
        (3, CH, f"change d'entité juridique ({structure_id('ej', EJ_A)} → {structure_id('ej', EJ_B)})"),
        (None, MAS, "absent du fichier : fermé à la date du fichier"),
    ]


async def test_each_changed_structure_gets_a_revision_with_what_changed_and_nothing_else(bench: Bench) -> None:
    await bench.load()
    await bench.load([files.eg(rs="EHPAD LES CHÊNES", telephone="0474999999"), *REGION[1:]], LATER)

    async with bench.database.read() as connection:
        rows = (await connection.execute(sa.select(revisions).where(revisions.c.commit_seq == 2))).all()
        assert (await connection.execute(sa.select(sa.func.count()).select_from(commits))).scalar_one() == 2
    (row,) = rows
    assert (row.structure_id, row.op, row.version) == (structure_id("eg", EHPAD), "update", 2)
    assert row.avant == {
        "nom": "EHPAD LES TILLEULS",
        "telephone": "0474000000",
        "raison_sociale": "EHPAD LES TILLEULS",
    }
    assert row.apres == {
        "nom": "EHPAD LES CHÊNES",
        "telephone": "0474999999",
        "raison_sociale": "EHPAD LES CHÊNES",
    }


async def test_disciplines_follow_moves_and_new_categories(bench: Bench) -> None:
    await bench.load()
    await bench.load(
        [REGION[0], files.eg(nofinesset=CH, nofinessej=EJ_B, rs="CH", categetab="292"), REGION[2]],
        LATER,
    )

    assert (await bench.rows())[CH]["disciplines"] == mask([Discipline.PSY])
    entities = await bench.rows("ej")
    assert entities[EJ_A]["disciplines"] == mask([Discipline.MSS])
    assert entities[EJ_B]["disciplines"] == mask([Discipline.MSS, Discipline.PSY])


async def _add_unit(bench: Bench, discipline: Discipline) -> None:
    unit = {
        "id": uuid4(),
        "kind": Kind.UO,
        "parent_id": structure_id("eg", MAS),
        "eg_id": structure_id("eg", MAS),
        "nom": "Unité",
        "nom_tri": "unite",
        "discipline": discipline,
        "disciplines": mask([discipline]),
        "valeurs": {"discipline": discipline},
        "version": 1,
        "maj_le": AT,
        "maj_par": "Camille",
    }
    await bench.execute(sa.insert(structures).values(unit))


async def test_the_units_of_a_closed_establishment_stay(bench: Bench) -> None:
    await bench.load()
    await _add_unit(bench, Discipline.SSR)
    await bench.load(REGION[:2], LATER)

    assert (await bench.rows())[MAS]["fermee_le"] == LATER
    (unit,) = (await bench.rows("uo")).values()
    assert (unit["supprimee"], unit["fermee_le"], unit["version"]) == (False, None, 1)


async def test_a_new_category_keeps_the_disciplines_of_the_units(bench: Bench) -> None:
    await bench.load()
    await _add_unit(bench, Discipline.SSR)
    await bench.load([*REGION[:2], files.eg(nofinesset=MAS, nofinessej=EJ_B, rs="MAS DU PARC", categetab="355")], LATER)

    expected = mask([Discipline.MCO, Discipline.SSR])
    assert (await bench.rows())[MAS]["disciplines"] == expected
    assert (await bench.rows("ej"))[EJ_B]["disciplines"] == expected


async def test_an_establishment_that_comes_back_is_open_again(bench: Bench) -> None:
    await bench.load()
    await bench.load(REGION[:2], LATER)
    outcome = await bench.load(REGION, "2026-04-05")

    assert outcome.effets[Effect.ROUVERT] == 1
    assert (await bench.rows())[MAS]["fermee_le"] is None


async def test_a_name_chosen_in_the_ror_is_kept_and_said(bench: Bench) -> None:
    await bench.load()
    renamed = sa.update(structures).where(structures.c.finess == EHPAD, structures.c.kind == Kind.EG)
    await bench.execute(renamed.values(nom="Notre maison", nom_tri="notre maison"))
    outcome = await bench.load([files.eg(rs="EHPAD LES CHÊNES"), *REGION[1:]], LATER)

    found = (await bench.rows())[EHPAD]
    assert (found["nom"], found["raison_sociale"]) == ("Notre maison", "EHPAD LES CHÊNES")
    assert outcome.effets[Effect.RENOMME] == 0
    (remark,) = bench.report.of(Severity.CHANGEMENT)
    assert "« Notre maison », est gardé" in remark.texte
    assert not (await bench.load([files.eg(rs="EHPAD LES CHÊNES"), *REGION[1:]], LATER)).changed


async def test_an_establishment_made_in_the_ror_is_never_closed(bench: Bench) -> None:
    await bench.load()
    own = {
        "id": uuid4(),
        "kind": Kind.EG,
        "nom": "À nous",
        "nom_tri": "a nous",
        "finess": NEW,
        "valeurs": {},
        "maj_le": AT,
        "maj_par": "Camille",
    }
    await bench.execute(sa.insert(structures).values(own))
    outcome = await bench.load(published=LATER)

    assert not outcome.changed
    assert (await bench.rows())[NEW]["fermee_le"] is None


async def test_a_rejected_line_does_not_close_its_establishment(bench: Bench) -> None:
    await bench.load()
    outcome = await bench.load([*REGION[:2], files.eg(nofinesset=MAS, nofinessej=EJ_B, rs="")], LATER)

    assert (outcome.rejetees, outcome.changed) == (1, False)
    assert (await bench.rows())[MAS]["fermee_le"] is None


async def test_an_older_file_is_refused(bench: Bench) -> None:
    await bench.load(published=LATER)
    before = await bench.dump()

    with pytest.raises(RefusedFileError, match="Ce fichier date du 05/01/2026, le dernier importé du 05/03/2026"):
        await bench.load([files.eg(rs="ANCIEN NOM")])
    assert await bench.dump() == before


async def test_an_older_file_that_is_forced_goes_back_but_closes_nothing(bench: Bench) -> None:
    await bench.load(published=LATER)
    outcome = await bench.load([files.eg(rs="ANCIEN NOM")], force=True)

    assert outcome.effets == {Effect.AJOUTE: 0, Effect.RENOMME: 1}
    found = await bench.rows()
    assert found[EHPAD]["nom"] == "ANCIEN NOM"
    assert found[MAS]["fermee_le"] is None
    async with bench.database.read() as connection:
        (marker,) = (await connection.execute(sa.select(reperes.c.valeur))).scalars()
    assert marker == {"date": "2026-01-05"}


def _many(count: int) -> list[str]:
    return [files.eg(nofinesset=finess_key(f"01{number:06d}"), rs=f"EHPAD {number}") for number in range(count)]


async def test_a_file_that_would_close_very_many_is_refused_unless_forced(bench: Bench) -> None:
    await bench.load(_many(300))
    before = await bench.dump()

    with pytest.raises(RefusedFileError, match="fermerait 150 établissements sur 300"):
        await bench.load(_many(150), LATER)
    assert await bench.dump() == before
    outcome = await bench.load(_many(150), LATER, force=True)
    assert outcome.effets[Effect.FERME] == 150


async def test_an_import_after_an_interrupted_one_of_the_same_process_works(bench: Bench) -> None:
    def stop(_message: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await bench.load(progress=stop)
    assert (await bench.load()).lues == 3


async def test_an_interruption_at_any_step_leaves_the_database_as_it_was(bench: Bench) -> None:
    await bench.load()
    before = await bench.dump()
    indexes = await bench.indexes()
    steps: list[str] = []
    newer = [files.eg(rs="EHPAD LES CHÊNES"), REGION[1], files.eg(nofinesset=NEW, rs="CMP", categetab="156")]

    for stop_at in range(1, 50):
        steps.clear()

        def count(message: str, _done: int, _total: int, stop_at: int = stop_at) -> None:
            steps.append(message)
            if len(steps) == stop_at:
                raise KeyboardInterrupt

        try:
            await bench.load(newer, LATER, progress=count)
        except KeyboardInterrupt:
            assert await bench.dump() == before, steps
            assert await bench.indexes() == indexes
        else:
            break
    assert steps == [
        "Lecture du fichier",
        "Comparaison avec le Répertoire",
        "Écriture de l'historique",
        "Écriture des entités juridiques",
        "Écriture des structures",
        "Construction des index",
        "Mise à jour des structures",
        "Enregistrement",
    ]
    assert (await bench.rows())[NEW]["nom"] == "CMP"


async def test_an_interrupted_first_import_leaves_an_empty_database_with_its_indexes(bench: Bench) -> None:
    indexes = await bench.indexes()

    def stop(message: str, _done: int, _total: int) -> None:
        if message == "Construction des index":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await bench.load(progress=stop)
    assert not any((await bench.dump()).values())
    assert await bench.indexes() == indexes
