"""What the controls look at besides the answers of the fiche."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ror_tui.api_client.models import Code

Codes = Mapping[str, Mapping[str, Code]]
"""Nomenclatures by name, then codes by code."""


class Autorisation(StrEnum):
    """What FINESS may authorise an establishment to do, as far as CO1 and CO2 look at it."""

    URGENCES = "urgences"
    URGENCES_PEDIATRIQUES = "urgences_pediatriques"
    OBSTETRIQUE = "obstetrique"
    NEONATOLOGIE = "neonatologie"
    SOINS_INTENSIFS_NEONATALS = "soins_intensifs_neonatals"
    REANIMATION_NEONATALE = "reanimation_neonatale"


@dataclass(frozen=True, slots=True)
class Contexte:
    """Where the fiche stands. None means not known: a rule that needs it then says nothing, never a false fault.

    Attributes:
        categorie: Category of the establishment (JDV_J55).
        adresse: Whether street or lieu-dit, town and postcode of the establishment are known.
        au_dessus: Names of the unités fonctionnelles above; the unit of a sensitive one is sensitive (CO3).
        places: Places installed in the unit (CP6), from the lits et places.
        autorisations: What the establishment may do. The FINESS extract that we import (cs1100502, the structures)
            does not hold the authorisations (they are in the ARHGOS files), so that they are unknown until a server
            imports them, and CO1 and CO2 look only at names, activities and levels.
    """

    categorie: str | None = None
    adresse: bool | None = None
    au_dessus: tuple[str, ...] = ()
    places: int | None = None
    autorisations: frozenset[Autorisation] | None = None


INCONNU = Contexte()
"""Nothing is known."""
