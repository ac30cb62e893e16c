"""The yellow banner of a dossier (guide §3e, A NOTER 5): who it waits for, and what no longer holds."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.workflow import CLOSED, current_level
from ror_server.services import accords, bandeau_fiche
from ror_server.services.workspace import Workspace
from ror_server.store.dossiers import DossierRow
from ror_tui.api_client.models import EtatDossier


async def banner(tx: AsyncConnection, found: Workspace) -> str | None:
    """Give the banner of a dossier, or None."""
    row = found.dossier
    if row.etat in CLOSED:
        return None
    void = [
        f"L'accord de {level.attend} du {word.le:%d/%m} ne vaut plus : le contenu a changé depuis."
        for level, word in await accords.voided(tx, found)
    ]
    return " ".join(filter(None, (_state(row), *void, bandeau_fiche.counted(found)))) or None


def _state(row: DossierRow) -> str | None:
    level = current_level(row.circuit, row.etat)
    if level is None:
        return f"Ce dossier a été refusé : {row.motif}" if row.etat is EtatDossier.A_CORRIGER and row.motif else None
    if level.sends_on:
        return (
            "Ce dossier attend la Direction : avec un compte « Direction », « envoyer en validation » une seconde fois."
        )
    return f"Ce dossier attend {level.attend}, qui le valide avant la publication dans le Répertoire."
