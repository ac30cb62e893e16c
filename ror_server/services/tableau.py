"""Units as a table: exported, read back, checked cell by cell, then made in one action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms, nomenclatures
from ror_server.domain.controls import Contexte, default_name
from ror_server.domain.dossier import Item, Op
from ror_server.domain.tableau import IDENTIFIANT, RATTACHEMENT, CellError, column, columns, headers, text_of, value_of
from ror_server.domain.tree import placement_fault
from ror_server.domain.valeurs import normalise
from ror_server.domain.words import fold
from ror_server.problems import ConflictError, InvalidError
from ror_server.services import actions, fiches, verdicts
from ror_server.services.groupe import TYPES, Change
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, next_order, write
from ror_tui.api_client.models import (
    ColonneTableau,
    ConstatCellule,
    ControlesSaisie,
    Discipline,
    EffetLigne,
    ErreurChamp,
    Gravite,
    Kind,
    LigneTableau,
    Modele,
    SaisieTableau,
    TableauControle,
    Valeurs,
    egales,
)

LARGEST_TABLE = 1000
WIDEST_TABLE = 60


@dataclass(slots=True)
class Row:
    """A row being read."""

    cells: list[str]
    node: UUID | None = None
    parent: UUID | None = None
    values: Valeurs = field(default_factory=dict)
    faults: list[ConstatCellule] = field(default_factory=list)
    verdict: ControlesSaisie | None = None

    @property
    def blocked(self) -> bool:
        """Tell whether something must be mended before it is made."""
        return any(fault.bloquant for fault in self.faults)

    def block(self, place: int | None, message: str) -> None:
        """Note what must be mended."""
        self.faults.append(ConstatCellule(colonne=place, gravite=Gravite.ERREUR, bloquant=True, message=message))


class Reader:
    """Reads the rows of a table into a dossier, without writing anything.

    Args:
        found: The dossier.
        saisie: The table.

    Raises:
        InvalidError: The table is too large, or nothing may be created under its parent.
    """

    def __init__(self, found: Workspace, saisie: SaisieTableau) -> None:
        _require_size(saisie)
        self.found, self.saisie = found, saisie
        self.form = found.form_of(Kind.UO)
        self.codes = nomenclatures.all_codes()
        self.columns = _columns(self.form, saisie.entetes)
        self.places = {one.champ: place for place, one in enumerate(self.columns) if one.champ}
        self._seen: set[UUID] = set()
        self._parents = _by_name(found)

    def rows(self) -> list[Row]:
        """Read every row."""
        width = len(self.columns)
        return [self._row([*cells[:width], *[""] * (width - len(cells))]) for cells in self.saisie.lignes]

    def _row(self, cells: list[str]) -> Row:
        row = Row(cells)
        self._identify(row)
        self._place(row)
        self._read_values(row)
        self._name(row)
        self._control(row)
        return row

    def _cell(self, row: Row, column: str) -> str:
        place = self.places.get(column)
        return row.cells[place].strip() if place is not None else ""

    def _identify(self, row: Row) -> None:
        text, place = self._cell(row, IDENTIFIANT), self.places.get(IDENTIFIANT)
        if not text:
            return
        try:
            node = UUID(text)
        except ValueError:
            row.block(place, "Cet identifiant n'en est pas un : videz la cellule pour créer une unité.")
            return
        if node not in self.found.parents:
            row.block(place, "Cette unité n'est pas dans ce dossier : videz la cellule pour en créer une.")
        elif self.found.kind(node) is not Kind.UO:
            row.block(place, "Seules les unités opérationnelles se modifient dans un tableau.")
        elif deleted(self.found, node):
            row.block(place, "Cette unité est à supprimer : rétablissez-la d'abord.")
        elif node in self._seen:
            row.block(place, "Une autre ligne a déjà cet identifiant.")
        else:
            self._seen.add(node)
            row.node = node

    def _place(self, row: Row) -> None:
        text, place = self._cell(row, RATTACHEMENT), self.places.get(RATTACHEMENT)
        if row.node is not None:
            parent = self.found.parents[row.node]
            if text and parent and fold(text) != fold(self.found.name(parent)):
                row.block(place, f"L'unité est sous « {self.found.name(parent)} » : « m » la déplace, pas le tableau.")
            return
        named = self._parents.get(fold(text), []) if text else [self.saisie.parent_id]
        if len(named) != 1:
            several = "Plusieurs structures portent ce nom" if named else "Aucune structure ne porte ce nom"
            row.block(place, f"{several} dans le dossier : videz la cellule pour créer l'unité sous la ligne choisie.")
            return
        row.parent = named[0]
        fault = placement_fault(self.found.dossier.circuit, self.found.kind(named[0]), Kind.UO)
        if fault:
            row.block(place, fault)

    def _read_values(self, row: Row) -> None:
        now = self.found.values(row.node) if row.node else {}
        for champ in self.form.champs():
            place = self.places.get(champ.id)
            if place is None or row.cells[place].strip() == text_of(champ, now.get(champ.id), self.codes):
                continue
            try:
                read = value_of(champ, row.cells[place], self.codes)
            except CellError as error:
                row.block(place, str(error))
                continue
            kept, faults = normalise(self.form, {champ.id: read})
            row.values |= kept
            for fault in faults:
                row.block(place, fault.message)
        row.values = {one: value for one, value in row.values.items() if not egales(value, now.get(one))}

    def _name(self, row: Row) -> None:
        """Propose « Unité » + type for a new unit without a name."""
        type_uo = nomenclatures.by_code(TYPES).get(str(row.values.get("type_uo")))
        if row.node is None and not row.values.get("nom") and type_uo is not None:
            row.values["nom"] = default_name(type_uo.libelle)
            if (place := self.places.get("nom")) is not None:
                row.cells[place] = str(row.values["nom"])

    def _control(self, row: Row) -> None:
        """Tell what the controls of a fiche find; what is missing can be filled later, in the fiche."""
        told = {fault.colonne for fault in row.faults}
        row.verdict = verdicts.judged(self.form, self.after(row), self._around(row))
        for constat in row.verdict.constats:
            place = self.places.get(constat.champ or "")
            if place is None or place not in told:
                row.faults.append(
                    ConstatCellule(colonne=place, gravite=constat.gravite, bloquant=False, message=constat.message)
                )

    def after(self, row: Row) -> Valeurs:
        """Give the values of a unit as the row would make it."""
        before = self.found.values(row.node) if row.node else dict(forms.defaults(self.form))
        return before | row.values

    def _around(self, row: Row) -> Contexte:
        """Give where a unit stands as the row would make it."""
        return self.found.around(row.node) if row.node else self.found.around_under(row.parent)

    def effect(self, row: Row) -> EffetLigne:
        """Say what a row does."""
        if row.blocked:
            return EffetLigne.REFUSEE
        if row.node is None:
            return EffetLigne.NOUVELLE
        return EffetLigne.MODIFIEE if row.values else EffetLigne.INCHANGEE


def _require_size(saisie: SaisieTableau) -> None:
    if len(saisie.lignes) > LARGEST_TABLE:
        count = len(saisie.lignes)
        raise InvalidError(f"Un tableau ne peut pas dépasser {LARGEST_TABLE} lignes : il en a {count}. Coupez-le.")
    if len(saisie.entetes) > WIDEST_TABLE:
        raise InvalidError(f"Un tableau ne peut pas dépasser {WIDEST_TABLE} colonnes : il en a {len(saisie.entetes)}.")


def _columns(form: Modele, entetes: Sequence[str]) -> list[ColonneTableau]:
    found: list[ColonneTableau] = []
    for entete in entetes:
        champ = column(form, entete)
        reason = None if champ else "Aucun champ ne porte ce nom : la colonne n'est pas lue."
        if champ and any(one.champ == champ for one in found):
            champ, reason = None, "Une autre colonne remplit déjà ce champ : celle-ci n'est pas lue."
        found.append(ColonneTableau(entete=entete, champ=champ, raison=reason))
    if not any(one.champ for one in found):
        raise InvalidError(
            "Aucun en-tête n'est reconnu : la première ligne donne les noms des champs, comme dans le tableau exporté."
        )
    return found


def _by_name(found: Workspace) -> dict[str, list[UUID]]:
    named: dict[str, list[UUID]] = {}
    for node in found.order:
        if found.kind(node) is not Kind.UO and not deleted(found, node):
            named.setdefault(fold(found.name(node)), []).append(node)
    return named


def check(found: Workspace, saisie: SaisieTableau) -> TableauControle:
    """Tell what each row of a table would do, and what the controls find in each cell."""
    fiches.require_node(found, saisie.parent_id)
    reader = Reader(found, saisie)
    return TableauControle(
        version=found.dossier.version,
        discipline=Discipline(found.eg.discipline) if found.eg.discipline else None,
        categorie_eg=found.eg.categorie,
        colonnes=reader.columns,
        lignes=[_told(reader, row) for row in reader.rows()],
    )


def _told(reader: Reader, row: Row) -> LigneTableau:
    nom = reader.after(row).get("nom")
    return LigneTableau(
        effet=reader.effect(row),
        nom=nom if isinstance(nom, str) else "",
        cellules=row.cells,
        constats=row.faults,
        completude=row.verdict.completude if row.verdict else None,
        peuplement=row.verdict.peuplement if row.verdict else None,
    )


async def make(tx: AsyncConnection, found: Workspace, saisie: SaisieTableau, pen: Pen) -> tuple[Change, Workspace]:
    """Create and modify all the units of a table.

    Raises:
        InvalidError: A cell must be mended first; each by `/lignes/<row>/<column>`.
        ConflictError: The table changes nothing.
    """
    fiches.require_node(found, saisie.parent_id)
    reader = Reader(found, saisie)
    rows = reader.rows()
    if faults := list(_faults(rows)):
        text = f"Rien n'a été fait : une cellule est à corriger. {faults[0].message}"
        raise InvalidError(text, faults, kind="tableau")
    new = [row for row in rows if row.node is None]
    edited = [row for row in rows if row.node is not None and row.values]
    if not new and not edited:
        raise ConflictError("Ce tableau ne change rien : ses valeurs sont déjà celles du dossier.")
    actions.require_room(found, len(new))
    first = next_order(found)
    created = [_created(reader, row, first + rank) for rank, row in enumerate(new)]
    changed = [fiches.saved(found, row.node, row.values) for row in edited if row.node is not None]
    change = Change(_label(len(created), len(changed)), [*created, *changed], shown=[one.id for one in created])
    return change, await write(tx, found, pen, change.changed, libelle=change.libelle)


def _faults(rows: Sequence[Row]) -> Iterator[ErreurChamp]:
    for number, row in enumerate(rows):
        for fault in row.faults:
            if fault.bloquant:
                yield ErreurChamp(pointer=f"/lignes/{number}/{fault.colonne}", code="cellule", message=fault.message)


def _created(reader: Reader, row: Row, ordre: int) -> Item:
    return Item(
        id=uuid4(), kind=Kind.UO, op=Op.CREATE, parent_next=row.parent, next=reader.after(row), saved=True, ordre=ordre
    )


def _label(created: int, changed: int) -> str:
    parts = [
        *([f"{created} {'unités créées' if created > 1 else 'unité créée'}"] if created else []),
        *([f"{changed} {'unités modifiées' if changed > 1 else 'unité modifiée'}"] if changed else []),
    ]
    return f"Tableau : {', '.join(parts)}"


def export(found: Workspace, below: UUID) -> tuple[list[str], list[list[str]]]:
    """Give the units below a structure as a table: headers and rows of texts."""
    fiches.require_node(found, below)
    form, codes = found.form_of(Kind.UO), nomenclatures.all_codes()
    inside = set(found.below(below))
    rows = []
    for node in found.order:
        if node in inside and found.kind(node) is Kind.UO and not deleted(found, node):
            parent, values = found.parents[node], found.values(node)
            texts = [text_of(champ, values.get(champ.id), codes) for champ in columns(form)]
            rows.append([str(node), found.name(parent) if parent else "", *texts])
    return headers(form), rows
