"""The way of a dossier through validation: send, validate, refuse, withdraw, give up (guide §3e)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import ActionDossier, Dossier
from ror_tui.marks import awaited
from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.dossier_menu import WORKFLOW_LABELS, workflow_refusal
from ror_tui.services import dossier as dossiers
from ror_tui.texts import french, moment
from ror_tui.widgets.dialogs import Ask, Confirm

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen


async def advance(screen: DossierScreen) -> None:
    """Send, or validate for who validates; when neither is possible, say why."""
    dossier = screen.free()
    if dossier is None:
        return
    steps = {ActionDossier.ENVOYER: send, ActionDossier.VALIDER: validate}
    possible = next((step for action, step in steps.items() if workflow_refusal(dossier, action) is None), None)
    if possible is None:
        await screen.refused(workflow_refusal(dossier, ActionDossier.ENVOYER))
    else:
        await possible(screen)


async def read(screen: DossierScreen) -> None:
    """Show all that the dossier changes."""
    await _review(screen, None)


async def send(screen: DossierScreen) -> None:
    """Show all that the dossier changes, then send it to the next level."""
    dossier = await _review(screen, ActionDossier.ENVOYER)
    if dossier is not None:
        await screen.change(lambda: dossiers.envoyer(screen.ror.client, dossier), "Dossier envoyé en validation.")


async def validate(screen: DossierScreen) -> None:
    """Show all that the dossier changes, then publish it."""
    dossier = await _review(screen, ActionDossier.VALIDER)
    if dossier is not None:
        done = french("Dossier validé : ses fiches sont publiées dans le Répertoire.")
        await screen.change(lambda: dossiers.valider(screen.ror.client, dossier), done)


async def _review(screen: DossierScreen, action: ActionDossier | None) -> Dossier | None:
    """Show the whole difference; give the dossier that was read when its sending or validation was confirmed."""
    dossier = screen.free()
    if dossier is None or (action and await screen.refused(workflow_refusal(dossier, action))):
        return None
    refusable = workflow_refusal(dossier, ActionDossier.REFUSER) is None
    confirm = WORKFLOW_LABELS[action] if action else None
    difference = DifferencesScreen(
        dossier.id, dossier.titre, confirm=confirm, refuse=refusable, open_one=screen.open_fiche
    )
    answer = await screen.app.push_screen_wait(difference)
    if answer == "refuser":
        await refuse(screen)
    return dossier if answer == "confirmer" else None


async def refuse(screen: DossierScreen) -> None:
    """Refuse the dossier, with a reason that its author will read."""
    dossier = screen.free()
    if dossier is None or await screen.refused(workflow_refusal(dossier, ActionDossier.REFUSER)):
        return
    label = french("Motif du refus, que l'auteur lira :")
    motif = await screen.app.push_screen_wait(
        Ask("Refuser le dossier", label, multiline=True, minimum=3, maximum=2000, ok="Refuser")
    )
    if motif is not None:
        await screen.change(lambda: dossiers.refuser(screen.ror.client, dossier, motif), "Dossier refusé.")


async def withdraw(screen: DossierScreen) -> None:
    """Take the dossier back from validation."""
    dossier = screen.free()
    if dossier is None or await screen.refused(workflow_refusal(dossier, ActionDossier.RETIRER)):
        return
    text = french("Retirer ce dossier de la validation ? Vous pourrez le modifier, puis l'envoyer de nouveau.")
    if await screen.app.push_screen_wait(Confirm("Retirer", text)):
        await screen.change(lambda: dossiers.retirer(screen.ror.client, dossier), "Dossier retiré de la validation.")


async def abandon(screen: DossierScreen) -> None:
    """Give the dossier up."""
    dossier = screen.free()
    if dossier is None or await screen.refused(workflow_refusal(dossier, ActionDossier.ABANDONNER)):
        return
    text = french(f"Abandonner « {dossier.titre} » ? Rien de ce qu'il contient n'ira dans le Répertoire.")
    if await screen.app.push_screen_wait(Confirm("Abandonner", text, yes="Oui, abandonner", danger=True)):
        await screen.change(lambda: dossiers.abandonner(screen.ror.client, dossier), "Dossier abandonné.")


def follow_up(dossier: Dossier) -> str:
    """Say the history of a dossier.

    Args:
        dossier: As the server gives it.
    """
    lines = [
        f"{dossier.etat_libelle.capitalize()} : {awaited(dossier)} depuis le {moment(dossier.depuis)}.",
        f"{dossier.progres.finalisees}/{dossier.progres.total} fiches finalisées. Auteur : {dossier.auteur}.",
        *([f"Dernier motif de refus : {dossier.motif}"] if dossier.motif else []),
        "",
    ]
    for event in sorted(dossier.evenements, key=lambda event: event.le, reverse=True):
        motif = f" – {event.motif}" if event.motif else ""
        lines.append(f"{moment(event.le)}  {event.acteur} : {event.texte}{motif}")
    return french("\n".join(lines))
