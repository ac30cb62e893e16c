"""Modifying a published fiche directly, from the Répertoire (guide §4c): one commit, at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain.rights import Action
from ror_server.domain.valeurs import normalise
from ror_server.problems import ConflictError, ForbiddenError, InvalidError, StaleError
from ror_server.services import access, champs_reserves, publishing, repercussion, verdicts
from ror_server.services.pen import Pen
from ror_server.store import commits, dossiers, structures
from ror_server.store.structures import Row
from ror_tui.api_client.models import (
    ErreurChamp,
    Kind,
    Modele,
    ModificationStructure,
    Valeurs,
    egales,
    vide,
)

ONLY_IN_A_DOSSIER: Mapping[str, str] = {"type_uo": "Le type d'unité opérationnelle"}
MESSAGE = "Modification directe d'une fiche"


@dataclass(frozen=True, slots=True)
class Edited:
    """A published fiche that is being modified: locked until the end of the transaction."""

    row: Row
    eg: Row
    form: Modele

    @property
    def values(self) -> Valeurs:
        """What is published."""
        return dict(self.row.valeurs) | {"nom": self.row.nom}


async def edit(
    tx: AsyncConnection, structure_id: UUID, body: ModificationStructure, pen: Pen, *, expected: int
) -> None:
    """Publish new values of a fiche; open dossiers that touch the same fields follow, or win, as it was answered.

    Args:
        tx: The transaction.
        structure_id: The structure.
        body: The values, and the answers to the questions of répercussion.
        pen: Who writes.
        expected: The version that the values were typed over.

    Raises:
        ForbiddenError: No right there, or a field that is locked.
        StaleError: The fiche was published again since.
        ConflictError: Questions of répercussion to be answered first, or a closed establishment.
        InvalidError: A value of the wrong type, or a fiche that would break a rule that it keeps.
    """
    found = await _locked(tx, structure_id, pen)
    if found.row.version != expected:
        text = f"{found.row.maj_par} a publié cette fiche entre-temps : comparez avant d'enregistrer."
        version, at = found.row.version, found.row.maj_le
        raise StaleError(text, version=version, by=found.row.maj_par, at=at, valeurs=found.values)
    changes = _changes(found, body.valeurs)
    if not changes:
        return
    after = {champ: valeur for champ, valeur in (found.values | changes).items() if not vide(valeur)}
    champs_reserves.require(found.form, changes, pen.account, await structures.place(tx, found.row))
    _require_rules(found, after, changes)
    touched = await repercussion.touching(tx, found.row, found.eg, changes)
    settled = repercussion.answered(touched, body.repercussions)
    await _publish(tx, found, after, changes, pen)
    await repercussion.follow(tx, found.row, settled, changes, pen)


async def _locked(tx: AsyncConnection, structure_id: UUID, pen: Pen) -> Edited:
    """Lock the open dossiers of the establishment, then the establishment, in the order of a validation."""
    row = await access.structure(tx, pen.account, structure_id)
    access.require(pen.account, Action.MODIFIER_STRUCTURE, await structures.place(tx, row))
    if row.kind == Kind.EJ:
        raise ConflictError("Une entité juridique vient de FINESS : sa fiche ne se modifie pas ici.")
    eg_id = row.eg_id or row.id
    opened = [one.id for one in await dossiers.open_on(tx, eg_id)]
    for dossier_id in opened:
        await dossiers.dossier(tx, dossier_id, lock=True)
    eg = await structures.structure(tx, eg_id, lock=True)
    if eg is None or [one.id for one in await dossiers.open_on(tx, eg_id)] != opened:
        raise ConflictError("Un dossier vient de s'ouvrir ou de se fermer sur cet établissement : recommencez.")
    if eg.fermee_le:
        raise ConflictError(f"« {eg.nom} » est fermé depuis le {eg.fermee_le} : sa description ne change plus.")
    now = await access.structure(tx, pen.account, structure_id)
    return Edited(now, eg, forms.modele_de(Kind(now.kind), eg))


def _changes(found: Edited, values: Valeurs) -> Valeurs:
    """Give the fields that change, normalised."""
    before = found.values
    for champ_id in values:
        champ = found.form.champ(champ_id) or forms.champ(Kind.EG, champ_id)
        if champ and champ.verrou:
            text = f"« {champ.libelle} » ne se modifie pas ici. {champ.verrou}"
            raise ForbiddenError(text, kind="champ-verrouille")
    for champ_id, name in ONLY_IN_A_DOSSIER.items():
        if champ_id in values and not egales(values[champ_id], before.get(champ_id)):
            text = f"{name} ne change que dans un dossier collaboratif : ouvrez-en un sur l'établissement."
            raise ForbiddenError(text, kind="dossier-seulement")
    kept, faults = normalise(found.form, values)
    if faults:
        raise InvalidError(faults[0].message, faults)
    return {champ: valeur for champ, valeur in kept.items() if not egales(valeur, before.get(champ))}


def _require_rules(found: Edited, after: Valeurs, changes: Collection[str]) -> None:
    """Refuse what breaks a rule; a fault that was there before, of a field that is left as it is, is no obstacle."""
    known = {(one.code, one.champ) for one in verdicts.errors(found.form, found.values) if one.champ not in changes}
    errors = [one for one in verdicts.errors(found.form, after) if (one.code, one.champ) not in known]
    if errors:
        faults = [ErreurChamp(pointer=f"/valeurs/{one.champ}", code=one.code, message=one.message) for one in errors]
        raise InvalidError(errors[0].message, faults, kind="incomplete")


async def _publish(tx: AsyncConnection, found: Edited, after: Valeurs, changes: Valeurs, pen: Pen) -> None:
    row, eg, kind = found.row, found.eg, Kind(found.row.kind)
    seq = await commits.next_commit(tx, at=pen.now, acteur=pen.account.nom, origine="direct", message=MESSAGE)
    signed = {"maj_le": pen.now, "maj_par": pen.account.nom}
    await structures.update(tx, row.id, publishing.columns(eg, kind, after) | signed)
    revision = {
        "commit_seq": seq,
        "structure_id": row.id,
        "op": "update",
        "version": row.version + 1,
        "avant": {champ: found.values.get(champ) for champ in changes},
        "apres": dict(changes),
    }
    await commits.add_revisions(tx, [revision])
    await publishing.follow(tx, eg.id, [row.id] if kind is Kind.UO else [])
    if "discipline" in changes:
        await publishing.follow_disciplines(tx, eg)
