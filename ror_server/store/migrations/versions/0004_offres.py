"""Offers with their order and their contact, codes without a second copy, where communes are."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Ordered

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("offre_codes")
    op.drop_table("offres")
    op.create_table(
        "offres",
        sa.Column("structure_id", Id(), nullable=False),
        sa.Column("eg_id", Id(), nullable=False),
        sa.Column("nom_tri", Ordered, nullable=False, comment="As in `structures`: the order of the Recherche."),
        sa.Column("type_uo", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("discipline", sa.String(length=3), nullable=True),
        sa.Column("age_min", sa.Integer(), nullable=False, comment="Years; 0 when it is not told."),
        sa.Column("age_max", sa.Integer(), nullable=False, comment="Years; 999 when there is no limit."),
        sa.Column("sensible", sa.Boolean(), nullable=False),
        sa.Column("contact_niveau", sa.Integer(), nullable=False, comment="J222; 0 when there is no contact."),
        sa.Column("contact_fonction", sa.Text(), nullable=True),
        sa.Column("contact_tri", sa.Text(), nullable=False, comment="fold() of the name of the contact."),
        sa.Column("nb_professions", sa.Integer(), nullable=False, comment="Codes of its field `professions`."),
        sa.ForeignKeyConstraint(["eg_id"], ["structures.id"], name=op.f("fk_offres_eg_id_structures")),
        sa.ForeignKeyConstraint(["structure_id"], ["structures.id"], name=op.f("fk_offres_structure_id_structures")),
        sa.PrimaryKeyConstraint("structure_id", name=op.f("pk_offres")),
        comment="What the Recherche looks at, of each unit of an open establishment: follows from its fiche.",
    )
    op.create_index("ix_offres_nom", "offres", ["nom_tri", "structure_id"], unique=False)
    op.create_index("ix_offres_eg", "offres", ["eg_id"], unique=False)
    op.create_index("ix_offres_type", "offres", ["type_uo", "eg_id"], unique=False)
    op.create_index("ix_offres_mode", "offres", ["mode", "nom_tri", "structure_id"], unique=False)
    op.create_index("ix_offres_discipline", "offres", ["discipline", "nom_tri", "structure_id"], unique=False)
    op.create_index(
        "ix_offres_sensibles",
        "offres",
        ["eg_id"],
        unique=False,
        sqlite_where=sa.text("sensible = 1"),
        postgresql_where=sa.text("sensible"),
    )
    op.create_table(
        "offre_codes",
        sa.Column("champ", sa.String(length=30), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("structure_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["offres.structure_id"], name=op.f("fk_offre_codes_structure_id_offres")
        ),
        sa.PrimaryKeyConstraint("champ", "code", "structure_id", name=op.f("pk_offre_codes")),
        comment="The fields of an offer that hold several codes.",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_offre_codes_structure", "offre_codes", ["structure_id"], unique=False)
    op.create_table(
        "communes",
        sa.Column("code", sa.String(length=5), nullable=False, comment="INSEE."),
        sa.Column("latitude", sa.Float(), nullable=False, comment="Degrees."),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column(
            "x",
            sa.Float(),
            nullable=False,
            comment="The point on a sphere of radius 1: distances without trigonometry.",
        ),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("z", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_communes")),
        comment="Where communes are, for distances.",
    )
    op.create_index("ix_communes_latitude", "communes", ["latitude"], unique=False)
