"""Which figures of beds and places hold together (DOMAIN §7).

The official list of indicators is not published: the table below is deduced from the names of the value sets and of the
FHIR extension, so that the national server can be told no more than it may take (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ror_tui.api_client.models import (
    AUCUNE,
    COURANT,
    CapaciteSaisie,
    Code,
    ErreurChamp,
    Indicateur,
    NatureCapacite,
    StatutCapacite,
)

LISTS: Mapping[str, str] = {
    "nature": "JDV_J187",
    "statut": "JDV_J188",
    "temporalite": "JDV_J189",
    "genre": "JDV_J190",
    "fermeture": "JDV_J191",
    "supplementaire": "JDV_J192",
    "crise": "JDV_J194",
    "affectation": "JDV_J195",
}
"""Value set of each part of a figure."""

SOURCES = "JDV_J193"

_ALL = ("01", "02", "03", "04", "05")
_AFFECTED = (AUCUNE, "02", "03")
_BOTH = (NatureCapacite.LIT, NatureCapacite.PLACE)
_BEDS = (NatureCapacite.LIT,)


def _indicateur(
    statut: StatutCapacite,
    natures: Sequence[NatureCapacite] = _BOTH,
    temporalites: Sequence[str] = (COURANT,),
    affectations: Sequence[str] = _AFFECTED,
    **may: bool,
) -> Indicateur:
    return Indicateur(
        statut=statut,
        natures=list(natures),
        temporalites=list(temporalites),
        affectations=list(affectations),
        **may,
    )


INDICATEURS: Mapping[StatutCapacite, Indicateur] = {
    one.statut: one
    for one in (
        _indicateur(StatutCapacite.INSTALLE),
        _indicateur(StatutCapacite.DISPONIBLE, temporalites=_ALL, genre=True),
        _indicateur(StatutCapacite.OCCUPE),
        _indicateur(StatutCapacite.RESERVE),
        _indicateur(StatutCapacite.FERME, affectations=(AUCUNE,), fermeture=True),
        _indicateur(StatutCapacite.SUPPLEMENTAIRE, natures=_BEDS, supplementaire=True, crise=True),
    )
}

Labels = Mapping[str, Mapping[str, Code]]
"""Codes of each value set, by its name."""


def faults(capacites: Sequence[CapaciteSaisie], codes: Labels, pointer: str) -> Iterator[ErreurChamp]:
    """Give what is wrong with the figures of a unit.

    Args:
        capacites: The figures.
        codes: The value sets.
        pointer: Where they stand in the request.
    """
    seen: set[tuple[str, ...]] = set()
    for rank, one in enumerate(capacites):
        where = f"{pointer}/{rank}"
        unknown = list(_unknown(one, codes, where))
        yield from unknown or _forbidden(one, codes, where)
        if one.indicateur in seen:
            yield ErreurChamp(pointer=where, code="double", message="Ce chiffre est donné deux fois pour cette unité.")
        seen.add(one.indicateur)


def _unknown(one: CapaciteSaisie, codes: Labels, where: str) -> Iterator[ErreurChamp]:
    for part, name in LISTS.items():
        code = getattr(one, part)
        if code is not None and code not in codes[name]:
            message = f"Le code « {code} » n'est pas dans la liste {name} : choisissez-en un de la liste."
            yield ErreurChamp(pointer=f"{where}/{part}", code="code", message=message)


def _forbidden(one: CapaciteSaisie, codes: Labels, where: str) -> Iterator[ErreurChamp]:
    """Say what does not go with the status."""
    rule, word = INDICATEURS[one.statut], f"« {codes[LISTS['statut']][one.statut].libelle} »"
    for part, holds, message in (
        ("nature", one.nature in rule.natures, f"Le statut {word} ne se dit que de lits."),
        ("temporalite", one.temporalite in rule.temporalites, f"Le statut {word} ne se prévoit pas : il est courant."),
        ("affectation", one.affectation in rule.affectations, f"Le statut {word} n'a pas d'affectation temporaire."),
        ("genre", one.genre is None or rule.genre, f"Le genre ne se dit pas du statut {word}."),
        ("crise", one.crise is None or rule.crise, f"Le type de crise ne se dit pas du statut {word}."),
        ("fermeture", one.fermeture is None or rule.fermeture, f"Le type de fermeture ne se dit pas du statut {word}."),
        (
            "fermeture",
            one.fermeture is not None or not rule.fermeture,
            "Des lits ou places fermés ont un type de fermeture : réactivable, non réactivable ou indéterminé.",
        ),
        (
            "supplementaire",
            one.supplementaire is None or rule.supplementaire,
            f"Le type de lit supplémentaire ne se dit pas du statut {word}.",
        ),
        (
            "supplementaire",
            one.supplementaire is not None or not rule.supplementaire,
            "Des lits supplémentaires ont un type : mobilisé, ou mobilisable avec ou sans ressources humaines.",
        ),
    ):
        if not holds:
            yield ErreurChamp(pointer=f"{where}/{part}", code="indicateur", message=message)
