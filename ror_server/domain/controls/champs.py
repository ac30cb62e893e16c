"""Each field by itself, also in the rows of groups: required, type, form, bounds, codes (DOMAIN §4, §5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ror_server.domain.controls.constats import avertissement, erreur
from ror_server.domain.controls.contexte import Codes
from ror_server.domain.controls.formes import form_findings
from ror_server.domain.controls.formulaire import Formulaire
from ror_server.domain.controls.identifiants import identifier_findings
from ror_tui.api_client.models import (
    LIGNE_ID,
    Champ,
    Code,
    Constat,
    TypeChamp,
    Valeur,
    Valeurs,
    codes_de,
    contexte,
    lignes_de,
    vide,
)


def field_findings(form: Formulaire, valeurs: Valeurs, codes: Codes) -> Iterator[Constat]:
    """Give what is wrong with each visible field, in the order of the form."""
    for champ in form.champs:
        valeur = valeurs.get(champ.id)
        if valeur is not None or champ.obligatoire or champ.obligatoire_si:
            yield from _of_field(champ, champ.id, valeur, valeurs, codes)


def _of_field(champ: Champ, path: str, valeur: Valeur, seen: Valeurs, codes: Codes) -> Iterator[Constat]:
    if vide(valeur):
        if champ.exige(seen):
            yield erreur("obligatoire", path, f"« {champ.libelle} » est obligatoire : renseignez ce champ.")
        return
    if not champ.visible(seen):
        return
    if champ.type is TypeChamp.GROUPE:
        yield from _of_rows(champ, path, valeur, seen, codes)
        return
    if fault := form_findings(champ, path, valeur):
        yield fault
        return
    yield from _bounds(champ, path, valeur)
    yield from identifier_findings(champ, path, valeur)
    if champ.nomenclature and (known := codes.get(champ.nomenclature)):
        offered = champ.offres(seen) if champ.restrictions else []
        for code in codes_de(valeur):
            yield from _code(champ, path, code, known, offered)


def _of_rows(champ: Champ, path: str, valeur: Valeur, seen: Valeurs, codes: Codes) -> Iterator[Constat]:
    rows = lignes_de(valeur)
    if not isinstance(valeur, list) or len(rows) != len(valeur):
        yield erreur("type", path, f"« {champ.libelle} » attend des lignes : effacez-les et saisissez-les de nouveau.")
    if champ.lignes_max is not None and len(rows) > champ.lignes_max:
        yield erreur("lignes_max", path, f"« {champ.libelle} » n'a pas plus de {champ.lignes_max} lignes : ôtez-en.")
    for rank, row in enumerate(rows):
        around, name = contexte(seen, row), row.get(LIGNE_ID)
        below = f"{path}/{name if isinstance(name, str) and name else rank}"
        for inner in champ.champs:
            yield from _of_field(inner, f"{below}/{inner.id}", row.get(inner.id), around, codes)


def _bounds(champ: Champ, path: str, valeur: Valeur) -> Iterator[Constat]:
    number = _number(champ, valeur)
    if number is None:
        return
    unit = f" {champ.unite.lower()}" if champ.unite else ""
    if champ.minimum is not None and number < champ.minimum:
        told = f"« {champ.libelle} » ne peut pas être inférieur à {champ.minimum}{unit} : corrigez ce nombre."
        yield erreur("minimum", path, told)
    if champ.maximum is not None and number > champ.maximum:
        told = f"« {champ.libelle} » ne peut pas dépasser {champ.maximum}{unit} : corrigez ce nombre."
        yield erreur("maximum", path, told)


def _number(champ: Champ, valeur: Valeur) -> Decimal | None:
    if champ.type not in {TypeChamp.ENTIER, TypeChamp.MONTANT}:
        return None
    try:
        return Decimal(str(valeur))
    except InvalidOperation:
        return None


def _code(
    champ: Champ, path: str, code: str, known: Mapping[str, Code], offered: Sequence[Sequence[str]]
) -> Iterator[Constat]:
    found = known.get(code)
    if found is None:
        told = f"« {champ.libelle} » : le code {code} n'existe pas, choisissez-en un autre."
        yield erreur("code_inconnu", path, told)
    elif found.retire:
        told = f"« {champ.libelle} » : « {found.libelle} » ({code}) n'est plus proposé, choisissez un autre code."
        yield avertissement("code_retire", path, told)
    elif offered and not any(code in codes for codes in offered):
        told = f"« {champ.libelle} » : « {found.libelle} » ({code}) n'est pas prévu pour ce type d'unité, vérifiez-le."
        yield avertissement("code_hors_offre", path, told)
