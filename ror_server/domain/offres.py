"""An offer as the Recherche looks at it: what follows from the answers of the fiche of a unit."""

from __future__ import annotations

from typing import NamedTuple

from ror_server.domain.contacts import principal
from ror_server.domain.words import fold
from ror_tui.api_client.models import Discipline, Valeur, Valeurs, codes_de

AGE_UNLIMITED = 999

PER_YEAR = {"a": 1, "mo": 12, "wk": 52, "d": 365}
"""How many of a unit of age (UCUM) are a year."""

CODES = ("activites", "publics", "competences", "professions")
"""The fields that hold several codes, by their id in the form of a unit."""

_DISCIPLINES = frozenset(Discipline)


class Searched(NamedTuple):
    """The columns that follow from a fiche."""

    type_uo: str | None
    mode: str | None
    discipline: str | None
    age_min: int
    age_max: int
    sensible: bool
    contact_niveau: int
    contact_fonction: str | None
    contact_tri: str
    nb_professions: int


def searched(valeurs: Valeurs) -> Searched:
    """Give the columns of an offer.

    Args:
        valeurs: Published answers of a unité opérationnelle, by field id.
    """
    discipline = _code(valeurs.get("discipline"))
    contact = principal(valeurs)
    return Searched(
        type_uo=_code(valeurs.get("type_uo")),
        mode=_code(valeurs.get("mode_prise_en_charge")),
        discipline=discipline if discipline in _DISCIPLINES else None,
        age_min=_age(valeurs, "age_min", 0),
        age_max=_age(valeurs, "age_max", AGE_UNLIMITED),
        sensible=valeurs.get("unite_sensible") is True,
        contact_niveau=contact.niveau if contact else 0,
        contact_fonction=contact.fonction if contact else None,
        contact_tri=fold(contact.nom) if contact else "",
        nb_professions=len(_set(valeurs.get("professions"))),
    )


def codes(valeurs: Valeurs) -> list[tuple[str, str]]:
    """Give each code of the fields that hold several, with its field; each once."""
    return [(champ, code) for champ in CODES for code in sorted(_set(valeurs.get(champ)))]


def _set(valeur: Valeur) -> set[str]:
    return set(codes_de(valeur)) if isinstance(valeur, list) else set()


def _code(valeur: Valeur) -> str | None:
    return valeur if isinstance(valeur, str) and valeur else None


def _age(valeurs: Valeurs, champ: str, default: int) -> int:
    """Give an age in whole years, whatever its unit (JDV_J37); years when it has none."""
    valeur, unit = valeurs.get(champ), valeurs.get(f"{champ}_unite")
    if not isinstance(valeur, int) or isinstance(valeur, bool):
        return default
    parts = PER_YEAR.get(unit, 1) if isinstance(unit, str) else 1
    return valeur // parts if champ == "age_min" else -(-valeur // parts)
