"""Counts of offers by several criteria out of one index."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = [
    "discipline",
    "mode",
    "age_min",
    "age_max",
    "sensible",
    "contact_niveau",
    "nb_professions",
    "type_uo",
    "eg_id",
]


def upgrade() -> None:
    op.create_index("ix_offres_comptes", "offres", COLUMNS, unique=False)
