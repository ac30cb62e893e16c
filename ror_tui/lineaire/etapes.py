"""The way of a dossier by lines: what can be done and why not, differences, decisions, where it stands (guide §3e)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ror_tui.api_client.models import ActionDossier, Dossier, Etape, EtapeEtat
from ror_tui.lineaire.dialogue import Option
from ror_tui.services import differences as ecrites
from ror_tui.services import dossier as dossiers
from ror_tui.services import entourage
from ror_tui.texts import duration, moment, plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance

SHORTEST_REASON = 3
STEPS = {EtapeEtat.FAITE: "fait", EtapeEtat.ICI: "en cours", EtapeEtat.A_VENIR: "à venir"}

Act = Callable[["Seance", Dossier], None]


def entries(seance: Seance, dossier: Dossier) -> list[tuple[Option, Callable[[], None]]]:
    """Give the actions of validation, each possible or with the reason why not."""
    return [
        (
            Option(one.libelle, None if one.possible else one.raison or "le serveur ne le permet pas."),
            _bound(seance, dossier, ACTS[one.action]),
        )
        for one in dossier.possibilites
        if one.action in ACTS
    ]


def _bound(seance: Seance, dossier: Dossier, act: Act) -> Callable[[], None]:
    return lambda: act(seance, dossier)


def differences(seance: Seance, dossier: Dossier) -> None:
    """Say all that a dossier changes."""
    found = seance.call("Lecture des différences", dossiers.differences, dossier.id)
    seance.dialogue.say(ecrites.text(found))


def _send(seance: Seance, dossier: Dossier) -> None:
    differences(seance, dossier)
    if seance.dialogue.confirm("Envoyer en validation"):
        told(seance, seance.call("Envoi", dossiers.envoyer, dossier))


def _validate(seance: Seance, dossier: Dossier) -> None:
    differences(seance, dossier)
    if seance.dialogue.confirm("Valider et publier dans le Répertoire"):
        told(seance, seance.call("Publication", dossiers.valider, dossier))


def _refuse(seance: Seance, dossier: Dossier) -> None:
    motif = seance.dialogue.ask("Motif du refus, que l'auteur lira").text
    if len(motif) < SHORTEST_REASON:
        seance.dialogue.refuse("Un refus dit pourquoi.")
        return
    told(seance, seance.call("Refus", dossiers.refuser, dossier, motif))


def _withdraw(seance: Seance, dossier: Dossier) -> None:
    if seance.dialogue.confirm("Retirer ce dossier de la validation"):
        told(seance, seance.call("Retrait", dossiers.retirer, dossier))


def _abandon(seance: Seance, dossier: Dossier) -> None:
    if seance.dialogue.confirm("Abandonner ce dossier ; rien de ce qu'il contient n'ira dans le Répertoire"):
        told(seance, seance.call("Abandon", dossiers.abandonner, dossier))


def _resume(seance: Seance, dossier: Dossier) -> None:
    told(seance, seance.call("Reprise", dossiers.reprendre, dossier))


ACTS: dict[ActionDossier, Act] = {
    ActionDossier.ENVOYER: _send,
    ActionDossier.VALIDER: _validate,
    ActionDossier.REFUSER: _refuse,
    ActionDossier.RETIRER: _withdraw,
    ActionDossier.ABANDONNER: _abandon,
    ActionDossier.REPRENDRE: _resume,
}


def told(seance: Seance, after: Dossier) -> None:
    """Say where a dossier stands after an action."""
    seance.dialogue.say(f"Fait. Le dossier est maintenant : {after.etat_libelle}. Il attend {after.attend}.")


def suivi(seance: Seance, dossier: Dossier) -> None:
    """Say « Où en est mon dossier », step by step, then the last word on it."""
    found = seance.call("Lecture du suivi", entourage.suivi, dossier.id)
    seance.dialogue.say("", *(_step(etape) for etape in found.etapes))
    word = found.dernier_mot
    if word is not None:
        where = f" sur « {word.fiche} »" if word.fiche else ""
        seance.dialogue.say(f"Dernier mot, {word.auteur}{where}, le {moment(word.le)} : {word.texte}")
    seance.dialogue.say(*(f"Ce qui n'a pas été accepté est repris dans « {one.titre} »." for one in found.suites))


def _step(etape: Etape) -> str:
    who = f", {etape.par or ', '.join(etape.qui)}" if etape.par or etape.qui else ""
    when = f", {'depuis le' if etape.etat is EtapeEtat.ICI else 'le'} {moment(etape.le)}" if etape.le else ""
    usual = ""
    if etape.delai is not None:
        base = plural(etape.delai_sur, "dossier passé", "dossiers passés")
        usual = f", délai habituel {duration(etape.delai)} sur {base}"
    return f"{etape.libelle} : {STEPS[etape.etat]}{who}{when}{usual}."
