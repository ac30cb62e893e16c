"""The file of a dossier on the disk: read as text, written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from ror_tui.services.export import REASONS, ExportError, ExportExistsError
from ror_tui.services.fichier.entrees import FichierError
from ror_tui.texts import french

UNREADABLE: Mapping[int, str] = {
    errno.ENOENT: "ce fichier n'existe pas",
    errno.ENOTDIR: "ce fichier n'existe pas",
    errno.EISDIR: "c'est le nom d'un dossier",
    errno.EACCES: "vous n'avez pas le droit de le lire",
}


def read(file: Path) -> str:
    """Read a file.

    Raises:
        ExportError: It cannot be read.
        FichierError: It is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = UNREADABLE.get(error.errno or 0, f"erreur {error.errno} du système")
        raise ExportError(french(f"« {file} » n'a pas pu être lu : {reason}.")) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FichierError("ce fichier n'est pas écrit en UTF-8.", line) from error


def write(file: Path, text: str, *, remplacer: bool) -> bool:
    """Write a file; it gets its name once it is whole, and only its owner can read it.

    Returns:
        False when it said the same already.

    Raises:
        ExportExistsError: A file of that name says something else, and is not to be replaced.
        ExportError: It cannot be written.
    """
    partial = file.with_name(f".{uuid4().hex}.part")
    try:
        if file.exists() and file.read_bytes() == text.encode():
            return False
        if file.exists() and not remplacer:
            raise ExportExistsError(french(f"« {file} » existe déjà : --remplacer pour l'écraser."))
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except OSError as error:
        reason = REASONS.get(error.errno or 0, f"erreur {error.errno} du système")
        raise ExportError(french(f"« {file} » n'a pas pu être écrit : {reason}.")) from error
    finally:
        if partial.exists():
            partial.unlink()
    return True
