"""The same answers put in several fiches of a dossier, callable without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Champ, NoeudDossier, Valeur, Valeurs, egales, lignes_de
from ror_tui.services import fiche as fiches
from ror_tui.services.saisie.etat import renommer


@dataclass(frozen=True, slots=True)
class Recopie:
    """What was done: how many fiches took the answers, how many held them already, and why the others did not."""

    faites: int
    pareilles: int
    refus: Sequence[tuple[str, str]]
    """Name of the fiche, and the reason."""


def pour_une_autre(valeur: Valeur) -> Valeur:
    """Give a value for another fiche: its rows are other rows."""
    rows = lignes_de(valeur)
    return [renommer(row) for row in rows] if rows else valeur


async def recopier(
    client: RorClient, dossier_id: UUID, noeuds: Sequence[NoeudDossier], champs: Sequence[Champ], valeurs: Valeurs
) -> Recopie:
    """Put the same answers in other fiches, one after the other; one that cannot take them stays as it is.

    Args:
        client: Signed in.
        dossier_id: The dossier.
        noeuds: The fiches.
        champs: The fields: a number comes with its unit.
        valeurs: The answers.
    """
    done, same = 0, 0
    refused: list[tuple[str, str]] = []
    for noeud in noeuds:
        try:
            took = await _put(client, dossier_id, noeud.id, champs, valeurs)
        except (RorError, RefusError) as error:
            refused.append((noeud.nom, str(error)))
        else:
            done, same = done + took, same + (not took)
    return Recopie(done, same, refused)


class RefusError(ValueError):
    """A fiche cannot take the answers; the message says why, in French."""

    code = "recopie-refusee"


async def _put(client: RorClient, dossier_id: UUID, fiche_id: UUID, champs: Sequence[Champ], valeurs: Valeurs) -> bool:
    """Put answers in a fiche; gives False when it holds them already."""
    fiche, modele = await fiches.ouvrir(client, dossier_id, fiche_id)
    if not fiche.modifiable:
        raise RefusError(fiche.raison or "Cette fiche est en lecture seule.")
    after = {**fiche.valeurs, **valeurs}
    for champ in champs:
        here = modele.champ(champ.id)
        if here is None or not here.visible(after):
            raise RefusError(f"Cette fiche n'a pas le champ « {champ.libelle} ».")
    changes = {key: valeur for key, valeur in valeurs.items() if not egales(valeur, fiche.valeurs.get(key))}
    if changes:
        await fiches.enregistrer(client, fiche, {key: pour_une_autre(valeur) for key, valeur in changes.items()})
    return bool(changes)
