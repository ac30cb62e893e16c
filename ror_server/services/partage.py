"""Accepting a part of a dossier: publish what can stand alone, send the rest back in a follow-up dossier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain import dossier as rules
from ror_server.domain.partage import Raison, Suite, share
from ror_server.problems import ConflictError
from ror_server.services import accords, integration, refus, signals, workflow
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import commentaires, dossiers
from ror_server.store import refus as refusals
from ror_server.store.dossiers import DossierRow
from ror_tui.api_client.models import EtatDossier, EtatFiche, FichePartagee, Partage, TypeSignal

PARTIEL = "partiel"

_FOLLOW_UP = re.compile(r"Suite(?: (\d+))? de (.*)", re.DOTALL)
_REASONS: Mapping[Raison, str] = {
    Raison.SOUS_NOUVELLE: "placée sous « {cause} », qui n'est pas acceptée",
    Raison.AVEC_SUPPRESSION: "supprimée avec « {cause} », qui reste",
    Raison.ENCORE_OCCUPEE: "« {cause} » reste en dessous",
    Raison.CERCLE: "sans l'autre déplacement, elle serait placée sous elle-même",
}
_NOT_READY: Mapping[EtatFiche, str] = {
    EtatFiche.EN_CONFLIT: "en conflit avec le Répertoire",
    EtatFiche.REFUSEE: "refusée auparavant, et inchangée depuis",
}


@dataclass(frozen=True)
class Division:
    """A dossier in two parts."""

    kept: Workspace
    """The dossier as if it held only what is published."""
    refused: Mapping[UUID, str]
    """The reason of each refused fiche."""
    following: Mapping[UUID, str]
    """Why each of the others goes back too."""

    @property
    def back(self) -> set[UUID]:
        """All that goes back to the author."""
        return {*self.refused, *self.following}

    @property
    def published(self) -> int:
        """How many fiches are published."""
        return sum(bool(rules.changes(item)) for item in self.kept.items.values())


def divide(found: Workspace, refused: Mapping[UUID, str]) -> Division:
    """Divide a dossier: what is refused takes along all that cannot be published without it.

    What the part that is kept does not allow either (a conflict, a control that fails) goes back too, and so on until
    the rest holds.
    """
    published = {node: one.parent_id for node, one in found.published.items()}
    unready: dict[UUID, str] = {}
    while True:
        suites = share(found.items, published, {*refused, *unready})
        following = unready | {node: _reason(found, suite) for node, suite in suites.items()}
        kept = _without(found, {*refused, *following})
        more = dict(_unready(kept))
        if not more:
            return Division(kept, refused, following)
        unready |= more


def _reason(found: Workspace, suite: Suite) -> str:
    return _REASONS[suite.raison].format(cause=found.name(suite.cause))


def _without(found: Workspace, back: set[UUID]) -> Workspace:
    return replace(found, stored={node: one for node, one in found.stored.items() if node not in back})


def _unready(kept: Workspace) -> Iterable[tuple[UUID, str]]:
    for node, item in kept.items.items():
        state = kept.states.get(node, EtatFiche.EN_CONFLIT)
        if state in _NOT_READY:
            yield node, _NOT_READY[state]
        elif item.counts and state is not EtatFiche.FINALISEE:
            yield node, "pas finalisée"


def impossible(division: Division) -> str | None:
    """Say why a division makes no sense, or None."""
    if not division.back:
        return "Aucune fiche n'est refusée : validez le dossier entier."
    if not division.published:
        return "Rien ne peut être publié sans ce qui est refusé : refusez le dossier entier."
    return None


def show(found: Workspace, division: Division) -> Partage:
    """Say what would be published and what would go back, and why."""
    back = division.back
    return Partage(
        retenues=division.published,
        suite=[_line(found, division, node) for node in found.order if node in back],
        titre_suite=follow_up_title(found.dossier.titre),
        impossible=impossible(division),
    )


def _line(found: Workspace, division: Division, node: UUID) -> FichePartagee:
    return FichePartagee(
        structure_id=node,
        kind=found.kind(node),
        nom=found.name(node),
        changements=rules.changes(found.items[node]),
        refusee=node in division.refused,
        raison=division.refused.get(node) or division.following[node],
    )


def follow_up_title(titre: str) -> str:
    """Give the title of what takes up a dossier: « Suite de … », « Suite 2 de … »."""
    again = _FOLLOW_UP.fullmatch(titre)
    return f"Suite {int(again[1] or 1) + 1} de {again[2]}" if again else f"Suite de {titre}"


async def accept_part(tx: AsyncConnection, found: Workspace, pen: Pen, refused: Mapping[UUID, str]) -> Workspace:
    """Publish what can stand alone, and hand the rest over to a follow-up dossier, all in this transaction.

    Raises:
        ConflictError: Nothing is refused, nothing is left to publish, or an earlier level did not approve.
    """
    division = divide(found, refused)
    forbidden = impossible(division)
    if forbidden:
        raise ConflictError(forbidden)
    await accords.require_earlier(tx, found)
    await accords.answer(tx, found, pen, PARTIEL)
    seq = await integration.integrate(tx, division.kept, pen)
    suite = await _follow_up(tx, found, division, pen)
    done, back = division.published, len(division.back)
    text = (
        f"Validé en partie : {done} {'fiches publiées' if done > 1 else 'fiche publiée'} (publication n° {seq}), "
        f"{back} {'renvoyées' if back > 1 else 'renvoyée'} dans « {suite.titre} »"
    )
    return await workflow.pass_on(tx, division.kept, pen, EtatDossier.INTEGRE, text)


async def _follow_up(tx: AsyncConnection, found: Workspace, division: Division, pen: Pen) -> DossierRow:
    """Open the dossier that takes up what is not published: same author, to be corrected, with the reasons."""
    row, back = found.dossier, division.back
    suite = replace(
        row,
        id=uuid4(),
        titre=follow_up_title(row.titre),
        etat=EtatDossier.A_CORRIGER,
        depuis=pen.now,
        cree_le=pen.now,
        motif=refus.summary(found, division.refused or division.following),
        version=1,
        suite_de=row.id,
    )
    await dossiers.add(tx, suite)
    await dossiers.drop_items(tx, row.id, back)
    await dossiers.put_items(tx, suite.id, [found.stored[node] for node in found.items if node in back])
    standing = [refus.refusal(found, node, motif, pen) for node, motif in division.refused.items()]
    await refusals.put(tx, suite.id, standing)
    await commentaires.hand_over(tx, row.id, suite.id, back)
    text = f"Suite de « {row.titre} », validé en partie"
    await dossiers.add_event(tx, suite.id, at=pen.now, acteur=pen.account.nom, texte=text, motif=suite.motif)
    await signals.tell(tx, pen, suite.id, TypeSignal.ETAPE)
    return suite
