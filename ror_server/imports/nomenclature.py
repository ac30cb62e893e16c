"""Import of a list of codes: an official FHIR CodeSystem or ValueSet (JSON), or a CSV with codes and labels."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ror_server import nomenclatures
from ror_server.domain.nomenclatures import Succession, succeed
from ror_server.domain.peuplement import LISTS
from ror_server.domain.words import clean, fold
from ror_server.imports import whole
from ror_server.imports.source import RefusedFileError
from ror_server.store import nomenclatures as stored
from ror_server.store import peuplement
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Code, Nomenclature

MOST = 200_000
"""Codes in one list: more is not a list of choice."""

_NAME = re.compile(r"(?:JDV|TRE|ASS)[_-][A-Z]?\d+", re.IGNORECASE)
_HEADERS = {
    "code": ("code",),
    "libelle": ("libelle", "label", "display", "libelle long"),
    "retire": ("retire", "inactif", "inactive"),
}
_YES = frozenset({"1", "oui", "o", "true", "vrai", "x"})


class _Fhir(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Property(_Fhir):
    code: str
    valueBoolean: bool | None = None  # noqa: N815  # FHIR's name
    valueCode: str | None = None  # noqa: N815
    valueDateTime: str | None = None  # noqa: N815


class _Concept(_Fhir):
    code: str
    display: str | None = None
    inactive: bool = False
    property: list[_Property] = Field(default_factory=list)
    concept: list[_Concept] = Field(default_factory=list)
    contains: list[_Concept] = Field(default_factory=list)

    def retired(self, today: str) -> bool:
        """Tell whether the list says that the code is no longer to be used (FHIR concept properties)."""
        for one in self.property:
            if one.code in {"inactive", "notSelectable"} and one.valueBoolean:
                return True
            if one.code == "status" and one.valueCode in {"retired", "deprecated", "inactive"}:
                return True
            if one.code in {"deprecationDate", "retirementDate", "dateFin"} and (one.valueDateTime or "9") <= today:
                return True
        return self.inactive


class _Include(_Fhir):
    concept: list[_Concept] = Field(default_factory=list)
    system: str = ""


class _Compose(_Fhir):
    include: list[_Include] = Field(default_factory=list)


class _Expansion(_Fhir):
    contains: list[_Concept] = Field(default_factory=list)


class _Resource(_Fhir):
    resourceType: str  # noqa: N815  # FHIR's name
    id: str = ""
    url: str = ""
    name: str = ""
    title: str = ""
    version: str = ""
    publisher: str = ""
    concept: list[_Concept] = Field(default_factory=list)
    compose: _Compose | None = None
    expansion: _Expansion | None = None

    def concepts(self) -> list[_Concept]:
        """Give the concepts of a CodeSystem, or those that a ValueSet holds or lists."""
        if self.expansion and self.expansion.contains:
            return self.expansion.contains
        included = [concept for one in (self.compose.include if self.compose else []) for concept in one.concept]
        return self.concept or included


def run(path: Path, url: str, name: str | None) -> int:
    """Import a list of codes and say what happened.

    Args:
        path: FHIR JSON, or CSV with `code` and `libelle`.
        url: The database; its schema is made or brought up to date.
        name: Name of the list, for example `JDV_J16`; None to take it from the file.

    Returns:
        The exit code of the command (see `whole.run`).
    """
    return whole.run(_import(path, url, name))


async def _import(path: Path, url: str, name: str | None) -> list[str]:
    found = parse(whole.text(path), path.name, name, at=datetime.now(UTC))
    database = Database(url)
    try:
        await migrate(database)
        async with database.write() as tx:
            await stored.install(tx)
            before = nomenclatures.find(found.nom)
            step = succeed(before, found)
            if before is None or not step.changes_nothing or before.version != found.version:
                await stored.put(tx, step.nomenclature, at=datetime.now(UTC))
                await stored.install(tx)
                if found.nom in LISTS:  # a code that is retired describes nothing any more
                    await peuplement.rebuild(tx)
    finally:
        await database.close()
    return _said(step, before)


def parse(text: str, file: str, name: str | None, *, at: datetime) -> Nomenclature:
    """Read a list of codes.

    Args:
        text: The content of the file.
        file: Its name, kept as the source.
        name: Name of the list, None to take it from the file.
        at: The day, for codes that end on a date.

    Raises:
        RefusedFileError: It is no such list; the text says why, line by line where there are lines.
    """
    json_text = text.lstrip().startswith(("{", "["))
    found = _fhir(text, at) if json_text else _csv(text, file)
    nom = (name or found.nom).strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{2,40}", nom):
        raise RefusedFileError("Le nom de cette liste ne se lit pas dans le fichier : donnez-le, --nom JDV_J16.")
    doubles = [code for code, times in Counter(one.code for one in found.codes).items() if times > 1]
    if doubles:
        raise RefusedFileError(f"Le code {doubles[0]} y est deux fois ou plus. Rien n'a été importé.")
    if not 0 < len(found.codes) <= MOST:
        raise RefusedFileError(f"Cette liste a {len(found.codes)} codes. Rien n'a été importé.")
    source = found.source or f"fichier {clean(file)[:100]}"
    return found.model_copy(update={"nom": nom.upper().replace("-", "_"), "source": source})


def _fhir(text: str, at: datetime) -> Nomenclature:
    try:
        resource = _Resource.model_validate_json(text)
    except ValidationError as error:
        where = "/".join(str(part) for part in error.errors()[0]["loc"]) or "le début"
        raise RefusedFileError(f"Ce JSON n'est pas une ressource FHIR lisible (voir {where}).") from error
    if resource.resourceType not in {"CodeSystem", "ValueSet"}:
        text = f"Il faut un CodeSystem ou un ValueSet FHIR, et c'est un {clean(resource.resourceType)[:40]}."
        raise RefusedFileError(f"{text} Rien n'a été importé.")
    known = _NAME.search(f"{resource.name} {resource.id} {resource.url}")
    return Nomenclature(
        nom=known[0] if known else (resource.name or resource.id)[:40],
        titre=clean(resource.title or resource.name or resource.id),
        version=clean(resource.version) or at.strftime("%Y%m%d%H%M%S"),
        source=clean(", ".join(filter(None, (resource.publisher, resource.url)))),
        codes=list(_codes(resource.concepts(), at.date().isoformat())),
    )


def _codes(concepts: Sequence[_Concept], today: str) -> Iterator[Code]:
    for one in concepts:
        yield Code(code=one.code, libelle=clean(one.display or one.code), retire=one.retired(today))
        yield from _codes([*one.concept, *one.contains], today)


def _csv(text: str, file: str) -> Nomenclature:
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=head.count))
    columns = _columns([fold(name) for name in next(rows, [])])
    codes, faults = [], []
    for number, row in enumerate(rows, 2):
        if not any(row):
            continue
        if len(row) <= max(columns["code"], columns["libelle"]) or not clean(row[columns["code"]]):
            faults.append(f"ligne {number} : il manque le code ou le libellé.")
            continue
        codes.append(_row(row, columns))
    if faults:
        raise whole.refused("Cette liste est refusée, rien n'a été importé :", faults)
    known = _NAME.search(file)
    version = re.search(r"\d{8,14}", file)
    return Nomenclature(
        nom=known[0] if known else "",
        titre=Path(file).stem,
        version=version[0] if version else "",
        source="",
        codes=codes,
    )


def _columns(headers: Sequence[str]) -> Mapping[str, int]:
    found = {
        name: next(headers.index(one) for one in names if one in headers)
        for name, names in _HEADERS.items()
        if any(one in headers for one in names)
    }
    if not {"code", "libelle"} <= found.keys():
        raise RefusedFileError(
            "Ce fichier n'est ni du FHIR (JSON) ni un CSV dont la première ligne nomme code et libelle."
        )
    return found


def _row(row: Sequence[str], columns: Mapping[str, int]) -> Code:
    place = columns.get("retire")
    retired = place is not None and place < len(row) and fold(row[place]) in _YES
    return Code(code=clean(row[columns["code"]]), libelle=clean(row[columns["libelle"]]), retire=retired)


def _said(step: Succession, before: Nomenclature | None) -> list[str]:
    after = step.nomenclature
    if before is not None and step.changes_nothing:
        return [f"{after.nom} : rien n'a changé, ces codes étaient déjà là (version {after.version})."]
    offered = sum(not code.retire for code in after.codes)
    counts = {"ajoutés": step.ajoutes, "renommés": step.renommes, "retirés": step.retires, "remis": step.remis}
    lines = [f"{after.nom} « {after.titre} », version {after.version} : {offered} codes proposés."]
    return lines + [f"  {len(codes)} {word} : {_few(codes)}" for word, codes in counts.items() if codes and before]


def _few(codes: Sequence[str]) -> str:
    return ", ".join(codes[:10]) + ("…" if len(codes) > 10 else "")
