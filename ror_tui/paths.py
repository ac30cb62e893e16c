"""Where ror-tui keeps its files (XDG), in directories that nobody else can enter."""

# ruff: noqa: PLC0415 - platformdirs is imported only when a path is asked for

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

APP = "ror-tui"
SOCKET_PATH_MAX = 100
"""The system's limit is 108 bytes on Linux, 104 elsewhere."""


class UnsafePathError(Exception):
    """A directory cannot be trusted, or a path cannot be used; the message is a French sentence."""


def data_dir() -> Path:
    """Give the private directory of the data (`$XDG_DATA_HOME/ror-tui`), made if needed.

    Raises:
        UnsafePathError: When others could read or change what is in it.
    """
    import platformdirs

    return private(platformdirs.user_data_path(APP, appauthor=False))


def state_dir() -> Path:
    """Give the private directory of the logs (`$XDG_STATE_HOME/ror-tui`), made if needed.

    Raises:
        UnsafePathError: When others could read or change what is in it.
    """
    import platformdirs

    return private(platformdirs.user_state_path(APP, appauthor=False))


def runtime_dir() -> Path:
    """Give the private directory of the sockets: `$XDG_RUNTIME_DIR/ror-tui`, or one of ours under the temporary one.

    Raises:
        UnsafePathError: When others could read or change what is in it.
    """
    given = Path(os.environ.get("XDG_RUNTIME_DIR") or "")
    return private(given / APP) if given.is_absolute() and given.is_dir() else _temporary_dir()


def documents_dir() -> Path:
    """Give the user's directory of documents, or the current one when there is none: where an export is proposed."""
    import platformdirs

    found = platformdirs.user_documents_path()
    return found if found.is_dir() else Path.cwd()


def socket_path(database: Path) -> Path:
    """Give the path of the socket of the server that holds a database: one per database, short enough to be bound.

    Args:
        database: Absolute path of the database.

    Raises:
        UnsafePathError: When no private and short enough directory can be had.
    """
    name = f"demo-{hashlib.sha256(os.fsencode(database)).hexdigest()[:8]}.sock"
    path = runtime_dir() / name
    if len(os.fsencode(path)) > SOCKET_PATH_MAX:
        path = _temporary_dir() / name
    if len(os.fsencode(path)) > SOCKET_PATH_MAX:
        raise UnsafePathError(f"Le chemin {path} est trop long pour un socket : donnez à TMPDIR un chemin plus court.")
    return path


def private(directory: Path) -> Path:
    """Make a directory that only its owner can enter, or check the one that is there.

    Args:
        directory: The directory; its parents are made as the system makes them.

    Raises:
        UnsafePathError: When it belongs to another user, is a link, or is open to others.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        raise UnsafePathError(f"Le dossier {directory} ne peut pas être créé : {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafePathError(f"{directory} n'est pas un dossier : ror-tui n'y écrit rien.")
    if found.st_uid != os.geteuid():
        raise UnsafePathError(f"Le dossier {directory} appartient à un autre utilisateur : ror-tui n'y écrit rien.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise UnsafePathError(
            f"Le dossier {directory} est ouvert à d'autres utilisateurs. Fermez-le par : chmod 700 {directory}"
        )
    return directory


def _temporary_dir() -> Path:
    return private(Path(tempfile.gettempdir()) / f"{APP}-{os.geteuid()}")
