"""The words of the ROR that cross the wire, each with a fixed list of values (DESIGN §3)."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Levels of the tree (DOMAIN §2.1)."""

    EJ = "ej"
    EG = "eg"
    POLE = "pole"
    SERVICE = "service"
    UF = "uf"
    UO = "uo"


class Discipline(StrEnum):
    """The seven ticks of « Afficher les structures » (guide §3a)."""

    MCO = "MCO"
    MSS = "MSS"
    PSY = "PSY"
    SLD = "SLD"
    SMA = "SMA"
    SSR = "SSR"
    VIL = "VIL"


class Circuit(StrEnum):
    """Which validation levels a dossier goes through (guide §3e)."""

    SANITAIRE = "sanitaire"
    MEDICO_SOCIAL = "medico_social"
    HANDICAP = "handicap"


class Role(StrEnum):
    """What a grant allows on its subtree (DESIGN §4)."""

    REFERENT = "referent"
    DIRECTION = "direction"
    VALIDATEUR = "validateur"
    TUTELLE = "tutelle"
    GESTIONNAIRE_LITS = "gestionnaire_lits"
    LECTEUR = "lecteur"
    ADMINISTRATEUR = "administrateur"


class Portee(StrEnum):
    """Extent of a grant."""

    REGION = "region"
    DEPARTEMENT = "departement"
    STRUCTURE = "structure"


class EtatDossier(StrEnum):
    """States of a dossier (DESIGN §5)."""

    BROUILLON = "brouillon"
    A_VALIDER_DIRECTION = "a_valider_direction"
    A_VALIDER = "a_valider"
    A_CORRIGER = "a_corriger"
    INTEGRE = "integre"
    ABANDONNE = "abandonne"


class EtatFiche(StrEnum):
    """States of a fiche inside a dossier (DESIGN §5)."""

    A_COMPLETER = "a_completer"
    INCOMPLETE = "incomplete"
    A_FINALISER = "a_finaliser"
    FINALISEE = "finalisee"
    EN_CONFLIT = "en_conflit"
    REFUSEE = "refusee"
    A_SUPPRIMER = "a_supprimer"
    INCHANGEE = "inchangee"


class Changement(StrEnum):
    """What a dossier does to a structure."""

    NOUVEAU = "nouveau"
    MODIFIE = "modifie"
    DEPLACE = "deplace"
    SUPPRIME = "supprime"


class ActionDossier(StrEnum):
    """Actions on a whole dossier; the server says for each whether it is possible, and if not why."""

    MODIFIER = "modifier"
    ENVOYER = "envoyer"
    VALIDER = "valider"
    VALIDER_PARTIE = "valider_partie"
    REFUSER = "refuser"
    RETIRER = "retirer"
    ABANDONNER = "abandonner"
    REPRENDRE = "reprendre"


class Afficher(StrEnum):
    """« Afficher par » of the Répertoire (guide §3a)."""

    ENTITE_JURIDIQUE = "entite_juridique"
    DEPARTEMENT = "departement"
    CATEGORIE_BESOINS = "categorie_besoins"
    TERRITOIRE = "territoire"
    FILIERE = "filiere"
    FAVORIS = "favoris"


class Peuplement(StrEnum):
    """How far an establishment, or one unit, is described (DOMAIN §5.2)."""

    A_FAIRE = "a_faire"
    EN_COURS = "en_cours"
    FINALISE = "finalise"


class Gravite(StrEnum):
    """An error keeps a fiche from being finalised, a warning does not."""

    ERREUR = "erreur"
    AVERTISSEMENT = "avertissement"
