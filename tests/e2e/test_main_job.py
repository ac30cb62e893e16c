"""The whole main job, in a real terminal, against a real server, on rows of the FINESS file.

An EHPAD from the login to its units in the Répertoire, then a hospital with the Direction's step.
"""

from __future__ import annotations

from tests.e2e.place import STOCK, Place, find, open_dossier, signed_in
from tests.e2e.terminal import Terminal


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
        open_dossier(screen, place.ehpad)
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
        find(screen, place.ehpad.nom)
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
        screen.see("Type d'UO", "Accueil ou hébergement pour personnes")
        screen.press("PageDown")
        screen.see("Hébergement (accueil jour et nuit)")
        screen.press("Escape")


def test_a_hospital_waits_for_its_direction_and_then_for_sesan(place: Place) -> None:
    with signed_in(place, "ref.hopital") as screen:
        open_dossier(screen, place.hospital)
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
