"""Migrations: the schema of any database is brought to the newest one before anything else."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from ror_server.store.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


async def migrate(database: Database) -> None:
    """Create the schema, or bring it to the newest revision; in one transaction."""
    async with database.write() as connection:
        await connection.run_sync(_upgrade)


async def schema_is_current(database: Database) -> bool:
    """Tell whether the database stands at the newest revision."""
    async with database.read() as connection:
        return await connection.run_sync(_is_current)


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_current(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(sa.text("select version_num from alembic_version")).scalar_one_or_none()
    return found == ScriptDirectory.from_config(_config()).get_current_head()
