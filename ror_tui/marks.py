"""Marks and French words of the domain: always glyph + word + colour, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from ror_tui.api_client.models import (
    Changement,
    Discipline,
    DossierResume,
    EtatDossier,
    EtatFiche,
    Gravite,
    Kind,
    Peuplement,
)
from ror_tui.texts import plain


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown: a glyph of width 1, its ASCII twin, a word, and the name of a colour variable."""

    glyph: str
    ascii: str
    word: str
    color: str


FICHE: dict[EtatFiche, Mark] = {
    EtatFiche.A_COMPLETER: Mark("○", "o", "à compléter", "warning"),
    EtatFiche.INCOMPLETE: Mark("◐", "!", "incomplète", "warning"),
    EtatFiche.A_FINALISER: Mark("◉", "f", "à finaliser", "primary"),
    EtatFiche.FINALISEE: Mark("●", "V", "finalisée", "success"),
    EtatFiche.EN_CONFLIT: Mark("≠", "#", "en conflit", "error"),
    EtatFiche.REFUSEE: Mark("⊗", "R", "refusée", "error"),
    EtatFiche.A_SUPPRIMER: Mark("×", "x", "à supprimer", "error"),
    EtatFiche.INCHANGEE: Mark("·", ".", "inchangée", "text-muted"),
}

DOSSIER: dict[EtatDossier, Mark] = {
    EtatDossier.BROUILLON: Mark("○", "o", "en cours de saisie", "warning"),
    EtatDossier.A_VALIDER_DIRECTION: Mark("▷", ">", "à valider par la Direction", "primary"),
    EtatDossier.A_VALIDER: Mark("▶", ">", "à valider", "primary"),
    EtatDossier.A_CORRIGER: Mark("◐", "!", "à corriger", "error"),
    EtatDossier.INTEGRE: Mark("●", "V", "intégré au Répertoire", "success"),
    EtatDossier.ABANDONNE: Mark("×", "x", "abandonné", "text-muted"),
}

CHANGEMENT: dict[Changement, str] = {
    Changement.NOUVEAU: "nouveau",
    Changement.MODIFIE: "modifié",
    Changement.DEPLACE: "déplacé",
    Changement.SUPPRIME: "supprimé",
}

CHANGEMENT_MARK: dict[Changement, Mark] = {
    Changement.NOUVEAU: Mark("+", "+", "nouveau", "success"),
    Changement.MODIFIE: Mark("~", "~", "modifié", "warning"),
    Changement.DEPLACE: Mark("→", ">", "déplacé", "primary"),
    Changement.SUPPRIME: Mark("×", "x", "supprimé", "error"),
}

PEUPLEMENT: dict[Peuplement, Mark] = {
    Peuplement.A_FAIRE: Mark("○", "o", "à faire", "warning"),
    Peuplement.EN_COURS: Mark("◐", "!", "en cours", "primary"),
    Peuplement.FINALISE: Mark("●", "V", "finalisé", "success"),
}

GRAVITE: dict[Gravite, Mark] = {
    Gravite.ERREUR: Mark("×", "x", "erreur", "error"),
    Gravite.AVERTISSEMENT: Mark("!", "!", "avertissement", "warning"),
}

FAVORI = Mark("★", "*", "favori", "accent")

KIND: dict[Kind, str] = {
    Kind.EJ: "Entité juridique",
    Kind.EG: "Établissement",
    Kind.POLE: "Pôle",
    Kind.SERVICE: "Service",
    Kind.UF: "Unité fonctionnelle",
    Kind.UO: "Unité opérationnelle",
}

KIND_GLYPH: dict[Kind, Mark] = {
    Kind.EJ: Mark("◆", "J", "EJ", "text-muted"),
    Kind.EG: Mark("■", "E", "EG", "primary"),
    Kind.POLE: Mark("▪", "P", "pôle", "accent"),
    Kind.SERVICE: Mark("▫", "S", "service", "accent"),
    Kind.UF: Mark("□", "F", "UF", "accent"),
    Kind.UO: Mark("•", "U", "UO", "text-muted"),
}

KIND_SHORT: dict[Kind, str] = {
    Kind.EJ: "EJ",
    Kind.EG: "EG",
    Kind.POLE: "Pôle",
    Kind.SERVICE: "Service",
    Kind.UF: "UF",
    Kind.UO: "UO",
}

KIND_PLURAL: dict[Kind, str] = {
    Kind.POLE: "pôles",
    Kind.SERVICE: "services",
    Kind.UF: "unités fonctionnelles",
    Kind.UO: "unités opérationnelles",
}

DISCIPLINES: dict[Discipline, str] = {
    Discipline.MCO: "Médecine, chirurgie, obstétrique",
    Discipline.MSS: "Médico-Social et Social",
    Discipline.PSY: "Psychiatrie",
    Discipline.SLD: "Soins de longue durée",
    Discipline.SMA: "SMA",
    Discipline.SSR: "Soins de suite et de réadaptation",
    Discipline.VIL: "Ville",
}


def awaited(dossier: DossierResume) -> str:
    """Say who must act on a dossier, as this account sees it.

    Args:
        dossier: As the server gave it.
    """
    if dossier.etat in {EtatDossier.INTEGRE, EtatDossier.ABANDONNE}:
        return "terminé"
    return "à vous d'agir" if dossier.a_traiter else f"attend {plain(dossier.attend)}"
