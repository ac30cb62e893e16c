"""A Répertoire of a few structures, written as publications, and its index."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ror_server.store.database import Database
from tests.search.directory import Directory


@pytest.fixture
async def directory(database: Database, tmp_path: Path) -> AsyncIterator[Directory]:
    """Give an empty Répertoire, on SQLite and on PostgreSQL."""
    found = Directory(database, tmp_path / "essai.recherche")
    yield found
    await found.close()
