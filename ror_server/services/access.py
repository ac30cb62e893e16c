"""Who may: every use case asks here, and here only, before it reads or writes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Op
from ror_server.domain.rights import Action, Place, action_refusal, refusal
from ror_server.domain.workflow import state_fault
from ror_server.problems import ConflictError, ForbiddenError, GoneError, NotFoundError, StaleError
from ror_server.services import workspace
from ror_server.services.questions import questions
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers, structures
from ror_server.store.accounts import Account
from ror_server.store.dossiers import DossierRow
from ror_tui.api_client.models import ActionDossier, Conflit, EtatFiche


def require(account: Account, action: Action, place: Place | None = None) -> None:
    """Let through, or refuse.

    Raises:
        ForbiddenError: With the French sentence of the rights.
    """
    refused = refusal(action, account.grants, place)
    if refused:
        raise ForbiddenError(refused)


async def structure(tx: AsyncConnection, account: Account, structure_id: UUID) -> structures.Row:
    """Load a published structure that the account may read.

    Raises:
        ForbiddenError: No right at all.
        NotFoundError: It never existed.
        GoneError: It was deleted.
    """
    require(account, Action.LIRE_REPERTOIRE)
    row = await structures.structure(tx, structure_id)
    if row is None:
        raise NotFoundError("Cette structure n'existe pas dans le Répertoire.")
    if row.supprimee:
        raise GoneError(f"« {row.nom} » a été supprimée du Répertoire.")
    return row


async def dossier(tx: AsyncConnection, account: Account, dossier_id: UUID, *, lock: bool = False) -> Workspace:
    """Load a dossier that the account may read.

    Raises:
        NotFoundError: It does not exist.
        ForbiddenError: It lies outside the account's territory.
    """
    return await content(tx, account, await dossiers.dossier(tx, dossier_id, lock=lock))


async def content(
    tx: AsyncConnection, account: Account, row: DossierRow | None, eg: structures.Row | None = None
) -> Workspace:
    """Load what a dossier holds, for an account that may read it.

    Args:
        tx: The transaction.
        account: Who asks.
        row: The dossier, None when there is none.
        eg: Its establishment, when this transaction holds it locked already.

    Raises:
        NotFoundError: There is no dossier.
        ForbiddenError: It lies outside the account's territory.
    """
    if row is None:
        raise NotFoundError("Ce dossier n'existe pas.")
    found = await workspace.load(tx, row, eg)
    require(account, Action.LIRE_DOSSIER, found.place)
    return found


async def readable(tx: AsyncConnection, account: Account, dossier_id: UUID) -> DossierRow:
    """Give the row of a dossier that the account may read, without its content.

    Raises:
        NotFoundError: It does not exist.
        ForbiddenError: It lies outside the account's territory.
    """
    row = await dossiers.dossier(tx, dossier_id)
    if row is None:
        raise NotFoundError("Ce dossier n'existe pas.")
    require(account, Action.LIRE_DOSSIER, (await structures.eg_places(tx, {row.eg_id}))[row.eg_id])
    return row


async def editable(tx: AsyncConnection, account: Account, dossier_id: UUID) -> Workspace:
    """Load and lock a dossier to change its content.

    Raises:
        ForbiddenError: No right to write there.
        ConflictError: The dossier waits for a level, or is closed.
    """
    found = await dossier(tx, account, dossier_id, lock=True)
    require_action(found, account, ActionDossier.MODIFIER)
    return found


def require_action(found: Workspace, account: Account, action: ActionDossier, *, expected: int | None = None) -> None:
    """Let an action on a dossier through, or refuse: rights first, then the version, then state and content.

    Raises:
        ForbiddenError: The account may not.
        StaleError: The dossier is not at the `expected` version any more.
        ConflictError: The dossier's state or content forbids it, whoever asks.
    """
    refused = role_fault(found, account, action)
    if refused:
        raise ForbiddenError(refused)
    if expected is not None and found.dossier.version != expected:
        text = "Ce dossier a changé entre-temps : relisez-le avant de continuer."
        raise StaleError(text, version=found.dossier.version)
    forbidden = state_fault(action, found.dossier.circuit, found.dossier.etat) or content_fault(found, action)
    if forbidden:
        raise ConflictError(forbidden, conflits=in_the_way(found, action))


def in_the_way(found: Workspace, action: ActionDossier) -> list[Conflit]:
    """Give the conflicts that forbid to send or validate a dossier."""
    sends = action in {ActionDossier.ENVOYER, ActionDossier.VALIDER}
    return questions(found).conflits if sends else []


def role_fault(found: Workspace, account: Account, action: ActionDossier) -> str | None:
    """Say why the account may not do an action on a dossier, or None."""
    row = found.dossier
    is_author = row.auteur_id == account.id
    return action_refusal(action, account.grants, found.place, row.circuit, row.etat, is_author=is_author)


def content_fault(found: Workspace, action: ActionDossier) -> str | None:
    """Say why the content of a dossier forbids to send or validate it, or None."""
    if action not in {ActionDossier.ENVOYER, ActionDossier.VALIDER}:
        return None
    if not any(
        item.op is not Op.UPDATE or item.next or item.parent_next != item.parent_base for item in found.items.values()
    ):
        return "Ce dossier ne change rien encore : créez ou modifiez au moins une fiche."
    refused = _refused_fault(found)
    if refused:
        return refused
    blocked = sum(etat is EtatFiche.EN_CONFLIT for etat in found.states.values())
    if blocked:
        fiches = "une fiche est en conflit" if blocked == 1 else f"{blocked} fiches sont en conflit"
        told = f"{fiches[:1].upper()}{fiches[1:]} avec le Répertoire"
        return f"{told} : ouvrez les conflits (!) pour choisir avant d'envoyer."
    progress = found.progress()
    missing = progress.total - progress.finalisees
    if missing:
        fiches = "une fiche n'est pas finalisée" if missing == 1 else f"{missing} fiches ne sont pas finalisées"
        return f"Toutes les fiches doivent être vertes : {fiches}."
    return None


def _refused_fault(found: Workspace) -> str | None:
    """Say that fiches are refused as they stand, or None."""
    refused = sum(etat is EtatFiche.REFUSEE for etat in found.states.values())
    if refused > 1:
        told = f"{refused} fiches sont refusées et n'ont pas changé depuis : lisez les motifs"
        return f"{told}, puis modifiez-les ou ôtez-les du dossier."
    one = "Une fiche est refusée et n'a pas changé depuis : lisez le motif, puis modifiez-la ou ôtez-la du dossier."
    return one if refused else None
