"""One update of the Répertoire's tree after some publications: only the loaded lines that they concern are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import Gone, NotFound
from ror_tui.api_client.models import Afficher, Filtres, Kind, Noeud, PageArbre, StructureTouchee
from ror_tui.services import repertoire
from ror_tui.widgets.tree import TreeRow

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

PAGE = 500
_GROUPED = {Afficher.DEPARTEMENT, Afficher.TERRITOIRE, Afficher.CATEGORIE_BESOINS, Afficher.FILIERE}
"""Views whose roots are groups, read in one page."""
_PREFIXED = {Afficher.TERRITOIRE, Afficher.CATEGORIE_BESOINS, Afficher.FILIERE, Afficher.FAVORIS}
"""Views where a structure may stand below several roots, and is named after each."""


class ViewChangedError(Exception):
    """Another view is shown meanwhile."""


def _is_group(key: str) -> bool:
    return ":" in key and "/" not in key


class Update:
    """Reads again the loaded lines that publications concern, brings in the new ones, takes away those that left.

    Args:
        screen: The Répertoire.
        touched: What was published, by id.
        others: Those that somebody else published: they are marked.
    """

    def __init__(
        self, screen: RepertoireScreen, touched: Mapping[UUID, StructureTouchee], others: Collection[UUID]
    ) -> None:
        self._screen = screen
        self._tree = screen.tree
        self._vue = screen.vue
        self._touched = touched
        self._others = others

    async def run(self) -> None:
        """Update the tree, from the roots down.

        Raises:
            ViewChangedError: Another view is shown meanwhile.
            RorError: Something could not be read.
        """
        here = self._screen.line
        await self._read_groups()
        for key in self._stale_lines():
            await self._read_line(key)
        newcomers = [one for one in self._touched.values() if one.op != "delete" and not self._keys(one.id)]
        for parent, keys in self._below_loaded(newcomers).items():
            await self._bring(parent, keys)
        for one in self._of_hidden_establishments(newcomers):
            await self._find_a_place(one)
        if self._screen.line != here:
            self._screen.rested()

    # --- Keys ---

    def _row(self, key: str | None) -> TreeRow | None:
        try:
            return None if key is None else self._tree.row(key)
        except KeyError:
            return None

    def _keys(self, structure_id: UUID | None) -> list[str]:
        """Give the keys of the loaded lines of a structure."""
        if structure_id is None:
            return []
        roots = self._tree.children_keys(None) or [] if self._vue.par in _PREFIXED else []
        keys = [str(structure_id), *(f"{root}/{structure_id}" for root in roots)]
        return [key for key in keys if self._row(key) is not None]

    def _below(self, parent: str, structure_id: UUID) -> str:
        """Give the key of a structure below a line that is a structure."""
        group, slash, alone = parent.rpartition("/")
        if self._vue.par is Afficher.FAVORIS and not slash:
            return f"{alone}/{structure_id}"
        return f"{group}{slash}{structure_id}"

    def _path(self, key: str | None) -> Iterator[str]:
        while key is not None:
            yield key
            key = self._tree.parent_key(key)

    # --- Lines that are there ---

    def _stale_lines(self) -> list[str]:
        """Give the loaded lines whose text or count may have moved, from the roots down; groups are read apart."""
        ids = {one for touched in self._touched.values() for one in (touched.id, touched.parent_id, touched.eg_id)}
        depth: dict[str, int] = {}
        for key in (key for structure_id in ids for key in self._keys(structure_id)):
            path = list(self._path(key))
            depth |= {one: len(path) - rank for rank, one in enumerate(path) if not _is_group(one)}
        return sorted(depth, key=lambda key: depth[key])

    async def _read_line(self, key: str) -> None:
        if self._row(key) is None:
            return  # it went with a line above it
        page = await self._page(self._tree.parent_key(key), around=key, limit=1)
        noeud = next((one for one in page.elements if one.cle == key), None)
        if noeud is None:
            self._tree.remove_row(key)
        else:
            self._write(noeud)

    async def _read_groups(self) -> None:
        known = self._tree.children_keys(None)
        if self._vue.par not in _GROUPED or known is None:
            return
        groups = (await self._page(None, limit=PAGE)).elements
        fresh = {noeud.cle for noeud in groups}
        for gone in set(known) - fresh:
            self._tree.remove_row(gone)
        self._insert(None, groups, fresh)
        for noeud in groups:
            self._write(noeud)

    def _write(self, noeud: Noeud) -> None:
        before, row = self._row(noeud.cle), self._said(noeud)
        if before is not None and row != before:
            self._tree.update_row(row)

    def _said(self, noeud: Noeud) -> TreeRow:
        [row] = self._screen.rows([noeud])
        return self._screen.live.mark(row, fresh=noeud.id in self._others)

    # --- Lines that come in ---

    def _below_loaded(self, newcomers: Iterable[StructureTouchee]) -> dict[str, set[str]]:
        """Give the keys that come below each loaded line."""
        found: dict[str, set[str]] = {}
        for one in newcomers:
            for parent in self._keys(one.parent_id):
                found.setdefault(parent, set()).add(self._below(parent, one.id))
        return found

    def _of_hidden_establishments(self, newcomers: Iterable[StructureTouchee]) -> list[StructureTouchee]:
        """Give one structure of each establishment that is not loaded and may have a place among what is."""
        found: dict[UUID, StructureTouchee] = {}
        for one in newcomers:
            above = one.eg_id or one.id
            if above not in found and not self._keys(above) and self._may_appear(one):
                found[above] = one
        return list(found.values())

    def _may_appear(self, one: StructureTouchee) -> bool:
        arrives = one.kind in {Kind.EG, Kind.EJ} and one.op in {"create", "move"}
        if not arrives and self._vue.filtres == Filtres():
            return False
        departement = f"dep:{one.departement}"
        return self._row(departement) is None or self._tree.children_keys(departement) is not None

    async def _find_a_place(self, one: StructureTouchee) -> None:
        try:
            path = (await repertoire.chemin(self._screen.ror.client, self._vue, one.id)).cles
        except (NotFound, Gone):
            return  # deleted since: its own publication says so
        owner: str | None = None
        for key in path:
            if self._row(key) is None:
                await self._bring(owner, {key})
                return
            owner = key

    async def _bring(self, owner: str | None, keys: set[str]) -> None:
        if self._tree.children_keys(owner) is not None:  # else they come when the line is opened
            page = await self._page(owner, around=min(keys), limit=PAGE)
            self._insert(owner, page.elements, keys)

    def _insert(self, owner: str | None, page: list[Noeud], keys: set[str]) -> None:
        """Put new lines before the next one that is loaded, or last when they follow what is loaded; else they wait."""
        alone = not self._tree.children_keys(owner)
        before: str | None = None
        for rank in range(len(page) - 1, -1, -1):
            noeud = page[rank]
            if self._row(noeud.cle) is not None:
                before = noeud.cle
            elif noeud.cle in keys and (before or alone or self._follows_loaded(page[:rank], keys)):
                self._tree.insert_row(owner, self._said(noeud), before)
                before = noeud.cle

    def _follows_loaded(self, above: list[Noeud], keys: set[str]) -> bool:
        previous = next((noeud.cle for noeud in reversed(above) if noeud.cle not in keys), None)
        return self._row(previous) is not None

    async def _page(self, owner: str | None, *, around: str | None = None, limit: int) -> PageArbre:
        client = self._screen.ror.client
        page = await repertoire.enfants(client, self._vue, owner, autour=around, limite=limit)
        if self._vue is not self._screen.vue:
            raise ViewChangedError
        return page
