"""What the controls find in a fiche, a dossier, an establishment, and how far each is filled."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande, Valeurs
from ror_tui.api_client.models.formulaires import Constat
from ror_tui.api_client.models.words import Kind, Peuplement


class Completude(Contrat):
    """« 7/9 »: required fields filled and criteria met, out of all that count for this fiche."""

    faits: int
    total: int


class DemandeControles(Demande):
    """Body of `POST …/controles`: answers that are not saved, over those that are; nothing is written.

    Omitted means untouched, null means erased, as in a save.
    """

    valeurs: Valeurs = Field(default_factory=dict)


class ControlesSaisie(Contrat):
    """What the controls find in a fiche with the answers of `DemandeControles`."""

    constats: list[Constat]
    completude: Completude
    peuplement: Peuplement | None = Field(default=None, description="Of a unité opérationnelle.")


class ControlesFiche(Contrat):
    """What the controls find in one fiche of a dossier or of an establishment."""

    id: UUID
    kind: Kind
    nom: str
    chemin: str = Field(default="", description="The names above it, below the establishment.")
    constats: list[Constat]
    completude: Completude
    peuplement: Peuplement | None = None
    bloquante: bool = Field(
        default=True, description="Its errors keep the dossier from being sent: the dossier changes this fiche."
    )


class Controles(Contrat):
    """A page of the fiches in which the controls found something, and the sums over all of them."""

    id: UUID = Field(description="The dossier, or the establishment.")
    nom: str
    peuplement: Peuplement = Field(description="Of the establishment, as it would be published.")
    completude: Completude = Field(description="Summed over all the fiches.")
    unites: int = Field(description="Unités opérationnelles.")
    finalisees: int = Field(description="Those of them that meet every criterion of population.")
    erreurs: int
    avertissements: int
    fiches: int = Field(description="Fiches that were controlled.")
    elements: list[ControlesFiche]
    suivant: str | None = Field(default=None, description="Opaque cursor of the next page.")
