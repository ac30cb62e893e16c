"""The view of the Répertoire as a value, and the French that says it."""

from __future__ import annotations

import pytest

from ror_tui.api_client.models import Afficher, Discipline, Filtres, Peuplement, VueRepertoire
from ror_tui.services import vue as vues

NBSP = "\N{NO-BREAK SPACE}"
WHOLE = VueRepertoire()


def test_mss_is_the_one_tick_that_is_off_at_first() -> None:
    assert vues.offres(vues.at_first()) == f"Offres affichées{NBSP}: MCO, PSY, SLD, SMA, SSR, VIL"


def test_ticks_come_back_as_they_were_given() -> None:
    assert vues.ticks(vues.tick(WHOLE, {Discipline.VIL, Discipline.MCO})) == {Discipline.MCO, Discipline.VIL}
    assert vues.ticks(vues.tick(WHOLE, [*Discipline])) == set(Discipline)


def test_all_the_ticks_filter_nothing_and_none_shows_nothing() -> None:
    assert vues.tick(WHOLE, [*Discipline]).filtres.query() == {}
    assert vues.shows_nothing(vues.tick(WHOLE, ()))
    assert not vues.shows_nothing(WHOLE)
    assert vues.offres(vues.tick(WHOLE, ())) == f"Offres affichées{NBSP}: aucune"


def test_the_line_names_every_filter_with_its_labels() -> None:
    filtres = Filtres(
        disciplines=[Discipline.MCO],
        communes=["75113", "75114"],
        categories=["500"],
        peuplement=[Peuplement.A_FAIRE, Peuplement.EN_COURS],
        dossier_ouvert=True,
        a_moi=True,
        texte="tilleuls",
    )
    said = vues.offres(vues.keep(WHOLE, filtres), {"75113": "Paris 13e", "500": "EHPAD"})
    assert said == (
        f"Offres affichées{NBSP}: MCO · commune Paris 13e ou 75114 · catégorie EHPAD · peuplement à faire ou en cours"
        f" · dossier ouvert · les miens seulement · texte «{NBSP}tilleuls{NBSP}»"
    )


def test_taking_the_filters_off_keeps_the_ticks() -> None:
    narrowed = vues.type_in(vues.at_first(), "  les   tilleuls\udcff ")
    assert narrowed.filtres.texte == "les tilleuls"
    assert vues.filtered(narrowed)
    assert vues.without_filters(narrowed) == vues.at_first()
    assert not vues.filtered(vues.at_first())


@pytest.mark.parametrize(
    ("vue", "words"),
    [
        (vues.tick(WHOLE, ()), "touche t"),
        (vues.type_in(WHOLE, "xyz"), "0 les enlève"),
        (vues.show_by(vues.at_first(), Afficher.FAVORIS), f"Non coché{NBSP}: MSS"),
        (vues.show_by(WHOLE, Afficher.FAVORIS), "touche f"),
        (vues.show_by(WHOLE, Afficher.FILIERE), "administrateur"),
        (vues.show_by(WHOLE, Afficher.CATEGORIE_BESOINS), "administrateur"),
        (vues.show_by(WHOLE, Afficher.TERRITOIRE), "territoire"),
    ],
)
def test_an_empty_view_says_why_and_which_key_helps(vue: VueRepertoire, words: str) -> None:
    assert words in vues.empty_reason(vue)
