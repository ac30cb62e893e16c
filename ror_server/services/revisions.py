"""One revision in plain French: what became of a structure, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms, nomenclatures
from ror_server.domain.contacts import BOITES, CONTACTS, RESERVED
from ror_server.domain.passe import Step, Values
from ror_server.domain.rights import Place
from ror_server.domain.tree import LABELS
from ror_server.services import passe
from ror_server.services.differences import FEMININE
from ror_server.services.ecarts import ecart, ecarts
from ror_server.services.passe import Seen
from ror_server.store import historique
from ror_server.store.accounts import Account
from ror_server.store.structures import Row
from ror_tui.api_client.models import (
    Champ,
    EcartChamp,
    Kind,
    Operation,
    RevisionLue,
    TypeChamp,
    Valeur,
    Valeurs,
    codes_de,
)

OFFICIAL_LABELS: Mapping[str, str] = {
    "nom": "Nom",
    "raison_sociale": "Raison sociale",
    "finess": "Numéro FINESS",
    "siren": "SIREN",
    "siret": "SIRET",
    "categorie": "Catégorie",
    "domaine": "Domaine",
    "circuit": "Circuit de validation",
    "discipline": "Groupe de disciplines",
    "departement": "Département",
    "commune": "Commune",
    "code_postal": "Code postal",
    "ville": "Ville",
    "adresse": "Adresse",
    "telephone": "Téléphone",
    "ouverte_le": "Date d'ouverture",
    "fermee_le": "Date de fermeture",
}
UNKNOWN_PARENT = "une structure inconnue"


async def parent_names(tx: AsyncConnection, steps: Iterable[Step]) -> dict[UUID, str]:
    """Give the names of the parents that these revisions tell of."""
    wanted = {
        UUID(str(side["parent_id"]))
        for step in steps
        for side in (step.revision.avant, step.revision.apres)
        if side.get("parent_id")
    }
    return {one: row.nom for one, row in (await historique.rows(tx, wanted)).items()}


def told(account: Account, row: Row, place: Place, step: Step, names: Mapping[UUID, str]) -> RevisionLue:
    """Say what a publication did to one structure.

    Args:
        account: Who reads.
        row: The structure as it is now.
        place: Where it stands.
        step: The revision, with the states on both sides.
        names: Of the parents.
    """
    revision, kind = step.revision, Kind(row.kind)
    seen_of_it = passe.seen(account, row, place, step.before.values, step.after.values)
    op = _operation(step)
    fields = _fields(kind, step, seen_of_it) if op != "delete" else []
    depuis, vers = (_parent(side, names) for side in (revision.avant, revision.apres))
    nom = str((step.before if op == "delete" else step.after).values.get("nom") or row.nom)
    found = RevisionLue(
        structure_id=row.id,
        kind=kind,
        nom=nom,
        op=op,
        version=revision.version,
        ecarts=fields,
        depuis=depuis if op == "move" else None,
        vers=vers if op in {"move", "create"} else None,
        phrase="",
        reserve=_reserve(step, seen_of_it),
    )
    return found.model_copy(update={"phrase": phrase(found)})


def _operation(step: Step) -> Operation:
    match step.revision.op:
        case "create":
            return "create"
        case "delete":
            return "delete"
        case _:
            return "move" if "parent_id" in step.revision.avant else "update"


def _parent(side: Values, names: Mapping[UUID, str]) -> str | None:
    found = side.get("parent_id")
    return names.get(UUID(str(found)), UNKNOWN_PARENT) if found else None


def _touched(step: Step) -> set[str]:
    return ({*step.revision.avant, *step.revision.apres}) - {"parent_id"}


def _reserve(step: Step, seen_of_it: Seen) -> str | None:
    """Say that something is hidden, when something is."""
    fields = _touched(step)
    hidden = fields & {CONTACTS, BOITES, *RESERVED} if seen_of_it.what.fiche else fields - {"nom", "unite_sensible"}
    return seen_of_it.reserve if hidden else None


def _fields(kind: Kind, step: Step, seen_of_it: Seen) -> list[EcartChamp]:
    fields = _touched(step)
    if not seen_of_it.what.fiche:
        fields &= {"nom", "unite_sensible"}
    before, after = (passe.answers(side, seen_of_it) for side in (step.revision.avant, step.revision.apres))
    official = {name: _official(name, before, after) for name in OFFICIAL_LABELS if name in fields}
    if kind not in {Kind.EJ, Kind.EG}:
        official = {}
    champs = forms.modele(kind).champs()
    known = ecarts(champs, before, after, fields - official.keys())
    left = fields - official.keys()
    unknown = [] if kind in {Kind.EJ, Kind.EG} else _unknown(champs, left, before, after)
    return [*(one for one in official.values() if one), *known, *unknown]


def _unknown(champs: Iterable[Champ], fields: set[str], before: Valeurs, after: Valeurs) -> list[EcartChamp]:
    """Tell the fields that the form no longer has by their own names."""
    left = sorted(fields - {champ.id for champ in champs})
    return [ecart(_text_field(name, name), before.get(name), after.get(name)) for name in left]


def _official(name: str, before: Valeurs, after: Valeurs) -> EcartChamp | None:
    was, becomes = (_official_text(name, side.get(name)) for side in (before, after))
    return ecart(_text_field(name, OFFICIAL_LABELS[name]), was, becomes) if was != becomes else None


def _official_text(name: str, value: Valeur) -> str | None:
    if isinstance(value, list):
        return ", ".join(codes_de(value)) or None
    if name == "categorie" and value:
        return f"{nomenclatures.categorie_eg(str(value)).libelle} ({value})"
    return str(value) if value else None


def _text_field(name: str, label: str) -> Champ:
    return Champ(id=name, libelle=label, type=TypeChamp.TEXTE)


def phrase(one: RevisionLue) -> str:
    """Say a revision in one sentence."""
    feminine = "e" if one.kind in FEMININE else ""
    noun = f"{LABELS[one.kind].capitalize()} « {one.nom} »"
    match one.op:
        case "create":
            return f"{noun} créé{feminine}" + (f" sous « {one.vers} »" if one.vers else "")
        case "delete":
            return f"{noun} supprimé{feminine} du Répertoire"
        case "move":
            moved = f"« {one.nom} » déplacé{feminine} de « {one.depuis} » vers « {one.vers} »"
            return " ; ".join([moved, *(field.phrase for field in one.ecarts)])
        case _:
            fields = " ; ".join(field.phrase for field in one.ecarts)
            return f"« {one.nom} » : {fields or one.reserve or 'rien de visible'}"
