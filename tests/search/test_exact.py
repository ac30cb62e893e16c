"""The index is exact: after each publication, a restart, an import, with several workers, whatever befell its file."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from ror_server.search import IndexUnavailableError, SearchIndex, default_file, storage
from ror_server.search.changes import last_publication
from ror_server.store.commits import next_commit
from ror_server.store.tables import commits, revisions, structures
from tests.search.directory import AT, Directory


async def test_a_rename_is_found_at_once_by_its_new_name_only(directory: Directory) -> None:
    eg = await directory.eg("EHPAD DES LILAS")
    assert await directory.found("lilas") == ["EHPAD DES LILAS"]
    await directory.change(eg, nom="EHPAD DES GLYCINES")
    assert await directory.found("lilas") == []
    assert await directory.found("glycines") == ["EHPAD DES GLYCINES"]
    assert await directory.found("glicines") == ["EHPAD DES GLYCINES"]


async def test_the_units_of_a_renamed_establishment_answer_to_its_new_name(directory: Directory) -> None:
    eg = await directory.eg("CLINIQUE DU LAC")
    await directory.unit("DIALYSE", eg)
    assert await directory.found("dialyse lac") == ["DIALYSE"]
    await directory.change(eg, nom="CLINIQUE DU BOIS")
    assert await directory.found("dialyse lac") == []
    assert await directory.found("dialyse bois") == ["DIALYSE"]


async def test_the_establishments_of_a_renamed_entity_answer_to_its_new_name(directory: Directory) -> None:
    ej = await directory.ej("ASSOCIATION ANCIENNE")
    await directory.eg("FOYER", parent_id=ej)
    assert await directory.found("foyer ancienne") == ["FOYER"]
    await directory.change(ej, nom="ASSOCIATION NOUVELLE")
    assert await directory.found("foyer ancienne") == []
    assert await directory.found("foyer nouvelle") == ["FOYER"]


async def test_what_is_deleted_is_not_found_any_more(directory: Directory) -> None:
    eg = await directory.eg("CLINIQUE DU LAC")
    unit = await directory.unit("DIALYSE", eg)
    assert await directory.found("dialyse") == ["DIALYSE"]
    await directory.delete(unit)
    assert await directory.found("dialyse") == []
    assert await directory.found("lac") == ["CLINIQUE DU LAC"]


async def test_what_is_created_is_found_before_and_after_a_restart(directory: Directory) -> None:
    await directory.eg("PREMIER")
    assert await directory.found("premier") == ["PREMIER"]
    await directory.eg("SECOND")
    assert await directory.found("second") == ["SECOND"]
    again = directory.another()
    await directory.eg("TROISIEME")
    assert await directory.found("troisieme", index=again) == ["TROISIEME"]
    assert await directory.found("second", index=again) == ["SECOND"]


async def test_two_workers_agree(directory: Directory) -> None:
    other = directory.another()
    eg = await directory.eg("AVANT")
    assert await directory.found("avant") == await directory.found("avant", index=other) == ["AVANT"]
    await directory.change(eg, nom="APRES")
    assert await directory.found("apres", index=other) == await directory.found("apres") == ["APRES"]
    assert await directory.found("aprse") == await directory.found("aprse", index=other) == ["APRES"]


async def test_a_reader_whose_transaction_is_older_than_the_index_is_answered(directory: Directory) -> None:
    await directory.eg("AVANT")
    async with directory.database.read() as tx:
        before = await last_publication(tx)
        await directory.eg("APRES")
        await directory.ready()
        async with asyncio.timeout(60):
            await directory.index.catch_up(tx)
        assert before[0] == 1


async def test_a_load_that_wrote_no_revision_is_found(directory: Directory) -> None:
    eg = await directory.eg("AVANT")
    await directory.ready()
    async with directory.database.write() as tx:
        await next_commit(tx, at=AT, acteur="essai", origine="demonstration", message="essai")
        await tx.execute(sa.update(structures).where(structures.c.id == eg).values(nom="X", nom_tri="chargee"))
    assert (await directory.search("chargee")).ids == [eg]


async def test_a_great_import_is_built_again(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ror_server.search.changes.REBUILD_FROM", 3)
    await directory.eg("AVANT")
    await directory.ready()
    await directory.egs([(f"IMPORTE {number}", "", {}) for number in range(10)])
    assert len(await directory.found("importe")) == 10
    assert await directory.found("avant") == ["AVANT"]


async def test_another_database_of_the_same_length_is_not_taken_for_the_indexed_one(directory: Directory) -> None:
    eg = await directory.eg("AVANT")
    await directory.ready()
    async with directory.database.write() as tx:
        await tx.execute(sa.delete(revisions))
        await tx.execute(sa.delete(commits))
        await tx.execute(sa.update(structures).where(structures.c.id == eg).values(nom="APRES", nom_tri="restauree"))
        await next_commit(tx, at=AT.replace(year=2027), acteur="essai", origine="import", message="restauration")
    assert (await directory.search("restauree")).ids == [eg]
    assert (await directory.search("avant")).ids == []


async def test_a_database_put_back_to_an_earlier_day_is_built_again(directory: Directory) -> None:
    await directory.eg("GARDE")
    eg = await directory.eg("PERDU")
    await directory.ready()
    async with directory.database.write() as tx:
        last = sa.select(sa.func.max(commits.c.seq)).scalar_subquery()
        await tx.execute(sa.delete(revisions).where(revisions.c.structure_id == eg))
        await tx.execute(sa.delete(structures).where(structures.c.id == eg))
        await tx.execute(sa.delete(commits).where(commits.c.seq == last))
    assert (await directory.search("perdu")).ids == []
    assert await directory.found("garde") == ["GARDE"]


# --- The file ---


async def test_a_file_that_is_no_index_is_replaced(directory: Directory) -> None:
    directory.file.write_bytes(b"ceci n'est pas une base de donnees" * 200)
    await directory.eg("EHPAD")
    assert await directory.found("ehpad") == ["EHPAD"]


async def test_a_file_damaged_while_it_serves_is_built_again(directory: Directory) -> None:
    await directory.egs([(f"EHPAD {number}", "", {}) for number in range(300)])
    assert len(await directory.found("ehpad")) == 50
    await directory.index.close()
    with sqlite3.connect(directory.file) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("UPDATE noms_data SET block = ?", (b"\xff" * 200,))
    again = directory.another()
    with pytest.raises(IndexUnavailableError, match="se construit"):
        await directory.found("ehpad", index=again)
    assert len(await directory.found("ehpad", index=again)) == 50


async def test_a_file_of_another_version_is_built_again(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    await directory.eg("EHPAD")
    monkeypatch.setattr(storage, "VERSION", storage.VERSION - 1)
    await directory.ready()
    monkeypatch.undo()
    again = directory.another()
    assert await directory.found("ehpad", index=again) == ["EHPAD"]
    with sqlite3.connect(directory.file) as db:
        assert db.execute("SELECT version FROM etat").fetchone() == (storage.VERSION,)


async def test_a_deleted_file_is_made_again_at_the_next_start(directory: Directory) -> None:
    await directory.eg("EHPAD")
    await directory.ready()
    await directory.index.close()
    storage.remove(directory.file)
    assert await directory.found("ehpad", index=directory.another()) == ["EHPAD"]


async def test_a_folder_that_cannot_be_written_is_told_in_french(directory: Directory, tmp_path: Path) -> None:
    await directory.eg("EHPAD")
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    index = SearchIndex(directory.database, tmp_path / "fichier" / "essai.recherche")
    with pytest.raises(IndexUnavailableError, match="ne peut pas être écrit"):
        await directory.ready(index)
    await index.close()


async def test_a_full_disk_is_told_in_french_and_leaves_the_file_as_it_was(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await directory.eg("AVANT")
    await directory.ready()
    connect = storage.connect

    def small(file: Path) -> sqlite3.Connection:
        db = connect(file)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(storage, "connect", small)
    await directory.egs([(f"EHPAD NUMERO {number} {'X' * number}", "", {}) for number in range(400)])
    full = directory.another()
    with pytest.raises(IndexUnavailableError, match="database or disk is full"):
        await directory.ready(full)
    monkeypatch.undo()
    assert await directory.found("avant") == ["AVANT"]
    assert len(await directory.found("numero")) == 50


def test_the_file_lives_beside_a_sqlite_database_and_in_the_cache_for_another(tmp_path: Path) -> None:
    ending = f".recherche-{storage.VERSION}"
    assert default_file(sa.make_url(f"sqlite:///{tmp_path}/ror.db")) == tmp_path / f"ror.db{ending}"
    other = default_file(sa.make_url("postgresql://ror:secret@base.example/ror"))
    assert other.parent == tmp_path / "cache" / "ror-server"
    assert other.name == f"{other.stem}{ending}"
    assert other.stem.isalnum()
