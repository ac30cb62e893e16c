"""Beds and places: what each unit has, and how it is typed (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from ror_tui.api_client.models.base import Contrat, Demande
from ror_tui.api_client.models.lien import Lien

LARGEST_COUNT = 9999
MOST_UNITS = 2000
COURANT = "01"
AUCUNE = "01"
SAISIE_MANUELLE = "01"


class NatureCapacite(StrEnum):
    """JDV_J187."""

    LIT = "01"
    PLACE = "02"


class StatutCapacite(StrEnum):
    """JDV_J188, in the order of the columns."""

    INSTALLE = "01"
    DISPONIBLE = "02"
    OCCUPE = "03"
    RESERVE = "04"
    FERME = "05"
    SUPPLEMENTAIRE = "06"


class _Capacite(BaseModel):
    nature: NatureCapacite = NatureCapacite.LIT
    statut: StatutCapacite
    temporalite: str = Field(default=COURANT, max_length=10, description="JDV_J189.")
    affectation: str = Field(default=AUCUNE, max_length=10, description="JDV_J195.")
    genre: str | None = Field(default=None, max_length=10, description="JDV_J190.")
    fermeture: str | None = Field(default=None, max_length=10, description="JDV_J191, of closed beds.")
    supplementaire: str | None = Field(default=None, max_length=10, description="JDV_J192, of supplementary beds.")
    crise: str | None = Field(default=None, max_length=10, description="JDV_J194.")
    nombre: int = Field(ge=0, le=LARGEST_COUNT)

    @property
    def indicateur(self) -> tuple[str, ...]:
        """All that tells this figure from the others of its unit."""
        return (
            self.nature,
            self.temporalite,
            self.affectation,
            self.genre or "",
            self.crise or "",
            self.statut,
            self.fermeture or "",
            self.supplementaire or "",
        )


class Capacite(_Capacite, Contrat):
    """A figure of a unit: so many beds or places of one sort."""


class CapaciteSaisie(_Capacite, Demande):
    """A figure as it is typed."""


class Indicateur(Contrat):
    """What goes with a status. The official list of indicators is not published: this table is our deduction."""

    statut: StatutCapacite
    natures: list[NatureCapacite]
    temporalites: list[str]
    affectations: list[str]
    genre: bool = Field(default=False, description="May say a gender.")
    crise: bool = Field(default=False, description="May say a crisis.")
    fermeture: bool = Field(default=False, description="Must say a type of closing; no other status may.")
    supplementaire: bool = Field(default=False, description="Must say a type of supplementary bed; no other may.")


class UniteLits(Contrat):
    """A unit with its figures; `version` is 0 as long as none was ever typed."""

    id: UUID
    nom: str
    version: int = 0
    sous: list[str] = Field(default_factory=list, description="What stands between the establishment and the unit.")
    capacites: list[Capacite] = Field(default_factory=list)
    le: datetime | None = None
    par: str | None = None
    source: str | None = Field(default=None, description="JDV_J193.")
    avertissements: list[str] = Field(default_factory=list)
    refus: str | None = Field(default=None, description="Why the account cannot type them, in French.")
    reserve: str | None = Field(default=None, description="Why the figures are hidden from it, in French.")


class ReleveLits(Contrat):
    """The beds and places of a structure and all below it, in the order of the tree."""

    structure: Lien
    eg: Lien
    le: datetime = Field(description="The clock of the server, from which ages are told.")
    unites: list[UniteLits]
    indicateurs: list[Indicateur]
    refus: str | None = Field(default=None, description="Why the account can type nothing here, in French.")


class UniteLitsSaisie(Demande):
    """The figures of a unit, all of them: what is left out is withdrawn. The same as before confirms them."""

    id: UUID
    version: int = Field(ge=0, description="The version that was typed over.")
    capacites: list[CapaciteSaisie] = Field(max_length=200)


class SaisieLits(Demande):
    """Body of `PUT /v1/structures/{id}/lits`: all or nothing."""

    unites: list[UniteLitsSaisie] = Field(max_length=MOST_UNITS)
    source: str = Field(default=SAISIE_MANUELLE, max_length=10, description="JDV_J193.")


class LitsPasses(Contrat):
    """What was typed for a unit, once: who, when, before and after."""

    id: int
    unite: Lien
    version: int
    le: datetime
    par: str
    source: str
    avant: list[Capacite]
    apres: list[Capacite]

    @property
    def confirme(self) -> bool:
        """Tell whether the figures were confirmed as they were."""
        return self.version > 1 and self.avant == self.apres


class TotalLits(Contrat):
    """A figure over several units, of the present moment."""

    nature: NatureCapacite
    statut: StatutCapacite
    nombre: int


class DisponibiliteLits(Contrat):
    """The beds and places of a published structure in a few words."""

    totaux: list[TotalLits] = Field(default_factory=list)
    unites: int = Field(default=0, description="Units whose figures were typed.")
    le: datetime | None = Field(default=None, description="The oldest of their dates.")
    par: str | None = Field(default=None, description="Who typed the oldest.")
    source: str | None = None
    a_jour: bool = Field(default=False, description="No figure is older than a day.")
    refus: str | None = Field(default=None, description="Why the account cannot type them here, in French.")


class SignalLits(Contrat):
    """Beds were typed in an establishment: read again what is shown of them. Told once, never resumed."""

    eg_id: UUID
    compte_id: UUID
    acteur: str
    le: datetime


def totaux(
    capacites: Iterable[_Capacite], temporalite: str = COURANT
) -> dict[tuple[NatureCapacite, StatutCapacite], int]:
    """Add figures up by nature and status, those of one moment."""
    found: dict[tuple[NatureCapacite, StatutCapacite], int] = {}
    for one in capacites:
        if one.temporalite == temporalite:
            key = (one.nature, one.statut)
            found[key] = found.get(key, 0) + one.nombre
    return found


_MOTS = {NatureCapacite.LIT: "lits", NatureCapacite.PLACE: "places"}


def avertissements(capacites: Iterable[_Capacite]) -> list[str]:
    """Say in French what does not add up: no refusal, beds are counted at different moments of the day.

    The rule is ours: available and occupied cannot exceed installed and supplementary, less closed.
    """
    return list(_avertis(totaux(capacites)))


def _avertis(found: dict[tuple[NatureCapacite, StatutCapacite], int]) -> Iterator[str]:
    for nature, mot in _MOTS.items():
        if (nature, StatutCapacite.INSTALLE) not in found:
            continue
        one = {statut: found.get((nature, statut), 0) for statut in StatutCapacite}
        ouverts = one[StatutCapacite.INSTALLE] + one[StatutCapacite.SUPPLEMENTAIRE] - one[StatutCapacite.FERME]
        pris = one[StatutCapacite.DISPONIBLE] + one[StatutCapacite.OCCUPE]
        if ouverts < 0:
            yield f"Plus de {mot} fermés que de {mot} installés et supplémentaires."
        elif pris > ouverts:
            yield (
                f"Disponibles et occupés : {pris} {mot} ; installés et supplémentaires, moins les fermés : {ouverts}. "
                "Vérifiez les chiffres."
            )
