"""What was done to the content of a dossier, to undo and redo it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ror_tui.api_client.models.base import Contrat
from ror_tui.api_client.models.dossiers import ArbreDossier


class Geste(Contrat):
    """One change of a dossier's content: an action, whatever the number of fiches it touched."""

    rang: int
    acteur: str
    le: datetime
    libelle: str = Field(description="What was done, in French: « Créer 3 pôles sous … ».")
    fiches: int = Field(description="Number of fiches it touched.")
    mien: bool = Field(description="Done by the account that asked: each one undoes what it did itself.")
    defait: bool = False
    coupe: bool = Field(default=False, description="Undone, and no more to redo: its author did something else since.")


class Gestes(Contrat):
    """A page of the gestes of a dossier, the last first, with what `annuler` and `refaire` would do."""

    gestes: list[Geste]
    suivant: int | None = Field(default=None, description="`avant` of the next page.")
    a_annuler: Geste | None = None
    a_refaire: Geste | None = None


class GesteFait(Contrat):
    """What `annuler` or `refaire` did, and the tree after."""

    geste: Geste
    arbre: ArbreDossier
