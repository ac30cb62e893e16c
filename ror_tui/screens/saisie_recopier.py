"""Putting the field of the cursor, as it is typed, in other fiches of the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import Champ, EtatFiche, NoeudDossier, vide
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import Arbre
from ror_tui.services.recopie import Recopie, recopier
from ror_tui.services.saisie.dire import dire_parmi
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import Message, Ticks

if TYPE_CHECKING:
    from ror_tui.screens.fiche import FicheScreen

OWN = frozenset({"nom", "type_uo"})
"""Fields that are never the same in two fiches, or that change what a fiche is."""


def refusal(screen: FicheScreen) -> str | None:
    """Say why the field of the cursor cannot be put in other fiches, None when it can."""
    champ = screen.form.top_champ
    if champ is None or screen.form.readonly:
        return "Cette fiche est en lecture seule."
    if champ.id in OWN:
        return french(f"« {champ.libelle} » ne se recopie pas : il est propre à chaque fiche.")
    if (reason := screen.locked(champ)) is not None:
        return french(reason)
    if vide(screen.form.to_values().get(champ.id)):
        return french(f"« {champ.libelle} » est vide : il n'y a rien à recopier.")
    return None


async def copy_down(screen: FicheScreen) -> None:
    """Ask in which fiches, those below ticked, then put the field there and say what was done.

    Raises:
        RorError: The dossier could not be read.
    """
    champ, fiche, modele = screen.form.top_champ, screen.fiche, screen.modele
    if (reason := refusal(screen)) is not None or champ is None or fiche is None or modele is None:
        screen.set_status(reason or "")
        return
    reading = Arbre(await dossiers.arbre(screen.ror.client, screen.dossier_id)).reading
    others = [one for one in reading if one.kind is fiche.kind and one.etat is not EtatFiche.A_SUPPRIMER]
    place = next((index for index, one in enumerate(others) if one.id == fiche.id), 0)
    below, above = others[place + 1 :], [one for one in others[:place] if one.id != fiche.id]
    if not below and not above:
        screen.set_status("Aucune autre fiche de ce type dans le dossier.")
        return
    chosen = await _ask(screen, champ, [*below, *above], {str(one.id) for one in below})
    if chosen:
        await _put(screen, champ, chosen)


async def _ask(screen: FicheScreen, champ: Champ, noeuds: list[NoeudDossier], ticked: set[str]) -> list[NoeudDossier]:
    valeurs, modele = screen.form.to_values(), screen.form.modele
    labels = screen.form.saisie.libelles if screen.form.saisie else None
    said = dire_parmi(champ, valeurs, modele.champs() if modele else [], labels) if labels else ""
    title = french(f"Recopier « {champ.libelle} » : {said}")
    items = [(str(one.id), f"{one.nom} – {one.detail}" if one.detail else one.nom) for one in noeuds]
    answer = await screen.app.push_screen_wait(Ticks(title, items, ticked or {key for key, _ in items}))
    return [one for one in noeuds if answer and str(one.id) in answer]


async def _put(screen: FicheScreen, champ: Champ, noeuds: list[NoeudDossier]) -> None:
    held = screen.form.to_values()
    names = [champ.id, *([champ.champ_unite] if champ.champ_unite else [])]
    valeurs = {name: held.get(name) for name in names}
    screen.set_status("Recopie…")
    done = await recopier(screen.ror.client, screen.dossier_id, noeuds, [champ], valeurs)
    screen.set_status(french(summary(champ, done)))
    if done.refus:
        lines = [f"« {nom} » : {reason}" for nom, reason in done.refus]
        await screen.app.push_screen_wait(
            Message("Recopie incomplète", french("\n".join([summary(champ, done), *lines])))
        )


def summary(champ: Champ, done: Recopie) -> str:
    """Say what was done in one sentence."""
    same = f", {done.pareilles} l'avaient déjà" if done.pareilles else ""
    no = f", {plural(len(done.refus), 'refus', 'refus')}" if done.refus else ""
    return f"« {champ.libelle} » recopié dans {plural(done.faites, 'fiche', 'fiches')}{same}{no}."
