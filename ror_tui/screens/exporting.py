"""Asking where a text goes, then writing it: the same questions as the export of the Recherche."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ror_tui import paths
from ror_tui.services import export
from ror_tui.texts import bare, french
from ror_tui.widgets.dialogs import Ask, Choose, Confirm, Message

if TYPE_CHECKING:
    from ror_tui.app import RorApp

LABELS = {"txt": "Texte", "json": "JSON", "csv": "CSV (tableur)", "xlsx": "XLSX (tableur)"}


async def export_text(app: RorApp, name: str, formats: Sequence[str], write: Callable[[str], str]) -> Path | None:
    """Ask for a format and a file, then write; a file that is there is replaced only when asked.

    Args:
        app: Where to ask.
        name: What the file is called at first, without its ending.
        formats: Endings that can be had.
        write: Gives the text of a format.

    Returns:
        Where it was written; None when it was given up or could not be.
    """
    text = "Sous quelle forme ?"
    choices = [(one, LABELS[one]) for one in formats]
    how = await app.push_screen_wait(Choose("Exporter", french(text), choices))
    if how is None:
        return None
    return await export_bytes(app, name, how, write(how))


async def export_bytes(app: RorApp, name: str, how: str, content: str | bytes) -> Path | None:
    """Ask for a file, then write what is ready.

    Args:
        app: Where to ask.
        name: What the file is called at first, without its ending.
        how: Its ending.
        content: What to write.

    Returns:
        Where it was written; None when it was given up or could not be.
    """
    proposed = paths.documents_dir() / f"{_file_name(name)}.{how}"
    label = french(f"Fichier à écrire ({LABELS[how]}) :")
    answer = await app.push_screen_wait(Ask("Exporter", label, value=str(proposed), ok="Exporter"))
    return await _written(app, export.place(answer), content) if answer is not None else None


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", bare(name)).strip("-")[:80] or "export"


async def _written(app: RorApp, fichier: Path, contenu: str | bytes) -> Path | None:
    try:
        return await _confirmed(app, fichier, contenu)
    except export.ExportError as error:
        await app.push_screen_wait(Message("Export", str(error)))
        return None


async def _confirmed(app: RorApp, fichier: Path, contenu: str | bytes) -> Path | None:
    try:
        export.ecrire(fichier, contenu)
    except export.ExportExistsError as error:
        question = Confirm("Export", french(f"{error} Le remplacer ?"), yes="Remplacer", no="Garder", danger=True)
        if not await app.push_screen_wait(question):
            return None
        export.ecrire(fichier, contenu, remplacer=True)
    return fichier
