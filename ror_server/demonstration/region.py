"""The rows of the demonstration region: establishments with all that stands below them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, count, cycle
from random import Random
from typing import NamedTuple

from ror_server.demonstration.plan import SEED, Entity, Establishment
from ror_server.demonstration.profiles import UnitType, resources, words
from ror_server.domain.controls import default_name
from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.peuplement import Etablissement, of_establishment, of_unit
from ror_server.domain.words import fold
from ror_server.imports.keys import structure_id
from ror_server.nomenclatures import all_codes, by_code
from ror_tui.api_client.models import Kind, Peuplement, Valeurs

CONTACT_PERCENT = 85
SENSITIVE_PER_THOUSAND = 5
UF_PERCENT = 65
COMPETENCE_PERCENT = 30
NAMED_PERCENT = 60
REGULATION_PERCENT = 8

_NATURES = ("01", "02", "03", "06", "07")


class Row(NamedTuple):
    """A structure as it is written; JSON as text."""

    id: str
    kind: str
    parent_id: str | None
    eg_id: str | None
    nom: str
    raison_sociale: str | None
    nom_tri: str
    recherche: str
    valeurs: str = "{}"
    discipline: str | None = None
    disciplines: int = 0
    finess: str | None = None
    siren: str | None = None
    siret: str | None = None
    categorie: str | None = None
    domaine: str | None = None
    circuit: str | None = None
    departement: str | None = None
    commune: str | None = None
    code_postal: str | None = None
    ville: str | None = None
    adresse: str | None = None
    telephone: str | None = None
    ouverte_le: str | None = None
    peuplement: str = Peuplement.A_FAIRE.value


COLUMNS = Row._fields

_fold = lru_cache(maxsize=1 << 14)(fold)
_default_name = lru_cache(maxsize=1 << 10)(default_name)


def entity_row(entity: Entity) -> Row:
    """Give the row of a legal entity; the disciplines of what it runs come later."""
    nom_tri = _fold(entity.nom)
    return Row(
        id=structure_id("ej", entity.finess),
        kind=Kind.EJ.value,
        parent_id=None,
        eg_id=None,
        nom=entity.nom,
        raison_sociale=entity.nom,
        nom_tri=nom_tri,
        recherche=f"{nom_tri} {entity.finess} {entity.siren}",
        finess=entity.finess,
        siren=entity.siren,
        departement=entity.departement,
    )


def establishment_rows(establishment: Establishment) -> list[Row]:
    """Give the rows of an establishment and of all below it, parents before children."""
    return _Builder(establishment).build()


class _Builder:
    def __init__(self, establishment: Establishment) -> None:
        self._eg = establishment
        self._id = structure_id("eg", establishment.finess)
        self._random = Random(f"{SEED}:{establishment.finess}")  # noqa: S311  # a drawing, not a secret
        self._resources = Random(f"{SEED}:ressources:{establishment.finess}")  # noqa: S311  # a drawing, not a secret
        self._place = _fold(f"{establishment.ville} {establishment.code_postal}")
        self._below: list[Row] = []
        self._names: set[tuple[str, str]] = set()
        self._modes: dict[str, Iterator[str]] = {}
        self._facts = Etablissement(establishment.profile.code, adresse=True)
        self._codes = all_codes()

    def build(self) -> list[Row]:
        if self._eg.units and self._eg.profile.poles:
            self._hospital()
        elif self._eg.units:
            self._flat()
        bits = self._bits()
        below = [row if row.disciplines else row._replace(disciplines=bits[row.id]) for row in self._below]
        return [self._establishment(bits[self._id]), *below]

    def _bits(self) -> dict[str, int]:
        """Bring the disciplines of the units up to all that stands above them."""
        bits = {self._id: discipline_bit(self._eg.profile.discipline)}
        bits |= {row.id: row.disciplines for row in self._below}
        for row in reversed(self._below):
            bits[row.parent_id or self._id] |= bits[row.id]
        return bits

    def _establishment(self, bits: int) -> Row:
        eg, random = self._eg, self._random
        nom_tri = _fold(eg.nom)
        street = f"{random.randint(1, 180)} {random.choice(words()['voies'])} {random.choice(words()['rues'])}"
        return Row(
            id=self._id,
            kind=Kind.EG.value,
            parent_id=structure_id("ej", eg.entity.finess),
            eg_id=None,
            nom=eg.nom,
            raison_sociale=eg.nom,
            nom_tri=nom_tri,
            recherche=f"{nom_tri} {self._place} {eg.finess} {eg.siret}",
            discipline=eg.profile.discipline.value,
            disciplines=bits,
            finess=eg.finess,
            siret=eg.siret,
            categorie=eg.profile.code,
            domaine=eg.profile.domaine,
            circuit=eg.profile.circuit.value,
            departement=eg.departement,
            commune=eg.commune,
            code_postal=eg.code_postal,
            ville=eg.ville,
            adresse=json.dumps([street], ensure_ascii=False),
            telephone=self._phone(),
            ouverte_le=f"{random.randint(1958, 2024)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
            peuplement=of_establishment(Peuplement(row.peuplement) for row in self._below if row.kind == Kind.UO).value,
        )

    def _flat(self) -> None:
        """Put the units directly below the establishment, its main type first."""
        types = self._eg.profile.types
        others = self._random.choices(types, k=self._eg.units - 1)
        for unit_type in (types[0], *others):
            self._unit(self._id, unit_type)

    def _hospital(self) -> None:
        """Make pôles, services and UF, until the units are all placed."""
        poles = self._eg.profile.poles
        chosen = self._random.sample(poles, min(len(poles), max(1, self._eg.units // 6)))
        for place, (nom, types) in enumerate(chosen):
            share = self._eg.units // len(chosen) + (place < self._eg.units % len(chosen))
            pole = self._node(Kind.POLE, self._id, f"Pôle {nom}")
            self._services(pole, types, share)

    def _services(self, pole: str, types: Sequence[UnitType], units: int) -> None:
        drawn = self._random.sample(types, len(types))
        left = units
        for turn in range(units):
            if not left:
                return
            unit_type = drawn[turn % len(drawn)]
            taken = min(left, self._random.randint(1, len(unit_type.modes)))
            left -= taken
            suffix = f" {turn // len(drawn) + 1}" if turn >= len(drawn) else ""
            service = self._node(Kind.SERVICE, pole, service_name(unit_type.libelle) + suffix)
            for _ in range(taken):
                self._unit(self._uf(service), unit_type)

    def _uf(self, service: str) -> str:
        if self._random.randrange(100) >= UF_PERCENT:
            return service
        sector = self._random.choice(words()["secteurs_uf"])
        return self._node(Kind.UF, service, f"UF {1000 + len(self._below)} – {sector}")

    def _node(self, kind: Kind, parent: str, nom: str, valeurs: Valeurs | None = None) -> str:
        node = structure_id(kind.value, f"{self._eg.finess}/{len(self._below)}")
        nom_tri = _fold(nom)
        discipline = str(valeurs["discipline"]) if valeurs else None
        peuplement = of_unit(valeurs, self._facts, self._codes) if valeurs else Peuplement.A_FAIRE
        self._below.append(
            Row(
                id=node,
                kind=kind.value,
                parent_id=parent,
                eg_id=self._id,
                nom=nom,
                raison_sociale=None,
                nom_tri=nom_tri,
                recherche=f"{nom_tri} {self._place}",
                valeurs=json.dumps(valeurs, ensure_ascii=False) if valeurs else "{}",
                discipline=discipline,
                disciplines=discipline_bit(discipline),
                peuplement=peuplement.value,
            )
        )
        return node

    def _unit(self, parent: str, unit_type: UnitType) -> None:
        mode = next(self._modes.setdefault(unit_type.code, cycle(unit_type.modes)))
        self._node(Kind.UO, parent, self._unit_name(parent, unit_type, mode), self._values(unit_type, mode))

    def _unit_name(self, parent: str, unit_type: UnitType, mode: str) -> str:
        """Give « Unité » + type; twins under one parent also say their mode, then their number."""
        default = _default_name(unit_type.libelle)
        told = f"{default} – {by_code('JDV_J19')[mode].libelle}"
        names = chain((default, told), (f"{told} {number}" for number in count(2)))
        nom = next(name for name in names if (parent, name) not in self._names)
        self._names.add((parent, nom))
        return nom

    def _values(self, unit_type: UnitType, mode: str) -> Valeurs:
        random = self._random
        low, high = random.choice(unit_type.ages)
        kept = random.randint(1, len(unit_type.activites))
        values: Valeurs = {
            "discipline": unit_type.discipline_in(self._eg.profile.discipline),
            "type_uo": unit_type.code,
            "age_min": low,
            "mode_prise_en_charge": mode,
            "activites": sorted(unit_type.activites[:kept]),
            "unite_sensible": random.randrange(1000) < SENSITIVE_PER_THOUSAND,
        }
        if high is not None:
            values["age_max"] = high
        contact: dict[str, str] = {}
        if random.randrange(100) < CONTACT_PERCENT:
            contact = {"nature": random.choice(_NATURES), "valeur": self._phone(), "niveau": random.choice("112")}
        return values | self._more(unit_type, str(values["discipline"]), contact)

    def _more(self, unit_type: UnitType, discipline: str, contact: dict[str, str]) -> Valeurs:
        """Give what is optional: publics, skills, professions, and who answers."""
        random, known = self._resources, resources()
        found: Valeurs = {
            "publics": sorted(random.sample(unit_type.publics, random.randint(1, min(2, len(unit_type.publics)))))
        }
        if random.randrange(100) < COMPETENCE_PERCENT:
            found["competences"] = sorted(random.sample(known["competences"][discipline], random.randint(1, 2)))
        found["professions"] = sorted(random.sample(known["professions"][discipline], random.randint(1, 2)))
        if contact and random.randrange(100) < REGULATION_PERCENT:
            contact["niveau"] = "3"
        if contact and random.randrange(100) < NAMED_PERCENT:
            contact["nom"] = f"{random.choice(known['prenoms'])} {random.choice(words()['noms'])}"
            contact["fonction"] = random.choice(known["fonctions"])
        return found | ({"contacts": [_contact(contact)]} if contact else {})

    def _phone(self) -> str:
        """Give a number of the range kept for fiction."""
        return f"019900{self._random.randrange(10_000):04d}"


def _contact(told: dict[str, str]) -> Valeurs:
    """Give the row of a contact with one phone."""
    telecom: Valeurs = {"id": "1", "canal": "2", "valeur": told["valeur"], "niveau": told["niveau"]}
    return {"id": "1", **{key: text for key, text in told.items() if key != "valeur"}, "telecoms": [telecom]}


@lru_cache(maxsize=1 << 10)
def service_name(type_label: str) -> str:
    """Give the name of the service that holds units of a type."""
    for head in ("Unité hospitalière ", "Unité "):
        if type_label.startswith(head):
            return "Service " + type_label.removeprefix(head)
    return type_label if type_label.startswith("Service") else f"Service – {type_label}"
