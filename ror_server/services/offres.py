"""The Recherche: offers and professionals, as an account may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.confidentialite import Visible, visible
from ror_server.domain.contacts import Contact, levels, principal
from ror_server.domain.distance import kilometres
from ror_server.domain.offres import AGE_UNLIMITED, searched
from ror_server.domain.rights import Place, roles_at
from ror_server.domain.words import fold
from ror_server.problems import InvalidError
from ror_server.store import communes, offer_pages, structures
from ror_server.store.accounts import Account
from ror_server.store.offer_pages import Row, Slice, Window
from ror_server.store.offer_queries import Asked, Word
from ror_server.store.paging import BadCursorError
from ror_tui.api_client.models import (
    Code,
    CriteresOffres,
    Discipline,
    Kind,
    Lien,
    Offre,
    Page,
    Portee,
    Professionnel,
    Valeur,
)

LISTS: Mapping[str, str] = {
    "types": "JDV_J238",
    "modes": "JDV_J19",
    "activites": "JDV_J17",
    "publics": "JDV_J29",
    "competences": "JDV_J33",
    "professions": "JDV_J186",
}
"""The nomenclature of each criterion that is a list of codes."""

FONCTIONS = "JDV_J220"
EXPORT_STEP = 500
"""Lines of an export read at once."""


async def ask(tx: AsyncConnection, account: Account, criteres: CriteresOffres) -> Asked:
    """Understand what is looked for.

    Raises:
        InvalidError: A distance around a commune whose place is not known.
    """
    centre = None
    if criteres.distance is not None:
        centre = await communes.locate(tx, criteres.communes[0])
        if centre is None:
            raise InvalidError(
                f"On ne sait pas où est la commune {criteres.communes[0]} : cherchez-la sans distance, ou demandez à "
                "l'administrateur du serveur de faire entrer ses coordonnées (ror-server import communes).",
                kind="distance",
            )
    words = tuple(Word(word, _codes_of(word)) for word in fold(criteres.texte).split())
    return Asked(criteres, account.grants, words, centre)


@cache
def _labels(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((code.code, f" {fold(code.libelle)}") for code in nomenclatures.nomenclature(name).codes)


def _codes_of(word: str) -> dict[str, list[str]]:
    lists = {**LISTS, "fonctions": FONCTIONS}
    return {
        name: [code for code, label in _labels(nomenclature) if f" {word}" in label]
        for name, nomenclature in lists.items()
    }


async def find(tx: AsyncConnection, account: Account, asked: Asked, cursor: str | None, limit: int) -> Page[Offre]:
    """Give a page of offers, and their number with the first one.

    Raises:
        InvalidError: The cursor is not one of ours.
    """
    try:
        found = await offer_pages.page(tx, asked, Window(cursor, limit))
    except BadCursorError as error:
        raise lost() from error
    return Page(elements=await _offers(tx, account, found.rows), suivant=found.next, total=found.total)


async def people(
    tx: AsyncConnection, account: Account, asked: Asked, cursor: str | None, limit: int
) -> Page[Professionnel]:
    """Give a page of professionals, and their number with the first one.

    Raises:
        InvalidError: The cursor is not one of ours.
    """
    try:
        found = await offer_pages.people(tx, asked, Window(cursor, limit))
    except BadCursorError as error:
        raise lost() from error
    return Page(elements=await _professionals(tx, account, found.rows), suivant=found.next, total=found.total)


def lost() -> InvalidError:
    """Say that a cursor is not known."""
    return InvalidError("La suite de cette liste n'est plus connue : relancez la recherche.", kind="curseur")


def _export(cursor: str) -> Window:
    return Window(cursor or None, EXPORT_STEP, nearest=False, counted=False)


async def every_offer(tx: AsyncConnection, account: Account, asked: Asked) -> AsyncIterator[Offre]:
    """Give all the offers, by name, some at a time."""
    found = Slice((), "")
    while found.next is not None:
        found = await offer_pages.page(tx, asked, _export(found.next))
        for offre in await _offers(tx, account, found.rows):
            yield offre


async def every_professional(tx: AsyncConnection, account: Account, asked: Asked) -> AsyncIterator[Professionnel]:
    """Give all the professionals, by the name of their unit, some at a time."""
    found = Slice((), "")
    while found.next is not None:
        found = await offer_pages.people(tx, asked, _export(found.next))
        for one in await _professionals(tx, account, found.rows):
            yield one


# --- Lines ---


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit with where it stands and what the account sees of it."""

    row: structures.Row
    eg: structures.Row
    seen: Visible

    def code(self, champ: str, nomenclature: str) -> Code | None:
        return named(nomenclature, self.row.valeurs.get(champ))

    def codes(self, champ: str) -> list[Code]:
        valeur = self.row.valeurs.get(champ)
        found = [named(LISTS[champ], code) for code in valeur] if isinstance(valeur, list) else []
        return [code for code in found if code is not None]

    @property
    def contact(self) -> Contact | None:
        return principal(self.row.valeurs, self.seen.niveau) if self.seen.fiche else None

    @property
    def commune(self) -> str:
        return " ".join(part for part in (self.eg.code_postal, self.eg.ville) if part)

    @property
    def link(self) -> Lien:
        return Lien(id=self.row.id, kind=Kind.UO, nom=self.row.nom)

    @property
    def establishment(self) -> Lien:
        return Lien(id=self.eg.id, kind=Kind.EG, nom=self.eg.nom)


def named(nomenclature: str, valeur: Valeur) -> Code | None:
    """Give a code with its label; one that is not known stays readable."""
    if not isinstance(valeur, str) or not valeur:
        return None
    known = nomenclatures.by_code(nomenclature).get(valeur)
    return Code(code=valeur, libelle=known.libelle) if known else Code(code=valeur, libelle=valeur, retire=True)


async def _units(tx: AsyncConnection, account: Account, rows: Sequence[Row]) -> dict[UUID, _Unit]:
    ids = {row.structure_id for row in rows}
    # without a right on one structure, what stands between a unit and its establishment says nothing
    paths = await structures.ancestors(tx, ids) if any(one.portee is Portee.STRUCTURE for one in account.grants) else {}
    found = await structures.several(tx, ids)
    egs = await structures.several(tx, {row.eg_id for row in found.values()})
    units = {}
    for row in found.values():
        eg = egs[row.eg_id]
        place = Place(frozenset({row.id, *(link.id for link in paths.get(row.id, ()))}), eg.departement)
        units[row.id] = _Unit(row, eg, seen(account, row, place))
    return units


def seen(account: Account, row: structures.Row, place: Place) -> Visible:
    """Tell what an account sees of a structure: the same for its fiche and for the Recherche."""
    level = max(levels(row.valeurs).values(), default=0)
    sensitive = row.valeurs.get("unite_sensible") is True
    return visible(roles_at(account.grants, place), sensitive=sensitive, level=level)


async def _offers(tx: AsyncConnection, account: Account, rows: Sequence[Row]) -> list[Offre]:
    units = await _units(tx, account, rows)
    return [_offer(units[row.structure_id], getattr(row, "carre", None)) for row in rows]


def _offer(unit: _Unit, squared: float | None) -> Offre:
    found = searched(unit.row.valeurs)
    return Offre(
        id=unit.row.id,
        nom=unit.row.nom,
        type_uo=unit.code("type_uo", LISTS["types"]),
        mode=unit.code("mode_prise_en_charge", LISTS["modes"]),
        activites=unit.codes("activites"),
        publics=unit.codes("publics"),
        competences=unit.codes("competences"),
        professions=unit.codes("professions"),
        discipline=Discipline(found.discipline) if found.discipline else None,
        age_min=found.age_min,
        age_max=None if found.age_max == AGE_UNLIMITED else found.age_max,
        etablissement=unit.establishment,
        finess=unit.eg.finess,
        commune=unit.commune,
        departement=unit.eg.departement,
        contact=_contact(unit),
        distance=None if squared is None else round(kilometres(squared), 1),
        reserve=unit.seen.reserve,
    )


def _contact(unit: _Unit) -> str:
    found = unit.contact
    fonction = named(FONCTIONS, found.fonction) if found else None
    parts = (found.nom, fonction.libelle if fonction else None, found.coordonnee) if found else ()
    return " · ".join(part for part in parts if part)


async def _professionals(tx: AsyncConnection, account: Account, rows: Sequence[Row]) -> list[Professionnel]:
    units = await _units(tx, account, rows)
    return [_professional(units[row.structure_id], row.profession) for row in rows]


def _professional(unit: _Unit, profession: str) -> Professionnel:
    found = unit.contact or Contact(0)
    return Professionnel(
        nom="" if profession else found.nom,
        fonction=None if profession else named(FONCTIONS, found.fonction),
        profession=named(LISTS["professions"], profession),
        coordonnee=found.coordonnee,
        canal=named("JDV_J225", found.canal) if found.coordonnee else None,
        unite=unit.link,
        etablissement=unit.establishment,
        commune=unit.commune,
    )
