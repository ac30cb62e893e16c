"""From a dossier to a table of units and back: paste it, read it from a file, export it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Kind
from ror_tui.screens import exporting
from ror_tui.screens.tableau import TableauScreen
from ror_tui.services import export
from ror_tui.services import tableau as tables
from ror_tui.services.possible import table_refusal
from ror_tui.texts import french
from ror_tui.widgets.dialogs import ActionMenu, Ask, MenuItem, Message

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen

Form = Literal["csv", "xlsx"]
PASTED = "collé"

WAYS = (
    MenuItem("coller", "Coller depuis un tableur", "c"),
    MenuItem("fichier", "Lire un fichier CSV ou XLSX", "l"),
    MenuItem("csv", "Exporter les unités en CSV", "e"),
    MenuItem("xlsx", "Exporter les unités en XLSX", "x"),
)


async def choose(screen: DossierScreen) -> None:
    """Ask what to do with a table."""
    here = screen.here()
    if here is None:
        return
    reason = table_refusal(here[0], here[2])
    items = [MenuItem(one.id, one.label, one.key, reason if one.id in {"coller", "fichier"} else None) for one in WAYS]
    chosen = await screen.app.push_screen_wait(ActionMenu(french(f"Tableau des unités – {here[2].nom}"), items))
    if chosen is not None:
        await STEPS[chosen](screen)


async def paste(screen: DossierScreen) -> None:
    """Ask for what to paste."""
    text = french(
        "Collez ici les lignes copiées du tableur (Ctrl+Maj+V), en-têtes compris. "
        "Les en-têtes sont ceux du tableau exporté."
    )
    pasted = await screen.app.push_screen_wait(Ask("Coller un tableau", text, multiline=True, ok="Lire"))
    if pasted is not None:
        await open_table(screen, PASTED, pasted.encode())


async def read_file(screen: DossierScreen) -> None:
    """Ask for a file and read it."""
    answer = await screen.app.push_screen_wait(Ask("Lire un tableau", french("Fichier CSV ou XLSX :"), ok="Lire"))
    if answer is None:
        return
    path = export.place(answer)
    try:
        content = tables.octets(path)
    except tables.FichierIllisibleError as error:
        await screen.app.push_screen_wait(Message("Lire un tableau", str(error)))
        return
    await open_table(screen, path.name, content)


async def open_table(screen: DossierScreen, name: str, content: bytes) -> None:
    """Show the preview of a table; what it made is shown in the tree.

    Args:
        screen: The dossier; new units go under the line of its cursor.
        name: Name of the file.
        content: Its bytes.
    """
    here = screen.here()
    if here is None or await screen.refused(table_refusal(here[0], here[2])):
        return
    dossier, arbre, noeud = here
    parent = noeud if noeud.kind is not Kind.UO else arbre.by_id.get(noeud.parent_id or noeud.id, noeud)
    try:
        table = await tables.ouvrir(screen.ror.client, screen.dossier_id, parent.id, name, content)
    except RorError as error:
        screen.ror.fail(error)
        return
    done = await screen.app.push_screen_wait(TableauScreen(table, dossier.titre))
    if done is not None:
        await screen.show_done(done)


async def _export(screen: DossierScreen, form: Form) -> None:
    here = screen.here()
    if here is None:
        return
    try:
        content = await screen.ror.client.tableau.exporter(screen.dossier_id, form, here[2].id)
    except RorError as error:
        screen.ror.fail(error)
        return
    written = await exporting.export_bytes(screen.ror, f"unites {here[2].nom}", form, content)
    if written is not None:
        screen.ror.say(french(f"Unités exportées : {written}"))


async def _export_csv(screen: DossierScreen) -> None:
    await _export(screen, "csv")


async def _export_workbook(screen: DossierScreen) -> None:
    await _export(screen, "xlsx")


STEPS: dict[str, Callable[[DossierScreen], Awaitable[None]]] = {
    "coller": paste,
    "fichier": read_file,
    "csv": _export_csv,
    "xlsx": _export_workbook,
}
