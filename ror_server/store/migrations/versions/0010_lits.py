"""Beds and places of the units, and their signal beside those of the dossiers."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Json, Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODES = ("nature", "statut", "temporalite", "affectation", "genre", "fermeture", "supplementaire", "crise")


def upgrade() -> None:
    op.create_table(
        "unites_lits",
        sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("par", sa.Text(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
    )
    op.create_table(
        "capacites",
        sa.Column("structure_id", Id(), sa.ForeignKey("unites_lits.structure_id"), primary_key=True),
        *(sa.Column(name, sa.String(10), primary_key=True) for name in CODES),
        sa.Column("nombre", sa.Integer(), nullable=False),
    )
    op.create_table(
        "releves_lits",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("par", sa.Text(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("avant", Json, nullable=False),
        sa.Column("apres", Json, nullable=False),
    )
    op.create_index("ix_releves_lits_structure", "releves_lits", ["structure_id", "id"])
    with op.batch_alter_table("dossier_signaux") as signaux:
        signaux.alter_column("dossier_id", existing_type=Id(), nullable=True)
