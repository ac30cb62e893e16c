"""A dossier collaboratif by lines: its tree with states, creating, what is wrong, its way through validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import ActionDossier, Dossier, EtatFiche, Gravite, Kind, NoeudDossier
from ror_tui.lineaire import commentaires, conflits, etapes, fiche, gestes, tri
from ror_tui.lineaire.arbre import line, pick
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.marks import KIND, KIND_PLURAL, awaited
from ror_tui.services import controles
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import Arbre, placement_refusal, possibility
from ror_tui.services.conflits import in_conflict, no_conflict
from ror_tui.services.possible import workflow_refusal
from ror_tui.texts import plural

if TYPE_CHECKING:
    from ror_tui.api_client.client import RorClient
    from ror_tui.lineaire.seance import Seance

Entry = tuple[Option, Callable[[], None]]
WEIGHT = {Gravite.ERREUR: "À corriger", Gravite.AVERTISSEMENT: "À vérifier"}
CREATED = (Kind.UO, Kind.POLE, Kind.SERVICE, Kind.UF)


async def _read(client: RorClient, dossier_id: UUID) -> tuple[Dossier, Arbre]:
    dossier = await dossiers.lire(client, dossier_id)
    return dossier, Arbre(await dossiers.arbre(client, dossier_id))


def menu(seance: Seance, dossier_id: UUID) -> None:
    """Open a dossier, until the person goes back.

    Args:
        seance: Who answers.
        dossier_id: The dossier.
    """
    while True:
        dossier, arbre = seance.call("Lecture du dossier", _read, dossier_id)
        entries = _entries(seance, dossier, arbre)
        try:
            chosen = seance.dialogue.choose(_state(dossier), [option for option, _ in entries])
        except BackError:
            return
        try:
            entries[chosen][1]()
        except BackError:
            continue
        except RorError as error:
            seance.fail(error)


def _state(dossier: Dossier) -> str:
    green = f"{dossier.progres.finalisees}/{dossier.progres.total} fiches finalisées"
    parts = [f"Dossier « {dossier.titre} » : {dossier.etat_libelle}, {green}, {awaited(dossier)}."]
    parts += filter(None, (dossier.bandeau, dossier.motif and f"Motif : {dossier.motif}"))
    return "\n".join(parts)


def _entries(seance: Seance, dossier: Dossier, arbre: Arbre) -> list[Entry]:
    locked = _locked(dossier)
    done = None if arbre.to_do() else "toutes les fiches sont finalisées."
    return [
        (Option("Lire l'arbre, et ouvrir une fiche"), lambda: _open(seance, dossier, arbre)),
        (
            Option(f"Remplir la prochaine fiche à finaliser ({arbre.to_do()})", done),
            lambda: _next(seance, dossier, arbre),
        ),
        (Option("Créer des unités", locked), lambda: _create(seance, dossier, arbre)),
        (
            Option("Changer l'arbre : dupliquer, déplacer, supprimer, annuler"),
            lambda: gestes.menu(seance, dossier, arbre),
        ),
        (
            Option(f"Conflits avec le Répertoire ({in_conflict(arbre)})", no_conflict(arbre)),
            lambda: conflits.menu(seance, dossier),
        ),
        (Option("Commentaires"), lambda: commentaires.menu(seance, dossier, arbre)),
        (Option("Ce que disent les contrôles"), lambda: _findings(seance, dossier)),
        (Option("Lire les différences avec le Répertoire"), lambda: etapes.differences(seance, dossier)),
        (Option("Où en est mon dossier"), lambda: etapes.suivi(seance, dossier)),
        *etapes.entries(seance, dossier),
        (
            Option("Accepter ou refuser fiche par fiche", workflow_refusal(dossier, ActionDossier.REFUSER)),
            lambda: tri.menu(seance, dossier, arbre),
        ),
    ]


def _locked(dossier: Dossier) -> str | None:
    may = possibility(dossier, ActionDossier.MODIFIER)
    return None if may.possible else may.raison


def _open(seance: Seance, dossier: Dossier, arbre: Arbre) -> None:
    chosen = pick(seance, arbre, "Arbre du dossier", "Numéro de la fiche à ouvrir")
    fiche.menu(seance, dossier.id, chosen.id)


def _next(seance: Seance, dossier: Dossier, arbre: Arbre) -> None:
    noeud = arbre.next_to_do(None)
    if noeud is not None:
        fiche.menu(seance, dossier.id, noeud.id)


def _create(seance: Seance, dossier: Dossier, arbre: Arbre) -> None:
    """Create structures under a line (« Nombre de fiches à créer ? »)."""
    dialogue = seance.dialogue
    kinds = [Option(KIND_PLURAL[kind].capitalize(), _nowhere(dossier, arbre, kind)) for kind in CREATED]
    kind = CREATED[dialogue.choose("Créer", kinds)]
    places = [noeud for noeud in arbre.reading if _takes(dossier, noeud, kind)]
    place = places[0]
    if len(places) > 1:
        place = places[dialogue.choose("Sous quelle structure", [Option(line(arbre, one)) for one in places])]
    number = dialogue.ask("Nombre de fiches à créer", "Entrée : une seule.")
    if number.text and not number.number:
        dialogue.refuse("Donnez un nombre, à partir de 1.")
        return
    seance.call("Création", dossiers.creer, dossier.id, kind, place.id, number.number or 1)
    dialogue.say(f"Créé : {plural(number.number or 1, KIND[kind].lower(), KIND_PLURAL[kind])}.")


def _takes(dossier: Dossier, noeud: NoeudDossier, kind: Kind) -> bool:
    return noeud.etat is not EtatFiche.A_SUPPRIMER and placement_refusal(dossier, noeud.kind, kind, KIND) is None


def _nowhere(dossier: Dossier, arbre: Arbre, kind: Kind) -> str | None:
    if any(_takes(dossier, noeud, kind) for noeud in arbre.reading):
        return None
    return placement_refusal(dossier, arbre.reading[0].kind, kind, KIND) if arbre.reading else "Le dossier est vide."


def _findings(seance: Seance, dossier: Dossier) -> None:
    """Say what the controls find, fiche by fiche, with how far each is filled."""
    found = seance.call("Lecture des contrôles", controles.du_dossier, dossier.id)
    if not found.elements:
        seance.dialogue.say("Les contrôles ne trouvent rien à corriger.")
    for one in found.elements:
        seance.dialogue.say("", f"{one.nom} : {one.completude.faits}/{one.completude.total} remplis.")
        seance.dialogue.say(*(f"{WEIGHT[constat.gravite]} : {constat.message}" for constat in one.constats))
