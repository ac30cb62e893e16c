"""Typing beds and places, callable without a screen (DOMAIN §7)."""

from ror_tui.services.lits.chiffres import STATUTS, Chiffre, Ecart, Sorte, chiffres
from ror_tui.services.lits.lits import OLD, Ligne, Lits, enregistrer, enregistrer_parmi, ouvrir
from ror_tui.services.lits.saisi import Saisi

__all__ = [
    "OLD",
    "STATUTS",
    "Chiffre",
    "Ecart",
    "Ligne",
    "Lits",
    "Saisi",
    "Sorte",
    "chiffres",
    "enregistrer",
    "enregistrer_parmi",
    "ouvrir",
]
