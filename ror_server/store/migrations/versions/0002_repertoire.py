"""Groups, favourites, saved views, offers as the Recherche looks at them, état de peuplement."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Json, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regroupements",
        sa.Column("cle", sa.String(length=60), nullable=False, comment="ter:113, bes:03, fil:02"),
        sa.Column("genre", sa.String(length=20), nullable=False, comment="territoire | categorie_besoins | filiere"),
        sa.Column("libelle", sa.Text(), nullable=False),
        sa.Column("ordre", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("cle", name=op.f("pk_regroupements")),
    )
    op.create_index("ix_regroupements_genre", "regroupements", ["genre", "ordre"], unique=False)
    op.create_table(
        "favoris",
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("structure_id", Id(), nullable=False),
        sa.Column("ajoute_le", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["compte_id"], ["comptes.id"], name=op.f("fk_favoris_compte_id_comptes")),
        sa.ForeignKeyConstraint(["structure_id"], ["structures.id"], name=op.f("fk_favoris_structure_id_structures")),
        sa.PrimaryKeyConstraint("compte_id", "structure_id", name=op.f("pk_favoris")),
    )
    op.create_table(
        "offres",
        sa.Column("structure_id", Id(), nullable=False),
        sa.Column("eg_id", Id(), nullable=False),
        sa.Column("type_uo", sa.String(length=20), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=True),
        sa.Column("discipline", sa.String(length=3), nullable=True),
        sa.Column("age_min", sa.Integer(), nullable=False, comment="Years; 0 when it is not told."),
        sa.Column("age_max", sa.Integer(), nullable=False, comment="Years; 999 when there is no limit."),
        sa.Column("sensible", sa.Boolean(), nullable=False),
        sa.Column("contact_niveau", sa.Integer(), nullable=False, comment="J222; 0 when there is no contact."),
        sa.ForeignKeyConstraint(["eg_id"], ["structures.id"], name=op.f("fk_offres_eg_id_structures")),
        sa.ForeignKeyConstraint(["structure_id"], ["structures.id"], name=op.f("fk_offres_structure_id_structures")),
        sa.PrimaryKeyConstraint("structure_id", name=op.f("pk_offres")),
        comment="What the Recherche looks at, of every published unit: follows from `structures.valeurs`.",
    )
    op.create_index("ix_offres_eg", "offres", ["eg_id"], unique=False)
    op.create_index("ix_offres_mode", "offres", ["mode"], unique=False)
    op.create_index("ix_offres_type", "offres", ["type_uo", "eg_id"], unique=False)
    op.create_table(
        "places",
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("contenu", Json, nullable=False, comment="A Place: where the account left the Répertoire."),
        sa.Column("le", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["compte_id"], ["comptes.id"], name=op.f("fk_places_compte_id_comptes")),
        sa.PrimaryKeyConstraint("compte_id", name=op.f("pk_places")),
    )
    op.create_table(
        "regroupement_criteres",
        sa.Column("cle", sa.String(length=60), nullable=False),
        sa.Column(
            "critere", sa.String(length=20), nullable=False, comment="departement, commune, categorie, finess, type_uo…"
        ),
        sa.Column("valeur", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["cle"], ["regroupements.cle"], name=op.f("fk_regroupement_criteres_cle_regroupements")
        ),
        sa.PrimaryKeyConstraint("cle", "critere", "valeur", name=op.f("pk_regroupement_criteres")),
        comment="A structure belongs to a group when one of the criteria holds.",
    )
    op.create_table(
        "vues",
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("nom", sa.String(length=100), nullable=False),
        sa.Column("contenu", Json, nullable=False, comment="A VueRepertoire."),
        sa.Column("modifiee_le", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["compte_id"], ["comptes.id"], name=op.f("fk_vues_compte_id_comptes")),
        sa.PrimaryKeyConstraint("compte_id", "nom", name=op.f("pk_vues")),
    )
    op.create_table(
        "offre_codes",
        sa.Column("champ", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("structure_id", Id(), nullable=False),
        sa.Column("eg_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["offres.structure_id"], name=op.f("fk_offre_codes_structure_id_offres")
        ),
        sa.PrimaryKeyConstraint("champ", "code", "structure_id", name=op.f("pk_offre_codes")),
        comment="The fields of an offer that hold several codes.",
    )
    op.create_index("ix_offre_codes_structure", "offre_codes", ["structure_id"], unique=False)
    op.add_column(
        "structures",
        sa.Column(
            "peuplement",
            sa.String(length=10),
            server_default="a_faire",
            nullable=False,
            comment="Of an EG or a UO: how far it is described (DOMAIN §5.2).",
        ),
    )
    op.create_index("ix_structures_commune", "structures", ["commune", "kind", "nom_tri", "id"], unique=False)
