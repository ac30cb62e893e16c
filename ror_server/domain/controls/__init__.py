"""Controls of a fiche: one pure function for save, finalise, send, integrate, and as one types (DESIGN §6).

The same arguments always give the same findings. What a rule needs and does not know (`Contexte`), it says nothing of.
Every rule is told, with its code and its source, in docs/CONTROLES.md.
"""

from ror_server.domain.controls.contexte import Codes, Contexte
from ror_server.domain.controls.fiche import controls, has_errors
from ror_server.domain.controls.nom import default_name

__all__ = ["Codes", "Contexte", "controls", "default_name", "has_errors"]
