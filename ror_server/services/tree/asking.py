"""What is asked of the tree: a view, by whom, and which line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa

from ror_server.problems import NotFoundError
from ror_server.store import groups, kept, own
from ror_server.store.accounts import Account
from ror_server.store.kept import Condition
from ror_server.store.lines import Lines
from ror_server.store.tables import structures
from ror_tui.api_client.models import Afficher, Filtres, Kind

DEPARTEMENT = "dep"


_NO_LINE = "Cette ligne du Répertoire n'existe pas."


class Place(Enum):
    """Where lines stand: at the root, below a département or a group, below an entity, below any other structure."""

    ROOTS, DEPARTEMENT, GROUP, ENTITY, STRUCTURE = range(5)


@dataclass(frozen=True)
class View:
    """A view of the Répertoire, as an account sees it."""

    par: Afficher
    filtres: Filtres
    account: Account

    @cached_property
    def establishments(self) -> Condition:
        """What keeps an establishment."""
        return self.shown_establishments(structures)

    def shown_establishments(self, eg: sa.FromClause) -> Condition:
        """Keep the establishments of a source."""
        return kept.establishments(self.filtres, self.account.grants, eg)

    def shown_units(self, unit: sa.FromClause) -> Condition:
        """Keep the pôles, services, UF and UO of a source."""
        return kept.units(self.filtres, unit)

    @property
    def filters(self) -> bool:
        """Tell whether any filter is on."""
        return bool(kept.filters(self.filtres, self.account.grants))

    @cached_property
    def entities(self) -> Condition:
        """What keeps a legal entity."""
        return kept.entities(self.filtres, self.account.grants)

    @cached_property
    def units(self) -> Condition:
        """What keeps a pôle, service, UF or UO below an establishment."""
        return self.shown_units(structures)

    @cached_property
    def any_kind(self) -> Condition:
        """What keeps a structure of any kind: a favourite, a hit of the search."""
        eg = structures.alias("eg")
        above = structures.c.eg_id == eg.c.id
        below = sa.exists().where(above, kept.establishments(self.filtres, self.account.grants, eg))
        return sa.or_(self.establishments, self.entities, sa.and_(structures.c.eg_id.is_not(None), self.units, below))

    def lines(self, place: Place, above: object, compte: object) -> Lines | None:
        """Give the lines that stand at a kind of place.

        Args:
            place: The kind of place.
            above: What the line above is known by in the database; a value, or a parameter of the query to come.
            compte: The id of the account, likewise.

        Returns:
            None for the roots of a view that are no structures.
        """
        match place:
            case Place.ROOTS if self.par is Afficher.ENTITE_JURIDIQUE:
                return Lines(self.entities)
            case Place.ROOTS if self.par is Afficher.FAVORIS:
                return own.favourite_lines(compte, self.any_kind)
            case Place.ROOTS:
                return None
            case Place.DEPARTEMENT:
                return groups.of_departement(above, self.establishments)
            case Place.GROUP:
                return groups.of_group(above, self.establishments)
            case _:
                shown = self.establishments if place is Place.ENTITY else self.units
                return Lines(sa.and_(structures.c.parent_id == above, shown))

    @property
    def roots(self) -> Lines | None:
        """The first lines, when they are structures."""
        return self.lines(Place.ROOTS, None, self.account.id)

    def below(self, line: Line, kind: Kind | None) -> Lines:
        """Give what stands below a line; `kind` is that of its structure, if it has one."""
        found = self.lines(line.place(kind), line.above, self.account.id)
        return Lines(sa.false()) if found is None else found


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the tree, as its key names it: `dep:75`, `bes:03`, `<id>`, `bes:03/<id>`.

    Below a favourite, which may stand below another one, lines are named `<favourite>/<id>`.
    """

    group: str = ""
    structure: UUID | None = None

    @property
    def above(self) -> UUID | str:
        """What is below is known by it in the database: the structure, the code of the département, the group."""
        if self.structure is not None:
            return self.structure
        return self.group.removeprefix(f"{DEPARTEMENT}:")

    def place(self, kind: Kind | None) -> Place:
        """Tell what kind of place is below; `kind` is that of its structure, if it has one."""
        if self.structure is not None:
            return Place.ENTITY if kind is Kind.EJ else Place.STRUCTURE
        if not self.group:
            return Place.ROOTS
        return Place.DEPARTEMENT if self.group.startswith(f"{DEPARTEMENT}:") else Place.GROUP

    @property
    def key(self) -> str:
        """The key, unique in its view."""
        return "/".join(part for part in (self.group, str(self.structure or "")) if part)

    def child(self, structure_id: UUID, par: Afficher) -> Line:
        """Name a structure below this line."""
        if self.group.startswith(f"{DEPARTEMENT}:"):
            return Line("", structure_id)
        if par is Afficher.FAVORIS and self.structure and not self.group:
            return Line(str(self.structure), structure_id)
        return Line(self.group, structure_id)


def read_key(key: str) -> Line:
    """Read the key of a line.

    Raises:
        NotFoundError: It is not the key of any line.
    """
    group, _, last = key.rpartition("/")
    if "\0" in key:
        raise NotFoundError(_NO_LINE)
    if not group and ":" in last:
        return Line(last)
    try:
        return Line(group, UUID(last))
    except ValueError as error:
        raise NotFoundError(_NO_LINE) from error
