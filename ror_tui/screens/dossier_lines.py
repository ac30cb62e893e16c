"""What is done with one line of a dossier: create below it, rename it (guide §3c)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import Kind
from ror_tui.marks import KIND_PLURAL
from ror_tui.screens.dossier_menu import create_items
from ror_tui.services import dossier as dossiers
from ror_tui.services.possible import line_refusal
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import ActionMenu, Ask, AskNumber

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen


async def choose_and_create(screen: DossierScreen) -> None:
    """Create something under the line: at once when one kind only is possible, else ask which."""
    here = screen.here()
    if here is None:
        return
    items = create_items(here[0], here[2])
    possible = [item for item in items if not item.disabled_reason]
    if not possible:
        await screen.refused(items[-1].disabled_reason)
        return
    chosen: str | None = possible[0].id
    if len(possible) > 1:
        menu = ActionMenu(french(f"Créer sous « {here[2].nom} »"), items)
        chosen = await screen.app.push_screen_wait(menu)
    if chosen is not None:
        await create(screen, Kind(chosen.removeprefix("creer-")))


async def create(screen: DossierScreen, kind: Kind) -> None:
    """Ask how many, and create (guide §3c).

    Args:
        screen: The dossier.
        kind: What to create under the line.
    """
    here = screen.here()
    if here is None:
        return
    what = "unités élémentaires d'accueil" if kind is Kind.UO else KIND_PLURAL[kind]
    title = f"Création d'{what}" if what.startswith("u") else f"Création de {what}"
    count = await screen.app.push_screen_wait(AskNumber(title, french("Nombre de fiches à créer ?")))
    if count is None:
        return
    created: list[UUID] = []

    async def job() -> None:
        _, ids = await dossiers.creer(screen.ror.client, screen.dossier_id, kind, here[2].id, count)
        created.extend(ids)

    done = f"{plural(count, 'fiche créée', 'fiches créées')}. Entrée pour compléter la première."
    await screen.change(job, done, reveal=lambda: created[0])


async def rename(screen: DossierScreen) -> None:
    """Rename the structure (guide §4b)."""
    here = screen.here()
    if here is None or await screen.refused(line_refusal("renommer", *here)):
        return
    noeud = here[2]
    nom = await screen.app.push_screen_wait(Ask("Renommer", "Nom", value=noeud.nom, maximum=255))
    if nom is not None and nom != noeud.nom:
        await screen.change(
            lambda: dossiers.renommer(screen.ror.client, screen.dossier_id, noeud.id, noeud.version, nom),
            french(f"Renommée : « {nom} »."),
        )
