"""The content of a dossier: create, duplicate, move, delete, restore, save and finalise fiches."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain import dossier as rules
from ror_server.domain.dossier import FICHE_LABELS, Item
from ror_server.domain.valeurs import normalise
from ror_server.domain.workflow import state_fault
from ror_server.problems import ConflictError, GoneError, InvalidError, NotFoundError, StaleError
from ror_server.services import access, bandeau_fiche, questions, refus, verrous
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, item_of, write
from ror_server.store.accounts import Account
from ror_tui.api_client.models import (
    ActionDossier,
    ErreurChamp,
    EtatFiche,
    Fiche,
    Gravite,
    Kind,
    NatureConflit,
    Valeurs,
)


def require_node(found: Workspace, node: UUID) -> None:
    """Refuse a structure that is not in the dossier's tree.

    Raises:
        GoneError: It was in the dossier's establishment, and is not any more.
        NotFoundError: It never was.
    """
    if node not in found.parents:
        if node in found.items:
            raise GoneError("Cette fiche a été supprimée du Répertoire depuis.")
        raise NotFoundError(
            "Cette fiche n'est pas dans ce dossier : elle a peut-être été supprimée par un autre utilisateur."
        )


def require_version(found: Workspace, node: UUID, expected: int) -> None:
    """Refuse to write over what somebody else wrote.

    Raises:
        StaleError: With the present values, and who wrote them.
    """
    stored = found.stored.get(node)
    version = stored.item.version if stored else 0
    if version == expected:
        return
    if stored is None:
        raise StaleError("Cette fiche n'est plus modifiée dans ce dossier : rechargez-la.", version=0)
    text = f"{stored.modifie_par} a modifié cette fiche entre-temps : comparez avant d'enregistrer."
    values = found.values(node)
    raise StaleError(
        text,
        version=version,
        by=stored.modifie_par,
        at=stored.modifie_le,
        valeurs=values,
        conflits=questions.of_fiche(found, node),
    )


def show(found: Workspace, account: Account, node: UUID) -> Fiche:
    """Give a fiche as the dossier shows it."""
    require_node(found, node)
    stored, published = found.stored.get(node), found.published.get(node)
    etat = found.states[node]
    reason = _read_only_reason(found, account, node)
    return Fiche(
        id=node,
        dossier_id=found.dossier.id,
        kind=found.kind(node),
        nom=found.name(node),
        version=stored.item.version if stored else 0,
        etat=etat,
        etat_libelle=FICHE_LABELS[etat],
        chemin=found.path(node),
        categorie_eg=found.eg.categorie,
        valeurs=_with_locked(found, node, found.values(node)),
        publiees=_with_locked(found, node, published.valeurs) if published else None,
        constats=found.findings(node),
        modifiable=reason is None,
        raison=reason,
        modifiee_le=stored.modifie_le if stored else None,
        modifiee_par=stored.modifie_par if stored else None,
        bandeau=refus.banner(found, node) or _banner(found, node, reason),
        refus=refus.shown(found.refusal(node)),
        completude=found.completeness(node),
        peuplement=found.population(node) if found.kind(node) is Kind.UO else None,
    )


def _with_locked(found: Workspace, node: UUID, valeurs: Valeurs) -> Valeurs:
    kind, parent = found.kind(node), found.parents[node]
    if kind is Kind.EG:
        held = verrous.official(found.eg)
    else:
        held = verrous.of_unit(node, kind, valeurs, found.name(parent) if parent else None, found.eg)
    return verrous.shown(found.form(node), valeurs, held)


def _read_only_reason(found: Workspace, account: Account, node: UUID) -> str | None:
    refused = access.role_fault(found, account, ActionDossier.MODIFIER)
    refused = refused or state_fault(ActionDossier.MODIFIER, found.dossier.circuit, found.dossier.etat)
    if refused is None and found.states[node] is EtatFiche.A_SUPPRIMER:
        return "Cette fiche est à supprimer : rétablissez-la pour la modifier."
    return refused


def _banner(found: Workspace, node: UUID, reason: str | None) -> str | None:
    if node in found.lost:
        return "Sa place a disparu du Répertoire : déplacez cette fiche sous un autre parent, ou supprimez-la."
    if found.in_conflict(node):
        fields = {conflict.champ for conflict in found.conflicts[node]}
        names = ", ".join(f"« {champ.libelle} »" for champ in found.form(node).champs() if champ.id in fields)
        retired = all(conflict.nature is NatureConflit.CODE for conflict in found.conflicts[node])
        start = "Un code choisi n'est plus proposé" if retired else "Le Répertoire a changé depuis"
        return f"{start} : {names or 'cette fiche'}. Ouvrez les conflits pour choisir."
    return " ".join(filter(None, (reason, bandeau_fiche.replaced(found, node)))) or None


async def save(
    tx: AsyncConnection, found: Workspace, node: UUID, values: Valeurs, pen: Pen, *, seen: Valeurs | None = None
) -> Workspace:
    """Save answers; what is missing is no obstacle (it is told by the controls).

    Args:
        tx: The transaction, which holds the dossier locked.
        found: The dossier before.
        node: The fiche.
        values: The answers.
        pen: Who writes.
        seen: The published values of these fields as the author saw them; None for the present ones.

    Raises:
        InvalidError: A value of the wrong type, or a field that the form does not have.
        ConflictError: The fiche is to be deleted.
    """
    require_node(found, node)
    if deleted(found, node):
        raise ConflictError("Cette fiche est à supprimer : rétablissez-la pour la modifier.")
    kept, faults = normalise(found.form(node), values)
    if faults:
        raise InvalidError(faults[0].message, faults)
    return await write(tx, found, pen, [saved(found, node, kept, seen)])


def saved(found: Workspace, node: UUID, kept: Valeurs, seen: Valeurs | None = None) -> Item:
    """Give the item of a fiche as it is once answers, already normalised, are saved in it."""
    item, published = item_of(found, node), found.published.get(node)
    base, following = rules.touch(item, published.valeurs if published else {}, kept, seen)
    same = item.saved and following == item.next and base == item.base
    after = replace(
        item,
        base=base,
        next=following,
        remplace={champ: one for champ, one in item.remplace.items() if champ in following and champ not in kept},
        saved=True,
        finalised=item.finalised and same,
        version=item.version + 1,
    )
    return rules.settled(after, published)


async def finalise(tx: AsyncConnection, found: Workspace, node: UUID, pen: Pen) -> Workspace:
    """Mark a saved fiche green.

    Raises:
        ConflictError: Never saved, untouched, to be deleted, or in conflict.
        InvalidError: The controls find errors, each by its field.
    """
    return await write(tx, found, pen, [finalised(found, node)])


def finalised(found: Workspace, node: UUID) -> Item:
    """Give the item of a fiche as it is once it is green.

    Raises:
        ConflictError: Never saved, untouched, to be deleted, or in conflict.
        InvalidError: The controls find errors, each by its field.
    """
    require_node(found, node)
    item = found.items.get(node)
    if item is None or not item.counts:
        raise ConflictError("Cette fiche n'est pas modifiée dans ce dossier : il n'y a rien à finaliser.")
    if not item.saved:
        raise ConflictError("Enregistrez la fiche avant de la finaliser.")
    if found.in_conflict(node):
        raise ConflictError(_banner(found, node, None) or "Cette fiche est en conflit avec le Répertoire.")
    errors = [constat for constat in found.findings(node) if constat.gravite is Gravite.ERREUR]
    if errors:
        faults = [ErreurChamp(pointer=f"/valeurs/{one.champ}", code=one.code, message=one.message) for one in errors]
        count = "un champ est à corriger" if len(errors) == 1 else f"{len(errors)} champs sont à corriger"
        raise InvalidError(f"La fiche n'est pas complète : {count}.", faults, kind="incomplete")
    return replace(item, finalised=True, version=item.version + 1)
