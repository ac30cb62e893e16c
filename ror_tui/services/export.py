"""Writing to a file what was found or compared: whole, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import CriteresOffres
from ror_tui.services.offres import Quoi
from ror_tui.texts import french

REASONS: Mapping[int, str] = {
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "votre quota de disque est atteint",
    errno.EACCES: "vous n'avez pas le droit d'écrire dans ce dossier",
    errno.EPERM: "vous n'avez pas le droit d'écrire dans ce dossier",
    errno.EROFS: "ce disque ne peut être que lu",
    errno.ENOENT: "ce dossier n'existe pas",
    errno.ENOTDIR: "ce dossier n'existe pas",
    errno.EISDIR: "c'est le nom d'un dossier",
    errno.ENAMETOOLONG: "ce nom est trop long",
}


class ExportError(Exception):
    """The file could not be written; the message is a French sentence, and nothing is left under the name asked."""


class ExportExistsError(ExportError):
    """A file has that name already."""


def place(typed: str) -> Path:
    """Read a path as a person types it; a « ~ » of nobody stays a name."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        return Path(typed)


async def exporter(
    client: RorClient,
    quoi: Quoi,
    criteres: CriteresOffres,
    fichier: Path,
    progres: Callable[[int], None],
    *,
    remplacer: bool = False,
) -> int:
    """Write all that is found to a file for spreadsheets; it gets its name once it is whole.

    Args:
        client: Signed in.
        quoi: What is listed.
        criteres: Every criterion must hold.
        fichier: Where to write.
        progres: Told how many lines are written.
        remplacer: Write over a file of that name.

    Returns:
        The number of lines, without the headers.

    Raises:
        ExportError: It cannot be written.
        RorError: The server refuses, or the connection is cut.
    """
    with _whole(fichier, remplacer=remplacer) as file:
        return await _write(client, quoi, criteres, file, progres)


def ecrire(fichier: Path, contenu: str | bytes, *, remplacer: bool = False) -> None:
    """Write a text, or bytes, to a file; it gets its name once it is whole.

    Args:
        fichier: Where to write.
        contenu: What to write.
        remplacer: Write over a file of that name.

    Raises:
        ExportError: It cannot be written.
    """
    with _whole(fichier, remplacer=remplacer) as file:
        file.write(contenu.encode() if isinstance(contenu, str) else contenu)


@contextmanager
def _whole(fichier: Path, *, remplacer: bool) -> Iterator[BinaryIO]:
    """Give a file to write, which gets its name once it is whole; nothing is left of one that fails."""
    partial = fichier.with_name(f".{uuid4().hex}.part")
    try:
        _check(fichier, remplacer=remplacer)
        # private: the table may hold contacts that not everybody may read
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _check(fichier, remplacer=remplacer)
        partial.replace(fichier)
    except OSError as error:
        reason = REASONS.get(error.errno or 0, f"erreur {error.errno} du système")
        text = f"« {fichier} » n'a pas pu être écrit : {reason}. Rien n'a été gardé sous ce nom."
        raise ExportError(french(text)) from error
    finally:
        partial.unlink(missing_ok=True)


def _check(fichier: Path, *, remplacer: bool) -> None:
    """Refuse a name that is taken: before anything is asked, and again before the file gets its name."""
    if fichier.is_dir():
        raise IsADirectoryError(errno.EISDIR, "directory")
    if fichier.exists() and not remplacer:
        raise ExportExistsError(french(f"« {fichier.name} » existe déjà dans {fichier.parent}."))


async def _write(
    client: RorClient, quoi: Quoi, criteres: CriteresOffres, file: BinaryIO, progres: Callable[[int], None]
) -> int:
    lines = -1
    async with client.offres.exporter(quoi, criteres) as chunks:
        async for chunk in chunks:
            file.write(chunk)
            lines += chunk.count(b"\n")
            progres(max(lines, 0))
    return max(lines, 0)
