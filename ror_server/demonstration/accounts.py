"""The accounts of the demonstration, one for each part that somebody may play."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ror_server.demonstration.plan import JARDIN, QUATRE_RIVIERES, TILLEULS
from ror_server.domain.identifiers import structure_id
from ror_server.domain.rights import Grant
from ror_tui.api_client.models import Kind, Portee, Role

PASSWORD = "demonstration"  # noqa: S105  # shown on the login screen of the demonstration
"""Shown on the login screen: the region is invented and the server private."""


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account with what the login screen says of it."""

    identifiant: str
    mot_de_passe: str
    nom: str
    libelle: str
    grants: tuple[Grant, ...]

    @property
    def id(self) -> UUID:
        """The same at every load."""
        return structure_id("compte", self.identifiant)


def _account(identifiant: str, nom: str, libelle: str, *grants: Grant) -> DemonstrationAccount:
    return DemonstrationAccount(identifiant, PASSWORD, nom, libelle, grants)


def _on(role: Role, finess: str) -> Grant:
    return Grant(role, Portee.STRUCTURE, str(structure_id(Kind.EG, finess)))


def _everywhere(role: Role) -> Grant:
    return Grant(role, Portee.REGION, None)


LITS = _account(
    "lits.hopital",
    "Sam Fontvielle",
    f"Gestionnaire de lits, {QUATRE_RIVIERES.nom}",
    _on(Role.GESTIONNAIRE_LITS, QUATRE_RIVIERES.finess),
)
"""Who types the beds of the hospital."""

ACCOUNTS = (
    _account("referent.tilleuls", "Camille Aubrac", f"Référent, {TILLEULS.nom}", _on(Role.REFERENT, TILLEULS.finess)),
    _account(
        "referent.hopital",
        "Dominique Verdelet",
        f"Référent, {QUATRE_RIVIERES.nom}",
        _on(Role.REFERENT, QUATRE_RIVIERES.finess),
    ),
    _account(
        "direction.hopital",
        "Claude Grandval",
        f"Direction, {QUATRE_RIVIERES.nom}",
        _on(Role.DIRECTION, QUATRE_RIVIERES.finess),
    ),
    _account(
        "referent.mas", "Andrea Loiselet", f"Référent, {JARDIN.nom} (handicap)", _on(Role.REFERENT, JARDIN.finess)
    ),
    LITS,
    _account("sesan", "Sacha Montagnac", "Validateur SESAN", _everywhere(Role.VALIDATEUR)),
    _account("tutelle", "Maxime Hautefort", "Autorité de tutelle (handicap)", _everywhere(Role.TUTELLE)),
    _account("lecteur", "Alix Bonnefoy", "Lecteur : consulte le Répertoire", _everywhere(Role.LECTEUR)),
    _account("admin", "Lou Salvador", "Administrateur", _everywhere(Role.ADMINISTRATEUR)),
    _account("nouveau", "Noa Philibert", "Compte sans aucun droit"),
)
