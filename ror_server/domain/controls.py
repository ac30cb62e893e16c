"""Controls of a fiche: one pure function for save, finalise, send and integrate (DESIGN §6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ror_server.domain.words import fold
from ror_tui.api_client.models import (
    Champ,
    Code,
    Constat,
    Gravite,
    Modele,
    Valeurs,
    codes_de,
    vide,
)

Codes = Mapping[str, Mapping[str, Code]]
"""Nomenclatures by name, then codes by code."""

_PHONE_CHANNELS = frozenset({"1", "2", "6", "8"})
_MAIL_CHANNELS = frozenset({"3", "9"})
_PHONE = re.compile(r"(?:\+\d{8,15}|0\d{9}|\d{2,6})")
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


def controls(modele: Modele, valeurs: Valeurs, codes: Codes) -> list[Constat]:
    """Run every control of a fiche.

    Args:
        modele: The form.
        valeurs: All the values of the fiche, normalised.
        codes: The nomenclatures that the form names.

    Returns:
        Findings in the order of the form; a fiche without an error may be finalised. Never raises on any values.
    """
    found = [
        constat for champ in modele.champs() if champ.visible(valeurs) for constat in _field(champ, valeurs, codes)
    ]
    return found + list(_coherence(modele, valeurs, codes))


def has_errors(constats: list[Constat]) -> bool:
    """Tell whether a finding blocks the green mark."""
    return any(constat.gravite is Gravite.ERREUR for constat in constats)


def _field(champ: Champ, valeurs: Valeurs, codes: Codes) -> Iterator[Constat]:
    valeur = valeurs.get(champ.id)
    if vide(valeur):
        if champ.exige(valeurs):
            yield _error("obligatoire", champ.id, f"« {champ.libelle} » est obligatoire : renseignez ce champ.")
        return
    if isinstance(valeur, int) and not isinstance(valeur, bool):
        yield from _range(champ, valeur)
    if champ.nomenclature:
        for code in codes_de(valeur) or [str(valeur)]:
            yield from _code(champ, code, codes.get(champ.nomenclature, {}))


def _range(champ: Champ, valeur: int) -> Iterator[Constat]:
    if champ.minimum is not None and valeur < champ.minimum:
        yield _error("minimum", champ.id, f"« {champ.libelle} » ne peut pas être inférieur à {champ.minimum}.")
    if champ.maximum is not None and valeur > champ.maximum:
        yield _error("maximum", champ.id, f"« {champ.libelle} » ne peut pas dépasser {champ.maximum}.")


def _code(champ: Champ, code: str, known: Mapping[str, Code]) -> Iterator[Constat]:
    found = known.get(code)
    if found is None:
        yield _error(
            "code_inconnu", champ.id, f"« {champ.libelle} » : le code {code} n'existe pas, choisissez-en un autre."
        )
    elif found.retire:
        message = f"« {champ.libelle} » : « {found.libelle} » ({code}) n'est plus proposé, choisissez un autre code."
        yield Constat(code="code_retire", champ=champ.id, gravite=Gravite.AVERTISSEMENT, message=message)


def _coherence(modele: Modele, valeurs: Valeurs, codes: Codes) -> Iterator[Constat]:
    low, high = valeurs.get("age_min"), valeurs.get("age_max")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield _error(
            "age_incoherent", "age_max", "L'âge maximum est inférieur à l'âge minimum : corrigez l'un des deux."
        )
    yield from _contact(valeurs)
    yield from _name(modele, valeurs, codes)


def _contact(valeurs: Valeurs) -> Iterator[Constat]:
    channel, coordinate = valeurs.get("contact_canal"), valeurs.get("contact_valeur")
    if not isinstance(coordinate, str) or not isinstance(channel, str):
        return
    bare = re.sub(r"[ .\-()]", "", coordinate)
    if channel in _PHONE_CHANNELS and not _PHONE.fullmatch(bare):
        yield _error(
            "telephone", "contact_valeur", "Ce numéro n'est pas complet : dix chiffres, ou + et l'indicatif du pays."
        )
    if channel in _MAIL_CHANNELS and not _MAIL.fullmatch(coordinate):
        yield _error("courriel", "contact_valeur", "Cette adresse électronique n'est pas complète : nom@domaine.fr.")


def _name(modele: Modele, valeurs: Valeurs, codes: Codes) -> Iterator[Constat]:
    champ = modele.champ("type_uo")
    type_uo, nom = valeurs.get("type_uo"), valeurs.get("nom")
    if champ is None or champ.nomenclature is None or not isinstance(type_uo, str) or not isinstance(nom, str):
        return
    found = codes.get(champ.nomenclature, {}).get(type_uo)
    if found and not fold(nom).startswith("unite"):
        message = f"Le guide demande « Unité » suivi du type : « {default_name(found.libelle)} »."
        yield Constat(code="nom_uo", champ="nom", gravite=Gravite.AVERTISSEMENT, message=message)


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


def _error(code: str, champ: str, message: str) -> Constat:
    return Constat(code=code, champ=champ, gravite=Gravite.ERREUR, message=message)
