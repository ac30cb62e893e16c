"""The way of a dossier through validation: send, validate, refuse, withdraw, give up (guide §3e)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import ActionDossier, Dossier, Gravite, Kind, NoeudDifference
from ror_tui.screens import dossier_conflits
from ror_tui.screens.commentaires import CommentairesScreen
from ror_tui.screens.controles import ControlesScreen, du_dossier
from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.dossier_menu import WORKFLOW_LABELS
from ror_tui.screens.tri import TriScreen, ask_reason
from ror_tui.services import controles
from ror_tui.services import dossier as dossiers
from ror_tui.services.possible import workflow_refusal
from ror_tui.texts import french, plural
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
        if await dossier_conflits.in_the_way(screen):
            return
        await screen.refused(workflow_refusal(dossier, ActionDossier.ENVOYER))
    else:
        await possible(screen)


async def read(screen: DossierScreen) -> None:
    """Show all that the dossier changes."""
    await _review(screen, None)


async def controls(screen: DossierScreen) -> None:
    """Show what the controls find, and read the dossier again afterwards."""
    screen.app.push_screen(ControlesScreen(du_dossier(screen.dossier_id)), screen.reload)


async def send(screen: DossierScreen) -> None:
    """Show all that the dossier changes, then send it to the next level."""
    if await dossier_conflits.in_the_way(screen):
        return
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
    """Show the whole difference; give the dossier that was read when its sending or validation was confirmed.

    Fiches that are refused while reading are decided on one by one before anything is answered.
    """
    dossier = screen.free()
    if dossier is None or (action and await screen.refused(workflow_refusal(dossier, action))):
        return None
    refusable = workflow_refusal(dossier, ActionDossier.REFUSER) is None
    confirm = WORKFLOW_LABELS[action] if action else None
    refused: dict[UUID, str] = {}

    async def refuse_one(differences: DifferencesScreen, noeud: NoeudDifference) -> None:
        motif = await ask_reason(differences.app, noeud.nom, refused.get(noeud.id, ""))
        if motif is not None:
            refused[noeud.id] = motif
            count = plural(len(refused), "fiche refusée", "fiches refusées")
            differences.set_status(french(f"{count} : v ou K pour décider de l'ensemble"))

    warnings = await _warnings(screen) if action is ActionDossier.ENVOYER else None
    difference = DifferencesScreen(
        dossier.id,
        dossier.titre,
        confirm=confirm,
        refuse=refusable,
        refuse_one=refuse_one if refusable else None,
        open_one=screen.open_fiche,
        warnings=warnings,
    )
    answer = await screen.app.push_screen_wait(difference)
    if answer is not None and refused:
        await _sort(screen, refused)
        return None
    if answer == "refuser":
        await refuse(screen)
    return dossier if answer == "confirmer" else None


async def _warnings(screen: DossierScreen) -> str | None:
    """Say what the controls warn of in the fiches that the dossier changes, before it is sent all the same."""
    found = await controles.du_dossier(screen.ror.client, screen.dossier_id, gravite=Gravite.AVERTISSEMENT)
    told = [one for fiche in found.elements if fiche.bloquante for one in fiche.constats]
    if not told:
        return None
    count = plural(len(told), "avertissement", "avertissements")
    return french(
        f"{count} des contrôles : {told[0].message} Échap, puis Q pour tout lire ; v pour envoyer quand même."
    )


async def sort(screen: DossierScreen) -> None:
    """Accept or refuse fiche by fiche."""
    await _sort(screen, {})


async def _sort(screen: DossierScreen, refused: Mapping[UUID, str]) -> None:
    dossier, arbre = screen.free(), screen.arbre
    if dossier is None or arbre is None or await screen.refused(workflow_refusal(dossier, ActionDossier.REFUSER)):
        return
    noeuds = [noeud for noeud in arbre.reading if noeud.changements]
    decision = await screen.app.push_screen_wait(TriScreen(dossier, noeuds, refused))
    if decision is None:
        return
    client = screen.ror.client
    if decision.what == "partie":
        done = french("Ce qui est accepté est publié ; le reste est renvoyé à l'auteur dans un dossier de suite.")
        await screen.change(lambda: dossiers.valider_partie(client, dossier, decision.refused), done)
    else:
        await screen.change(lambda: dossiers.refuser(client, dossier, None, decision.refused), "Dossier refusé.")


async def comments(screen: DossierScreen) -> None:
    """Show the comments of the fiche under the cursor; go to the fiche of the one that is chosen."""
    noeud = screen.current
    fiche = noeud if noeud is not None and noeud.kind not in {Kind.EJ, Kind.EG} else None

    def go(chosen: UUID | None) -> None:
        if chosen is not None:
            screen.tree_view.reveal(str(chosen))

    messages = CommentairesScreen(screen.dossier_id, fiche.id if fiche else None, fiche.nom if fiche else "")
    await screen.app.push_screen(messages, go)


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


async def resume(screen: DossierScreen) -> None:
    """Take up a dossier that was abandoned."""
    dossier = screen.free()
    if dossier is None or await screen.refused(workflow_refusal(dossier, ActionDossier.REPRENDRE)):
        return
    await screen.change(lambda: dossiers.reprendre(screen.ror.client, dossier), "Dossier repris.")
