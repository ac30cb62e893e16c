"""Migrations: the schema of any database is brought to the newest one before anything else."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from ror_server.store import communes, offres, peuplement
from ror_server.store.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"

OFFERS_SINCE = "0004"
"""The revision from which on every publication keeps the offers up to date itself."""

PEUPLEMENT_SINCE = "0005"
"""The revision from which on every publication keeps the état de peuplement up to date itself."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


async def migrate(database: Database) -> None:
    """Create the schema, or bring it and what follows from the data to the newest revision; in one transaction."""
    async with database.write() as connection:
        before = await connection.run_sync(_upgrade)
        if before is None or before < OFFERS_SINCE:
            await communes.load_shipped(connection)
            await offres.rebuild(connection)
        if before is None or before < PEUPLEMENT_SINCE:
            await peuplement.rebuild(connection)


async def schema_is_current(database: Database) -> bool:
    """Tell whether the database stands at the newest revision."""
    async with database.read() as connection:
        return await connection.run_sync(_is_current)


def _upgrade(connection: sa.Connection) -> str | None:
    """Bring the schema to the newest revision, and give the one it was at."""
    before = _revision(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before


def _is_current(connection: sa.Connection) -> bool:
    return _revision(connection) == ScriptDirectory.from_config(_config()).get_current_head()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("select version_num from alembic_version")).scalar_one_or_none()
    return found
