"""The flat contact of the units of an older database becomes the first row of their contacts, wherever it is kept."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from ror_server.domain.dossier import Item, Op, content_hash, item_hash
from ror_server.store import commits
from ror_server.store.database import Database
from ror_server.store.tables import approbations, dossiers, gestes, items, refus, revisions, structures
from ror_tui.api_client.models import Kind
from tests import world
from tests.offers import put
from tests.world import EHPAD, START, eg_id

MIGRATION = import_module("ror_server.store.migrations.versions.0011_contacts")
FLAT: dict[str, Any] = {
    "contact_nom": "Alix",
    "contact_fonction": "03",
    "contact_nature": "01",
    "contact_canal": "2",
    "contact_valeur": "0199001234",
    "contact_confidentialite": "1",
}


def _rows(valeur: str, nom: str | None = "Alix") -> list[dict[str, Any]]:
    told = {"nom": nom} if nom else {}
    telecom = {"id": "1", "canal": "2", "valeur": valeur, "niveau": "1"}
    return [{"id": "1", **told, "fonction": "03", "nature": "01", "niveau": "1", "telecoms": [telecom]}]


async def _revision(database: Database, unit: UUID, version: int, op: str, avant: Any, apres: Any) -> None:
    async with database.write() as tx:
        seq = await commits.next_commit(tx, at=START, acteur="essai", origine="direct", message="essai")
        row = {"commit_seq": seq, "structure_id": unit, "op": op, "version": version, "avant": avant, "apres": apres}
        await commits.add_revisions(tx, [row])


async def _dossier(database: Database, item: Item, account: UUID) -> UUID:
    dossier = uuid4()
    columns = {name: getattr(item, name) for name in ("kind", "op", "version", "base", "next", "parent_base")}
    kept = {"parent_next": item.parent_next, "base_version": 1, "modifie_le": START, "modifie_par": "essai"}
    base = {"eg_id": eg_id(EHPAD), "titre": "t", "circuit": "medico_social", "etat": "a_valider", "depuis": START}
    async with database.write() as tx:
        await tx.execute(sa.insert(dossiers).values(id=dossier, auteur_id=account, cree_le=START, version=1, **base))
        await tx.execute(sa.insert(items).values(dossier_id=dossier, structure_id=item.id, **columns, **kept))
        said = {"etat": "a_valider", "compte_id": account, "verdict": "accord", "le": START}
        await tx.execute(sa.insert(approbations).values(dossier_id=dossier, contenu=content_hash([item]), **said))
        why = {"compte_id": account, "par": "x", "le": START, "motif": "m"}
        refused = {"dossier_id": dossier, "structure_id": item.id, "contenu": item_hash(item)}
        await tx.execute(sa.insert(refus).values(**refused, **why))
        one = {"id": str(item.id), "kind": item.kind, "op": item.op, "base": dict(item.base), "next": dict(item.next)}
        geste = {"compte_id": account, "acteur": "x", "le": START, "libelle": "l", "avant": {str(item.id): None}}
        await tx.execute(sa.insert(gestes).values(dossier_id=dossier, rang=1, apres={str(item.id): one}, **geste))
    return dossier


async def test_a_flat_contact_becomes_a_row_in_the_repertoire_its_history_and_the_dossiers(database: Database) -> None:
    unit = uuid4()
    async with database.write() as tx:
        await world.populate(tx)
        account = await world.add_account(tx, "quelqu.une")
    await put(database, unit, Kind.UO, "Unité A", EHPAD, None, {"age_min": 60, **FLAT})
    async with database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.id == unit).values(version=2))
    avant, apres = ({"contact_valeur": one, "age_min": age} for one, age in (("0199000000", 1), ("0199001234", 60)))
    await _revision(database, unit, 2, "update", avant, apres)
    item = Item(
        id=unit, kind=Kind.UO, op=Op.UPDATE,
        base={"contact_valeur": "0199001234"}, next={"contact_valeur": "0199005678"},
        parent_base=eg_id(EHPAD), parent_next=eg_id(EHPAD), saved=True,
    )  # fmt: skip
    dossier = await _dossier(database, item, account)

    async with database.write() as tx:
        await tx.run_sync(MIGRATION.convert)

    async with database.read() as tx:
        row = (await tx.execute(sa.select(structures).where(structures.c.id == unit))).one()
        told = (await tx.execute(sa.select(revisions).where(revisions.c.structure_id == unit))).one()
        kept = (await tx.execute(sa.select(items).where(items.c.dossier_id == dossier))).one()
        geste = (await tx.execute(sa.select(gestes).where(gestes.c.dossier_id == dossier))).one()
        approved = (await tx.execute(sa.select(approbations.c.contenu))).scalar_one()
        refused = (await tx.execute(sa.select(refus.c.contenu))).scalar_one()
    assert row.valeurs == {"age_min": 60, "contacts": _rows("0199001234")}
    assert told.avant == {"age_min": 1, "contacts": _rows("0199000000")}
    assert told.apres == {"age_min": 60, "contacts": _rows("0199001234")}
    assert (kept.base, kept.next) == ({"contacts": _rows("0199001234")}, {"contacts": _rows("0199005678")})
    assert geste.apres[str(unit)]["next"] == {"contacts": _rows("0199005678")}
    after = replace(item, base=kept.base, next=kept.next)
    assert (approved, refused) == (content_hash([after]), item_hash(after))
