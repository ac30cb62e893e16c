"""What is published: structures, offers, groups, communes."""

from __future__ import annotations

import sqlalchemy as sa

from ror_server.store.tables.kinds import EG_FILTERED, alive
from ror_server.store.tables.types import Id, Json, Moment, Ordered, metadata
from ror_tui.api_client.models import Kind

structures = sa.Table(
    "structures",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("parent_id", Id(), sa.ForeignKey("structures.id")),
    sa.Column("eg_id", Id(), comment="The establishment above a pôle, service, UF or UO."),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("raison_sociale", sa.Text, comment="Name in FINESS; None when it did not come from there."),
    sa.Column("nom_tri", Ordered, nullable=False, comment="fold(nom), for order."),
    sa.Column(
        "recherche", sa.Text, nullable=False, server_default="", comment="fold() of all that finds the structure."
    ),
    sa.Column("finess", sa.String(9)),
    sa.Column("siren", sa.String(9)),
    sa.Column("siret", sa.String(14)),
    sa.Column("categorie", sa.String(8)),
    sa.Column("domaine", sa.String(20)),
    sa.Column("circuit", sa.String(16)),
    sa.Column("discipline", sa.String(3)),
    sa.Column(
        "disciplines", sa.Integer, nullable=False, server_default="0", comment="Bit set of its own and all below."
    ),
    sa.Column("departement", sa.String(3)),
    sa.Column("commune", sa.String(5)),
    sa.Column("code_postal", sa.String(5)),
    sa.Column("ville", sa.Text),
    sa.Column("adresse", Json, comment="List of lines."),
    sa.Column("telephone", sa.String(20)),
    sa.Column("ouverte_le", sa.String(10)),
    sa.Column("fermee_le", sa.String(10)),
    sa.Column("valeurs", Json, nullable=False, comment="Answers of the fiche, by field id."),
    sa.Column(
        "peuplement",
        sa.String(10),
        nullable=False,
        server_default="a_faire",
        comment="Of an EG or a UO: how far it is described (DOMAIN §5.2).",
    ),
    sa.Column("supprimee", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("maj_le", Moment(), nullable=False),
    sa.Column("maj_par", sa.Text, nullable=False),
    sa.Index("ix_structures_children", "parent_id", "nom_tri", "id"),
    sa.Index("ix_structures_eg", "eg_id"),
    sa.Index("ix_ej_nom", "nom_tri", "id", "disciplines", **alive(Kind.EJ)),
    sa.Index("ix_eg_id", "id", "departement", *EG_FILTERED, "parent_id", **alive(Kind.EG)),
    sa.Index("ix_eg_departement", "departement", "nom_tri", "id", *EG_FILTERED, "parent_id", **alive(Kind.EG)),
    sa.Index("ix_eg_parent", "parent_id", "nom_tri", "id", *EG_FILTERED, "departement", **alive(Kind.EG)),
    sa.Index("ix_eg_commune", "commune", "departement", "parent_id", "id", **alive(Kind.EG)),
    sa.UniqueConstraint("kind", "finess"),
)

offres = sa.Table(
    "offres",
    metadata,
    sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), primary_key=True),
    sa.Column("eg_id", Id(), sa.ForeignKey("structures.id"), nullable=False),
    sa.Column("nom_tri", Ordered, nullable=False, comment="As in `structures`: the order of the Recherche."),
    sa.Column("type_uo", sa.Text),
    sa.Column("mode", sa.Text),
    sa.Column("discipline", sa.String(3)),
    sa.Column("age_min", sa.Integer, nullable=False, comment="Years; 0 when it is not told."),
    sa.Column("age_max", sa.Integer, nullable=False, comment="Years; 999 when there is no limit."),
    sa.Column("sensible", sa.Boolean, nullable=False),
    sa.Column("contact_niveau", sa.Integer, nullable=False, comment="J222; 0 when there is no contact."),
    sa.Column("contact_fonction", sa.Text),
    sa.Column("contact_tri", sa.Text, nullable=False, comment="fold() of the name of the contact."),
    sa.Column("nb_professions", sa.Integer, nullable=False, comment="Codes of its field `professions`."),
    sa.Index("ix_offres_nom", "nom_tri", "structure_id"),
    sa.Index("ix_offres_eg", "eg_id"),
    sa.Index("ix_offres_type", "type_uo", "eg_id"),
    sa.Index("ix_offres_mode", "mode", "nom_tri", "structure_id"),
    sa.Index("ix_offres_discipline", "discipline", "nom_tri", "structure_id"),
    sa.Index(
        "ix_offres_comptes",
        "discipline",
        "mode",
        "age_min",
        "age_max",
        "sensible",
        "contact_niveau",
        "nb_professions",
        "type_uo",
        "eg_id",
    ),
    sa.Index(
        "ix_offres_sensibles", "eg_id", sqlite_where=sa.text("sensible = 1"), postgresql_where=sa.text("sensible")
    ),
    comment="What the Recherche looks at, of each unit of an open establishment: follows from its fiche.",
)

offre_codes = sa.Table(
    "offre_codes",
    metadata,
    sa.Column("champ", sa.String(30), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("structure_id", Id(), sa.ForeignKey("offres.structure_id"), primary_key=True),
    sa.Index("ix_offre_codes_structure", "structure_id"),
    comment="The fields of an offer that hold several codes.",
    sqlite_with_rowid=False,
)

communes = sa.Table(
    "communes",
    metadata,
    sa.Column("code", sa.String(5), primary_key=True, comment="INSEE."),
    sa.Column("latitude", sa.Float, nullable=False, comment="Degrees."),
    sa.Column("longitude", sa.Float, nullable=False),
    sa.Column(
        "x", sa.Float, nullable=False, comment="The point on a sphere of radius 1: distances without trigonometry."
    ),
    sa.Column("y", sa.Float, nullable=False),
    sa.Column("z", sa.Float, nullable=False),
    sa.Column("source", sa.String(60), nullable=False),
    sa.Index("ix_communes_latitude", "latitude"),
    comment="Where communes are, for distances.",
)

regroupements = sa.Table(
    "regroupements",
    metadata,
    sa.Column("cle", sa.String(60), primary_key=True, comment="ter:113, bes:03, fil:02"),
    sa.Column("genre", sa.String(20), nullable=False, comment="territoire | categorie_besoins | filiere"),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("ordre", sa.Integer, nullable=False),
    sa.Index("ix_regroupements_genre", "genre", "ordre"),
)

regroupement_criteres = sa.Table(
    "regroupement_criteres",
    metadata,
    sa.Column("cle", sa.String(60), sa.ForeignKey("regroupements.cle"), primary_key=True),
    sa.Column("critere", sa.String(20), primary_key=True, comment="departement, commune, categorie, finess, type_uo…"),
    sa.Column("valeur", sa.String(20), primary_key=True),
    comment="A structure belongs to a group when one of the criteria holds.",
)

membres = sa.Table(
    "regroupement_membres",
    metadata,
    sa.Column("cle", sa.String(60), sa.ForeignKey("regroupements.cle"), primary_key=True),
    sa.Column("nom_tri", Ordered, primary_key=True),
    sa.Column("eg_id", Id(), sa.ForeignKey("structures.id"), primary_key=True),
    sa.Index("ix_regroupement_membres_eg", "eg_id", "cle"),
    comment="The establishments of each group, in the order of their names: follows from the criteria.",
)
