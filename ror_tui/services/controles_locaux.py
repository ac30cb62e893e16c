"""What is known of a fiche without the network: required fields, and the form of what is typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ror_tui.api_client.models import (
    ATTENDUS,
    FORMES,
    LIGNE_ID,
    Champ,
    Constat,
    Gravite,
    Modele,
    TypeChamp,
    Valeur,
    Valeurs,
    contexte,
    lignes_de,
    vide,
)


def locaux(modele: Modele, valeurs: Valeurs) -> list[Constat]:
    """Give what can be known without the network: required fields, and the form of what is typed.

    Args:
        modele: The form, whose conditions are those of the server.
        valeurs: All the answers, typed ones included.

    Returns:
        Findings with the codes of the server, in the order of the form, rows of groups included.
    """
    return list(_champs(modele.champs(), "", valeurs, valeurs))


def _champs(champs: Sequence[Champ], prefixe: str, valeurs: Valeurs, vues: Valeurs) -> Iterator[Constat]:
    for champ in champs:
        if champ.visible(vues):
            yield from _champ(champ, f"{prefixe}{champ.id}", valeurs.get(champ.id), vues)


def _champ(champ: Champ, chemin: str, valeur: Valeur, vues: Valeurs) -> Iterator[Constat]:
    if vide(valeur):
        if champ.exige(vues):
            yield _erreur("obligatoire", chemin, f"« {champ.libelle} » est obligatoire : renseignez ce champ.")
    elif champ.type is TypeChamp.GROUPE:
        for rang, ligne in enumerate(lignes_de(valeur)):
            yield from _champs(champ.champs, f"{chemin}/{ligne.get(LIGNE_ID, rang)}/", ligne, contexte(vues, ligne))
    elif champ.type in FORMES and isinstance(valeur, str) and FORMES[champ.type](valeur) is None:
        yield _erreur(champ.type.value, chemin, ATTENDUS[champ.type])


def _erreur(code: str, chemin: str, message: str) -> Constat:
    return Constat(code=code, champ=chemin, gravite=Gravite.ERREUR, message=message)
