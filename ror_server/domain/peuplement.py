"""État de peuplement: how far a unit, and an establishment, is described (DOMAIN §5.2, the official ANS criteria)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ror_server.domain.contacts import reachable
from ror_tui.api_client.models import Code, Peuplement, Valeurs, codes_de

Codes = Mapping[str, Mapping[str, Code]]
"""Nomenclatures by name, then codes by code."""

TYPE_COUNTS = frozenset({"209", "354", "460"})
"""Categories (SAAS, SSIAD, SAA) whose units need a type d'UO."""

LISTS = frozenset({"JDV_J17", "JDV_J19", "JDV_J238"})
"""The lists of codes that the criteria look at."""


class Critere(StrEnum):
    """What the ANS counts of a unit (DOMAIN §5.2, « peuplement au niveau unité »).

    The champ d'activité is not among them: it follows from the grand groupe de disciplines, which the form requires;
    nor the maximum age, which is 120 years when it is not told.
    """

    AGE = "age"
    MODE = "mode"
    ACTIVITE = "activite"
    CONTACT = "contact"
    TYPE = "type"
    ADRESSE = "adresse"


@dataclass(frozen=True, slots=True)
class Etablissement:
    """What the criteria look at besides the fiche of the unit."""

    categorie: str | None
    adresse: bool
    """Street or lieu-dit, town and postcode are known."""


def addressed(lines: Iterable[str] | None, ville: str | None, code_postal: str | None) -> bool:
    """Tell whether an address is complete: street or lieu-dit, town and postcode."""
    return bool(any(line.strip() for line in lines or ()) and ville and code_postal)


def of_unit(valeurs: Valeurs, eg: Etablissement, codes: Codes) -> Peuplement:
    """Give the state of a unité opérationnelle.

    Args:
        valeurs: Its published answers, by field id.
        eg: Its establishment, whose address is the unit's.
        codes: The nomenclatures.

    Returns:
        `finalise` when every criterion holds, `en_cours` when one of its own does.
    """
    found = criteria_of_unit(valeurs, eg, codes)
    own = [holds for critere, holds in found.items() if critere is not Critere.ADRESSE]
    if all(found.values()):
        return Peuplement.FINALISE
    return Peuplement.EN_COURS if any(own) else Peuplement.A_FAIRE


def criteria_of_unit(valeurs: Valeurs, eg: Etablissement, codes: Codes) -> dict[Critere, bool]:
    """Tell, for each criterion that counts for a unit, whether it holds.

    Args:
        valeurs: Its answers, by field id.
        eg: Its establishment.
        codes: The nomenclatures.
    """
    found = {
        Critere.AGE: isinstance(valeurs.get("age_min"), int),
        Critere.MODE: _known(valeurs, "mode_prise_en_charge", codes.get("JDV_J19", {})),
        Critere.ACTIVITE: _known(valeurs, "activites", codes.get("JDV_J17", {})),
        Critere.CONTACT: reachable(valeurs),
    }
    if eg.categorie in TYPE_COUNTS:
        found[Critere.TYPE] = _known(valeurs, "type_uo", codes.get("JDV_J238", {}))
    return found | {Critere.ADRESSE: eg.adresse}


def of_establishment(units: Iterable[Peuplement]) -> Peuplement:
    """Give the state of an establishment out of those of all its units; without a unit, all is to be done."""
    states = set(units)
    if states == {Peuplement.FINALISE}:
        return Peuplement.FINALISE
    return Peuplement.EN_COURS if states - {Peuplement.A_FAIRE} else Peuplement.A_FAIRE


def _known(valeurs: Valeurs, champ: str, codes: Mapping[str, Code]) -> bool:
    """Tell whether a field holds a code that is in use; a retired one does not describe anything any more."""
    found = (codes.get(code) for code in codes_de(valeurs.get(champ)))
    return any(code is not None and not code.retire for code in found)
