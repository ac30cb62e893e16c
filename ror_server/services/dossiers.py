"""Opening, listing and showing dossiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain import dossier as rules
from ror_server.domain.rights import Action, Place, action_refusal
from ror_server.domain.tree import SANITAIRE_ONLY, parents_table
from ror_server.domain.words import clean
from ror_server.domain.workflow import (
    ACTION_LABELS,
    ETAT_LABELS,
    LEVELS,
    awaited,
    current_level,
    state_after_sending,
    state_fault,
)
from ror_server.problems import ConflictError
from ror_server.services import access, bandeau, signals, workspace
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers, gestes, refus, structures
from ror_server.store.accounts import Account
from ror_server.store.dossiers import DossierRow, StoredItem
from ror_server.store.refus import Refusal
from ror_tui.api_client.models import (
    ActionDossier,
    ArbreDossier,
    Circuit,
    CreationDossier,
    Dossier,
    DossierResume,
    EtatDossier,
    Kind,
    Lien,
    LienDossier,
    Page,
    Possibilite,
    Progres,
    TypeSignal,
)


class Vue(StrEnum):
    """Which dossiers to list."""

    OUVERTS = "ouverts"
    TOUS = "tous"
    A_TRAITER = "a_traiter"


async def create(tx: AsyncConnection, account: Account, body: CreationDossier, now: datetime) -> Workspace:
    """Open a dossier on an establishment.

    The first description of an establishment opens « Peuplement de … » without any question (guide A NOTER 3).

    Raises:
        ForbiddenError: No right to write there.
        ConflictError: Not an establishment, or a dossier is open on it already.
    """
    row = await access.structure(tx, account, body.structure_id)
    eg_id = row.eg_id or row.id
    eg = await structures.structure(tx, eg_id, lock=True)
    if eg is None or eg.kind != Kind.EG:
        raise ConflictError("Un dossier collaboratif s'ouvre sur un établissement, pas sur une entité juridique.")
    access.require(account, Action.ECRIRE_DOSSIER, await structures.place(tx, eg))
    if eg.fermee_le:
        raise ConflictError(f"« {eg.nom} » est fermé depuis le {eg.fermee_le} : on ne peut plus le décrire.")
    opened = await dossiers.open_on(tx, eg_id)
    if opened and not body.meme_si_ouvert:
        text = f"Un dossier est déjà ouvert sur cet établissement : « {opened[0].titre} », de {opened[0].auteur}."
        raise ConflictError(text, kind="dossier-ouvert", dossier_id=opened[0].id)
    if await dossiers.dossier(tx, body.id):
        raise ConflictError("Ce dossier existe déjà.", kind="identifiant-pris")
    first = not opened and await structures.count_units(tx, eg) == 0
    titre = f"Peuplement de {eg.nom}" if first else clean(body.titre or "") or f"Mise à jour de {eg.nom}"
    new = DossierRow(
        id=body.id,
        eg_id=eg_id,
        eg_nom=eg.nom,
        titre=titre,
        circuit=Circuit(eg.circuit or Circuit.MEDICO_SOCIAL),
        etat=EtatDossier.BROUILLON,
        depuis=now,
        auteur_id=account.id,
        auteur=account.nom,
        cree_le=now,
        motif=None,
        version=1,
    )
    await dossiers.add(tx, new)
    await dossiers.add_event(tx, new.id, at=now, acteur=account.nom, texte=f"Ouverture du dossier « {titre} »")
    await signals.tell(tx, Pen(account, now), new.id, TypeSignal.ETAPE)
    return await workspace.load(tx, new)


class Ordre(StrEnum):
    """In which order: by when they came to their state."""

    RECENT = "recent"
    ANCIEN = "ancien"


async def listing(
    tx: AsyncConnection,
    account: Account,
    vue: Vue,
    cursor: str | None,
    limit: int,
    *,
    ordre: Ordre = Ordre.RECENT,
    total: bool = False,
) -> Page[DossierResume]:
    """List the dossiers that the account may read, with how many there are when that is asked."""
    access.require(account, Action.LIRE_REPERTOIRE)
    where = [dossiers.within(account.grants, Action.LIRE_DOSSIER)]
    if vue is Vue.OUVERTS:
        where.append(dossiers.is_open())
    if vue is Vue.A_TRAITER:
        where.append(_waits_for(account))
    rows, more = await dossiers.page(tx, where, cursor, limit, oldest_first=ordre is Ordre.ANCIEN)
    items = await dossiers.load_items(tx, [row.id for row in rows])
    published = await structures.published(
        tx, {one.item.id for stored in items.values() for one in stored.values() if one.item.op is not rules.Op.CREATE}
    )
    refused = await refus.load(tx, [row.id for row in rows])
    places = await structures.eg_places(tx, {row.eg_id for row in rows})
    natures = await structures.eg_natures(tx, {row.eg_id for row in rows})
    elements = [
        _resume(
            row,
            account,
            _progress(natures[row.eg_id], items[row.id], published, refused[row.id]),
            must_act(account, row, places[row.eg_id]),
        )
        for row in rows
    ]
    return Page(elements=elements, suivant=more, total=await dossiers.count(tx, where) if total else None)


def _waits_for(account: Account) -> sa.ColumnElement[bool]:
    """Keep the dossiers whose level this account can take further, and its own that were refused."""
    author = dossiers.written_by(account.id)
    conditions = [sa.and_(dossiers.waiting([EtatDossier.A_CORRIGER]), author)]
    for circuit, levels in LEVELS.items():
        for level in levels:
            grants = [grant for grant in account.grants if grant.role in level.roles]
            here = dossiers.within(grants, Action.LIRE_DOSSIER)
            others = sa.true() if level.sends_on else sa.not_(author)
            conditions.append(sa.and_(dossiers.waiting([level.etat]), dossiers.of_circuit([circuit]), here, others))
    return sa.or_(*conditions)


def _progress(
    eg: forms.Etablissement,
    stored: Mapping[UUID, StoredItem],
    published: Mapping[UUID, rules.Published],
    refused: Mapping[UUID, Refusal],
) -> Progres:
    return rules.progress(
        (
            one.item,
            workspace.state_of(
                forms.modele_de(one.item.kind, eg),
                one.item,
                published.get(one.item.id),
                in_conflict=rules.in_question(one.item, published.get(one.item.id)),
                refused=workspace.standing(refused.get(one.item.id), one.item) is not None,
            ),
        )
        for one in stored.values()
    )


def must_act(account: Account, row: DossierRow, place: Place) -> bool:
    """Tell whether this account is the one that the dossier waits for."""
    level = current_level(row.circuit, row.etat)
    if level is None:
        return row.auteur_id == account.id and row.etat in {EtatDossier.BROUILLON, EtatDossier.A_CORRIGER}
    action = ActionDossier.ENVOYER if level.sends_on else ActionDossier.VALIDER
    is_author = row.auteur_id == account.id
    return action_refusal(action, account.grants, place, row.circuit, row.etat, is_author=is_author) is None


def _resume(row: DossierRow, account: Account, progress: Progres, acts: bool) -> DossierResume:
    attend = awaited(row.circuit, row.etat)
    if current_level(row.circuit, row.etat) is None and attend == "l'auteur":
        attend = "vous" if row.auteur_id == account.id else row.auteur
    return DossierResume(
        id=row.id,
        titre=row.titre,
        etablissement=Lien(id=row.eg_id, kind=Kind.EG, nom=row.eg_nom),
        circuit=row.circuit,
        etat=row.etat,
        etat_libelle=ETAT_LABELS[row.etat],
        attend=attend,
        depuis=row.depuis,
        auteur=row.auteur,
        version=row.version,
        progres=progress,
        a_traiter=acts,
        motif=row.motif,
        raison=to_do(row) if acts else None,
    )


def to_do(row: DossierRow) -> str:
    """Say what the one who must act on a dossier has to do."""
    level = current_level(row.circuit, row.etat)
    if level is None:
        refused = row.etat is EtatDossier.A_CORRIGER
        return "Refusé : à corriger, puis à renvoyer" if refused else "À terminer, puis à envoyer en validation"
    if not level.sends_on:
        return "À valider, ou à refuser avec un motif"
    return f"À relire, puis à envoyer à {awaited(row.circuit, state_after_sending(row.circuit, row.etat))}"


async def show(tx: AsyncConnection, account: Account, found: Workspace) -> Dossier:
    """Give a dossier with what this account can do with it."""
    row = found.dossier
    resume = _resume(row, account, found.progress(), must_act(account, row, found.place))
    undoable, redoable = await gestes.labels(tx, row.id, account.id)
    only_sanitaire = None if row.circuit is Circuit.SANITAIRE else SANITAIRE_ONLY
    return Dossier(
        **{name: getattr(resume, name) for name in DossierResume.model_fields},
        possibilites=[_possibility(found, account, action) for action in ActionDossier],
        parents=parents_table(row.circuit),
        parents_raison=only_sanitaire,
        evenements=await dossiers.events(tx, row.id),
        bandeau=await bandeau.banner(tx, found),
        suite_de=await _origin(tx, row),
        suites=[LienDossier(id=one.id, titre=one.titre) for one in await dossiers.follow_ups(tx, row.id)],
        geste_a_annuler=undoable,
        geste_a_refaire=redoable,
    )


async def _origin(tx: AsyncConnection, row: DossierRow) -> LienDossier | None:
    origin = await dossiers.dossier(tx, row.suite_de) if row.suite_de else None
    return LienDossier(id=origin.id, titre=origin.titre) if origin else None


def _possibility(found: Workspace, account: Account, action: ActionDossier) -> Possibilite:
    reason = (
        state_fault(action, found.dossier.circuit, found.dossier.etat)
        or access.role_fault(found, account, action)
        or access.content_fault(found, action)
    )
    return Possibilite(action=action, possible=reason is None, raison=reason, libelle=ACTION_LABELS[action])


def tree(found: Workspace) -> ArbreDossier:
    """Give the whole tree of a dossier."""
    noeuds: Sequence[UUID] = found.order
    return ArbreDossier(
        dossier_id=found.dossier.id, version=found.dossier.version, noeuds=[found.node(node) for node in noeuds]
    )
