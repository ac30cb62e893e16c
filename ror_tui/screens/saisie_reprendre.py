"""Taking in a fiche what another one says, section by section: of this dossier, of another one, or published."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ror_tui.api_client.models import Kind, Modele, Valeurs, egales, vide
from ror_tui.marks import KIND
from ror_tui.screens.recherche import Memory, RechercheScreen
from ror_tui.services import dossier as dossiers
from ror_tui.services import fiche as fiches
from ror_tui.services import repertoire
from ror_tui.services.arbre import Arbre
from ror_tui.services.recopie import pour_une_autre
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import Choose, Ticks
from ror_tui.widgets.find_menu import FindItem, FindMenu

if TYPE_CHECKING:
    from ror_tui.screens.saisie import FormScreen

OWN = frozenset({"nom", "type_uo", "discipline"})
"""Fields that say which unit it is: they are never taken from another one."""


WHERE = (("ici", "Ce dossier"), ("dossier", "Un autre dossier"), ("repertoire", "Le Répertoire"))


@dataclass(frozen=True, slots=True)
class Filled:
    """The fiche that is being filled.

    Args:
        id: Its structure.
        kind: What it is.
        dossier_id: Its dossier, None when it is published.
    """

    id: UUID
    kind: Kind
    dossier_id: UUID | None


@dataclass(frozen=True, slots=True)
class Source:
    """A fiche to take from: its name and its answers."""

    nom: str
    valeurs: Valeurs


async def take(screen: FormScreen[Any], filled: Filled) -> None:
    """Ask from which fiche and which sections, then fill the form; one undo takes it back.

    Args:
        screen: Where the form is.
        filled: The fiche that is being filled.

    Raises:
        RorError: A dossier or a fiche could not be read.
    """
    modele = screen.modele
    if modele is None or screen.form.readonly:
        screen.set_status("Cette fiche est en lecture seule.")
        return
    source = await _source(screen, filled)
    if source is None:
        return
    locked = {champ.id for champ in modele.champs() if screen.locked(champ) is not None}
    offers = offered(modele, screen.form.to_values(), source.valeurs, locked)
    if not offers:
        screen.set_status(french(f"« {source.nom} » ne dit rien de plus que cette fiche."))
        return
    items = [(key, f"{title} : {plural(len(taken), 'champ', 'champs')}") for key, title, taken in offers]
    chosen = await screen.app.push_screen_wait(Ticks("Reprendre", items, [key for key, _, _ in offers]))
    if chosen:
        screen.form.fill(
            {champ: valeur for key, _, taken in offers if key in chosen for champ, valeur in taken.items()}
        )
        screen.set_status(french(f"Repris de « {source.nom} » : Alt+U pour annuler."))


async def _source(screen: FormScreen[Any], filled: Filled) -> Source | None:
    question = french("D'où reprendre ? Le nom et le type d'UO ne sont jamais repris.")
    choices = [one for one in WHERE if filled.dossier_id is not None or one[0] != "ici"]
    where = await screen.app.push_screen_wait(Choose("Reprendre de…", question, choices))
    if where == "repertoire":
        return await _published(screen, filled)
    dossier_id = await _dossier(screen, filled) if where == "dossier" else filled.dossier_id
    return await _of_dossier(screen, dossier_id, filled) if where and dossier_id else None


async def _searched(screen: FormScreen[Any]) -> UUID | None:
    found = await screen.app.push_screen_wait(RechercheScreen(Memory()))
    return found[1] if found else None


async def _published(screen: FormScreen[Any], filled: Filled) -> Source | None:
    structure_id = await _searched(screen)
    if structure_id is None:
        return None
    structure = await repertoire.structure(screen.ror.client, structure_id)
    if structure.kind is not filled.kind:
        screen.set_status(french(f"« {structure.nom} » n'est pas de la même sorte : {KIND[structure.kind]}."))
        return None
    return Source(structure.nom, structure.valeurs)


async def _dossier(screen: FormScreen[Any], filled: Filled) -> UUID | None:
    page = await dossiers.lister(screen.ror.client, "tous")
    items = [
        FindItem(str(one.id), one.titre, detail=f"{one.etablissement.nom} · {one.etat_libelle}")
        for one in page.elements
        if one.id != filled.dossier_id
    ]
    if not items:
        screen.set_status("Il n'y a pas d'autre dossier.")
        return None
    chosen = await screen.app.push_screen_wait(FindMenu("Reprendre d'un autre dossier", items))
    return UUID(chosen) if chosen is not None else None


async def _of_dossier(screen: FormScreen[Any], dossier_id: UUID, filled: Filled) -> Source | None:
    arbre = Arbre(await dossiers.arbre(screen.ror.client, dossier_id))
    items = [
        FindItem(str(one.id), f"{one.nom} ({KIND[one.kind]})", detail=one.detail, level=arbre.depth(one))
        for one in arbre.reading
        if one.kind is filled.kind and one.id != filled.id
    ]
    if not items:
        screen.set_status("Aucune autre fiche de ce type dans le dossier.")
        return None
    chosen = await screen.app.push_screen_wait(FindMenu("Reprendre de…", items))
    if chosen is None:
        return None
    fiche, _ = await fiches.ouvrir(screen.ror.client, dossier_id, UUID(chosen))
    return Source(fiche.nom, fiche.valeurs)


def offered(
    modele: Modele, mine: Valeurs, theirs: Valeurs, locked: Collection[str] = ()
) -> list[tuple[str, str, Valeurs]]:
    """Give what can be taken from another fiche: by section, its id, its title, the values that differ.

    Args:
        modele: The form.
        mine: The answers here.
        theirs: The other one's; rows are copied as new ones.
        locked: Ids of the fields that may not change here.
    """
    found = []
    for section in modele.sections:
        taken = {
            champ.id: pour_une_autre(theirs.get(champ.id))
            for champ in section.champs
            if champ.id not in OWN and champ.id not in locked and champ.verrou is None
            if not vide(theirs.get(champ.id)) and not egales(mine.get(champ.id), theirs.get(champ.id))
        }
        if taken:
            found.append((section.id, section.titre, taken))
    return found
