"""Lists of codes imported over those that ship with the server."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Json, Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nomenclatures",
        sa.Column("nom", sa.String(length=40), primary_key=True, comment="JDV_J16"),
        sa.Column("contenu", Json, nullable=False, comment="A Nomenclature, retired codes included."),
        sa.Column("importee_le", Moment(), nullable=False),
        comment="Lists imported over those that ship with the server.",
    )
