"""What a key costs on the line: bytes, time over 64 kbit/s, processor; beside stock Textual, fzf, htop and ncdu.

`python -m benchmarks.terminal_line [--quick]`: stock is the same application with `ROR_TUI_ECONOMIE=non`; `--quick`
measures 80×24 in exact colours alone, and 10 s of idleness.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

import httpx

from benchmarks.national import LOGIN, PASSWORD, REAL, names, prepared
from benchmarks.search import serving
from benchmarks.startup import first_frame
from benchmarks.table import header, row
from benchmarks.terminal import DOWN, END, HOME, PAGE_DOWN, RIGHT, UP, Terminal, environment
from benchmarks.terminal_relay import SlowTerminal
from benchmarks.tree import FIRST_VIEW
from ror_tui.api_client.models import EnregistrementPlace

REST = 0.6
"""Seconds after which the Répertoire has said in full where the cursor is."""
DONE = 0.8
"""Seconds of silence after which a screen is complete over the slow line: twice what any of its parts waits for."""
TYPED = "hopital st l"
HELD, REPEATS = 2.0, 30
SCROLLS, TOUR = 200, 200
SIZES = ((80, 24), (200, 50))
COLOURS: dict[str, dict[str, str]] = {"truecolor": {}, "16": {"ROR_TUI_COULEURS": "16"}}
OURS: dict[str, str] = {}
STOCK = {"ROR_TUI_ECONOMIE": "non"}
ROUNDS = 5


class Costs(NamedTuple):
    """Bytes of each kind of key."""

    cursor: float
    scroll: float
    page: float
    char: float


GOALS = Costs(200, 350, 2300, 2500)


class Place(NamedTuple):
    """Where the application finds its server and its files."""

    client: httpx.Client
    home: str

    @property
    def url(self) -> str:
        """The address of the server."""
        return str(self.client.base_url)

    def forget(self) -> None:
        """Begin from the same view and line each time: the server keeps where one was."""
        position = EnregistrementPlace(vue=FIRST_VIEW).model_dump(mode="json")
        self.client.put("/v1/moi/place", json=position).raise_for_status()


@contextmanager
def opened(place: Place, kind: type[Terminal], size: tuple[int, int], more: dict[str, str]) -> Iterator[Terminal]:
    """Sign in, and put the cursor in a long list of the Répertoire."""
    place.forget()
    command = [sys.executable, "-m", "ror_tui", "--serveur", place.url]
    env = environment(HOME=place.home, **more)
    with kind(command, env, columns=size[0], rows=size[1]) as terminal:
        terminal.until("Bienvenue")
        terminal.settle(1.0)
        terminal.press(f"{LOGIN}\r{PASSWORD}\r", 3.0)
        terminal.press(f"'75{RIGHT}", 3.0)
        terminal.press("*", 3.0)
        yield terminal


def bytes_of(terminal: Terminal, keys: Sequence[str], quiet: float = REST) -> list[int]:
    """Press keys one after the other, and give what each one writes, all that follows it included."""
    return [terminal.press(key, quiet).written for key in keys]


def costs(terminal: Terminal) -> Costs:
    """Count the bytes of each kind of key."""
    terminal.press(DOWN * 4, 1.0)
    cursor = median(bytes_of(terminal, [DOWN, UP] * 5))
    terminal.press(DOWN * 40, 1.0)
    scroll = fmean(bytes_of(terminal, [DOWN] * SCROLLS, 0.08))
    page = median(bytes_of(terminal, [PAGE_DOWN] * 9))
    terminal.press("\x06", 1.0)
    char = median(bytes_of(terminal, TYPED))
    terminal.press("\x1b", 1.0)
    return Costs(cursor, scroll, page, char)


def fzf_costs(size: tuple[int, int]) -> Costs | None:
    """Count those of fzf, over the same names."""
    if shutil.which("fzf") is None:
        return None
    command = ["sh", "-c", f"exec fzf --layout=reverse < '{names(REAL)}'"]
    with Terminal(command, environment(), columns=size[0], rows=size[1]) as terminal:
        terminal.settle(2.0)
        terminal.press(DOWN * 3, 1.0)
        cursor = median(bytes_of(terminal, [DOWN, UP] * 5, 0.15))
        terminal.press(DOWN * 60, 1.0)
        scroll = fmean(bytes_of(terminal, [DOWN] * 40, 0.15))
        page = median(bytes_of(terminal, [PAGE_DOWN] * 7, 0.15))
        return Costs(cursor, scroll, page, median(bytes_of(terminal, TYPED, 0.35)))


def peer_costs(name: str, size: tuple[int, int]) -> Costs | None:
    """Count those of htop or ncdu, which have no search of that kind."""
    if shutil.which(name) is None:
        return None
    command = ["htop", "-d", "1000"] if name == "htop" else ["ncdu", "/usr/lib"]
    with Terminal(command, environment(), columns=size[0], rows=size[1]) as terminal:
        terminal.settle(3.0)
        cursor = median(bytes_of(terminal, [DOWN, UP] * 5, 0.15))
        terminal.press(DOWN * 60, 1.0)
        scroll = fmean(bytes_of(terminal, [DOWN] * 40, 0.15))
        return Costs(cursor, scroll, median(bytes_of(terminal, [PAGE_DOWN] * 5, 0.15)), float("nan"))


def told(found: Costs | None) -> str:
    """Write costs in one cell."""
    return "not installed" if found is None else " / ".join(f"{one:,.0f}" for one in found)


def keys(place: Place, size: tuple[int, int], colours: str) -> None:
    """Print the bytes of each kind of key."""
    where = f"{size[0]}×{size[1]} {colours}"
    judged = size == SIZES[0]
    for name, more in (("ours", OURS), ("stock", STOCK)):
        with opened(place, Terminal, size, COLOURS[colours] | more) as terminal:
            found = costs(terminal)
        what = f"bytes: cursor / scroll / page / char, {where}, {name}"
        if judged and more is OURS:
            met = all(one <= goal for one, goal in zip(found, GOALS, strict=True))
            row(what, told(found), f"≤ {told(GOALS)}", met=met)
        else:
            row(what, told(found))


def peers(sizes: Iterable[tuple[int, int]]) -> None:
    """Print those of other programs."""
    for size in sizes:
        row(f"the same, {size[0]}×{size[1]}, fzf", told(fzf_costs(size)))
        for name in ("htop", "ncdu"):
            row(f"the same, {size[0]}×{size[1]}, {name}", told(peer_costs(name, size)))


def lag(terminal: Terminal, key: str = DOWN) -> float:
    """Hold a key, and give the seconds that the screen still moves after it is let go."""
    start = time.perf_counter()
    for repeat in range(int(HELD * REPEATS)):
        while (left := start + repeat / REPEATS - time.perf_counter()) > 0:
            terminal.read(left)
        terminal.send(key.encode())
    return terminal.settle(2.0).seconds


def held(place: Place, size: tuple[int, int], colours: str) -> None:
    """Print how long a held key lags."""
    for name, more in (("ours", OURS), ("stock", STOCK)):
        with opened(place, SlowTerminal, size, COLOURS[colours] | more) as terminal:
            terminal.press(DOWN * 60, 3.0)
            late = lag(terminal)
        what = f"held arrow, lag at 64 kbit/s, {size[0]}×{size[1]} {colours}, {name}"
        goal, met = ("≤ 1 s", late <= 1) if more is OURS else ("", None)
        row(what, f"{late:.2f} s", goal, met=met)


def held_by_peers() -> None:
    """Print the same for the programs that are there."""
    commands = {"fzf": ["sh", "-c", f"exec fzf --layout=reverse < '{names(REAL)}'"], "ncdu": ["ncdu", "/usr/lib"]}
    for name, command in commands.items():
        if shutil.which(name) is None:
            row(f"the same, {name}", "not installed")
            continue
        with SlowTerminal(command, environment()) as terminal:
            terminal.settle(4.0)
            terminal.press(DOWN * 60, 3.0)
            row(f"the same, 80×24, {name}", f"{lag(terminal):.2f} s")


def startup(place: Place) -> None:
    """Print what comes first on the screen, and when."""
    env = environment(HOME=place.home, TEXTUAL_ANIMATIONS="none")
    minimal = [sys.executable, str(Path(__file__).with_name("minimal_app.py"))]
    ours = [sys.executable, "-m", "ror_tui", "--serveur", place.url]
    pairs: dict[str, list[float]] = {"minimal": [], "pixels": [], "login": []}
    for _ in range(ROUNDS):
        pairs["minimal"].append(first_frame(minimal, env))
        with Terminal(ours, env) as terminal:
            terminal.until("ROR")
            pairs["pixels"].append(time.perf_counter() - terminal.started)
            pairs["login"].append(keys_taken(terminal))
    base = median(pairs["minimal"])
    for name, goal in (("pixels", 0.15), ("login", 1.3)):
        ratio = median(pairs[name]) / base
        what = {"pixels": "from exec to first pixels", "login": "from exec to a login screen that takes keys"}[name]
        shown = f"{median(pairs[name]) * 1000:.0f} ms, {ratio:.2f} x minimal"
        row(what, shown, f"≤ {goal} x of {base * 1000:.0f} ms", met=ratio <= goal)


def keys_taken(terminal: Terminal) -> float:
    """Type ahead, and give the seconds from exec until that is in the field of the login screen."""
    terminal.until("Identifiant")
    terminal.press_until("Z", "Z")
    return time.perf_counter() - terminal.started


def first_paint(place: Place, size: tuple[int, int], colours: str) -> None:
    """Print the bytes of the Répertoire when it opens after the login screen."""
    found = []
    for more in (OURS, STOCK):
        place.forget()
        command = [sys.executable, "-m", "ror_tui", "--serveur", place.url]
        env = environment(HOME=place.home, **COLOURS[colours], **more)
        with Terminal(command, env, columns=size[0], rows=size[1]) as terminal:
            terminal.until("Bienvenue")
            terminal.settle(1.0)
            terminal.press(f"{LOGIN}\r{PASSWORD}", 1.0)
            found.append(terminal.press("\r", 3.0).written)
    ours, stock = found
    where = f"{size[0]}×{size[1]} {colours}"
    ratio = ours / stock
    row(
        f"first paint of the Répertoire, {where}",
        f"{ours:,} of {stock:,}, {ratio:.2f} x",
        "≤ 0.25 x",
        met=ratio <= 0.25,
    )


def tour_keys(size: tuple[int, int] = SIZES[0]) -> list[str]:
    """Give the keys of the main job: find an establishment, go through its list and its fiche; once if it is large."""
    moves = [DOWN, DOWN, UP, DOWN, RIGHT, DOWN, PAGE_DOWN, DOWN, UP, HOME, DOWN, DOWN]
    find = ["\x06", *"hopital st l", "\x1b"]
    fiche = ["\r", DOWN, DOWN, PAGE_DOWN, UP, "\x1b"]
    keys = [*moves, *find, *moves, *fiche, *moves, END, UP, UP, HOME]
    return (keys * (TOUR // len(keys) + 1))[:TOUR] if size == SIZES[0] else keys


def tour(place: Place, size: tuple[int, int], colours: str) -> None:
    """Print how long a key takes over the slow line, all along a tour."""
    for name, more in (("ours", OURS), ("stock", STOCK)):
        with opened(place, SlowTerminal, size, COLOURS[colours] | more) as terminal:
            times = sorted(terminal.press(key, DONE).seconds * 1000 for key in tour_keys(size))
        p50, p95 = median(times), times[int(len(times) * 0.95)]
        what = f"key to repaint at 64 kbit/s, p50 / p95, {size[0]}×{size[1]} {colours}, {name}"
        goal, met = ("≤ 170 / ≤ 500 ms", p50 <= 170 and p95 <= 500) if more is OURS else ("", None)
        row(what, f"{p50:.0f} / {p95:.0f} ms", goal, met=met)


def fzf_tour() -> None:
    """Print the same for the moves of fzf."""
    if shutil.which("fzf") is None:
        row("the same, moves of fzf", "not installed")
        return
    with SlowTerminal(["sh", "-c", f"exec fzf --layout=reverse < '{names(REAL)}'"], environment()) as terminal:
        terminal.settle(4.0)
        moves = [key for key in tour_keys() if key in {DOWN, UP, PAGE_DOWN}]
        times = sorted(terminal.press(key, 0.35).seconds * 1000 for key in moves)
    row("the same, 80×24, moves of fzf", f"{median(times):.0f} / {times[int(len(times) * 0.95)]:.0f} ms")


def processor(terminal: Terminal) -> float:
    """Give the seconds of processor that the program has used."""
    fields = Path(f"/proc/{terminal.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu(place: Place, size: tuple[int, int], colours: str) -> None:
    """Print the processor time of a key that scrolls, with its frame."""
    found: dict[str, list[float]] = {"ours": [], "stock": []}
    for _ in range(3):
        for name, more in (("ours", OURS), ("stock", STOCK)):
            with opened(place, Terminal, size, COLOURS[colours] | more) as terminal:
                terminal.press(DOWN * 40, 1.0)
                before = processor(terminal)
                bytes_of(terminal, [DOWN, UP, PAGE_DOWN] * (SCROLLS // 4), 0.05)
                found[name].append((processor(terminal) - before) / (SCROLLS // 4 * 3) * 1000)
    ours, stock = median(found["ours"]), median(found["stock"])
    shown = f"{ours:.1f} of {stock:.1f} ms, {ours / stock:.2f} x"
    row(f"processor per key with its frame, {size[0]}×{size[1]} {colours}", shown, "≤ 1.3 x", met=ours <= 1.3 * stock)


def idle(place: Place, seconds: float) -> None:
    """Print what is written and used when nothing happens."""
    with opened(place, Terminal, SIZES[0], {}) as terminal:
        terminal.settle(3.0)
        before = processor(terminal)
        written = terminal.written_within(seconds)
        used = (processor(terminal) - before) / seconds
        row(
            f"idle {seconds:.0f} s",
            f"{written} bytes, {used:.2%} CPU",
            "0 bytes, 0 % CPU",
            met=not written and used < 0.005,
        )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="80×24 in exact colours alone, and 10 s of idleness")
    parser.add_argument("--only", help="the name of one measure")
    quick, only = (options := parser.parse_args()).quick, options.only
    shapes = [(size, colours) for size in SIZES for colours in COLOURS][: 1 if quick else None]
    header("The line, 95,000 structures, real pty, medians of one run")
    with tempfile.TemporaryDirectory() as home, serving(str(prepared(REAL))) as (client, _):
        place = Place(client, home)
        each: dict[str, Callable[..., None]] = {"keys": keys, "held": held, "first_paint": first_paint, "tour": tour}
        once: dict[str, Callable[[], None]] = {
            "peers": lambda: peers(dict(shapes)),
            "held_by_peers": held_by_peers,
            "startup": lambda: startup(place),
            "fzf_tour": fzf_tour,
            "idle": lambda: idle(place, 10 if quick else 60),
        }
        for name, shaped in (each | {"cpu": cpu}).items():
            for shape in shapes if only in {None, name} else ():
                shaped(place, *shape)
        for name, measure in once.items():
            if only in {None, name}:
                measure()
    return 0


if __name__ == "__main__":
    sys.exit(main())
