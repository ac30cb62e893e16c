"""All that was typed on this machine and never saved: open it where it belongs, or give it up."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.journal import LITS, Attente, Brouillon, JournalError, Saisie
from ror_tui.texts import french, moment, plural
from ror_tui.widgets.dialogs import ActionMenu, Choose, MenuItem, Message

if TYPE_CHECKING:
    from ror_tui.app import RorApp

TITLE = "Saisies non enregistrées"
NONE = french("Rien n'attend sur ce poste : tout ce que vous avez tapé est enregistré, ou abandonné.")
OFF = french("Ce poste ne garde rien de ce qui est tapé (réglage journal).")
WAITS = "(en attente) "
CHOICES = (("ouvrir", "Ouvrir la fiche"), ("abandonner", "Abandonner cette saisie"), ("annuler", "Annuler"))


async def listing(app: RorApp) -> list[Brouillon]:
    """Give what the account typed on this machine and did not save, the latest first; none when that cannot be read."""
    try:
        found = await app.journal.listing(app.endpoint, str(app.compte.id)) if app.compte else []
        known = {one.ref for one in found}
        return [*found, *(_waiting(one) for one in app.journal.waiting if one.ref not in known)]
    except JournalError as error:
        app.journal_said(str(error))
        return []


def _waiting(one: Attente) -> Brouillon:
    """Show a save that waits in memory alone as what was typed."""
    typed = (Saisie(champ, valeur, None, 0, one.le) for champ, valeur in one.valeurs.items())
    return Brouillon(one.ref, one.titre, tuple(typed), one.le)


def _waiting_of(app: RorApp, brouillon: Brouillon) -> Attente | None:
    return next((one for one in app.journal.waiting if one.ref == brouillon.ref), None)


async def tell(app: RorApp) -> None:
    """Say, at login, that something typed earlier waits."""
    found = await listing(app)
    if found:
        fiches = plural(len(found), "fiche a une saisie jamais enregistrée", "fiches ont une saisie jamais enregistrée")
        app.notify(french(f"{fiches} sur ce poste. F12 pour la reprendre."), markup=False, timeout=8)


async def choose(app: RorApp) -> None:
    """Show what waits; open one where it belongs, or forget it."""
    found = await listing(app)
    if not found:
        await app.push_screen_wait(Message(TITLE, NONE if app.journal.keeps else OFF))
        return
    keys = [*ascii_lowercase, *[""] * len(found)]
    items = [
        MenuItem(
            str(rank),
            _line(one, _waiting_of(app, one)),
            key,
        )
        for rank, (one, key) in enumerate(zip(found, keys, strict=False))
    ]
    chosen = await app.push_screen_wait(ActionMenu(TITLE, items))
    if chosen is not None:
        await _decide(app, found[int(chosen)])


def _line(one: Brouillon, waiting: Attente | None) -> str:
    count = plural(len(one.saisies), "champ", "champs")
    parts = [one.titre, count if one.saisies else "", "à finaliser" if waiting and waiting.finalise else ""]
    return f"{WAITS if waiting else ''}{' · '.join(filter(None, (*parts, moment(one.le))))}"


async def _decide(app: RorApp, brouillon: Brouillon) -> None:
    text = french(f"« {brouillon.titre} », saisie du {moment(brouillon.le)} jamais enregistrée.")
    sending = (("envoyer", "Envoyer maintenant"),) if _waiting_of(app, brouillon) else ()
    answer = await app.push_screen_wait(Choose(TITLE, text, (*sending, *CHOICES)))
    if answer == "envoyer":
        app.send_waiting()
    if answer == "abandonner":
        try:
            await app.journal.forget(brouillon.ref)
        except JournalError as error:
            app.journal_said(str(error))
        else:
            app.en_attente = len(app.journal.waiting)
            app.say("Saisie abandonnée.")
    elif answer == "ouvrir" and brouillon.ref.dossier == LITS:
        app.open_lits(UUID(brouillon.ref.fiche))
    elif answer == "ouvrir" and brouillon.ref.dossier:
        app.open_fiche(UUID(brouillon.ref.dossier), UUID(brouillon.ref.fiche))
    elif answer == "ouvrir":
        app.open_structure(UUID(brouillon.ref.fiche))
