"""What a program has left of a terminal, read in all that it wrote: modes, keyboard protocol, cursor."""

from __future__ import annotations

import re
import termios

from tests.e2e.terminal import Terminal

_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_KITTY = re.compile(rb"\x1b\[([<>])\d*u")
AT_FIRST = {7, 25}
"""Modes that are on in a terminal at rest: line wrap, visible cursor."""


def left_on(raw: bytes) -> set[int]:
    """Give the private modes that differ from those of a terminal at rest, 0 for the keyboard protocol of kitty."""
    modes = dict.fromkeys(AT_FIRST, True)
    for numbers, end in _MODE.findall(raw):
        modes |= dict.fromkeys(map(int, numbers.split(b";")), end == b"h")
    pushed = 0
    for way in _KITTY.findall(raw):
        pushed = pushed + 1 if way == b">" else max(0, pushed - 1)
    wrong = {number for number, on in modes.items() if on != (number in AT_FIRST)}
    return wrong | ({0} if pushed else set())


def attributes(screen: Terminal) -> list[object]:
    """Give how the line of a terminal is set: echo, line by line, signals."""
    return list(termios.tcgetattr(screen.child.child_fd))
