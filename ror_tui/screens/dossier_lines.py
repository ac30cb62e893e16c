"""What is done with a line of a dossier: create, duplicate, move, rename, delete (guide §3c)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import Kind, NoeudDossier
from ror_tui.marks import KIND_PLURAL
from ror_tui.screens.dossier_menu import create_items, line_refusal, parent_items, restore_refusal
from ror_tui.services import dossier as dossiers
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import ActionMenu, Ask, AskNumber, Choose, Confirm

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen

MANY = 10
"""Above this number of fiches below, a deletion asks to type the name."""


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


async def duplicate(screen: DossierScreen) -> None:
    """Duplicate the fiche, as many times as asked, with or without what it holds."""
    here = screen.here()
    if here is None or await screen.refused(line_refusal("dupliquer", *here)):
        return
    _, arbre, noeud = here
    times = await screen.app.push_screen_wait(
        AskNumber(french(f"Dupliquer « {noeud.nom} »"), french("Nombre de copies ?"), maximum=50, ok="Dupliquer")
    )
    if times is None:
        return
    below = len(arbre.below(noeud.id))
    answer: str | None = "avec"
    if below:
        text = french(f"« {noeud.nom} » contient {plural(below, 'fiche', 'fiches')}. Les dupliquer aussi ?")
        choices = [("avec", "Avec son contenu"), ("sans", "La fiche seule")]
        answer = await screen.app.push_screen_wait(Choose("Dupliquer", text, choices))
    if answer is not None:
        client, with_children = screen.ror.client, answer == "avec"
        await screen.change(
            lambda: dossiers.dupliquer(client, screen.dossier_id, noeud.id, noeud.version, times, with_children),
            f"{plural(times, 'copie créée', 'copies créées')}.",
        )


async def move(screen: DossierScreen) -> None:
    """Move the fiche under another parent, chosen among the lines of the dossier."""
    here = screen.here()
    if here is None or await screen.refused(line_refusal("deplacer", *here)):
        return
    dossier, arbre, noeud = here
    menu = ActionMenu(french(f"Déplacer « {noeud.nom} » sous…"), parent_items(dossier, arbre, noeud))
    chosen = await screen.app.push_screen_wait(menu)
    if chosen is not None:
        parent = UUID(chosen)
        await screen.change(
            lambda: dossiers.deplacer(screen.ror.client, screen.dossier_id, noeud.id, noeud.version, parent),
            french(f"Fiche déplacée sous « {arbre.by_id[parent].nom} »."),
            reveal=lambda: noeud.id,
        )


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


async def delete(screen: DossierScreen) -> None:
    """Delete the fiche and what it holds; above ten fiches, ask to type the name."""
    here = screen.here()
    if here is None or await screen.refused(line_refusal("supprimer", *here)):
        return
    _, arbre, noeud = here
    if await _sure_to_delete(screen, noeud, len(arbre.below(noeud.id))):
        await screen.change(
            lambda: dossiers.supprimer(screen.ror.client, screen.dossier_id, noeud.id, noeud.version),
            french(f"« {noeud.nom} » supprimée."),
        )


async def restore(screen: DossierScreen) -> None:
    """Take back the deletion of the fiche and of what it holds."""
    here = screen.here()
    if here is None or await screen.refused(restore_refusal(*here)):
        return
    noeud = here[2]
    await screen.change(
        lambda: dossiers.retablir(screen.ror.client, screen.dossier_id, noeud.id, noeud.version),
        french(f"« {noeud.nom} » rétablie."),
        reveal=lambda: noeud.id,
    )


async def _sure_to_delete(screen: DossierScreen, noeud: NoeudDossier, below: int) -> bool:
    inside = f" et {plural(below, 'fiche qu’elle contient', 'fiches qu’elle contient')}" if below else ""
    new = any(changement.value == "nouveau" for changement in noeud.changements)
    when = "Elle disparaît du dossier." if new else "Elle reste dans le Répertoire jusqu'à la validation du dossier."
    text = french(f"Supprimer « {noeud.nom} »{inside} ?\n{when}")
    if below > MANY:
        ask = Ask("Supprimer", f"{text}\nTapez le nom pour confirmer.", expected=noeud.nom, ok="Supprimer")
        return await screen.app.push_screen_wait(ask) is not None
    return await screen.app.push_screen_wait(Confirm("Supprimer", text, yes="Oui, supprimer", danger=True))
