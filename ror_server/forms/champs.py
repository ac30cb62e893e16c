"""The champ d'activité of a unit: of its type as we deduce it, else of its grand groupe de disciplines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ror_tui.api_client.models import Discipline, Valeurs

_FILE = files(__package__) / "data" / "type-champ.json"

CHAMPS_DE: Mapping[str, str] = {
    Discipline.MCO: "01",
    Discipline.SSR: "02",
    Discipline.PSY: "03",
    Discipline.MSS: "04",
    Discipline.VIL: "05",
}
"""The champ (JDV_J20) of each discipline that has one: SLD and SMA have none (DOMAIN §9)."""


@cache
def of_types() -> dict[str, str]:
    """Give the champ of each type d'UO (JDV_J238) whose label tells one; deduced by us, not official (DOMAIN §5.1)."""
    return _part("suppose") | of_labels()


@cache
def of_labels() -> dict[str, str]:
    """Give the champ of each type whose label says it; the others are guesses, which nothing may be refused for."""
    return _part("par_libelle")


def _part(name: str) -> dict[str, str]:
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return {code: champ for champ, codes in raw[name].items() for code in codes}


def champ_activite(valeurs: Valeurs) -> str | None:
    """Give the champ d'activité of a unit, None when nothing tells it.

    Args:
        valeurs: The answers of its fiche.
    """
    type_uo, discipline = valeurs.get("type_uo"), valeurs.get("discipline")
    found = of_types().get(type_uo) if isinstance(type_uo, str) else None
    return found or (CHAMPS_DE.get(discipline) if isinstance(discipline, str) else None)
