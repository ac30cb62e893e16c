"""The beds of a structure while they are typed: what the server holds, what is typed, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Stale
from ror_tui.api_client.models import (
    Indicateur,
    NatureCapacite,
    ReleveLits,
    SaisieLits,
    StatutCapacite,
    UniteLits,
    UniteLitsSaisie,
    Valeurs,
    totaux,
)
from ror_tui.journal import Changes, Saisie
from ror_tui.services.lits.chiffres import STATUTS, Chiffre, Chiffres, Ecart, Sorte, chiffres
from ror_tui.services.lits.saisi import Saisi, fresh, merged, typed_again

OLD = timedelta(hours=24)
"""After this a figure is no longer of today."""
LARGEST = 9999
TRIES = 3
"""Saves in a row that others may overtake before one is told to try again."""
OTHER_TYPE = "Cette ligne est pour un autre type de fermeture ou de lit supplémentaire."

_CONFIRMED = "confirme"


@dataclass(frozen=True, slots=True)
class Ligne:
    """A line of the grid: a unit, a sort, and its rank among the lines of that sort, for closed beds of two types."""

    unite: UUID
    sorte: Sorte
    rang: int = 0


@dataclass(frozen=True, slots=True)
class _Pas:
    """What undoes a step: the figures of a unit as they were."""

    unite: UUID
    chiffres: Chiffres
    confirmee: bool


class Lits:
    """The beds of a structure while they are typed.

    Args:
        releve: What the server holds.
    """

    def __init__(self, releve: ReleveLits) -> None:
        self.releve = releve
        self.regles: Mapping[StatutCapacite, Indicateur] = {one.statut: one for one in releve.indicateurs}
        self.saisis = {one.id: fresh(one) for one in releve.unites}
        self._undo: list[_Pas] = []
        self._redo: list[_Pas] = []

    # --- Reading ---

    def lignes(self) -> list[Ligne]:
        """Give the lines of the grid, in the order of the tree."""
        return [
            Ligne(unite, sorte, rang)
            for unite, one in self.saisis.items()
            for sorte, count in ([(Sorte(), 1)] if one.unite.reserve else one.sortes())
            for rang in range(count)
        ]

    def chiffre(self, ligne: Ligne, statut: StatutCapacite) -> Chiffre | None:
        """Give the figure of a cell, None when its type is still to be told."""
        cases = self.saisis[ligne.unite].cases(ligne.sorte, statut)
        if ligne.rang < len(cases):
            return cases[ligne.rang]
        return None if self.asks_type(statut) else Chiffre(ligne.sorte, statut)

    def nombre(self, ligne: Ligne, statut: StatutCapacite) -> int | None:
        """Give the number of a cell, None when it is empty."""
        chiffre = self.chiffre(ligne, statut)
        return None if chiffre is None else self.saisis[ligne.unite].chiffres.get(chiffre)

    def ecart(self, ligne: Ligne, statut: StatutCapacite) -> Ecart | None:
        """Give what another one wrote in a cell at the same time, None when nothing is to be decided."""
        chiffre = self.chiffre(ligne, statut)
        return None if chiffre is None else self.saisis[ligne.unite].ecarts.get(chiffre)

    def asks_type(self, statut: StatutCapacite) -> bool:
        """Tell whether a status must say a type."""
        regle = self.regles.get(statut)
        return regle is not None and (regle.fermeture or regle.supplementaire)

    def refus(self, ligne: Ligne, statut: StatutCapacite) -> str | None:
        """Say why a cell cannot be typed, or None."""
        unite, regle, sorte = self.saisis[ligne.unite].unite, self.regles.get(statut), ligne.sorte
        if unite.reserve or unite.refus or regle is None:
            return unite.reserve or unite.refus or "Le serveur ne connaît pas ce statut."
        holds = {
            "Ce statut ne se dit que de lits.": sorte.nature in regle.natures,
            "Une prévision ne se dit que des disponibles.": sorte.temporalite in regle.temporalites,
            "Ce statut n'a pas d'affectation temporaire.": sorte.affectation in regle.affectations,
            "Le genre ne se dit que des disponibles.": regle.genre or not sorte.genre,
            "Le type de crise ne se dit que des lits supplémentaires.": regle.crise or not sorte.crise,
            OTHER_TYPE: self.asks_type(statut) or not ligne.rang,
        }
        return next((reason for reason, held in holds.items() if not held), None)

    def totaux(self) -> dict[tuple[NatureCapacite, StatutCapacite], int]:
        """Add up what is typed, over the whole establishment, of the present moment."""
        return totaux(one.capacite(count) for saisi in self.saisis.values() for one, count in saisi.chiffres.items())

    def modifies(self) -> list[Saisi]:
        """Give the units of which something is to be saved."""
        return [one for one in self.saisis.values() if one.modifie]

    def ecarts(self) -> int:
        """Count the cells that wait for a decision."""
        return sum(len(one.ecarts) for one in self.saisis.values())

    def age(self, unite: UniteLits) -> timedelta | None:
        """Give how long ago the figures of a unit were typed, None when they never were."""
        return None if unite.le is None else max(self.releve.le - unite.le, timedelta())

    # --- Typing ---

    def taper(self, ligne: Ligne, statut: StatutCapacite, nombre: int | None, *, suite: bool = False) -> None:
        """Write a number in a cell, or empty it.

        Args:
            ligne: The line.
            statut: The column.
            nombre: The number; None for no figure at all.
            suite: One more digit of the number that is being typed: the same step to undo.
        """
        chiffre = self.chiffre(ligne, statut)
        if chiffre is None:
            chiffre = Chiffre(ligne.sorte, statut, self.usual_type(ligne.unite, statut))
        saisi = self.saisis[ligne.unite]
        saisi.keep_lines()
        if not suite:
            self._step(saisi)
        if nombre is None:
            saisi.chiffres.pop(chiffre, None)
        else:
            saisi.chiffres[chiffre] = min(nombre, LARGEST)
        saisi.ecarts.pop(chiffre, None)

    def poser(self, unite: UUID, chiffre: Chiffre, nombre: int | None) -> None:
        """Write a figure whose type is known, or take it away with None."""
        saisi = self.saisis[unite]
        self._step(saisi)
        if nombre is None:
            saisi.chiffres.pop(chiffre, None)
        else:
            saisi.chiffres[chiffre] = nombre

    def usual_type(self, unite: UUID, statut: StatutCapacite) -> str:
        """Give the type that the unit, or any other, says for a status; empty when none does."""
        for one in [self.saisis[unite], *self.saisis.values()]:
            types = sorted(chiffre.type for chiffre in [*one.chiffres, *one.base] if chiffre.statut is statut)
            if types and types[0]:
                return types[0]
        return ""

    def change_type(self, ligne: Ligne, statut: StatutCapacite, kind: str) -> None:
        """Say another type of a cell."""
        saisi, chiffre = self.saisis[ligne.unite], self.chiffre(ligne, statut)
        if chiffre is None or chiffre.type == kind:
            return
        self._step(saisi)
        nombre = saisi.chiffres.pop(chiffre, None)
        if nombre is not None:
            saisi.chiffres[replace(chiffre, type=kind)] = nombre

    def untyped(self) -> tuple[Ligne, StatutCapacite] | None:
        """Give the first cell whose type is still to be told."""
        for ligne in self.lignes():
            for statut in STATUTS:
                chiffre = self.chiffre(ligne, statut)
                known = chiffre is not None and chiffre in self.saisis[ligne.unite].chiffres
                if known and chiffre is not None and self.asks_type(statut) and not chiffre.type:
                    return ligne, statut
        return None

    def ajouter(self, unite: UUID, sorte: Sorte) -> Ligne:
        """Give a unit one more line."""
        saisi = self.saisis[unite]
        saisi.keep_lines()
        rang = saisi.ajoutees[sorte]
        saisi.ajoutees[sorte] += 1
        return Ligne(unite, sorte, rang)

    def confirmer(self, unites: Iterable[UUID]) -> int:
        """Confirm the figures of units as they are: only their date, source and author change.

        Returns:
            How many units were confirmed: those that have figures, and that the account may type.
        """
        found = [self.saisis[unite] for unite in unites]
        may = [one for one in found if one.unite.version and not (one.unite.refus or one.unite.reserve)]
        for one in may:
            self._step(one)
            one.confirmee = True
        return len(may)

    # --- Undoing ---

    @property
    def can_undo(self) -> bool:
        """Tell whether a step can be taken back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Tell whether a step that was taken back can be done again."""
        return bool(self._redo)

    def _step(self, saisi: Saisi) -> None:
        self._undo.append(_Pas(saisi.unite.id, dict(saisi.chiffres), saisi.confirmee))
        self._redo.clear()

    def annuler(self) -> UUID | None:
        """Take the last step back; gives its unit, None when there is none."""
        return self._turn(self._undo, self._redo)

    def refaire(self) -> UUID | None:
        """Do again what was taken back."""
        return self._turn(self._redo, self._undo)

    def _turn(self, source: list[_Pas], target: list[_Pas]) -> UUID | None:
        if not source:
            return None
        pas = source.pop()
        saisi = self.saisis[pas.unite]
        target.append(_Pas(pas.unite, dict(saisi.chiffres), saisi.confirmee))
        saisi.chiffres, saisi.confirmee = dict(pas.chiffres), pas.confirmee
        return pas.unite

    # --- Saving, and what others write ---

    def saisie(self) -> SaisieLits:
        """Give the request that saves what changed, and only that."""
        return SaisieLits(unites=[_request(one) for one in self.modifies()])

    def suivre(self, unites: Iterable[UniteLits], *, le: datetime | None = None) -> int:
        """Take in what the server holds by now: a figure that was not typed here follows, another one is to be decided.

        Args:
            unites: Units as they are.
            le: The clock of the server.

        Returns:
            How many cells wait for a decision.
        """
        for unite in unites:
            saisi = self.saisis.get(unite.id)
            self.saisis[unite.id] = fresh(unite) if saisi is None else merged(saisi, unite)
        if le is not None:
            self.releve = self.releve.model_copy(update={"le": le})
        return self.ecarts()

    def remplacer(self, releve: ReleveLits) -> int:
        """Take in the whole as it was read again; a unit that is gone goes, with what was typed in it."""
        ecarts = self.suivre(releve.unites)
        self.releve = releve
        self.saisis = {one.id: self.saisis[one.id] for one in releve.unites}
        self._undo = [pas for pas in self._undo if pas.unite in self.saisis]
        self._redo = [pas for pas in self._redo if pas.unite in self.saisis]
        return ecarts

    def enregistres(self, envoi: SaisieLits, releve: ReleveLits) -> None:
        """Take note that the server took a request; what was typed since stays typed."""
        for sent in envoi.unites:
            if (saisi := self.saisis.get(sent.id)) is not None:
                saisi.base, saisi.confirmee = chiffres(sent.capacites), False
        self.remplacer(releve)
        self._undo.clear()
        self._redo.clear()

    def decider(self, ligne: Ligne, statut: StatutCapacite, *, mien: bool) -> None:
        """Keep what was typed here in a cell, or take what the other one wrote."""
        saisi, chiffre = self.saisis[ligne.unite], self.chiffre(ligne, statut)
        ecart = saisi.ecarts.pop(chiffre, None) if chiffre is not None else None
        if ecart is None or chiffre is None or mien:
            return
        self._step(saisi)
        if ecart.autre is None:
            saisi.chiffres.pop(chiffre, None)
        else:
            saisi.chiffres[chiffre] = ecart.autre

    def cell_at(self, unite: int, capacite: int) -> tuple[Ligne, StatutCapacite] | None:
        """Give the cell of a figure of `saisie()`, by its rank among the units and among the figures of its own."""
        saisi = self.modifies()[unite]
        chiffre = sorted(saisi.chiffres)[capacite]
        for ligne in self.lignes():
            if ligne.unite == saisi.unite.id and self.chiffre(ligne, chiffre.statut) == chiffre:
                return ligne, chiffre.statut
        return None

    # --- The journal ---

    def brouillon(self) -> Changes:
        """Give what is typed and not saved, by field of the journal."""
        found: dict[str, tuple[int | bool | None, int | bool | None]] = {}
        for unite, saisi in self.saisis.items():
            for one in sorted({*saisi.base, *saisi.chiffres}):
                typed, base = saisi.chiffres.get(one), saisi.base.get(one)
                if typed != base:
                    found[f"{unite}/{one.write()}"] = (typed, base)
            if saisi.confirmee:
                found[f"{unite}/{_CONFIRMED}"] = (True, None)
        return found

    def tapes(self) -> Valeurs:
        """Give what is typed and not saved, by field of the journal."""
        return {champ: typed for champ, (typed, _) in self.brouillon().items()}

    def reprendre(self, saisies: Iterable[Saisie]) -> int:
        """Type again what the journal kept; a figure that changed since is to be decided.

        Returns:
            How many fields belong to no unit that can still be typed.
        """
        lost = 0
        for one in saisies:
            unite, _, name = one.champ.partition("/")
            saisi = self.saisis.get(UUID(unite))
            if saisi is None or saisi.unite.refus or saisi.unite.reserve:
                lost += 1
            elif name == _CONFIRMED:
                saisi.confirmee = True
            else:
                typed_again(saisi, Chiffre.read(name), _number(one.valeur), _number(one.base))
        return lost


def _number(valeur: object) -> int | None:
    return valeur if isinstance(valeur, int) and not isinstance(valeur, bool) else None


def _request(saisi: Saisi) -> UniteLitsSaisie:
    figures = [one.capacite(nombre) for one, nombre in sorted(saisi.chiffres.items())]
    return UniteLitsSaisie(id=saisi.unite.id, version=saisi.unite.version, capacites=figures)


async def ouvrir(client: RorClient, structure_id: UUID) -> Lits:
    """Read the beds of a structure, to type them.

    Raises:
        Conflict: A legal entity has none of its own.
    """
    return Lits(await client.lits.lire(structure_id))


async def enregistrer(client: RorClient, structure_id: UUID, lits: Lits) -> int:
    """Save what changed, and only that, all or nothing.

    Returns:
        How many units were saved.

    Raises:
        Stale: Somebody else typed meanwhile; `lits.suivre` takes in what they wrote.
        Invalid: A figure that the server refuses.
    """
    envoi = lits.saisie()
    if envoi.unites:
        lits.enregistres(envoi, await client.lits.saisir(structure_id, envoi))
    return len(envoi.unites)


async def enregistrer_parmi(client: RorClient, structure_id: UUID, lits: Lits, tries: int = TRIES) -> int:
    """Save what changed among what others type meanwhile: their other figures are taken in, and stay.

    Returns:
        How many units were saved.

    Raises:
        Stale: Somebody typed another number in a cell that was typed here: `lits.ecarts()` are to be decided first.
        Invalid: A figure that the server refuses.
    """
    try:
        return await enregistrer(client, structure_id, lits)
    except Stale as error:
        lits.suivre(error.probleme.lits)
        if lits.ecarts() or tries <= 1:
            raise
    return await enregistrer_parmi(client, structure_id, lits, tries - 1)
