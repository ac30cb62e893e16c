"""Asking by lines: each type of field, what every question understands, lists, and what a script may not answer."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Champ, Code, Kind, Modele, Nomenclature, Section, TypeChamp, Valeur
from ror_tui.api_client.models.base import lignes_de
from ror_tui.journal import Journal
from ror_tui.lineaire import champs
from ror_tui.lineaire.champs import StopError
from ror_tui.lineaire.dialogue import AnswerError, BackError, Dialogue, Option, QuitError
from ror_tui.lineaire.seance import Seance
from ror_tui.services.saisie import Saisie

CODES = [
    Code(code=f"{number:02}", libelle=label)
    for number, label in enumerate(("Dialyse", "Alzheimer", "Soins à domicile"), 1)
]
LONG = [*CODES, *(Code(code=str(number), libelle=f"Activité {number}") for number in range(100, 130))]


class Person(io.StringIO):
    """Lines that are typed by a person."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Give what runs the services."""
    with asyncio.Runner() as runner:
        yield runner


def ask(
    runner: asyncio.Runner,
    champ: Champ,
    *lines: str,
    held: Valeur = None,
    person: bool = True,
    codes: list[Code] = CODES,
) -> tuple[Valeur, str]:
    """Ask a field; gives its value and what was said."""
    text = "".join(f"{line}\n" for line in lines)
    dialogue = Dialogue(Person(text) if person else io.StringIO(text), io.StringIO())
    seance = Seance(dialogue, RorClient("http://127.0.0.1:9"), Journal(None), runner)
    modele = Modele(kind=Kind.UO, titre="", version="1", sections=[Section(id="s", titre="S", champs=[champ])])
    nomenclature = Nomenclature(nom="n", titre="", version="1", source="", codes=codes)
    saisie = Saisie(modele, {champ.id: held}, {"n": nomenclature})
    said = dialogue.target
    assert isinstance(said, io.StringIO)
    champs.ask(seance, saisie, (champ.id,))
    assert dialogue.source.read() == "", "a line was not asked for"
    return saisie.valeurs.get(champ.id), said.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def field(type_: TypeChamp) -> Champ:
    """Give a field of a type."""
    return Champ(id="c", libelle="Le champ", type=type_, nomenclature="n", aide="L'aide du champ.")


@pytest.mark.parametrize(
    ("type_", "lines", "value"),
    [
        (TypeChamp.TEXTE, ["Accueil de jour"], "Accueil de jour"),
        (TypeChamp.TEXTE, ["=-"], "-"),
        (TypeChamp.TEXTE, ["=q"], "q"),
        (TypeChamp.TEXTE, ["?", "Accueil"], "Accueil"),
        (TypeChamp.TEXTE_LONG, ["une ligne", "une autre", ""], "une ligne\nune autre"),
        (TypeChamp.ENTIER, ["soixante", "60"], 60),
        (TypeChamp.MONTANT, ["12,5"], "12.50"),
        (TypeChamp.BOOLEEN, ["peut-être", "o"], True),
        (TypeChamp.BOOLEEN, ["non"], False),
        (TypeChamp.DATE, ["24/11/2026"], "2026-11-24"),
        (TypeChamp.HEURE, ["8h30"], "08:30"),
        (TypeChamp.TELEPHONE, ["01 83 76 30 31"], "0183763031"),
        (TypeChamp.COURRIEL, ["rien", "a@exemple.fr"], "a@exemple.fr"),
        (TypeChamp.MSS, ["a@b.mssante.fr"], "a@b.mssante.fr"),
        (TypeChamp.CODE, ["2"], "02"),
        (TypeChamp.CODE, ["dial"], "01"),
        (TypeChamp.CODE, ["rien du tout", "domicile"], "03"),
        (TypeChamp.CODES, ["1", "alz", "1", ""], ["02"]),
    ],
)
def test_each_type_is_read_as_it_is_typed(
    runner: asyncio.Runner, type_: TypeChamp, lines: list[str], value: Valeur
) -> None:
    found, said = ask(runner, field(type_), *lines)
    assert found == value
    assert "Le champ. Actuellement : vide." in said
    assert ("L'aide du champ." in said) == ("?" in lines)


def test_every_type_of_the_form_can_be_asked() -> None:
    assert set(champs.ASKERS) == set(TypeChamp)


@pytest.mark.parametrize(("line", "value"), [("", "avant"), ("-", None)])
def test_enter_keeps_and_a_dash_empties(runner: asyncio.Runner, line: str, value: Valeur) -> None:
    assert ask(runner, field(TypeChamp.TEXTE), line, held="avant")[0] == value


@pytest.mark.parametrize(("line", "way"), [("q", QuitError), ("!", BackError), (".", StopError)])
def test_every_question_can_be_left(runner: asyncio.Runner, line: str, way: type[Exception]) -> None:
    for type_ in set(TypeChamp) - {TypeChamp.GROUPE}:
        with pytest.raises(way):
            ask(runner, field(type_), line)


def test_a_long_list_is_said_only_once_something_is_searched(runner: asyncio.Runner) -> None:
    value, said = ask(runner, field(TypeChamp.CODE), "activite", "2", codes=LONG)
    assert value == "101"
    assert "15 lignes sur 30" in said
    assert "Dialyse" not in said


def test_rows_are_added_corrected_and_taken_away(runner: asyncio.Runner) -> None:
    row = [
        Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE),
        Champ(id="tel", libelle="Tél", type=TypeChamp.TELEPHONE),
    ]
    group = Champ(id="c", libelle="Contacts", type=TypeChamp.GROUPE, champs=row, resume=["nom"], lignes_max=2)
    lines = ["+", "Ada", "0102030405", "+", "Bob", "", "+", "- 1", "1", "Bea", "-", ""]
    value, said = ask(runner, group, *lines)
    assert [(one["nom"], one.get("tel")) for one in lignes_de(value)] == [("Bea", None)]
    assert "2 lignes au plus." in said
    assert "1. Ada" in said


def test_a_script_stops_at_an_answer_that_does_not_fit(runner: asyncio.Runner) -> None:
    with pytest.raises(AnswerError, match="date"):
        ask(runner, field(TypeChamp.DATE), "hier soir", person=False)


def test_a_list_is_chosen_from_by_number_or_by_words_and_says_why_not(runner: asyncio.Runner) -> None:
    said = io.StringIO()
    options = [Option("Lire"), Option("Envoyer", "il manque une fiche."), *(Option(f"Ligne {n}") for n in range(30))]
    dialogue = Dialogue(Person("2\nenvoyer\n\nligne\nligne 25\n"), said)
    assert dialogue.choose("Menu", options) == 27
    text = said.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert "2. Envoyer (impossible : il manque une fiche.)" in text
    assert text.count("il manque une fiche.") == 3
    assert "Lignes 1 à 20 sur 32. Entrée : la suite." in text
    assert "plusieurs" in text


def test_hostile_text_cannot_act_on_the_terminal() -> None:
    said = io.StringIO()
    Dialogue(Person(), said).say("a\x1b[2Jb\x07")
    assert said.getvalue() == "a [2Jb\n"


def test_textual_is_never_imported() -> None:
    code = "import sys, ror_tui.lineaire; sys.exit(any(name.split('.')[0] == 'textual' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
