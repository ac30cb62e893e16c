"""The lines of the Recherche: columns for the width there is, and the line under the cursor in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from ror_tui.api_client.models import Code, Offre, Professionnel
from ror_tui.texts import french, plain
from ror_tui.widgets.frame import fit

WIDE = 110
"""From this width on, an offer has its type in a column, a professional the commune."""
NARROW = 60
"""Below this width, only the two main columns are left."""

Column = tuple[str, int, str, str]
"""Header, cells, text, style."""


def ages(offre: Offre) -> str:
    """Say the ages that an offer accepts: « 18–60 », « 60+ », « tous »."""
    low, high = offre.age_min or 0, offre.age_max
    if high is None:
        return f"{low}+" if low else "tous"
    return f"{low}–{high}"


def far(distance: float | None) -> str:
    """Say a distance in kilometres: « 3,2 km »."""
    return "" if distance is None else f"{distance:.1f} km".replace(".", ",")


def columns(found: Offre | Professionnel, width: int) -> list[Column]:
    """Lay a line out.

    Args:
        found: An offer or a professional.
        width: Cells of the list.
    """
    return offer_columns(found, width) if isinstance(found, Offre) else person_columns(found, width)


def offer_columns(offre: Offre, width: int) -> list[Column]:
    """Lay an offer out: name, type when there is room, establishment, commune, ages, distance."""
    distance = 9 if offre.distance is not None else 0
    age = 8 if width >= NARROW else 0
    rest = width - age - distance
    kind = rest // 4 if width >= WIDE else 0
    commune = rest // 5 if width >= NARROW else 0
    nom = (rest - kind - commune) // 2
    return [
        ("Unité", nom, offre.nom, "bold"),
        ("Type d'UO", kind, offre.type_uo.libelle if offre.type_uo else "", ""),
        ("Établissement", rest - kind - commune - nom, offre.etablissement.nom, ""),
        ("Commune", commune, offre.commune, ""),
        ("Âges", age, ages(offre), "$text-muted"),
        ("Distance", distance, far(offre.distance), "$text-muted"),
    ]


def person_columns(one: Professionnel, width: int) -> list[Column]:
    """Lay a professional out: who, how to reach, unit, establishment, commune when there is room."""
    reach = 16 if width >= NARROW else 0
    rest = width - reach
    commune = rest // 5 if width >= WIDE else 0
    who = (rest - commune) * 2 // 5
    unit = (rest - commune - who) // 2
    return [
        ("Professionnel", who, person(one), "bold" if one.nom else ""),
        ("Coordonnée", reach, one.coordonnee, ""),
        ("Unité", unit, one.unite.nom, ""),
        ("Établissement", rest - commune - who - unit, one.etablissement.nom, ""),
        ("Commune", commune, one.commune, ""),
    ]


def person(one: Professionnel) -> str:
    """Say who a professional is: a name with its function, or a profession that the unit has."""
    if one.profession is not None:
        return one.profession.libelle
    return ", ".join(part for part in (one.nom, one.fonction.libelle if one.fonction else "") if part) or "Contact"


def row(found: Offre | Professionnel, width: int) -> Content:
    """Write a line."""
    return Content.assemble(*((cell(text, cells), style) for _, cells, text, style in columns(found, width)))


def headers(found: Offre | Professionnel, width: int) -> Content:
    """Write the headers over the lines."""
    return Content("".join(cell(header, cells) for header, cells, _, _ in columns(found, width)))


def cell(text: str, cells: int) -> str:
    """Cut or pad a text to a number of cells, one of them blank."""
    if cells <= 0:
        return ""
    cut = fit(plain(text), cells - 1)
    return cut + " " * (cells - cell_len(cut))


def detail(found: Offre | Professionnel) -> Content:
    """Say the line under the cursor in words, whole."""
    parts = offer_detail(found) if isinstance(found, Offre) else person_detail(found)
    return Content("\n".join(french(plain(" · ".join(part for part in line if part))) for line in parts if any(line)))


def offer_detail(offre: Offre) -> list[list[str]]:
    """Give the lines of an offer's detail."""
    first = [
        _label(offre.type_uo),
        _label(offre.mode),
        offre.discipline or "",
        f"âges : {ages(offre)}",
    ]
    where = [offre.etablissement.nom, f"FINESS {offre.finess}" if offre.finess else "", offre.commune]
    reach = f"contact : {offre.contact}" if offre.contact else offre.reserve or ""
    return [
        first,
        [*where, reach],
        [_list("activités", offre.activites), _list("publics", offre.publics)],
        [_list("compétences", offre.competences), _list("professions", offre.professions)],
    ]


def person_detail(one: Professionnel) -> list[list[str]]:
    """Give the lines of a professional's detail; what the ROR holds of people is said plainly."""
    if one.profession is not None:
        first = [f"{one.profession.libelle} : profession présente dans l'unité, sans nom"]
    else:
        first = [f"{person(one)} : contact de l'unité"]
    how = f"{one.canal.libelle} : {one.coordonnee}" if one.canal else one.coordonnee
    return [first, [one.unite.nom, one.etablissement.nom, one.commune], [how]]


def _label(code: Code | None) -> str:
    return code.libelle if code else ""


def _list(title: str, codes: Sequence[Code]) -> str:
    return f"{title} : {', '.join(code.libelle for code in codes)}" if codes else ""
