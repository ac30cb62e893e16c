"""A session by lines: the server, the account, the journal, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from ror_tui import crash
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import Compte
from ror_tui.journal import Journal, JournalError, opened
from ror_tui.lineaire import accueil, connexion
from ror_tui.lineaire.dialogue import AnswerError, Dialogue, QuitError
from ror_tui.services import session
from ror_tui.texts import french

if TYPE_CHECKING:
    from ror_tui.demo import DemoServer
    from ror_tui.settings import Settings

P = ParamSpec("P")
Result = TypeVar("Result")

FIRST_WORD, NEXT_WORD = 1.0, 10.0
"""Seconds of silence before the first word on what is waited for, and between the next ones."""
REFUSED, INTERRUPTED = 2, 130
GOODBYE = "Au revoir. Ce qui est saisi et pas enregistré est gardé sur ce poste, et vous sera proposé."


@dataclass(slots=True)
class Seance:
    """What every question needs: who answers, the server, the account, the journal."""

    dialogue: Dialogue
    client: RorClient
    journal: Journal
    runner: asyncio.Runner
    demo: DemoServer | None = None
    compte: Compte | None = field(default=None)

    @property
    def serveur(self) -> str:
        """The address of the server, as the journal knows it."""
        return self.client.endpoint

    def call(
        self,
        doing: str,
        service: Callable[Concatenate[RorClient, P], Coroutine[Any, Any, Result]],
        *args: P.args,
        **named: P.kwargs,
    ) -> Result:
        """Call a service, saying now and then that one waits; a session that is over is opened again.

        Args:
            doing: What is waited for, in French.
            service: An operation of `services`.
            args: After the client.
            named: Likewise.

        Raises:
            RorError: The server refuses or does not answer.
        """
        try:
            return self.wait(doing, service(self.client, *args, **named))
        except Unauthorized as error:
            if self.compte is None:
                raise
            self.dialogue.say(str(error))
            connexion.again(self)
            return self.wait(doing, service(self.client, *args, **named))

    def wait(self, doing: str, awaited: Awaitable[Result]) -> Result:
        """Wait for something, saying now and then that one does."""
        return self.runner.run(self._patiently(doing, awaited))

    async def _patiently(self, doing: str, awaited: Awaitable[Result]) -> Result:
        task = asyncio.ensure_future(awaited)
        done, _ = await asyncio.wait({task}, timeout=FIRST_WORD)
        while not done:
            self.dialogue.say(f"{doing}…")
            done, _ = await asyncio.wait({task}, timeout=NEXT_WORD)
        return task.result()

    def told(self, sentence: str | None) -> None:
        """Say that what is typed is not kept on this machine, or that it is again."""
        self.dialogue.say(sentence or "Votre saisie est de nouveau gardée sur ce poste.")

    def fail(self, error: RorError) -> None:
        """Say an error; a script stops there.

        Raises:
            RorError: A script answers.
        """
        if not self.dialogue.interactive:
            raise error
        self.dialogue.say(str(error), *filter(None, [error.reference]))


def run(settings: Settings, endpoint: str, demo: DemoServer | None = None) -> int:
    """Do the main job by questions and answers.

    Args:
        settings: What the person chose.
        endpoint: The server.
        demo: The server of the demonstration, when it is ours.

    Returns:
        0 when one left; 2 when a script was refused; 130 when it was interrupted; 128 and the signal when one came.

    Raises:
        BadAddress: The endpoint cannot be used.
    """
    dialogue = Dialogue()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell in the background made it deaf
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with asyncio.Runner() as runner:
        client = RorClient(endpoint, clear_text=settings.http_en_clair)
        journal = opened(keep=settings.journal, told=lambda sentence: dialogue.say(sentence or ""))
        seance = Seance(dialogue, client, journal, runner, demo)
        try:
            return _converse(seance)
        finally:
            runner.run(_close(seance))


def _converse(seance: Seance) -> int:
    say = seance.dialogue.say
    try:
        connexion.sign_in(seance)
        accueil.menu(seance)
    except QuitError:
        say(GOODBYE if seance.journal.keeps else "Au revoir.")
    except KeyboardInterrupt:
        say("", "Interrompu.", GOODBYE if seance.journal.keeps else "")
        return INTERRUPTED
    except (RorError, AnswerError, JournalError) as error:
        print(french(f"ror-tui : {error}"), file=sys.stderr)  # noqa: T201 - a command says why it stops
        return REFUSED
    except Exception as error:  # noqa: BLE001 - a fault of ours is said in French, and kept without what was typed
        print(crash.told(error), file=sys.stderr)  # noqa: T201 - likewise
        return crash.STATUS
    return 0


async def _close(seance: Seance) -> None:
    try:
        await seance.journal.close()
    except JournalError as error:
        seance.dialogue.say(str(error))
    if seance.client.authenticated:
        await session.deconnecter(seance.client)
    await seance.client.close()


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
