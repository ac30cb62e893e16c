"""How a rule says what it found."""

from __future__ import annotations

from ror_tui.api_client.models import Constat, Gravite


def erreur(code: str, champ: str | None, message: str) -> Constat:
    """Give a finding that keeps the fiche from being finalised.

    Args:
        code: Stable code of the rule.
        champ: The field, or the path to it in a row.
        message: French sentence that says what to do.
    """
    return Constat(code=code, champ=champ, gravite=Gravite.ERREUR, message=message)


def avertissement(code: str, champ: str | None, message: str) -> Constat:
    """Give a finding that does not block.

    Args:
        code: Stable code of the rule.
        champ: The field, or the path to it in a row.
        message: French sentence that says what to do.
    """
    return Constat(code=code, champ=champ, gravite=Gravite.AVERTISSEMENT, message=message)
