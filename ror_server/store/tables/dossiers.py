"""The dossier collaboratif: its items, its history, its people and their answers."""

from __future__ import annotations

import sqlalchemy as sa

from ror_server.store.tables.types import Id, Json, Moment, metadata

dossiers = sa.Table(
    "dossiers",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("eg_id", Id(), sa.ForeignKey("structures.id"), nullable=False),
    sa.Column("titre", sa.Text, nullable=False),
    sa.Column("circuit", sa.String(16), nullable=False),
    sa.Column("etat", sa.String(20), nullable=False),
    sa.Column("depuis", Moment(), nullable=False),
    sa.Column("auteur_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("cree_le", Moment(), nullable=False),
    sa.Column("motif", sa.Text),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("suite_de", Id(), comment="The dossier whose refused part this one takes up."),
    sa.Column(
        "annule_seq",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        comment="The commit of which this dossier is the inverse.",
    ),
    sa.Index("ix_dossiers_eg_id", "eg_id"),
    sa.Index("ix_dossiers_etat", "etat", "depuis", "id"),
)

items = sa.Table(
    "dossier_items",
    metadata,
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("structure_id", Id(), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("op", sa.String(8), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("parent_base", Id()),
    sa.Column("parent_next", Id()),
    sa.Column("base_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("base", Json, nullable=False),
    sa.Column("next", Json, nullable=False),
    sa.Column("saved", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("finalised", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("ordre", sa.Integer, nullable=False, server_default="0"),
    sa.Column(
        "remplace",
        Json,
        nullable=False,
        server_default="{}",
        comment="Direct edits that the dossier will replace: by field, value, version, who and when.",
    ),
    sa.Column(
        "vu_seq",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        nullable=False,
        server_default="0",
        comment="Last publication when its name or place was chosen: a namesake published later is a question.",
    ),
    sa.Column("modifie_le", Moment(), nullable=False),
    sa.Column("modifie_par", sa.Text, nullable=False),
)

evenements = sa.Table(
    "dossier_evenements",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("acteur", sa.Text, nullable=False),
    sa.Column("texte", sa.Text, nullable=False),
    sa.Column("motif", sa.Text),
)

approbations = sa.Table(
    "approbations",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("etat", sa.String(20), nullable=False, comment="The level that answered."),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("contenu", sa.String(64), nullable=False, comment="Hash of the content that was approved."),
    sa.Column("verdict", sa.String(10), nullable=False),
    sa.Column("motif", sa.Text),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("depuis", Moment(), comment="When the dossier came to this level: how long the answer took."),
)

gestes = sa.Table(
    "dossier_gestes",
    metadata,
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("rang", sa.Integer, primary_key=True),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("acteur", sa.Text, nullable=False),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("libelle", sa.Text, nullable=False, comment="What was done, in French."),
    sa.Column("avant", Json, nullable=False, comment="The items it touched as they were, null for none."),
    sa.Column("apres", Json, nullable=False),
    sa.Column("defait", sa.Boolean, nullable=False, server_default=sa.false(), comment="Undone."),
    sa.Column("coupe", sa.Boolean, nullable=False, server_default=sa.false(), comment="Undone, and no more to redo."),
    comment="Every change of a dossier's content, to undo and redo.",
)

commentaires = sa.Table(
    "dossier_commentaires",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("structure_id", Id(), comment="The fiche, or null for the whole dossier."),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("auteur", sa.Text, nullable=False),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("texte", sa.Text, nullable=False),
    sa.Column("regle_le", Moment()),
    sa.Column("regle_par", sa.Text),
    sa.Index("ix_dossier_commentaires_dossier", "dossier_id", "le"),
)

presences = sa.Table(
    "dossier_presences",
    metadata,
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("structure_id", Id(), comment="The fiche that is open, or null for the tree."),
    sa.Column("ecrit", sa.Boolean, nullable=False, server_default=sa.false(), comment="Something is typed in it."),
    sa.Column("vu_le", Moment(), nullable=False),
)

refus = sa.Table(
    "dossier_refus",
    metadata,
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("structure_id", Id(), primary_key=True),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("motif", sa.Text, nullable=False),
    sa.Column("contenu", sa.String(64), nullable=False, comment="Hash of the item refused: an edit answers it."),
    comment="Fiches that a level refused, each with its reason.",
)

signaux = sa.Table(
    "dossier_signaux",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("dossier_id", Id(), sa.ForeignKey("dossiers.id"), comment="Null when beds were typed."),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column(
        "structure_id", Id(), comment="The fiche, or null for the whole dossier; the establishment of typed beds."
    ),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("acteur", sa.Text, nullable=False),
    sa.Column("le", Moment(), nullable=False, index=True),
    comment="What happens in the dossiers, for those who watch now; old ones are forgotten.",
)
