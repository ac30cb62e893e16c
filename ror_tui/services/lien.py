"""What is known of the link with the server."""

from __future__ import annotations

from enum import Enum


class EtatLien(Enum):
    """The link, as a person is told of it."""

    CONNECTE = "connecté"
    RECONNEXION = "reconnexion"
    """It was lost a moment ago, and is being tried again."""
    HORS_LIGNE = "hors ligne"
    """Several tries failed; others follow."""
    SESSION_EXPIREE = "session expirée"
    """The server answers, but somebody must sign in again."""
