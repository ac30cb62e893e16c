"""The controls of an establishment as a whole: its population (CP4), CO2, doubles, identifiers (DOMAIN §3, §5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from ror_server.domain.controls.constats import avertissement
from ror_server.domain.controls.contexte import Contexte
from ror_server.domain.controls.maternite import maternity
from ror_server.domain.identifiers import finess_fault, siret_fault
from ror_server.domain.peuplement import of_establishment
from ror_server.domain.words import fold
from ror_tui.api_client.models import Constat, Peuplement, Valeurs


@dataclass(frozen=True, slots=True)
class Unite:
    """A unité opérationnelle of the final state of an establishment."""

    id: UUID
    parent_id: UUID | None
    valeurs: Valeurs
    peuplement: Peuplement
    places: int | None = None

    @property
    def nom(self) -> str:
        """Its name."""
        nom = self.valeurs.get("nom")
        return nom if isinstance(nom, str) else ""


@dataclass(frozen=True, slots=True)
class Identite:
    """What FINESS says of an establishment; `places` is what it may install, None when that is not known."""

    finess: str | None = None
    siret: str | None = None
    places: int | None = None


def establishment(units: Sequence[Unite], identite: Identite, contexte: Contexte) -> list[Constat]:
    """Run the controls of an establishment over its final state.

    Args:
        units: All its units, none of those that are deleted.
        identite: Its identifiers.
        contexte: Its category and its authorisations, as far as they are known.

    Returns:
        Warnings of the establishment itself; never raises on any values.
    """
    return [
        *_population(units),
        *maternity([one.valeurs for one in units], contexte),
        *_doubles(units),
        *_places(units, identite),
        *_identifiers(identite),
    ]


def _population(units: Sequence[Unite]) -> Iterator[Constat]:
    """CP4: an establishment is « finalisé » when all its units are."""
    state = of_establishment(one.peuplement for one in units)
    if state is Peuplement.FINALISE:
        return
    if not units:
        told = "Peuplement à faire : décrivez au moins une unité opérationnelle."
    else:
        left = sum(one.peuplement is not Peuplement.FINALISE for one in units)
        units_left = "une unité n'est pas finalisée" if left == 1 else f"{left} unités ne sont pas finalisées"
        word = "à faire" if state is Peuplement.A_FAIRE else "en cours"
        told = f"Peuplement {word} : {units_left} sur {len(units)}, complétez leurs fiches."
    yield avertissement("CP4", None, told)


def _doubles(units: Sequence[Unite]) -> Iterator[Constat]:
    """Warn of units that stand at the same place with the same name, type, mode and ages."""
    seen: set[tuple[object, ...]] = set()
    told: set[str] = set()
    for one in units:
        said = (one.parent_id, fold(one.nom), *(repr(one.valeurs.get(champ)) for champ in _SAME))
        if said in seen and one.nom and one.nom not in told:
            told.add(one.nom)
            text = f"« {one.nom} » est décrite deux fois au même endroit : distinguez les noms, ou supprimez-en une."
            yield avertissement("unite_en_double", None, text)
        seen.add(said)


_SAME = ("type_uo", "mode_prise_en_charge", "age_min", "age_max")


def _places(units: Sequence[Unite], identite: Identite) -> Iterator[Constat]:
    """Warn when the units have more places than the establishment; unknown says nothing."""
    known = [one.places for one in units if one.places is not None]
    if identite.places is not None and sum(known) > identite.places:
        told = f"Les unités ont {sum(known)} places, l'établissement en a {identite.places} : corrigez les capacités."
        yield avertissement("places_etablissement", None, told)


def _identifiers(identite: Identite) -> Iterator[Constat]:
    """Warn of identifiers that cannot be right: they come from FINESS and are locked."""
    faults = (
        ("finess", finess_fault(identite.finess) if identite.finess else None),
        ("siret", siret_fault(identite.siret) if identite.siret else None),
    )
    for code, fault in faults:
        if fault:
            yield avertissement(code, None, f"Identité de l'établissement : {fault}, signalez-le au support.")
