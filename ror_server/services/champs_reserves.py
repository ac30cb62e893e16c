"""Fields that only some roles may change (`Champ.modifiable_par`): shown locked to the others, and refused to them."""

from __future__ import annotations

from collections.abc import Iterable

from ror_server import forms
from ror_server.domain.rights import ROLE_LABELS, Place, roles_at
from ror_server.problems import ForbiddenError
from ror_server.store.accounts import Account
from ror_tui.api_client.models import Champ, Modele


def reason(champ: Champ, account: Account, place: Place) -> str | None:
    """Say why an account may not change a field where a structure stands, or None."""
    roles = champ.modifiable_par
    if roles is None or not roles_at(account.grants, place).isdisjoint(roles):
        return None
    names = " ou ".join(ROLE_LABELS[role] for role in roles)
    return f"Votre compte ne peut pas le changer : il faut un compte {names}."


def locked(form: Modele, account: Account, place: Place) -> Modele:
    """Give a form as an account may fill it: what it may not change is locked, with the reason."""
    told = {champ.id: reason(champ, account, place) for champ in form.champs() if champ.verrou is None}
    changes = {champ_id: {"verrou": text} for champ_id, text in told.items() if text}
    return forms.with_champs(form, changes) if changes else form


def require(form: Modele, changed: Iterable[str], account: Account, place: Place) -> None:
    """Refuse the change of a field that is not for this account.

    Raises:
        ForbiddenError: With the reason.
    """
    touched = set(changed)
    for champ in form.champs():
        why = reason(champ, account, place) if champ.id in touched else None
        if why:
            raise ForbiddenError(f"« {champ.libelle} » : {why[0].lower()}{why[1:]}", kind="champ-verrouille")
