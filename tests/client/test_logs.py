"""The log is private, and holds no secret."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from ror_tui import logs


def test_warnings_go_to_a_private_file_and_not_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ror-tui.log"
    with logs.to_file(path):
        logging.getLogger("stamina").warning("stamina.retry_scheduled")
    assert "WARNING stamina stamina.retry_scheduled" in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "said",
    ["Authorization: Bearer s3cret", "{'jeton': 's3cret', 'a': 1}", '{"mot_de_passe": "s3cret"}', "password=s3cret"],
)
def test_what_looks_like_a_secret_is_masked(tmp_path: Path, said: str) -> None:
    path = tmp_path / "ror-tui.log"
    with logs.to_file(path):
        logging.getLogger("autre").error("avant %s après", said)
    text = path.read_text(encoding="utf-8")
    assert "s3cret" not in text
    assert "avant" in text
    assert "après" in text


def test_the_handler_goes_away_with_the_client(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    with logs.to_file(tmp_path / "ror-tui.log"):
        assert len(logging.getLogger().handlers) == len(before) + 1
    assert logging.getLogger().handlers == before


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "ror-tui.log"
    with logs.to_file(path):
        for _ in range(40):
            logging.getLogger("bavard").warning("%s", "x" * 60_000)
    files = sorted(tmp_path.glob("ror-tui.log*"))
    assert len(files) == logs.KEPT + 1
    assert max(file.stat().st_size for file in files) <= logs.SIZE
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
