"""The Répertoire as it was at a past moment: one structure, or the tree of an establishment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.passe import State, Step, equal
from ror_server.domain.rights import Action
from ror_server.problems import InvalidError, NotFoundError
from ror_server.services import access, passe
from ror_server.services.passe import Known
from ror_server.store import historique
from ror_server.store.accounts import Account
from ror_server.store.historique import Commit
from ror_server.store.structures import Row
from ror_tui.api_client.models import (
    Adresse,
    ArbreAu,
    Circuit,
    Code,
    Discipline,
    Kind,
    Lien,
    NoeudAu,
    Structure,
    StructureAu,
)

Since = Literal["identique", "modifie", "deplace", "supprime"]
PAST = "Ceci est le passé : ouvrez la fiche d'aujourd'hui pour la décrire dans un dossier collaboratif."


async def structure(
    tx: AsyncConnection, account: Account, structure_id: UUID, when: datetime, now: datetime
) -> StructureAu:
    """Give a structure as it was published at a moment.

    Args:
        tx: A snapshot.
        account: Who asks.
        structure_id: Which one, deleted since or not.
        when: The moment.
        now: The present.

    Raises:
        InvalidError: The moment is to come.
        NotFoundError: It was not published then.
    """
    last = await _moment(tx, account, when, now)
    row = await _row(tx, structure_id)
    found = await _around(tx, row, last.seq + 1 if last else 0)
    if not _then(found, row.id).present:
        raise NotFoundError(await _absence(tx, found, row, when))
    seq = last.seq if last else 0
    return StructureAu(
        demande=when,
        seq=seq,
        le=last.le if last else None,
        depuis=_since(found, row.id),
        structure=await _structure(tx, account, found, row, seq),
    )


async def tree(tx: AsyncConnection, account: Account, eg_id: UUID, when: datetime, now: datetime) -> ArbreAu:
    """Give the tree of an establishment as it was published at a moment.

    Raises:
        InvalidError: The moment is to come, or this is no establishment.
        NotFoundError: The establishment was not published then.
    """
    last = await _moment(tx, account, when, now)
    asked = await _row(tx, eg_id)
    if asked.kind == Kind.EJ:
        raise InvalidError("L'arbre d'une date passée se demande sur un établissement, pas sur une entité juridique.")
    root = asked.eg_id or asked.id
    found = await passe.known(tx, list(await historique.establishment(tx, root)), last.seq + 1 if last else 0)
    if not _then(found, root).present:
        raise NotFoundError(await _absence(tx, found, found.rows[root], when))
    nodes = [_node(account, found, one) for one in _order(found, root)]
    link = Lien(id=root, kind=Kind.EG, nom=nodes[0].nom)
    seq, le = (last.seq, last.le) if last else (0, None)
    return ArbreAu(demande=when, seq=seq, le=le, etablissement=link, noeuds=nodes)


async def _moment(tx: AsyncConnection, account: Account, when: datetime, now: datetime) -> Commit | None:
    access.require(account, Action.LIRE_REPERTOIRE)
    if when > now:
        raise InvalidError("Cette date est à venir : le Répertoire ne montre que le présent et le passé.")
    last = await historique.last_at(tx, when)
    first = await historique.first(tx)
    if last is None and first is not None:
        text = f"Le Répertoire n'existait pas encore : sa première publication est du {first.le:%d/%m/%Y}."
        raise NotFoundError(text)
    return last


async def _row(tx: AsyncConnection, structure_id: UUID) -> Row:
    row = (await historique.rows(tx, [structure_id])).get(structure_id)
    if row is None:
        raise NotFoundError("Cette structure n'a jamais existé dans le Répertoire.")
    return row


async def _around(tx: AsyncConnection, row: Row, since: int) -> Known:
    """Read what the past of a structure is told from: all that ever stood in its establishment, and its EJ of then."""
    if row.kind == Kind.EJ:
        return await passe.known(tx, [row.id], since)
    root = row.eg_id or row.id
    found = await passe.known(tx, list(await historique.establishment(tx, root)), since)
    above = _parent(_then(found, root))
    if above is None:
        return found
    ej = await passe.known(tx, [above], since)
    return Known({**found.rows, **ej.rows}, {**found.places, **ej.places}, {**found.steps, **ej.steps})


def _then(found: Known, structure_id: UUID) -> State:
    steps = found.steps[structure_id]
    return steps[-1].before if steps else historique.state(found.rows[structure_id])


async def _absence(tx: AsyncConnection, found: Known, row: Row, when: datetime) -> str:
    steps: Sequence[Step] = found.steps[row.id]
    day = f"{when:%d/%m/%Y}"
    if steps and steps[-1].revision.op == "create":
        commit = await historique.commit(tx, steps[-1].revision.seq)
        since = f" : publiée pour la première fois le {commit.le:%d/%m/%Y}" if commit else ""
        return f"« {row.nom} » n'était pas dans le Répertoire le {day}{since}."
    return f"« {row.nom} » n'était plus dans le Répertoire le {day} : elle en avait été supprimée."


def _since(found: Known, structure_id: UUID) -> Since:
    """Say what became of a structure since."""
    row, steps = found.rows[structure_id], found.steps[structure_id]
    if row.supprimee:
        return "supprime"
    if not steps:
        return "identique"
    then, now = steps[-1].before.values, historique.state(row).values
    if then.get("parent_id") != now.get("parent_id"):
        return "deplace"
    same = all(equal(then.get(key), now.get(key)) for key in {*then, *now})
    return "identique" if same else "modifie"


def _parent(state: State) -> UUID | None:
    found = state.values.get("parent_id")
    return UUID(str(found)) if found else None


def _order(found: Known, root: UUID) -> list[UUID]:
    children: dict[UUID | None, list[UUID]] = {}
    for one in found.rows:
        state = _then(found, one)
        if state.present and one != root:
            children.setdefault(_parent(state), []).append(one)
    order = [root]
    stack = [root]
    while stack:
        node = stack.pop()
        if node != root:
            order.append(node)
        below = sorted(children.get(node, []), key=lambda one: (str(_then(found, one).values.get("nom")), str(one)))
        stack.extend(reversed(below))
    return order


def _node(account: Account, found: Known, structure_id: UUID) -> NoeudAu:
    row, state = found.rows[structure_id], _then(found, structure_id)
    seen = passe.seen(account, row, found.places[structure_id], state.values)
    values = passe.shown(state, seen)
    kind = Kind(row.kind)
    return NoeudAu(
        id=row.id,
        parent_id=_parent(state) if kind is not Kind.EG else None,
        kind=kind,
        nom=str(values.get("nom") or ""),
        detail=_detail(values) if seen.what.fiche else "Unité sensible",
        discipline=_discipline(values),
        depuis=_since(found, structure_id),
    )


def _detail(values: Mapping[str, object]) -> str:
    known = nomenclatures.by_code("JDV_J238").get(str(values.get("type_uo")))
    return known.libelle if known else ""


def _discipline(values: Mapping[str, object]) -> Discipline | None:
    found = values.get("discipline")
    return Discipline(found) if isinstance(found, str) and found in {*Discipline} else None


async def _structure(tx: AsyncConnection, account: Account, found: Known, row: Row, seq: int) -> Structure:
    place, state = found.places[row.id], _then(found, row.id)
    seen = passe.seen(account, row, place, state.values)
    values = passe.shown(state, seen)
    official = dict(state.values) if row.kind in {Kind.EJ, Kind.EG} else {}
    official_only = {*historique.OFFICIAL} if official else set()
    at, by = await _signature(tx, row, seq)
    category = str(official["categorie"]) if official.get("categorie") else None
    eg = found.rows.get(row.eg_id) if row.eg_id else row
    domaine, circuit = (eg.domaine, eg.circuit) if eg is not None else (None, None)
    return Structure(
        id=row.id,
        kind=Kind(row.kind),
        nom=str(state.values.get("nom") or ""),
        version=state.version,
        chemin=_path(found, row),
        valeurs={champ: valeur for champ, valeur in values.items() if champ not in official_only},
        raison_sociale=_text(official, "raison_sociale"),
        discipline=_discipline(official or values),
        domaine=_text(official, "domaine") or domaine,
        circuit=Circuit(_text(official, "circuit") or circuit or Circuit.MEDICO_SOCIAL),
        finess=_text(official, "finess"),
        siren=_text(official, "siren"),
        siret=_text(official, "siret"),
        categorie=Code(code=category, libelle=nomenclatures.categorie_eg(category).libelle) if category else None,
        categorie_eg=category or (eg.categorie if eg is not None else None),
        adresse=_address(official),
        telephone=_text(official, "telephone"),
        ouverte_le=_day(official, "ouverte_le"),
        fermee_le=_day(official, "fermee_le"),
        maj_le=at,
        maj_par=by,
        unites=_units(found, row),
        dossiers=[],
        dossier_refus=PAST,
        reserve=seen.reserve,
    )


async def _signature(tx: AsyncConnection, row: Row, seq: int) -> tuple[datetime, str]:
    """Tell who published the structure last at that moment; what was loaded at first is signed by who loaded it."""
    last = await historique.last_of(tx, row.id, seq) or await historique.first(tx)
    return (last.le, last.acteur) if last else (row.maj_le, row.maj_par)


def _text(values: Mapping[str, object], name: str) -> str | None:
    found = values.get(name)
    return str(found) if found else None


def _day(values: Mapping[str, object], name: str) -> date | None:
    found = _text(values, name)
    return date.fromisoformat(found) if found else None


def _address(values: Mapping[str, object]) -> Adresse | None:
    lines, town = values.get("adresse"), _text(values, "ville")
    if lines is None and town is None:
        return None
    known = [str(line) for line in lines] if isinstance(lines, list) else []
    return Adresse(lignes=known, code_postal=_text(values, "code_postal"), ville=town, commune=_text(values, "commune"))


def _path(found: Known, row: Row) -> list[Lien]:
    """Give the path of then, with the names of then."""
    path: list[Lien] = []
    parent = _parent(_then(found, row.id))
    while parent is not None and parent in found.rows:
        state = _then(found, parent)
        nom = str(state.values.get("nom") or found.rows[parent].nom)
        path.insert(0, Lien(id=parent, kind=Kind(found.rows[parent].kind), nom=nom))
        parent = _parent(state)
    return path


def _units(found: Known, row: Row) -> int:
    """Count the units of an establishment of then, when they were read."""
    if row.kind != Kind.EG:
        return 0
    return sum(one.kind == Kind.UO and _then(found, one.id).present for one in found.rows.values())
