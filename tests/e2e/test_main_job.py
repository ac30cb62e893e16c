"""The whole main job, in a real terminal, against a real server, on rows of the FINESS file.

An EHPAD from the login to its units in the Répertoire, then a hospital with the Direction's step.
"""

from __future__ import annotations

import lzma
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

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


def _rows() -> list[list[str]]:
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


def _command(*arguments: str, typed: str = "") -> str:
    command = [sys.executable, "-m", "ror_server", *arguments]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _add_user(database: str, name: str, *rights: str) -> None:
    options = ["--nom", name.upper(), *rights, "--database", database]
    _command("user", "add", name, *options, typed=f"{PASSWORD}\n")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    rows = _rows()
    stock = tmp_path / "etalab-cs1100502-stock.csv"
    stock.write_text("\n".join(["finess;etalab;111;2021-01-08", *(";".join(row) for row in rows)]) + "\n")
    database = str(tmp_path / "ror.db")
    _command("import", "finess", str(stock), "--database", database, "--rapport", str(tmp_path / "rapport.csv"))
    ehpad, hospital = (
        next(Establishment(row[1], row[3]) for row in rows if row[18] == category) for category in ("500", "355")
    )
    _add_user(database, "ref.ehpad", "--role", "referent", "--finess", ehpad.finess)
    _add_user(database, "ref.hopital", "--role", "referent", "--finess", hospital.finess)
    _add_user(database, "direction", "--role", "direction", "--finess", hospital.finess)
    _add_user(database, "sesan", "--role", "validateur", "--region")
    with server_process(database) as server:
        server.start()
        yield Place(server, ehpad, hospital)


@contextmanager
def signed_in(place: Place, who: str) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "ror_tui", "--serveur", place.server.endpoint]
    with Terminal(command, environment(PYTHONPATH=str(ROOT))) as screen:
        screen.see("Bienvenue sur l'application ROR", "serveur")
        screen.type(who)
        screen.press("Tab")
        screen.type(PASSWORD)
        screen.press("Enter")
        screen.see("Offres affichées", who.upper())
        yield screen
        screen.press("Ctrl+Q")
        assert screen.end() == 0


def _find(screen: Terminal, name: str) -> None:
    screen.press("Ctrl+F")
    screen.see("Recherche dans tout le Répertoire")
    screen.type(name)
    screen.until(lambda text: text.count(name) >= 2, f"{name} typed and found")
    screen.press("Enter")
    screen.until(lambda text: "FINESS" in text and f"Établissement · {name}"[:30] in text, f"the line of {name}")


def _open_dossier(screen: Terminal, establishment: Establishment) -> None:
    _find(screen, establishment.nom)
    screen.press("c")
    screen.see("Dossiers ›", "Peuplement de", "inchangée")


def _create_units(screen: Terminal, count: int) -> None:
    screen.see("Nombre de fiches à créer ?")
    screen.type(str(count))
    screen.press("Enter")
    screen.see("nouveau", "à compléter")


def _pick(screen: Terminal, title: str, words: str, label: str) -> None:
    screen.press("Enter")
    screen.see(f"─ {title} ─")
    screen.type(words)
    screen.until(lambda text: label in text and words in text, label)
    screen.press("Enter")
    screen.no_more(f"─ {title} ─")
    screen.press("Down")


def _fill_unit(screen: Terminal, type_words: str, type_label: str) -> None:
    screen.press("Enter")
    screen.see("Unité opérationnelle en création", "Type d'UO *")
    screen.press("Down", "Down")
    _pick(screen, "Type d'UO", type_words, type_label)
    screen.see("Mode de prise en charge *")
    screen.type("60")
    screen.press("Down", "Down")
    _pick(screen, "Mode de prise en charge", "46", "Hébergement (accueil jour et nuit)")
    _pick(screen, "Activités opérationnelles", "293", "actes de la vie quotidienne")
    screen.press("F3")
    screen.see("● finalisée")
    screen.press("Escape")
    screen.see("Peuplement de")


def _send(screen: Terminal, said: str) -> None:
    screen.press("v")
    screen.see("› Différences", "créée")
    screen.press("v")
    screen.see(said)


def _validate(place: Place, count: str) -> None:
    with signed_in(place, "sesan") as screen:
        screen.press("F8")
        screen.see("Peuplement de", count)
        screen.press("Enter")
        screen.see("● ", "attend SESAN")
        _send(screen, "intégré au Répertoire")


def test_an_ehpad_from_the_login_to_its_units_in_the_repertoire(place: Place) -> None:
    with signed_in(place, "ref.ehpad") as screen:
        assert "MSS" not in screen.line_with("Offres affichées")
        screen.press("t")
        screen.see("[ ] MSS")
        screen.press("Down", "Space")
        screen.see("[x] MSS")
        screen.press("Enter")
        screen.see("Offres affichées : MCO, MSS")
        screen.press("Right")
        screen.see("EHPAD" if STOCK.is_file() else place.ehpad.nom)
        _open_dossier(screen, place.ehpad)
        screen.press("n")
        _create_units(screen, 2)
        _fill_unit(screen, "dependantes sans", "dépendantes, sans spécificité")
        screen.see("1/2")
        screen.press("Down")
        _fill_unit(screen, "alzheimer", "Alzheimer")
        screen.see("2/2")
        _send(screen, "attend SESAN")

    _validate(place, "2/2")

    with signed_in(place, "ref.ehpad") as screen:
        _find(screen, place.ehpad.nom)
        screen.press("Enter")
        screen.see("2 unités")
        screen.press("Escape")
        screen.see("Offres affichées")
        screen.press("Ctrl+F")
        screen.see("Recherche dans tout le Répertoire")
        screen.type("unite dependantes")
        screen.see("unite dependantes", "· Unité opérationnelle ·", "Unité accueil ou hébergement")
        screen.press("Enter")
        screen.until(lambda text: "Recherche dans tout" not in text and "Unité opérationnelle ·" in text, "its line")
        screen.press("Enter")
        screen.see("Type d'UO", "Hébergement (accueil jour et nuit)")
        screen.press("Escape")


def test_a_hospital_waits_for_its_direction_and_then_for_sesan(place: Place) -> None:
    with signed_in(place, "ref.hopital") as screen:
        _open_dossier(screen, place.hospital)
        screen.press("n")
        screen.see("Créer des pôles")
        screen.press("u")
        _create_units(screen, 1)
        _fill_unit(screen, "dialyse medicalisee", "dialyse Médicalisée")
        screen.see("1/1")
        _send(screen, "attend la Direction")

    with signed_in(place, "direction") as screen:
        screen.press("F8")
        screen.see("Peuplement de", "1/1")
        screen.press("Enter")
        screen.see("attend la Direction")
        _send(screen, "attend SESAN")

    _validate(place, "1/1")

    with signed_in(place, "ref.hopital") as screen:
        screen.press("Ctrl+F")
        screen.see("Recherche dans tout le Répertoire")
        screen.type("unite dialyse medicalisee")
        screen.see("Unité de dialyse Médicalisée (UDM)", place.hospital.nom[:6])
        screen.press("Escape")
        screen.see("Offres affichées")
