"""Forms of the fiches, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from ror_server import nomenclatures
from ror_server.forms.regles import Regle, restricted
from ror_tui.api_client.models import Champ, Discipline, Kind, Modele, Valeurs

_DATA = files(__package__) / "data"

UNKNOWN_DOMAIN = "Non défini"

Raw = Mapping[str, Any]


class Etablissement(Protocol):
    """What a form depends on, of the establishment that a structure belongs to."""

    @property
    def discipline(self) -> str | None:
        """Its discipline."""

    @property
    def categorie(self) -> str | None:
        """Its category (JDV_J55)."""


def _read(name: str) -> Any:  # noqa: ANN401  # JSON, checked by the models
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def _load(kind: Kind, domaine: str | None) -> Modele:
    """Read the form of a kind: a field « comme » another is that one of `communs.json`; a section gives its condition.

    Args:
        kind: The kind.
        domaine: Domain of the establishment, whose fields are kept; None for those of every domain.
    """
    raw, shared = _read(kind.value), _read("communs")["champs"]
    sections = [_section(one, shared, domaine) for one in raw["sections"]]
    return Modele.model_validate({**raw, "sections": [one for one in sections if one["champs"]]})


def _section(raw: Raw, shared: Mapping[str, Raw], domaine: str | None) -> Raw:
    kept = [one for one in raw["champs"] if domaine is None or domaine in one.get("domaines", [domaine])]
    return {**raw, "champs": [_champ(one, shared, raw.get("visible_si", [])) for one in kept]}


def _champ(raw: Raw, shared: Mapping[str, Raw], conditions: Sequence[Raw]) -> Raw:
    found = {**shared[raw["comme"]], **raw} if "comme" in raw else raw
    own = found.get("visible_si", [])
    return {**found, "visible_si": [*(one for one in conditions if one not in own), *own]}


@cache
def shipped() -> Mapping[str, Regle]:
    """Give the modèles de saisie that ship with the server, by name: facts of the ANS, in our own format."""
    found = (Regle.model_validate_json(one.read_text(encoding="utf-8")) for one in (_DATA / "modeles").iterdir())
    return {one.nom: one for one in found}


_regles: dict[str, Regle] = dict(shipped())


def install(imported: Mapping[str, Regle]) -> None:
    """Use the modèles de saisie that an administrator imported, in this whole process.

    Args:
        imported: By name, each in place of the one that ships under it; what was installed before is forgotten.
    """
    _regles.clear()
    _regles.update({**shipped(), **imported})
    _form.cache_clear()


def modele(kind: Kind, discipline: Discipline | None = None, categorie: str | None = None) -> Modele:
    """Give the form of a kind of structure.

    Args:
        kind: Any kind.
        discipline: Discipline of the establishment, proposed as the default one of its units.
        categorie: Category of the establishment: some fields are those of a domain; None for all.
    """
    held = tuple(sorted(nom for nom, one in _regles.items() if one.holds(kind, categorie)))
    return _form(kind, discipline, _domaine(categorie), held)


def modele_de(kind: Kind, eg: Etablissement | None) -> Modele:
    """Give the form of a kind of structure in an establishment: the one that is shown, checked and sent.

    Args:
        kind: Any kind.
        eg: The establishment; None for what belongs to none.
    """
    if eg is None:
        return modele(kind)
    return modele(kind, Discipline(eg.discipline) if eg.discipline else None, eg.categorie)


@cache
def _form(kind: Kind, discipline: Discipline | None, domaine: str | None, held: tuple[str, ...]) -> Modele:
    """Give a form once: the same object as long as nothing is imported."""
    found = _load(kind, domaine)
    if kind is not Kind.UO and not held:
        return found
    changes = restricted(found.champs(), [_regles[nom] for nom in held])
    if discipline is not None and kind is Kind.UO:
        changes["discipline"] = {**changes.get("discipline", {}), "defaut": discipline.value}
    stamp = "+".join(f"{nom}-{_regles[nom].version}" for nom in held)
    return with_champs(found, changes).model_copy(update={"version": f"{found.version}{f'+{stamp}' if stamp else ''}"})


def _domaine(categorie: str | None) -> str | None:
    domaine = nomenclatures.categorie_eg(categorie).domaine if categorie else UNKNOWN_DOMAIN
    return None if domaine == UNKNOWN_DOMAIN else domaine


def with_champs(found: Modele, changes: Mapping[str, Mapping[str, object]]) -> Modele:
    """Give a form with some fields changed, by id."""
    sections = [
        section.model_copy(
            update={"champs": [champ.model_copy(update=changes.get(champ.id, {})) for champ in section.champs]}
        )
        for section in found.sections
    ]
    return found.model_copy(update={"sections": sections})


def champ(kind: Kind, champ_id: str) -> Champ | None:
    """Give a field of the form of a kind, whatever the establishment."""
    return _load(kind, None).champ(champ_id)


def defaults(found: Modele) -> Valeurs:
    """Give the values that a new fiche starts with."""
    return {champ.id: champ.defaut for champ in found.champs() if champ.defaut is not None}
