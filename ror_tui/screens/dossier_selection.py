"""What is done to the ticked lines of a dossier, or to the one under the cursor: one action, undone in one step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import Invalid, RorError
from ror_tui.api_client.models import ActionFaite, Consequences, NoeudDossier
from ror_tui.screens import dossier_menu
from ror_tui.services import actions
from ror_tui.services import fiche as fiches
from ror_tui.services.naming import default_name
from ror_tui.services.possible import refusal
from ror_tui.services.suppression import effects, name, question
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import Ask, AskNumber, Choose, Confirm, Message
from ror_tui.widgets.find_menu import FindMenu
from ror_tui.widgets.picker import Picker

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen

Chosen = Sequence[NoeudDossier]


async def _selected(screen: DossierScreen, action: str) -> Chosen | None:
    """Give the lines to act on, or say why the action cannot be done."""
    here = screen.here()
    noeuds = screen.selection
    if here is None or not noeuds or await screen.refused(refusal(action, here[0], here[1], noeuds)):
        return None
    return noeuds


async def _act(screen: DossierScreen, job: Callable[[], Awaitable[ActionFaite]]) -> None:
    """Do an action, show what it did, and untick."""
    done: list[ActionFaite] = []

    async def run() -> None:
        try:
            done.append(await job())
        except Invalid as error:
            await screen.app.push_screen_wait(Message("Action impossible", french(str(error))))
            return
        screen.tree_view.tick(())

    await screen.change(
        run,
        lambda: french(f"{done[0].libelle} (u : annuler)") if done else "",
        reveal=lambda: done[0].fiches[0] if done and done[0].fiches else None,
    )


async def duplicate(screen: DossierScreen) -> None:
    """Duplicate, as many times as asked, with or without what is below."""
    noeuds = await _selected(screen, "dupliquer")
    if noeuds is None or screen.arbre is None:
        return
    title = french(f"Dupliquer {name(noeuds)}")
    ask = AskNumber(title, french("Nombre de copies ?"), maximum=50, ok="Dupliquer")
    times = await screen.app.push_screen_wait(ask)
    if times is None:
        return
    below = sum(len(screen.arbre.below(noeud.id)) for noeud in noeuds)
    answer: str | None = "avec"
    if below:
        contains = "contient" if len(noeuds) == 1 else "contiennent"
        text = french(f"{name(noeuds)} {contains} {plural(below, 'fiche', 'fiches')}. Les dupliquer aussi ?")
        choices = [("avec", "Avec son contenu"), ("sans", "La fiche seule")]
        answer = await screen.app.push_screen_wait(Choose("Dupliquer", text, choices))
    if answer is not None:
        client, whole = screen.ror.client, answer == "avec"
        await _act(screen, lambda: actions.dupliquer(client, screen.dossier_id, noeuds, fois=times, avec_enfants=whole))


async def move(screen: DossierScreen) -> None:
    """Move under another parent, found among the lines of the dossier."""
    here, noeuds = screen.here(), await _selected(screen, "deplacer")
    if noeuds is None or here is None:
        return
    title = french(f"Déplacer {name(noeuds)} sous…")
    chosen = await screen.app.push_screen_wait(FindMenu(title, dossier_menu.parent_items(here[0], here[1], noeuds)))
    if chosen is not None:
        await _act(screen, lambda: actions.deplacer(screen.ror.client, screen.dossier_id, noeuds, UUID(chosen)))


async def delete(screen: DossierScreen) -> None:
    """Delete, once it was said what that touches; for many fiches the name must be typed."""
    noeuds = await _selected(screen, "supprimer")
    if noeuds is None:
        return
    try:
        told = await actions.consequences(screen.ror.client, screen.dossier_id, noeuds)
    except RorError as error:
        screen.ror.fail(error, retry=screen.reload)
        return
    if await _sure_to_delete(screen, noeuds, told):
        await _act(screen, lambda: actions.supprimer(screen.ror.client, screen.dossier_id, noeuds))


async def _sure_to_delete(screen: DossierScreen, noeuds: Chosen, told: Consequences) -> bool:
    text = french("\n".join([question(noeuds, told), *effects(told)]))
    if told.confirmer is not None:
        label = french(f"{text}\nTapez « {told.confirmer} » pour confirmer.")
        ask = Ask("Supprimer", label, expected=told.confirmer, ok="Supprimer")
        return await screen.app.push_screen_wait(ask) is not None
    return await screen.app.push_screen_wait(Confirm("Supprimer", text, yes="Oui, supprimer", danger=True))


async def restore(screen: DossierScreen) -> None:
    """Take back a deletion."""
    noeuds = await _selected(screen, "retablir")
    if noeuds is not None:
        await _act(screen, lambda: actions.retablir(screen.ror.client, screen.dossier_id, noeuds))


async def finalise(screen: DossierScreen) -> None:
    """Finalise the fiches that are saved and complete."""
    noeuds = await _selected(screen, "finaliser")
    if noeuds is not None:
        await _act(screen, lambda: actions.finaliser(screen.ror.client, screen.dossier_id, noeuds))


async def change_type(screen: DossierScreen) -> None:
    """Give another type d'UO, and offer the default name again where none was typed."""
    noeuds = await _selected(screen, "type")
    if noeuds is None:
        return
    try:
        picker, labels = await _type_picker(screen, noeuds)
    except RorError as error:
        screen.ror.fail(error, retry=screen.reload)
        return
    codes = await screen.app.push_screen_wait(picker)
    if not codes:
        return
    text = french(
        f"Le nom proposé pour ce type est « {default_name(labels[codes[0]])} ».\n"
        "Le donner aux fiches dont le nom n'a pas été saisi à la main ?"
    )
    choices = [("oui", "Oui"), ("non", "Non, garder les noms")]
    answer = await screen.app.push_screen_wait(Choose("Type d'UO", text, choices))
    if answer is not None:
        client, rename = screen.ror.client, answer == "oui"
        await _act(screen, lambda: actions.changer_type(client, screen.dossier_id, noeuds, codes[0], renommer=rename))


async def _type_picker(screen: DossierScreen, noeuds: Chosen) -> tuple[Picker, dict[str, str]]:
    fiche, modele = await fiches.ouvrir(screen.ror.client, screen.dossier_id, noeuds[0].id)
    champ = next(champ for champ in modele.champs() if champ.id == "type_uo")
    nomenclature = await fiches.nomenclature(screen.ror.client, champ.nomenclature or "")
    current = fiche.valeurs.get("type_uo") if len(noeuds) == 1 else None
    picker = Picker(champ, nomenclature, [current] if isinstance(current, str) else [], fiche.valeurs)
    return picker, {code.code: code.libelle for code in nomenclature.codes}
