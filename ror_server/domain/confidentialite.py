"""Who sees what of a published unit: one table, for the fiche and for the Recherche (docs/decisions/0010)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ror_server.domain.contacts import STRICTEST, Niveaux, readable_rows
from ror_tui.api_client.models import Role, Valeurs

PROFESSIONAL = 2
"""« Visible par les professionnels »: every account that holds a right is one."""

RESPONSIBLE: frozenset[Role] = frozenset(
    {Role.REFERENT, Role.DIRECTION, Role.VALIDATEUR, Role.TUTELLE, Role.ADMINISTRATEUR}
)
"""Those who describe, check or steer a territory: they see all of it."""

SEES_SENSITIVE: frozenset[Role] = RESPONSIBLE | {Role.GESTIONNAIRE_LITS}
"""Who sees a sensitive unit of their territory: also those who keep its beds."""

LEVELS: Mapping[Role, int] = {role: STRICTEST if role in RESPONSIBLE else PROFESSIONAL for role in Role}

SENSITIVE_UNIT = "Unité sensible : ce qu'elle est et ce qu'elle fait sont réservés aux comptes de son territoire."
RESERVED_CONTACT = "Contact réservé à la régulation et aux responsables de l'établissement (niveau 3)."


@dataclass(frozen=True, slots=True)
class Visible:
    """What an account sees of a unit: its fiche, and of its fiche the contacts up to a level."""

    fiche: bool
    contact: bool
    """Every contact of it."""
    niveau: int = STRICTEST
    """The level of the contacts that are seen (J222)."""

    @property
    def reserve(self) -> str | None:
        """Why something is hidden, in French."""
        if not self.fiche:
            return SENSITIVE_UNIT
        return None if self.contact else RESERVED_CONTACT


def visible(roles: Collection[Role], *, sensitive: bool, level: int) -> Visible:
    """Tell what is seen of a unit.

    Args:
        roles: What the account holds where the unit stands (`rights.roles_at`).
        sensitive: The unit says that it is (`unite_sensible`).
        level: Level of its most reserved contact (J222), 0 when there is none.
    """
    fiche = not sensitive or not SEES_SENSITIVE.isdisjoint(roles)
    seen = max((LEVELS[role] for role in roles), default=PROFESSIONAL)
    return Visible(fiche, fiche and level <= seen, seen if fiche else 0)


def readable(valeurs: Valeurs, seen: Visible, known: Niveaux | None = None) -> Valeurs:
    """Keep of the answers of a fiche what is seen.

    Args:
        valeurs: All the published answers.
        seen: What `visible` said.
        known: Levels of contacts that count besides those that they hold themselves (`contacts.strictest`).
    """
    if not seen.fiche:
        return {champ: valeurs[champ] for champ in ("nom", "unite_sensible") if champ in valeurs}
    return readable_rows(valeurs, seen.niveau, known)
