"""The tables, once, for SQLite and PostgreSQL."""

from ror_server.store.tables.comptes import comptes, droits, echecs, favoris, idempotence, places, sessions, vues
from ror_server.store.tables.dossiers import (
    approbations,
    commentaires,
    dossiers,
    evenements,
    gestes,
    items,
    presences,
    refus,
    signaux,
)
from ror_server.store.tables.kinds import EG_FILTERED, alive, bare, of_kind
from ror_server.store.tables.lits import capacites, releves_lits, unites_lits
from ror_server.store.tables.nomenclatures import modeles, nomenclatures
from ror_server.store.tables.publications import commits, reperes, revisions
from ror_server.store.tables.repertoire import (
    communes,
    membres,
    offre_codes,
    offres,
    regroupement_criteres,
    regroupements,
    structures,
)
from ror_server.store.tables.types import Id, Json, Moment, Ordered, metadata

__all__ = [
    "EG_FILTERED",
    "Id",
    "Json",
    "Moment",
    "Ordered",
    "alive",
    "approbations",
    "bare",
    "capacites",
    "commentaires",
    "commits",
    "communes",
    "comptes",
    "dossiers",
    "droits",
    "echecs",
    "evenements",
    "favoris",
    "gestes",
    "idempotence",
    "items",
    "membres",
    "metadata",
    "modeles",
    "nomenclatures",
    "of_kind",
    "offre_codes",
    "offres",
    "places",
    "presences",
    "refus",
    "regroupement_criteres",
    "regroupements",
    "releves_lits",
    "reperes",
    "revisions",
    "sessions",
    "signaux",
    "structures",
    "unites_lits",
    "vues",
]
