"""Directories that nobody else can enter."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from ror_tui import paths
from ror_tui.paths import UnsafePathError


def test_every_directory_is_made_private(xdg: Path) -> None:
    os.umask(os.umask(0o022))
    made = [paths.data_dir(), paths.state_dir(), paths.runtime_dir()]
    assert [folder.parent.parent for folder in made] == [xdg] * 3
    assert [folder.name for folder in made] == ["ror-tui"] * 3
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in made} == {0o700}


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o720])
def test_a_directory_open_to_others_is_refused(xdg: Path, mode: int) -> None:
    paths.data_dir().chmod(mode)
    with pytest.raises(UnsafePathError, match="chmod 700"):
        paths.data_dir()


def test_a_directory_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    paths.data_dir()
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(UnsafePathError, match="appartient à un autre utilisateur"):
        paths.data_dir()


def test_a_link_or_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "but").mkdir(mode=0o700)
    (tmp_path / "lien").symlink_to(tmp_path / "but")
    (tmp_path / "fichier").touch(mode=0o600)
    with pytest.raises(UnsafePathError, match="n'est pas un dossier"):
        paths.private(tmp_path / "lien")
    with pytest.raises(UnsafePathError, match="ne peut pas être créé"):
        paths.private(tmp_path / "fichier")


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    with pytest.raises(UnsafePathError, match="ne peut pas être créé"):
        paths.private(tmp_path / "fichier" / "dessous")


@pytest.mark.parametrize("given", [None, "", "relatif", "/absent/nulle-part"])
def test_without_a_runtime_directory_one_of_ours_is_made(
    given: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if given is None:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", given)
    folder = paths.runtime_dir()
    assert folder == tmp_path / f"ror-tui-{os.geteuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_long_runtime_directory_gives_way_to_a_short_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        long = tmp_path / ("x" * 100)
        long.mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
        monkeypatch.setattr(tempfile, "tempdir", short)
        path = paths.socket_path(Path("/d/demonstration.db"))
        assert path.parent == Path(short) / f"ror-tui-{os.geteuid()}"
        assert len(os.fsencode(path)) <= paths.SOCKET_PATH_MAX


def test_no_short_directory_at_all_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with pytest.raises(UnsafePathError, match="trop long pour un socket"):
        paths.socket_path(Path("/d/demonstration.db"))


def test_each_database_has_its_own_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        one, same, other = (paths.socket_path(Path(name)) for name in ("/a/d.db", "/a/d.db", "/b/d.db"))
        assert one == same
        assert one != other
