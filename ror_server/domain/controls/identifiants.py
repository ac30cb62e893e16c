"""FINESS, SIREN, SIRET and idNatStruct in a fiche: form and key (DOMAIN §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ror_server.domain.controls.constats import avertissement, erreur
from ror_server.domain.controls.niveaux import Niveau
from ror_server.domain.identifiers import finess_fault, id_nat_struct_fault, siren_fault, siret_fault
from ror_tui.api_client.models import Champ, Constat, Valeur

FAULTS: Mapping[str, Callable[[str], str | None]] = {
    "finess": finess_fault,
    "siren": siren_fault,
    "siret": siret_fault,
    "id_nat_struct": id_nat_struct_fault,
}
"""By id of the field that holds the identifier."""


def identifier_findings(champ: Champ, path: str, valeur: Valeur) -> Iterator[Constat]:
    """Give what is wrong with an identifier."""
    check = FAULTS.get(champ.id)
    fault = check(valeur) if check and isinstance(valeur, str) else None
    if fault:
        yield erreur(champ.id, path, f"« {champ.libelle} » : {fault}, vérifiez-le.")


def siret_of_another(level: Niveau) -> Iterator[Constat]:
    """Warn when a SIRET does not begin with the SIREN that stands beside it."""
    siren, siret = level.texte("siren"), level.texte("siret")
    if siren and siret and not siret.startswith(siren):
        told = "Ce SIRET n'est pas d'un établissement de ce SIREN : vérifiez l'un et l'autre."
        yield avertissement("siret_autre_siren", level.chemin("siret"), told)
