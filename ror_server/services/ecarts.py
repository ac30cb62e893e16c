"""Saying what becomes of a field: before and after, with labels and codes, lists as what comes in and goes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ror_server import nomenclatures
from ror_tui.api_client.models import Champ, EcartChamp, Valeur, Valeurs, codes_de, egales, vide

EMPTY = "(vide)"


def said(champ: Champ, valeur: Valeur) -> str:
    """Write a value as it is read; nothing when it is empty."""
    if vide(valeur):
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(_labels(champ, codes_de(valeur)))
    text = _labels(champ, [str(valeur)])[0]
    return f"{text} {champ.unite.lower()}" if champ.unite else text


def _labels(champ: Champ, codes: Iterable[str]) -> list[str]:
    known = nomenclatures.by_code(champ.nomenclature) if champ.nomenclature else {}
    return [f"{known[code].libelle} ({code})" if code in known else code for code in codes]


def ecart(champ: Champ, avant: Valeur, apres: Valeur) -> EcartChamp:
    """Say what becomes of one field.

    Args:
        champ: The field.
        avant: Its value before.
        apres: Its value after.
    """
    before, after = said(champ, avant), said(champ, apres)
    gained, lost = _moved(champ, avant, apres)
    change = ", ".join([*(f"+ {one}" for one in gained), *(f"− {one}" for one in lost)])
    return EcartChamp(
        champ=champ.id,
        libelle=champ.libelle,
        avant=avant,
        apres=apres,
        avant_texte=before,
        apres_texte=after,
        ajouts=gained,
        retraits=lost,
        phrase=f"{champ.libelle} : {change or f'{before or EMPTY} → {after or EMPTY}'}",
    )


def _moved(champ: Champ, avant: Valeur, apres: Valeur) -> tuple[list[str], list[str]]:
    if not (isinstance(avant, list) or isinstance(apres, list)):
        return [], []
    before, after = codes_de(avant), codes_de(apres)
    return _labels(champ, [one for one in after if one not in before]), _labels(
        champ, [one for one in before if one not in after]
    )


def ecarts(champs: Sequence[Champ], avant: Valeurs, apres: Valeurs, touched: Iterable[str]) -> list[EcartChamp]:
    """Say what becomes of several fields, in the order of the form; what stays the same is left out.

    Args:
        champs: The fields of the form.
        avant: The values before.
        apres: The values after.
        touched: Ids of the fields to look at.
    """
    wanted = set(touched)
    pairs = [(champ, avant.get(champ.id), apres.get(champ.id)) for champ in champs if champ.id in wanted]
    return [ecart(champ, before, after) for champ, before, after in pairs if not egales(before, after)]
