"""Signing in (guide §2): drawn before anything is connected, then it follows the server until it is ready."""
# ruff: noqa: PLC0415 - the first frame is drawn before the client is imported

from __future__ import annotations

import asyncio
import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ror_tui import __version__
from ror_tui.keymap import bindings
from ror_tui.screens.base import RorModal, RorScreen
from ror_tui.texts import CONDITIONS, NBSP, SUPPORT, plain
from ror_tui.widgets.login import LoginForm

if TYPE_CHECKING:
    from pydantic import SecretStr

    from ror_tui.api_client.errors import RorError
    from ror_tui.api_client.models import Chargement, Compte, CompteDemonstration, EtatService
    from ror_tui.app import RorApp

TITLE = "Bienvenue sur l'application ROR"
LOST = f"En cas de perte d'identifiant ou de mot de passe, le support SESAN est disponible{NBSP}:"
NO_RIGHT = f"Votre compte n'a aucun droit dans le ROR{NBSP}: demandez au support SESAN de lui en ouvrir."
STARTING = "Démarrage du serveur de démonstration…"
CONNECTING = "Connexion au ROR…"
BREATH = 0.1
"""Seconds that are left to the first frame, and to what was typed ahead, before the client is imported."""
STARTING_EVERY, ABSENT_EVERY = 0.3, 3.0
"""Seconds between two looks at a server that is starting, and at one that does not answer."""
BAR = 24
NIMBLE = 0.0005
"""Seconds after which the thread that imports gives way to one that handles a key."""


def progress(chargement: Chargement) -> str:
    """Draw the progress of the first load: « Chargement… ████████░░░░ 42 % ».

    Args:
        chargement: What the server says of it.
    """
    part = min(chargement.fait / chargement.total, 1.0) if chargement.total else 0.0
    full = round(part * BAR)
    return f"{chargement.message}\n{'█' * full}{'░' * (BAR - full)} {round(part * 100)}{NBSP}%"


def support() -> str:
    """Give the contacts of the support, one a line."""
    return "\n".join(f"  {way}{NBSP}: {contact}" for way, contact in SUPPORT)


class ConnexionScreen(RorScreen[None]):
    """« Bienvenue sur l'application ROR »."""

    TITLE_FR = TITLE
    CONTEXTS = ("connexion",)
    CSS_PATH = "connexion.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("connexion")]
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.comptes: list[CompteDemonstration] = []

    def compose_body(self) -> ComposeResult:
        """Lay out the form, then what the guide shows below it."""
        with VerticalScroll(id="connexion", can_focus=False):
            yield LoginForm()
            below = Content.assemble((CONDITIONS, "$foreground 67%"), f"\n\n{LOST}\n{support()}")
            yield Static(below, id="conditions")

    def on_mount(self) -> None:
        """Draw first, connect after."""
        self.set_status(f"V.({__version__})")
        self.form.tell(STARTING if self.ror.demo else CONNECTING)
        self.call_after_refresh(self.set_timer, BREATH, self.follow_service)

    @property
    def form(self) -> LoginForm:
        """The two fields and their message."""
        return self.query_one(LoginForm)

    @work(exclusive=True, group="service", exit_on_error=False)
    async def follow_service(self) -> None:
        """Look at the server, again and again until it is ready, and say meanwhile what it is doing."""
        await asyncio.to_thread(_import_client)
        from ror_tui.api_client.errors import RorError

        try:
            if wait := await self._look():
                self.set_timer(wait, self.follow_service)
        except RorError as error:
            self.form.tell(str(error), error=True)

    async def _look(self) -> float:
        """Look once; give the seconds before the next look, 0 when there is nothing more to wait for."""
        from ror_tui.api_client.errors import ServerNotReady, ServiceSlow, ServiceUnreachable
        from ror_tui.services import session

        try:
            etat = await session.etat(self.ror.connection())
        except (ServiceUnreachable, ServiceSlow, ServerNotReady) as error:
            return self._absent(error)
        return self._present(etat)

    def _absent(self, error: RorError) -> float:
        failure = self.ror.demo.failure() if self.ror.demo else None
        if self.ror.demo is not None and failure is None:
            self.form.tell(STARTING)
            return STARTING_EVERY
        self.form.tell(failure or str(error), error=True)
        return 0 if failure else ABSENT_EVERY

    def _present(self, etat: EtatService) -> float:
        self.set_status(f"V.({__version__}) · serveur {etat.version} · {self.ror.client.endpoint}")
        self._show_accounts(etat.demonstration)
        if etat.erreur:
            self.form.tell(etat.erreur, error=True)
        elif etat.pret:
            self.form.tell("")
        else:
            self.form.tell(progress(etat.chargement) if etat.chargement else "Le ROR se prépare…")
        return 0 if etat.pret or etat.erreur else STARTING_EVERY

    def _show_accounts(self, comptes: list[CompteDemonstration]) -> None:
        if comptes == self.comptes:
            return
        self.comptes = comptes
        width = max(len(compte.identifiant) for compte in comptes)
        lines = [f"  {compte.identifiant:<{width}}  {compte.libelle}" for compte in comptes]
        title = f"Comptes de démonstration (F9 pour choisir){NBSP}:"
        text = Content("\n".join([title, *map(plain, lines)]))
        for shown in self.query("#comptes").results(Static):
            shown.update(text)
            break
        else:
            self.query_one("#connexion").mount(Static(text, id="comptes"))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """The choice of an account exists in demonstration only."""
        return bool(self.comptes) if action == "comptes" else True

    def action_valider(self) -> None:
        """Sign in."""
        self.form.submit()

    def action_comptes(self) -> None:
        """Choose a demonstration account."""
        from ror_tui.widgets.dialogs import ActionMenu, MenuItem

        items = [
            MenuItem(str(number), f"{compte.identifiant} — {compte.libelle}", key=str(number + 1))
            for number, compte in enumerate(self.comptes)
        ]
        self.app.push_screen(ActionMenu("Comptes de démonstration", items), self._fill)

    def _fill(self, chosen: str | None) -> None:
        if chosen is not None:
            compte = self.comptes[int(chosen)]
            self.form.fill(compte.identifiant, compte.mot_de_passe)

    @on(LoginForm.Submitted)
    def try_to_connect(self, event: LoginForm.Submitted) -> None:
        """Sign in with what was typed."""
        self.form.tell(CONNECTING)
        self.connect(event.identifiant, event.mot_de_passe)

    @work(exclusive=True, group="connexion", exit_on_error=False)
    async def connect(self, identifiant: str, mot_de_passe: SecretStr) -> None:
        """Sign in, then go to the Répertoire; a refusal is said here.

        Args:
            identifiant: As typed.
            mot_de_passe: Never logged.
        """
        if compte := await sign_in(self.ror, self.form, identifiant, mot_de_passe):
            self.ror.connected(compte)


class ReconnexionScreen(RorModal[bool]):
    """Signing in again above a screen that stays as it is: the session is over, nothing that was typed is lost."""

    CSS_PATH = "connexion.tcss"
    CONTEXTS = ("dialogue",)
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings("dialogue") if isinstance(binding, Binding) and binding.action == "annuler"
    ]
    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """Lay out the same form, for the same account."""
        compte = self.ror.compte
        with Vertical(id="reconnexion"):
            yield Static(Content("Session expirée"), id="reconnexion-titre")
            yield Static(
                Content("Votre saisie est conservée. Reconnectez-vous pour continuer."), id="reconnexion-texte"
            )
            yield LoginForm(compte.identifiant if compte else "", locked=True)
            yield Static(Content(f"Échap{NBSP}: rester sur l'écran sans se reconnecter"), id="reconnexion-aide")

    @on(LoginForm.Submitted)
    def try_to_connect(self, event: LoginForm.Submitted) -> None:
        """Sign in with the password that was typed."""
        self.connect(event.identifiant, event.mot_de_passe)

    @work(exclusive=True, group="connexion", exit_on_error=False)
    async def connect(self, identifiant: str, mot_de_passe: SecretStr) -> None:
        """Sign in, then go back to the screen below.

        Args:
            identifiant: The account that was signed in.
            mot_de_passe: Never logged.
        """
        if compte := await sign_in(self.ror, self.query_one(LoginForm), identifiant, mot_de_passe):
            self.ror.signed_in(compte)
            self.dismiss(True)

    def action_annuler(self) -> None:
        """Keep the screen below as it is."""
        below = self.app.screen_stack[-2]
        if isinstance(below, RorScreen):
            below.set_status(f"Session expirée{NBSP}: la prochaine action demandera de se reconnecter.")
        self.dismiss(False)


async def sign_in(ror: RorApp, form: LoginForm, identifiant: str, mot_de_passe: SecretStr) -> Compte | None:
    """Sign in; a refusal is said in the form.

    Args:
        ror: The application.
        form: Where the refusal is said.
        identifiant: As typed.
        mot_de_passe: Never logged.

    Returns:
        The account, None when it was refused or has no right at all.
    """
    from ror_tui.api_client.errors import RorError
    from ror_tui.services import session

    try:
        compte = await session.connecter(ror.connection(), identifiant, mot_de_passe)
        if compte.droits:
            return compte
        await session.deconnecter(ror.client)
    except RorError as error:
        form.refuse(str(error))
    else:
        form.refuse(NO_RIGHT)
    return None


def _import_client() -> None:
    """Import the client and what the first screen needs, while the login screen answers to keys."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(NIMBLE)
    try:
        for name in ("ror_tui.services.session", "ror_tui.screens.repertoire"):
            import_module(name)
    finally:
        sys.setswitchinterval(interval)
        if not gc.isenabled():  # `cli` put it off: nothing is garbage before
            gc.freeze()
            gc.enable()
