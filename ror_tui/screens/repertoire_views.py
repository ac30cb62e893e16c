"""Choosing what the Répertoire shows: the ticks, « Afficher par », the filters, the saved views (guide §3a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import Afficher, Discipline
from ror_tui.marks import DISCIPLINES
from ror_tui.screens.filtres import FiltresScreen
from ror_tui.screens.vues import VuesScreen
from ror_tui.services import vue as vues
from ror_tui.texts import french
from ror_tui.widgets.dialogs import ActionMenu, MenuItem, Message, Ticks

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

LETTERS = {
    Afficher.ENTITE_JURIDIQUE: "e",
    Afficher.DEPARTEMENT: "d",
    Afficher.CATEGORIE_BESOINS: "c",
    Afficher.TERRITOIRE: "t",
    Afficher.FILIERE: "f",
    Afficher.FAVORIS: "v",
}


async def tick(screen: RepertoireScreen) -> None:
    """Tick the structures to show (guide §3a, step 1)."""
    boxes = [(one.value, f"{one.value} — {name}") for one, name in DISCIPLINES.items()]
    ticked = await screen.app.push_screen_wait(Ticks("Afficher les structures", boxes, vues.ticks(screen.vue)))
    if ticked is not None and ticked != vues.ticks(screen.vue):
        screen.go_to_view(vues.tick(screen.vue, [Discipline(one) for one in ticked]))


async def show_by(screen: RepertoireScreen) -> None:
    """Choose what the tree is made by (guide §3a, step 2)."""
    items = [MenuItem(par.value, vues.AFFICHER[par], LETTERS[par]) for par in Afficher if par in vues.AFFICHER]
    chosen = await screen.app.push_screen_wait(ActionMenu("Afficher par", items, focused=screen.vue.par.value))
    if chosen is not None and chosen != screen.vue.par:
        screen.go_to_view(vues.show_by(screen.vue, Afficher(chosen)))


async def narrow(screen: RepertoireScreen) -> None:
    """Filter by commune, category, peuplement, open dossier, mine only."""
    filtres = await screen.app.push_screen_wait(FiltresScreen(screen.vue.filtres, screen.labels))
    if filtres is not None and filtres != screen.vue.filtres:
        screen.go_to_view(vues.keep(screen.vue, filtres))


async def saved(screen: RepertoireScreen) -> None:
    """Open, save or delete a view by name."""
    vue = await screen.app.push_screen_wait(VuesScreen(screen.vue, screen.labels))
    if vue is not None and vue != screen.vue:
        screen.go_to_view(vue)


async def explain(screen: RepertoireScreen) -> None:
    """Say all that is shown, in full, and which keys change it."""
    text = (
        f"Afficher par : {vues.AFFICHER[screen.vue.par]} (p)\n"
        f"{vues.offres(screen.vue, screen.labels)} (t)\n"
        f"Filtres : {' · '.join(vues.filters(screen.vue, screen.labels)) or 'aucun'} (F4)\n\n"
        "0 enlève les filtres ; V enregistre ou ouvre une vue."
    )
    await screen.app.push_screen_wait(Message("Ce qui est affiché", french(text)))
