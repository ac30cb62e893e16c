"""Taking in a fiche what another fiche of the dossier says, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import Fiche, Modele, Valeur, Valeurs, egales, lignes_de, vide
from ror_tui.marks import KIND
from ror_tui.services import fiche as fiches
from ror_tui.services.arbre import Arbre
from ror_tui.services.saisie.etat import renommer
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import Ticks
from ror_tui.widgets.find_menu import FindItem, FindMenu

if TYPE_CHECKING:
    from ror_tui.screens.fiche import FicheScreen

OWN = frozenset({"nom", "type_uo", "discipline"})
"""Fields that say which unit it is: they are never taken from another one."""


async def take(screen: FicheScreen) -> None:
    """Ask from which fiche and which sections, then fill the form; one undo takes it back.

    Raises:
        RorError: The dossier or the fiche could not be read.
    """
    fiche, modele = screen.fiche, screen.modele
    if fiche is None or modele is None or not fiche.modifiable:
        screen.set_status("Cette fiche est en lecture seule.")
        return
    source = await _source(screen, fiche)
    if source is None:
        return
    other, _ = await fiches.ouvrir(screen.ror.client, screen.dossier_id, source)
    offers = offered(modele, screen.form.to_values(), other.valeurs)
    if not offers:
        screen.set_status(french(f"« {other.nom} » ne dit rien de plus que cette fiche."))
        return
    items = [(key, f"{title} : {plural(len(taken), 'champ', 'champs')}") for key, title, taken in offers]
    chosen = await screen.app.push_screen_wait(Ticks("Reprendre", items, [key for key, _, _ in offers]))
    if chosen:
        screen.form.fill(
            {champ: valeur for key, _, taken in offers if key in chosen for champ, valeur in taken.items()}
        )
        screen.set_status(french(f"Repris de « {other.nom} » : Alt+U pour annuler."))


async def _source(screen: FicheScreen, fiche: Fiche) -> UUID | None:
    arbre = Arbre(await screen.ror.client.dossiers.arbre(screen.dossier_id))
    items = [
        FindItem(str(one.id), f"{one.nom} ({KIND[one.kind]})", detail=one.detail, level=arbre.depth(one))
        for one in arbre.reading
        if one.kind is fiche.kind and one.id != fiche.id
    ]
    if not items:
        screen.set_status("Aucune autre fiche de ce type dans le dossier.")
        return None
    chosen = await screen.app.push_screen_wait(FindMenu("Reprendre de…", items))
    return UUID(chosen) if chosen is not None else None


def offered(modele: Modele, mine: Valeurs, theirs: Valeurs) -> list[tuple[str, str, Valeurs]]:
    """Give what can be taken from another fiche: by section, its id, its title, the values that differ.

    Args:
        modele: The form.
        mine: The answers here.
        theirs: The other one's; rows are copied as new ones.
    """
    found = []
    for section in modele.sections:
        taken = {
            champ.id: _copied(theirs.get(champ.id))
            for champ in section.champs
            if champ.id not in OWN and champ.verrou is None
            if not vide(theirs.get(champ.id)) and not egales(mine.get(champ.id), theirs.get(champ.id))
        }
        if taken:
            found.append((section.id, section.titre, taken))
    return found


def _copied(valeur: Valeur) -> Valeur:
    rows = lignes_de(valeur)
    return [renommer(row) for row in rows] if rows else valeur
