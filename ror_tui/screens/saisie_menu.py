"""The Actions menu of a form, the list of its sections, its long texts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from ror_tui import editeur
from ror_tui.api_client.models import TypeChamp, lignes_de
from ror_tui.keymap import of
from ror_tui.services.saisie import Chemin
from ror_tui.services.saisie.frappe import DAYS
from ror_tui.services.saisie.semaine import SemaineError, copier_jour, horaires_du, lire_semaine
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import ActionMenu, Ask, MenuItem, Ticks
from ror_tui.widgets.form import NO_DAY, NO_HOURS
from ror_tui.widgets.form_rows import NO_ROW

if TYPE_CHECKING:
    from ror_tui.screens.saisie import FormScreen

NO_TEXT = "Placez-vous sur un texte de plusieurs lignes."
ON_ROWS = frozenset({"dupliquer", "enlever", "monter", "descendre"})
MOVES = frozenset({"actions", "champ_suivant", "champ_precedent", "page_bas", "page_haut"})


def section_items(screen: FormScreen[Any]) -> list[MenuItem]:
    """Give the sections with what is left in each."""
    items = []
    for number, (section, left, wrong) in enumerate(screen.form.sections(), 1):
        mark = "×" if wrong else ("○" if left else "✓")
        said = f" – {plural(left, 'champ à compléter', 'champs à compléter')}" if left else ""
        items.append(MenuItem(section.id, f"{mark} {section.titre}{said}", str(number) if number < 10 else ""))
    return items


async def jump(screen: FormScreen[Any]) -> None:
    """Ask for a section, and go there."""
    items = section_items(screen)
    if items:
        chosen = await screen.app.push_screen_wait(ActionMenu("Sections", items))
        if chosen is not None:
            screen.form.focus_section(chosen)


async def open_menu(screen: FormScreen[Any]) -> None:
    """Ask for an action of the form, and do it."""
    form = screen.form
    items = []
    for action in of("formulaire"):
        name = action.id.split(".")[1]
        if name in MOVES:
            continue
        reason = NO_ROW if name in ON_ROWS and form.row_here is None else None
        if name == "ajouter" and form.group_here is None:
            reason = NO_ROW
        if name == "semaine" and form.hours_here is None:
            reason = NO_HOURS
        if name == "copier_jour" and form.day_here is None:
            reason = NO_DAY
        if name == "recopier":
            reason = screen.no_copy_down()
        if name == "texte" and not form.takes_text():
            reason = NO_TEXT
        items.append(MenuItem(action.action, action.tooltip, _letter(action.keys), reason))
    chosen = await screen.app.push_screen_wait(ActionMenu("Actions – fiche", items))
    if chosen is not None:
        await form.run_action(chosen)


def _letter(keys: str) -> str:
    return next((key for key in keys.split(",") if len(key) == 1), "")


async def open_text(screen: FormScreen[Any], chemin: Chemin) -> None:
    """Open a long text in the editor of the person, else in a window; what it gives is put in the field."""
    saisie = screen.form.saisie
    if saisie is None or saisie.champ(chemin).type is not TypeChamp.TEXTE_LONG:
        return
    before = str(saisie.valeur(chemin) or "")
    command = editeur.commande()
    after: str | None = None
    if command is not None:
        try:
            with screen.app.suspend():
                after = await editeur.ouvrir(command, before)
        except editeur.EditeurError as error:
            screen.set_status(french(str(error)))
            return
    else:
        champ = saisie.champ(chemin)
        window = Ask(champ.libelle, "", value=before, required=False, multiline=True, maximum=champ.longueur_max or 0)
        after = await screen.app.push_screen_wait(window)
    if after is not None:
        saisie.pause()
        screen.form.write(chemin, after or None)
        screen.form.focus_path(chemin)


class _Week(Ask):
    """A line of opening hours; one that is not understood says which part, and stays."""

    def fault(self, answer: str) -> str:
        """Say what is not understood."""
        try:
            lire_semaine(answer)
        except SemaineError as error:
            return str(error)
        return super().fault(answer)


async def week(screen: FormScreen[Any]) -> None:
    """Ask for the hours of a week on one line, and add its rows."""
    groupe, saisie = screen.form.hours_here, screen.form.saisie
    if groupe is None or saisie is None:
        return
    text = french("Par exemple : lun-ven 8-12 14-18, sam 9h-12h30, dim 24h. Sans jour : toute la semaine.")
    typed = await screen.app.push_screen_wait(_Week("Horaires de la semaine", text, ok="Ajouter"))
    if typed is not None:
        defaults = {champ.id: champ.defaut for champ in saisie.champ(groupe).champs if champ.defaut is not None}
        rows = [{**defaults, **row} for row in lire_semaine(typed)]
        saisie.pause()
        screen.form.write(groupe, [*lignes_de(saisie.valeur(groupe)), *rows])
        screen.form.focus_path(groupe)


async def copy_day(screen: FormScreen[Any]) -> None:
    """Ask for the days that are to be open as the day of the cursor is, and copy its hours there."""
    form = screen.form
    groupe, saisie, day = form.hours_here, form.saisie, form.day_here
    if groupe is None or saisie is None or day is None:
        return
    rows = lignes_de(saisie.valeur(groupe))
    others = [str(number) for number in range(1, 8) if str(number) != day]
    hours = {one: horaires_du(rows, one) for one in others}
    items = [(one, f"{DAYS[int(one) - 1]} : {hours[one] or 'rien encore'}") for one in others]
    title = french(f"Copier le {DAYS[int(day) - 1]} ({horaires_du(rows, day)}) vers…")
    ticked = await screen.app.push_screen_wait(Ticks(title, items, [one for one in others if not hours[one]]))
    if ticked:
        saisie.pause()
        form.write(groupe, copier_jour(rows, day, ticked))
        form.focus_path(groupe)


async def _copy_down(screen: FormScreen[Any]) -> None:
    await screen.copy_down()


async def _take(screen: FormScreen[Any]) -> None:
    await screen.take_from()


OVERLAYS: Mapping[str, Callable[[FormScreen[Any]], Awaitable[None]]] = {
    "sections": jump,
    "actions": open_menu,
    "semaine": week,
    "reprendre": _take,
    "copier_jour": copy_day,
    "recopier": _copy_down,
}
"""What the form asks its screen to open."""
