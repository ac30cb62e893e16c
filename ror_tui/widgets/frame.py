"""The frame of every full screen: banner with its tabs, crumbs, yellow notice, status line, key bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from ror_tui.keymap import ACTIONS, key_name
from ror_tui.services.lien import EtatLien
from ror_tui.texts import plain

TABS = (
    ("offres", "F9", "Recherche"),
    ("repertoire", "F6", "Répertoire"),
    ("dossiers", "F7", "Dossiers"),
    ("validation", "F8", "Validation"),
)


def fit(text: str, width: int) -> str:
    """Cut a text to a number of cells, with « … » when something is lost.

    Args:
        text: One line.
        width: Number of cells.
    """
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


class Banner(Widget):
    """First line: the product, the tabs, the account."""

    DEFAULT_CSS = """
    Banner { height: 1; background: $primary-background; color: $text; }
    """

    waiting: reactive[int] = reactive(0)
    """How many dossiers wait for this account: shown in the tab « Validation »."""

    def __init__(self, account: str = "", tab: str = "", *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.account = plain(account)
        self.tab = tab

    def render(self) -> RenderResult:
        """Draw the tabs, then the account where room is left; before login there is only the product."""
        if not self.account:
            return Content.styled(" ROR ", "bold")
        narrow = self.size.width < 60
        tabs = [self._tab(tab, key if narrow else f"{key} {name}") for tab, key, name in TABS]
        left = Content.assemble((" ROR ", "bold"), *tabs)
        room = self.size.width - left.cell_length - 1
        account = fit(self.account, room) if room > 4 else ""
        gap = " " * max(room - cell_len(account), 0)
        return Content.assemble(left, gap, (account, "dim"), " ")

    def _tab(self, tab: str, text: str) -> tuple[str, str]:
        count = f" ({self.waiting})" if tab == "validation" and self.waiting else ""
        return (f" {text}{count} ", "bold reverse" if tab == self.tab else "")


class Line(Static):
    """One line of plain text: nothing in it is markup, and it is cut with « … »."""

    DEFAULT_CSS = """
    Line { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    text = ""

    def say(self, text: str) -> None:
        """Show a text; nothing is drawn when it is there already.

        Args:
            text: Plain text, from anywhere.
        """
        if plain(text) != self.text:
            self.text = plain(text)
            self.update(Content(self.text), layout=False)  # laying the screen out again would be a second frame


class Crumbs(Line):
    """Where one is: « Répertoire › 75 Paris › … »; the end of the path is what stays when it is too long."""

    DEFAULT_CSS = """
    Crumbs { background: $surface; color: $text; text-style: bold; }
    """

    def __init__(self, names: Sequence[str] = (), *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.names = tuple(plain(name) for name in names)

    def show(self, names: Sequence[str]) -> None:
        """Show a path.

        Args:
            names: From the tab down to what is open.
        """
        self.names = tuple(plain(name) for name in names)
        self._lay_out()

    def on_resize(self) -> None:
        """Cut the path again for the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        path = " › ".join(self.names)
        first, *rest = self.names or ("",)
        while len(rest) > 1 and cell_len(path) > self.size.width:
            del rest[0]
            path = " › ".join((first, "…", *rest))
        self.say(path)


class Notice(Static):
    """The guide's yellow banner (« Cette fiche fait partie d'un dossier collaboratif… »)."""

    DEFAULT_CSS = """
    Notice {
        height: auto; max-height: 4; padding: 0 1;
        background: $warning-muted; color: $text-warning; display: none;
    }
    """

    def show(self, text: str | None) -> None:
        """Show a sentence, or hide the banner.

        Args:
            text: Plain text, or None.
        """
        self.display = text is not None
        self.update(Content(plain(f"⚠ {text}" if text else "")))


LINKS = {
    EtatLien.CONNECTE: ("● connecté", "$text-success"),
    EtatLien.RECONNEXION: ("◌ reconnexion…", "$text-warning"),
    EtatLien.HORS_LIGNE: ("○ hors ligne", "$text-error"),
    EtatLien.SESSION_EXPIREE: ("○ session expirée", "$text-error"),
}
"""How the state of the link is shown: glyph, word, and colour."""


class StatusLine(Line):
    """The line above the keys: what the screen is doing, counts, filters; at its right end, the link."""

    DEFAULT_CSS = """
    StatusLine { background: $surface; color: $text-muted; }
    """

    lien: EtatLien | None = None
    unsent = 0

    def say(self, text: str) -> None:
        """Show a text.

        Args:
            text: Plain text, from anywhere.
        """
        self._write(plain(text), self.lien)

    def show_link(self, lien: EtatLien | None) -> None:
        """Show the state of the link with the server.

        Args:
            lien: What is known of it; None shows nothing.
        """
        self._write(self.text, lien)

    def show_unsent(self, count: int) -> None:
        """Show how many saves wait for the link."""
        if count != self.unsent:
            self.unsent = count
            self._lay_out()

    def _write(self, text: str, lien: EtatLien | None) -> None:
        if (text, lien) != (self.text, self.lien):  # drawing the same again would cost bytes
            self.text, self.lien = text, lien
            self._lay_out()

    def on_resize(self) -> None:
        """Put the link at the right end again."""
        self._lay_out()

    def _lay_out(self) -> None:
        if self.lien is None:
            self.update(Content(self.text), layout=False)
            return
        state, color = LINKS[self.lien]
        state = f"{self.unsent} en attente {state}" if self.unsent else state
        room = max(self.content_size.width - cell_len(state) - 2, 0)
        left = fit(self.text, room)
        gap = " " * (room - cell_len(left) + 2)
        self.update(Content.assemble(left, gap, (state, color)), layout=False)


_FIRST_KEYS = {action.id: action.keys.split(",")[0] for action in ACTIONS}
"""The key that is shown of each action, whatever widget has the focus."""


class KeyBar(Widget):
    """Last line: the keys that work here, named in French; help comes first and is never cut."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text; }
    """

    keys: reactive[tuple[tuple[str, str, bool], ...]] = reactive(())

    def on_mount(self) -> None:
        """Follow the bindings of the screen as the focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.collect())
        self.collect()

    def collect(self) -> None:
        """Read the keys that work now; below an overlay, the bar stays as it is."""
        if self.screen is not self.app.screen:
            return
        seen: dict[str, tuple[str, str, bool]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and (binding.id or binding.action) not in seen:
                seen[binding.id or binding.action] = (
                    key_name(_FIRST_KEYS.get(binding.id or "", binding.key)),
                    binding.description,
                    active.enabled,
                )
        help_key = seen.pop("app.aide", None)
        self.keys = (*([help_key] if help_key else []), *seen.values())

    def render(self) -> RenderResult:
        """Draw as many keys as fit."""
        return Content.assemble(*self._parts(self.size.width))

    def _parts(self, width: int) -> Iterable[tuple[str, str]]:
        for key, label, enabled in self.keys:
            width -= cell_len(f" {key} {label} ")
            if width < 0:
                return
            yield (f" {key} ", "$accent bold" if enabled else "dim")
            yield (f"{label} ", "" if enabled else "dim")
