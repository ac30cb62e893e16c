"""Serveur du ROR : dossiers, droits, validation et Répertoire, derrière un contrat HTTP."""
