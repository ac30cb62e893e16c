"""Saying what becomes of a field: before and after, with labels and codes, lists as what comes in and goes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ror_server import nomenclatures
from ror_tui.api_client.models import (
    LIGNE_ID,
    Champ,
    EcartChamp,
    Ligne,
    TypeChamp,
    Valeur,
    Valeurs,
    codes_de,
    egales,
    lignes_de,
    vide,
)

EMPTY = "(vide)"
UNITES = "JDV_J37"


def said(champ: Champ, valeur: Valeur, autour: Valeurs | None = None) -> str:
    """Write a value as it is read; nothing when it is empty.

    Args:
        champ: Its field.
        valeur: The value.
        autour: The values beside it, one of which may hold its unit.
    """
    if vide(valeur):
        return ""
    if rows := lignes_de(valeur):
        return " | ".join(row_said(champ, row) for row in rows)
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(_labels(champ, codes_de(valeur)))
    text = _text(champ, str(valeur))
    unit = _unit(champ, autour or {})
    return f"{text} {unit}" if unit else text


def _text(champ: Champ, valeur: str) -> str:
    if champ.type is TypeChamp.DATE:
        return "/".join(reversed(valeur.split("-")))
    if champ.type is TypeChamp.MONTANT:
        return valeur.replace(".", ",")
    return " ".join(_labels(champ, [valeur])[0].split())


def _unit(champ: Champ, autour: Valeurs) -> str:
    """Give the unit of a number: the one that is told beside it, or that of the field."""
    code = autour.get(champ.champ_unite) if champ.champ_unite else None
    known = nomenclatures.by_code(UNITES).get(code) if isinstance(code, str) else None
    return known.libelle if known else (champ.unite or "").lower()


def row_said(champ: Champ, ligne: Ligne) -> str:
    """Name a row of a group in one line: what its form says names it, and below it the same of its own groups."""
    inner = [one for one in champ.champs if one.type is TypeChamp.GROUPE]
    named = [said(one, ligne.get(one.id), ligne) for one in _ordered(champ) if not vide(ligne.get(one.id))]
    below = [said(one, ligne.get(one.id)) for one in inner if not vide(ligne.get(one.id))]
    head = ", ".join(named) or "ligne"
    return f"{head} ({' ; '.join(below)})" if below else head


def _ordered(champ: Champ) -> list[Champ]:
    """Give the fields that name a row, in the order in which they do; all of them when none is said to."""
    plain = {one.id: one for one in champ.champs if one.type is not TypeChamp.GROUPE}
    return [plain[one] for one in champ.resume if one in plain] or list(plain.values())


def _labels(champ: Champ, codes: Iterable[str]) -> list[str]:
    known = nomenclatures.by_code(champ.nomenclature) if champ.nomenclature else {}
    return [f"{known[code].libelle} ({code})" if code in known else code for code in codes]


def ecart(
    champ: Champ, avant: Valeur, apres: Valeur, *, autour_avant: Valeurs | None = None, autour: Valeurs | None = None
) -> EcartChamp:
    """Say what becomes of one field.

    Args:
        champ: The field.
        avant: Its value before.
        apres: Its value after.
        autour_avant: The values beside it before.
        autour: The values beside it after.
    """
    before, after = said(champ, avant, autour_avant), said(champ, apres, autour)
    gained, lost, changed = _moved(champ, avant, apres)
    change = ", ".join([*(f"+ {one}" for one in gained), *(f"− {one}" for one in lost), *changed])
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


def _moved(champ: Champ, avant: Valeur, apres: Valeur) -> tuple[list[str], list[str], list[str]]:
    """Give what comes in, what goes out, and what becomes of the rows that stay."""
    if lignes_de(avant) or lignes_de(apres):
        return _rows_moved(champ, avant, apres)
    if not (isinstance(avant, list) or isinstance(apres, list)):
        return [], [], []
    before, after = codes_de(avant), codes_de(apres)
    gained, lost = ([one for one in after if one not in before], [one for one in before if one not in after])
    return _labels(champ, gained), _labels(champ, lost), []


def _rows_moved(champ: Champ, avant: Valeur, apres: Valeur) -> tuple[list[str], list[str], list[str]]:
    before, after = ({str(row.get(LIGNE_ID)): row for row in lignes_de(side)} for side in (avant, apres))
    gained = [row_said(champ, row) for row_id, row in after.items() if row_id not in before]
    lost = [row_said(champ, row) for row_id, row in before.items() if row_id not in after]
    both = [(before[row_id], after[row_id]) for row_id in before if row_id in after]
    changed = [_row_change(champ, was, now) for was, now in both if not egales([was], [now])]
    reordered = [row_id for row_id in before if row_id in after] != [row_id for row_id in after if row_id in before]
    return gained, lost, changed + (["lignes dans un autre ordre"] if reordered else [])


def _row_change(champ: Champ, avant: Ligne, apres: Ligne) -> str:
    """Say what becomes of a row: « Lundi, 08:00, 12:00 : Fermeture : 12:00 → 12:30 »."""
    told = ecarts(champ.champs, avant, apres, {*avant, *apres})
    return f"{row_said(champ, avant)} : {' ; '.join(one.phrase for one in told)}"


def ecarts(champs: Sequence[Champ], avant: Valeurs, apres: Valeurs, touched: Iterable[str]) -> list[EcartChamp]:
    """Say what becomes of several fields, in the order of the form; what stays the same is left out.

    A number and its unit are told together, « 6 ans → 6 mois », in the place of the number.

    Args:
        champs: The fields of the form.
        avant: The values before.
        apres: The values after.
        touched: Ids of the fields to look at.
    """
    wanted = {one for one in touched if not egales(avant.get(one), apres.get(one))}
    units = {champ.champ_unite for champ in champs if champ.champ_unite}
    told = [one for one in champs if one.id not in units and (one.id in wanted or one.champ_unite in wanted)]
    said_so = [
        ecart(champ, avant.get(champ.id), apres.get(champ.id), autour_avant=avant, autour=apres) for champ in told
    ]
    return [one for one in said_so if one.champ in wanted or one.avant_texte != one.apres_texte]
