"""The form that signs in: identifiant, mot de passe, one button, one message."""
# ruff: noqa: PLC0415 - pydantic is imported once there is a password to wrap

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ror_tui.keymap import bindings
from ror_tui.texts import plain

if TYPE_CHECKING:
    from pydantic import SecretStr


class Connect(Static, can_focus=True):
    """The button: Textual's own brings a third of all the style rules that the first screen would read."""

    DEFAULT_CSS = """
    Connect {
        width: 18; margin-left: 15; margin-top: 1; text-align: center;
        background: $primary; color: $button-color-foreground;
        &:ansi { background: ansi_default; color: $primary; text-style: bold; }
        &:focus { text-style: $button-focus-text-style; background-tint: $foreground 5%; }
    }
    """

    @dataclass
    class Pressed(Message):
        """It was clicked."""

        button: Connect

    def on_click(self) -> None:
        """Do as Enter does."""
        self.post_message(self.Pressed(self))


class LoginForm(Vertical):
    """Identifiant and password; the password leaves the field as a `SecretStr`, and is erased after a refusal."""

    DEFAULT_CSS = """
    LoginForm {
        height: auto;
        Input { width: 1fr; max-width: 44; margin-left: 15; background: $panel; }
        Input:focus { background: $primary-muted; }
        Input:disabled { text-style: dim; }
        #connexion-message { height: auto; min-height: 1; margin-top: 1; color: $text-muted; }
        #connexion-message.-error { color: $text-error; text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings("connexion") if isinstance(binding, Binding) and binding.action == "valider"
    ]

    @dataclass
    class Submitted(Message):
        """Both fields are filled and the user asked to sign in."""

        form: LoginForm
        identifiant: str
        mot_de_passe: SecretStr

        @property
        def control(self) -> LoginForm:
            """The form."""
            return self.form

    def __init__(self, identifiant: str = "", *, locked: bool = False) -> None:
        super().__init__(id="connexion-formulaire")
        self._identifiant = identifiant
        self._locked = locked
        self._told = ("", False)

    def compose(self) -> ComposeResult:
        """Lay out the two fields, the button and the message."""
        yield Input(self._identifiant, id="identifiant", compact=True, max_length=200, disabled=self._locked)
        yield Input(id="mot-de-passe", password=True, compact=True, max_length=1000)
        yield Connect(Content("Se connecter"), id="connecter")
        yield Static(id="connexion-message", markup=False)

    def render(self) -> RenderResult:
        """Draw the names of the fields to their left: a widget for each is felt before the first frame."""
        return Content.styled("Identifiant\nMot de passe", "bold")

    def on_mount(self) -> None:
        """Keep the cursor still, and wait for what is missing."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.screen.set_focus(self.query_one("#mot-de-passe" if self._identifiant else "#identifiant"))

    def action_valider(self) -> None:
        """Sign in."""
        self.submit()

    def fill(self, identifiant: str, mot_de_passe: str) -> None:
        """Fill both fields, as the choice of a demonstration account does.

        Args:
            identifiant: The account.
            mot_de_passe: Its password.
        """
        self.query_one("#identifiant", Input).value = identifiant
        self.query_one("#mot-de-passe", Input).value = mot_de_passe
        self.screen.set_focus(self.query_one("#connecter"))

    def tell(self, text: str, *, error: bool = False) -> None:
        """Show a sentence below the fields.

        Args:
            text: Plain text, on one or several lines.
            error: Whether it says what must be mended.
        """
        if (text, error) == self._told:
            return
        self._told = (text, error)
        message = self.query_one("#connexion-message", Static)
        message.set_class(error, "-error")
        message.update(Content("\n".join(plain(line) for line in text.splitlines())))

    def refuse(self, text: str) -> None:
        """Say why it failed; the identifiant stays, the password is to be typed again.

        Args:
            text: Plain text.
        """
        self.tell(text, error=True)
        password = self.query_one("#mot-de-passe", Input)
        password.value = ""
        self.screen.set_focus(password)

    @on(Input.Submitted)
    @on(Connect.Pressed)
    def submit(self, event: Input.Submitted | Connect.Pressed | None = None) -> None:
        """Send both fields, or go to the one that is empty."""
        from pydantic import SecretStr

        if event is not None:
            event.stop()
        identifiant = self.query_one("#identifiant", Input).value.strip()
        password = self.query_one("#mot-de-passe", Input)
        if not identifiant:
            self.screen.set_focus(self.query_one("#identifiant"))
        elif not password.value:
            self.screen.set_focus(password)
        else:
            self.post_message(self.Submitted(self, identifiant, SecretStr(password.value)))
