"""What a dossier needs to be undone, discussed, refused in part, followed up and reverted."""

import sqlalchemy as sa
from alembic import op

from ror_server.store.tables import Id, Json, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("suite_de", Id(), nullable=True))
    op.add_column("dossiers", sa.Column("annule_seq", NUMBER, nullable=True))
    op.add_column("dossier_items", sa.Column("remplace", Json, nullable=False, server_default="{}"))
    op.add_column("dossier_items", sa.Column("vu_seq", NUMBER, nullable=False, server_default="0"))
    op.execute("UPDATE dossier_items SET vu_seq = (SELECT coalesce(max(seq), 0) FROM commits)")
    op.add_column("approbations", sa.Column("depuis", Moment(), nullable=True))
    _gestes()
    _people()
    _signaux()


def _gestes() -> None:
    op.create_table(
        "dossier_gestes",
        sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("rang", sa.Integer(), primary_key=True),
        sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("acteur", sa.Text(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("libelle", sa.Text(), nullable=False),
        sa.Column("avant", Json, nullable=False),
        sa.Column("apres", Json, nullable=False),
        sa.Column("defait", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("coupe", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _people() -> None:
    op.create_table(
        "dossier_commentaires",
        sa.Column("id", Id(), primary_key=True),
        sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("structure_id", Id(), nullable=True),
        sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("auteur", sa.Text(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("regle_le", Moment(), nullable=True),
        sa.Column("regle_par", sa.Text(), nullable=True),
    )
    op.create_index("ix_dossier_commentaires_dossier", "dossier_commentaires", ["dossier_id", "le"])
    op.create_table(
        "dossier_presences",
        sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
        sa.Column("structure_id", Id(), nullable=True),
        sa.Column("ecrit", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("vu_le", Moment(), nullable=False),
    )
    op.create_table(
        "dossier_refus",
        sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("structure_id", Id(), primary_key=True),
        sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("par", sa.Text(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=False),
        sa.Column("contenu", sa.String(64), nullable=False),
    )


def _signaux() -> None:
    op.create_table(
        "dossier_signaux",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("structure_id", Id(), nullable=True),
        sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("acteur", sa.Text(), nullable=False),
        sa.Column("le", Moment(), nullable=False),
    )
    op.create_index("ix_dossier_signaux_le", "dossier_signaux", ["le"])
