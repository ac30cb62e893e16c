"""Lists of codes that an administrator imported."""

from __future__ import annotations

import sqlalchemy as sa

from ror_server.store.tables.types import Json, Moment, metadata

nomenclatures = sa.Table(
    "nomenclatures",
    metadata,
    sa.Column("nom", sa.String(40), primary_key=True, comment="JDV_J16"),
    sa.Column("contenu", Json, nullable=False, comment="A Nomenclature, retired codes included."),
    sa.Column("importee_le", Moment(), nullable=False),
    comment="Lists imported over those that ship with the server.",
)

modeles = sa.Table(
    "modeles_saisie",
    metadata,
    sa.Column("nom", sa.String(80), primary_key=True, comment="MS-141"),
    sa.Column("contenu", Json, nullable=False, comment="A Regle."),
    sa.Column("importe_le", Moment(), nullable=False),
    comment="Modèles de saisie that an administrator imported: which codes are offered.",
)
