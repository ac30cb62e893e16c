"""The small region, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from ror_server.store.database import Database
from tests import world


@pytest.fixture
async def region(database: Database) -> AsyncIterator[world.World]:
    """Run the application over the small region."""
    async with world.running(database) as found:
        yield found
