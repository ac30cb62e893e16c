"""What a modèle de saisie allows: codes by field for some types d'UO, by category of establishment (DOMAIN §5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from ror_server import nomenclatures
from ror_server.forms.champs import CHAMPS_DE, of_labels
from ror_tui.api_client.models import Champ, Condition, Contrat, Restriction

TYPE = "type_uo"


class RegleChamp(Contrat):
    """What a modèle de saisie says of one field; no code: every code of its list."""

    champ: str
    codes: list[str] = Field(default_factory=list)
    obligatoire: bool = False


class Regle(Contrat):
    """A modèle de saisie as we keep it."""

    nom: str
    titre: str
    version: str
    source: str
    categories: list[str] = Field(default_factory=list)
    """Categories of establishment (JDV_J55); none: all of them."""
    types: list[str]
    """Types d'UO (JDV_J238) that it describes."""
    champs: list[RegleChamp]

    def holds(self, categorie: str | None) -> bool:
        """Tell whether it counts in an establishment of a category."""
        return not self.categories or categorie in self.categories


def restricted(champs: Iterable[Champ], regles: Sequence[Regle]) -> dict[str, dict[str, object]]:
    """Give what becomes of the fields of a unit's form under some rules, by id of the field.

    Args:
        champs: The fields.
        regles: Those that hold in the establishment.
    """
    found: dict[str, dict[str, object]] = {}
    for champ in champs:
        told = [(regle, one) for regle in regles for one in regle.champs if one.champ == champ.id]
        offered = [Restriction(si=[_of(regle.types)], codes=one.codes) for regle, one in told if one.codes]
        if champ.id == TYPE:
            offered = seeds()
        if offered:
            found.setdefault(champ.id, {})["restrictions"] = [*champ.restrictions, *offered]
        asked = sorted({code for regle, one in told if one.obligatoire for code in regle.types})
        if asked and not champ.obligatoire and not champ.obligatoire_si:
            found.setdefault(champ.id, {})["obligatoire_si"] = [_of(asked)]
    return found


def _of(types: Sequence[str]) -> Condition:
    return Condition(champ=TYPE, est="parmi", valeurs=list(types))


def seeds() -> list[Restriction]:
    """Offer in a discipline the types whose label does not tell another champ d'activité; deduced, not official."""
    labels: Mapping[str, str] = of_labels()
    known = [code for code, one in nomenclatures.by_code("JDV_J238").items() if not one.retire]
    return [
        Restriction(
            si=[Condition(champ="discipline", est="parmi", valeurs=[discipline])],
            codes=[code for code in known if labels.get(code, champ) == champ],
        )
        for discipline, champ in CHAMPS_DE.items()
    ]
