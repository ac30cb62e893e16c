"""What a fiche shows and nobody changes in it: the values of its locked fields, as the Répertoire holds them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from ror_server.forms.champs import champ_activite
from ror_server.store.structures import Row
from ror_tui.api_client.models import Kind, Modele, Valeur, Valeurs, vide

TYPES_OI: Mapping[Kind, str] = {Kind.POLE: "1", Kind.SERVICE: "2", Kind.UF: "3"}
"""Types of organisation interne (JDV_J203)."""

COLUMNS = ("raison_sociale", "categorie", "finess", "siret", "siren", "telephone", "ouverte_le", "fermee_le")


def official(row: Row) -> Valeurs:
    """Give what FINESS says of an EJ or an EG, by the ids of their forms."""
    return {name: getattr(row, name) for name in COLUMNS} | {"adresse": address(row), "nom": row.nom}


def address(row: Row) -> str | None:
    """Write an address, one line below the other."""
    town = " ".join(part for part in (row.code_postal, row.ville) if part)
    return "\n".join([*(row.adresse or ()), *([town] if town else [])]) or None


def of_unit(node: UUID, kind: Kind, valeurs: Valeurs, parent: str | None, eg: Row | None) -> Valeurs:
    """Give the locked values of a pôle, a service, a UF or a UO.

    Args:
        node: The structure.
        kind: What it is.
        valeurs: The answers of its fiche.
        parent: The name of what it stands under.
        eg: Its establishment.
    """
    return {
        "identifiant": str(node),
        "rattachement": parent,
        "type_oi": TYPES_OI.get(kind),
        "champ_activite": champ_activite(valeurs),
        "adresse": address(eg) if eg is not None else None,
    }


def shown(form: Modele, valeurs: Valeurs, held: Valeurs) -> Valeurs:
    """Give the answers of a fiche with what its locked fields show.

    Args:
        form: Its form.
        valeurs: The answers, as far as they are seen.
        held: What the Répertoire holds, by field id.
    """
    locked: dict[str, Valeur] = {champ.id: held.get(champ.id) for champ in form.champs() if champ.verrou}
    return {**valeurs, **{champ: valeur for champ, valeur in locked.items() if not vide(valeur)}}
