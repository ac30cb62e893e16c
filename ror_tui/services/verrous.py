"""Why a field of a fiche cannot be modified by somebody, and who can."""

from __future__ import annotations

from ror_tui.api_client.models import Champ, Compte, Role
from ror_tui.texts import SUPPORT

WORDS = {
    Role.LECTEUR: "lecteur",
    Role.REFERENT: "référent",
    Role.DIRECTION: "Direction",
    Role.VALIDATEUR: "validateur SESAN",
}


def raison(champ: Champ, compte: Compte | None) -> str | None:
    """Say in French why a field cannot be modified, with whom to ask; None when it can.

    Args:
        champ: The field.
        compte: Who would.
    """
    if champ.verrou is not None:
        return f"⊘ {champ.verrou} Support SESAN : {SUPPORT[0][1]}."
    roles = {droit.role for droit in compte.droits} if compte else set()
    if champ.modifiable_par is None or roles & set(champ.modifiable_par):
        return None
    who = ", ".join(WORDS.get(role, role.value) for role in champ.modifiable_par)
    return f"⊘ Ce champ est modifié par : {who}."
