"""The contact of a unit, six flat fields until now, becomes the first row of its group of contacts."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BATCH = 2_000
MARK = "%contact_%"
ROW_ID = "1"
OF_CONTACT = {"contact_nom": "nom", "contact_fonction": "fonction", "contact_nature": "nature"}
OF_TELECOM = {"contact_canal": "canal", "contact_valeur": "valeur", "contact_confidentialite": "niveau"}
LEVEL = "contact_confidentialite"
FLAT = (*OF_CONTACT, *OF_TELECOM)

structures = sa.table("structures", sa.column("id", Id()), sa.column("valeurs", Json))
revisions = sa.table(
    "revisions",
    sa.column("commit_seq", sa.BigInteger),
    sa.column("structure_id", Id()),
    sa.column("op", sa.String),
    sa.column("avant", Json),
    sa.column("apres", Json),
)
items = sa.table(
    "dossier_items",
    *(sa.column(name, Id()) for name in ("dossier_id", "structure_id", "parent_base", "parent_next")),
    *(sa.column(name, sa.String) for name in ("kind", "op")),
    *(sa.column(name, Json) for name in ("base", "next", "remplace")),
)
gestes = sa.table(
    "dossier_gestes",
    sa.column("dossier_id", Id()),
    sa.column("rang", sa.Integer),
    sa.column("avant", Json),
    sa.column("apres", Json),
)
approbations = sa.table("approbations", sa.column("dossier_id", Id()), sa.column("contenu", sa.String))
refus = sa.table(
    "dossier_refus", sa.column("dossier_id", Id()), sa.column("structure_id", Id()), sa.column("contenu", sa.String)
)

Values = dict[str, Any]


def upgrade() -> None:
    convert(op.get_bind())


def convert(bind: sa.Connection) -> None:
    """Write the contacts wherever values are kept; the published ones last, for the others are read against them."""
    _items(bind)
    _gestes(bind)
    _revisions(bind)
    _structures(bind)


def group(values: Mapping[str, Any]) -> list[Values] | None:
    """Give the group of contacts of a unit whose contact was told in flat fields."""
    telecom = {name: values[flat] for flat, name in OF_TELECOM.items() if values.get(flat)}
    row = {name: values[flat] for flat, name in OF_CONTACT.items() if values.get(flat)}
    if values.get(LEVEL):
        row["niveau"] = values[LEVEL]
    if telecom:
        row["telecoms"] = [{"id": ROW_ID, **telecom}]
    return [{"id": ROW_ID, **row}] if row else None


def flat(values: Mapping[str, Any] | None) -> Values:
    """Give the flat fields among some values."""
    return {key: value for key, value in (values or {}).items() if key in FLAT}


def patched(patch: Mapping[str, Any], around: Mapping[str, Any]) -> Values:
    """Give a sparse patch with the group in place of the flat fields that it touches.

    Args:
        patch: Values by field, of the fields that it touches only.
        around: The flat fields that it does not touch.
    """
    touched = flat(patch)
    kept = {key: value for key, value in patch.items() if key not in FLAT}
    return {**kept, "contacts": group({**around, **touched})} if touched else kept


def _holds(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.cast(column, sa.Text).like(MARK) for column in columns))


def _published(bind: sa.Connection, ids: Iterable[Any]) -> dict[Any, Values]:
    wanted = sorted(set(ids), key=str)
    found: dict[Any, Values] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = bind.execute(sa.select(structures.c.id, structures.c.valeurs).where(structures.c.id.in_(some)))
        found |= {row.id: flat(row.valeurs) for row in rows}
    return found


def _items(bind: sa.Connection) -> None:
    query = sa.select(items.c.dossier_id).where(_holds(items.c.base, items.c.next)).distinct()
    for dossier_id in list(bind.execute(query).scalars()):
        rows = list(bind.execute(sa.select(items).where(items.c.dossier_id == dossier_id)))
        published = _published(bind, (row.structure_id for row in rows))
        after = [_item(row._asdict(), published.get(row.structure_id, {})) for row in rows]
        for row, changed in zip(rows, after, strict=True):
            _write_item(bind, row._asdict(), changed)
        _rehash(bind, dossier_id, [row._asdict() for row in rows], after)


def _item(item: Values, published: Values) -> Values:
    around = {} if item["op"] == "create" else published
    if not flat(item["base"]) and not flat(item["next"]):
        return item
    replaced = item.get("remplace") or {}
    notes = {key: note for key, note in replaced.items() if key not in FLAT}
    told = [key for key in FLAT if key in replaced]
    if told:
        values = {key: replaced[key].get("valeur") for key in told}
        notes["contacts"] = {**replaced[told[-1]], "valeur": group({**around, **values})}
    return {
        **item,
        "base": patched(item["base"], around),
        "next": patched(item["next"], around),
        "remplace": notes,
    }


def _write_item(bind: sa.Connection, before: Values, after: Values) -> None:
    if after is before:
        return
    here = (items.c.dossier_id == before["dossier_id"]) & (items.c.structure_id == before["structure_id"])
    bind.execute(sa.update(items).where(here).values({key: after[key] for key in ("base", "next", "remplace")}))
    refused = (refus.c.dossier_id == before["dossier_id"]) & (refus.c.structure_id == before["structure_id"])
    same = refus.c.contenu == _item_hash(before)
    bind.execute(sa.update(refus).where(refused, same).values(contenu=_item_hash(after)))


def _rehash(bind: sa.Connection, dossier_id: UUID, before: list[Values], after: list[Values]) -> None:
    """Let what was approved stay approved: it says the same in other fields."""
    same = (approbations.c.dossier_id == dossier_id) & (approbations.c.contenu == _content_hash(before))
    bind.execute(sa.update(approbations).where(same).values(contenu=_content_hash(after)))


def _content_hash(found: list[Values]) -> str:
    names = ("kind", "op", "parent_next", "parent_base", "base", "next")
    rows = sorted(found, key=lambda item: str(item["structure_id"]))
    return _sha(
        [
            [str(item["structure_id"]), *(str(item[name]) if "parent" in name else item[name] for name in names)]
            for item in rows
        ]
    )


def _item_hash(item: Values) -> str:
    return _sha([item["op"], str(item["parent_next"]), item["next"]])


def _sha(content: list[Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _gestes(bind: sa.Connection) -> None:
    rows = list(bind.execute(sa.select(gestes).where(_holds(gestes.c.avant, gestes.c.apres))))
    for row in rows:
        ids = {*(row.avant or {}), *(row.apres or {})}
        published = {str(key): value for key, value in _published(bind, ids).items()}
        changed = {
            name: {
                key: _item(item, published.get(key, {})) if item else item
                for key, item in (getattr(row, name) or {}).items()
            }
            for name in ("avant", "apres")
        }
        here = (gestes.c.dossier_id == row.dossier_id) & (gestes.c.rang == row.rang)
        bind.execute(sa.update(gestes).where(here).values(changed))


def _revisions(bind: sa.Connection) -> None:
    """Rewrite what each publication changed, walking back from the present: a patch tells some flat fields only."""
    query = sa.select(revisions.c.structure_id).where(_holds(revisions.c.avant, revisions.c.apres)).distinct()
    ids = [row.structure_id for row in bind.execute(query)]
    published = _published(bind, ids)
    for structure_id in ids:
        after = published.get(structure_id, {})
        own = sa.select(revisions).where(revisions.c.structure_id == structure_id)
        for row in list(bind.execute(own.order_by(revisions.c.commit_seq.desc()))):
            before = {} if row.op == "create" else {**after, **flat(row.avant)}
            here = (revisions.c.commit_seq == row.commit_seq) & (revisions.c.structure_id == structure_id)
            changed = {}
            if flat(row.avant):
                changed["avant"] = patched(row.avant, before)
            if flat(row.apres):
                changed["apres"] = patched(row.apres, after)
            if changed:
                bind.execute(sa.update(revisions).where(here).values(changed))
            after = before


def _structures(bind: sa.Connection) -> None:
    update = (
        sa.update(structures)
        .where(structures.c.id == sa.bindparam("row_id", type_=Id()))
        .values(valeurs=sa.bindparam("row_values", type_=Json))
    )
    for rows in _batches(bind):
        given = [{"row_id": row.id, "row_values": _whole(row.valeurs)} for row in rows]
        bind.execute(update, given)


def _whole(values: Values) -> Values:
    return {key: value for key, value in patched(values, {}).items() if value is not None}


def _batches(bind: sa.Connection) -> Iterator[list[Any]]:
    """Read the units that have a contact, some at a time, in the order of their ids."""
    query = sa.select(structures.c.id, structures.c.valeurs).where(_holds(structures.c.valeurs))
    query = query.order_by(structures.c.id).limit(BATCH)
    rows = list(bind.execute(query))
    while rows:
        yield rows
        rows = list(bind.execute(query.where(structures.c.id > rows[-1].id)))
