"""The controls of a whole dossier, of a published establishment, and of answers that are not saved (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain.controls import Contexte
from ror_server.domain.controls.etablissement import Identite, Unite, establishment
from ror_server.domain.dossier import Item, Op
from ror_server.domain.peuplement import of_establishment
from ror_server.domain.rights import Action
from ror_server.domain.valeurs import normalise
from ror_server.problems import ConflictError, InvalidError
from ror_server.services import access, fiches, verdicts
from ror_server.services.workspace import Workspace, default_label
from ror_server.store import lits, paging, structures
from ror_server.store import nomenclatures as imported
from ror_server.store.accounts import Account
from ror_server.store.structures import Row
from ror_tui.api_client.models import (
    Completude,
    Constat,
    Controles,
    ControlesFiche,
    ControlesSaisie,
    Gravite,
    Kind,
    Modele,
    Peuplement,
    Valeurs,
)

ON_AN_EG = "Les contrôles portent sur un établissement : ouvrez-en un de cette entité juridique."


@dataclass(frozen=True, slots=True)
class Etat:
    """An establishment as it is judged: what is published, or what a dossier would make of it.

    Attributes:
        eg: The establishment.
        order: Its structures, parents before children.
        parents: The parent of each, above the establishment none.
        kinds: What each is.
        values: What each answers.
        blocking: Those whose errors keep a dossier from being sent.
        places: Places installed, by unit, where they were typed.
    """

    eg: Row
    order: Sequence[UUID]
    parents: Mapping[UUID, UUID | None]
    kinds: Mapping[UUID, Kind]
    values: Mapping[UUID, Valeurs]
    blocking: frozenset[UUID] = frozenset()
    places: Mapping[UUID, int] = field(default_factory=dict)

    def name(self, node: UUID) -> str:
        """Give the name of a structure."""
        nom = self.values[node].get("nom")
        return nom if isinstance(nom, str) and nom else default_label(self.kinds[node])

    def above(self, node: UUID) -> list[UUID]:
        """Give what stands between a structure and its establishment, from the top."""
        found: list[UUID] = []
        parent = self.parents.get(node)
        while parent is not None and parent != self.eg.id and parent in self.kinds:
            found.insert(0, parent)
            parent = self.parents.get(parent)
        return found

    def around(self, node: UUID) -> Contexte:
        """Give where a fiche stands, as far as the controls look at it."""
        units = tuple(self.name(one) for one in self.above(node) if self.kinds[one] is Kind.UF)
        return verdicts.around(self.eg, units, self.places.get(node))

    def form(self, node: UUID) -> Modele:
        """Give the form of a fiche."""
        return forms.modele_de(self.kinds[node], self.eg)


# --- What is judged ---


def of_dossier(found: Workspace) -> Etat:
    """Give an establishment as a dossier would make it: without what it deletes."""
    kept = [node for node in found.order if not _gone(found.items.get(node))]
    return Etat(
        found.eg,
        kept,
        {node: found.parents[node] for node in kept},
        {node: found.kind(node) for node in kept},
        {node: found.values(node) for node in kept},
        frozenset(node for node in kept if node in found.items and found.items[node].counts),
        found.places,
    )


def _gone(item: Item | None) -> bool:
    return item is not None and item.op is Op.DELETE


async def of_structure(tx: AsyncConnection, account: Account, structure_id: UUID) -> Etat:
    """Give the published establishment of a structure, to who may read its dossiers.

    Raises:
        ConflictError: It is a legal entity.
        ForbiddenError: It lies outside the account's territory: the findings tell what is confidential.
    """
    row = await access.structure(tx, account, structure_id)
    if row.kind == Kind.EJ:
        raise ConflictError(ON_AN_EG)
    access.require(account, Action.LIRE_DOSSIER, await structures.place(tx, row))
    eg = row if row.eg_id is None else await access.structure(tx, account, row.eg_id)
    await imported.install(tx)
    published = await structures.subtree(tx, eg.id)
    return Etat(
        eg,
        list(published),
        {node: one.parent_id for node, one in published.items()},
        {node: one.kind for node, one in published.items()},
        {node: one.valeurs for node, one in published.items()},
        places=await lits.installed(tx, eg.id),
    )


# --- What is found ---


def page(
    etat: Etat, whole: UUID, nom: str, *, cursor: str | None, limit: int, gravite: Gravite | None = None
) -> Controles:
    """Give the fiches in which something was found, in the order of the tree, with the sums over all.

    Args:
        etat: What is judged.
        whole: The dossier, or the establishment.
        nom: Its name.
        cursor: Where to begin.
        limit: How many fiches.
        gravite: Only findings of this kind; the sums count all.

    Raises:
        BadCursorError: The cursor is not one of ours.
    """
    start = int(paging.decode(cursor, 1)[0]) if cursor else 0
    told = _told(etat)
    units = [one for one in told if one.kind is Kind.UO]
    states = [one.peuplement for one in units if one.peuplement]
    found = [one for one in told if any(gravite in {None, constat.gravite} for constat in one.constats)]
    shown = [_only(one, gravite) for one in found[start : start + limit]]
    return Controles(
        id=whole,
        nom=nom,
        peuplement=of_establishment(states),
        completude=Completude(
            faits=sum(one.completude.faits for one in told), total=sum(one.completude.total for one in told)
        ),
        unites=len(units),
        finalisees=sum(state is Peuplement.FINALISE for state in states),
        erreurs=_count(told, Gravite.ERREUR),
        avertissements=_count(told, Gravite.AVERTISSEMENT),
        fiches=len(told),
        elements=shown,
        suivant=paging.encode(str(start + limit)) if start + limit < len(found) else None,
    )


def _count(told: Sequence[ControlesFiche], gravite: Gravite) -> int:
    return sum(constat.gravite is gravite for one in told for constat in one.constats)


def _only(one: ControlesFiche, gravite: Gravite | None) -> ControlesFiche:
    kept = [constat for constat in one.constats if gravite in {None, constat.gravite}]
    return one.model_copy(update={"constats": kept})


def _told(etat: Etat) -> list[ControlesFiche]:
    """Judge every fiche; the establishment itself also says what its units say together."""
    told = [_fiche(etat, node) for node in etat.order]
    units = [
        Unite(one.id, etat.parents.get(one.id), etat.values[one.id], one.peuplement, etat.places.get(one.id))
        for one in told
        if one.kind is Kind.UO and one.peuplement is not None
    ]
    identite = Identite(etat.eg.finess, etat.eg.siret)
    whole = establishment(units, identite, verdicts.around(etat.eg))
    state = of_establishment(one.peuplement for one in units)
    return [
        one.model_copy(update={"constats": [*one.constats, *whole], "peuplement": state})
        if one.id == etat.eg.id
        else one
        for one in told
    ]


def _fiche(etat: Etat, node: UUID) -> ControlesFiche:
    typed = verdicts.judged(etat.form(node), etat.values[node], etat.around(node))
    return ControlesFiche(
        id=node,
        kind=etat.kinds[node],
        nom=etat.name(node),
        chemin=" › ".join(etat.name(one) for one in etat.above(node)),
        constats=typed.constats,
        completude=typed.completude,
        peuplement=typed.peuplement,
        bloquante=node in etat.blocking,
    )


def typed_in_dossier(found: Workspace, node: UUID, valeurs: Valeurs) -> ControlesSaisie:
    """Judge answers that are not saved, over a fiche as its dossier shows it; nothing is written.

    Args:
        found: The dossier.
        node: The fiche.
        valeurs: What is typed; omitted means untouched, null means erased.
    """
    fiches.require_node(found, node)
    form = found.form(node)
    return _typed(form, found.values(node), valeurs, found.around(node))


async def typed_in_structure(
    tx: AsyncConnection, account: Account, structure_id: UUID, valeurs: Valeurs
) -> ControlesSaisie:
    """Judge answers that are not saved, over a published fiche that the account may modify; nothing is written."""
    row = await access.structure(tx, account, structure_id)
    if row.kind == Kind.EJ:
        raise ConflictError(ON_AN_EG)
    access.require(account, Action.MODIFIER_STRUCTURE, await structures.place(tx, row))
    eg = row if row.eg_id is None else await access.structure(tx, account, row.eg_id)
    await imported.install(tx)
    above = (await structures.ancestors(tx, [row.id])).get(row.id, [])
    units = tuple(one.nom for one in above if one.kind is Kind.UF)
    places = await lits.installed(tx, eg.id)
    form = forms.modele_de(Kind(row.kind), eg)
    return _typed(form, dict(row.valeurs) | {"nom": row.nom}, valeurs, verdicts.around(eg, units, places.get(row.id)))


def _typed(form: Modele, before: Valeurs, valeurs: Valeurs, around: Contexte) -> ControlesSaisie:
    """Judge what is typed over what was; a value of the wrong shape is a finding too, never a refusal."""
    kept, faults = normalise(form, valeurs)
    found = verdicts.judged(form, before | kept, around)
    wrong = [
        Constat(
            code=one.code or "type",
            champ=one.pointer.removeprefix("/valeurs/"),
            gravite=Gravite.ERREUR,
            message=one.message,
        )
        for one in faults
    ]
    return found.model_copy(update={"constats": [*wrong, *found.constats]}) if wrong else found


def bad_cursor() -> InvalidError:
    """Say that a cursor is not one of ours."""
    return InvalidError("La suite de cette liste n'est plus connue : rechargez-la.", kind="curseur")
