"""Sending the saves that waited for the link, in order, each once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.dossiers import kept_value
from ror_tui.api_client.errors import (
    RorError,
    ServerNotReady,
    ServiceSlow,
    ServiceUnreachable,
    Stale,
    TooManyRequests,
    Unauthorized,
)
from ror_tui.api_client.models import (
    EtatFiche,
    Fiche,
    ModificationFiche,
    ModificationStructure,
    ReleveLits,
    SaisieLits,
    Structure,
    Valeurs,
)
from ror_tui.journal import LITS, Attente, Journal, Saisie
from ror_tui.services import lits as beds

WAITS = (ServiceUnreachable, ServiceSlow, ServerNotReady)
"""Failures of the link: the save is kept, and sent again."""
LATER = (*WAITS, TooManyRequests, Unauthorized)
"""What ends a turn without judging the save."""
TRIES = 3
"""Saves of other fields that one may follow before it is compared by the person."""

Pris = Fiche | Structure | ReleveLits


@dataclass(frozen=True, slots=True)
class Envoi:
    """How a save that waited went: what the server holds now, why it refused, or both for a save not final."""

    attente: Attente
    pris: Pris | None = None
    refus: RorError | None = None


async def envoyer(client: RorClient, journal: Journal) -> AsyncIterator[Envoi]:
    """Send what waits, the oldest first; stops at the first one that the link fails.

    What the server takes leaves the journal. What it refuses leaves the queue, and stays typed in the journal: it is
    compared at the next opening of its fiche. A save whose answer was lost, even with the client, is not made twice:
    the server that holds it already is believed.
    """
    while journal.waiting:
        one = journal.waiting[0]
        try:
            sent = await _sent(client, one)
        except LATER:
            return
        except RorError as error:
            still = one in journal.waiting  # its own screen may have saved it meanwhile
            journal.give_up(one)
            if still:
                yield Envoi(one, refus=error)
        else:
            journal.sent(one)
            yield sent


async def _sent(client: RorClient, one: Attente) -> Envoi:
    if one.ref.dossier == LITS:
        return Envoi(one, await _beds(client, one))
    if not one.ref.dossier:
        return Envoi(one, await _published(client, one))
    fiche = await _saved(client, one)
    if not one.finalise or fiche.etat is EtatFiche.FINALISEE:
        return Envoi(one, fiche)
    try:
        return Envoi(one, await client.dossiers.finaliser(fiche.dossier_id, fiche.id, version=fiche.version))
    except LATER:
        raise
    except RorError as error:
        if not one.demande:
            raise
        return Envoi(one, fiche, error)


async def _saved(client: RorClient, one: Attente) -> Fiche:
    """Save a fiche of a dossier; what others saved meanwhile in other fields stays, as in the dossier."""
    dossier, fiche = UUID(one.ref.dossier), UUID(one.ref.fiche)
    if not one.demande:
        return await client.dossiers.fiche(dossier, fiche)
    body, version = ModificationFiche.model_validate(one.demande), one.version
    for last in (*[False] * (TRIES - 1), True):
        try:
            return await client.dossiers.modifier(dossier, fiche, body, version=version)
        except Stale as stale:
            theirs = stale.probleme.valeurs
            if theirs is not None and _holds(theirs, one.valeurs):
                break
            if last or theirs is None or one.disputed(theirs):
                raise
            version = int((stale.probleme.etag or "0").strip('"'))
    return await client.dossiers.fiche(dossier, fiche)


async def _published(client: RorClient, one: Attente) -> Structure:
    structure = UUID(one.ref.fiche)
    modification = ModificationStructure.model_validate(one.demande)
    try:
        return await client.structures.modifier(structure, modification, version=one.version)
    except Stale as stale:
        if stale.probleme.valeurs is None or not _holds(stale.probleme.valeurs, one.valeurs):
            raise
    return await client.structures.lire(structure)


async def _beds(client: RorClient, one: Attente) -> ReleveLits:
    structure = UUID(one.ref.fiche)
    try:
        return await client.lits.saisir(structure, SaisieLits.model_validate(one.demande), cle=UUID(one.cle))
    except Stale:
        found = await beds.ouvrir(client, structure)
        typed = [Saisie(champ, valeur, (one.base or {}).get(champ), 0, one.le) for champ, valeur in one.valeurs.items()]
        if one.base is None or found.reprendre(typed) or found.ecarts():
            raise
    await beds.enregistrer_parmi(client, structure, found)
    return found.releve


def _holds(theirs: Valeurs, mine: Valeurs) -> bool:
    return all(kept_value(theirs.get(champ)) == kept_value(valeur) for champ, valeur in mine.items())
