"""A unit or an establishment as a template for another."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Demande


class DemandeGabarit(Demande):
    """Body of `…/gabarit`: copy what a structure says into new fiches, names and what belongs to its place left out."""

    source_id: UUID = Field(description="A structure of this dossier, or a published one that the account may read.")
    parent_id: UUID = Field(description="Where the new fiches go; of an establishment, what stands below it is copied.")
    avec_enfants: bool = True
