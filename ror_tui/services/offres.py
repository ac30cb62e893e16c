"""The Recherche: what is asked, in words and as criteria, and what is found, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    Afficher,
    Code,
    CriteresOffres,
    Nomenclature,
    Offre,
    Page,
    Professionnel,
    VueRepertoire,
)
from ror_tui.texts import french

Quoi = Literal["offres", "professionnels"]
"""What is listed: offers, or the contacts and professions of their units."""


@dataclass(frozen=True, slots=True)
class Critere:
    """A criterion: its name in `CriteresOffres`, its label, the letter that asks for it, its nomenclature if any."""

    nom: str
    libelle: str
    touche: str
    nomenclature: str | None = None


CRITERES: Sequence[Critere] = (
    Critere("texte", "Texte", "x"),
    Critere("types", "Type d'UO", "t", "JDV_J238"),
    Critere("activites", "Activité", "a", "JDV_J17"),
    Critere("modes", "Mode de prise en charge", "m", "JDV_J19"),
    Critere("disciplines", "Discipline", "d", "DISCIPLINE"),
    Critere("age", "Âge accepté", "g"),
    Critere("publics", "Public pris en charge", "p", "JDV_J29"),
    Critere("competences", "Compétence", "c", "JDV_J33"),
    Critere("professions", "Profession", "f", "JDV_J186"),
    Critere("departements", "Département", "r"),
    Critere("communes", "Commune", "v"),
    Critere("distance", "Distance autour de la commune", "i"),
)

BY_NAME: Mapping[str, Critere] = {critere.nom: critere for critere in CRITERES}

Labels = Mapping[tuple[str, str], str]
"""Labels of the codes of the criteria, by criterion and code."""


def value(criteres: CriteresOffres, nom: str) -> list[str]:
    """Give the values of a criterion as texts; nothing when it is not asked.

    Args:
        criteres: What is asked.
        nom: The criterion.
    """
    found = getattr(criteres, nom)
    if isinstance(found, list):
        return [str(code) for code in found]
    return [] if found in {None, ""} else [str(found)]


def shown(criteres: CriteresOffres, nom: str, labels: Labels) -> str:
    """Say the value of a criterion: labels, « 70 ans », « 10 km »; nothing when it is not asked.

    Args:
        criteres: What is asked.
        nom: The criterion.
        labels: Labels of its codes.
    """
    unit = {"age": " ans", "distance": " km"}.get(nom, "")
    return ", ".join(labels.get((nom, one), one) + unit for one in value(criteres, nom))


def sentence(criteres: CriteresOffres, labels: Labels) -> str:
    """Say all that is asked on one line: « Type d'UO : EHPAD · Commune : Paris »."""
    told = [(critere.libelle, shown(criteres, critere.nom, labels)) for critere in CRITERES]
    return french(
        " · ".join(
            f"{libelle.split(' ')[0] if libelle.startswith('Distance') else libelle} : {text}"
            for libelle, text in told
            if text
        )
    )


def changed(criteres: CriteresOffres, nom: str, values: Sequence[str]) -> CriteresOffres:
    """Give the criteria with another value for one; a distance goes with the one commune it is counted from.

    Args:
        criteres: What was asked.
        nom: The criterion that changes.
        values: Its new values; none takes it off.

    Raises:
        pydantic.ValidationError: A value that the contract does not take.
    """
    several = isinstance(getattr(criteres, nom), list)
    single = values[0] if values else ("" if nom == "texte" else None)
    told = criteres.model_dump() | {nom: list(values) if several else single}
    if len(told["communes"]) != 1:
        told["distance"] = None
    return CriteresOffres.model_validate(told)


async def chercher(
    client: RorClient, quoi: Quoi, criteres: CriteresOffres, curseur: str | None = None
) -> Page[Offre] | Page[Professionnel]:
    """Read a page of what is found; `total` comes with the first one.

    Args:
        client: Signed in.
        quoi: What is listed.
        criteres: Every criterion must hold.
        curseur: Cursor of the page, from the page before.

    Raises:
        Invalid: A criterion is refused, with a sentence.
    """
    if quoi == "offres":
        return await client.offres.chercher(criteres, curseur=curseur)
    return await client.offres.professionnels(criteres, curseur=curseur)


async def departements(client: RorClient) -> Nomenclature:
    """Give the départements that hold establishments, as a list to choose in."""
    page = await client.repertoire.enfants(VueRepertoire(par=Afficher.DEPARTEMENT))
    codes = [Code(code=noeud.cle.removeprefix("dep:"), libelle=noeud.nom) for noeud in page.elements]
    return Nomenclature(nom="departements", titre="Département", version="1", source="Répertoire", codes=codes)
