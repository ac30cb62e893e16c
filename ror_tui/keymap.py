"""The one registry of actions and keys: bindings, footer, help, palette and docs/RACCOURCIS.md all come from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a screen: a stable id, its keys (the first one is shown), French words."""

    id: str
    keys: str
    action: str
    label: str
    tooltip: str
    shown: bool = True
    priority: bool = False

    @property
    def context(self) -> str:
        """The screen the action belongs to."""
        return self.id.split(".", 1)[0]


CONTEXTS = {
    "app": "Partout",
    "connexion": "Connexion",
    "repertoire": "Répertoire",
    "filtres": "Filtres du Répertoire",
    "vues": "Vues enregistrées",
    "recherche": "Recherche (Ctrl+F)",
    "arbre": "Arbres et listes",
    "branches": "Arbres : branches et coches",
    "structure": "Fiche du Répertoire",
    "lits": "Lits et places",
    "edition": "Fiche du Répertoire en modification",
    "offres": "Recherche (onglet)",
    "dossiers": "Dossiers et validation",
    "dossier": "Dossier collaboratif",
    "conflits": "Conflits d'un dossier",
    "tableau": "Tableau d'unités",
    "differences": "Différences d'un dossier",
    "controles": "Contrôles",
    "suivi": "Suivi du dossier",
    "commentaires": "Commentaires",
    "tri": "Décision fiche par fiche",
    "historique": "Historique",
    "publication": "Publication",
    "passe": "Fiche à une date passée",
    "passe_arbre": "Arbre à une date passée",
    "fiche": "Fiche d'un dossier",
    "formulaire": "Formulaire d'une fiche",
    "choix": "Listes de choix",
    "liste": "Listes de codes",
    "dialogue": "Fenêtres de question",
}

ACTIONS: tuple[Action, ...] = (
    Action("app.aide", "f1,question_mark", "aide", "Aide", "Aide et raccourcis de cet écran"),
    Action("app.rechercher", "ctrl+f", "rechercher", "Chercher", "Chercher une structure, de partout", priority=True),
    Action(
        "app.palette", "ctrl+p,f11", "command_palette", "Commandes", "Toutes les commandes, par leur nom", shown=False
    ),
    Action("app.offres", "f9,4", "offres", "Recherche", "Aller à la Recherche d'offres", shown=False),
    Action("app.repertoire", "f6,1", "repertoire", "Répertoire", "Aller au Répertoire", shown=False),
    Action("app.dossiers", "f7,2", "dossiers", "Dossiers", "Aller aux dossiers collaboratifs", shown=False),
    Action("app.validation", "f8,3", "validation", "Validation", "Aller aux dossiers qui m'attendent", shown=False),
    Action("app.brouillons", "f12", "brouillons", "Saisies", "Saisies de ce poste jamais enregistrées", shown=False),
    Action("app.retour", "escape", "retour", "Retour", "Revenir en arrière, sans rien perdre"),
    Action(
        "app.suspendre",
        "ctrl+z",
        "suspendre",
        "Suspendre",
        "Rendre la main au shell ; fg pour revenir",
        shown=False,
        priority=True,
    ),
    Action("app.quitter", "ctrl+q,f10", "quitter", "Quitter", "Quitter ror-tui", priority=True),
    Action("connexion.valider", "enter", "valider", "Se connecter", "Se connecter au ROR"),
    Action("connexion.comptes", "f9", "comptes", "Comptes", "Choisir un compte de démonstration"),
    Action("arbre.ouvrir", "enter", "ouvrir", "Ouvrir", "Ouvrir la fiche", shown=False),
    Action("arbre.deplier", "right,l,plus", "deplier", "Déplier", "Déplier, ou descendre d'un niveau", shown=False),
    Action("arbre.replier", "left,h,minus", "replier", "Replier", "Replier, ou remonter d'un niveau", shown=False),
    Action("arbre.bas", "down,j", "bas", "Bas", "Ligne suivante", shown=False),
    Action("arbre.haut", "up,k", "haut", "Haut", "Ligne précédente", shown=False),
    Action("arbre.page_bas", "pagedown", "page_bas", "Page suivante", "Page suivante", shown=False),
    Action("arbre.page_haut", "pageup", "page_haut", "Page précédente", "Page précédente", shown=False),
    Action("arbre.debut", "home,g", "debut", "Début", "Première ligne", shown=False),
    Action("arbre.fin", "end,G", "fin", "Fin", "Dernière ligne", shown=False),
    Action(
        "branches.tout_deplier",
        "asterisk",
        "tout_deplier",
        "Tout déplier",
        "Déplier tout ce qui est dessous",
        shown=False,
    ),
    Action("branches.tout_replier", "underscore", "tout_replier", "Tout replier", "Replier tout l'arbre", shown=False),
    Action("branches.parent", "backspace,shift+left", "parent", "Parent", "Remonter à la ligne du dessus", shown=False),
    Action(
        "branches.voisin_suivant",
        "shift+down,right_parenthesis",
        "voisin_suivant",
        "Voisin suivant",
        "Ligne suivante du même niveau",
        shown=False,
    ),
    Action(
        "branches.voisin_precedent",
        "shift+up,left_parenthesis",
        "voisin_precedent",
        "Voisin précédent",
        "Ligne précédente du même niveau",
        shown=False,
    ),
    Action("branches.cocher", "space", "cocher", "Cocher", "Cocher ou décocher la ligne", shown=False),
    Action(
        "branches.sauter",
        "apostrophe",
        "sauter",
        "Aller à",
        "Puis des lettres : aller à la ligne qui commence ainsi",
        shown=False,
    ),
    Action("branches.arreter", "escape", "arreter", "Arrêter", "Arrêter de tout déplier, ou d'aller à", shown=False),
    Action("repertoire.actions", "a", "actions", "Actions", "Menu Actions de la structure"),
    Action(
        "repertoire.afficher", "p", "afficher", "Afficher par", "Afficher par département, entité juridique, favoris…"
    ),
    Action("repertoire.structures", "t", "structures", "Structures", "Cocher les structures à afficher"),
    Action(
        "repertoire.filtres",
        "f4",
        "filtres",
        "Filtres",
        "Filtrer : commune, catégorie, peuplement, dossier…",
        shown=False,
    ),
    Action("repertoire.dossier", "c", "dossier", "Dossier", "Décrire l'établissement dans un dossier collaboratif"),
    Action("repertoire.lits", "L", "lits", "Lits", "Lits et places : lire et saisir les disponibilités", shown=False),
    Action("repertoire.controles", "Q", "controles", "Contrôles", "Contrôles de l'établissement", shown=False),
    Action("repertoire.favori", "f", "favori", "Favori", "Ajouter aux favoris, ou retirer", shown=False),
    Action("repertoire.sans_filtre", "0", "sans_filtre", "Sans filtre", "Enlever tous les filtres", shown=False),
    Action("repertoire.vues", "V", "vues", "Vues", "Vues enregistrées : ouvrir, enregistrer, supprimer", shown=False),
    Action("repertoire.offres", "i", "offres", "Offres", "Tout ce qui est affiché, en entier", shown=False),
    Action("repertoire.filtrer", "slash", "filtrer", "Filtrer", "Filtrer l'arbre par un texte, sur place", shown=False),
    Action(
        "repertoire.precedent",
        "less_than_sign,alt+left",
        "precedent",
        "Avant",
        "Revenir à la vue ou à l'endroit d'avant",
        shown=False,
    ),
    Action(
        "repertoire.suivant",
        "greater_than_sign,alt+right",
        "suivant",
        "Après",
        "Retourner à la vue ou à l'endroit d'après",
        shown=False,
    ),
    Action("repertoire.copier", "y", "copier", "Copier", "Copier un numéro, un nom ou le chemin", shown=False),
    Action(
        "repertoire.montrer", "Y", "montrer", "Montrer", "Montrer ce qui a été copié, à prendre à la main", shown=False
    ),
    Action("repertoire.historique", "H", "historique", "Historique", "Qui a changé quoi, et quand", shown=False),
    Action("repertoire.au", "D", "au", "Au…", "La structure à une date passée", shown=False),
    Action("repertoire.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("filtres.changer", "space,right", "changer", "Changer", "Cocher la ligne, ou ouvrir sa liste"),
    Action("filtres.appliquer", "enter,f2,ctrl+s", "appliquer", "Appliquer", "Appliquer les filtres"),
    Action("filtres.vider", "x,delete", "vider", "Vider", "Vider la ligne"),
    Action("filtres.tout_vider", "0", "tout_vider", "Tout vider", "Vider toutes les lignes"),
    Action("filtres.bas", "down,j", "bas", "Bas", "Ligne suivante", shown=False),
    Action("filtres.haut", "up,k", "haut", "Haut", "Ligne précédente", shown=False),
    Action("filtres.fermer", "escape", "fermer", "Fermer", "Fermer sans rien changer"),
    Action("vues.ouvrir", "enter", "ouvrir", "Ouvrir", "Ouvrir la vue"),
    Action("vues.enregistrer", "n,s", "enregistrer", "Enregistrer", "Enregistrer la vue affichée sous un nom"),
    Action("vues.supprimer", "x,delete", "supprimer", "Supprimer", "Supprimer la vue"),
    Action("vues.bas", "down,j", "bas", "Bas", "Ligne suivante", shown=False),
    Action("vues.haut", "up,k", "haut", "Haut", "Ligne précédente", shown=False),
    Action("vues.fermer", "escape", "fermer", "Fermer", "Fermer"),
    Action("recherche.filtres", "f4", "filtres", "Filtres", "Tenir compte ou non des filtres du Répertoire"),
    Action(
        "recherche.dossier",
        "ctrl+d,f7",
        "dossier",
        "Dossier",
        "Ouvrir un dossier collaboratif sur le résultat",
        priority=True,  # Input takes Ctrl+D to delete a character
    ),
    Action("recherche.ouvrir", "enter", "ouvrir", "Montrer", "Montrer le résultat dans le Répertoire", priority=True),
    Action("recherche.fiche", "ctrl+o,f3", "fiche", "Fiche", "Ouvrir la fiche du résultat"),
    Action("recherche.favori", "ctrl+t,f2", "favori", "Favori", "Ajouter le résultat aux favoris, ou le retirer"),
    Action("recherche.bas", "down", "bas", "Bas", "Résultat suivant, sans quitter la saisie", shown=False),
    Action("recherche.haut", "up", "haut", "Haut", "Résultat précédent, sans quitter la saisie", shown=False),
    Action("recherche.page_bas", "pagedown", "page_bas", "Page suivante", "Page suivante", shown=False),
    Action("recherche.page_haut", "pageup", "page_haut", "Page précédente", "Page précédente", shown=False),
    Action("recherche.fermer", "escape", "fermer", "Fermer", "Fermer la recherche"),
    Action("structure.modifier", "e", "modifier", "Modifier", "Modifier la fiche publiée"),
    Action("structure.dossier", "c", "dossier", "Dossier", "Ouvrir un dossier collaboratif sur l'établissement"),
    Action("structure.lits", "L", "lits", "Lits", "Lits et places : lire et saisir les disponibilités", shown=False),
    Action("structure.controles", "Q", "controles", "Contrôles", "Contrôles de l'établissement", shown=False),
    Action("structure.favori", "f", "favori", "Favori", "Ajouter aux favoris, ou retirer", shown=False),
    Action("structure.historique", "h,H", "historique", "Historique", "Qui a changé quoi, et quand", shown=False),
    Action("structure.au", "d,D", "au", "Au…", "La fiche à une date passée", shown=False),
    Action("structure.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("lits.enregistrer", "f2,ctrl+s", "enregistrer", "Enregistrer", "Enregistrer les chiffres qui ont changé"),
    Action("lits.actions", "a", "actions", "Actions", "Menu Actions des lits"),
    Action("lits.reconduire_tout", "R", "reconduire_tout", "Reconduire", "Reconduire partout les chiffres d'hier"),
    Action(
        "lits.reconduire", "r", "reconduire", "Reconduire l'unité", "Reconduire les chiffres de l'unité", shown=False
    ),
    Action("lits.type", "t", "type", "Type", "Type de fermeture, ou de lit supplémentaire"),
    Action("lits.ligne", "n", "ligne", "Ligne", "Ajouter une ligne : places, genre, prévision…"),
    Action("lits.suivant", "right_square_bracket", "suivant", "À voir", "Prochaine cellule à décider, ou unité à voir"),
    Action(
        "lits.precedent",
        "left_square_bracket",
        "precedent",
        "Avant",
        "Cellule à décider, ou unité, d'avant",
        shown=False,
    ),
    Action("lits.annuler", "u,ctrl+z", "annuler", "Annuler", "Annuler la dernière frappe", shown=False),
    Action("lits.refaire", "U,ctrl+y", "refaire", "Refaire", "Refaire ce qui a été annulé", shown=False),
    Action("lits.mien", "m", "mien", "Le mien", "Garder le mien, quand un autre a saisi la cellule aussi", shown=False),
    Action(
        "lits.sien", "s", "sien", "Le sien", "Prendre le sien, quand un autre a saisi la cellule aussi", shown=False
    ),
    Action("lits.case_suivante", "tab", "case_suivante", "Case suivante", "Case suivante", shown=False),
    Action("lits.case_precedente", "shift+tab", "case_precedente", "Case précédente", "Case précédente", shown=False),
    Action("lits.historique", "H", "historique", "Historique", "Qui a saisi quoi, et quand", shown=False),
    Action("lits.recharger", "f5", "recharger", "Recharger", "Relire depuis le serveur", shown=False),
    Action("edition.enregistrer", "f2,ctrl+s", "enregistrer", "Modifier", "Publier les modifications", priority=True),
    Action("edition.suivant", "f4", "suivant", "Manquant", "Prochain champ à corriger ou à remplir", priority=True),
    Action(
        "edition.dossier",
        "ctrl+d",
        "dossier",
        "Dossier",
        "Ouvrir un dossier collaboratif, où le type d'UO peut changer",
        priority=True,  # Input takes Ctrl+D to delete a character
    ),
    Action("edition.choisir", "space", "choisir", "Choisir", "Ouvrir la liste de choix du champ", shown=False),
    Action("offres.criteres", "c", "criteres", "Critères", "Choisir un critère de la recherche"),
    Action("offres.texte", "slash", "texte", "Texte", "Chercher des mots dans les noms, lieux et libellés"),
    Action("offres.quoi", "o", "quoi", "Offres/pros", "Passer des offres aux professionnels, et retour"),
    Action("offres.exporter", "e", "exporter", "Exporter", "Exporter tout le résultat pour un tableur (CSV)"),
    Action("offres.effacer", "x,delete", "effacer", "Effacer", "Ôter tous les critères"),
    Action("offres.voir", "v", "voir", "Voir", "Montrer l'unité dans le Répertoire"),
    Action("offres.recharger", "f5", "recharger", "Recharger", "Relancer la recherche", shown=False),
    Action("offres.arreter", "escape", "arreter", "Arrêter", "Arrêter la recherche ou l'export", shown=False),
    Action("dossiers.ouvrir", "enter", "ouvrir", "Ouvrir", "Ouvrir le dossier", shown=False),
    Action("dossiers.tous", "t", "tous", "Tous", "Montrer aussi les dossiers intégrés et abandonnés"),
    Action("dossiers.ordre", "o", "ordre", "Ordre", "Le plus ancien d'abord, ou le plus récent"),
    Action("dossiers.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur"),
    Action("dossier.actions", "a", "actions", "Actions", "Menu Actions de la ligne"),
    Action("dossier.creer", "n", "creer", "Créer", "Créer des unités, pôles, services ou UF sous la ligne"),
    Action("dossier.dupliquer", "d", "dupliquer", "Dupliquer", "Dupliquer la fiche"),
    Action("dossier.deplacer", "m", "deplacer", "Déplacer", "Déplacer sous un autre parent"),
    Action("dossier.supprimer", "x,delete", "supprimer", "Supprimer", "Supprimer la fiche et ce qu'elle contient"),
    Action("dossier.retablir", "z", "retablir", "Rétablir", "Rétablir une fiche à supprimer", shown=False),
    Action("dossier.renommer", "r", "renommer", "Renommer", "Renommer la fiche", shown=False),
    Action(
        "dossier.annuler",
        "u",
        "annuler",
        "Annuler",
        "Annuler ce que vous avez fait en dernier dans le dossier",
    ),
    Action("dossier.refaire", "U,ctrl+r", "refaire", "Refaire", "Refaire ce que vous venez d'annuler", shown=False),
    Action(
        "dossier.gestes",
        "J",
        "gestes",
        "Gestes",
        "Tout ce qui a été fait dans le dossier, par qui",
        shown=False,
    ),
    Action("dossier.modele", "M", "modele", "Modèle", "Prendre une unité ou un établissement pour modèle", shown=False),
    Action("dossier.tableau", "p", "tableau", "Tableau", "Coller, lire ou exporter un tableau d'unités", shown=False),
    Action(
        "dossier.finaliser",
        "f3,F",
        "finaliser",
        "Finaliser",
        "Finaliser la fiche, ou celles cochées",
        shown=False,
    ),
    Action(
        "dossier.type",
        "t",
        "type",
        "Type d'UO",
        "Changer le type d'UO de la fiche, ou des cochées",
        shown=False,
    ),
    Action("dossier.differences", "i", "differences", "Différences", "Tout ce que le dossier change", shown=False),
    Action(
        "dossier.suivante", "right_square_bracket", "suivante", "À compléter", "Prochaine fiche qui n'est pas verte"
    ),
    Action("dossier.envoyer", "v", "envoyer", "Envoyer", "Envoyer en validation, ou valider"),
    Action(
        "dossier.conflits",
        "exclamation_mark",
        "conflits",
        "Conflits",
        "Ce que le dossier et le Répertoire se disputent",
        shown=False,
    ),
    Action("dossier.etat", "s", "etat", "Suivi", "Où en est mon dossier", shown=False),
    Action("dossier.controles", "Q", "controles", "Contrôles", "Ce que les contrôles trouvent", shown=False),
    Action("dossier.commentaires", "c", "commentaires", "Commentaires", "Commentaires de la fiche, ou du dossier"),
    Action("dossier.trier", "D", "trier", "Fiche par fiche", "Accepter ou refuser fiche par fiche", shown=False),
    Action("dossier.reprendre", "R", "reprendre", "Reprendre", "Reprendre un dossier abandonné", shown=False),
    Action("dossier.retirer", "T", "retirer", "Retirer", "Retirer le dossier de la validation", shown=False),
    Action("dossier.refuser", "K", "refuser", "Refuser", "Refuser le dossier, avec un motif", shown=False),
    Action("dossier.abandonner", "B", "abandonner", "Abandonner", "Abandonner le dossier", shown=False),
    Action("dossier.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("differences.actions", "a", "actions", "Actions", "Menu Actions de la différence"),
    Action("tableau.appliquer", "f2,ctrl+s", "appliquer", "Créer", "Créer et modifier les unités du tableau"),
    Action("tableau.corriger", "enter", "corriger", "Corriger", "Corriger la cellule"),
    Action("tableau.suivante", "right_square_bracket", "suivante", "À corriger", "Prochaine cellule à corriger"),
    Action("tableau.enlever", "x,delete", "enlever", "Enlever", "Enlever la ligne du tableau"),
    Action("differences.confirmer", "v", "confirmer", "Confirmer", "Envoyer ou valider ce qui est affiché"),
    Action("differences.refuser_fiche", "r", "refuser_fiche", "Refuser la fiche", "Refuser la fiche, avec un motif"),
    Action("differences.refuser", "K", "refuser", "Refuser", "Refuser le dossier, avec un motif"),
    Action(
        "differences.suivante",
        "right_square_bracket",
        "suivante",
        "Suivante",
        "Structure suivante qui change",
        shown=False,
    ),
    Action(
        "differences.precedente",
        "left_square_bracket",
        "precedente",
        "Précédente",
        "Structure précédente qui change",
        shown=False,
    ),
    Action("differences.phrases", "p", "phrases", "Phrases", "L'arbre, ou les phrases"),
    Action("differences.exporter", "e", "exporter", "Exporter", "Exporter en texte, JSON ou tableur (CSV)"),
    Action("controles.actions", "a", "actions", "Actions", "Menu Actions des contrôles"),
    Action("controles.filtrer", "f", "filtrer", "Filtrer", "Tout, les erreurs, ou les avertissements"),
    Action("controles.suivante", "right_square_bracket", "suivante", "Suivant", "Constat suivant"),
    Action("controles.precedente", "left_square_bracket", "precedente", "Précédent", "Constat précédent", shown=False),
    Action("controles.exporter", "e", "exporter", "Exporter", "Exporter en texte, JSON ou tableur (CSV)"),
    Action("controles.recharger", "f5", "recharger", "Recharger", "Contrôler de nouveau", shown=False),
    Action("historique.actions", "a", "actions", "Actions", "Menu Actions de la publication"),
    Action("historique.alors", "v", "alors", "Voir alors", "La structure juste après cette publication"),
    Action("historique.au", "d", "au", "Au…", "La structure à une date passée"),
    Action("historique.annuler", "z", "annuler", "Annuler", "Annuler la publication, dans un nouveau dossier"),
    Action("historique.seule", "s", "seule", "Seule", "La structure seule, ou avec tout ce qui est dessous"),
    Action("historique.tout", "t", "tout", "Tout", "L'historique de tout le Répertoire, ou de la structure"),
    Action("historique.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("publication.alors", "v", "alors", "Voir alors", "La structure juste après cette publication"),
    Action("publication.fiche", "o", "fiche", "Aujourd'hui", "Ouvrir la fiche d'aujourd'hui"),
    Action("publication.annuler", "z", "annuler", "Annuler", "Annuler la publication, dans un nouveau dossier"),
    Action("publication.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("passe.au", "d", "au", "Au…", "La même fiche à une autre date"),
    Action("passe.arbre", "t", "arbre", "Arbre", "L'arbre de l'établissement à cette date"),
    Action("passe.fiche", "o", "fiche", "Aujourd'hui", "Ouvrir la fiche d'aujourd'hui"),
    Action("passe.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("passe_arbre.au", "d", "au", "Au…", "Le même arbre à une autre date"),
    Action("passe_arbre.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("conflits.mienne", "1", "mienne", "La mienne", "Garder ce que dit le dossier"),
    Action("conflits.publiee", "2", "publiee", "La publiée", "Prendre ce qui est publié dans le Répertoire"),
    Action("conflits.autre", "3,e", "autre", "Autre", "Donner une autre valeur, ou une autre place"),
    Action("conflits.suivant", "right_square_bracket", "suivant", "Suivant", "Conflit suivant", shown=False),
    Action("conflits.precedent", "left_square_bracket", "precedent", "Précédent", "Conflit précédent", shown=False),
    Action("conflits.sures", "s", "sures", "Les sûrs", "Prendre toutes les réponses sûres, après les avoir lues"),
    Action("conflits.ouvrir_fiche", "o", "ouvrir_fiche", "Fiche", "Ouvrir la fiche en question", shown=False),
    Action("conflits.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("fiche.conflits", "ctrl+g", "conflits", "Conflits", "Les conflits de la fiche", shown=False, priority=True),
    Action("fiche.enregistrer", "f2,ctrl+s", "enregistrer", "Enregistrer", "Enregistrer la fiche", priority=True),
    Action(
        "fiche.finaliser", "f3,ctrl+y", "finaliser", "Finaliser", "Enregistrer et finaliser la fiche", priority=True
    ),
    Action("fiche.suivant", "f4", "suivant", "Manquant", "Prochain champ à corriger ou à remplir", priority=True),
    Action("fiche.choisir", "space", "choisir", "Choisir", "Ouvrir la liste de choix du champ", shown=False),
    Action("fiche.commentaires", "ctrl+o", "commentaires", "Commentaires", "Commentaires de la fiche", priority=True),
    Action("suivi.commentaires", "c", "commentaires", "Commentaires", "Commentaires du dossier : lire, répondre"),
    Action("suivi.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur"),
    Action("commentaires.actions", "a", "actions", "Actions", "Menu Actions des commentaires"),
    Action("commentaires.ecrire", "n", "ecrire", "Écrire", "Écrire un commentaire"),
    Action("commentaires.regler", "r,space", "regler", "Régler", "Marquer comme réglé, ou à régler"),
    Action("commentaires.ouvrir", "o", "ouvrir", "Fiche", "Aller à la fiche du commentaire"),
    Action("commentaires.tous", "t", "tous", "Tous", "Ceux de tout le dossier, ou de cette fiche"),
    Action("commentaires.recharger", "f5", "recharger", "Recharger", "Recharger depuis le serveur", shown=False),
    Action("tri.actions", "a", "actions", "Actions", "Menu Actions de la décision"),
    Action("tri.refuser", "space,r", "refuser", "Refuser", "Refuser la fiche avec un motif, ou l'accepter de nouveau"),
    Action("tri.accepter", "v", "accepter", "Accepter", "Publier ce qui est accepté, renvoyer le reste"),
    Action("tri.renvoyer", "K", "renvoyer", "Renvoyer", "Tout renvoyer à l'auteur, avec les motifs"),
    Action("formulaire.champ_suivant", "down,tab", "champ_suivant", "Champ suivant", "Champ suivant", shown=False),
    Action(
        "formulaire.champ_precedent",
        "up,shift+tab",
        "champ_precedent",
        "Champ précédent",
        "Champ précédent",
        shown=False,
    ),
    Action("formulaire.page_bas", "pagedown", "page_bas", "Page suivante", "Page suivante", shown=False),
    Action("formulaire.page_haut", "pageup", "page_haut", "Page précédente", "Page précédente", shown=False),
    Action(
        "formulaire.manquant",
        "right_square_bracket",
        "manquant_suivant",
        "Manquant",
        "Prochain champ manquant, puis prochaine fiche",
        shown=False,
    ),
    Action(
        "formulaire.manquant_precedent",
        "left_square_bracket",
        "manquant_precedent",
        "Manquant précédent",
        "Champ manquant précédent",
        shown=False,
    ),
    Action("formulaire.ajouter", "ctrl+n,n", "ajouter", "Ajouter", "Ajouter une ligne au groupe", shown=False),
    Action("formulaire.dupliquer", "d", "dupliquer_ligne", "Dupliquer", "Dupliquer la ligne du groupe", shown=False),
    Action("formulaire.enlever", "x,delete", "enlever_ligne", "Enlever", "Enlever la ligne du groupe", shown=False),
    Action("formulaire.monter", "minus,ctrl+up", "monter", "Monter", "Monter la ligne du groupe", shown=False),
    Action("formulaire.descendre", "plus,ctrl+down", "descendre", "Descendre", "Descendre la ligne", shown=False),
    Action(
        "formulaire.annuler",
        "alt+u,ctrl+underscore,u",
        "annuler_saisie",
        "Annuler",
        "Annuler la dernière saisie de la fiche",
        shown=False,
    ),
    Action("formulaire.refaire", "ctrl+r,U", "refaire_saisie", "Refaire", "Refaire la saisie annulée", shown=False),
    Action(
        "formulaire.sections",
        "ctrl+t,s",
        "sections",
        "Sections",
        "Aller à une section de la fiche, avec ce qui manque dans chacune",
        shown=False,
    ),
    Action("formulaire.actions", "ctrl+l,a", "actions", "Actions", "Menu Actions du formulaire", shown=False),
    Action(
        "formulaire.reprendre",
        "r",
        "reprendre",
        "Reprendre de…",
        "Reprendre des sections d'une autre fiche : de ce dossier, d'un autre, ou publiée",
        shown=False,
    ),
    Action(
        "formulaire.semaine", "h", "semaine", "Semaine", "Taper les horaires de la semaine en une ligne", shown=False
    ),
    Action(
        "formulaire.copier_jour",
        "j",
        "copier_jour",
        "Copier le jour",
        "Copier les horaires d'un jour vers d'autres jours",
        shown=False,
    ),
    Action(
        "formulaire.recopier",
        "alt+down,ctrl+b",
        "recopier",
        "Recopier",
        "Recopier le champ dans d'autres fiches du dossier",
        shown=False,
    ),
    Action(
        "formulaire.texte",
        "ctrl+e",
        "texte",
        "Éditeur",
        "Ouvrir le texte long dans votre éditeur",
        shown=False,
        priority=True,  # Input takes Ctrl+E to go to the end
    ),
    Action("dialogue.annuler", "escape", "annuler", "Annuler", "Fermer sans rien faire", shown=False),
    Action("dialogue.precedent", "left,up", "precedent", "Précédent", "Réponse précédente", shown=False),
    Action("dialogue.suivant", "right,down", "suivant", "Suivant", "Réponse suivante", shown=False),
    Action("dialogue.valider", "f2,ctrl+s", "valider", "Valider", "Valider un texte de plusieurs lignes", shown=False),
    Action("choix.cocher", "space,f4,ctrl+t", "cocher", "Cocher", "Cocher ou décocher", shown=False),
    Action("choix.bas", "down", "bas", "Bas", "Ligne suivante, sans quitter la recherche", shown=False),
    Action("choix.haut", "up", "haut", "Haut", "Ligne précédente, sans quitter la recherche", shown=False),
    Action("choix.page_bas", "pagedown", "page_bas", "Page suivante", "Page suivante", shown=False),
    Action("choix.page_haut", "pageup", "page_haut", "Page précédente", "Page précédente", shown=False),
    Action("choix.filtre", "tab", "filtre", "Filtres", "Passer de la recherche aux filtres", shown=False),
    Action("liste.tout", "f3,ctrl+l", "tout", "Voir tout", "Montrer aussi ce qui n'est pas proposé ici"),
    Action("choix.annuler", "escape", "annuler", "Annuler", "Fermer sans changer le choix", shown=False),
    Action("choix.valider", "enter", "valider", "Valider", "Garder ce choix", shown=False),
)


class DuplicateKeyError(ValueError):
    """Two actions of one context answer to the same key: Textual would silently take the first."""


def bindings(*contexts: str) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Give Textual's bindings for some contexts.

    Args:
        contexts: Names of `CONTEXTS`.
    """
    return [
        Binding(
            action.keys,
            action.action,
            action.label,
            show=action.shown,
            id=action.id,
            tooltip=action.tooltip,
            priority=action.priority,
        )
        for action in of(*contexts)
    ]


def of(*contexts: str) -> list[Action]:
    """Give the actions of some contexts, in the order of the registry."""
    return [action for action in ACTIONS if action.context in contexts]


def check(actions: Iterable[Action] = ACTIONS) -> None:
    """Refuse a registry in which a key has two meanings in one context.

    Raises:
        DuplicateKeyError: Naming the two actions.
    """
    seen: dict[tuple[str, str], str] = {}
    for action in actions:
        for key in action.keys.split(","):
            other = seen.setdefault((action.context, key), action.id)
            if other != action.id:
                message = f"{key}: {other} and {action.id}"
                raise DuplicateKeyError(message)


NAMES = {
    "enter": "Entrée",
    "escape": "Échap",
    "space": "Espace",
    "delete": "Suppr",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgPréc",
    "pagedown": "PgSuiv",
    "home": "Début",
    "end": "Fin",
    "plus": "+",
    "minus": "-",
    "question_mark": "?",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "exclamation_mark": "!",
    "slash": "/",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "asterisk": "*",
    "underscore": "_",
    "apostrophe": "'",
    "backspace": "Retour arrière",
    "shift+left": "Maj+←",
    "shift+up": "Maj+↑",
    "shift+down": "Maj+↓",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "alt+u": "Alt+U",
    "ctrl+underscore": "Ctrl+_",
    "ctrl+up": "Ctrl+↑",
    "ctrl+down": "Ctrl+↓",
    "alt+left": "Alt+←",
    "alt+right": "Alt+→",
}


def key_name(key: str) -> str:
    """Give a key's French name, as the footer and the help write it.

    Args:
        key: Textual's name of the key.
    """
    if key in NAMES:
        return NAMES[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key
