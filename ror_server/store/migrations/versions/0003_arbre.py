"""Members of the groups, in order."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Ordered

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regroupement_membres",
        sa.Column("cle", sa.String(length=60), nullable=False),
        sa.Column("nom_tri", Ordered, nullable=False),
        sa.Column("eg_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["cle"], ["regroupements.cle"], name=op.f("fk_regroupement_membres_cle_regroupements")),
        sa.ForeignKeyConstraint(["eg_id"], ["structures.id"], name=op.f("fk_regroupement_membres_eg_id_structures")),
        sa.PrimaryKeyConstraint("cle", "nom_tri", "eg_id", name=op.f("pk_regroupement_membres")),
        comment="The establishments of each group, in the order of their names: follows from the criteria.",
    )
    op.create_index("ix_regroupement_membres_eg", "regroupement_membres", ["eg_id", "cle"], unique=False)
