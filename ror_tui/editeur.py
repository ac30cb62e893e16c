"""A long text in the editor of the person: a file that only they read, never thrown away when the editor fails."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import tempfile
from pathlib import Path


class EditeurError(Exception):
    """The editor failed; the sentence says where the text is."""


def commande() -> list[str] | None:
    """Give the command of the editor, None when there is none."""
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    return words if words and shutil.which(words[0]) else None


async def ouvrir(command: list[str], texte: str) -> str:
    """Open a text in an editor, and give it as it was left.

    Args:
        command: The editor and its options.
        texte: What to edit.

    Raises:
        EditeurError: The editor ended badly, or left something that is not a text; the file stays.
    """
    handle, name = tempfile.mkstemp(prefix="ror-", suffix=".txt")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(texte)
    try:
        process = await asyncio.create_subprocess_exec(*command, name)
        status = await process.wait()
        after = _read(path)
    except (OSError, UnicodeDecodeError) as error:
        raise EditeurError(f"L'éditeur n'a pas rendu de texte ({error}) : il est gardé dans {name}.") from error
    if status != 0:
        raise EditeurError(f"L'éditeur s'est terminé par une erreur ({status}) : le texte est gardé dans {name}.")
    _remove(path)
    return after.removesuffix("\n")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _remove(path: Path) -> None:
    path.unlink()
