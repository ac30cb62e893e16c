"""Import of a modèle de saisie: an official FHIR Questionnaire (SDC), or its condensed shape (DOMAIN §5.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ror_server import forms, nomenclatures
from ror_server.domain.words import clean, fold
from ror_server.forms.regles import TYPE, Regle, RegleChamp
from ror_server.imports import whole
from ror_server.imports.source import RefusedFileError
from ror_server.store import nomenclatures as stored
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Champ, Kind

PATHS: Mapping[str, str] = {
    "name": "nom",
    "category": TYPE,
    "sensitive-unit": "unite_sensible",
    "supportedpatientinfo": "publics",
    "caremode": "mode_prise_en_charge",
    "receptiontype": "temporalite_accueil",
    "receptionmodality": "modalites_accueil",
    "managementtype": "modes_gestion",
    "specificact": "actes",
    "outsideofficeact": "actes_hors_cabinet",
    "takingcarespeciality": "specialisations",
    "annualopening": "ouverture_annuelle",
    "ressourceprofession": "professions",
    "specificcompetence": "competences",
    "expertiselevel": "niveaux_expertise",
    "operationalactivity": "activites",
    "operationalactivityfamily": "famille_activite",
    "agerange.low": "age_min",
    "agerange.high": "age_max",
}
"""Our field for the end of a `definition` (DOMAIN §4.3)."""

CONDENSED: Mapping[str, str] = {
    "modePriseEnCharge": "mode_prise_en_charge",
    "modaliteAccueil": "modalites_accueil",
    "temporaliteAccueil": "temporalite_accueil",
    "activiteOperationnelle": "activites",
    "acteSpecifique": "actes",
    "niveauExpertise": "niveaux_expertise",
    "publicPrisEnCharge": "publics",
    "competenceSpecifique": "competences",
    "professionRessource": "professions",
    "specialisationPriseEnCharge": "specialisations",
}

SUBJECT = "HealthcareService"
"""The FHIR resource of an unité opérationnelle."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{2,80}")


class _Fhir(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Coding(_Fhir):
    code: str
    system: str = ""


class _Concept(_Fhir):
    coding: list[_Coding] = Field(default_factory=list)


class _Context(_Fhir):
    code: _Coding
    valueCodeableConcept: _Concept | None = None  # noqa: N815  # FHIR's name


class _Option(_Fhir):
    valueCoding: _Coding | None = None  # noqa: N815


class _Item(_Fhir):
    linkId: str  # noqa: N815
    text: str = ""
    definition: str = ""
    required: bool = False
    answerOption: list[_Option] = Field(default_factory=list)  # noqa: N815
    initial: list[_Option] = Field(default_factory=list)
    enableWhen: list[dict[str, Any]] = Field(default_factory=list)  # noqa: N815
    item: list[_Item] = Field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """The codes that it offers; none when it offers a whole list."""
        return [one.valueCoding.code for one in self.answerOption or self.initial if one.valueCoding]


class _Questionnaire(_Fhir):
    resourceType: str  # noqa: N815
    id: str = ""
    name: str = ""
    title: str = ""
    version: str = ""
    url: str = ""
    publisher: str = ""
    useContext: list[_Context] = Field(default_factory=list)  # noqa: N815
    subjectType: list[str] = Field(default_factory=list)  # noqa: N815
    item: list[_Item] = Field(default_factory=list)


class _Condensed(_Fhir):
    name: str
    title: str = ""
    useContext: dict[str, list[str]] = Field(default_factory=dict)  # noqa: N815
    fixed: dict[str, list[str]]
    allowed: dict[str, list[str]]


def run(path: Path, url: str) -> int:
    """Import a modèle de saisie and say what happened.

    Args:
        path: The JSON file.
        url: The database; its schema is made or brought up to date.

    Returns:
        The exit code of the command (see `whole.run`).
    """
    return whole.run(_import(path, url))


def listed(url: str) -> int:
    """Say which modèles de saisie the database holds."""
    return whole.run(_list(url))


async def _list(url: str) -> list[str]:
    database = Database(url)
    try:
        await migrate(database)
        async with database.read() as tx:
            found = await stored.modeles_saisie(tx)
    finally:
        await database.close()
    lines = [f"{one.nom} « {one.titre} », version {one.version}, {_said(one)}." for one in found.values()]
    return lines or ["Aucun modèle de saisie n'a été importé."]


async def _import(path: Path, url: str) -> list[str]:
    regle, left = parse(whole.text(path), path.name, at=datetime.now(UTC))
    database = Database(url)
    try:
        await migrate(database)
        async with database.write() as tx:
            await stored.install(tx)
            before = (await stored.modeles_saisie(tx)).get(regle.nom)
            same = before is not None and before.model_dump(exclude={"source"}) == regle.model_dump(exclude={"source"})
            if not same:
                await stored.put_modele(tx, regle, at=datetime.now(UTC))
            unknown = list(_unknown(regle))
    finally:
        await database.close()
    if same:
        return [f"{regle.nom} : rien n'a changé, ce modèle était déjà là (version {regle.version})."]
    head = f"{regle.nom} « {regle.titre} », version {regle.version} : {_said(regle)}."
    kept = (
        [f"  codes absents de nos listes, gardés lisibles, jamais proposés : {', '.join(unknown)}."] if unknown else []
    )
    more = [f"  non repris : {', '.join(left)}."] if left else []
    return [head, *kept, *more]


def _said(regle: Regle) -> str:
    counts = ", ".join(f"{one.champ} {len(one.codes)}" for one in regle.champs if one.codes)
    where = f"{len(regle.categories)} catégories" if regle.categories else "toutes les catégories"
    return f"types {', '.join(regle.types)}, {where}, codes : {counts or 'aucune limite'}"


def _unknown(regle: Regle) -> Iterator[str]:
    for one in regle.champs:
        champ = forms.champ(Kind.UO, one.champ)
        known = nomenclatures.by_code(champ.nomenclature) if champ and champ.nomenclature else {}
        yield from (f"{one.champ} {code}" for code in one.codes if code not in known or known[code].retire)


def parse(text: str, file: str, *, at: datetime) -> tuple[Regle, list[str]]:
    """Read a modèle de saisie.

    Args:
        text: The content of the file.
        file: Its name, kept as the source.
        at: The moment, the version of a file that has none.

    Returns:
        The rule, and what of the file our form has no place for.

    Raises:
        RefusedFileError: It is no such file; the text says why.
    """
    try:
        raw = json.loads(text)
        kind = str(raw.get("resourceType", "")) if isinstance(raw, dict) else ""
        if kind == "Questionnaire":
            questionnaire = _Questionnaire.model_validate(raw)
            _require_subject(questionnaire.subjectType)
            regle, left = _of_questionnaire(questionnaire, at)
        elif kind.startswith("Questionnaire"):
            regle, left = _of_condensed(_Condensed.model_validate(raw), at)
        else:
            raise RefusedFileError(
                f"Il faut un Questionnaire FHIR, et c'est « {clean(kind)[:40]} ». Rien n'a été importé."
            )
    except json.JSONDecodeError as error:
        raise RefusedFileError(f"Ce fichier n'est pas du JSON (ligne {error.lineno}). Rien n'a été importé.") from error
    except ValidationError as error:
        where = "/".join(str(part) for part in error.errors()[0]["loc"]) or "le début"
        raise RefusedFileError(f"Ce modèle de saisie ne se lit pas (voir {where}). Rien n'a été importé.") from error
    if not _NAME.fullmatch(regle.nom):
        raise RefusedFileError("Ce modèle de saisie n'a pas de nom (name ou id). Rien n'a été importé.")
    if not regle.types:
        raise RefusedFileError("Ce modèle ne dit pas quels types d'UO il décrit. Rien n'a été importé.")
    return regle.model_copy(update={"source": regle.source or f"fichier {clean(file)[:100]}"}), left


def _require_subject(subjects: Sequence[str]) -> None:
    """Refuse a questionnaire about something else than an offer: its fields would be those of another form."""
    if subjects and SUBJECT not in subjects:
        named = ", ".join(clean(one)[:40] for one in subjects[:5])
        raise RefusedFileError(
            f"Ce Questionnaire décrit {named} : seul un modèle de saisie d'une unité opérationnelle ({SUBJECT}) se"
            " reprend ici. Rien n'a été importé."
        )


def _of_condensed(found: _Condensed, at: datetime) -> tuple[Regle, list[str]]:
    champs, left = [], []
    for label, codes in found.allowed.items():
        name, _, more = label.partition(" ")
        if name in CONDENSED:
            champs.append(RegleChamp(champ=CONDENSED[name], codes=codes, obligatoire="required" in fold(more)))
        else:
            left.append(clean(name))
    regle = Regle(
        nom=found.name,
        titre=clean(found.title or found.name),
        version=f"{at:%Y%m%d}",
        source="",
        categories=found.useContext.get("catEG", []),
        types=found.fixed.get("typeOffre", []),
        champs=champs,
    )
    return regle, left


def _of_questionnaire(found: _Questionnaire, at: datetime) -> tuple[Regle, list[str]]:
    champs: dict[str, RegleChamp] = {}
    left = [
        f"{clean(item.text or item.linkId)[:60]} (condition enableWhen : le champ reste toujours montré)"
        for item in _all_items(found.item)
        if item.enableWhen
    ]
    for item in _leaves(found.item):
        champ = _field(item)
        if champ is None:
            left.append(clean(item.text or item.linkId)[:60])
        elif champ.id not in champs:
            codes = item.codes if champ.nomenclature else []
            champs[champ.id] = RegleChamp(
                champ=champ.id, codes=codes, obligatoire=item.required and not item.enableWhen
            )
    types = champs.pop(TYPE, RegleChamp(champ=TYPE)).codes
    regle = Regle(
        nom=found.name or found.id,
        titre=clean(found.title or found.name or found.id),
        version=clean(found.version) or f"{at:%Y%m%d}",
        source=clean(", ".join(filter(None, (found.publisher, found.url)))),
        categories=list(_contexts(found.useContext, "categ")),
        types=types,
        champs=list(champs.values()),
    )
    return regle, left


def _contexts(contexts: Iterable[_Context], wanted: str) -> Iterator[str]:
    for one in contexts:
        if one.code.code.casefold() == wanted and one.valueCodeableConcept:
            yield from (coding.code for coding in one.valueCodeableConcept.coding)


def _all_items(items: Sequence[_Item]) -> Iterator[_Item]:
    for one in items:
        yield one
        yield from _all_items(one.item)


def _leaves(items: Sequence[_Item]) -> Iterator[_Item]:
    for one in items:
        if one.item and not one.answerOption:
            yield from _leaves(one.item)
        else:
            yield one


def _field(item: _Item) -> Champ | None:
    """Give our field for an item, by the end of its `definition`, else by its label."""
    path = item.definition.rpartition("#")[2].casefold()
    ends = sorted(PATHS, key=len, reverse=True)
    found = next(
        (PATHS[end] for end in ends if re.search(rf"(?:^|[.:\[\-]){re.escape(end)}\]?(?:$|[.:\[])", path)), None
    )
    if found is not None:
        return forms.champ(Kind.UO, found)
    label = fold(item.text)
    champs = (champ for champ in forms.modele(Kind.UO).champs() if not champ.verrou)
    return next((champ for champ in champs if label and fold(champ.libelle) == label), None)
