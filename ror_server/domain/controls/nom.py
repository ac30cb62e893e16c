"""The name of a unité opérationnelle: « Unité » + type (guide §3d, A NOTER 6)."""

from __future__ import annotations

from collections.abc import Iterator

from ror_server.domain.controls.constats import avertissement
from ror_server.domain.controls.contexte import Codes
from ror_server.domain.controls.formulaire import Formulaire
from ror_server.domain.words import fold
from ror_tui.api_client.models import Constat, Valeurs


def name_findings(form: Formulaire, valeurs: Valeurs, codes: Codes) -> Iterator[Constat]:
    """Say when the name of a unit does not begin with « Unité »."""
    champ = form.par_id.get("type_uo")
    type_uo, nom = valeurs.get("type_uo"), valeurs.get("nom")
    if champ is None or champ.nomenclature is None or not isinstance(type_uo, str) or not isinstance(nom, str):
        return
    found = codes.get(champ.nomenclature, {}).get(type_uo)
    if found and not fold(nom).startswith("unite"):
        told = f"Le guide demande « Unité » suivi du type : « {default_name(found.libelle)} »."
        yield avertissement("nom_uo", "nom", told)


def default_name(type_label: str) -> str:
    """Give the default name of an unité opérationnelle: « Unité » + type (guide §3d, A NOTER 6).

    Args:
        type_label: Label of the type d'UO; a label that already begins with « Unité » is not doubled.
    """
    if fold(type_label).startswith("unite"):
        return type_label
    head, *rest = type_label.split(" ", 1)
    lowered = head if head.isupper() and len(head) > 1 else head[:1].lower() + head[1:]
    return " ".join(["Unité", lowered, *rest])
