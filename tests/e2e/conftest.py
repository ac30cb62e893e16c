"""The place where the main job is done, end to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.place import Place, made


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a server of its own to a test."""
    with made(tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def shared_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give one server to all the tests of a module that do not mind each other."""
    with made(tmp_path_factory.mktemp("place")) as place:
        yield place
