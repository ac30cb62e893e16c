"""The shape of a value: its type, its length, the form of a date, an hour, an amount, a phone, an address."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ror_server.domain.controls.constats import avertissement, erreur
from ror_server.domain.words import clean
from ror_tui.api_client.models import ATTENDUS, FORMES, Champ, Constat, TypeChamp, Valeur

_WEB = re.compile(r"(?:https?://)?[^\s./]+(?:\.[^\s./]+)+(?:[/?#:]\S*)?", re.IGNORECASE)
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")

WEB = "Cette adresse web n'est pas complète : www.exemple.fr."
COMMUNE = "Ce code de commune n'en est pas un : choisissez-la par son nom."

_TYPES: Mapping[TypeChamp, tuple[type, str]] = {
    TypeChamp.ENTIER: (int, "un nombre entier"),
    TypeChamp.BOOLEEN: (bool, "oui ou non"),
    TypeChamp.CODES: (list, "une liste de codes"),
}


def is_web(text: str) -> bool:
    """Tell whether a text has the form of an address of the web."""
    return bool(_WEB.fullmatch(text))


def form_findings(champ: Champ, path: str, valeur: Valeur) -> Constat | None:
    """Give what is wrong with the shape of a value that is not empty, or None."""
    expected, name = _TYPES.get(champ.type, (str, "un texte"))
    if not isinstance(valeur, expected) or (isinstance(valeur, bool) and expected is not bool):
        return erreur("type", path, f"« {champ.libelle} » attend {name} : corrigez ce champ.")
    return _of_text(champ, path, valeur) if isinstance(valeur, str) else None


def _of_text(champ: Champ, path: str, text: str) -> Constat | None:
    if champ.longueur_max and len(clean(text)) > champ.longueur_max:
        return erreur("longueur", path, f"« {champ.libelle} » dépasse {champ.longueur_max} caractères : raccourcissez.")
    if champ.type in FORMES and FORMES[champ.type](text) is None:
        return erreur(champ.type.value, path, ATTENDUS[champ.type])
    if champ.type is TypeChamp.COMMUNE and not _COMMUNE.fullmatch(text):
        return erreur("commune", path, COMMUNE)
    if champ.type is TypeChamp.MSS and "mssante" not in text.rpartition("@")[2].casefold():
        return avertissement("mss_domaine", path, "Cette adresse ne semble pas être de MSSanté : vérifiez son domaine.")
    return None
