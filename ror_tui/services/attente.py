"""Sending the saves that waited for the link, in order, each once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError, ServerNotReady, ServiceSlow, ServiceUnreachable, Unauthorized
from ror_tui.api_client.models import Fiche, ModificationFiche, ModificationStructure, ReleveLits, SaisieLits, Structure
from ror_tui.journal import LITS, Attente, Journal

WAITS = (ServiceUnreachable, ServiceSlow, ServerNotReady)
"""Failures of the link: the save is kept, and sent again."""

Pris = Fiche | Structure | ReleveLits


@dataclass(frozen=True, slots=True)
class Envoi:
    """How a save that waited went: what the server holds now, or why it refused."""

    attente: Attente
    pris: Pris | None = None
    refus: RorError | None = None


async def envoyer(client: RorClient, journal: Journal) -> AsyncIterator[Envoi]:
    """Send what waits, the oldest first; stops at the first one that the link fails.

    What the server takes leaves the journal. What it refuses leaves the queue, and stays typed in the journal: it is
    compared at the next opening of its fiche.
    """
    while journal.waiting:
        one = journal.waiting[0]
        try:
            taken = await _send(client, one)
        except (*WAITS, Unauthorized):
            return
        except RorError as error:
            still = one in journal.waiting  # its own screen may have saved it meanwhile
            journal.give_up(one)
            if still:
                yield Envoi(one, refus=error)
        else:
            journal.sent(one)
            yield Envoi(one, taken)


async def _send(client: RorClient, one: Attente) -> Pris:
    ref, version = one.ref, int(one.envoi.get("version", 0))
    body: dict[str, Any] = {name: value for name, value in one.envoi.items() if name != "version"}
    if ref.dossier == LITS:
        return await client.lits.saisir(UUID(ref.fiche), SaisieLits.model_validate(body), cle=UUID(one.cle))
    if not ref.dossier:
        modification = ModificationStructure.model_validate(body)
        return await client.structures.modifier(UUID(ref.fiche), modification, version=version)
    answers = ModificationFiche.model_validate(body)
    return await client.dossiers.modifier(UUID(ref.dossier), UUID(ref.fiche), answers, version=version)
