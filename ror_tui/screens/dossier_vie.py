"""What lives around an open dossier: who is there and on which fiche, comments, refusals; kept up to date."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Entourage, Presence, SignalDossier, TypeSignal
from ror_tui.services import entourage
from ror_tui.services.lien import EtatLien
from ror_tui.texts import french, initials, plain, plural

if TYPE_CHECKING:
    from ror_tui.screens.base import RorScreen

BEAT = 15.0
"""Seconds between two signs of presence; the server forgets after three that are lost."""


class Vie:
    """Says that this account is there, and knows who else is.

    Args:
        screen: The screen of the dossier, or of one of its fiches.
        dossier_id: The dossier.
        shown: Called when there is something else to show.
        changed: Called when somebody else changed the dossier or its state; with None when that may have been missed.
        fiche_id: The fiche that the screen shows, None for the tree.
    """

    def __init__(
        self,
        screen: RorScreen[Any],
        dossier_id: UUID,
        *,
        shown: Callable[[], object],
        changed: Callable[[SignalDossier | None], Awaitable[object]],
        fiche_id: UUID | None = None,
    ) -> None:
        self._screen, self.dossier_id, self._fiche_id = screen, dossier_id, fiche_id
        self._shown, self._changed = shown, changed
        self._writing = False
        self._missed: list[SignalDossier | None] = []
        self._cut = False
        self.entourage: Entourage | None = None

    # --- Saying that one is there ---

    def start(self) -> None:
        """Say so now, and go on as long as the screen is there."""
        self._screen.set_interval(BEAT, self.beat)
        self.beat()

    def beat(self) -> None:
        """Say that one is there, unless another screen of the dossier lies above and says it better."""
        if self._is_last:
            self._screen.run_worker(self._sign(), group="vie", exclusive=True, exit_on_error=False)

    def write(self, writing: bool) -> None:
        """Say at once that something is typed, or no longer."""
        if writing is not self._writing:
            self._writing = writing
            self.beat()

    def leave(self) -> None:
        """Say that one goes away, unless another screen of the dossier stays; the application does it."""
        app = self._screen.app
        lives = (getattr(one, "vie", None) for one in app.screen_stack if one is not self._screen)
        if not any(isinstance(one, Vie) and one.dossier_id == self.dossier_id for one in lives):
            app.run_worker(self._leave(), group="vie-depart", exit_on_error=False)

    @property
    def _is_last(self) -> bool:
        full = [screen for screen in self._screen.app.screen_stack if not screen.is_modal]
        return bool(full) and full[-1] is self._screen

    async def _sign(self) -> None:
        client = self._screen.ror.client
        self._screen.ror.presences.add(self.dossier_id)
        try:
            self._take(await entourage.signaler(client, self.dossier_id, self._fiche_id, ecrit=self._writing))
        except RorError:
            return  # the last line says that the link is lost; the next beat says it again

    async def _leave(self) -> None:
        await entourage.partir(self._screen.ror.client, self._screen.ror.presences, {self.dossier_id})

    def _take(self, found: Entourage) -> None:
        if found != self.entourage and self._screen.is_attached:
            self.entourage = found
            self._shown()

    # --- Hearing of the others ---

    def hear(self, signal: SignalDossier) -> None:
        """Take note of what happened: read again what it touches.

        Args:
            signal: Of any dossier.
        """
        own, content = self.mine(signal), signal.type in {TypeSignal.CONTENU, TypeSignal.ETAPE}
        if signal.dossier_id != self.dossier_id or (own and not content):
            return
        if content:
            self._missed.append(signal)
        self.catch_up(around=not own)

    def link(self, lien: EtatLien | None) -> None:
        """Read again once the link is back: what happened meanwhile was told to nobody."""
        if lien is EtatLien.CONNECTE and self._cut:
            self._cut = False
            self._missed.append(None)
            self.catch_up(around=True)
        elif lien is not EtatLien.CONNECTE and lien is not None:
            self._cut = True

    def mine(self, signal: SignalDossier) -> bool:
        """Tell whether it comes from this very account: from here, or from another terminal of the same person."""
        compte = self._screen.ror.compte
        return compte is not None and compte.id == signal.compte_id

    def catch_up(self, *, around: bool = False) -> None:
        """Read again what others changed, once no dialog lies above.

        Args:
            around: Read again who is there too.
        """
        if around:
            self._screen.run_worker(self._look(), group="vie-regard", exclusive=True, exit_on_error=False)
        if self._missed and self._screen.in_front:
            signal, self._missed = self._missed[-1], []
            self._screen.run_worker(self._read(signal), group="vie-lecture", exit_on_error=False)

    async def _look(self) -> None:
        try:
            self._take(await entourage.lire(self._screen.ror.client, self.dossier_id))
        except RorError:
            return  # the next beat reads it too

    async def _read(self, signal: SignalDossier | None) -> None:
        try:
            await self._changed(signal)
        except RorError:
            self._missed.append(signal)  # read once the link is back, or at the next signal

    # --- What to show ---

    def people(self, fiche_id: UUID | None) -> list[Presence]:
        """Give the others who are on a fiche."""
        return [one for one in self.entourage.presents if one.structure_id == fiche_id] if self.entourage else []

    def comments(self, fiche_id: UUID | None) -> int:
        """Count the comments on a fiche, or on the dossier, that are not settled."""
        if self.entourage is None:
            return 0
        return self.entourage.generaux if fiche_id is None else self.entourage.commentaires.get(fiche_id, 0)

    def tags(self, fiche_id: UUID | None) -> tuple[str, ...]:
        """Give the discreet marks of a line: « @RH » for who is there, « @RH+ » who types, « 2 com. »."""
        here = tuple(f"@{initials(one.nom)}{'+' if one.ecrit else ''}" for one in self.people(fiche_id))
        count = self.comments(fiche_id)
        return (*here, f"{count} com.") if count else here

    def said(self, fiche_id: UUID | None) -> str:
        """Say in words who is on a fiche and its comments, after something else; empty when there is nothing."""
        parts = [f"{plain(one.nom)} {'écrit' if one.ecrit else 'est'} ici" for one in self.people(fiche_id)]
        if count := self.comments(fiche_id):
            parts.append(plural(count, "commentaire", "commentaires"))
        return "".join(f" · {part}" for part in parts)

    def words(self, fiche_id: UUID | None) -> str:
        """Say why a fiche is refused, who is on it, and its comments; empty when there is nothing."""
        refusal = self.entourage.refus.get(fiche_id) if self.entourage and fiche_id else None
        why = f" · refusée par {plain(refusal.par)} : {plain(refusal.motif)}" if refusal else ""
        return french(f"{why}{self.said(fiche_id)}".removeprefix(" · "))
