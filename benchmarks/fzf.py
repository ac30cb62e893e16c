"""fzf in a pseudo-terminal: from a key to its final list."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path

QUIET = 0.35
"""Seconds without a byte after which a list is final: fzf shows its progress every 100 ms."""
LOADED = 1.5
PATIENCE = 30.0
QUESTION, ANSWER = b"\x1b[6n", b"\x1b[1;1R"


def keys(names: Path, texts: Sequence[str]) -> list[float]:
    """Type texts, one character at a time, and give the seconds of each key.

    Args:
        names: What fzf reads, one name on a line.
        texts: Each begins from an empty one.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execvpe("sh", ["sh", "-c", f"exec fzf < '{names}'"], os.environ | {"TERM": "xterm-256color"})
    try:
        _until_quiet(terminal, LOADED)
        return [seconds for text in texts for seconds in _text(terminal, text)]
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _text(terminal: int, text: str) -> list[float]:
    times = []
    for char in text:
        started = time.perf_counter()
        os.write(terminal, char.encode())
        times.append(_until_quiet(terminal, QUIET) - started)
    os.write(terminal, b"\x15")
    _until_quiet(terminal, QUIET)
    return times


def _until_quiet(terminal: int, quiet: float) -> float:
    """Read until nothing comes any more, and give the instant of the last byte."""
    last = started = time.perf_counter()
    while select.select([terminal], [], [], quiet)[0]:
        read = os.read(terminal, 65536)
        last = time.perf_counter()
        if QUESTION in read:
            os.write(terminal, ANSWER)
        if last - started > PATIENCE:
            raise TimeoutError("fzf never comes to rest")
    return last
