"""The state of a form that is being filled: what was read, what is typed, what can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from ror_tui.api_client.models import (
    Champ,
    Constat,
    Gravite,
    Modele,
    Nomenclature,
    TypeChamp,
    Valeur,
    Valeurs,
    egales,
    vide,
)
from ror_tui.api_client.models.base import LIGNE_ID, Ligne, lignes_de
from ror_tui.api_client.models.formulaires import contexte
from ror_tui.services.saisie import chemins
from ror_tui.services.saisie.chemins import Chemin
from ror_tui.services.saisie.dire import Libelles
from ror_tui.services.saisie.jugement import Juge

Changes = Mapping[str, tuple[Valeur, Valeur]]
Pas = tuple[Valeurs, Chemin]
"""The answers before a gesture, and where it was."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A field where it stands: in the fiche, or in a row of a group."""

    chemin: Chemin
    champ: Champ
    valeur: Valeur
    autour: Valeurs
    """The answers among which its conditions are judged."""


class Saisie:
    """A form and what is typed in it.

    Args:
        modele: The form.
        valeurs: Answers as they were read.
        nomenclatures: The value sets that the form names.
    """

    def __init__(self, modele: Modele, valeurs: Valeurs, nomenclatures: Mapping[str, Nomenclature]) -> None:
        self.modele, self.libelles = modele, Libelles(nomenclatures)
        self.lues: Valeurs = dict(valeurs)
        self.valeurs: Valeurs = {**_defaults(modele), **_filled(valeurs)}
        self.constats: Sequence[Constat] = ()
        self._juge = Juge(modele)
        self._passe: list[Pas] = []
        self._futur: list[Pas] = []
        self._en_cours: Chemin | None = None

    # --- What is typed ---

    def valeur(self, chemin: Chemin) -> Valeur:
        """Give the value of a field."""
        return chemins.lire(self.valeurs, chemin)

    def ecrire(self, chemin: Chemin, valeur: Valeur) -> None:
        """Take a value; keys typed one after the other in one field are undone together.

        Args:
            chemin: The field.
            valeur: Its value.
        """
        if self._en_cours != chemin:
            self._passe.append((self.valeurs, chemin))
        self._en_cours = chemin
        self._futur.clear()
        self.valeurs = chemins.poser(self.valeurs, chemin, valeur)
        self._taire(chemin)

    def remplir(self, valeurs: Valeurs) -> None:
        """Take several answers in one gesture; those of fields that the form does not have are left out.

        Args:
            valeurs: Answers by field id.
        """
        known = {champ.id for champ in self.modele.champs()}
        taken = {key: valeur for key, valeur in valeurs.items() if key in known}
        if taken:
            self._passe.append((self.valeurs, (next(iter(taken)),)))
            self._en_cours = None
            self._futur.clear()
            self.valeurs = {**self.valeurs, **taken}
            for key in taken:
                self._taire((key,))

    def proposer(self, champ_id: str, valeur: Valeur) -> None:
        """Take a value that follows from the gesture that is under way: one undo takes both back.

        Args:
            champ_id: A field of the fiche.
            valeur: Its value.
        """
        self.valeurs = {**self.valeurs, champ_id: valeur}
        self._taire((champ_id,))

    def pause(self) -> None:
        """Begin another gesture: what is typed next is undone apart."""
        self._en_cours = None

    def _taire(self, chemin: Chemin) -> None:
        path = chemins.en_texte(chemin)
        self.constats = [
            one
            for one in self.constats
            if one.champ is None or not (one.champ == path or one.champ.startswith(f"{path}/"))
        ]

    def annuler(self, fixes: Collection[str] = ()) -> Chemin | None:
        """Undo the last gesture; gives where it was, None when there is none.

        Args:
            fixes: Ids of the fields that may not change.
        """
        return self._revenir(self._passe, self._futur, fixes)

    def refaire(self, fixes: Collection[str] = ()) -> Chemin | None:
        """Do again what was undone.

        Args:
            fixes: Ids of the fields that may not change.
        """
        return self._revenir(self._futur, self._passe, fixes)

    def _revenir(self, pile: list[Pas], autre: list[Pas], fixes: Collection[str]) -> Chemin | None:
        while pile:
            before, chemin = pile.pop()
            back = {key: before.get(key) for key in {*before, *self.valeurs} - {*fixes}}
            if all(egales(self.valeurs.get(key), valeur) for key, valeur in back.items()):
                continue  # it changed only what may not change any more
            autre.append((self.valeurs, chemin))
            self.valeurs, self._en_cours = {**self.valeurs, **back}, None
            self._taire(chemin)
            return chemin
        return None

    # --- Rows of groups ---

    def ajouter(self, groupe: Chemin, ligne: Ligne | None = None, *, apres: str | None = None) -> Chemin:
        """Add a row to a group; gives its path.

        Args:
            groupe: The group.
            ligne: Its values, those of a new row unless they are given.
            apres: Id of the row it comes after, the last one unless it is given.
        """
        champ = self.champ(groupe)
        row = renommer(ligne if ligne is not None else _defauts(champ))
        rows = lignes_de(self.valeur(groupe))
        place = next((index for index, one in enumerate(rows, 1) if one.get(LIGNE_ID) == apres), len(rows))
        self._poser(groupe, [*rows[:place], row, *rows[place:]])
        return (*groupe, str(row[LIGNE_ID]))

    def dupliquer(self, ligne: Chemin, sans: Collection[str] = ()) -> Chemin | None:
        """Add a copy of a row after it.

        Args:
            ligne: The row.
            sans: Ids of the fields that the copy leaves empty.
        """
        row = chemins.ligne(self.valeurs, ligne)
        if row is None:
            return None
        copied: Ligne = {key: valeur for key, valeur in row.items() if key not in sans}
        return self.ajouter(ligne[:-1], copied, apres=ligne[-1])

    def enlever(self, ligne: Chemin) -> None:
        """Take a row away."""
        rows = lignes_de(self.valeur(ligne[:-1]))
        self._poser(ligne[:-1], [row for row in rows if row.get(LIGNE_ID) != ligne[-1]])

    def deplacer(self, ligne: Chemin, de: int) -> bool:
        """Move a row up or down; gives whether it could.

        Args:
            ligne: The row.
            de: By how many places.
        """
        rows = lignes_de(self.valeur(ligne[:-1]))
        here = next((index for index, row in enumerate(rows) if row.get(LIGNE_ID) == ligne[-1]), None)
        if here is None or not 0 <= here + de < len(rows):
            return False
        moved = [row for index, row in enumerate(rows) if index != here]
        moved.insert(here + de, rows[here])
        self._poser(ligne[:-1], moved)
        return True

    def _poser(self, groupe: Chemin, rows: list[Ligne]) -> None:
        self.pause()
        self.ecrire(groupe, rows or None)
        self.pause()

    def plein(self, groupe: Chemin) -> bool:
        """Tell whether a group has all the rows it may."""
        most = self.champ(groupe).lignes_max
        return most is not None and len(lignes_de(self.valeur(groupe))) >= most

    # --- Fields where they stand ---

    def champ(self, chemin: Chemin) -> Champ:
        """Give the field of a path, that of the group for a row.

        Raises:
            KeyError: The form has no such field.
        """
        champs = self.modele.champs()
        found: Champ | None = None
        for name in chemin[::2]:
            found = next((one for one in champs if one.id == name), None)
            if found is None:
                raise KeyError(chemin)
            champs = found.champs
        if found is None:
            raise KeyError(chemin)
        return found

    def autour(self, chemin: Chemin) -> Valeurs:
        """Give the answers among which the conditions of a field are judged."""
        around = self.valeurs
        for end in range(2, len(chemin) + 1, 2):
            around = contexte(around, chemins.ligne(self.valeurs, chemin[:end]) or {})
        return around

    def occurrences(self) -> Iterator[Occurrence]:
        """Walk every field that is shown, those of rows after their group."""
        yield from _walk((), self.modele.champs(), self.valeurs, self.valeurs)

    def constats_de(self) -> Mapping[str, list[Constat]]:
        """Give what is wrong by the path of its field: what the server found, and what is not of the right shape."""
        found: dict[str, list[Constat]] = {}
        for constat in self.constats:
            if constat.champ is not None:
                found.setdefault(constat.champ, []).append(constat)
        for one in self._juge.juger(self.valeurs):
            if one.faute is not None and one.texte not in found:
                wrong = Constat(code="format", champ=one.texte, gravite=Gravite.ERREUR, message=one.faute)
                found[one.texte] = [wrong]
        return found

    def a_faire(self) -> list[Chemin]:
        """Give the fields that are wrong, or required and empty, in the order of the form."""
        wrong = {
            path for path, found in self.constats_de().items() if any(one.gravite is Gravite.ERREUR for one in found)
        }
        return [one.chemin for one in self._juge.juger(self.valeurs) if one.manque or one.texte in wrong]

    # --- Against the server ---

    def differences(self) -> Valeurs:
        """Give what differs from what was read; a default of a field that is shown counts, None means emptied."""
        return {
            champ.id: self.valeurs.get(champ.id)
            for champ in self.modele.champs()
            if not egales(self.valeurs.get(champ.id), self.lues.get(champ.id))
            and (champ.visible(self.valeurs) or not egales(self.valeurs.get(champ.id), champ.defaut))
        }

    def tapees(self) -> Changes:
        """Give what was typed and is not saved: by field, its value and what was read."""
        return {
            champ.id: (valeur, self.lues.get(champ.id))
            for champ in self.modele.champs()
            for valeur in [self.valeurs.get(champ.id)]
            if not egales(valeur, self.lues.get(champ.id)) and not self.defaut_intact(champ)
        }

    def defaut_intact(self, champ: Champ) -> bool:
        """Tell whether a field holds its default, which nobody typed."""
        default = egales(self.valeurs.get(champ.id), champ.defaut) and not vide(champ.defaut)
        return default and vide(self.lues.get(champ.id))

    @property
    def modifiee(self) -> bool:
        """Tell whether something was typed and not saved; a default that nobody touched is nothing typed."""
        changes = self.differences()
        return any(champ.id in changes and not self.defaut_intact(champ) for champ in self.modele.champs())

    def accepter(self, valeurs: Valeurs, envoyees: Valeurs) -> None:
        """Take what the server kept; a field typed in since it was sent keeps what was typed.

        Args:
            valeurs: What the server holds now.
            envoyees: What `valeurs` was when the request left.
        """
        since = {key: self.valeurs[key] for key in self.valeurs if not egales(self.valeurs[key], envoyees.get(key))}
        self.lues, before = dict(valeurs), self.valeurs
        self.valeurs = {**_defaults(self.modele), **_filled(valeurs), **since}
        keys = {*before, *self.valeurs}
        moved = {key: self.valeurs.get(key) for key in keys if not egales(before.get(key), self.valeurs.get(key))}
        for pile in (self._passe, self._futur):  # undoing a gesture takes back nothing that somebody else did
            pile[:] = [({**values, **moved}, chemin) for values, chemin in pile]


def _walk(base: Chemin, champs: Sequence[Champ], valeurs: Valeurs, autour: Valeurs) -> Iterator[Occurrence]:
    for champ in champs:
        if not champ.visible(autour):
            continue
        valeur = valeurs.get(champ.id)
        yield Occurrence((*base, champ.id), champ, valeur, autour)
        if champ.type is TypeChamp.GROUPE:
            for row in lignes_de(valeur):
                yield from _walk((*base, champ.id, str(row[LIGNE_ID])), champ.champs, row, contexte(autour, row))


def renommer(ligne: Ligne) -> Ligne:
    """Give a row, and the rows inside it, new ids: a copy is another row.

    Args:
        ligne: The row.
    """
    copied: Ligne = {
        key: [renommer(row) for row in lignes_de(valeur)] if lignes_de(valeur) else valeur
        for key, valeur in ligne.items()
    }
    return {**copied, LIGNE_ID: uuid4().hex}


def _filled(valeurs: Valeurs) -> Valeurs:
    return {key: valeur for key, valeur in valeurs.items() if not vide(valeur)}


def _defaults(modele: Modele) -> Valeurs:
    return {champ.id: champ.defaut for champ in modele.champs() if champ.defaut is not None}


def _defauts(champ: Champ) -> Ligne:
    return {one.id: one.defaut for one in champ.champs if one.defaut is not None}
