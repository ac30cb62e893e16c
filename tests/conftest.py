"""Fixtures shared by all tests: nothing of the machine shows through, and both databases are real."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ror_server.search import index
from ror_server.services import sessions
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from tests import idle, postgres, stylesheets

SOAK = int(os.environ.get("ROR_SOAK", "0"))
"""How many times `make soak` repeats the long proofs; 0 in `make test`."""

settings.register_profile(
    "ror",
    deadline=None,
    derandomize=not SOAK,
    max_examples=max(60, SOAK * 10),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ror")

SHARED = Path(__file__).parent.parent.parent / "shared"
"""Real data, read in place; tests that need it skip when it is absent."""

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def quiet_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own XDG directories, terminal, locale and time zone."""
    for name in ("DATA", "STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for name in [name for name in os.environ if name.startswith("ROR_") or name == "NO_COLOR"]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def cheap_argon2() -> None:
    """Hash with Argon2id all the same, but for a thousandth of the memory: a suite signs in hundreds of times."""
    sessions._HASHER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))


@pytest.fixture(autouse=True, scope="session")
def collector_is_lazy() -> None:
    """Leave alone what all the tests imported, and collect the rest less often: a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def idle_is_exact() -> None:
    """Let pilots go on as soon as the application has nothing to do."""
    idle.install()


@pytest.fixture(autouse=True, scope="session")
def styles_are_read_once() -> None:
    """Read the style sheets once, not for each application."""
    stylesheets.install()


@pytest.fixture(autouse=True, scope="session")
def searches_are_patient() -> None:
    """Wait for an index that is being written rather than be told to come back: a busy machine takes its time."""
    index.PATIENCE = 60.0


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster | None]:
    """Start one PostgreSQL for the session, or give None when there is no binary."""
    found = postgres.binaries()
    if found is None:
        yield None
        return
    with postgres.running(found) as cluster:
        asyncio.run(_prepare_template(cluster))
        yield cluster


async def _prepare_template(cluster: postgres.Cluster) -> None:
    cluster.sql("CREATE DATABASE modele")
    database = Database(cluster.url("modele"))
    await migrate(database)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "modele.db"

    async def prepare() -> None:
        database = Database(str(path))
        await migrate(database)
        await database.close()

    asyncio.run(prepare())
    return path


def new_sqlite(template: Path, folder: Path) -> str:
    """Copy the template into a folder and give its URL."""
    return str(shutil.copy(template, folder / "ror.db"))


@contextmanager
def new_postgres(cluster: postgres.Cluster | None) -> Iterator[str]:
    """Make a database out of the template and drop it at the end, or skip with the reason."""
    if cluster is None:
        pytest.skip(postgres.WHY_ABSENT)
    name = f"essai_{os.getpid()}_{next(_numbers)}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE modele")
    yield cluster.url(name)
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a fresh SQLite database."""
    return new_sqlite(sqlite_template, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh database, once of each kind."""
    if request.param == "sqlite":
        yield new_sqlite(sqlite_template, tmp_path)
        return
    with new_postgres(request.getfixturevalue("postgres_cluster")) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open a fresh database, once of each kind."""
    opened = Database(database_url)
    yield opened
    await opened.close()
