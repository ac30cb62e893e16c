"""From exec to the first frame in a real pty, beside a minimal Textual application started the same way."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

ROUNDS = 9
PATIENCE = 30.0
MARK = b"Bienvenue"
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""What a terminal says to Textual's questions."""


def first_frame(command: Sequence[str], environment: dict[str, str]) -> float:
    """Give the seconds between fork and the moment when the mark has been written, on 80×24.

    Args:
        command: What to start.
        environment: Its whole environment.

    Raises:
        TimeoutError: The mark never came.
    """
    started = time.perf_counter()
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execvpe(command[0], list(command), environment)
    try:
        seen = b""
        while MARK not in seen:
            left = PATIENCE - (time.perf_counter() - started)
            if left <= 0 or not select.select([master], [], [], left)[0]:
                message = f"{command}: no first frame; {seen[-2000:]!r}"
                raise TimeoutError(message)
            seen += os.read(master, 65536)
            for question, answer in ANSWERS.items():
                if question in seen:
                    os.write(master, answer)
        return time.perf_counter() - started
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def main() -> None:
    """Print the table."""
    folder = Path(__file__).parent
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
        }
        minimal = [sys.executable, str(folder / "minimal_app.py")]
        ours = [sys.executable, "-m", "ror_tui", "--serveur", f"unix:{home}/absent.sock"]
        version = [sys.executable, "-m", "ror_tui", "--version"]
        for command in (minimal, ours):
            first_frame(command, environment)
        pairs = [(first_frame(minimal, environment), first_frame(ours, environment)) for _ in range(ROUNDS)]
        baseline, measured = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
        print("Start-up to first frame, real pty 80×24, medians of", ROUNDS)
        print(f"  minimal Textual application  {baseline * 1000:7.0f} ms")
        print(
            f"  ror-tui, login screen        {measured * 1000:7.0f} ms   ratio {measured / baseline:.2f} (goal ≤ 1.5)"
        )
        print(f"  ror-tui --version            {_run(version, environment) * 1000:7.0f} ms")


def _run(command: list[str], environment: dict[str, str]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        pid = os.posix_spawn(
            command[0], command, environment, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        )
        _, status = os.waitpid(pid, 0)
        if status:
            message = f"{command} ended with {status}"
            raise RuntimeError(message)
        times.append(time.perf_counter() - started)
    return median(times)


if __name__ == "__main__":
    main()
