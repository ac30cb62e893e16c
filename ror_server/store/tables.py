"""The tables, once, for SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ror_tui.api_client.models import Kind

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)

Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text compared byte by byte on both databases, so that keyset paging walks in one order."""


class Moment(sa.types.TypeDecorator[datetime]):
    """An instant: aware UTC in Python, ISO text on SQLite, timestamptz on PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Use text on SQLite, which has no time zone."""
        return dialect.type_descriptor(sa.String(32) if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:  # noqa: ANN401  # SQLAlchemy's own signature
        """Write UTC; a naive time is a fault of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ANN401, ARG002  # SQLAlchemy's own signature
        """Read aware UTC."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class Id(sa.types.TypeDecorator[UUID]):
    """A UUID: text on SQLite, uuid on PostgreSQL."""

    impl = sa.Uuid(as_uuid=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Keep dashes on SQLite, so that a row can be read by eye."""
        return dialect.type_descriptor(sa.String(36) if dialect.name == "sqlite" else sa.Uuid(as_uuid=True))

    def process_bind_param(self, value: UUID | str | None, dialect: sa.Dialect) -> Any:  # noqa: ANN401  # SQLAlchemy's own signature
        """Write text or uuid."""
        if value is None:
            return None
        return str(value) if dialect.name == "sqlite" else UUID(str(value))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> UUID | None:  # noqa: ANN401, ARG002  # SQLAlchemy's own signature
        """Read a UUID."""
        return UUID(value) if isinstance(value, str) else value


EG_FILTERED = ("disciplines", "commune", "categorie", "peuplement")
"""Columns that the filters of the Répertoire look at: with them an index answers alone."""


class bare(FunctionElement[Any]):  # noqa: N801  # it reads as the SQL function that it is
    """A column that SQLite does not look up by an index of its own; PostgreSQL judges by its statistics."""

    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(bare)
def _bare(element: bare, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own signature
    plus = "+" if compiler.dialect.name == "sqlite" else ""
    return plus + compiler.process(element.clauses, **options)


def of_kind(column: sa.ColumnElement[Any], kind: Kind) -> sa.ColumnElement[bool]:
    """Say « this structure is of that kind » as the partial indexes do.

    The kind is a literal, not a parameter, or no planner could match such an index. On SQLite the column has a plus:
    without it the planner would walk all structures of the kind by the unique index on (kind, finess).
    """
    return bare(column) == sa.literal_column(f"'{kind.value}'", sa.String)


def alive(kind: Kind) -> dict[str, Any]:
    """Give the condition of a partial index over the structures of a kind that are not deleted."""
    return {
        "sqlite_where": sa.text(f"+kind = '{kind.value}' AND supprimee IS 0"),
        "postgresql_where": sa.text(f"kind = '{kind.value}' AND supprimee IS false"),
    }


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

comptes = sa.Table(
    "comptes",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("identifiant", sa.String(200), nullable=False, unique=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("mot_de_passe", sa.Text, nullable=False, comment="Argon2id."),
    sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("cree_le", Moment(), nullable=False),
)

droits = sa.Table(
    "droits",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("role", sa.String(20), primary_key=True),
    sa.Column("portee", sa.String(12), primary_key=True),
    sa.Column(
        "cible", sa.String(36), primary_key=True, server_default="", comment="Structure id, département, or empty."
    ),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("jeton_hash", sa.String(64), primary_key=True, comment="SHA-256 of the opaque token."),
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("creee_le", Moment(), nullable=False),
    sa.Column("expire_le", Moment(), nullable=False),
    sa.Column("revoquee_le", Moment()),
)

echecs = sa.Table(
    "echecs_connexion",
    metadata,
    sa.Column("cle", sa.String(255), primary_key=True, comment="SHA-256 of the identifiant that was tried."),
    sa.Column("nombre", sa.Integer, nullable=False),
    sa.Column("dernier_le", Moment(), nullable=False),
)

favoris = sa.Table(
    "favoris",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("structure_id", Id(), sa.ForeignKey("structures.id"), primary_key=True),
    sa.Column("ajoute_le", Moment(), nullable=False),
)

vues = sa.Table(
    "vues",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("nom", sa.String(100), primary_key=True),
    sa.Column("contenu", Json, nullable=False, comment="A VueRepertoire."),
    sa.Column("modifiee_le", Moment(), nullable=False),
)

places = sa.Table(
    "places",
    metadata,
    sa.Column("compte_id", Id(), sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("contenu", Json, nullable=False, comment="A Place: where the account left the Répertoire."),
    sa.Column("le", Moment(), nullable=False),
)

idempotence = sa.Table(
    "idempotence",
    metadata,
    sa.Column("compte_id", Id(), primary_key=True),
    sa.Column("cle", sa.String(100), primary_key=True),
    sa.Column("demande", sa.String(64), nullable=False, comment="SHA-256 of method, path, If-Match and body."),
    sa.Column("statut", sa.Integer),
    sa.Column("entetes", Json),
    sa.Column("corps", sa.Text),
    sa.Column("cree_le", Moment(), nullable=False),
    sa.Index("ix_idempotence_cree_le", "cree_le"),
)

commits = sa.Table(
    "commits",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("le", Moment(), nullable=False),
    sa.Column("acteur", sa.Text, nullable=False),
    sa.Column("origine", sa.String(20), nullable=False, comment="dossier | import | demonstration"),
    sa.Column("dossier_id", Id()),
    sa.Column("message", sa.Text, nullable=False),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column(
        "commit_seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("commits.seq"), primary_key=True
    ),
    sa.Column("structure_id", Id(), primary_key=True),
    sa.Column("op", sa.String(8), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="Version after."),
    sa.Column("avant", Json, comment="Only the keys that changed."),
    sa.Column("apres", Json),
    sa.Index("ix_revisions_structure_id", "structure_id"),
)

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
)

reperes = sa.Table(
    "reperes",
    metadata,
    sa.Column(
        "cle",
        sa.String(60),
        primary_key=True,
        comment="What the database remembers of itself: last import, demonstration.",
    ),
    sa.Column("valeur", Json, nullable=False),
)
