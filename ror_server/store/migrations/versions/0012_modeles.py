"""Modèles de saisie that an administrator imports: which codes are offered for which types d'UO."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Json, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "modeles_saisie",
        sa.Column("nom", sa.String(length=80), primary_key=True, comment="MS-141"),
        sa.Column("contenu", Json, nullable=False, comment="A Regle."),
        sa.Column("importe_le", Moment(), nullable=False),
        comment="Modèles de saisie that an administrator imported: which codes are offered.",
    )
