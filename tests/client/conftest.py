"""Retries without pauses, a neutral environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=99, cap=True):
        yield


@pytest.fixture(autouse=True)
def xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own XDG directories."""
    for name in ("DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
        folder = tmp_path / name.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(f"XDG_{name}", str(folder))
    for name in ("SERVEUR", "THEME", "SOURIS", "ASCII", "HTTP_EN_CLAIR"):
        monkeypatch.delenv(f"ROR_TUI_{name}", raising=False)
    return tmp_path
