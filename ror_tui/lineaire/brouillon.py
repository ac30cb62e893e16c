"""What is typed by lines and not saved: kept after each answer, and offered back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ror_tui.api_client.models import Valeurs, egales
from ror_tui.journal import FicheRef, JournalError
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.services.saisie import Saisie, dire
from ror_tui.texts import moment

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance


class Tenue(Protocol):
    """What the server holds of a fiche, of a dossier or published."""

    @property
    def nom(self) -> str:
        """Its name."""

    @property
    def version(self) -> int:
        """The version that was read."""

    @property
    def valeurs(self) -> Valeurs:
        """Its values."""


def keep(seance: Seance, ref: FicheRef, fiche: Tenue, saisie: Saisie) -> None:
    """Put what is typed on the disk; a disk that refuses is said, and what is typed stays in hand."""

    async def write() -> None:
        seance.journal.note(ref, fiche.nom, fiche.version, saisie.tapees())
        await seance.journal.keep_now()

    try:
        seance.wait("Écriture sur ce poste", write())
    except JournalError as error:
        seance.dialogue.say(str(error))


def confirm(seance: Seance, ref: FicheRef, fiche: Tenue, sent: Valeurs, saisie: Saisie) -> None:
    """Forget what the server took."""

    async def write() -> None:
        seance.journal.confirm(ref, fiche.nom, fiche.version, sent, saisie.tapees())
        await seance.journal.keep_now()

    try:
        seance.wait("Écriture sur ce poste", write())
    except JournalError as error:
        seance.dialogue.say(str(error))


def forget(seance: Seance, ref: FicheRef) -> None:
    """Forget all that was typed in a fiche: the person gives it up."""
    try:
        seance.wait("Écriture sur ce poste", seance.journal.forget(ref))
    except JournalError as error:
        seance.dialogue.say(str(error))


def offer(seance: Seance, ref: FicheRef, fiche: Tenue, saisie: Saisie) -> None:
    """Say what was typed in a fiche and never saved, and ask whether it is taken up."""
    try:
        found = seance.wait("Lecture de ce poste", seance.journal.found(ref))
    except JournalError as error:
        seance.dialogue.say(str(error))
        return
    fields = {champ.id: champ for champ in saisie.modele.champs()}
    typed = {
        champ: valeur
        for champ, valeur in (found.valeurs if found else {}).items()
        if champ in fields and not egales(valeur, fiche.valeurs.get(champ))
    }
    if found is None or not typed:
        return
    seance.dialogue.say("", f"Une saisie du {moment(found.le)} n'a jamais été enregistrée.")
    for champ_id, valeur in typed.items():
        mine = dire(fields[champ_id], valeur, saisie.libelles)
        theirs = dire(fields[champ_id], fiche.valeurs.get(champ_id), saisie.libelles)
        seance.dialogue.say(f"{fields[champ_id].libelle} : votre saisie, {mine} ; sur le serveur, {theirs}.")
    try:
        chosen = seance.dialogue.choose("Qu'en faire", [Option("Reprendre"), Option("Abandonner"), Option("Plus tard")])
    except BackError:
        return
    if chosen == 0:
        seance.journal.adopt(found)
        saisie.remplir(typed)
        keep(seance, ref, fiche, saisie)
    elif chosen == 1:
        forget(seance, ref)
