"""Import of the lists of groups that a region keeps: all of a file or nothing of it (docs/decisions/0009)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.regroupements import Codes, Fault, Group, read
from ror_server.imports.source import RefusedFileError
from ror_server.store import members
from ror_server.store.database import BadDatabaseUrlError, Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Afficher, Discipline

OK, FAILED, REFUSED = 0, 1, 2
FAULTS_SHOWN = 20

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
        0 done, 1 the database failed, 2 the file or the command is refused; nothing is half-written.
    """
    try:
        lines = asyncio.run(_import(_text(path), url))
    except (RefusedFileError, BadDatabaseUrlError) as refused:
        return _stop(REFUSED, str(refused))
    except (DBAPIError, OSError) as failed:
        cause = str(getattr(failed, "orig", None) or failed).partition("\n")[0]
        return _stop(FAILED, f"L'import a échoué, la base est restée comme avant : {cause}")
    print("\n".join(lines))  # noqa: T201  # the answer of the command
    return OK


def _text(path: Path | None) -> str:
    try:
        raw = OFFICIAL.read_bytes() if path is None else path.read_bytes()
    except OSError as error:
        raise RefusedFileError(f"« {path} » ne se lit pas : {error.strerror}.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


async def _import(text: str, url: str) -> list[str]:
    groups = parse(text)
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
        raise RefusedFileError(_told(faults))
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


def _told(faults: Sequence[Fault]) -> str:
    lines = [f"  ligne {one.ligne}, {one.champ} : {one.raison}." for one in faults[:FAULTS_SHOWN]]
    more = len(faults) - len(lines)
    if more:
        lines.append(f"  et {more} de plus.")
    return "\n".join(["Cette liste est refusée, rien n'a été importé :", *lines])


def _stop(code: int, sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the answer of the command
    return code
