"""Beds and places: what each unit has now, and all that was typed."""

from __future__ import annotations

import sqlalchemy as sa

from ror_server.store.tables.types import Id, Json, Moment, metadata

unites_lits = sa.Table(
    "unites_lits",
    metadata,
    sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("source", sa.String(10), nullable=False, comment="JDV_J193"),
    comment="When the figures of a unit were last typed or confirmed, and by whom.",
)

capacites = sa.Table(
    "capacites",
    metadata,
    sa.Column("structure_id", Id(), sa.ForeignKey("unites_lits.structure_id"), primary_key=True),
    sa.Column("nature", sa.String(10), primary_key=True, comment="JDV_J187"),
    sa.Column("statut", sa.String(10), primary_key=True, comment="JDV_J188"),
    sa.Column("temporalite", sa.String(10), primary_key=True, comment="JDV_J189"),
    sa.Column("affectation", sa.String(10), primary_key=True, comment="JDV_J195"),
    sa.Column("genre", sa.String(10), primary_key=True, comment="JDV_J190, or empty."),
    sa.Column("fermeture", sa.String(10), primary_key=True, comment="JDV_J191, or empty."),
    sa.Column("supplementaire", sa.String(10), primary_key=True, comment="JDV_J192, or empty."),
    sa.Column("crise", sa.String(10), primary_key=True, comment="JDV_J194, or empty."),
    sa.Column("nombre", sa.Integer, nullable=False),
    comment="One figure for each combination (DOMAIN §7).",
)

releves_lits = sa.Table(
    "releves_lits",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="Version after."),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("source", sa.String(10), nullable=False),
    sa.Column("avant", Json, nullable=False, comment="List of figures."),
    sa.Column("apres", Json, nullable=False),
    sa.Index("ix_releves_lits_structure", "structure_id", "id"),
    comment="All that was typed of beds: who, when, before and after.",
)
