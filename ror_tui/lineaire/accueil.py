"""The first menu by lines: find an establishment, one's dossiers, those that wait, what was never saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.dossiers import VueDossiers
from ror_tui.api_client.errors import Conflict, RorError
from ror_tui.api_client.models import DossierResume, Kind, Modele, Noeud, Resultat, Structure
from ror_tui.journal import LITS, Brouillon, JournalError
from ror_tui.lineaire import dossier, edition, fiche
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.lineaire.formulaire import labels_of
from ror_tui.marks import KIND, awaited
from ror_tui.services import dossier as dossiers
from ror_tui.services import repertoire
from ror_tui.services.saisie import dire
from ror_tui.texts import moment, plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance

ENOUGH = 200
"""Dossiers that are listed."""


def menu(seance: Seance) -> None:
    """Offer what one comes for, again and again.

    Raises:
        QuitError: The person leaves.
    """
    entries: Sequence[tuple[str, Callable[[Seance], None]]] = (
        ("Chercher un établissement", search),
        ("Dossiers collaboratifs ouverts", lambda one: choose_dossier(one, "ouverts")),
        ("Dossiers qui m'attendent", lambda one: choose_dossier(one, "a_traiter")),
        ("Saisies de ce poste jamais enregistrées", drafts),
    )
    while True:
        try:
            chosen = seance.dialogue.choose("Accueil", [Option(label) for label, _ in entries])
            entries[chosen][1](seance)
        except BackError:
            seance.dialogue.say("Vous êtes à l'accueil. q pour quitter.")
        except RorError as error:
            seance.fail(error)


# --- Finding ---


def search(seance: Seance) -> None:
    """Find a structure by some words, then say what can be done with it."""
    help_ = "Nom, commune, numéro FINESS : quelques mots, dans n'importe quel ordre, sans accents."
    while True:
        typed = seance.dialogue.ask("Établissement à chercher", help_).text
        found = seance.call("Recherche", repertoire.chercher, typed, None).elements if typed else []
        if typed and not found:
            seance.dialogue.refuse(f"Rien ne répond à « {typed} ». Essayez moins de mots, ou le numéro FINESS.")
        if found:
            try:
                _among(seance, found)
            except BackError:
                continue


def _among(seance: Seance, found: Sequence[Resultat]) -> None:
    title = plural(len(found), "réponse", "réponses")
    while True:
        chosen = found[seance.dialogue.choose(title, [Option(_line(one)) for one in found])].noeud
        if chosen.id is not None:
            try:
                _structure(seance, chosen.id)
            except BackError:
                continue


def _line(one: Resultat) -> str:
    noeud: Noeud = one.noeud
    kind = KIND[noeud.kind] if isinstance(noeud.kind, Kind) else noeud.kind
    above = one.chemin[-1].nom if one.chemin and noeud.kind is not Kind.EG else ""
    parts = (noeud.nom, kind, above, one.lieu, f"FINESS {noeud.finess}" if noeud.finess else "")
    return ", ".join(filter(None, parts))


def _structure(seance: Seance, structure_id: UUID) -> None:
    while True:
        structure = seance.call("Lecture de la structure", repertoire.structure, structure_id)
        title = f"{structure.nom}. {plural(structure.unites, 'unité publiée', 'unités publiées')}."
        options = [
            Option("Ouvrir ou créer un dossier collaboratif", structure.dossier_refus),
            Option("Lire la fiche publiée"),
            Option("Modifier la fiche publiée", structure.modification_refus),
        ]
        match seance.dialogue.choose(title, options):
            case 0:
                _describe(seance, structure)
            case 1:
                _published(seance, structure)
            case _:
                edition.menu(seance, structure.id)


def _published(seance: Seance, structure: Structure) -> None:
    modele: Modele = seance.call("Lecture de la fiche", repertoire.modele_structure, structure.id)
    libelles = labels_of(seance, modele)
    for champ in modele.champs():
        if champ.visible(structure.valeurs):
            seance.dialogue.say(f"{champ.libelle} : {dire(champ, structure.valeurs.get(champ.id), libelles)}")


# --- Dossiers ---


def _describe(seance: Seance, structure: Structure) -> None:
    """Open the dossier that is in progress on a structure, or another one (guide §3b)."""
    named = [Option(f"Ouvrir « {one.titre} », de {one.auteur}") for one in structure.dossiers]
    chosen = 0
    if named:
        chosen = seance.dialogue.choose("Un dossier est déjà ouvert ici.", [*named, Option("Créer un autre dossier")])
    if chosen < len(named):
        dossier.menu(seance, structure.dossiers[chosen].id)
        return
    titre = None
    if structure.kind is not Kind.EG or structure.unites:
        default = f"Mise à jour de {structure.nom}"[:200]
        titre = seance.dialogue.ask(f"Titre du dossier (Entrée : {default})").text or default
    try:
        created = seance.call(
            "Création du dossier", repertoire.decrire, structure.id, titre=titre, meme_si_ouvert=bool(named)
        )
    except Conflict as error:
        if error.probleme.dossier_id is None:
            raise
        seance.dialogue.say(str(error))
        dossier.menu(seance, error.probleme.dossier_id)
        return
    seance.dialogue.say(f"Dossier créé : « {created.titre} ».")
    dossier.menu(seance, created.id)


def choose_dossier(seance: Seance, vue: VueDossiers) -> None:
    """List dossiers, and open one.

    Args:
        seance: Who answers.
        vue: Which ones.
    """
    while True:
        found, more = seance.call("Lecture des dossiers", dossiers.lister_au_moins, vue, ENOUGH)
        if not found:
            seance.dialogue.say("Aucun dossier.")
            return
        title = plural(len(found), "dossier", "dossiers") + (", les plus récents" if more else "")
        chosen = seance.dialogue.choose(title, [Option(_dossier_line(one)) for one in found])
        dossier.menu(seance, found[chosen].id)


def _dossier_line(one: DossierResume) -> str:
    green = f"{one.progres.finalisees}/{one.progres.total}"
    return f"{one.titre}, {one.etat_libelle}, {green}, {awaited(one)}, depuis le {moment(one.depuis)}"


# --- What was never saved ---


def drafts(seance: Seance) -> None:
    """List what was typed on this machine and never saved, and open it where it belongs."""
    compte = str(seance.compte.id) if seance.compte else ""
    try:
        waiting = seance.wait("Lecture de ce poste", seance.journal.listing(seance.serveur, compte))
    except JournalError as error:
        seance.dialogue.say(str(error))
        return
    found: list[Brouillon] = [one for one in waiting if one.ref.dossier != LITS]
    if not found:
        seance.dialogue.say("Rien n'attend sur ce poste.")
        return
    options = [Option(f"{one.titre}, {plural(len(one.saisies), 'champ', 'champs')}, {moment(one.le)}") for one in found]
    ref = found[seance.dialogue.choose("Saisies jamais enregistrées", options)].ref
    if ref.dossier:
        fiche.menu(seance, UUID(ref.dossier), UUID(ref.fiche))
    else:
        edition.menu(seance, UUID(ref.fiche))
