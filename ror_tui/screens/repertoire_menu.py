"""The « Actions » menu of a line of the Répertoire, as data: each entry works or says why it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ror_tui.api_client.models import Kind, Noeud
from ror_tui.screens import repertoire_copy
from ror_tui.services import vue as vues
from ror_tui.widgets.dialogs import MenuItem

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

ON_ESTABLISHMENT = "Un dossier collaboratif s'ouvre sur un établissement."
LITS_ON_AN_EG = "Les lits se saisissent par établissement : choisissez un établissement, ou ce qui est dessous."
CONTROLES_ON_AN_EG = "Les contrôles portent sur un établissement : choisissez-en un, ou ce qui est dessous."
NO_LINE = "Il n'y a pas de ligne sous le curseur."

ENTRIES: Mapping[str, Callable[[RepertoireScreen], object]] = {
    "ouvrir": lambda screen: screen.action_ouvrir_fiche(),
    "dossier": lambda screen: screen.action_dossier(),
    "lits": lambda screen: screen.action_lits(),
    "controles": lambda screen: screen.action_controles(),
    "favori": lambda screen: screen.action_favori(),
    "deplier": lambda screen: screen.tree.toggle(screen.tree.cursor_key or ""),
    "afficher": lambda screen: screen.action_afficher(),
    "structures": lambda screen: screen.action_structures(),
    "filtres": lambda screen: screen.action_filtres(),
    "sans_filtre": lambda screen: screen.action_sans_filtre(),
    "vues": lambda screen: screen.action_vues(),
    "offres": lambda screen: screen.action_offres(),
    "filtrer": lambda screen: screen.action_filtrer(),
    "tout_deplier": lambda screen: screen.tree.action_tout_deplier(),
    "copier": lambda screen: screen.action_copier(),
    "montrer": lambda screen: screen.action_montrer(),
    "precedent": lambda screen: screen.action_precedent(),
    "suivant": lambda screen: screen.action_suivant(),
    "historique": lambda screen: screen.action_historique(),
    "au": lambda screen: screen.action_au(),
    "recharger": lambda screen: screen.action_recharger(),
}
"""What each entry does, by its id."""


def menu_items(screen: RepertoireScreen) -> list[MenuItem]:
    """Give the whole menu, for the line under the cursor.

    Args:
        screen: The Répertoire.
    """
    noeud = screen.line
    no_structure = no_fiche(noeud)
    favori = "Retirer des favoris" if noeud and noeud.favori else "Ajouter aux favoris"
    no_filter = None if vues.filtered(screen.vue) else "Aucun filtre n'est mis."
    no_back = None if screen.history.can_go_back else "Il n'y a rien avant."
    no_forward = None if screen.history.can_go_forward else "Il n'y a rien après."
    return [
        MenuItem("ouvrir", "Ouvrir la fiche", "o", no_structure),
        MenuItem("dossier", "Créer un dossier collaboratif", "c", no_dossier(noeud)),
        MenuItem("lits", "Lits et places…", "L", no_lits(noeud)),
        MenuItem("controles", "Contrôles de l'établissement", "Q", no_controles(noeud)),
        MenuItem("favori", favori, "f", no_structure),
        MenuItem("deplier", "Déplier ou replier", "d", _nothing_below(noeud)),
        MenuItem("tout_deplier", "Tout déplier en dessous", "*", _nothing_below(noeud)),
        MenuItem("copier", "Copier un numéro, le nom, le chemin…", "y", NO_LINE if noeud is None else None),
        MenuItem(
            "montrer", "Montrer ce qui a été copié", "Y", None if screen.copied else repertoire_copy.NOTHING_COPIED
        ),
        MenuItem("afficher", "Afficher par…", "p"),
        MenuItem("structures", "Afficher les structures…", "t"),
        MenuItem("filtres", "Filtres…", "F4"),
        MenuItem("filtrer", "Filtrer l'arbre par un texte", "/"),
        MenuItem("sans_filtre", "Enlever les filtres", "0", no_filter),
        MenuItem("vues", "Vues enregistrées…", "v"),
        MenuItem("offres", "Tout ce qui est affiché", "i"),
        MenuItem("precedent", "Revenir à la vue ou à l'endroit d'avant", "<", no_back),
        MenuItem("suivant", "Retourner à la vue ou à l'endroit d'après", ">", no_forward),
        MenuItem("historique", "Historique : qui a changé quoi", "H"),
        MenuItem("au", "La structure à une date passée…", "D", no_structure),
        MenuItem("recharger", "Recharger", "F5"),
    ]


def no_fiche(noeud: Noeud | None) -> str | None:
    """Say why a line has no fiche, or None."""
    if noeud is None:
        return NO_LINE
    if noeud.kind == "departement":
        return "Un département n'a pas de fiche."
    return "Un groupe n'a pas de fiche." if noeud.id is None else None


def no_dossier(noeud: Noeud | None) -> str | None:
    """Say why no dossier collaboratif opens on a line, or None."""
    if noeud is None:
        return NO_LINE
    if noeud.id is None or noeud.kind is Kind.EJ:
        return ON_ESTABLISHMENT
    return "Cette structure est fermée." if noeud.ferme else None


def no_lits(noeud: Noeud | None) -> str | None:
    """Say why no beds can be shown of a line, or None."""
    if noeud is None:
        return NO_LINE
    return LITS_ON_AN_EG if noeud.id is None or noeud.kind is Kind.EJ else None


def no_controles(noeud: Noeud | None) -> str | None:
    """Say why nothing is controlled on a line, or None."""
    if noeud is None:
        return NO_LINE
    return CONTROLES_ON_AN_EG if noeud.id is None or noeud.kind is Kind.EJ else None


def _nothing_below(noeud: Noeud | None) -> str | None:
    if noeud is None:
        return NO_LINE
    return None if noeud.enfants else "Il n'y a rien en dessous."
