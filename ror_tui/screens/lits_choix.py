"""What is chosen in a list while beds are typed: the type of a cell, the sort of a new line, an action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ror_tui.api_client.models import (
    AUCUNE,
    COURANT,
    Champ,
    Code,
    Indicateur,
    NatureCapacite,
    Nomenclature,
    StatutCapacite,
    TypeChamp,
)
from ror_tui.services.lits import Lits, Sorte
from ror_tui.services.lits.dire import Labels, sort_text
from ror_tui.widgets.dialogs import MenuItem
from ror_tui.widgets.picker import Picker

if TYPE_CHECKING:
    from ror_tui.screens.lits import LitsScreen

NOTHING_TYPED = "Rien n'est à enregistrer."
NO_CONFLICT = "Aucune cellule n'est saisie aussi par un autre."
NO_TYPE = "Seuls les lits fermés et les supplémentaires ont un type."
NEVER = "Cette unité n'a encore aucun chiffre."


def type_picker(known: Nomenclature, now: str) -> Picker:
    """Give the list of the types of a status, by its value set."""
    champ = Champ(id="type", libelle=known.titre, type=TypeChamp.CODE)
    return Picker(champ, known, [now] if now else [], {})


def sorts(regles: Mapping[StatutCapacite, Indicateur], known: Labels) -> list[tuple[str, Sorte]]:
    """Give the sorts of lines that there may be, each with its words: what the indicators allow."""
    found: dict[str, Sorte] = {}
    for sorte in _sorts(regles, known):
        found.setdefault(sort_text(sorte, known), sorte)
    return list(found.items())


def _sorts(regles: Mapping[StatutCapacite, Indicateur], known: Labels) -> Iterator[Sorte]:
    for nature in NatureCapacite:
        yield Sorte(nature.value)
    genres, crises = known.get("JDV_J190", {}), known.get("JDV_J194", {})
    for one in regles.values():
        for nature in one.natures:
            yield from (Sorte(nature.value, affectation=code) for code in one.affectations if code != AUCUNE)
            yield from (Sorte(nature.value, genre=code) for code in genres if one.genre)
            yield from (Sorte(nature.value, temporalite=code) for code in one.temporalites if code != COURANT)
            yield from (Sorte(nature.value, crise=code) for code in crises if one.crise)


def sort_picker(offered: list[tuple[str, Sorte]]) -> Picker:
    """Give the list of the sorts of lines."""
    codes = [Code(code=str(rank + 1), libelle=words) for rank, (words, _) in enumerate(offered)]
    listed = Nomenclature(nom="lignes", titre="Nouvelle ligne", version="1", source="", codes=codes)
    return Picker(Champ(id="ligne", libelle="Nouvelle ligne", type=TypeChamp.CODE), listed, [], {})


def menu_items(screen: LitsScreen) -> list[MenuItem]:
    """Give the Actions menu, for the cell under the cursor; each id is the action it runs."""
    lits, here = screen.lits, screen.here
    if lits is None or here is None:
        return [MenuItem("recharger", "Recharger", "F5")]
    ligne, statut = here
    refus = lits.releve.refus
    mine = lits.saisis[ligne.unite].unite
    unit = mine.reserve or mine.refus
    ecart = None if lits.ecart(ligne, statut) else "Cette cellule n'est pas saisie aussi par un autre."
    any_ecart = None if lits.ecarts() else NO_CONFLICT
    return [
        MenuItem("enregistrer", "Enregistrer ce qui a changé", "F2", refus or _nothing(lits)),
        MenuItem("reconduire", "Reconduire les chiffres de l'unité", "r", unit or (None if mine.version else NEVER)),
        MenuItem("reconduire_tout", "Reconduire les chiffres d'hier partout", "R", refus),
        MenuItem("type", "Type de fermeture ou de lit supplémentaire…", "t", unit or _no_type(lits, statut)),
        MenuItem("ligne", "Ajouter une ligne : places, genre, prévision…", "n", unit),
        MenuItem("annuler", "Annuler la dernière frappe", "u", None if lits.can_undo else "Il n'y a rien à annuler."),
        MenuItem("refaire", "Refaire", "U", None if lits.can_redo else "Il n'y a rien à refaire."),
        MenuItem("mien", "Garder le mien dans la cellule", "m", ecart),
        MenuItem("sien", "Prendre le sien dans la cellule", "s", ecart),
        MenuItem("miens", "Garder tous les miens", "", any_ecart),
        MenuItem("siens", "Prendre tous les siens", "", any_ecart),
        MenuItem("historique", "Historique des saisies", "H"),
        MenuItem("recharger", "Recharger", "F5"),
    ]


def _nothing(lits: Lits) -> str | None:
    return None if lits.modifies() else NOTHING_TYPED


def _no_type(lits: Lits, statut: StatutCapacite) -> str | None:
    return None if lits.asks_type(statut) else NO_TYPE
