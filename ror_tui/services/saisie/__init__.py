"""The filling of a form, callable without a screen: what is typed, the rows of groups, what is missing, undo."""

from ror_tui.services.saisie.chemins import Chemin, en_texte
from ror_tui.services.saisie.dire import Libelles, dire
from ror_tui.services.saisie.etat import Saisie
from ror_tui.services.saisie.places import Genre, Place

__all__ = ["Chemin", "Genre", "Libelles", "Place", "Saisie", "dire", "en_texte"]
