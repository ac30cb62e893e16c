"""The conflicts of a dossier by lines: both values, who published what and when, and the answer (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ror_tui.api_client.errors import Conflict, Stale
from ror_tui.api_client.models import (
    ActionDossier,
    Choix,
    Conflit,
    Conflits,
    Dossier,
    NatureConflit,
    ReponseConflit,
    Valeur,
)
from ror_tui.lineaire import champs, fiche
from ror_tui.lineaire.arbre import among
from ror_tui.lineaire.champs import StopError
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.services import conflits as services
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import Arbre, possibility
from ror_tui.services.possible import parents
from ror_tui.services.saisie import Saisie
from ror_tui.texts import moment, plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance

PLACES = frozenset({NatureConflit.PARENT, NatureConflit.DEPLACEMENT})
NO_SAFE = "aucun de ces conflits n'a de réponse sûre : chacun demande votre choix."


def menu(seance: Seance, dossier: Dossier) -> None:
    """Have the conflicts of a dossier answered, until none is left or the person goes back.

    Args:
        seance: Who answers.
        dossier: As it was read.
    """
    while (found := seance.call("Lecture des conflits", services.lire, dossier.id)).conflits:
        safe = services.sures(found)
        options = [Option(_line(one)) for one in found.conflits]
        options.append(Option(f"Prendre toutes les réponses sûres ({len(safe)})", _locked(dossier) or _none(safe)))
        title = f"{plural(len(options) - 1, 'conflit', 'conflits')} avec le Répertoire"
        chosen = seance.dialogue.choose(title, options)
        try:
            if chosen < len(found.conflits):
                _one(seance, dossier, found, found.conflits[chosen])
            else:
                _safe(seance, found, safe)
        except (BackError, StopError):
            continue
    seance.dialogue.say(*(f"Déjà fait : {one.nom} : {one.texte}" for one in found.deja_faits), services.NONE)


def _locked(dossier: Dossier) -> str | None:
    may = possibility(dossier, ActionDossier.MODIFIER)
    return None if may.possible else may.raison


def _none(safe: Sequence[ReponseConflit]) -> str | None:
    return None if safe else NO_SAFE


def _line(one: Conflit) -> str:
    sure = ", réponse sûre" if one.sur else ""
    return f"{one.nom}, {one.libelle} : la mienne, {one.mienne_texte} ; publiée, {one.publiee_texte}{sure}"


def _one(seance: Seance, dossier: Dossier, found: Conflits, one: Conflit) -> None:
    say = seance.dialogue.say
    say("", one.question, *([f"Au départ : {one.base_texte}"] if one.base_texte else []))
    say(f"La mienne : {one.mienne_texte}", f"Publiée : {one.publiee_texte}")
    say(*(f"{it.par}, le {moment(it.le)}, {it.origine} : {it.texte}" for it in reversed(one.changements)))
    if one.sur and one.sur_raison:
        say(f"Réponse sûre : {services.libelle(one, one.sur).lower()}, car {one.sur_raison}")
    ways = list(Choix)
    options = [Option(services.libelle(one, way), _locked(dossier) or services.possible(one, way)) for way in ways]
    choix = ways[seance.dialogue.choose(f"{one.nom}, {one.libelle}", options)]
    valeur = _other(seance, dossier, one) if choix is Choix.AUTRE else None
    _send(seance, found, [services.reponse(one, choix, valeur)])


def _other(seance: Seance, dossier: Dossier, one: Conflit) -> Valeur:
    """Ask for another value with the question of the field itself, or for another place."""
    if one.nature in PLACES:
        arbre = Arbre(seance.call("Lecture du dossier", dossiers.arbre, dossier.id))
        places = parents(dossier, arbre, [arbre.by_id[one.structure_id]])
        return str(among(seance, arbre, places, f"Placer « {one.nom} » sous…", "Numéro de la structure").id)
    read, modele, sets = seance.call("Lecture de la fiche", fiche.read, dossier.id, one.structure_id)
    champ_id = one.champ or ""
    saisie = Saisie(modele, read.valeurs | {champ_id: one.mienne}, sets)
    champs.ask(seance, saisie, (champ_id,))
    return saisie.valeurs.get(champ_id)


def _safe(seance: Seance, found: Conflits, safe: Sequence[ReponseConflit]) -> None:
    sure = [one for one in found.conflits if one.sur is not None]
    seance.dialogue.say("", "Une réponse est sûre quand personne n'y perd son travail :")
    seance.dialogue.say(
        *(
            f"{one.nom}, {one.libelle} : {services.libelle(one, one.sur).lower()}, car {one.sur_raison}"
            for one in sure
            if one.sur is not None
        )
    )
    if seance.dialogue.confirm("Les prendre toutes"):
        _send(seance, found, safe)


def _send(seance: Seance, found: Conflits, answers: Sequence[ReponseConflit]) -> None:
    try:
        seance.call("Envoi", services.repondre, found, answers)
    except (Stale, Conflict) as error:
        seance.dialogue.say(str(error), "La liste vient d'être relue. Rien n'a été changé.")
        return
    seance.dialogue.say(plural(len(answers), "conflit réglé", "conflits réglés") + ".")
