"""The types of columns that SQLite and PostgreSQL write each in its own way."""

from __future__ import annotations

from collections.abc import Callable
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

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any]:
        """Write one moment after the other, without asking for the dialect each time."""
        return _moment_text if dialect.name == "sqlite" else _utc

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002  # SQLAlchemy's own signature
        """Read aware UTC."""
        return _moment if dialect.name == "sqlite" else None


class Id(sa.types.TypeDecorator[UUID]):
    """A UUID: text on SQLite, uuid on PostgreSQL."""

    impl = sa.Uuid(as_uuid=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Keep dashes on SQLite, so that a row can be read by eye."""
        return dialect.type_descriptor(sa.String(36) if dialect.name == "sqlite" else sa.Uuid(as_uuid=True))

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any]:
        """Write text or uuid."""
        return _id_text if dialect.name == "sqlite" else _id

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002  # SQLAlchemy's own signature
        """Read a UUID."""
        return parsed if dialect.name == "sqlite" else None


def _utc(value: datetime | None) -> datetime | None:
    """Give UTC; a naive time is a fault of ours."""
    if value is not None and value.tzinfo is None:
        raise ValueError("a stored instant needs a time zone")
    return value.astimezone(UTC) if value is not None else None


def _moment_text(value: datetime | None) -> str | None:
    utc = _utc(value)
    return utc.isoformat(timespec="microseconds") if utc is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


def _id(value: UUID | str | None) -> UUID | None:
    return UUID(str(value)) if value is not None else None


def _id_text(value: UUID | str | None) -> str | None:
    return str(value) if value is not None else None


@lru_cache(maxsize=20_000)
def parsed(text: str | None) -> UUID | None:
    """Read a UUID; a tree names the same parents again and again, and a transaction the same structures."""
    return UUID(text) if text is not None else None
