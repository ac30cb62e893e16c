"""The « Actions » menu of the differences, as data: each entry works or says why it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.widgets.dialogs import MenuItem

if TYPE_CHECKING:
    from ror_tui.screens.differences import DifferencesScreen

NOT_READ = "La différence n'est pas encore lue."
READ_ONLY = "Cette différence est seulement montrée : il n'y a rien à confirmer ici."
NO_WHOLE = "Ce dossier n'attend pas votre avis."
NO_FICHE = "Il n'y a pas de fiche à ouvrir ici."


def menu_items(screen: DifferencesScreen) -> list[MenuItem]:
    """Give the whole menu, for the line under the cursor."""
    unread = NOT_READ if screen.differences is None else None
    confirm = unread or (None if screen.confirm else READ_ONLY)
    opening = unread or (None if screen.open_one else NO_FICHE)
    return [
        MenuItem("confirmer", screen.confirm or "Confirmer", "v", confirm),
        MenuItem("refuser_fiche", "Refuser cette fiche", "r", unread or screen.refusal_of_one()),
        MenuItem("refuser", "Refuser tout le dossier", "K", unread or (None if screen.refuse else NO_WHOLE)),
        MenuItem("ouvrir", "Ouvrir la fiche", "o", opening),
        MenuItem("suivante", "Structure suivante qui change", "]", unread),
        MenuItem("precedente", "Structure précédente qui change", "[", unread),
        MenuItem("phrases", "L'arbre, ou les phrases", "p", unread),
        MenuItem("exporter", "Exporter : texte, JSON ou tableur", "e", unread),
    ]
