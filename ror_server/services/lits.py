"""Beds and places: a whole establishment read at once, typed at once (DOMAIN §7); never part of a dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.confidentialite import visible
from ror_server.domain.dossier import Published
from ror_server.domain.lits import INDICATEURS, SOURCES, faults
from ror_server.domain.offres import searched
from ror_server.domain.rights import Action, Place, refusal, roles_at
from ror_server.problems import ConflictError, ForbiddenError, InvalidError, StaleError
from ror_server.services import access, signals
from ror_server.services.pen import Pen
from ror_server.store import lits, structures
from ror_server.store.accounts import Account
from ror_server.store.structures import Row
from ror_tui.api_client.models import (
    Capacite,
    DisponibiliteLits,
    ErreurChamp,
    Kind,
    Lien,
    LitsPasses,
    Page,
    ReleveLits,
    SaisieLits,
    TotalLits,
    UniteLits,
    UniteLitsSaisie,
    avertissements,
    totaux,
)

OLD = timedelta(hours=24)
"""After this a figure is no longer of today."""
ON_AN_EG = "Les lits se saisissent par établissement : ouvrez un établissement de cette entité juridique."
NO_UNIT = "Il n'y a aucune unité opérationnelle ici : décrivez-les d'abord dans un dossier collaboratif."


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, with what the account sees of it and whether it may type its beds."""

    one: Published
    place: Place
    path: list[str]
    refus: str | None
    reserve: str | None


@dataclass(frozen=True, slots=True)
class Beds:
    """A structure with the units at or below it."""

    row: Row
    eg: Row
    units: dict[UUID, Unit]


async def _beds(tx: AsyncConnection, account: Account, structure_id: UUID) -> Beds:
    row = await access.structure(tx, account, structure_id)
    if row.kind == Kind.EJ:
        raise ConflictError(ON_AN_EG)
    eg = row if row.eg_id is None else await access.structure(tx, account, row.eg_id)
    return _below(account, row, eg, await structures.subtree(tx, eg.id))


def _below(account: Account, row: Row, eg: Row, published: dict[UUID, Published]) -> Beds:
    above: dict[UUID, tuple[UUID, ...]] = {eg.id: (eg.id,)}
    for node, one in published.items():
        if one.parent_id in above:
            above[node] = (*above[one.parent_id], node)
    inside = [node for node, path in above.items() if row.id in path and published[node].kind is Kind.UO]
    return Beds(row, eg, {node: _unit(account, eg, published, above[node]) for node in inside})


def _unit(account: Account, eg: Row, published: dict[UUID, Published], path: tuple[UUID, ...]) -> Unit:
    one = published[path[-1]]
    place = Place(frozenset({*path, eg.parent_id} - {None}), eg.departement)
    seen = visible(roles_at(account.grants, place), sensitive=searched(one.valeurs).sensible, level=0)
    refus = _closed(eg) or refusal(Action.SAISIR_LITS, account.grants, place)
    return Unit(one, place, [published[node].nom for node in path[1:-1]], refus, seen.reserve)


def _closed(eg: Row) -> str | None:
    return (
        f"« {eg.nom} » est fermé depuis le {eg.fermee_le} : ses lits ne se saisissent plus." if eg.fermee_le else None
    )


async def show(tx: AsyncConnection, account: Account, structure_id: UUID, now: datetime) -> ReleveLits:
    """Give the beds and places of a structure and all below it.

    Raises:
        ConflictError: It is a legal entity.
    """
    return await _shown(tx, account, await _beds(tx, account, structure_id), now)


async def _shown(tx: AsyncConnection, account: Account, found: Beds, now: datetime) -> ReleveLits:
    told = await lits.told(tx, found.units)
    return ReleveLits(
        structure=Lien(id=found.row.id, kind=Kind(found.row.kind), nom=found.row.nom),
        eg=Lien(id=found.eg.id, kind=Kind.EG, nom=found.eg.nom),
        le=now,
        unites=[_told(unit, told.get(node, lits.NOTHING)) for node, unit in found.units.items()],
        indicateurs=list(INDICATEURS.values()),
        refus=await _refused(tx, account, found),
    )


async def _refused(tx: AsyncConnection, account: Account, found: Beds) -> str | None:
    """Say why the account can type nothing here, or None."""
    if any(unit.refus is None for unit in found.units.values()):
        return None
    place = await structures.place(tx, found.row)
    return _closed(found.eg) or refusal(Action.SAISIR_LITS, account.grants, place) or NO_UNIT


def _told(unit: Unit, told: lits.Told) -> UniteLits:
    named = UniteLits(id=unit.one.id, nom=unit.one.nom, sous=unit.path, refus=unit.refus, reserve=unit.reserve)
    if unit.reserve is not None:
        return named
    figures = {"capacites": told.capacites, "avertissements": avertissements(told.capacites)}
    signed = {"version": told.version, "le": told.le, "par": told.par, "source": told.source}
    return named.model_copy(update=figures | signed)


async def put(tx: AsyncConnection, structure_id: UUID, body: SaisieLits, pen: Pen) -> ReleveLits:
    """Write the figures of units, all or none; the same figures confirm them at this date.

    Args:
        tx: The transaction.
        structure_id: The structure; the units stand at or below it.
        body: The figures.
        pen: Who types.

    Raises:
        ForbiddenError: No right on one of the units, or it is hidden.
        InvalidError: A figure that cannot be, each by `/unites/<row>/capacites/<rank>/<part>`.
        StaleError: Somebody else typed the beds of one of them since it was read.
    """
    row = await access.structure(tx, pen.account, structure_id)
    await structures.structure(tx, row.eg_id or row.id, lock=True)
    found = await _beds(tx, pen.account, structure_id)
    await _require_right(tx, found, body.unites, pen)
    _require_sense(found, body)
    told = await lits.told(tx, found.units)
    _require_fresh(found, body.unites, told)
    if body.unites:
        await lits.put(tx, [_typed(one, told.get(one.id, lits.NOTHING), body.source, pen) for one in body.unites])
        await signals.tell_lits(tx, pen, found.eg.id)
    return await _shown(tx, pen.account, found, pen.now)


async def _require_right(tx: AsyncConnection, found: Beds, units: Sequence[UniteLitsSaisie], pen: Pen) -> None:
    closed = _closed(found.eg)
    known = [found.units[one.id] for one in units if one.id in found.units]
    if not known:
        access.require(pen.account, Action.SAISIR_LITS, await structures.place(tx, found.row))
    for unit in known:
        refused = unit.reserve or (None if closed else unit.refus)
        if refused:
            raise ForbiddenError(f"« {unit.one.nom} » : {refused}")
    if closed:
        raise ConflictError(closed)


def _require_sense(found: Beds, body: SaisieLits) -> None:
    errors = list(_errors(found, body))
    if errors:
        count = "un chiffre est à corriger" if len(errors) == 1 else f"{len(errors)} chiffres sont à corriger"
        raise InvalidError(f"Rien n'a été enregistré : {count}. {errors[0].message}", errors, kind="lits")


def _errors(found: Beds, body: SaisieLits) -> Iterable[ErreurChamp]:
    codes = nomenclatures.all_codes()
    if body.source not in codes[SOURCES]:
        message = f"Le code « {body.source} » n'est pas dans la liste {SOURCES} : choisissez-en un de la liste."
        yield ErreurChamp(pointer="/source", code="code", message=message)
    seen: set[UUID] = set()
    for rank, unit in enumerate(body.unites):
        if unit.id not in found.units:
            message = f"Cette unité n'est pas, ou plus, sous « {found.row.nom} » : relisez les lits."
            yield ErreurChamp(pointer=f"/unites/{rank}/id", code="unite", message=message)
        if unit.id in seen:
            message = "Cette unité est donnée deux fois : n'en gardez qu'une."
            yield ErreurChamp(pointer=f"/unites/{rank}/id", code="double", message=message)
        seen.add(unit.id)
        yield from faults(unit.capacites, codes, f"/unites/{rank}/capacites")


def _require_fresh(found: Beds, units: Sequence[UniteLitsSaisie], told: dict[UUID, lits.Told]) -> None:
    stale = [one.id for one in units if told.get(one.id, lits.NOTHING).version != one.version]
    if stale:
        shown = [_told(found.units[node], told.get(node, lits.NOTHING)) for node in stale]
        first = shown[0]
        who = f"{first.par or 'Quelqu’un'} a saisi les lits de « {first.nom} »"
        others = f" et de {len(stale) - 1} autres unités" if len(stale) > 2 else " et d'une autre unité"
        text = f"{who}{others if len(stale) > 1 else ''} entre-temps : comparez avant d'enregistrer."
        raise StaleError(text, version=first.version, by=first.par, at=first.le, lits=shown)


def _typed(one: UniteLitsSaisie, before: lits.Told, source: str, pen: Pen) -> dict[str, object]:
    after = sorted((Capacite.model_validate(figure.model_dump()) for figure in one.capacites), key=_order)
    return {
        "structure_id": one.id,
        "version": before.version + 1,
        "le": pen.now,
        "compte_id": pen.account.id,
        "par": pen.account.nom,
        "source": source,
        "avant": [figure.model_dump(mode="json") for figure in sorted(before.capacites, key=_order)],
        "apres": [figure.model_dump(mode="json") for figure in after],
    }


def _order(one: Capacite) -> tuple[str, ...]:
    return one.indicateur


async def history(
    tx: AsyncConnection, account: Account, structure_id: UUID, before: int | None, limit: int
) -> Page[LitsPasses]:
    """Give what was typed of the units that the account sees, the newest first."""
    found = await _beds(tx, account, structure_id)
    units = [node for node, unit in found.units.items() if unit.reserve is None]
    rows = await lits.history(tx, units, before, limit + 1)
    more = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page(elements=rows[:limit], suivant=more)


async def summary(tx: AsyncConnection, account: Account, row: Row, now: datetime) -> DisponibiliteLits | None:
    """Give the beds and places of a published structure in a few words; None for a legal entity."""
    if row.kind == Kind.EJ:
        return None
    found = await _beds(tx, account, row.id)
    seen = [node for node, unit in found.units.items() if unit.reserve is None]
    told = list((await lits.told(tx, seen)).values())
    return _summed(told, now).model_copy(update={"refus": await _refused(tx, account, found)})


def _summed(told: Sequence[lits.Told], now: datetime) -> DisponibiliteLits:
    oldest = min(told, key=lambda one: one.le or now, default=lits.NOTHING)
    added = totaux(figure for one in told for figure in one.capacites)
    return DisponibiliteLits(
        totaux=[TotalLits(nature=nature, statut=statut, nombre=count) for (nature, statut), count in added.items()],
        unites=len(told),
        le=oldest.le,
        par=oldest.par,
        source=oldest.source,
        a_jour=oldest.le is not None and now - oldest.le <= OLD,
    )
