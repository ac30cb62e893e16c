"""The columns of the exports of the Recherche."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ror_server.exports.table import Columns, joined
from ror_tui.api_client.models import Code, Offre, Professionnel


def _code(read: Callable[[Offre], Code | None]) -> Callable[[Offre], str | None]:
    return lambda offre: code.code if (code := read(offre)) else None


def _label(read: Callable[[Offre], Code | None]) -> Callable[[Offre], str | None]:
    return lambda offre: code.libelle if (code := read(offre)) else None


def _codes(read: Callable[[Offre], Sequence[Code]]) -> Callable[[Offre], str]:
    return lambda offre: joined([code.code for code in read(offre)])


def _labels(read: Callable[[Offre], Sequence[Code]]) -> Callable[[Offre], str]:
    return lambda offre: joined([code.libelle for code in read(offre)])


OFFRES: Columns[Offre] = {
    "Nom de l'unité": lambda offre: offre.nom,
    "Code du type": _code(lambda offre: offre.type_uo),
    "Type d'UO": _label(lambda offre: offre.type_uo),
    "Code du mode": _code(lambda offre: offre.mode),
    "Mode de prise en charge": _label(lambda offre: offre.mode),
    "Discipline": lambda offre: offre.discipline,
    "Codes des activités": _codes(lambda offre: offre.activites),
    "Activités": _labels(lambda offre: offre.activites),
    "Codes des publics": _codes(lambda offre: offre.publics),
    "Publics": _labels(lambda offre: offre.publics),
    "Codes des compétences": _codes(lambda offre: offre.competences),
    "Compétences": _labels(lambda offre: offre.competences),
    "Codes des professions": _codes(lambda offre: offre.professions),
    "Professions": _labels(lambda offre: offre.professions),
    "Âge minimum": lambda offre: offre.age_min,
    "Âge maximum": lambda offre: offre.age_max,
    "Établissement": lambda offre: offre.etablissement.nom,
    "FINESS": lambda offre: offre.finess,
    "Commune": lambda offre: offre.commune,
    "Département": lambda offre: offre.departement,
    "Distance (km)": lambda offre: offre.distance,
    "Contact": lambda offre: offre.contact,
    "Réserve": lambda offre: offre.reserve,
    "Identifiant de l'unité": lambda offre: offre.id,
}

PROFESSIONNELS: Columns[Professionnel] = {
    "Nom": lambda one: one.nom,
    "Code de la fonction": lambda one: one.fonction.code if one.fonction else None,
    "Fonction": lambda one: one.fonction.libelle if one.fonction else None,
    "Code de la profession": lambda one: one.profession.code if one.profession else None,
    "Profession": lambda one: one.profession.libelle if one.profession else None,
    "Canal": lambda one: one.canal.libelle if one.canal else None,
    "Coordonnée": lambda one: one.coordonnee,
    "Unité": lambda one: one.unite.nom,
    "Établissement": lambda one: one.etablissement.nom,
    "Commune": lambda one: one.commune,
    "Identifiant de l'unité": lambda one: one.unite.id,
}
