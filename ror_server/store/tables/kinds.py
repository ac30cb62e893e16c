"""Conditions on the kind of a structure, as the partial indexes understand them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ror_tui.api_client.models import Kind

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
