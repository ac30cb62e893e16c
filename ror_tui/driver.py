"""The terminal as Textual drives it on POSIX, safe to stop and to continue at any moment.

Textual acts inside the handlers of SIGTSTP and SIGCONT, where any lock may be held, and enters its mode a second time
when SIGCONT comes without SIGTSTP. Here the event loop acts, and a terminal that was left alone is entered anew.
"""

from __future__ import annotations

import os
import signal

from ror_tui.frames.driver import FrugalDriver


class RorDriver(FrugalDriver):
    """Stops at Ctrl+Z with the terminal restored; draws whole after anything that may have touched the screen."""

    _stopped = False

    def _sigtstp_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._go_on)

    def _stop(self) -> None:
        if self._auto_restart and not self._stopped:
            self.suspend_application_mode()
            self._stopped = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _go_on(self) -> None:
        if not self._auto_restart or self._key_thread is None:
            return
        if not self._stopped:
            self.suspend_application_mode()
        self._must_signal_resume = True
        self.resume_application_mode()
        self._stopped = self._must_signal_resume  # in the background it cannot begin, and stops again

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            return  # the terminal is gone: the guard ends the program
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the application as any fault does
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001 - the one way there is
