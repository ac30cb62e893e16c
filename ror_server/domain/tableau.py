"""Fields of a form as texts of a spreadsheet, both ways: what is written is read back as the same value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ror_server.domain.controls import Codes
from ror_server.domain.words import fold
from ror_tui.api_client.models import Champ, Code, Ligne, Modele, TypeChamp, Valeur, codes_de, lignes_de, vide

IDENTIFIANT = "Identifiant"
RATTACHEMENT = "Rattachement"

_SEPARATOR = re.compile(r"[|;]")
_CODE_LAST = re.compile(r"\(([^()]*)\)\s*$")
_YES, _NO = frozenset({"oui", "o", "vrai", "true", "1", "x"}), frozenset({"non", "n", "faux", "false", "0"})


class CellError(Exception):
    """A cell that says nothing the field understands; the message is a French sentence."""


def headers(modele: Modele) -> list[str]:
    """Give the headers of a table of this form."""
    return [IDENTIFIANT, RATTACHEMENT, *(champ.libelle for champ in columns(modele))]


def columns(modele: Modele) -> list[Champ]:
    """Give the fields of a form that a table has: not those that are locked."""
    return [champ for champ in modele.champs() if not champ.verrou]


def column(modele: Modele, header: str) -> str | None:
    """Give the field that a header names, by its label or its id; None for none.

    Args:
        modele: The form.
        header: Any text; case and accents do not count.
    """
    wanted = fold(header)
    for special in (IDENTIFIANT, RATTACHEMENT):
        if wanted == fold(special):
            return special
    found = (champ.id for champ in columns(modele) if wanted in {fold(champ.libelle), fold(champ.id)})
    return next(found, None) if wanted else None


def text_of(champ: Champ, valeur: Valeur, codes: Codes) -> str:
    """Write a value.

    Args:
        champ: Its field.
        valeur: The value.
        codes: The nomenclatures.
    """
    if vide(valeur):
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if champ.type is TypeChamp.GROUPE:
        return " | ".join(_row_text(champ, row, codes) for row in lignes_de(valeur))
    if champ.nomenclature is None:
        return str(valeur)
    known = codes.get(champ.nomenclature, {})
    each = codes_de(valeur) or [str(valeur)]
    return " | ".join(f"{known[code].libelle} ({code})" if code in known else code for code in each)


def _row_text(champ: Champ, row: Ligne, codes: Codes) -> str:
    """Write a row of a group to be read, not to be read back: « Accueil (01), 0199001234 »."""
    texts = [text_of(one, row.get(one.id), codes) for one in champ.champs]
    return ", ".join(f"({text})" if one.type is TypeChamp.GROUPE else text for one, text in _told(champ, texts))


def _told(champ: Champ, texts: Sequence[str]) -> list[tuple[Champ, str]]:
    return [(one, text) for one, text in zip(champ.champs, texts, strict=True) if text]


def value_of(champ: Champ, texte: str, codes: Codes) -> Valeur:
    """Read a cell: a code, a label, or « label (code) »; several are parted by | or ;.

    Raises:
        CellError: The field does not understand it.
    """
    texte = texte.strip()
    if champ.type is TypeChamp.GROUPE:
        raise CellError(f"« {champ.libelle} » a plusieurs lignes : modifiez-le dans la fiche, pas dans le tableau.")
    if not texte:
        return None
    if champ.type is TypeChamp.ENTIER:
        return _integer(champ, texte)
    if champ.type is TypeChamp.BOOLEEN:
        return _boolean(texte)
    if champ.nomenclature is None:
        return texte
    known = codes.get(champ.nomenclature, {})
    if champ.type is TypeChamp.CODES:
        parts = [part.strip() for part in _SEPARATOR.split(texte)]
        return [_code(champ, part, known) for part in parts if part]
    return _code(champ, texte, known)


def _integer(champ: Champ, texte: str) -> int:
    unit = champ.unite.casefold() if champ.unite else ""
    digits = texte.casefold().removesuffix(unit).strip().replace("\N{NO-BREAK SPACE}", "") if unit else texte
    if not re.fullmatch(r"-?\d{1,9}", digits):
        raise CellError(f"« {champ.libelle} » attend un nombre entier.")
    return int(digits)


def _boolean(texte: str) -> bool:
    word = fold(texte)
    if word not in _YES | _NO:
        raise CellError("Ce champ attend oui ou non.")
    return word in _YES


def _code(champ: Champ, texte: str, known: Mapping[str, Code]) -> str:
    last = _CODE_LAST.search(texte)
    for code in (texte, last[1].strip() if last else ""):
        if code in known:
            return code
    wanted = fold(texte)
    found = [code.code for code in known.values() if fold(code.libelle) == wanted]
    if len(found) == 1:
        return found[0]
    many = f"« {_short(texte)} » désigne plusieurs codes : donnez le code." if found else None
    raise CellError(many or f"« {_short(texte)} » n'est ni un code ni un libellé de « {champ.libelle} ».")


def _short(texte: str) -> str:
    return texte if len(texte) <= 60 else f"{texte[:59]}…"
