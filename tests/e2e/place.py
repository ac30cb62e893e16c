"""A server with an EHPAD and a hospital of the FINESS file, and people who sign in to it from a real terminal."""

from __future__ import annotations

import lzma
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ror_server.domain.identifiers import finess_key
from tests.conftest import SHARED
from tests.e2e.terminal import Terminal, environment
from tests.processes import ROOT, ServerProcess, server_process

PASSWORD = "un mot de passe de test"
STOCK = SHARED / "data" / "finess" / "etalab-cs1100502-stock-20210108.csv.xz"
OWN_EHPAD = ("500", "Etablissement d'hébergement pour personnes âgées dépendantes", "EHPAD DES ESSAIS")
OWN_HOSPITAL = ("355", "Centre Hospitalier (C.H.)", "CH DES ESSAIS")


@dataclass(frozen=True)
class Establishment:
    """What the test needs of an establishment."""

    finess: str
    nom: str


@dataclass(frozen=True)
class Place:
    """A running server with its two establishments."""

    server: ServerProcess
    ehpad: Establishment
    hospital: Establishment


def _own_row(rank: int, category: tuple[str, str, str]) -> list[str]:
    row = [""] * 32
    row[0], row[1], row[2], row[3] = "structureet", finess_key(f"0100009{rank}"), finess_key("01000090"), category[2]
    row[12], row[13], row[14], row[15] = "053", "01", "AIN", "01000 BOURG EN BRESSE"
    row[18], row[19], row[20], row[30] = category[0], category[1], "1102", "2020-01-01"
    return row


def finess_rows() -> list[list[str]]:
    """Take rows of the real file, or of our own in the same layout when it is absent."""
    if not STOCK.is_file():
        return [_own_row(rank, category) for rank, category in enumerate((OWN_EHPAD, OWN_HOSPITAL), 1)]
    wanted = {"500": 12, "355": 3, "183": 3}
    kept: list[list[str]] = []
    with lzma.open(STOCK, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            row = line.rstrip("\n").split(";")
            if wanted.get(row[18], 0):
                wanted[row[18]] -= 1
                kept.append(row)
            if not any(wanted.values()):
                break
    return kept


def command(*arguments: str, typed: str = "") -> str:
    """Run `ror-server`, and give what it said."""
    words = [sys.executable, "-m", "ror_server", *arguments]
    done = subprocess.run(words, input=typed, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def add_user(database: str, name: str, *rights: str) -> None:
    """Make an account."""
    options = ["--nom", name.upper(), *rights, "--database", database]
    command("user", "add", name, *options, typed=f"{PASSWORD}\n")


@contextmanager
def made(folder: Path) -> Iterator[Place]:
    """Import rows of FINESS, make the accounts, start the server.

    Args:
        folder: Empty, for the files of the server.
    """
    rows = finess_rows()
    stock = folder / "etalab-cs1100502-stock.csv"
    stock.write_text("\n".join(["finess;etalab;111;2021-01-08", *(";".join(row) for row in rows)]) + "\n")
    database = str(folder / "ror.db")
    command("import", "finess", str(stock), "--database", database, "--rapport", str(folder / "rapport.csv"))
    ehpad, hospital = (
        next(Establishment(row[1], row[3]) for row in rows if row[18] == category) for category in ("500", "355")
    )
    add_user(database, "ref.ehpad", "--role", "referent", "--finess", ehpad.finess)
    add_user(database, "ref.hopital", "--role", "referent", "--finess", hospital.finess)
    add_user(database, "direction", "--role", "direction", "--finess", hospital.finess)
    add_user(database, "sesan", "--role", "validateur", "--region")
    with server_process(database) as server:
        server.start()
        yield Place(server, ehpad, hospital)


@contextmanager
def terminal(place: Place, who: str, *, arrived: str = "Offres affichées") -> Iterator[Terminal]:
    """Start the client in a terminal and sign in; the program is ended whatever it does."""
    words = [sys.executable, "-m", "ror_tui", "--serveur", place.server.endpoint]
    with Terminal(words, environment(PYTHONPATH=str(ROOT))) as screen:
        screen.see("Bienvenue sur l'application ROR", "serveur")
        screen.type(who)
        screen.press("Tab")
        screen.type(PASSWORD)
        screen.press("Enter")
        screen.see(arrived, who.upper())
        yield screen


@contextmanager
def signed_in(place: Place, who: str) -> Iterator[Terminal]:
    """Sign in, and quit as a person does."""
    with terminal(place, who) as screen:
        yield screen
        screen.press("Ctrl+Q")
        assert screen.end() == 0


def find(screen: Terminal, name: str) -> None:
    """Find an establishment by its name, and show it in the Répertoire."""
    screen.press("Ctrl+F")
    screen.see("Recherche dans tout le Répertoire")
    screen.type(name)
    screen.until(lambda text: text.count(name) >= 2, f"{name} typed and found")
    screen.press("Enter")
    screen.until(lambda text: "FINESS" in text and f"Établissement · {name}"[:30] in text, f"the line of {name}")


def open_dossier(screen: Terminal, establishment: Establishment) -> None:
    """Find an establishment and open a dossier on it."""
    find(screen, establishment.nom)
    screen.press("c")
    screen.see("Dossiers ›", "Peuplement de", "inchangée")
