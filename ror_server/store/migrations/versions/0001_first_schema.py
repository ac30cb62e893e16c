"""The first schema."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Json, Moment, Ordered

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commits",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("acteur", sa.Text(), nullable=False),
        sa.Column("origine", sa.String(length=20), nullable=False, comment="dossier | import | demonstration"),
        sa.Column("dossier_id", Id(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_commits")),
    )
    op.create_table(
        "comptes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("identifiant", sa.String(length=200), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("mot_de_passe", sa.Text(), nullable=False, comment="Argon2id."),
        sa.Column("actif", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("cree_le", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comptes")),
        sa.UniqueConstraint("identifiant", name=op.f("uq_comptes_identifiant")),
    )
    op.create_table(
        "echecs_connexion",
        sa.Column("cle", sa.String(length=255), nullable=False, comment="SHA-256 of the identifiant that was tried."),
        sa.Column("nombre", sa.Integer(), nullable=False),
        sa.Column("dernier_le", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("cle", name=op.f("pk_echecs_connexion")),
    )
    op.create_table(
        "idempotence",
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("cle", sa.String(length=100), nullable=False),
        sa.Column(
            "demande", sa.String(length=64), nullable=False, comment="SHA-256 of method, path, If-Match and body."
        ),
        sa.Column("statut", sa.Integer(), nullable=True),
        sa.Column("entetes", Json, nullable=True),
        sa.Column("corps", sa.Text(), nullable=True),
        sa.Column("cree_le", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("compte_id", "cle", name=op.f("pk_idempotence")),
    )
    op.create_index("ix_idempotence_cree_le", "idempotence", ["cree_le"], unique=False)
    op.create_table(
        "reperes",
        sa.Column(
            "cle",
            sa.String(length=60),
            nullable=False,
            comment="What the database remembers of itself: last import, demonstration.",
        ),
        sa.Column("valeur", Json, nullable=False),
        sa.PrimaryKeyConstraint("cle", name=op.f("pk_reperes")),
    )
    op.create_table(
        "structures",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("eg_id", Id(), nullable=True, comment="The establishment above a pôle, service, UF or UO."),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column(
            "raison_sociale", sa.Text(), nullable=True, comment="Name in FINESS; None when it did not come from there."
        ),
        sa.Column("nom_tri", Ordered, nullable=False, comment="fold(nom), for order."),
        sa.Column(
            "recherche", sa.Text(), server_default="", nullable=False, comment="fold() of all that finds the structure."
        ),
        sa.Column("finess", sa.String(length=9), nullable=True),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("categorie", sa.String(length=8), nullable=True),
        sa.Column("domaine", sa.String(length=20), nullable=True),
        sa.Column("circuit", sa.String(length=16), nullable=True),
        sa.Column("discipline", sa.String(length=3), nullable=True),
        sa.Column(
            "disciplines", sa.Integer(), server_default="0", nullable=False, comment="Bit set of its own and all below."
        ),
        sa.Column("departement", sa.String(length=3), nullable=True),
        sa.Column("commune", sa.String(length=5), nullable=True),
        sa.Column("code_postal", sa.String(length=5), nullable=True),
        sa.Column("ville", sa.Text(), nullable=True),
        sa.Column("adresse", Json, nullable=True, comment="List of lines."),
        sa.Column("telephone", sa.String(length=20), nullable=True),
        sa.Column("ouverte_le", sa.String(length=10), nullable=True),
        sa.Column("fermee_le", sa.String(length=10), nullable=True),
        sa.Column("valeurs", Json, nullable=False, comment="Answers of the fiche, by field id."),
        sa.Column("supprimee", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("maj_le", Moment(), nullable=False),
        sa.Column("maj_par", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["structures.id"], name=op.f("fk_structures_parent_id_structures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structures")),
        sa.UniqueConstraint("kind", "finess", name=op.f("uq_structures_kind_finess")),
    )
    op.create_index("ix_structures_children", "structures", ["parent_id", "nom_tri", "id"], unique=False)
    op.create_index(
        "ix_structures_counts", "structures", ["kind", "departement", "disciplines", "supprimee"], unique=False
    )
    op.create_index("ix_structures_departement", "structures", ["kind", "departement", "nom_tri", "id"], unique=False)
    op.create_index("ix_structures_eg", "structures", ["eg_id"], unique=False)
    op.create_index("ix_structures_kind", "structures", ["kind", "nom_tri", "id"], unique=False)
    op.create_table(
        "dossiers",
        sa.Column("id", Id(), nullable=False),
        sa.Column("eg_id", Id(), nullable=False),
        sa.Column("titre", sa.Text(), nullable=False),
        sa.Column("circuit", sa.String(length=16), nullable=False),
        sa.Column("etat", sa.String(length=20), nullable=False),
        sa.Column("depuis", Moment(), nullable=False),
        sa.Column("auteur_id", Id(), nullable=False),
        sa.Column("cree_le", Moment(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["auteur_id"], ["comptes.id"], name=op.f("fk_dossiers_auteur_id_comptes")),
        sa.ForeignKeyConstraint(["eg_id"], ["structures.id"], name=op.f("fk_dossiers_eg_id_structures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
    )
    op.create_index("ix_dossiers_eg_id", "dossiers", ["eg_id"], unique=False)
    op.create_index("ix_dossiers_etat", "dossiers", ["etat", "depuis", "id"], unique=False)
    op.create_table(
        "droits",
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("portee", sa.String(length=12), nullable=False),
        sa.Column(
            "cible",
            sa.String(length=36),
            server_default="",
            nullable=False,
            comment="Structure id, département, or empty.",
        ),
        sa.ForeignKeyConstraint(["compte_id"], ["comptes.id"], name=op.f("fk_droits_compte_id_comptes")),
        sa.PrimaryKeyConstraint("compte_id", "role", "portee", "cible", name=op.f("pk_droits")),
    )
    op.create_table(
        "revisions",
        sa.Column("commit_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("structure_id", Id(), nullable=False),
        sa.Column("op", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="Version after."),
        sa.Column("avant", Json, nullable=True, comment="Only the keys that changed."),
        sa.Column("apres", Json, nullable=True),
        sa.ForeignKeyConstraint(["commit_seq"], ["commits.seq"], name=op.f("fk_revisions_commit_seq_commits")),
        sa.PrimaryKeyConstraint("commit_seq", "structure_id", name=op.f("pk_revisions")),
    )
    op.create_index("ix_revisions_structure_id", "revisions", ["structure_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("jeton_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the opaque token."),
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("creee_le", Moment(), nullable=False),
        sa.Column("expire_le", Moment(), nullable=False),
        sa.Column("revoquee_le", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["compte_id"], ["comptes.id"], name=op.f("fk_sessions_compte_id_comptes")),
        sa.PrimaryKeyConstraint("jeton_hash", name=op.f("pk_sessions")),
    )
    op.create_table(
        "approbations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("dossier_id", Id(), nullable=False),
        sa.Column("etat", sa.String(length=20), nullable=False, comment="The level that answered."),
        sa.Column("compte_id", Id(), nullable=False),
        sa.Column("contenu", sa.String(length=64), nullable=False, comment="Hash of the content that was approved."),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.Column("le", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["compte_id"], ["comptes.id"], name=op.f("fk_approbations_compte_id_comptes")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_approbations_dossier_id_dossiers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approbations")),
    )
    op.create_index(op.f("ix_approbations_dossier_id"), "approbations", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_evenements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("dossier_id", Id(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("acteur", sa.Text(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_evenements_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_evenements")),
    )
    op.create_index(op.f("ix_dossier_evenements_dossier_id"), "dossier_evenements", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_items",
        sa.Column("dossier_id", Id(), nullable=False),
        sa.Column("structure_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("op", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent_base", Id(), nullable=True),
        sa.Column("parent_next", Id(), nullable=True),
        sa.Column("base_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("base", Json, nullable=False),
        sa.Column("next", Json, nullable=False),
        sa.Column("saved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("finalised", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ordre", sa.Integer(), server_default="0", nullable=False),
        sa.Column("modifie_le", Moment(), nullable=False),
        sa.Column("modifie_par", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_items_dossier_id_dossiers")),
        sa.PrimaryKeyConstraint("dossier_id", "structure_id", name=op.f("pk_dossier_items")),
    )


def downgrade() -> None:
    op.drop_table("dossier_items")
    op.drop_index(op.f("ix_dossier_evenements_dossier_id"), table_name="dossier_evenements")
    op.drop_table("dossier_evenements")
    op.drop_index(op.f("ix_approbations_dossier_id"), table_name="approbations")
    op.drop_table("approbations")
    op.drop_table("sessions")
    op.drop_index("ix_revisions_structure_id", table_name="revisions")
    op.drop_table("revisions")
    op.drop_table("droits")
    op.drop_index("ix_dossiers_etat", table_name="dossiers")
    op.drop_index("ix_dossiers_eg_id", table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_index("ix_structures_kind", table_name="structures")
    op.drop_index("ix_structures_eg", table_name="structures")
    op.drop_index("ix_structures_departement", table_name="structures")
    op.drop_index("ix_structures_counts", table_name="structures")
    op.drop_index("ix_structures_children", table_name="structures")
    op.drop_table("structures")
    op.drop_table("reperes")
    op.drop_index("ix_idempotence_cree_le", table_name="idempotence")
    op.drop_table("idempotence")
    op.drop_table("echecs_connexion")
    op.drop_table("comptes")
    op.drop_table("commits")
