"""What an integrated dossier changed: read in the log of its publication, whatever was published since."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services import differences, historique
from ror_server.services.workspace import Workspace
from ror_server.store import historique as log
from ror_server.store.accounts import Account
from ror_tui.api_client.models import (
    Changement,
    Differences,
    EtatDossier,
    EtatFiche,
    Kind,
    NoeudDifference,
    Operation,
    RevisionLue,
)

CHANGES: Mapping[Operation, Changement] = {
    "create": Changement.NOUVEAU,
    "move": Changement.DEPLACE,
    "update": Changement.MODIFIE,
    "delete": Changement.SUPPRIME,
}


async def of(tx: AsyncConnection, account: Account, found: Workspace) -> Differences:
    """Give what a dossier changes or, once it is integrated, what it changed.

    Args:
        tx: A snapshot.
        account: Who reads.
        found: The dossier.
    """
    seq = await log.of_dossier(tx, found.dossier.id) if found.dossier.etat is EtatDossier.INTEGRE else None
    if seq is None:
        return differences.differences(found)
    told = await historique.one(tx, account, seq, most=differences.LARGEST)
    eg = found.dossier.eg_id
    top = NoeudDifference(id=eg, parent_id=None, kind=Kind.EG, nom=found.eg.nom, etat=EtatFiche.INCHANGEE)
    nodes = [_node(found, one) for one in told.revisions]
    own = [one for one in nodes if one.id == eg]
    return differences.told(found, [*(own or [top]), *(one for one in nodes if one.id != eg)])


def _node(found: Workspace, one: RevisionLue) -> NoeudDifference:
    changes = [CHANGES[one.op]]
    if one.op == "move" and one.ecarts:
        changes.append(Changement.MODIFIE)
    eg = found.dossier.eg_id
    return NoeudDifference(
        id=one.structure_id,
        parent_id=None if one.structure_id == eg else eg,
        kind=one.kind,
        nom=one.nom,
        etat=EtatFiche.A_SUPPRIMER if one.op == "delete" else EtatFiche.FINALISEE,
        changements=changes,
        ecarts=one.ecarts,
        depuis=one.depuis,
        vers=one.vers,
    )
