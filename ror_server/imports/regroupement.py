"""Import of the lists of groups that a region keeps: all of a file or nothing of it (docs/decisions/0009)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.regroupements import Codes, Fault, Group, read
from ror_server.imports import whole
from ror_server.imports.source import RefusedFileError
from ror_server.store import members
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Afficher, Discipline

GENRES = {
    Afficher.TERRITOIRE: "Territoires de santé",
    Afficher.CATEGORIE_BESOINS: "Catégories de besoins",
    Afficher.FILIERE: "Filières",
}
OFFICIAL = files("ror_server.nomenclatures") / "data" / "territoires-sante.csv"


def run(path: Path | None, url: str) -> int:
    """Import a file of groups and say what happened.

    Args:
        path: The file; None for the territoires de santé that ship with the server.
        url: The database; its schema is made or brought up to date.

    Returns:
        The exit code of the command (see `whole.run`).
    """
    return whole.run(_import(path, url))


async def _import(path: Path | None, url: str) -> list[str]:
    groups = parse(whole.decoded(OFFICIAL.read_bytes()) if path is None else whole.text(path))
    database = Database(url)
    try:
        await migrate(database)
        async with database.write() as tx:
            return [await replace(tx, genre, groups) for genre in GENRES if any(one.genre is genre for one in groups)]
    finally:
        await database.close()


def parse(text: str) -> list[Group]:
    """Read a file of groups.

    Raises:
        RefusedFileError: Something is wrong in it; the text says what, line by line.
    """
    groups, faults = read(text.splitlines(), known_codes())
    if faults:
        raise _told(faults)
    return groups


def known_codes() -> Codes:
    """Give the codes that each criterion may take."""
    return {
        "departement": nomenclatures.departements().keys(),
        "categorie": nomenclatures.categories_eg().keys(),
        "type_uo": nomenclatures.by_code("JDV_J238").keys(),
        "mode": nomenclatures.by_code("JDV_J19").keys(),
        "discipline": [discipline.value for discipline in Discipline],
        "activite": nomenclatures.by_code("JDV_J17").keys(),
        "public": nomenclatures.by_code("JDV_J29").keys(),
        "competence": nomenclatures.by_code("JDV_J33").keys(),
        "profession": nomenclatures.by_code("JDV_J186").keys(),
    }


async def replace(tx: AsyncConnection, genre: Afficher, groups: Sequence[Group]) -> str:
    """Write the groups of one genre instead of those that are there, and say so in French."""
    wanted = [group for group in groups if group.genre is genre]
    if await members.stored(tx, genre) == wanted:
        return f"{GENRES[genre]} : rien n'a changé, cette liste était déjà là."
    await members.put(tx, genre, wanted)
    held = await members.count(tx, genre)
    groupes = "1 groupe réunit" if len(wanted) == 1 else f"{len(wanted)} groupes réunissent"
    return f"{GENRES[genre]} : {groupes} {held} établissement{'s' if held > 1 else ''}."


def _told(faults: Sequence[Fault]) -> RefusedFileError:
    lines = [f"ligne {one.ligne}, {one.champ} : {one.raison}." for one in faults]
    return whole.refused("Cette liste est refusée, rien n'a été importé :", lines)
