"""A structure named in passing."""

from __future__ import annotations

from uuid import UUID

from ror_tui.api_client.models.base import Contrat
from ror_tui.api_client.models.words import Kind


class Lien(Contrat):
    """A structure named in passing: an ancestor, the establishment of a dossier."""

    id: UUID
    kind: Kind
    nom: str
