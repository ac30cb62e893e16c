"""The types of columns that SQLite and PostgreSQL write each in its own way."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

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
        return parsed(value) if isinstance(value, str) else value


@lru_cache(maxsize=20_000)
def parsed(text: str) -> UUID:
    """Read a UUID; a tree names the same parents again and again, and a transaction the same structures."""
    return UUID(text)
