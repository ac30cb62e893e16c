"""One line of a FINESS stock: split, cleaned, checked, brought to our own columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring

from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.words import NAME_MAX, clean, fold
from ror_server.imports import keys
from ror_server.imports.layout import COMPLEMENTS, DEPARTEMENTS, EG_LAYOUT, Layout, commune_insee
from ror_server.imports.report import Remark, Severity
from ror_server.nomenclatures import categorie_eg, categories_eg

OFFICIAL_NAME_MAX = 60
NO_DEPARTEMENT = "ce département n'existe pas"
NO_ROUTING = "la ligne d'acheminement n'est pas « code postal, commune »"

STAGED = (
    "ligne",
    "kind",
    "id",
    "parent_id",
    "nom",
    "nom_tri",
    "recherche",
    "finess",
    "siren",
    "siret",
    "categorie",
    "domaine",
    "circuit",
    "discipline",
    "disciplines",
    "departement",
    "commune",
    "code_postal",
    "ville",
    "adresse",
    "telephone",
    "ouverte_le",
)
"""Columns of a line once read, in the order of the tuples."""

ENTITY_STAGED = ("id", "finess", "disciplines")
"""Columns of an EJ known by its number only."""

Staged = tuple[object, ...]

_ROUTING = re.compile(r"([0-9]{5}) (.+)")
_CATEGORY = re.compile(r"[0-9]{3}")


class BadLineError(Exception):
    """A line that cannot be taken: which field, which value, why in French."""

    code = "ligne_rejetee"

    def __init__(self, champ: str, valeur: str, texte: str) -> None:
        super().__init__(texte)
        self.champ = champ
        self.valeur = valeur
        self.texte = texte


class LineReader:
    """Reads the lines of one file, in order; remembers what it has seen to find doubles and to compute things once."""

    def __init__(self, layout: Layout, remark: Callable[[Remark], None]) -> None:
        self._layout = layout
        self._remark = remark
        self._line = self._eg if layout is EG_LAYOUT else self._ej
        self._dates = [at for at, name in enumerate(layout.columns) if name.startswith("date")]
        self._known_categories = categories_eg()
        self._good_dates = {""}
        self._split_routing = lru_cache(maxsize=1 << 15)(_split_routing)
        self._seen: dict[str, int] = {}
        self._parents: dict[str, str] = {}
        self.disciplines: dict[str, int] = {}
        """Bit set of the establishments of each EJ named in the file, by FINESS."""
        self.refused_numbers: set[str] = set()
        """FINESS numbers of rejected lines, as far as they could be read: those structures are not gone."""

    def read(self, ligne: int, text: str | None) -> Staged | None:
        """Read one line.

        Args:
            ligne: Its number in the file, the header being 1.
            text: The line, None when its characters could not be read.

        Returns:
            A tuple that follows `STAGED`; None when the line was rejected, which the report then says.
        """
        fields: list[str] = []
        try:
            fields = split(text)
            return self._line(ligne, fields)
        except BadLineError as bad:
            number = fields[1] if len(fields) > 1 else ""
            if number not in self._seen:
                self.refused_numbers.add(number)
            self._remark(Remark(Severity.REJET, ligne, number, bad.champ, bad.valeur, bad.texte))
            return None

    def entities(self) -> list[Staged]:
        """Give the EJ that the lines name by their number, following `ENTITY_STAGED`."""
        return [(self._parents[finess], finess, bits) for finess, bits in self.disciplines.items()]

    def _eg(self, ligne: int, fields: list[str]) -> Staged:
        self._check_shape(fields)
        _, finess, entity, short, long, _, distribution, number, way, street, complement, place = fields[:12]
        commune, dep, _, routing, phone, _, code, label = fields[12:20]
        opened = fields[28]
        self._check_number("nofinesset", finess)
        parent = self._parents.get(entity) or self._parent(entity)
        nom = long or short
        if not 0 < len(nom) <= OFFICIAL_NAME_MAX:
            nom = self._odd_name(ligne, finess, nom)
        if dep not in DEPARTEMENTS:
            raise BadLineError("departement", dep, NO_DEPARTEMENT)
        category = _category(code, label)
        self._check_dates(fields)
        siret = fields[22]
        if siret and (fault := keys.siret(siret)):
            siret = self._without(ligne, finess, "siret", siret, fault)
        code_postal, ville, ville_tri = self._split_routing(routing)
        if code_postal is None:
            self._warn(ligne, finess, "ligneacheminement", routing, NO_ROUTING)
        self.disciplines[entity] = self.disciplines.get(entity, 0) | category[3]
        self._seen[finess] = ligne
        if code not in self._known_categories:
            self._warn(ligne, finess, "categetab", code, "catégorie inconnue : classée « Médico-Social et Social »")
        nom_tri = fold(nom)
        found = f"{nom_tri} {ville_tri} {code_postal or ''} {finess.lower()} {siret}"
        return (
            ligne,
            "eg",
            keys.structure_id("eg", finess),
            parent,
            nom,
            nom_tri,
            found if code_postal and siret else " ".join(found.split()),
            finess,
            None,
            siret or None,
            code,
            *category,
            DEPARTEMENTS[dep],
            self._commune(ligne, finess, dep, commune),
            code_postal,
            ville,
            _address((distribution, number, complement, way, street, place)),
            self._phone(ligne, finess, phone) if phone else None,
            opened or None,
        )

    def _ej(self, ligne: int, fields: list[str]) -> Staged:
        self._check_shape(fields)
        _, finess, short, long, _, number, way, street, complement, distribution, place, commune = fields[:12]
        routing, dep, _, phone = fields[12:16]
        siren, created = fields[20], fields[22]
        self._check_number("nofiness", finess)
        nom = long or short
        if not 0 < len(nom) <= OFFICIAL_NAME_MAX:
            nom = self._odd_name(ligne, finess, nom)
        if dep not in DEPARTEMENTS:
            raise BadLineError("departement", dep, NO_DEPARTEMENT)
        self._check_dates(fields)
        if siren and (fault := keys.siren(siren)):
            siren = self._without(ligne, finess, "siren", siren, fault)
        code_postal, ville, ville_tri = self._split_routing(routing)
        if code_postal is None:
            self._warn(ligne, finess, "ligneacheminement", routing, NO_ROUTING)
        self._seen[finess] = ligne
        nom_tri = fold(nom)
        return (
            ligne,
            "ej",
            keys.structure_id("ej", finess),
            None,
            nom,
            nom_tri,
            " ".join(f"{nom_tri} {ville_tri} {code_postal or ''} {finess.lower()} {siren}".split()),
            finess,
            siren or None,
            None,
            None,
            None,
            None,
            None,
            0,
            DEPARTEMENTS[dep],
            self._commune(ligne, finess, dep, commune),
            code_postal,
            ville,
            _address((distribution, number, complement, way, street, place)),
            self._phone(ligne, finess, phone) if phone else None,
            created or None,
        )

    def _check_shape(self, fields: list[str]) -> None:
        expected = self._layout.columns
        if fields[0] != self._layout.tag:
            raise BadLineError("section", fields[0], f"une ligne commence par « {self._layout.tag} »")
        if len(fields) != len(expected):
            raise BadLineError("ligne", "", f"{len(fields)} colonnes au lieu de {len(expected)}")

    def _check_number(self, champ: str, finess: str) -> None:
        if not keys.nine_digits(finess) and (fault := keys.finess(finess)):
            raise BadLineError(champ, finess, fault)
        if finess in self._seen:
            raise BadLineError(champ, finess, f"ce numéro est déjà à la ligne {self._seen[finess]}")

    def _check_dates(self, fields: list[str]) -> None:
        for at in self._dates:
            if fields[at] not in self._good_dates:
                self._check_date(self._layout.columns[at], fields[at])

    def _check_date(self, champ: str, text: str) -> None:
        if not _is_date(text):
            raise BadLineError(champ, text, "ce n'est pas une date (AAAA-MM-JJ)")
        self._good_dates.add(text)

    def _parent(self, entity: str) -> str:
        if fault := keys.finess(entity):
            raise BadLineError("nofinessej", entity, fault)
        return self._parents.setdefault(entity, keys.structure_id("ej", entity))

    def _odd_name(self, ligne: int, finess: str, nom: str) -> str:
        if not nom:
            raise BadLineError("rs", "", "la raison sociale est vide")
        if len(nom) > NAME_MAX:
            self._warn(ligne, finess, "rs", nom, f"nom coupé à {NAME_MAX} caractères : il en a {len(nom)}")
            return nom[:NAME_MAX].rstrip()
        self._warn(ligne, finess, "rs", nom, f"nom gardé, avec {len(nom)} caractères au lieu de {OFFICIAL_NAME_MAX}")
        return nom

    def _without(self, ligne: int, finess: str, champ: str, number: str, fault: str) -> str:
        self._warn(ligne, finess, champ, number, f"{fault} : la structure est gardée sans {champ.upper()}")
        return ""

    def _phone(self, ligne: int, finess: str, phone: str) -> str | None:
        if len(phone) == 10 and phone.isascii() and phone.isdigit():
            return phone
        self._warn(ligne, finess, "telephone", phone, "un téléphone a 10 chiffres : il n'est pas gardé")
        return None

    def _commune(self, ligne: int, finess: str, departement: str, commune: str) -> str | None:
        if len(commune) == 3 and commune.isascii() and commune.isdigit():
            return commune_insee(departement, commune)
        if commune:
            self._warn(ligne, finess, "commune", commune, "un code commune a 3 chiffres : il n'est pas gardé")
        return None

    def _warn(self, ligne: int, finess: str, champ: str, valeur: str, texte: str) -> None:
        self._remark(Remark(Severity.AVERTISSEMENT, ligne, finess, champ, valeur, texte))


def bare_name(finess: str) -> str:
    """Give the name of an EJ known by its number only."""
    return f"Entité juridique {finess}"


def split(text: str | None) -> list[str]:
    """Split a line into clean fields; a line without anything to clean costs almost nothing."""
    if text is None:
        raise BadLineError("ligne", "", "des caractères de cette ligne sont illisibles (ni UTF-8, ni cp1252)")
    line = text.removesuffix("\r")
    if not line.isprintable() or not unicodedata.is_normalized("NFC", line):
        return [clean(field) for field in line.split(";")]
    if "  " in line or " ;" in line or "; " in line:
        return [" ".join(field.split()) for field in line.split(";")]
    return line.split(";")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _split_routing(text: str) -> tuple[str | None, str | None, str]:
    found = _ROUTING.fullmatch(text)
    code_postal, ville = found.groups() if found else (None, text or None)
    return code_postal, ville, fold(ville or "")


@lru_cache(maxsize=1 << 10)
def _category(code: str, libelle: str) -> tuple[str, str, str, int]:
    if not _CATEGORY.fullmatch(code):
        raise BadLineError("categetab", code, "une catégorie d'établissement a 3 chiffres")
    found = categorie_eg(code, libelle)
    return found.domaine, found.circuit.value, found.discipline.value, discipline_bit(found.discipline)


def _address(parts: tuple[str, str, str, str, str, str]) -> str | None:
    distribution, number, complement, way, street, place = parts
    if complement:
        complement = COMPLEMENTS.get(complement, complement)
    street = " ".join(f"{number} {complement} {way} {street}".split())
    if distribution or place or not street:
        lines = [line for line in (distribution, street, place) if line]
        return f"[{', '.join(map(encode_basestring, lines))}]" if lines else None
    return f"[{encode_basestring(street)}]"
