"""A unit or an establishment as a template for what is described in a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import ActionFaite, Kind, NoeudDossier
from ror_tui.marks import KIND
from ror_tui.screens.recherche import Memory, RechercheScreen
from ror_tui.services import actions
from ror_tui.services.arbre import Arbre
from ror_tui.services.possible import table_refusal
from ror_tui.texts import french
from ror_tui.widgets.dialogs import Choose
from ror_tui.widgets.find_menu import FindItem, FindMenu

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen

WHERE = (("ici", "Dans ce dossier"), ("ailleurs", "Ailleurs dans le Répertoire"))
WHOLE = (("avec", "Avec ce qu'il contient"), ("sans", "La fiche seule"))


async def take(screen: DossierScreen) -> None:
    """Ask for a template, then create fiches after it under the line of the cursor."""
    here = screen.here()
    if here is None or await screen.refused(table_refusal(here[0], here[2])):
        return
    _, arbre, noeud = here
    parent = noeud if noeud.kind is not Kind.UO else arbre.by_id.get(noeud.parent_id or noeud.id, noeud)
    source = await _source(screen, arbre, parent)
    if source is None:
        return
    question = french("Les noms, les contacts et ce qui tient au lieu restent à remplir. Que copier du modèle ?")
    whole = await screen.app.push_screen_wait(Choose("Prendre pour modèle", question, WHOLE))
    if whole is not None:
        await _take(screen, source, parent, children=whole == "avec")


async def _source(screen: DossierScreen, arbre: Arbre, parent: NoeudDossier) -> UUID | None:
    question = french(f"Quel modèle pour les nouvelles fiches sous « {parent.nom} » ?")
    where = await screen.app.push_screen_wait(Choose("Prendre pour modèle", question, WHERE))
    if where == "ailleurs":
        found = await screen.app.push_screen_wait(RechercheScreen(Memory()))
        return found[1] if found else None
    if where is None:
        return None
    items = [
        FindItem(str(one.id), f"{one.nom} ({KIND[one.kind]})", detail=one.detail, level=arbre.depth(one))
        for one in arbre.reading
        if one.kind is not Kind.EG
    ]
    chosen = await screen.app.push_screen_wait(FindMenu("Prendre pour modèle", items))
    return UUID(chosen) if chosen is not None else None


async def _take(screen: DossierScreen, source: UUID, parent: NoeudDossier, *, children: bool) -> None:
    try:
        done: ActionFaite = await actions.gabarit(
            screen.ror.client, screen.dossier_id, source, parent.id, avec_enfants=children
        )
    except RorError as error:
        screen.ror.fail(error)
        return
    await screen.show_done(done)
