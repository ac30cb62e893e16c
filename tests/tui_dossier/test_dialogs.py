"""Dialogs: every one by keyboard, in 40×10, with texts that are not markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.screen import ModalScreen

from ror_tui.widgets.dialogs import ActionMenu, Ask, AskNumber, Choose, Confirm, MenuItem, Message, Ticks

HOSTILE = "[/x] [red]rouge \x1b[31m\x07 \t " + "é" * 300
NOTHING = object()

MENU = [
    MenuItem("pole", "Créer des pôles", "p", "Seules les structures sanitaires peuvent créer des pôles."),
    MenuItem("uo", "Créer des unités opérationnelles", "u"),
    MenuItem("ouvrir", "Ouvrir", "o"),
]


class Stage(App[None]):
    """An application that only shows a dialog."""


async def answer(dialog: ModalScreen[Any], *keys: str, size: tuple[int, int] = (80, 24)) -> tuple[object, str]:
    """Press keys in a dialog; give what it answered, if it did, and the last screen as text."""
    given: list[object] = [NOTHING]
    app = Stage()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(dialog, given.append)
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        strips = app.screen._compositor.render_strips()
        return given[-1], "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.mark.parametrize(
    ("make", "keys", "expected"),
    [
        (lambda: Confirm("Titre", "Texte ?"), ["o"], True),
        (lambda: Confirm("Titre", "Texte ?"), ["enter"], True),
        (lambda: Confirm("Titre", "Texte ?"), ["n"], False),
        (lambda: Confirm("Titre", "Texte ?"), ["escape"], False),
        (lambda: Confirm("Titre", "Texte ?", danger=True), ["enter"], False),
        (lambda: Confirm("Titre", "Texte ?", danger=True), ["left", "enter"], True),
        (lambda: Confirm("Titre", "Texte ?", yes="Réessayer", no="Plus tard"), ["r"], True),
        (lambda: Choose("Titre", "Texte", [("a", "Garder"), ("b", "Prendre")]), ["p"], "b"),
        (lambda: Choose("Titre", "Texte", [("a", "Garder"), ("b", "Prendre")]), ["right", "enter"], "b"),
        (lambda: Choose("Titre", "Texte", [("a", "Garder"), ("b", "Prendre")]), ["escape"], None),
        (lambda: Choose("Titre", "Texte", [("a", "Rester"), ("b", "Revenir")]), ["e"], "b"),
        (lambda: Message("Titre", "Texte"), ["enter"], None),
        (lambda: Message("Titre", "Texte"), ["f"], None),
        (lambda: Ask("Titre", "Nom", value="EHPAD"), ["end", "2", "enter"], "EHPAD2"),
        (lambda: Ask("Titre", "Nom"), ["enter"], NOTHING),
        (lambda: Ask("Titre", "Nom", required=False), ["enter"], ""),
        (lambda: Ask("Titre", "Nom"), ["a", "escape"], None),
        (lambda: Ask("Titre", "Nom", maximum=2), [*"abc", "enter"], NOTHING),
        (lambda: Ask("Titre", "Nom", expected="Oui"), [*"non", "enter"], NOTHING),
        (lambda: Ask("Titre", "Nom", expected="Oui"), [*"Oui", "enter"], "Oui"),
        (lambda: Ask("Titre", "Nom", expected="Pôle Cœur"), [*"pole", "space", *"coeur", "enter"], "pole coeur"),
        (lambda: Ask("Titre", "Motif", multiline=True), ["a", "enter", "b", "f2"], "a\nb"),
        (lambda: Ask("Titre", "Motif", multiline=True), ["a", "tab", "enter"], "a"),
        (lambda: Ask("Titre", "Motif", multiline=True, minimum=3), ["a", "f2"], NOTHING),
        (lambda: AskNumber("Titre", "Nombre ?"), ["enter"], 1),
        (lambda: AskNumber("Titre", "Nombre ?"), ["7", "enter"], 7),
        (lambda: AskNumber("Titre", "Nombre ?"), ["0", "enter"], NOTHING),
        (lambda: AskNumber("Titre", "Nombre ?"), [*"101", "enter"], NOTHING),
        (lambda: AskNumber("Titre", "Nombre ?"), ["x", "enter"], 1),
        (lambda: AskNumber("Titre", "Nombre ?"), ["escape"], None),
        (lambda: ActionMenu("Titre", MENU), ["u"], "uo"),
        (lambda: ActionMenu("Titre", [*MENU, MenuItem("tri", "Trier", "U")]), ["U"], "tri"),
        (lambda: ActionMenu("Titre", MENU), ["U"], "uo"),
        (lambda: ActionMenu("Titre", MENU), ["enter"], "uo"),
        (lambda: ActionMenu("Titre", MENU), ["down", "enter"], "ouvrir"),
        (lambda: ActionMenu("Titre", MENU), ["p"], NOTHING),
        (lambda: ActionMenu("Titre", MENU), ["up", "enter"], NOTHING),
        (lambda: ActionMenu("Titre", MENU), ["escape"], None),
        (lambda: Ticks("Titre", [("a", "A"), ("b", "B")], {"a"}), ["space", "down", "space", "enter"], frozenset("b")),
        (lambda: Ticks("Titre", [("a", "A"), ("b", "B")], {"a"}), ["space", "escape"], None),
    ],
)
async def test_a_dialog_answers_to_the_keyboard(
    make: Callable[[], ModalScreen[Any]], keys: list[str], expected: object
) -> None:
    given, _ = await answer(make(), *keys)
    assert given == expected


async def test_an_entry_that_cannot_be_used_stays_and_says_why() -> None:
    given, text = await answer(ActionMenu("Actions", MENU), "p")
    assert given is NOTHING
    assert "p Créer des pôles" in text
    assert "Seules les structures sanitaires" in text


async def test_a_fault_is_said_in_the_dialog() -> None:
    _, text = await answer(AskNumber("Créer", "Nombre de fiches à créer ?"), "0", "enter")
    assert "Tapez un nombre entre 1 et 100." in text


@pytest.mark.parametrize(
    ("dialog", "shown"),
    [
        (Confirm(HOSTILE, HOSTILE), "Non"),
        (
            Choose("Titre", HOSTILE * 3, [("a", "Enregistrer"), ("b", "Abandonner la saisie"), ("c", "Rester")]),
            "Rester",
        ),
        (Message(HOSTILE, "\n".join(["ligne"] * 80)), "Fermer"),
        (Ask("Refuser", HOSTILE, multiline=True, ok="Refuser"), "Annuler"),
        (Ask("Renommer", "Nom", value=HOSTILE), "Annuler"),
        (AskNumber(HOSTILE, "Nombre de fiches à créer ?"), "Créer"),
        (ActionMenu(HOSTILE, [MenuItem(str(i), HOSTILE, "a", HOSTILE) for i in range(20)]), "[/x]"),
        (Ticks(HOSTILE, [("a", HOSTILE)], {"a"}), "[x] [/x]"),
    ],
)
async def test_a_dialog_fits_the_smallest_screen_and_draws_hostile_text_as_it_is(
    dialog: ModalScreen[Any], shown: str
) -> None:
    _, text = await answer(dialog, size=(40, 10))
    assert shown in text
    assert "\x1b" not in text
    assert "\x07" not in text
    assert text.splitlines()[-1].strip(" ╰╯─") == ""
