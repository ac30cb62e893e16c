"""Import of a modèle de saisie: an official FHIR Questionnaire (SDC), or its condensed shape (DOMAIN §5.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from ror_server import forms, nomenclatures
from ror_server.domain.words import clean, fold
from ror_server.forms.regles import TYPE, Regle, RegleChamp
from ror_server.imports import chemins_fhir, whole
from ror_server.imports.affichages import Conditions
from ror_server.imports.questionnaire import Condensed, Item, Questionnaire
from ror_server.imports.source import RefusedFileError
from ror_server.store import nomenclatures as stored
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Champ, Kind

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

LABELS: Mapping[str, str] = {
    "public s": "publics",
    "type d offre": TYPE,
    "activites": "activites",
}
"""Our field for a label of a condensed modèle that is not ours."""

SUBJECTS: Mapping[str, Sequence[Kind]] = {
    "HealthcareService": (Kind.UO,),
    "Organization": (Kind.EJ, Kind.EG, Kind.POLE, Kind.SERVICE, Kind.UF),
}
"""What a FHIR resource describes here."""

OI_TYPES: Mapping[str, Kind] = {"1": Kind.POLE, "2": Kind.SERVICE, "3": Kind.UF}
"""Types of organisation interne (JDV_J203)."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{2,80}")


@dataclass
class Lecture:
    """A modèle de saisie as it was read.

    Attributes:
        regle: What we keep of it.
        left: The labels of what our form has no place for.
        conditions: How many conditions were taken over.
        unconditioned: The sentences of those that were not.
    """

    regle: Regle
    left: list[str] = field(default_factory=list)
    conditions: int = 0
    unconditioned: list[str] = field(default_factory=list)


def run(path: Path, url: str, kinds: Sequence[Kind] = ()) -> int:
    """Import a modèle de saisie and say what happened.

    Args:
        path: The JSON file.
        url: The database; its schema is made or brought up to date.
        kinds: What it describes, when the file does not say it.

    Returns:
        The exit code of the command (see `whole.run`).
    """
    return whole.run(_import(path, url, kinds))


def listed(url: str) -> int:
    """Say which modèles de saisie count: those that ship with the server, and those of the database."""
    return whole.run(_list(url))


async def _list(url: str) -> list[str]:
    database = Database(url)
    try:
        await migrate(database)
        async with database.read() as tx:
            found = await stored.modeles_saisie(tx)
    finally:
        await database.close()
    every = {**forms.shipped(), **found}
    return [
        f"{one.nom} « {one.titre} », version {one.version}, {_said(one)}"
        f" ({'importé' if nom in found else 'livré avec le serveur'} ; {one.source})."
        for nom, one in sorted(every.items())
    ]


async def _import(path: Path, url: str, kinds: Sequence[Kind]) -> list[str]:
    found = parse(whole.text(path), path.name, at=datetime.now(UTC), kinds=kinds)
    regle = found.regle
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
    return _report(found, unknown)


def _report(found: Lecture, unknown: Sequence[str]) -> list[str]:
    regle = found.regle
    lines = [f"{regle.nom} « {regle.titre} », version {regle.version} : {_said(regle)}."]
    if unknown:
        lines.append(f"  codes absents de nos listes, gardés lisibles, jamais proposés : {', '.join(unknown)}.")
    if found.conditions:
        lines.append(f"  conditions enableWhen reprises : {found.conditions}.")
    if found.unconditioned:
        lines.append(f"  conditions non reprises : {len(found.unconditioned)}.")
        lines += [f"    {one}" for one in found.unconditioned]
    if found.left:
        lines.append(f"  éléments non repris : {len(found.left)} ({', '.join(found.left)}).")
    return lines


def _said(regle: Regle) -> str:
    counts = ", ".join(f"{one.champ} {len(one.codes)}" for one in regle.champs if one.codes)
    where = f"{len(regle.categories)} catégories" if regle.categories else "toutes les catégories"
    what = f"types {', '.join(regle.types)}" if regle.types else ", ".join(kind.value for kind in regle.kinds)
    return f"{what}, {where}, codes : {counts or 'aucune limite'}"


def _unknown(regle: Regle) -> Iterator[str]:
    for one in regle.champs:
        champ = forms.champ(regle.kinds[0], one.champ)
        known = nomenclatures.by_code(champ.nomenclature) if champ and champ.nomenclature else {}
        yield from (f"{one.champ} {code}" for code in one.codes if code not in known or known[code].retire)


def parse(text: str, file: str, *, at: datetime, kinds: Sequence[Kind] = ()) -> Lecture:
    """Read a modèle de saisie.

    Args:
        text: The content of the file.
        file: Its name, kept as the source.
        at: The moment, the version of a file that has none.
        kinds: What it describes, when the file does not say it.

    Returns:
        The rule, and what of the file our form has no place for.

    Raises:
        RefusedFileError: It is no such file; the text says why.
    """
    try:
        raw = json.loads(text)
        kind = str(raw.get("resourceType", "")) if isinstance(raw, dict) else ""
        if kind == "Questionnaire":
            found = _of_questionnaire(Questionnaire.model_validate(raw), at, kinds)
        elif kind.startswith("Questionnaire"):
            found = _of_condensed(Condensed.model_validate(raw), at)
        else:
            raise RefusedFileError(
                f"Il faut un Questionnaire FHIR, et c'est « {clean(kind)[:40]} ». Rien n'a été importé."
            )
    except json.JSONDecodeError as error:
        raise RefusedFileError(f"Ce fichier n'est pas du JSON (ligne {error.lineno}). Rien n'a été importé.") from error
    except ValidationError as error:
        where = "/".join(str(part) for part in error.errors()[0]["loc"]) or "le début"
        raise RefusedFileError(f"Ce modèle de saisie ne se lit pas (voir {where}). Rien n'a été importé.") from error
    regle = found.regle
    if not _NAME.fullmatch(regle.nom):
        raise RefusedFileError("Ce modèle de saisie n'a pas de nom (name ou id). Rien n'a été importé.")
    if Kind.UO in regle.kinds and not regle.types:
        raise RefusedFileError("Ce modèle ne dit pas quels types d'UO il décrit. Rien n'a été importé.")
    found.regle = regle.model_copy(update={"source": regle.source or f"fichier {clean(file)[:100]}"})
    return found


# --- Condensed ---


def _of_condensed(found: Condensed, at: datetime) -> Lecture:
    told = {name: (codes, more) for label, codes in found.allowed.items() for name, _, more in [label.partition(" ")]}
    champs = {
        CONDENSED[name]: RegleChamp(champ=CONDENSED[name], codes=codes, obligatoire="required" in fold(more))
        for name, (codes, more) in told.items()
        if name in CONDENSED
    }
    left = [clean(name) for name in told if name not in CONDENSED]
    for label in (label for labels in found.sections.values() for label in labels if "*" in label):
        champ = _labelled(label)
        if champ is None:
            left.append(clean(label)[:60])
        elif champ.id != TYPE and not champ.obligatoire and not champ.verrou:
            known = champs.get(champ.id) or RegleChamp(champ=champ.id)
            champs[champ.id] = known.model_copy(update={"obligatoire": True})
    regle = Regle(
        nom=found.name,
        titre=clean(found.title or found.name),
        version=clean(found.version) or f"{at:%Y%m%d}",
        source=clean(found.source),
        categories=found.useContext.get("catEG", []),
        types=found.fixed.get("typeOffre", []),
        champs=list(champs.values()),
    )
    return Lecture(regle, left)


def _labelled(label: str) -> Champ | None:
    name = fold(label.partition("*")[0])
    champs = forms.modele(Kind.UO).champs()
    return next((champ for champ in champs if LABELS.get(name) == champ.id or fold(champ.libelle) == name), None)


# --- FHIR ---


def _of_questionnaire(found: Questionnaire, at: datetime, kinds: Sequence[Kind]) -> Lecture:
    kinds = _kinds(found, kinds)
    leaves = list(found.leaves())
    by_link = {item.linkId: chemins_fhir.field(item, kinds[0]) for item, _ in leaves}
    conditions = Conditions(by_link)
    champs: dict[str, RegleChamp] = {}
    left: list[str] = []
    for item, held in leaves:
        champ, label = by_link[item.linkId], clean(item.text or item.linkId)[:60]
        if champ is None or (champ.verrou and champ.id != TYPE):
            left.append(f"{label} (champ verrouillé)" if champ else label)
        elif champ.id not in champs:
            shown = conditions.of(champ, label, held)
            left += _other_list(item, champ, label)
            champs[champ.id] = RegleChamp(
                champ=champ.id,
                codes=item.codes if champ.nomenclature else [],
                obligatoire=item.required and shown is not None,
                affichages=shown or [],
            )
    types = champs.pop(TYPE, RegleChamp(champ=TYPE)).codes
    regle = Regle(
        nom=found.name or found.id,
        titre=clean(found.title or found.name or found.id),
        version=clean(found.version) or f"{at:%Y%m%d}",
        source=clean(", ".join(filter(None, (found.publisher, found.url)))),
        kinds=list(kinds),
        categories=list(found.contexts("categ")),
        types=types,
        champs=list(champs.values()),
    )
    return Lecture(regle, left, conditions.taken, conditions.left)


def _other_list(item: Item, champ: Champ, label: str) -> Iterator[str]:
    """Say that a field takes its codes from another list than ours."""
    named = re.search(r"J\d+", item.answerValueSet)
    if named and champ.nomenclature and not champ.nomenclature.endswith(f"_{named[0]}"):
        yield f"la liste JDV_{named[0]} de « {label} », qui a chez nous {champ.nomenclature}"


def _kinds(found: Questionnaire, wanted: Sequence[Kind]) -> Sequence[Kind]:
    """Tell what a questionnaire describes: its subject, and for an Organization what it says of itself.

    Raises:
        RefusedFileError: Neither the file nor who imports it says it, or they say two things.
    """
    subjects = found.subjectType or ["HealthcareService"]
    allowed = [kind for subject in subjects for kind in SUBJECTS.get(subject, ())]
    if not allowed:
        named = ", ".join(clean(one)[:40] for one in subjects[:5])
        raise RefusedFileError(
            f"Ce Questionnaire décrit {named} : seules les offres (HealthcareService) et les structures (Organization)"
            " se reprennent ici. Rien n'a été importé."
        )
    if any(kind not in allowed for kind in wanted):
        names = ", ".join(kind.value for kind in allowed)
        raise RefusedFileError(f"Ce Questionnaire décrit autre chose : donnez --genre parmi {names}.")
    guessed = wanted or ([Kind.UO] if Kind.UO in allowed else _structures(found))
    if not guessed:
        raise RefusedFileError(
            "Ce Questionnaire décrit une structure sans dire laquelle : donnez --genre ej, eg, pole, service ou uf."
            " Rien n'a été importé."
        )
    return guessed


def _structures(found: Questionnaire) -> Sequence[Kind]:
    paths = [(chemins_fhir.last(item), item) for item, _ in found.leaves()]
    types = {OI_TYPES[code] for path, item in paths if "oitype" in path for code in item.codes if code in OI_TYPES}
    if types:
        return [kind for kind in OI_TYPES.values() if kind in types]
    if any("statutjuridique" in path for path, _ in paths):
        return [Kind.EJ]
    return [Kind.EG] if any("categorieetablissement" in path for path, _ in paths) else []
