"""Forms of the fiches, as data."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from ror_tui.api_client.models import Discipline, Kind, Modele, Valeurs

_DATA = files(__package__) / "data"


@cache
def _load(kind: Kind) -> Modele:
    path = _DATA / f"{kind.value}.json"
    if not path.is_file():
        raise KeyError(kind)
    return Modele.model_validate(json.loads(path.read_text(encoding="utf-8")))


@cache
def modele(kind: Kind, discipline: Discipline | None = None) -> Modele:
    """Give the form of a kind of structure.

    Args:
        kind: Any kind but EJ.
        discipline: Discipline of the establishment, proposed as the default one of its units.

    Raises:
        KeyError: When this kind has no form.
    """
    found = _load(kind)
    if discipline is None or found.champ("discipline") is None:
        return found
    sections = [
        section.model_copy(
            update={
                "champs": [
                    champ.model_copy(update={"defaut": discipline.value}) if champ.id == "discipline" else champ
                    for champ in section.champs
                ]
            }
        )
        for section in found.sections
    ]
    return found.model_copy(update={"sections": sections})


def defaults(found: Modele) -> Valeurs:
    """Give the values that a new fiche starts with."""
    return {champ.id: champ.defaut for champ in found.champs() if champ.defaut is not None}
