"""Recherche: offers and people."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat
from ror_tui.api_client.models.formulaires import Code
from ror_tui.api_client.models.lien import Lien
from ror_tui.api_client.models.words import Discipline


class CriteresOffres(Contrat):
    """What an offer must be; every criterion that is given must hold, one code of a list is enough."""

    types: list[str] = Field(default_factory=list, description="JDV_J238.")
    activites: list[str] = Field(default_factory=list, description="JDV_J17.")
    modes: list[str] = Field(default_factory=list, description="JDV_J19.")
    disciplines: list[Discipline] = Field(default_factory=list)
    publics: list[str] = Field(default_factory=list, description="JDV_J29.")
    competences: list[str] = Field(default_factory=list, description="JDV_J33.")
    professions: list[str] = Field(default_factory=list, description="JDV_J186.")
    departements: list[str] = Field(default_factory=list)
    communes: list[str] = Field(default_factory=list, description="INSEE codes.")
    distance: int | None = Field(default=None, ge=1, le=200, description="Kilometres around the one commune given.")
    age: int | None = Field(default=None, ge=0, le=130, description="An age, in years, that the offer accepts.")
    texte: str = Field(default="", max_length=200, description="Words of the names, place or labels, in any order.")

    def query(self) -> dict[str, str]:
        """Write the criteria as a query string: lists with commas, what asks nothing is left out."""
        given = {name: value for name, value in self.model_dump(mode="json").items() if value not in (None, "", [])}
        return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in given.items()}


class Offre(Contrat):
    """A published unit as the Recherche lists it; a field that the reader may not see is empty."""

    id: UUID
    nom: str
    type_uo: Code | None = None
    mode: Code | None = None
    activites: list[Code] = Field(default_factory=list)
    publics: list[Code] = Field(default_factory=list)
    competences: list[Code] = Field(default_factory=list)
    professions: list[Code] = Field(default_factory=list)
    discipline: Discipline | None = None
    age_min: int | None = None
    age_max: int | None = None
    etablissement: Lien
    finess: str | None = None
    commune: str = ""
    departement: str | None = None
    contact: str = Field(default="", description="Empty when there is none, or when the reader may not see it.")
    distance: float | None = Field(default=None, description="Kilometres from the commune of the criteria.")
    reserve: str | None = Field(default=None, description="Why some of it is hidden from this reader, in French.")


class Professionnel(Contrat):
    """A contact of a unit, or a situation opérationnelle (DOMAIN §4.6)."""

    nom: str
    fonction: Code | None = None
    profession: Code | None = None
    coordonnee: str = ""
    canal: Code | None = None
    unite: Lien
    etablissement: Lien
    commune: str = ""
