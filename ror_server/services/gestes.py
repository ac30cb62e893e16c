"""Undoing and redoing what was done to the content of a dossier: each account its own gestes, across sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Item, Op, effective
from ror_server.problems import ConflictError
from ror_server.services import access, champs_reserves
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, apply, deleted, fresh
from ror_server.store import gestes
from ror_server.store.accounts import Account
from ror_server.store.gestes import Geste, Items, Listed
from ror_tui.api_client.models import ActionDossier, Gestes, egales
from ror_tui.api_client.models import Geste as GesteDit

PAGE = 100


async def listing(tx: AsyncConnection, account: Account, found: Workspace, before: int | None) -> Gestes:
    """Give what was done to a dossier, the last first, and what this account can undo and redo."""
    dossier_id = found.dossier.id
    rows = await gestes.page(tx, dossier_id, before, PAGE + 1)
    writes = access.role_fault(found, account, ActionDossier.MODIFIER) is None
    undoable = await gestes.to_undo(tx, dossier_id, account.id) if writes else None
    redoable = await gestes.to_redo(tx, dossier_id, account.id) if writes else None
    return Gestes(
        gestes=[listed(one, account) for one in rows[:PAGE]],
        suivant=rows[PAGE - 1].rang if len(rows) > PAGE else None,
        a_annuler=said(undoable, account) if undoable else None,
        a_refaire=said(redoable, account) if redoable else None,
    )


def said(geste: Geste, account: Account) -> GesteDit:
    """Tell a geste to an account."""
    told = {name: getattr(geste, name) for name in Listed.__slots__ if name != "fiches"}
    return listed(Listed(**told, fiches=len(geste.apres)), account)


def listed(geste: Listed, account: Account) -> GesteDit:
    """Tell a geste of the list to an account."""
    return GesteDit(
        rang=geste.rang,
        acteur=geste.acteur,
        le=geste.le,
        libelle=geste.libelle,
        fiches=geste.fiches,
        mien=geste.compte_id == account.id,
        defait=geste.defait,
        coupe=geste.coupe,
    )


async def undo(tx: AsyncConnection, found: Workspace, pen: Pen) -> tuple[Geste, Workspace]:
    """Undo the last geste of the account that stands, whole or not at all.

    Raises:
        ConflictError: There is none, or somebody changed since what it touched.
        ForbiddenError: It would change a field that is no longer for this account.
    """
    geste = await gestes.to_undo(tx, found.dossier.id, pen.account.id)
    if geste is None:
        raise ConflictError("Il n'y a rien à annuler : vous n'avez rien changé dans ce dossier.")
    after = await _turn(tx, found, pen, geste, undoing=True)
    await gestes.mark(tx, found.dossier.id, geste.rang, defait=True)
    return replace(geste, defait=True), after


async def redo(tx: AsyncConnection, found: Workspace, pen: Pen) -> tuple[Geste, Workspace]:
    """Do again what the account undid last.

    Raises:
        ConflictError: There is nothing to redo, or somebody changed since what it touched.
        ForbiddenError: It would change a field that is no longer for this account.
    """
    geste = await gestes.to_redo(tx, found.dossier.id, pen.account.id)
    if geste is None:
        raise ConflictError("Il n'y a rien à refaire : vous n'avez rien annulé, ou vous avez fait autre chose depuis.")
    after = await _turn(tx, found, pen, geste, undoing=False)
    await gestes.mark(tx, found.dossier.id, geste.rang, defait=False)
    return replace(geste, defait=False), after


async def _turn(tx: AsyncConnection, found: Workspace, pen: Pen, geste: Geste, *, undoing: bool) -> Workspace:
    expected, wanted = (geste.apres, geste.avant) if undoing else (geste.avant, geste.apres)
    done = "annulé" if undoing else "refait"
    moved = [node for node, item in expected.items() if not _alike(found.items.get(node), item)]
    if moved:
        other = await _since(tx, found, geste, set(moved))
        raise ConflictError(_why(found, geste, moved, other, done))
    changed, dropped = _items(found, wanted)
    for item in changed:
        champs_reserves.require(found.form_of(item.kind), _moved_fields(found, item), pen.account, found.place)
    after = _after(found, pen, changed, dropped)
    broken = _broken(found, after)
    if broken and (other := await _since(tx, after, geste, broken | after.above(broken))):
        raise ConflictError(_why(found, geste, broken, other, done))
    return await apply(tx, found, pen, changed, dropped)


def _moved_fields(found: Workspace, wanted: Item) -> list[str]:
    """Give the fields of a fiche whose answer changes with its item, also those that go back to what is published."""
    before, after = found.values(wanted.id), effective(wanted, found.published.get(wanted.id))
    return [champ for champ in before.keys() | after.keys() if not egales(before.get(champ), after.get(champ))]


def _alike(here: Item | None, expected: Item | None) -> bool:
    """Tell whether an item is as the geste left it; its version and its rank say nothing of its content."""
    return _content(here) == _content(expected)


def _content(item: Item | None) -> Item | None:
    if item is None or (item.op is Op.UPDATE and not item.next and item.parent_next == item.parent_base):
        return None
    return replace(item, version=0, ordre=0)


def _items(found: Workspace, wanted: Items) -> tuple[list[Item], list[UUID]]:
    """Give what to write so that the items become those.

    A version never comes back with another content, or a write that is late would not be seen: the new one is above
    all that the dossier had. So a published structure that the dossier no longer touches keeps an empty item.
    """
    version = found.dossier.version + 1
    changed: list[Item] = []
    dropped: list[UUID] = []
    for node, item in wanted.items():
        if item is not None:
            changed.append(replace(item, version=version))
        elif node in found.published:
            changed.append(replace(fresh(found, node), version=version))
        else:
            dropped.append(node)
    return changed, dropped


def _after(found: Workspace, pen: Pen, changed: Iterable[Item], dropped: Iterable[UUID]) -> Workspace:
    gone = set(dropped)
    kept = {node: one for node, one in found.stored.items() if node not in gone}
    return replace(found, stored=kept | {item.id: pen.sign(item) for item in changed})


def _broken(before: Workspace, after: Workspace) -> set[UUID]:
    """Give the fiches that would be left without a place, or alive under a fiche to delete.

    That is a reason to refuse when somebody did it in the dossier. What the Répertoire did is a conflict, which the
    fiche comes back with: it had it before the geste.
    """
    return (_astray(after) - _astray(before)) & set(after.parents)


def _astray(found: Workspace) -> set[UUID]:
    under_deleted = {
        node
        for node, parent in found.parents.items()
        if parent is not None and deleted(found, parent) and not deleted(found, node)
    }
    return under_deleted | found.lost


async def _since(tx: AsyncConnection, after: Workspace, geste: Geste, nodes: set[UUID]) -> Geste | None:
    """Give what somebody did since to one of these structures, or the creation of one of them that was undone."""
    async for one in gestes.others(tx, after.dossier.id, geste):
        if nodes.isdisjoint(one.apres):
            continue
        if not one.defait:
            return one
        if any(item is None and node in nodes and node not in after.parents for node, item in one.avant.items()):
            return one
    return None


def _why(found: Workspace, geste: Geste, nodes: Iterable[UUID], other: Geste | None, done: str) -> str:
    """Say who changed what since, and when."""
    end = f"« {geste.libelle} » ne peut plus être {done} : modifiez les fiches elles-mêmes."
    if other is None:
        names = ", ".join(f"« {found.name(node)} »" for node in nodes if node in found.parents) or "une de ses fiches"
        return f"{names} a changé depuis. {end}"
    if other.defait:
        return f"{other.acteur} a annulé depuis « {other.libelle} ». {end}"
    when = other.le.astimezone().strftime("%d/%m/%Y à %H:%M")
    return f"{other.acteur} a fait depuis « {other.libelle} » (le {when}). {end}"
