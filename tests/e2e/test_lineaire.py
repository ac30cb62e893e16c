"""The whole main job by questions and answers, over a pty and by a script, against a real server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from uuid import uuid4

import pexpect
import pytest
from pydantic import SecretStr

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Kind
from ror_tui.services import repertoire, session
from tests.e2e.place import PASSWORD, Place
from tests.e2e.terminal import PATIENCE, environment
from tests.e2e.test_kept_input import kept
from tests.processes import ROOT

CHOICE = "Votre choix : "


class Talk:
    """`ror-tui --lineaire` in a pty."""

    def __init__(self, place: Place) -> None:
        words = ["-m", "ror_tui", "--lineaire", "--serveur", place.server.endpoint]
        self.child = pexpect.spawn(
            sys.executable, words, env=environment(PYTHONPATH=str(ROOT), TERM="dumb"), timeout=PATIENCE
        )
        self.child.delaybeforesend = None

    def hear(self, *texts: str) -> str:
        """Wait until texts are said, in this order; gives what was said up to the last one."""
        said = ""
        for text in texts:
            self.child.expect_exact(text.replace(" :", "\N{NO-BREAK SPACE}:").encode())
            said += self.child.before.decode() + text
        return said

    def answer(self, question: str, *texts: str) -> None:
        """Answer a question, as many times as there are answers."""
        for text in texts:
            self.hear(question)
            self.child.sendline(text)

    def sign_in(self, who: str) -> None:
        """Sign in; the password is not echoed."""
        self.answer("Identifiant : ", who)
        self.hear("Mot de passe (il ne s'affiche pas) : ")
        self.child.waitnoecho(PATIENCE)
        self.child.sendline(PASSWORD)
        assert PASSWORD not in self.hear("Connecté :", "1. Chercher un établissement")

    def open_dossier(self, nom: str) -> None:
        """Find an establishment, and open a dossier on it."""
        self.answer(CHOICE, "1")
        self.answer("Établissement à chercher : ", nom)
        self.hear(f"1. {nom}")
        self.answer(CHOICE, "1")
        self.hear("1. Ouvrir ou créer")
        self.answer(CHOICE, "1")
        self.hear("Dossier créé", "0/0 fiches finalisées")

    def quit(self) -> None:
        """Leave from where one is."""
        self.answer(CHOICE, "q")
        self.hear("Au revoir.")
        self.child.expect(pexpect.EOF)
        self.child.wait()
        assert self.child.exitstatus == 0
        assert b"\x1b" not in self.child.before


def fill_unit(talk: Talk, label: str, *answers: str, named: bool = False) -> None:
    """Fill what is missing in the next fiche, and finalise it."""
    talk.answer(CHOICE, "2")
    talk.hear("Remplir ce qui manque")
    talk.answer(CHOICE, "1")
    talk.hear("Type d'UO, obligatoire", "Actuellement : vide.")
    talk.answer("le numéro d'une ligne : ", "?", *answers)
    talk.hear(label, *([] if named else ["Nom proposé :"]))
    talk.hear("Âge minimum, obligatoire")
    talk.answer("Valeur : ", "soixante", "60")
    talk.hear("Mode de prise en charge, obligatoire")
    talk.answer("le numéro d'une ligne : ", "46")
    talk.hear("Activités opérationnelles, obligatoire")
    talk.answer("Entrée pour finir : ", "293", "")
    talk.hear("Remplir ce qui manque (0)")
    talk.answer(CHOICE, "finaliser")
    talk.hear("Fiche enregistrée.", "Fiche finalisée.")


def validate(place: Place, who: str, choice: str, question: str, said: str) -> None:
    """Open the dossier that waits for an account, and decide."""
    talk = Talk(place)
    talk.sign_in(who)
    talk.answer(CHOICE, "attendent")
    talk.hear("Peuplement de", "à vous d'agir")
    talk.answer(CHOICE, "1")
    talk.hear("Où en est mon dossier")
    talk.answer(CHOICE, choice)
    talk.answer(f"{question} (o pour oui, n pour non) : ", "o")
    talk.hear(said)
    talk.quit()


def test_an_ehpad_from_the_login_to_the_repertoire_by_questions_and_answers(shared_place: Place) -> None:
    talk = Talk(shared_place)
    talk.sign_in("ref.ehpad")
    talk.open_dossier(shared_place.ehpad.nom)
    talk.answer(CHOICE, "creer")
    talk.hear("Pôles (impossible :")
    talk.answer(CHOICE, "1")
    talk.answer("Nombre de fiches à créer : ", "2")
    talk.hear("Créé : 2 unités opérationnelles.", "0/2 fiches finalisées")
    fill_unit(talk, "dépendantes, sans spécificité", "dependantes sans")
    talk.hear("1/2 fiches finalisées")
    talk.answer(CHOICE, "1")
    talk.hear("niveau", "finalisée", "à compléter")
    talk.answer("Numéro de la fiche à ouvrir : ", "!")
    talk.answer(CHOICE, "controles")
    talk.hear("remplis.", "À corriger :")
    talk.answer(CHOICE, "envoyer")
    talk.hear("finalis")
    fill_unit(talk, "Alzheimer", "alzheimer")
    talk.hear("2/2 fiches finalisées")
    talk.answer(CHOICE, "envoyer")
    talk.hear("créée")
    talk.answer("Envoyer en validation (o pour oui, n pour non) : ", "oui")
    talk.hear("Fait. Le dossier est maintenant", "SESAN")
    talk.answer(CHOICE, "ou en est")
    talk.hear("en cours, ")
    talk.quit()
    validate(shared_place, "sesan", "valider et", "Valider et publier dans le Répertoire", "intégré au Répertoire")


def test_a_hospital_waits_for_its_direction_and_what_is_typed_is_offered_back(shared_place: Place) -> None:
    talk = Talk(shared_place)
    talk.sign_in("ref.hopital")
    talk.open_dossier(shared_place.hospital.nom)
    talk.answer(CHOICE, "creer", "1")
    talk.answer("Nombre de fiches à créer : ", "")
    talk.hear("0/1 fiches finalisées")
    talk.answer(CHOICE, "2", "corriger un champ")
    talk.answer("Quel champ : ", "nom")
    talk.answer("Valeur : ", "Unité des Essais")
    talk.hear("Nom : Unité des Essais.")
    talk.quit()
    assert kept() == "Unité des Essais"

    talk = Talk(shared_place)
    talk.sign_in("ref.hopital")
    talk.answer(CHOICE, "saisies")
    talk.answer(CHOICE, "1")
    talk.hear("votre saisie, Unité des Essais", "1. Reprendre")
    talk.answer(CHOICE, "1")
    talk.answer(CHOICE, "!")
    talk.answer(CHOICE, "enregistrer")
    talk.hear("Fiche enregistrée.", "Accueil")
    assert kept() == ""
    talk.answer(CHOICE, "ouverts")
    talk.hear("Peuplement de")
    talk.answer(CHOICE, "1")
    talk.hear("0/1 fiches finalisées")
    fill_unit(talk, "dialyse Médicalisée", "dialyse medicalisee", named=True)
    talk.answer(CHOICE, "envoyer")
    talk.answer("Envoyer en validation (o pour oui, n pour non) : ", "o")
    talk.hear("la Direction")
    talk.quit()
    validate(shared_place, "direction", "envoyer", "Envoyer en validation", "SESAN")
    validate(shared_place, "sesan", "valider et", "Valider et publier dans le Répertoire", "intégré au Répertoire")


async def opened(place: Place) -> str:
    """Open a dossier on the EHPAD, whatever others are open, and give its title."""
    async with RorClient(place.server.endpoint) as client:
        await session.connecter(client, "ref.ehpad", SecretStr(PASSWORD))
        found = await repertoire.chercher(client, place.ehpad.nom, None)
        eg = next(one.noeud.id for one in found.elements if one.noeud.id and one.noeud.kind is Kind.EG)
        return (await repertoire.decrire(client, eg, meme_si_ouvert=True, titre=uuid4().hex)).titre


def test_the_tree_is_changed_and_undone_and_a_comment_written_on_a_terminal_without_a_cursor(
    place: Place,
) -> None:
    titre = asyncio.run(opened(place))
    talk = Talk(place)
    talk.sign_in("ref.ehpad")
    talk.answer(CHOICE, "ouverts", titre, "creer", "1")
    talk.answer("Nombre de fiches à créer : ", "1")
    talk.answer(CHOICE, "changer", "dupliquer")
    talk.answer("Numéro de la fiche : ", "2")
    talk.answer("Nombre de copies : ", "3")
    talk.hear("le défait.", "0/4 fiches finalisées")
    talk.answer(CHOICE, "changer", "supprimer")
    talk.answer("Numéro de la fiche : ", "2")
    talk.hear("disparaît du dossier, avec ce qui y est saisi.")
    talk.answer("Oui, supprimer (o pour oui, n pour non) : ", "o")
    talk.hear("0/3 fiches finalisées")
    talk.answer(CHOICE, "changer", "annuler")
    talk.hear("Annulé :", "0/4 fiches finalisées")
    talk.answer(CHOICE, "commentaires", "1")
    talk.answer("Votre commentaire sur tout le dossier : ", "À relire")
    talk.hear("1 commentaire, 1 à régler", "À relire")
    talk.quit()


def script(place: Place, *lines: str) -> subprocess.CompletedProcess[str]:
    """Run a script of answers."""
    words = [sys.executable, "-m", "ror_tui", "--serveur", place.server.endpoint]
    variables = environment(PYTHONPATH=str(ROOT), ROR_TUI_LINEAIRE="oui", ROR_TUI_MOT_DE_PASSE=PASSWORD)
    return subprocess.run(words, input="\n".join(lines), env=variables, capture_output=True, text=True, check=False)


def test_a_script_answers_and_stops_at_the_first_answer_that_does_not_fit(shared_place: Place) -> None:
    done = script(shared_place, "sesan", "2", "q")
    assert done.returncode == 0, done.stderr
    assert "Au revoir." in done.stdout
    done = script(shared_place, "sesan", "1", shared_place.ehpad.nom, "99", "1")
    assert done.returncode == 2
    assert "donnez son numéro" in done.stderr
    done = script(shared_place, "personne")
    assert done.returncode == 2
    assert "ror-tui\N{NO-BREAK SPACE}: " in done.stderr


@pytest.mark.parametrize(("key", "status"), [("\x03", 130), ("\x04", 0)], ids=["Ctrl+C", "Ctrl+D"])
def test_ctrl_c_and_ctrl_d_leave(shared_place: Place, key: str, status: int) -> None:
    talk = Talk(shared_place)
    talk.hear("Identifiant : ")
    for _ in range(5):  # a signal that comes between the question and the wait for its answer is seen at the next one
        talk.child.send(key)
        if talk.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=10) == 0:
            break
    talk.child.wait()
    assert talk.child.exitstatus == status
