"""Rights: which role may do what, and on which part of the tree. The only place where it is decided (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ror_server.domain.workflow import current_level, last_level
from ror_tui.api_client.models import ActionDossier, Circuit, EtatDossier, Portee, Role


class Action(StrEnum):
    """What a route does, as far as rights are concerned."""

    LIRE_REPERTOIRE = "lire_repertoire"
    LIRE_DOSSIER = "lire_dossier"
    ECRIRE_DOSSIER = "ecrire_dossier"
    MODIFIER_STRUCTURE = "modifier_structure"
    SAISIR_LITS = "saisir_lits"


ROLES: Mapping[Action, frozenset[Role]] = {
    Action.LIRE_REPERTOIRE: frozenset(Role),
    Action.LIRE_DOSSIER: frozenset({Role.REFERENT, Role.DIRECTION, Role.VALIDATEUR, Role.TUTELLE, Role.ADMINISTRATEUR}),
    Action.ECRIRE_DOSSIER: frozenset({Role.REFERENT, Role.DIRECTION, Role.ADMINISTRATEUR}),
    Action.MODIFIER_STRUCTURE: frozenset({Role.REFERENT, Role.DIRECTION, Role.ADMINISTRATEUR}),
    Action.SAISIR_LITS: frozenset({Role.GESTIONNAIRE_LITS, Role.REFERENT, Role.DIRECTION, Role.ADMINISTRATEUR}),
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
    return _refusal(ROLES[action], grants, None if action is Action.LIRE_REPERTOIRE else place)


def _refusal(roles: frozenset[Role], grants: Collection[Grant], place: Place | None) -> str | None:
    if not grants:
        return "Votre compte n'a encore aucun droit dans le ROR : demandez-les au support."
    if place is not None and not roles.isdisjoint(roles_at(grants, place)):
        return None
    if roles.isdisjoint(grant.role for grant in grants):
        names = sorted(ROLE_LABELS[role] for role in roles)
        return f"Votre compte ne peut pas le faire : il faut un compte {' ou '.join(names)}."
    if place is None:
        return None
    return "Cette structure est hors de votre territoire : demandez le droit au support, ou à son référent."


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
    refused = _refusal(roles_for(action, circuit, etat), grants, place)
    if refused:
        return refused
    if is_author and action in LAST_APPROVAL:
        return "Vous êtes l'auteur de ce dossier : une autre personne doit le valider."
    if not is_author and action is ActionDossier.REPRENDRE:
        return "Seul l'auteur d'un dossier abandonné peut le reprendre."
    return None


LAST_APPROVAL = frozenset({ActionDossier.VALIDER, ActionDossier.VALIDER_PARTIE})


def roles_for(action: ActionDossier, circuit: Circuit, etat: EtatDossier) -> frozenset[Role]:
    """Give the roles that may do an action on a dossier: those of the level it waits at, or those that write."""
    level = current_level(circuit, etat)
    if action in LAST_APPROVAL:
        return last_level(circuit).roles
    if action is ActionDossier.REFUSER:
        return (level or last_level(circuit)).roles
    if action is ActionDossier.ENVOYER and level is not None and level.sends_on:
        return level.roles
    return ROLES[Action.ECRIRE_DOSSIER]
