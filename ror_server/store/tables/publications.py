"""The append-only log of publications, and what the database remembers of itself."""

from __future__ import annotations

import sqlalchemy as sa

from ror_server.store.tables.types import Id, Json, Moment, metadata

commits = sa.Table(
    "commits",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("acteur", sa.Text, nullable=False),
    sa.Column("origine", sa.String(20), nullable=False, comment="dossier | direct | import | demonstration"),
    sa.Column("dossier_id", Id()),
    sa.Column("message", sa.Text, nullable=False),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column(
        "commit_seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("commits.seq"), primary_key=True
    ),
    sa.Column("structure_id", Id(), primary_key=True),
    sa.Column("op", sa.String(8), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="Version after."),
    sa.Column("avant", Json, comment="Only the keys that changed."),
    sa.Column("apres", Json),
    sa.Index("ix_revisions_structure_id", "structure_id"),
)

reperes = sa.Table(
    "reperes",
    metadata,
    sa.Column(
        "cle",
        sa.String(60),
        primary_key=True,
        comment="What the database remembers of itself: last import, demonstration.",
    ),
    sa.Column("valeur", Json, nullable=False),
)
