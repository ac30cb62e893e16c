"""Keyset paging with an opaque cursor (DESIGN §7)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


class BadCursorError(ValueError):
    """The cursor was not made by this server."""

    code = "curseur"


def encode(*keys: str) -> str:
    """Make a cursor out of the sort keys of the last row."""
    return base64.urlsafe_b64encode(json.dumps(keys, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, count: int | None = None) -> list[str]:
    """Read a cursor.

    Args:
        cursor: As given by `encode`.
        count: How many keys it must hold; None for any number but none.

    Raises:
        BadCursorError: When it does not.
    """
    try:
        keys = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadCursorError(cursor) from error
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise BadCursorError(cursor)
    if count is not None and len(keys) != count:
        raise BadCursorError(cursor)
    return keys


Columns = Sequence[sa.ColumnElement[Any]]


def after(columns: Columns, keys: Sequence[object], *, inclusive: bool = False) -> sa.ColumnElement[bool]:
    """Give the condition « after these keys » for an ascending order; `inclusive` also takes the keys themselves."""
    return sa.tuple_(*columns) >= _keys(columns, keys) if inclusive else sa.tuple_(*columns) > _keys(columns, keys)


def before(columns: Columns, keys: Sequence[object]) -> sa.ColumnElement[bool]:
    """Give the condition « strictly before these keys » for an ascending order."""
    return sa.tuple_(*columns) < _keys(columns, keys)


def _keys(columns: Columns, keys: Sequence[object]) -> sa.Tuple:
    return sa.tuple_(*(_literal(key, column) for column, key in zip(columns, keys, strict=True)))


def _literal(key: object, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return key if isinstance(key, sa.BindParameter) else sa.literal(key, column.type)
