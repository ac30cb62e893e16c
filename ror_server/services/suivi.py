"""« Où en est mon dossier » : the way as steps, who must act, since when, the usual delay, the last word."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import covers
from ror_server.domain.workflow import LEVELS, Level
from ror_server.services import accords
from ror_server.services.workspace import Workspace
from ror_server.store import accords as answers
from ror_server.store import accounts, commentaires, dossiers
from ror_server.store.accords import Answer
from ror_tui.api_client.models import DernierMot, Etape, EtapeEtat, EtatDossier, LienDossier, Suivi

FEWEST = 3
"""Past dossiers under which a usual delay says nothing."""
MOST_NAMES = 5
WRITING = frozenset({EtatDossier.BROUILLON, EtatDossier.A_CORRIGER})


async def show(tx: AsyncConnection, found: Workspace) -> Suivi:
    """Say where a dossier is."""
    row = found.dossier
    words = await answers.last_words(tx, row.id)
    approved = await accords.standing(tx, found)
    levels = [await _level(tx, found, level, words, level.etat in approved) for level in LEVELS[row.circuit]]
    origin = await dossiers.dossier(tx, row.suite_de) if row.suite_de else None
    return Suivi(
        dossier_id=row.id,
        etat=row.etat,
        etapes=[_writing(found), *levels, _publication(found)],
        dernier_mot=await _last_word(tx, found),
        suite_de=LienDossier(id=origin.id, titre=origin.titre) if origin else None,
        suites=[LienDossier(id=one.id, titre=one.titre) for one in await dossiers.follow_ups(tx, row.id)],
    )


def _writing(found: Workspace) -> Etape:
    row = found.dossier
    here = row.etat in WRITING
    labels = {EtatDossier.A_CORRIGER: "Correction", EtatDossier.ABANDONNE: "Abandonné"}
    return Etape(
        libelle=labels.get(row.etat, "Saisie"),
        etat=EtapeEtat.ICI if here or row.etat is EtatDossier.ABANDONNE else EtapeEtat.FAITE,
        qui=[row.auteur],
        le=row.depuis if here or row.etat is EtatDossier.ABANDONNE else row.cree_le,
    )


def _publication(found: Workspace) -> Etape:
    row = found.dossier
    done = row.etat is EtatDossier.INTEGRE
    etat = EtapeEtat.FAITE if done else EtapeEtat.A_VENIR
    return Etape(libelle="Publication", etat=etat, qui=[], le=row.depuis if done else None)


async def _level(
    tx: AsyncConnection, found: Workspace, level: Level, words: dict[EtatDossier, Answer], approved: bool
) -> Etape:
    row, word = found.dossier, words.get(level.etat)
    if row.etat is EtatDossier.INTEGRE or approved:
        done = (word.le, word.par) if word else (None, None)
        return Etape(libelle=level.libelle, etat=EtapeEtat.FAITE, qui=[], le=done[0], par=done[1])
    here = row.etat is level.etat
    delays = await answers.delays(tx, row.circuit, level.etat)
    enough = len(delays) >= FEWEST
    return Etape(
        libelle=level.libelle,
        etat=EtapeEtat.ICI if here else EtapeEtat.A_VENIR,
        qui=_names(nom for nom, grant in await accounts.holders(tx, level.roles) if covers(grant, found.place)),
        le=row.depuis if here else None,
        delai=median(delays) if enough else None,
        delai_sur=len(delays) if enough else 0,
    )


def _names(names: Iterable[str]) -> list[str]:
    known = list(dict.fromkeys(names))
    more = len(known) - MOST_NAMES
    return known if more <= 0 else [*known[:MOST_NAMES], f"{more} autre{'s' if more > 1 else ''}"]


async def _last_word(tx: AsyncConnection, found: Workspace) -> DernierMot | None:
    """Give the last reason or comment, whichever came later."""
    words = [
        DernierMot(auteur=one.acteur, le=one.le, texte=one.motif)
        for one in await dossiers.events(tx, found.dossier.id)
        if one.motif
    ]
    words += [
        DernierMot(auteur=one.auteur, le=one.le, texte=one.texte, fiche=_fiche(found, one.structure_id))
        for one in await commentaires.of_dossier(tx, found.dossier.id)
    ]
    return max(words, key=lambda word: word.le, default=None)


def _fiche(found: Workspace, node: UUID | None) -> str | None:
    return found.name(node) if node in found.parents and node is not None else None
