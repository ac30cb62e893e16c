"""What the controls find, callable without a screen.

For a form that is being typed: `locaux` after each key, which asks nobody, and `de_la_saisie` at each pause of typing
(400 ms after the last key is enough), in an exclusive worker of a group of its own so that a newer pause drops the
older answer. Its findings are those of a save and of a sending; it writes nothing, and may fail without harm: keep
what `locaux` says then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    ATTENDUS,
    FORMES,
    LIGNE_ID,
    Champ,
    Constat,
    Controles,
    ControlesSaisie,
    Fiche,
    Gravite,
    Modele,
    Structure,
    TypeChamp,
    Valeur,
    Valeurs,
    contexte,
    lignes_de,
    vide,
)


async def de_la_saisie(client: RorClient, fiche: Fiche | Structure, changements: Valeurs) -> ControlesSaisie:
    """Judge a fiche with what is typed in it and not saved.

    Args:
        client: Signed in.
        fiche: As it was read, in a dossier or in the Répertoire.
        changements: The fields that changed; None erases.
    """
    if isinstance(fiche, Fiche):
        return await client.controles.fiche(fiche.dossier_id, fiche.id, changements)
    return await client.controles.publiee(fiche.id, changements)


async def du_dossier(client: RorClient, dossier_id: UUID, *, gravite: Gravite | None = None) -> Controles:
    """Read all that the controls find in a dossier."""
    found = await client.controles.dossier(dossier_id, gravite=gravite)
    while found.suivant:
        following = await client.controles.dossier(dossier_id, gravite=gravite, curseur=found.suivant)
        found = _joined(found, following)
    return found


async def de_l_etablissement(client: RorClient, structure_id: UUID, *, gravite: Gravite | None = None) -> Controles:
    """Read all that the controls find in the published establishment of a structure."""
    found = await client.controles.structure(structure_id, gravite=gravite)
    while found.suivant:
        following = await client.controles.structure(structure_id, gravite=gravite, curseur=found.suivant)
        found = _joined(found, following)
    return found


def _joined(found: Controles, following: Controles) -> Controles:
    elements = [*found.elements, *following.elements]
    return found.model_copy(update={"elements": elements, "suivant": following.suivant})


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
