"""Writing a dossier as YAML: the same dossier gives the same bytes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from uuid import UUID

from ror_tui.api_client.models import (
    LIGNE_ID,
    Champ,
    Changement,
    ContenuDossier,
    FicheContenu,
    Ligne,
    Valeur,
    codes_de,
    lignes_de,
    vide,
)
from ror_tui.services.fichier.entrees import Formulaires, mark, served

HEADER = """\
# Modifiez les valeurs, puis : ror-tui dossier planifier FICHIER (ne change rien), ror-tui dossier pousser FICHIER.
# Ce qui n'est pas dans le fichier n'est pas touché ; une valeur vide efface le champ.
# Créer : une entrée avec un « id » de votre choix (neuve-1), « nature », « sous », « valeurs ».
# Déplacer : changer « sous ».
# Supprimer : « supprimer: true ». Finaliser : « finalisee: true ». Ne touchez pas à « version ».
"""


def write(contenu: ContenuDossier, formulaires: Formulaires) -> str:
    """Give the file of a dossier.

    Args:
        contenu: As the server gives it.
        formulaires: The forms of its structures.
    """
    lines = [
        f"dossier: {contenu.dossier_id}  # {_said(contenu.titre)}, {contenu.etat_libelle}",
        "fiches:",
    ]
    noms = {fiche.id: fiche.nom for fiche in contenu.fiches}
    for fiche in _sorted(contenu):
        lines += ["", *_fiche(fiche, formulaires, noms)]
    return HEADER + "\n".join(lines) + "\n"


def _sorted(contenu: ContenuDossier) -> Iterator[FicheContenu]:
    """Give the tree depth first, brothers by kind, name and id: nothing depends on the order of the answer."""
    below: dict[UUID | None, list[FicheContenu]] = {}
    for fiche in sorted(contenu.fiches, key=lambda one: (one.kind, one.nom, str(one.id)), reverse=True):
        below.setdefault(fiche.parent_id, []).append(fiche)
    stack = below.get(None, [])
    while stack:
        fiche = stack.pop()
        yield fiche
        stack += below.get(fiche.id, [])


def _fiche(fiche: FicheContenu, formulaires: Formulaires, noms: dict[UUID, str]) -> Iterator[str]:
    said = served(fiche, formulaires)
    yield f"- id: {fiche.id}  # {_said(fiche.nom)}"
    yield f"  nature: {fiche.kind.value}"
    if fiche.parent_id is not None:
        yield f"  sous: {fiche.parent_id}  # {_said(noms.get(fiche.parent_id, ''))}"
    yield f"  version: {mark(fiche, formulaires)}"
    if said.supprimer:
        yield "  supprimer: true"
    elif not {Changement.NOUVEAU, Changement.MODIFIE}.isdisjoint(fiche.changements):
        yield f"  finalisee: {_scalar(said.finalisee)}"
    champs = [champ for champ in formulaires.modeles[fiche.kind].champs() if not vide(said.valeurs.get(champ.id))]
    if champs:
        yield "  valeurs:"
    for champ in champs:
        yield from _field(champ, said.valeurs[champ.id], formulaires)
    for champ_id in sorted(fiche.valeurs.keys() - said.valeurs.keys()):
        yield f"    # {champ_id}: {_said(json.dumps(fiche.valeurs[champ_id], ensure_ascii=False))} (hors du formulaire)"


def _field(champ: Champ, valeur: Valeur, formulaires: Formulaires, margin: str = "    ") -> Iterator[str]:
    if isinstance(valeur, list):
        yield f"{margin}{champ.id}:  # {_said(champ.libelle)}"
        for ligne in lignes_de(valeur):
            yield from _row(champ, ligne, formulaires, f"{margin}  ")
        for code in sorted(codes_de(valeur)):
            yield f"{margin}  - {_scalar(code)}{_comment(formulaires.label(champ.nomenclature, code))}"
    else:
        yield f"{margin}{champ.id}: {_scalar(valeur)}{_comment(formulaires.label(champ.nomenclature, str(valeur)))}"


def _row(champ: Champ, ligne: Ligne, formulaires: Formulaires, margin: str) -> Iterator[str]:
    yield f"{margin}- {LIGNE_ID}: {_scalar(ligne.get(LIGNE_ID))}"
    for one in champ.champs:
        if not vide(ligne.get(one.id)):
            yield from _field(one, ligne[one.id], formulaires, f"{margin}  ")


def _comment(label: str) -> str:
    return f"  # {_said(label)}" if label else ""


def _said(text: str) -> str:
    """Make a text fit for a comment: one line, no character that YAML does not take."""
    return " ".join("".join(" " if unicodedata.category(char)[0] == "C" else char for char in text).split())


def _scalar(valeur: Valeur) -> str:
    """Write a value: texts and codes always in quotes, so that no code is read as a number or as « no »."""
    quoted = json.dumps(valeur, ensure_ascii=False)
    return "".join(char if _plain(char) else json.dumps(char)[1:-1] for char in quoted)


def _plain(char: str) -> bool:
    return unicodedata.category(char)[0] != "C" and char not in "\u2028\u2029\ufeff"
