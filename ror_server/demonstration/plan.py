"""Who is in the demonstration region: establishments and the legal entities that run them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from stdnum import luhn

from ror_server.demonstration.profiles import Departement, Profile, departements, profiles, words
from ror_server.domain.identifiers import finess_key

SEED = 20261123
ESTABLISHMENTS = 14_000
ASSOCIATIONS = 45
HOSPITAL_GROUPS = 12

_VOWELS = "AEIOUÉÈÊÎ"


@dataclass(slots=True)
class Entity:
    """A legal entity. Its SIREN begins with 0, as no real one does."""

    finess: str
    siren: str
    nom: str
    departement: str
    establishments: int = 0

    def next_siret(self) -> str:
        """Give the SIRET of one more establishment."""
        self.establishments += 1
        body = f"{self.siren}{self.establishments:04d}"
        return body + luhn.calc_check_digit(body)


@dataclass(frozen=True, slots=True)
class Establishment:
    """An establishment to be generated."""

    finess: str
    profile: Profile
    nom: str
    departement: str
    ville: str
    code_postal: str
    entity: Entity
    siret: str
    units: int

    @property
    def commune(self) -> str:
        """Its INSEE code: the real one in Paris; elsewhere a code that no commune has, as its town is invented."""
        return commune_code(self.code_postal)


@dataclass(frozen=True, slots=True)
class Fixed:
    """An establishment that the accounts of the demonstration know by name."""

    finess: str
    category: str
    nom: str
    departement: str
    entity: str
    units: int


TILLEULS = Fixed(finess_key("75950001"), "500", "EHPAD Les Tilleuls", "75", "Association À l'ombre des arbres", 0)
QUATRE_RIVIERES = Fixed(
    finess_key("94950001"),
    "355",
    "Centre hospitalier des Quatre Rivières",
    "94",
    "Centre hospitalier des Quatre Rivières",
    34,
)
JARDIN = Fixed(finess_key("78950001"), "255", "MAS Le Jardin des Sources", "78", "Association Les Sources", 0)
FIXED = (TILLEULS, QUATRE_RIVIERES, JARDIN)


@dataclass(slots=True)
class Plan:
    """The whole region, before its units are generated."""

    entities: list[Entity] = field(default_factory=list)
    establishments: list[Establishment] = field(default_factory=list)


def plan() -> Plan:
    """Draw the region; the same one each time."""
    return _Drawing().draw()


class _Drawing:
    def __init__(self) -> None:
        self._random = Random(SEED)  # noqa: S311  # a drawing, not a secret
        self._plan = Plan()
        self._numbers: dict[str, int] = {}
        self._pools: dict[tuple[str, str], list[Entity]] = {}
        self._pool_names: set[str] = set()

    def draw(self) -> Plan:
        places = {one.code: one for one in departements()}
        by_code = {one.code: one for one in profiles()}
        for fixed in FIXED:
            place = places[fixed.departement]
            entity = self._entity(fixed.entity, place.code)
            self._add(by_code[fixed.category], place.towns[11], fixed.nom, entity, units=fixed.units)
        for profile, place in self._draws():
            town = self._random.choice(place.towns)
            nom = self._name(profile, town[0])
            entity = self._manager(profile, place, town[0], nom)
            self._add(profile, town, nom, entity, units=self._units(profile))
        return self._plan

    def _draws(self) -> Iterator[tuple[Profile, Departement]]:
        places = departements()
        total = sum(profile.weight for profile in profiles())
        drawn = [profile for profile in profiles() for _ in range(round(profile.weight * ESTABLISHMENTS / total))]
        self._random.shuffle(drawn)
        chosen = self._random.choices(places, [place.weight for place in places], k=len(drawn))
        return zip(drawn, chosen, strict=True)

    def _add(self, profile: Profile, town: tuple[str, str], nom: str, entity: Entity, *, units: int) -> None:
        departement = town[1][:2]
        finess = self._number(departement, "95")
        ville, code_postal = town
        self._plan.establishments.append(
            Establishment(finess, profile, nom, departement, ville, code_postal, entity, entity.next_siret(), units)
        )

    def _number(self, departement: str, series: str) -> str:
        """Give a FINESS number with a right key, out of a series that no département has reached."""
        key = departement + series
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return finess_key(f"{key}{self._numbers[key]:04d}")

    def _entity(self, nom: str, departement: str) -> Entity:
        body = f"0{len(self._plan.entities) + 1:07d}"
        siren = body + luhn.calc_check_digit(body)
        entity = Entity(self._number(departement, "90"), siren, nom, departement)
        self._plan.entities.append(entity)
        return entity

    def _units(self, profile: Profile) -> int:
        described = self._random.randrange(100) < profile.described_percent
        return self._random.randint(*profile.units) if described else 0

    def _name(self, profile: Profile, ville: str) -> str:
        pattern = self._random.choice(profile.names)
        found = pattern.replace("de {ville}", of_town(ville))
        return found.format(
            nom=self._random.choice(words()["noms"]),
            lieu=self._random.choice(words()["lieux"]),
            enseigne=self._random.choice(words()["enseignes"]),
        )

    def _manager(self, profile: Profile, place: Departement, ville: str, nom: str) -> Entity:
        match profile.manager:
            case "hopital":
                return self._pooled(place.code, "hopital", HOSPITAL_GROUPS, "Groupe hospitalier {lieu}")
            case "commune":
                return self._pooled(place.code, ville, 1, f"Commune {of_town(ville)}")
            case "clinique" | "maison" if self._random.randrange(100) < 45:
                return self._entity(f"SAS {nom}", place.code)
            case "propre":
                return self._entity(f"SELARL {nom}", place.code)
            case _:
                return self._pooled(place.code, "association", ASSOCIATIONS, "Association {association}")

    def _pooled(self, departement: str, pool: str, size: int, pattern: str) -> Entity:
        known = self._pools.setdefault((departement, pool), [])
        if len(known) < size:
            known.append(self._entity(self._free_name(pattern), departement))
            return known[-1]
        return self._random.choice(known)

    def _free_name(self, pattern: str) -> str:
        nom = self._fill(pattern)
        while nom in self._pool_names:
            nom = f"{self._fill(pattern)} – {self._random.choice(words()['lieux'])}"
        self._pool_names.add(nom)
        return nom

    def _fill(self, pattern: str) -> str:
        lieu, association = self._random.choice(words()["lieux"]), self._random.choice(words()["associations"])
        return pattern.format(lieu=lieu, association=association)


def commune_code(code_postal: str) -> str:
    """Give the INSEE code of a commune of the region by its post code."""
    departement, rest = code_postal[:2], int(code_postal[2:])
    return f"{departement}{100 + rest}" if departement == "75" else f"{departement}{900 + rest // 10}"


def of_town(ville: str) -> str:
    """Say « de » before the name of a town, as French does."""
    if ville.startswith("Le "):
        return "du " + ville[3:]
    if ville.startswith("Les "):
        return "des " + ville[4:]
    return ("d'" if ville[0] in _VOWELS else "de ") + ville
