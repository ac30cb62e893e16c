"""The rest of the work by lines, on the real server: the tree changed and undone, conflicts, comments, decisions."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from ror_server.store.database import Database
from ror_tui.api_client.client import RorClient
from ror_tui.journal import LITS, FicheRef, Journal, opened
from ror_tui.lineaire import accueil, dossier, edition
from ror_tui.lineaire.dialogue import BackError, Dialogue, QuitError
from ror_tui.lineaire.seance import Seance
from ror_tui.services import session
from tests import world
from tests.client.test_lineaire import Person
from tests.tui_dossier.test_conflits import contested, drafted, held

WHO, HOSPITAL, SESAN = "referent.ehpad", "referent.hopital", "sesan"


@dataclass
class Room:
    """A server, and people who answer line by line."""

    region: world.World
    runner: asyncio.Runner

    def seance(self, who: str, *lines: str) -> Seance:
        """Seat somebody, signed in, with the answers that they will give."""
        client = RorClient("http://127.0.0.1", transport=self.region.http._transport)
        compte = self.runner.run(session.connecter(client, who, SecretStr(world.PASSWORD)))
        source = Person("".join(f"{line}\n" for line in lines))
        return Seance(
            Dialogue(source, io.StringIO()), client, opened(keep=True, told=print), self.runner, compte=compte
        )

    def talk(self, who: str, menu: Callable[..., None], *where: Any, lines: list[str]) -> str:
        """Answer a menu until it ends, with all these lines, and give what was said."""
        seance = self.seance(who, *lines)
        with suppress(QuitError, BackError):
            menu(seance, *where)
        self.runner.run(seance.journal.close())
        assert seance.dialogue.source.read() == "", "a line was not asked for"
        assert isinstance(seance.dialogue.target, io.StringIO)
        return seance.dialogue.target.getvalue().replace("\N{NO-BREAK SPACE}", " ")

    def ok(self, *args: Any, **more: Any) -> Any:
        """Ask the server something that must work."""
        return self.runner.run(self.region.ok(*args, **more))

    def names(self, who: str, dossier_id: str) -> list[tuple[str, str]]:
        """Give the lines of a dossier: name, and state."""
        return [(one["nom"], one["etat"]) for one in self.runner.run(self.region.nodes(who, dossier_id)).values()]


@pytest.fixture
def room(sqlite_url: str) -> Iterator[Room]:
    """Run the server over the small region."""
    with asyncio.Runner() as runner:
        database = Database(sqlite_url)
        running = world.running(database)
        yield Room(runner.run(running.__aenter__()), runner)
        runner.run(running.__aexit__(None, None, None))
        runner.run(database.close())


def test_fiches_are_duplicated_moved_deleted_and_all_is_undone(room: Room) -> None:
    region = room.region
    opened = room.runner.run(region.open_dossier(HOSPITAL, world.HOPITAL))["id"]
    poles = room.runner.run(region.add(HOSPITAL, opened, world.eg_id(world.HOPITAL), "pole", 2))
    [unit] = room.runner.run(region.add(HOSPITAL, opened, poles[0]))
    said = room.talk(
        HOSPITAL, dossier.menu, UUID(opened),
        lines=["changer", "dupliquer", "1", "3", "2",  # the establishment cannot be; the unit can
               "changer", "deplacer", "3", "2", "6",  # not where it is already
               "changer", "supprimer", "2", "o", "changer", "annuler", "changer", "refaire"],
    )  # fmt: skip
    assert "L'établissement du dossier ne peut être ni dupliqué, ni déplacé, ni supprimé." in said
    assert "La fiche est déjà ici." in said
    assert "disparaît du dossier" in said or "disparaissent du dossier" in said
    assert "Annulé : " in said
    assert "Refait : " in said
    assert unit
    assert len(room.names(HOSPITAL, opened)) == 3


def test_a_conflict_is_read_and_answered_with_mine_or_another_value(room: Room) -> None:
    opened, unit = room.runner.run(contested(room.region, age_min=(65, 55), nom=("Le mien", "Le leur")))
    said = room.talk(WHO, dossier.menu, UUID(opened), lines=["conflits", "age", "3", "70", "1", "1"])
    assert "La mienne : 65 ans" in said
    assert "Publiée : 55 ans" in said
    assert "SESAN, le" in said
    assert said.count("1 conflit réglé.") == 2
    assert "Aucun conflit avec le Répertoire dans ce dossier." in said
    assert room.runner.run(held(room.region, opened, unit, "age_min")) == 70
    assert room.runner.run(held(room.region, opened, unit, "nom")) == "Le mien"


def test_comments_are_written_read_and_settled(room: Room) -> None:
    opened = room.runner.run(room.region.open_dossier(WHO, world.EHPAD))["id"]
    room.runner.run(room.region.add(WHO, opened, world.eg_id(world.EHPAD)))
    said = room.talk(
        WHO, dossier.menu, UUID(opened), lines=["commentaires", "2", "2", "Quel [/x] type ?", "3", "!", "q"]
    )
    assert "à régler : Quel [/x] type ?" in said
    assert "1 commentaire, 0 à régler" in said


def test_a_part_is_accepted_and_the_fiche_that_is_refused_goes_back_with_its_reason(room: Room) -> None:
    region = room.region
    opened = room.runner.run(region.open_dossier(WHO, world.EHPAD))["id"]
    for nom in ("Unité A", "Unité B"):
        [unit] = room.runner.run(region.add(WHO, opened, world.eg_id(world.EHPAD)))
        room.runner.run(region.fill(WHO, opened, unit, nom=nom))
    room.runner.run(region.step(WHO, opened, "envoyer"))
    said = room.talk(
        SESAN, dossier.menu, UUID(opened),
        lines=["fiche par fiche", "tout renvoyer", "unite b", "no", "unite b", "Nom à revoir", "accepter", "o", "q"],
    )  # fmt: skip
    assert "refusez d'abord une fiche au moins" in said
    assert "Un refus dit pourquoi." in said
    assert "refusée : Nom à revoir" in said
    assert "1 fiche sera publiée dans le Répertoire." in said
    [follow_up] = [one for one in room.ok(WHO, "GET", "/dossiers")["elements"] if one["id"] != opened]
    assert ("Unité B", "refusee") in room.names(WHO, follow_up["id"])


def test_a_published_fiche_is_modified_and_the_dossier_that_touches_it_follows(room: Room) -> None:
    region = room.region
    unit = room.runner.run(region.publish("Unité A"))
    opened = room.runner.run(drafted(region, unit, age_min=65))
    said = room.talk(WHO, edition.menu, UUID(unit), lines=["corriger", "age minimum", "62", "modifier", "o"])
    assert "Voulez-vous répercuter votre modification dans le dossier collaboratif ?" in said
    assert "Fiche modifiée : elle est publiée dans le Répertoire." in said
    assert room.ok(WHO, "GET", f"/structures/{unit}")["valeurs"]["age_min"] == 62
    assert room.runner.run(held(region, opened, unit, "age_min")) == 62


def test_who_may_not_modify_a_published_fiche_is_told_why(room: Room) -> None:
    unit = room.runner.run(room.region.publish("Unité A"))
    said = room.talk("lecteur", edition.menu, UUID(unit), lines=[])
    assert "référent" in said


def test_what_waits_on_this_machine_is_opened_where_it_belongs_but_beds_which_lines_do_not_fill(room: Room) -> None:
    unit = room.runner.run(room.region.publish("Unité A"))
    seance = room.seance(WHO)
    assert seance.compte is not None
    beds = FicheRef(seance.serveur, str(seance.compte.id), LITS, unit)
    room.runner.run(_kept(seance.journal, beds))
    said = room.talk(WHO, edition.menu, UUID(unit), lines=["corriger", "age minimum", "62", "q"])
    assert "Âge minimum : 62." in said
    said = room.talk(WHO, accueil.drafts, lines=["1", "3", "!"])
    assert "Lits" not in said
    assert "Âge minimum : votre saisie, 62 ; sur le serveur, 60." in said


async def _kept(journal: Journal, ref: FicheRef) -> None:
    journal.note(ref, "Lits", 0, {"lits": (1, None)})
    await journal.close()
