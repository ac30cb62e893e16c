"""Random histories: few and always the same in `make test`, many in `make soak`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import SOAK, new_postgres, new_sqlite
from tests.stateful.machine import Hospital

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600 if SOAK else 240)]

EXAMPLES = {"sqlite": max(8, SOAK), "postgresql": max(2, SOAK // 4)}
STEPS = 60 if SOAK else 25


def _check(new_database: Callable[[], str], examples: int) -> None:
    machine = type("Hospital", (Hospital,), {"new_database": staticmethod(new_database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SOAK,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_on_sqlite_nothing_is_lost_and_everything_can_be_told_again(sqlite_template: Path, tmp_path: Path) -> None:
    folders = (tmp_path / str(rank) for rank in itertools.count())

    def fresh() -> str:
        folder = next(folders)
        folder.mkdir()
        return new_sqlite(sqlite_template, folder)

    _check(fresh, EXAMPLES["sqlite"])


def test_on_postgresql_nothing_is_lost_and_everything_can_be_told_again(request: pytest.FixtureRequest) -> None:
    cluster = request.getfixturevalue("postgres_cluster")
    with ExitStack() as stack:
        _check(lambda: stack.enter_context(new_postgres(cluster)), EXAMPLES["postgresql"])
