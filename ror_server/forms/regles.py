"""What a modèle de saisie allows: codes by field for some types d'UO, by category of establishment (DOMAIN §5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from ror_server import nomenclatures
from ror_server.forms.champs import CHAMPS_DE, of_labels
from ror_tui.api_client.models import Affichage, Champ, Condition, Contrat, Kind, Restriction

TYPE = "type_uo"


class RegleChamp(Contrat):
    """What a modèle de saisie says of one field; no code: every code of its list."""

    champ: str
    codes: list[str] = Field(default_factory=list)
    obligatoire: bool = False
    affichages: list[Affichage] = Field(default_factory=list)


class Regle(Contrat):
    """A modèle de saisie as we keep it."""

    nom: str
    titre: str
    version: str
    source: str
    kinds: list[Kind] = Field(default_factory=lambda: [Kind.UO])
    """What it describes."""
    categories: list[str] = Field(default_factory=list)
    """Categories of establishment (JDV_J55); none: all of them."""
    types: list[str] = Field(default_factory=list)
    """Types d'UO (JDV_J238) that it describes; none for what is no unit."""
    champs: list[RegleChamp]

    def holds(self, kind: Kind, categorie: str | None) -> bool:
        """Tell whether it counts for a kind of structure in an establishment of a category."""
        return kind in self.kinds and (not self.categories or categorie in self.categories)

    @property
    def si(self) -> list[Condition]:
        """The conditions under which it speaks, in a form that it holds for."""
        return [_of(self.types)] if self.types else []


def restricted(champs: Iterable[Champ], regles: Sequence[Regle]) -> dict[str, dict[str, object]]:
    """Give what becomes of the fields of a form under some rules, by id of the field.

    Args:
        champs: The fields.
        regles: Those that hold for the form.
    """
    found: dict[str, dict[str, object]] = {}
    for champ in champs:
        told = [(regle, one) for regle in regles for one in regle.champs if one.champ == champ.id]
        offered = [Restriction(si=regle.si, codes=one.codes) for regle, one in told if one.codes]
        if champ.id == TYPE:
            offered = seeds()
        shown = [one.model_copy(update={"si": regle.si}) for regle, said in told for one in said.affichages]
        changes: dict[str, object] = {}
        if offered:
            changes["restrictions"] = [*champ.restrictions, *offered]
        if shown:
            changes["affichages"] = [*champ.affichages, *shown]
        if not champ.obligatoire and not champ.obligatoire_si:
            changes |= _asked([regle for regle, one in told if one.obligatoire])
        if changes:
            found[champ.id] = changes
    return found


def _asked(regles: Sequence[Regle]) -> dict[str, object]:
    """Say when a field must be filled: always for a structure, for some types for a unit."""
    types = sorted({code for regle in regles for code in regle.types})
    if any(not regle.types for regle in regles):
        return {"obligatoire": True}
    return {"obligatoire_si": [_of(types)]} if types else {}


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
