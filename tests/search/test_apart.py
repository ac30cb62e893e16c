"""A large index is built by another process: told, killed, refused, left alone."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ror_server.search import IndexUnavailableError, SearchIndex, apart, storage
from ror_tui.api_client.models import Chargement
from tests.processes import ROOT
from tests.search.directory import Directory

Told = list[tuple[int, int]]


@pytest.fixture
def told() -> Told:
    """Collect how far a build says it is."""
    return []


@pytest.fixture
async def large(directory: Directory, told: Told) -> AsyncIterator[SearchIndex]:
    """Give an index for which any Répertoire is a large one."""
    index = SearchIndex(
        directory.database, directory.file, apart_from=1, tell=lambda done, total: told.append((done, total))
    )
    yield index
    await index.close()


@pytest.fixture
def built_here(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collect the builds of this process."""
    builds: list[object] = []

    async def build(*given: object) -> None:
        builds.append(given)

    monkeypatch.setattr("ror_server.search.index.build", build)
    return builds


def replace_builder(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Let another program be started to build."""
    monkeypatch.setattr(apart, "MODULE", module)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def children() -> list[int]:
    """Give the processes that this one started."""
    return [int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()]


async def test_it_is_built_elsewhere_and_then_kept_up_to_date_here(
    directory: Directory, large: SearchIndex, told: Told, built_here: list[object]
) -> None:
    eg = await directory.eg("EHPAD DES LILAS")
    await large.build()
    assert await directory.found("lilas", index=large) == ["EHPAD DES LILAS"]
    assert told == [(0, 1), (1, 1)]
    await directory.change(eg, nom="EHPAD DES GLYCINES")
    assert await directory.found("glicines", index=large) == ["EHPAD DES GLYCINES"]
    assert await directory.found("lilas", index=large) == []
    assert (told, built_here, children()) == ([(0, 1), (1, 1)], [], [])


async def test_what_is_published_during_the_build_is_found_after_it(
    directory: Directory, large: SearchIndex, built_here: list[object]
) -> None:
    await directory.eg("PREMIER")
    with sqlite3.connect(directory.file, isolation_level=None) as other:
        storage.connect(directory.file).close()
        other.execute("BEGIN IMMEDIATE")  # the builder waits for its turn
        building = large.catching_up()
        await directory.eg("SECOND")
        other.execute("ROLLBACK")
    await building
    assert await directory.found("premier", index=large) == ["PREMIER"]
    assert await directory.found("second", index=large) == ["SECOND"]
    assert built_here == []


async def test_a_small_one_is_built_here(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    await directory.eg("EHPAD")
    replace_builder(monkeypatch, "tests.search.killed")
    index = SearchIndex(directory.database, directory.file, apart_from=2)
    assert await directory.found("ehpad", index=index) == ["EHPAD"]
    await index.close()


async def test_a_builder_that_is_killed_is_told_and_another_one_takes_over(
    directory: Directory, large: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    await directory.eg("EHPAD")
    replace_builder(monkeypatch, "tests.search.killed")
    with pytest.raises(IndexUnavailableError, match=f"s'est arrêté, signal {signal.SIGKILL}"):
        await large.build()
    assert large.progress is None
    monkeypatch.undo()
    await large.build()
    assert await directory.found("ehpad", index=large) == ["EHPAD"]


async def test_a_builder_that_cannot_write_says_why(directory: Directory, large: SearchIndex) -> None:
    await directory.egs([(f"EHPAD NUMERO {number} {'X' * number}", "", {}) for number in range(400)])
    with files_of_at_most(400_000), pytest.raises(IndexUnavailableError, match="disk"):
        await large.build()
    await large.build()
    assert len(await directory.found("numero", index=large)) == 50


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file of the processes that are started grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_server_that_stops_takes_its_builder_along(
    directory: Directory, large: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    await directory.eg("EHPAD")
    replace_builder(monkeypatch, "tests.search.endless")
    started = asyncio.Event()
    large.told = lambda *_: started.set()
    large.catching_up()
    await started.wait()
    assert len(children()) == 1
    await large.close()
    assert children() == []


def test_a_builder_whose_server_is_gone_leaves_the_file_alone(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "essai.recherche"
    storage.connect(file).close()
    command = [*apart.COMMAND, apart.MODULE]
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(command, stdin=subprocess.PIPE) as builder:
            assert builder.stdin is not None
            builder.stdin.write(json.dumps({"database": sqlite_url, "file": str(file)}).encode() + b"\n")
            builder.stdin.close()
            assert builder.wait(timeout=60) == 1
        other.execute("ROLLBACK")
    db = storage.connect(file)
    assert storage.held(db) is None
    db.close()


async def test_how_far_it_is_is_told_to_those_who_search(directory: Directory, large: SearchIndex) -> None:
    await directory.egs([(f"EHPAD {number}", "", {}) for number in range(30)])
    seen: list[Chargement | None] = []
    large.told = lambda *_: seen.append(large.progress)
    await large.build()
    assert [(one.fait, one.total) for one in seen if one] == [(0, 30), (30, 30)]
    assert large.progress is None
