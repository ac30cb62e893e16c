"""The lines of a form as they are drawn: label and value side by side, then what is published, then what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from ror_tui.api_client.models import Champ, Constat, Gravite, Ligne, TypeChamp, Valeur, Valeurs, egales, vide
from ror_tui.api_client.models.base import codes_de, lignes_de
from ror_tui.services.saisie import Chemin, Genre, Place, Saisie, chemins, en_texte
from ror_tui.services.saisie.dire import CODED, dire_parmi, resumer, textes
from ror_tui.services.saisie.jugement import regards
from ror_tui.texts import NBSP, plain, plural
from ror_tui.widgets.form_input import width_of

NARROW = 60
"""Below this width a label stands above its field."""
LABEL = 30
INDENT = 2
MOST_CODES = 6
LOCK = "⊘"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the screen: whose it is, its label, its value; a line without label takes all the width."""

    place: int
    label: Content | None = field(compare=False)
    value: Content = field(compare=False)
    indent: int = 0
    drawn: Sequence[object] = field(init=False, repr=False)
    """What is drawn, with its styles: for Textual, contents of the same text are equal."""

    def __post_init__(self) -> None:
        """Note what is drawn."""
        texts = [self.value] if self.label is None else [self.value, self.label]
        object.__setattr__(self, "drawn", tuple((one.plain, tuple(one.spans)) for one in texts))


@dataclass(frozen=True, slots=True)
class Look:
    """How a form is looked at.

    Args:
        readonly: Whether nothing can be typed.
        publiees: Published answers, to show where they differ; None when there are none.
        locked: Gives why a field cannot be modified, None when it can.
        ouvertes: Rows that are open.
        width: Cells there are.
    """

    readonly: bool
    publiees: Valeurs | None
    locked: Callable[[Champ], str | None]
    ouvertes: Collection[tuple[str, ...]]
    width: int

    @property
    def narrow(self) -> bool:
        """Whether labels stand above fields."""
        return self.width < NARROW


def finding(constat: Constat) -> Content:
    """Give a finding as a line: a mark, its sentence, the colour of its weight."""
    error = constat.gravite is Gravite.ERREUR
    return Content.styled(
        f"{'×' if error else '!'} {plain(constat.message)}", "$text-error" if error else "$text-warning"
    )


Drawn = dict[tuple[Genre, Chemin], tuple[Sequence[object], Sequence[Line]]]
"""The lines of each place, and what they were drawn from."""


class Painter:
    """Draws the places of a form.

    Args:
        saisie: What is filled.
        look: How it is looked at.
        drawn: What was drawn of this `saisie` before: what would be the same is taken from there.
    """

    def __init__(self, saisie: Saisie, look: Look, drawn: Drawn) -> None:
        self.saisie, self.look, self.drawn = saisie, look, drawn
        self.constats = saisie.constats_de()
        self.wrong = {path[:end] for path in map(chemins.depuis, self.constats) for end in range(2, len(path), 2)}
        """Rows in which something is wrong."""

    def lines(self, places: Sequence[Place], here: int | None) -> list[Line]:
        """Give every line of the form.

        Args:
            places: What there is.
            here: The place that has the cursor.
        """
        loose = [one for one in self.saisie.constats if not self._has_place(one, places)]
        found = [Line(-1, None, finding(one)) for one in loose]
        for index, place in enumerate(places):
            found += self._kept(index, place, current=index == here)
        return found

    def _kept(self, index: int, place: Place, *, current: bool) -> Sequence[Line]:
        seen, key = (index, current, *self._seen(place)), (place.genre, place.chemin)
        kept = self.drawn.get(key)
        if kept is None or kept[0] != seen:
            kept = self.drawn[key] = seen, list(self._place(index, place, current=current))
        return kept[1]

    def _seen(self, place: Place) -> Sequence[object]:
        """Give all that the lines of a place are drawn from."""
        champ, look = place.champ, self.look
        if champ is None:
            return (place.titre,)
        if place.genre is Genre.LIGNE:
            return self._row_of(place), place.chemin in look.ouvertes, self._row_is_wrong(place)
        around = self.saisie.autour(place.chemin[:-1])
        names = [*regards(champ), *([champ.champ_unite] if champ.champ_unite else [])]
        return (
            self.saisie.valeur(place.chemin),
            [around.get(name) for name in names],
            look.locked(champ),
            (look.readonly, look.narrow),
            self._published(place, champ),
            self.constats.get(en_texte(place.chemin)),
        )

    def _has_place(self, constat: Constat, places: Sequence[Place]) -> bool:
        first = (constat.champ or "").split("/")[0]
        return any(place.genre is Genre.CHAMP and place.chemin[0] == first for place in places)

    def _place(self, index: int, place: Place, *, current: bool) -> Iterator[Line]:
        if place.champ is None:
            if index:
                yield Line(index, None, Content(""))
            yield Line(index, None, Content.styled(plain(place.titre), "bold $accent"))
        elif place.genre is Genre.LIGNE:
            yield self._row(index, place, place.champ)
        else:
            yield from self._field(index, place, place.champ, current=current)

    def _row(self, index: int, place: Place, champ: Champ) -> Line:
        wrong = self._row_is_wrong(place)
        mark = "▾" if place.chemin in self.look.ouvertes else "▸"
        said = resumer(champ, self._row_of(place), self.saisie.libelles)
        text = Content.assemble(f"{mark} ", ("× " if wrong else "", "$text-error"), said)
        return Line(index, None, text, indent=INDENT * (place.niveau + 1))

    def _row_of(self, place: Place) -> Ligne:
        return chemins.ligne(self.saisie.valeurs, place.chemin) or {}

    def _row_is_wrong(self, place: Place) -> bool:
        return place.chemin in self.wrong

    def _field(self, index: int, place: Place, champ: Champ, *, current: bool) -> Iterator[Line]:
        indent = INDENT * place.niveau
        lock = self.look.locked(champ)
        values = self._values(place, champ, lock, current=current)
        label = self._label(place, champ, lock)
        if self.look.narrow:
            yield Line(index, None, label, indent)
            yield from (Line(index, None, value, indent + INDENT) for value in values)
        else:
            yield Line(index, label, values[0], indent)
            yield from (Line(index, Content(""), value, indent) for value in values[1:])
        published = self._published(place, champ)
        if published is not None:
            said = Content.styled(f"publié{NBSP}: {plain(published)}", "$text-muted")
            yield Line(index, None, said, indent + INDENT)
        for one in self.constats.get(en_texte(place.chemin), []):
            yield Line(index, None, finding(one), indent + INDENT)

    def _label(self, place: Place, champ: Champ, lock: str | None) -> Content:
        around = self.saisie.autour(place.chemin[:-1])
        star = " *" if lock is None and champ.exige(around) else ""
        return Content.assemble(f"{LOCK} " if lock else "", plain(champ.libelle), (star, "$text-error bold"))

    def _published(self, place: Place, champ: Champ) -> str | None:
        publiees = self.look.publiees
        if publiees is None or len(place.chemin) > 1 or self.saisie.defaut_intact(champ):
            return None
        held = [champ.id, *([champ.champ_unite] if champ.champ_unite and not vide(publiees.get(champ.id)) else [])]
        if all(egales(publiees.get(one), self.saisie.valeurs.get(one)) for one in held):
            return None
        return dire_parmi(champ, publiees, self.saisie.modele.champs(), self.saisie.libelles)

    # --- Values ---

    def _values(self, place: Place, champ: Champ, lock: str | None, *, current: bool) -> list[Content]:
        valeur = self.saisie.valeur(place.chemin)
        fixed = self.look.readonly or lock is not None
        if champ.type is TypeChamp.GROUPE:
            return [self._group(valeur, fixed=fixed)]
        if champ.type is TypeChamp.BOOLEEN:
            yes, no = ("•" if valeur is True else " "), ("•" if valeur is False else " ")
            return [Content.styled(f"({yes}) Oui  ({no}) Non", "$text-muted" if fixed else "")]
        if vide(valeur):
            empty = "–" if fixed else ("Entrée pour choisir…" if _chosen(champ) else "…")
            return [self._after(place, champ, Content.styled(empty, "dim"), current=current)]
        return self._filled(place, champ, valeur, current=current)

    def _filled(self, place: Place, champ: Champ, valeur: Valeur, *, current: bool) -> list[Content]:
        if champ.type in CODED:
            codes = codes_de(valeur)
            labels = [Content(plain(self._code(place, champ, code))) for code in codes[:MOST_CODES]]
            more = len(codes) - MOST_CODES
            return [*labels, Content.styled(f"… et {plural(more, 'autre', 'autres')}", "dim")] if more > 0 else labels
        text = plain(" ".join(textes(champ, valeur, self.saisie.libelles)).replace("\n", " ↵ "))
        return [self._after(place, champ, Content(text), current=current)]

    def _code(self, place: Place, champ: Champ, code: str) -> str:
        offered = champ.offerts(self.saisie.autour(place.chemin[:-1])) if champ.restrictions else None
        flag = "" if offered is None or code in offered else " – n'est pas proposé ici"
        return f"{self.saisie.libelles.long(champ, code)}{flag}"

    def _after(self, place: Place, champ: Champ, text: Content, *, current: bool) -> Content:
        unit = self._unit(place, champ)
        if not current or self.look.readonly:
            return Content.assemble(text, (f" {unit}" if unit else "", "$text-muted"))
        width = width_of(champ)
        return Content.assemble(" " * width, (f" {unit or self._understood(place, champ)}", "$text-muted"))

    def _understood(self, place: Place, champ: Champ) -> str:
        """Say beside a date how it is understood, while it is typed."""
        valeur = self.saisie.valeur(place.chemin)
        if champ.type is not TypeChamp.DATE or vide(valeur) or en_texte(place.chemin) in self.constats:
            return ""
        return f"{NBSP}{' '.join(textes(champ, valeur, self.saisie.libelles))}"

    def _unit(self, place: Place, champ: Champ) -> str:
        if champ.champ_unite:
            path = (*place.chemin[:-1], champ.champ_unite)
            code = codes_de(self.saisie.valeur(path))
            if code:
                return plain(self.saisie.libelles.court(self.saisie.champ(path), code[0]))
        return plain(champ.unite or "")

    @staticmethod
    def _group(valeur: Valeur, *, fixed: bool) -> Content:
        count = len(lignes_de(valeur))
        said = str(count) if count else ("–" if fixed else "")
        hint = "" if fixed else f"{' · ' if count else ''}Entrée{NBSP}: ajouter"
        return Content.assemble(said, (hint, "dim"))


def _chosen(champ: Champ) -> bool:
    return champ.type in CODED or champ.type is TypeChamp.COMMUNE
