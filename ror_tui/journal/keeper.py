"""Keeping what is typed while one types: soon, in the background, and at once when the program must end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from ror_tui.api_client.models import Valeur, Valeurs
from ror_tui.journal.attente import Attente, queued
from ror_tui.journal.brouillons import Brouillon, FicheRef, Saisie
from ror_tui.journal.file import JournalError, JournalFile

DELAY = 0.1
"""Seconds between a change and its writing: what is typed meanwhile goes with it."""
RETRY = 2.0
"""Seconds between two tries when the disk refuses."""

Found = TypeVar("Found")

Changes = Mapping[str, tuple[Valeur, Valeur]]
"""What is typed and not saved: by field, its value and the value that the server held."""


@dataclass(slots=True)
class _Note:
    """What is to be written of a fiche: always the whole of what is unsaved, so that the last note is enough."""

    titre: str
    version: int
    changes: Changes
    confirmed: Valeurs = field(default_factory=dict)


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """The journal of a running client. Without a file it keeps nothing, and says so.

    Args:
        file: Where to keep; None to leave nothing on this machine.
        told: Called with a French sentence when the disk refuses, and with None once it takes again.
        clock: Gives the time that is shown beside what was typed.
    """

    def __init__(
        self,
        file: JournalFile | None,
        *,
        told: Callable[[str | None], None] = lambda _: None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._file = file
        self._told, self._clock = told, clock
        self._pool = ThreadPoolExecutor(1, "journal") if file else None
        self._disk, self._swap = threading.Lock(), threading.Lock()
        self._pending: dict[FicheRef, _Note] = {}
        self._written: dict[FicheRef, dict[str, Valeur]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._failing: str | None = None
        self.waiting: list[Attente] = []
        """Saves that wait for the link, in the order in which they go."""
        self._moved: dict[FicheRef, Attente | None] = {}
        self._confirmed: list[Attente] = []

    @property
    def keeps(self) -> bool:
        """Tell whether anything is kept on this machine."""
        return self._file is not None

    # --- Writing ---

    def note(self, ref: FicheRef, titre: str, version: int, changes: Changes) -> None:
        """Take note of all that is typed in a fiche and not saved; it is on the disk a moment later.

        Args:
            ref: The fiche.
            titre: Its name.
            version: Version of the fiche that was read.
            changes: What is unsaved now; fields noted before and absent from it are forgotten.
        """
        self._add(ref, _Note(titre, version, dict(changes)))

    def confirm(self, ref: FicheRef, titre: str, version: int, sent: Valeurs, left: Changes) -> None:
        """Forget what the server confirmed.

        Args:
            ref: The fiche.
            titre: Its name.
            version: Its version now.
            sent: What the server took, by field.
            left: What was typed since and is not saved.
        """
        self._add(ref, _Note(titre, version, dict(left), dict(sent)))
        self._set_waiting(ref, None)

    # --- Saves that wait for the link ---

    def wait_for_link(self, one: Attente) -> None:
        """Put a save in the queue; it goes to the disk at once, or stays in memory alone without a file."""
        self._set_waiting(one.ref, one)
        if self._file is not None:
            self._arm(0)

    def give_up(self, one: Attente) -> None:
        """Take a save out of the queue; what was typed stays in the journal."""
        if one in self.waiting:
            self._set_waiting(one.ref, None)

    def sent(self, one: Attente) -> None:
        """Forget a save that the server took, with what it said; what was typed since stays."""
        self.give_up(one)
        if self._file is not None:
            with self._swap:
                self._confirmed.append(one)
            self._arm(DELAY)

    def awaits(self, ref: FicheRef, changes: Valeurs) -> bool:
        """Tell whether all that is typed in a fiche waits for the link."""
        return any(one.ref == ref and one.valeurs == changes for one in self.waiting)

    async def read_waiting(self, serveur: str, compte: str) -> None:
        """Read what waited when another ror-tui ended.

        Raises:
            JournalError: The file cannot be read.
        """
        found = await self._in_turn(lambda file: file.waiting(serveur, compte)) or []
        known = {one.ref for one in self.waiting} | set(self._moved)
        self.waiting = [*(one for one in found if one.ref not in known), *self.waiting]

    def _set_waiting(self, ref: FicheRef, one: Attente | None) -> None:
        if one is None and all(other.ref != ref for other in self.waiting):
            return
        before = self.waiting
        rest = [other for other in before if other.ref != ref]
        self.waiting = rest if one is None else queued(before, one)
        if self._file is not None:
            with self._swap:
                if len(rest) == len(before):
                    self._moved.pop(ref, None)  # it comes last again
                self._moved[ref] = one
            self._arm(DELAY)

    def _add(self, ref: FicheRef, note: _Note) -> None:
        if self._file is None:
            return
        with self._swap:
            before = self._pending.get(ref)
            note.confirmed = (before.confirmed if before else {}) | note.confirmed
            self._pending[ref] = note
        self._arm(DELAY)

    def _arm(self, delay: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._failing is not None or self._timer.when() <= loop.time() + delay:
                return
            self._timer.cancel()
        self._timer = loop.call_later(delay, self._start)

    def _start(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        else:
            self._arm(DELAY)

    async def _write(self) -> None:
        try:
            await self.keep_now()
        except JournalError as error:
            if self._failing != str(error):
                self._failing = str(error)
                self._told(self._failing)
            self._arm(RETRY)
        else:
            if self._failing is not None:
                self._failing = None
                self._told(None)

    def flush(self) -> None:
        """Write now all that was noted, in the thread that calls: also from the handler of a signal.

        Raises:
            JournalError: The disk refuses; what was noted is kept for the next try.
        """
        if self._file is None:
            return
        with self._disk:
            with self._swap:
                notes, self._pending = self._pending, {}
            for ref in list(notes):
                try:
                    self._keep(self._file, ref, notes[ref])
                except JournalError:
                    self._put_back(notes)
                    raise
                del notes[ref]
            self._keep_waiting(self._file)

    def _keep_waiting(self, file: JournalFile) -> None:
        with self._swap:
            moved, self._moved = self._moved, {}
            confirmed, self._confirmed = self._confirmed, []
        try:
            for ref, one in moved.items():
                file.set_waiting(ref, one)
            for one in confirmed:
                file.confirm(one.ref, one.valeurs)
        except JournalError:
            with self._swap:
                self._moved, self._confirmed = moved | self._moved, confirmed + self._confirmed
            raise
        for one in confirmed:
            written = self._written.get(one.ref, {})
            self._written[one.ref] = {
                champ: valeur for champ, valeur in written.items() if one.valeurs.get(champ) != valeur
            }

    def _put_back(self, notes: dict[FicheRef, _Note]) -> None:
        with self._swap:
            for ref, note in notes.items():
                newer = self._pending.get(ref)
                if newer:
                    newer.confirmed = note.confirmed | newer.confirmed
                else:
                    self._pending[ref] = note

    def _keep(self, file: JournalFile, ref: FicheRef, note: _Note) -> None:
        written = self._written.get(ref, {})
        put = [
            Saisie(champ, valeur, base, note.version, self._clock())
            for champ, (valeur, base) in note.changes.items()
            if champ not in written or not _alike(written[champ], valeur)
        ]
        file.write(ref, note.titre, put, [champ for champ in written if champ not in note.changes])
        self._written[ref] = {champ: valeur for champ, (valeur, _) in note.changes.items()}
        if note.confirmed:
            left = {champ: valeur for champ, valeur in note.confirmed.items() if champ not in note.changes}
            file.confirm(ref, left)

    async def keep_now(self) -> None:
        """Write now all that was noted.

        Raises:
            JournalError: The disk refuses; what was noted is kept for the next try.
        """
        await asyncio.get_running_loop().run_in_executor(self._pool, self.flush)

    # --- Reading, at the opening of a fiche ---

    async def found(self, ref: FicheRef) -> Brouillon | None:
        """Give what was typed in a fiche and not saved, by this program or one that ended.

        Raises:
            JournalError: The file cannot be read.
        """
        return await self._in_turn(lambda file: file.read(ref))

    async def listing(self, serveur: str, compte: str) -> list[Brouillon]:
        """Give all that an account typed and did not save, the latest first.

        Raises:
            JournalError: The file cannot be read.
        """
        with contextlib.suppress(JournalError):  # the timer tries again, and tells it
            await self.keep_now()  # what was just saved is no longer to be listed
        return await self._in_turn(lambda file: file.listing(serveur, compte)) or []

    async def _in_turn(self, job: Callable[[JournalFile], Found]) -> Found | None:
        file, pool = self._file, self._pool
        if file is None or pool is None:
            return None

        def alone() -> Found:
            with self._disk:
                return job(file)

        return await asyncio.get_running_loop().run_in_executor(pool, alone)

    def adopt(self, brouillon: Brouillon) -> None:
        """Go on with what was found: it is forgotten when the server confirms it or when the person gives it up."""
        with self._disk:
            self._written[brouillon.ref] = brouillon.valeurs

    async def forget(self, ref: FicheRef) -> None:
        """Forget all that was typed in a fiche: the person gives it up.

        Raises:
            JournalError: The file cannot be written.
        """
        with self._swap:
            self._pending.pop(ref, None)
        self._set_waiting(ref, None)
        await self._in_turn(lambda file: file.forget(ref))
        self._written.pop(ref, None)

    async def close(self) -> None:
        """Write what is left, and close the file.

        Raises:
            JournalError: The disk refuses: what was noted last is lost with the program.
        """
        if self._timer is not None:
            self._timer.cancel()
        if self._file is None or self._pool is None:
            return
        try:
            await self.keep_now()
        finally:
            self._pool.shutdown()
            self._file.close()
            self._file = self._pool = None


def _alike(left: Valeur, right: Valeur) -> bool:
    return type(left) is type(right) and left == right
