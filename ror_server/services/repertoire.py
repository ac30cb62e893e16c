"""The Répertoire as it is shown: lines of the tree, hits of the search, one structure whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms, nomenclatures
from ror_server.domain import disciplines
from ror_server.domain.rights import Action, Place, allowed, refusal, roles_at
from ror_server.domain.words import fold
from ror_server.problems import InvalidError, NotFoundError
from ror_server.services import access
from ror_server.store import dossiers, repertoire, structures
from ror_server.store.accounts import Account
from ror_server.store.paging import BadCursorError
from ror_server.store.repertoire import Row
from ror_tui.api_client.models import (
    Adresse,
    Afficher,
    Circuit,
    Code,
    Discipline,
    Kind,
    Modele,
    Noeud,
    Page,
    PageArbre,
    RefDossier,
    Resultat,
    Structure,
)

DEPARTEMENT = "dep:"
"""Prefix of the key of a département's line."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked."""

    cursor: str | None
    limit: int


def bits(ticked: str | None) -> int:
    """Read the ticks of « Afficher les structures ».

    Raises:
        InvalidError: An unknown discipline.
    """
    if ticked is None:
        return disciplines.ALL
    try:
        return disciplines.mask(Discipline(one.strip()) for one in ticked.split(",") if one.strip())
    except ValueError as error:
        known = ", ".join(Discipline)
        raise InvalidError(f"Discipline inconnue : choisissez parmi {known}.") from error


async def below(tx: AsyncConnection, par: Afficher, sous: str | None, mask: int, window: Window) -> PageArbre:
    """Give a page of the lines below a line of the tree, or of the roots.

    Raises:
        NotFoundError: The parent does not exist.
        InvalidError: The cursor is not one of ours.
    """
    if sous is None and par is Afficher.DEPARTEMENT:
        counted = await repertoire.departements(tx, mask)
        return PageArbre(elements=[_departement(code, count) for code, count in counted])
    try:
        found = await _slice(tx, sous, mask, window)
    except BadCursorError as error:
        raise InvalidError("La suite de cette liste n'est plus connue : rechargez-la.", kind="curseur") from error
    return PageArbre(elements=await _nodes(tx, found.rows, mask), suivant=found.next)


async def _slice(tx: AsyncConnection, sous: str | None, mask: int, window: Window) -> repertoire.Slice:
    if sous is None:
        return await repertoire.legal_entities(tx, mask, window.cursor, window.limit)
    if sous.startswith(DEPARTEMENT):
        return await repertoire.of_departement(tx, sous.removeprefix(DEPARTEMENT), mask, window.cursor, window.limit)
    try:
        parent = UUID(sous)
    except ValueError as error:
        raise NotFoundError("Cette ligne du Répertoire n'existe pas.") from error
    return await repertoire.children(tx, parent, mask, window.cursor, window.limit)


def _departement(code: str, count: int) -> Noeud:
    name = nomenclatures.departements().get(code)
    nom = f"{code} – {name}" if name else code
    return Noeud(cle=DEPARTEMENT + code, kind="departement", nom=nom, enfants=count)


async def _nodes(tx: AsyncConnection, rows: Sequence[Row], mask: int) -> list[Noeud]:
    ids = [row.id for row in rows]
    counts = await repertoire.child_counts(tx, ids, mask)
    opened = await repertoire.with_open_dossier(tx, [row.id for row in rows if row.kind == Kind.EG])
    return [_node(row, counts.get(row.id, 0), dossier=row.id in opened) for row in rows]


def _node(row: Row, children: int, *, dossier: bool) -> Noeud:
    return Noeud(
        cle=str(row.id),
        kind=Kind(row.kind),
        nom=row.nom,
        detail=_detail(row),
        discipline=Discipline(row.discipline) if row.discipline else None,
        finess=row.finess,
        enfants=children,
        ferme=row.fermee_le is not None,
        dossier_ouvert=dossier,
    )


def _detail(row: Row) -> str:
    if row.kind == Kind.UO:
        code = nomenclatures.by_code("JDV_J238").get(str(row.valeurs.get("type_uo")))
        return code.libelle if code else ""
    place = " ".join(part for part in (row.code_postal, row.ville) if part)
    category = nomenclatures.categorie_eg(row.categorie).libelle if row.categorie else ""
    return " · ".join(part for part in (place, category) if part)


async def find(tx: AsyncConnection, text: str, mask: int, limit: int) -> Page[Resultat]:
    """Find the structures whose name, place or number holds every word."""
    words = fold(text).split()
    if not words:
        return Page(elements=[])
    rows = await repertoire.find(tx, words, mask, limit)
    nodes = await _nodes(tx, rows, mask)
    paths = await structures.ancestors(tx, [row.id for row in rows])
    return Page(
        elements=[
            Resultat(noeud=node, chemin=paths.get(row.id, []), departement=row.departement)
            for row, node in zip(rows, nodes, strict=True)
        ]
    )


async def show(tx: AsyncConnection, account: Account, structure_id: UUID) -> Structure:
    """Give a published structure with its fiche, its open dossiers, and whether one may be opened."""
    row = await access.structure(tx, account, structure_id)
    path = (await structures.ancestors(tx, [row.id])).get(row.id, [])
    place = await structures.place(tx, row)
    category = nomenclatures.categorie_eg(row.categorie) if row.categorie else None
    eg = row if row.kind != Kind.EJ and row.eg_id is None else await structures.structure(tx, row.eg_id or row.id)
    can_see = allowed(Action.LIRE_DOSSIER, roles_at(account.grants, place))
    opened = await dossiers.open_on(tx, row.eg_id or row.id) if can_see else []
    return Structure(
        id=row.id,
        kind=Kind(row.kind),
        nom=row.nom,
        version=row.version,
        chemin=path,
        valeurs=dict(row.valeurs) | {"nom": row.nom},
        raison_sociale=row.raison_sociale,
        discipline=Discipline(row.discipline) if row.discipline else None,
        domaine=row.domaine or (eg.domaine if eg else None),
        circuit=Circuit((eg.circuit if eg else None) or Circuit.MEDICO_SOCIAL),
        finess=row.finess,
        siren=row.siren,
        siret=row.siret,
        categorie=Code(code=category.code, libelle=category.libelle) if category else None,
        adresse=_address(row),
        telephone=row.telephone,
        ouverte_le=_day(row.ouverte_le),
        fermee_le=_day(row.fermee_le),
        maj_le=row.maj_le,
        maj_par=row.maj_par,
        unites=await structures.count_units(tx, row) if row.kind in {Kind.EJ, Kind.EG} else 0,
        dossiers=[RefDossier(id=one.id, titre=one.titre, etat=one.etat, auteur=one.auteur) for one in opened],
        dossier_refus=_no_dossier(account, row, place),
    )


def _no_dossier(account: Account, row: Row, place: Place) -> str | None:
    if row.kind == Kind.EJ:
        return "Un dossier collaboratif s'ouvre sur un établissement, pas sur une entité juridique."
    if row.fermee_le:
        return f"Cet établissement est fermé depuis le {row.fermee_le}."
    return refusal(Action.ECRIRE_DOSSIER, account.grants, place)


def _address(row: Row) -> Adresse | None:
    if row.adresse is None and row.ville is None:
        return None
    return Adresse(lignes=list(row.adresse or []), code_postal=row.code_postal, ville=row.ville, commune=row.commune)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def form(tx: AsyncConnection, account: Account, structure_id: UUID) -> Modele:
    """Give the form of a published structure.

    Raises:
        NotFoundError: This kind of structure has no form.
    """
    row = await access.structure(tx, account, structure_id)
    try:
        return forms.modele(Kind(row.kind), Discipline(row.discipline) if row.discipline else None)
    except KeyError as error:
        raise NotFoundError("Cette structure n'a pas de fiche à remplir.") from error
