"""The conversation on a dossier by lines: read, write, settle."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import Commentaire, Dossier
from ror_tui.lineaire.arbre import pick
from ror_tui.lineaire.dialogue import Option
from ror_tui.services import entourage
from ror_tui.services.arbre import Arbre
from ror_tui.texts import moment, plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance


def menu(seance: Seance, dossier: Dossier, arbre: Arbre) -> None:
    """Say the messages, oldest first; one that is chosen is settled, or no longer.

    Args:
        seance: Who answers.
        dossier: The dossier.
        arbre: Its lines.
    """
    messages = seance.call("Lecture des commentaires", entourage.commentaires, dossier.id).elements
    while True:
        left = sum(one.regle_le is None for one in messages)
        title = f"{plural(len(messages), 'commentaire', 'commentaires')}, {left} à régler"
        writing = [Option("Écrire sur tout le dossier"), Option("Écrire sur une fiche")]
        chosen = seance.dialogue.choose(title, [*writing, *(Option(_line(one)) for one in messages)])
        if chosen == 0:
            messages = _write(seance, dossier, None, "sur tout le dossier")
        elif chosen == 1:
            noeud = pick(seance, arbre, "Arbre du dossier", "Numéro de la fiche")
            messages = _write(seance, dossier, noeud.id, f"sur « {noeud.nom} »")
        else:
            messages = _settle(seance, dossier, messages[chosen - len(writing)])


def _line(one: Commentaire) -> str:
    where = f", sur « {one.fiche} »" if one.fiche else ""
    settled = f"réglé par {one.regle_par}" if one.regle_par else "à régler"
    return f"{one.auteur}, {moment(one.le)}{where}, {settled} : {one.texte}"


def _write(seance: Seance, dossier: Dossier, fiche_id: UUID | None, about: str) -> list[Commentaire]:
    texte = seance.dialogue.ask(f"Votre commentaire {about}").text
    if not texte:
        return seance.call("Lecture des commentaires", entourage.commentaires, dossier.id).elements
    after = seance.call("Envoi", entourage.commenter, dossier.id, fiche_id, texte).elements
    seance.dialogue.say("Commentaire envoyé.")
    return after


def _settle(seance: Seance, dossier: Dossier, one: Commentaire) -> list[Commentaire]:
    regle = one.regle_le is None
    after = seance.call("Envoi", entourage.regler, dossier.id, one.id, regle=regle).elements
    seance.dialogue.say("Commentaire réglé." if regle else "Commentaire à régler de nouveau.")
    return after
