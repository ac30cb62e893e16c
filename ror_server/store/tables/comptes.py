"""Accounts, their rights and sessions, what they keep for themselves, and answers kept for a replay."""

from __future__ import annotations

import sqlalchemy as sa

from ror_server.store.tables.types import Id, Json, Moment, metadata

comptes = sa.Table(
    "comptes",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("identifiant", sa.String(200), nullable=False, unique=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("mot_de_passe", sa.Text, nullable=False, comment="Argon2id."),
    sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("cree_le", Moment(), nullable=False),
)

droits = sa.Table(
    "droits",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("role", sa.String(20), primary_key=True),
    sa.Column("portee", sa.String(12), primary_key=True),
    sa.Column(
        "cible", sa.String(36), primary_key=True, server_default="", comment="Structure id, département, or empty."
    ),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("jeton_hash", sa.String(64), primary_key=True, comment="SHA-256 of the opaque token."),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("creee_le", Moment(), nullable=False),
    sa.Column("expire_le", Moment(), nullable=False),
    sa.Column("revoquee_le", Moment()),
)

echecs = sa.Table(
    "echecs_connexion",
    metadata,
    sa.Column("cle", sa.String(255), primary_key=True, comment="SHA-256 of the identifiant that was tried."),
    sa.Column("nombre", sa.Integer, nullable=False),
    sa.Column("dernier_le", Moment(), nullable=False),
)

favoris = sa.Table(
    "favoris",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), primary_key=True),
    sa.Column("ajoute_le", Moment(), nullable=False),
)

vues = sa.Table(
    "vues",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("nom", sa.String(100), primary_key=True),
    sa.Column("contenu", Json, nullable=False, comment="A VueRepertoire."),
    sa.Column("modifiee_le", Moment(), nullable=False),
)

places = sa.Table(
    "places",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("contenu", Json, nullable=False, comment="A Place: where the account left the Répertoire."),
    sa.Column("le", Moment(), nullable=False),
)

idempotence = sa.Table(
    "idempotence",
    metadata,
    sa.Column("compte_id", Id(), primary_key=True),
    sa.Column("cle", sa.String(100), primary_key=True),
    sa.Column("demande", sa.String(64), nullable=False, comment="SHA-256 of method, path, If-Match and body."),
    sa.Column("statut", sa.Integer),
    sa.Column("entetes", Json),
    sa.Column("corps", sa.Text),
    sa.Column("cree_le", Moment(), nullable=False),
    sa.Index("ix_idempotence_cree_le", "cree_le"),
)
