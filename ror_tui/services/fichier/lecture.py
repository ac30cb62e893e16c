"""Reading the file of a dossier: its forms say what each value is, whatever YAML would make of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from ror_tui.api_client.models import LIGNE_ID, Champ, Kind, Ligne, Modele, TypeChamp, Valeur, Valeurs, vide
from ror_tui.services.fichier.entrees import Contenu, Entree, Fichier, FichierError, Formulaires, Repere, structure_id
from ror_tui.services.fichier.yaml_lu import Noeud

_TRUE = frozenset({"true", "oui", "vrai", "yes"})
_FALSE = frozenset({"false", "non", "faux", "no"})
_NUMBER = re.compile(r"-?\d{1,9}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_FILE = frozenset({"dossier", "fiches"})
ANCIENS: Mapping[str, tuple[str, ...]] = {
    "contact_nom": ("contacts", "nom"),
    "contact_fonction": ("contacts", "fonction"),
    "contact_nature": ("contacts", "nature"),
    "contact_canal": ("contacts", "telecoms", "canal"),
    "contact_valeur": ("contacts", "telecoms", "valeur"),
    "contact_confidentialite": ("contacts", "telecoms", "niveau"),
}
"""Where the fields that files written before the contacts were rows name stand now."""
_ENTRY = frozenset({"id", "nature", "sous", "version", "supprimer", "finalisee", "valeurs"})


def dossier_id(root: Noeud) -> UUID:
    """Give the dossier that a file is about.

    Raises:
        FichierError: It does not say.
    """
    fields = root.fields("Ce fichier")
    _known(root, _FILE, "dans ce fichier")
    if "dossier" not in fields:
        raise FichierError("il manque « dossier: » et son identifiant.", root.ligne)
    return _uuid(fields["dossier"], "« dossier »")


def kinds(root: Noeud) -> set[Kind]:
    """Give the kinds of structures that a file speaks of, as far as it can be told; `read` refuses the rest."""
    entries = root.fields("Ce fichier").get("fiches")
    said = [one.fields("Une fiche").get("nature") for one in entries.items("« fiches »")] if entries else []
    return {Kind(one.valeur) for one in said if one and isinstance(one.valeur, str) and one.valeur in set(Kind)}


def read(root: Noeud, formulaires: Formulaires) -> Fichier:
    """Read a file.

    Args:
        root: As YAML.
        formulaires: The forms of the kinds it speaks of.

    Raises:
        FichierError: A field, a value or a code that means nothing; with the line.
    """
    dossier = dossier_id(root)
    entries: dict[UUID, Entree] = {}
    fiches = root.fields("Ce fichier").get("fiches")
    for node in fiches.items("« fiches »") if fiches else ():
        entry = _entry(node, dossier, formulaires)
        if entry.id in entries:
            raise FichierError(f"la fiche « {entry.cle} » est déjà ligne {entries[entry.id].ligne}.", entry.ligne)
        entries[entry.id] = entry
    return Fichier(dossier, entries)


def _entry(node: Noeud, dossier: UUID, formulaires: Formulaires) -> Entree:
    fields = node.fields("Une fiche")
    _known(node, _ENTRY, "dans une fiche")
    cle = _name(node, fields)
    nature = _nature(node, fields)
    valeurs, lignes = _values(fields.get("valeurs"), nature, formulaires)
    contenu = Contenu(
        nature=nature,
        sous=structure_id(dossier, fields["sous"].text("« sous »")) if "sous" in fields else None,
        valeurs=valeurs,
        supprimer=_flag(fields, "supprimer"),
        finalisee=_flag(fields, "finalisee"),
    )
    return Entree(structure_id(dossier, cle), cle, contenu, _mark(fields), node.ligne, dict(node.lignes) | lignes)


def _name(node: Noeud, fields: Mapping[str, Noeud]) -> str:
    if "id" not in fields:
        raise FichierError("cette fiche n'a pas d'« id » : à une nouvelle, donnez un nom (neuve-1).", node.ligne)
    text = fields["id"].text("« id »")
    if not _NAME.fullmatch(text):
        raise FichierError("« id » : lettres sans accent, chiffres, point, tiret (neuve-1).", fields["id"].ligne)
    return text


def _nature(node: Noeud, fields: Mapping[str, Noeud]) -> Kind:
    known = ", ".join(kind.value for kind in Kind if kind is not Kind.EJ)
    if "nature" not in fields:
        raise FichierError(f"cette fiche n'a pas de « nature » : {known}.", node.ligne)
    text = fields["nature"].text("« nature »")
    if text not in set(Kind) - {Kind.EJ}:
        raise FichierError(f"la nature « {text} » n'existe pas : {known}.", fields["nature"].ligne)
    return Kind(text)


def _mark(fields: Mapping[str, Noeud]) -> Repere | None:
    if "version" not in fields:
        return None
    found = Repere.read(fields["version"].text("« version »"))
    if found is None:
        text = "« version » n'est pas celle que « tirer » a écrite : tirez de nouveau le dossier."
        raise FichierError(text, fields["version"].ligne)
    return found


def _values(node: Noeud | None, nature: Kind, formulaires: Formulaires) -> tuple[Valeurs, dict[str, int]]:
    if node is None:
        return {}, {}
    found: Valeurs = {}
    lines = dict(node.lignes)
    form = formulaires.modeles[nature]
    for champ_id, one in node.fields("« valeurs »").items():
        champ = form.champ(champ_id)
        if champ is None:
            raise FichierError(_unknown(champ_id, form), lines[champ_id])
        if champ.verrou:
            raise FichierError(f"« {champ_id} » ne se modifie pas ici. {champ.verrou}", lines[champ_id])
        found[champ_id] = _value(champ, one, champ_id)
        if champ.type is TypeChamp.CODES:
            lines |= {f"{champ_id}/{code.valeur}": code.ligne for code in one.items(champ_id)}
    return found, lines


def _unknown(champ_id: str, form: Modele) -> str:
    """Say that a form has no such field; of one that older files name, where it stands now."""
    groupe, *inner = ANCIENS.get(champ_id, ("",))
    if form.champ(groupe) is None:
        return f"le champ « {champ_id} » n'existe pas pour « {form.titre} »."
    written = "…"
    for name in reversed(inner):
        written = f"[{{{name}: {written}}}]"
    return (
        f"le champ « {champ_id} » vient d'un ancien fichier : écrivez « {groupe}: {written} » à sa place,"
        " ou tirez de nouveau le dossier."
    )


def _value(champ: Champ, node: Noeud, path: str) -> Valeur:
    if champ.type is TypeChamp.GROUPE:
        rows = node.items(f"« {champ.id} »")
        return [_row(champ, one, f"{path}/{rank}") for rank, one in enumerate(rows)] or None
    if champ.type is TypeChamp.CODES:
        return [one.text(f"« {champ.id} »") for one in node.items(f"« {champ.id} »")] or None
    if node.valeur is None:
        return None
    text = node.text(f"« {champ.id} »")
    if champ.type is TypeChamp.ENTIER:
        if not _NUMBER.fullmatch(text):
            raise FichierError(f"« {champ.id} » attend un nombre entier, et non « {text} ».", node.ligne)
        return int(text)
    return _boolean(champ.id, node) if champ.type is TypeChamp.BOOLEEN else text


def _row(champ: Champ, node: Noeud, path: str) -> Ligne:
    """Read a row; one that the author adds gets an id of its own, the same at each reading."""
    fields = node.fields(f"Une ligne de « {champ.id} »")
    _known(node, frozenset({LIGNE_ID, *(one.id for one in champ.champs)}), f"dans une ligne de « {champ.id} »")
    row_id = fields[LIGNE_ID].text(f"« {LIGNE_ID} »") if LIGNE_ID in fields else f"neuve-{path.replace('/', '-')}"
    told = {one.id: _value(one, fields[one.id], f"{path}/{one.id}") for one in champ.champs if one.id in fields}
    return {LIGNE_ID: row_id, **{key: valeur for key, valeur in told.items() if not vide(valeur)}}


def _boolean(name: str, node: Noeud) -> bool:
    text = node.text(f"« {name} »").casefold()
    if text not in _TRUE | _FALSE:
        raise FichierError(f"« {name} » attend oui ou non (true ou false), et non « {text} ».", node.ligne)
    return text in _TRUE


def _flag(fields: Mapping[str, Noeud], name: str) -> bool:
    return name in fields and _boolean(name, fields[name])


def _known(node: Noeud, names: frozenset[str], where: str) -> None:
    for name, line in node.lignes.items():
        if name not in names:
            raise FichierError(f"« {name} » n'est pas connu {where} : {', '.join(sorted(names))}.", line)


def _uuid(node: Noeud, what: str) -> UUID:
    try:
        return UUID(node.text(what))
    except ValueError as error:
        raise FichierError(f"{what} n'est pas un identifiant.", node.ligne) from error
