"""« Où en est mon dossier » : its way step by step, who must act, since when, the usual delay, the last word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Dossier, Etape, EtapeEtat, SignalDossier, Suivi, TypeSignal
from ror_tui.keymap import bindings
from ror_tui.screens.base import RorScreen
from ror_tui.screens.commentaires import CommentairesScreen
from ror_tui.services import dossier as dossiers
from ror_tui.services import entourage
from ror_tui.texts import duration, french, moment, plain, plural

STEPS = {
    EtapeEtat.FAITE: ("●", "fait", "$text-success"),
    EtapeEtat.ICI: ("▶", "en cours", "$text-primary"),
    EtapeEtat.A_VENIR: ("○", "à venir", "$text-muted"),
}
"""Glyph, word and colour of a step."""


class SuiviScreen(RorScreen[None]):
    """Where a dossier stands, and how it came there.

    Args:
        dossier_id: The dossier.
    """

    TITLE_FR = "Suivi"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("suivi",)
    CSS_PATH = "suivi.tcss"
    KEYS_WAIT = frozenset({"suivi-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("suivi")]
    AUTO_FOCUS = "#suivi"

    def __init__(self, dossier_id: UUID) -> None:
        super().__init__()
        self.dossier_id = dossier_id

    def compose_body(self) -> ComposeResult:
        """Lay out the text, which scrolls."""
        with VerticalScroll(id="suivi"):
            yield Static(id="text")

    def on_mount(self) -> None:
        """Read where the dossier is."""
        self.read()

    def read_again(self) -> None:
        """Read once more, after a failure."""
        self.read()

    def action_recharger(self) -> None:
        """Read again."""
        self.read()

    def action_commentaires(self) -> None:
        """Read the comments of the dossier, and answer."""
        self.app.push_screen(CommentairesScreen(self.dossier_id), lambda _: self.read_again())

    def hear_dossier(self, signal: SignalDossier) -> None:
        """Read again when the dossier moves, or somebody writes."""
        if signal.dossier_id == self.dossier_id and signal.type is not TypeSignal.PRESENCE:
            self.read()

    @work(exclusive=True, group="suivi-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the way of the dossier and its history, and show them."""
        client = self.ror.client
        try:
            dossier, suivi = (
                await dossiers.lire(client, self.dossier_id),
                await entourage.suivi(client, self.dossier_id),
            )
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)
            return
        self.set_crumbs("Dossiers", dossier.titre, "Suivi")
        text = Content("\n").join([*_way(suivi), *_words(suivi), *_links(suivi), *_history(dossier)])
        self.query_one("#text", Static).update(text)
        self.set_status(french(f"{dossier.etat_libelle.capitalize()} · c : Commentaires · Échap : revenir"))


def _way(suivi: Suivi) -> Iterator[Content]:
    now = datetime.now(UTC)
    for etape in suivi.etapes:
        glyph, word, color = STEPS[etape.etat]
        yield Content.assemble(
            (f"{glyph} {plain(etape.libelle)}", f"{color} bold"), (f" · {word}", color), french(_said(etape, now))
        )
        if etape.delai is not None:
            base = plural(etape.delai_sur, "dossier passé", "dossiers passés")
            yield Content.styled(french(f"   délai habituel : {duration(etape.delai)} (sur {base})"), "$text-muted")
    yield Content("")


def _said(etape: Etape, now: datetime) -> str:
    who = ", ".join(map(plain, etape.qui))
    match etape.etat:
        case EtapeEtat.ICI:
            since = f" depuis le {moment(etape.le)} ({duration((now - etape.le).total_seconds())})" if etape.le else ""
            return f" · {who}{since}" if who else since
        case EtapeEtat.FAITE:
            by = f" · {plain(etape.par)}" if etape.par else f" · {who}" if who else ""
            return f"{by} le {moment(etape.le)}" if etape.le else by
        case EtapeEtat.A_VENIR:
            return f" · {who}" if who else ""


def _words(suivi: Suivi) -> Iterator[Content]:
    word = suivi.dernier_mot
    if word is not None:
        where = f" sur « {plain(word.fiche)} »" if word.fiche else ""
        yield Content.styled(french(f"Dernier mot, {plain(word.auteur)}{where}, le {moment(word.le)} :"), "bold")
        yield Content(french(f"  {plain(word.texte)}"))
        yield Content("")


def _links(suivi: Suivi) -> Iterator[Content]:
    if suivi.suite_de is not None:
        yield Content(french(f"Ce dossier est la suite de « {plain(suivi.suite_de.titre)} »."))
    for suite in suivi.suites:
        yield Content(french(f"Ce qui n'a pas été accepté est repris dans « {plain(suite.titre)} »."))
    if suivi.suite_de is not None or suivi.suites:
        yield Content("")


def _history(dossier: Dossier) -> Iterator[Content]:
    yield Content.styled("Historique", "bold")
    for event in dossier.evenements:
        motif = f" – {plain(event.motif)}" if event.motif else ""
        yield Content.assemble(
            (f"{moment(event.le)}  ", "$text-muted"), french(f"{plain(event.acteur)} : {plain(event.texte)}{motif}")
        )
