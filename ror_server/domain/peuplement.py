"""État de peuplement: how far a unit, and an establishment, is described (DOMAIN §5.2, the official ANS criteria)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ror_tui.api_client.models import Code, Peuplement, Valeurs, codes_de, vide

Codes = Mapping[str, Mapping[str, Code]]
"""Nomenclatures by name, then codes by code."""

TYPE_COUNTS = frozenset({"209", "354", "460"})
"""Categories (SAAS, SSIAD, SAA) whose units need a type d'UO."""

LISTS = frozenset({"JDV_J17", "JDV_J19", "JDV_J238"})
"""The lists of codes that the criteria look at."""

_CONTACT = ("contact_canal", "contact_valeur", "contact_confidentialite")


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
    own = [
        isinstance(valeurs.get("age_min"), int),
        _known(valeurs, "mode_prise_en_charge", codes.get("JDV_J19", {})),
        _known(valeurs, "activites", codes.get("JDV_J17", {})),
        _contact(valeurs),
    ]
    if eg.categorie in TYPE_COUNTS:
        own.append(_known(valeurs, "type_uo", codes.get("JDV_J238", {})))
    if all(own) and eg.adresse:
        return Peuplement.FINALISE
    return Peuplement.EN_COURS if any(own) else Peuplement.A_FAIRE


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


def _contact(valeurs: Valeurs) -> bool:
    """Tell whether somebody can be reached: a function or a nature, with a channel, an address and its level."""
    purpose = not vide(valeurs.get("contact_nature")) or not vide(valeurs.get("contact_fonction"))
    return purpose and not any(vide(valeurs.get(champ)) for champ in _CONTACT)
