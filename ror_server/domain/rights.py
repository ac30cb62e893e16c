"""Rights: which role may do what, and on which part of the tree. The only place where it is decided (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ror_server.domain.workflow import current_level
from ror_tui.api_client.models import ActionDossier, Circuit, EtatDossier, Portee, Role


class Action(StrEnum):
    """What a route does, as far as rights are concerned."""

    LIRE_REPERTOIRE = "lire_repertoire"
    LIRE_DOSSIER = "lire_dossier"
    ECRIRE_DOSSIER = "ecrire_dossier"
    RENVOYER = "renvoyer"
    VALIDER = "valider"
    VALIDER_HANDICAP = "valider_handicap"


ROLES: Mapping[Action, frozenset[Role]] = {
    Action.LIRE_REPERTOIRE: frozenset(Role),
    Action.LIRE_DOSSIER: frozenset({Role.REFERENT, Role.DIRECTION, Role.VALIDATEUR, Role.TUTELLE, Role.ADMINISTRATEUR}),
    Action.ECRIRE_DOSSIER: frozenset({Role.REFERENT, Role.DIRECTION, Role.ADMINISTRATEUR}),
    Action.RENVOYER: frozenset({Role.DIRECTION}),
    Action.VALIDER: frozenset({Role.VALIDATEUR}),
    Action.VALIDER_HANDICAP: frozenset({Role.TUTELLE}),
}

ROLE_LABELS: Mapping[Role, str] = {
    Role.REFERENT: "référent",
    Role.DIRECTION: "Direction",
    Role.VALIDATEUR: "validateur SESAN",
    Role.TUTELLE: "autorité de tutelle",
    Role.GESTIONNAIRE_LITS: "gestionnaire de lits",
    Role.LECTEUR: "lecteur",
    Role.ADMINISTRATEUR: "administrateur",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a part of the tree: the whole region, a département, or a structure and all below it."""

    role: Role
    portee: Portee
    cible: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a structure stands: its own id with those of its ancestors, and its département."""

    structures: frozenset[UUID]
    departement: str | None


def covers(grant: Grant, place: Place) -> bool:
    """Tell whether a grant holds at a place."""
    match grant.portee:
        case Portee.REGION:
            return True
        case Portee.DEPARTEMENT:
            return grant.cible is not None and grant.cible == place.departement
        case Portee.STRUCTURE:
            return grant.cible is not None and UUID(grant.cible) in place.structures


def roles_at(grants: Iterable[Grant], place: Place) -> frozenset[Role]:
    """Give the roles that an account holds at a place."""
    return frozenset(grant.role for grant in grants if covers(grant, place))


def allowed(action: Action, roles: Collection[Role]) -> bool:
    """Tell whether one of these roles may do the action where they are held."""
    return not ROLES[action].isdisjoint(roles)


def refusal(action: Action, grants: Collection[Grant], place: Place | None) -> str | None:
    """Say in French why an account may not do an action, or None when it may.

    Args:
        action: What is asked.
        grants: All that the account holds.
        place: Where; None for the directory as a whole.
    """
    if not grants:
        return "Votre compte n'a encore aucun droit dans le ROR : demandez-les au support."
    if place is None or action is Action.LIRE_REPERTOIRE:
        return None if allowed(action, {grant.role for grant in grants}) else _needs(action)
    if allowed(action, roles_at(grants, place)):
        return None
    if allowed(action, {grant.role for grant in grants}):
        return "Cette structure est hors de votre territoire : demandez le droit au support, ou à son référent."
    return _needs(action)


def action_refusal(
    action: ActionDossier,
    grants: Collection[Grant],
    place: Place,
    circuit: Circuit,
    etat: EtatDossier,
    *,
    is_author: bool,
) -> str | None:
    """Say in French why an account may not act on a dossier in its present state, or None.

    The author never gives the last approval (registries §4.2); a Direction account may write and send on.
    """
    right = _right_for(action, circuit, etat)
    refused = refusal(right, grants, place)
    if refused:
        return refused
    if is_author and action is ActionDossier.VALIDER:
        return "Vous êtes l'auteur de ce dossier : une autre personne doit le valider."
    return None


def _right_for(action: ActionDossier, circuit: Circuit, etat: EtatDossier) -> Action:
    level = current_level(circuit, etat)
    last = Action.VALIDER_HANDICAP if circuit is Circuit.HANDICAP else Action.VALIDER
    match action:
        case ActionDossier.VALIDER:
            return last
        case ActionDossier.REFUSER:
            return Action.RENVOYER if level and level.sends_on else last
        case ActionDossier.ENVOYER if level and level.sends_on:
            return Action.RENVOYER
        case _:
            return Action.ECRIRE_DOSSIER


def _needs(action: Action) -> str:
    names = sorted(ROLE_LABELS[role] for role in ROLES[action])
    return f"Votre compte ne peut pas le faire : il faut un compte {' ou '.join(names)}."
