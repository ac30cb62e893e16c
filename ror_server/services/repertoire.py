"""The Répertoire as it is shown: one structure whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms, nomenclatures
from ror_server.domain.confidentialite import Visible, readable
from ror_server.domain.rights import Action, Place, allowed, refusal, roles_at
from ror_server.services import access, bandeau_fiche, champs_reserves, lits, offres, verrous
from ror_server.store import dossiers, structures
from ror_server.store.accounts import Account
from ror_server.store.repertoire import Row
from ror_tui.api_client.models import (
    Adresse,
    Circuit,
    Code,
    Discipline,
    Kind,
    Lien,
    Modele,
    RefDossier,
    Structure,
    Valeurs,
)


async def show(tx: AsyncConnection, account: Account, structure_id: UUID, now: datetime) -> Structure:
    """Give a published structure with its fiche, its open dossiers, and whether one may be opened."""
    row = await access.structure(tx, account, structure_id)
    path = (await structures.ancestors(tx, [row.id])).get(row.id, [])
    place = await structures.place(tx, row)
    category = nomenclatures.categorie_eg(row.categorie) if row.categorie else None
    eg = row if row.kind != Kind.EJ and row.eg_id is None else await structures.structure(tx, row.eg_id or row.id)
    can_see = allowed(Action.LIRE_DOSSIER, roles_at(account.grants, place))
    opened = await dossiers.open_on(tx, row.eg_id or row.id) if can_see else []
    seen = offres.seen(account, row, place)
    return Structure(
        id=row.id,
        kind=Kind(row.kind),
        nom=row.nom,
        version=row.version,
        chemin=path,
        valeurs=_answers(row, eg, path, seen),
        raison_sociale=row.raison_sociale,
        discipline=Discipline(row.discipline) if row.discipline and seen.fiche else None,
        domaine=row.domaine or (eg.domaine if eg else None),
        circuit=Circuit((eg.circuit if eg else None) or Circuit.MEDICO_SOCIAL),
        finess=row.finess,
        siren=row.siren,
        siret=row.siret,
        categorie=Code(code=category.code, libelle=category.libelle) if category else None,
        categorie_eg=eg.categorie if eg else None,
        adresse=_address(row),
        telephone=row.telephone,
        ouverte_le=_day(row.ouverte_le),
        fermee_le=_day(row.fermee_le),
        maj_le=row.maj_le,
        maj_par=row.maj_par,
        unites=await structures.count_units(tx, row) if row.kind in {Kind.EJ, Kind.EG} else 0,
        dossiers=[RefDossier(id=one.id, titre=one.titre, etat=one.etat, auteur=one.auteur) for one in opened],
        modification_refus=_no_edit(account, row, eg, place),
        bandeau=await bandeau_fiche.banner(tx, row, opened),
        dossier_refus=_no_dossier(account, row, place),
        reserve=seen.reserve,
        lits=await lits.summary(tx, account, row, now),
    )


def _answers(row: Row, eg: Row | None, path: Sequence[Lien], seen: Visible) -> Valeurs:
    """Give the answers of a fiche and its locked values, as far as they are seen."""
    valeurs = readable(dict(row.valeurs) | {"nom": row.nom}, seen)
    if not seen.fiche:
        return valeurs
    kind = Kind(row.kind)
    own = kind in {Kind.EJ, Kind.EG}
    parent = path[-1].nom if path else None
    held = verrous.official(row) if own else verrous.of_unit(row.id, kind, row.valeurs, parent, eg)
    return verrous.shown(form_of(row, eg), valeurs, held)


def form_of(row: Row, eg: Row | None) -> Modele:
    """Give the form of a structure in its establishment."""
    return forms.modele_de(Kind(row.kind), eg)


def _no_dossier(account: Account, row: Row, place: Place) -> str | None:
    if row.kind == Kind.EJ:
        return "Un dossier collaboratif s'ouvre sur un établissement, pas sur une entité juridique."
    if row.fermee_le:
        return f"Cet établissement est fermé depuis le {row.fermee_le}."
    return refusal(Action.ECRIRE_DOSSIER, account.grants, place)


def _no_edit(account: Account, row: Row, eg: Row | None, place: Place) -> str | None:
    if row.kind == Kind.EJ:
        return "Une entité juridique vient de FINESS : sa fiche ne se modifie pas ici."
    if eg is not None and eg.fermee_le:
        return f"Cet établissement est fermé depuis le {eg.fermee_le}."
    return refusal(Action.MODIFIER_STRUCTURE, account.grants, place)


def _address(row: Row) -> Adresse | None:
    if row.adresse is None and row.ville is None:
        return None
    return Adresse(lignes=list(row.adresse or []), code_postal=row.code_postal, ville=row.ville, commune=row.commune)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def form(tx: AsyncConnection, account: Account, structure_id: UUID) -> Modele:
    """Give the form of a published structure."""
    row = await access.structure(tx, account, structure_id)
    eg = row if row.eg_id is None else await structures.structure(tx, row.eg_id)
    return champs_reserves.locked(form_of(row, eg), account, await structures.place(tx, row))
