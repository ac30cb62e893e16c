"""The view of the Répertoire as a value: its ticks, its filters, and the French that says them (guide §3a)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ror_tui.api_client.models import Afficher, Discipline, Filtres, Peuplement, VueRepertoire
from ror_tui.texts import NBSP, french

TICKED_AT_FIRST = frozenset(Discipline) - {Discipline.MSS}
"""« Cocher la case MSS » is step 1 of the guide: it starts unticked."""

AFFICHER: Mapping[Afficher, str] = {
    Afficher.ENTITE_JURIDIQUE: "Entité Juridique",
    Afficher.DEPARTEMENT: "Département Français",
    Afficher.CATEGORIE_BESOINS: "Catégorie de Besoins",
    Afficher.TERRITOIRE: "Territoire de Santé",
    Afficher.FILIERE: "Filière",
    Afficher.FAVORIS: "Favoris",
}
"""« Afficher par », in the guide's order and words."""

PEUPLEMENT: Mapping[Peuplement, str] = {
    Peuplement.A_FAIRE: "à faire",
    Peuplement.EN_COURS: "en cours",
    Peuplement.FINALISE: "finalisé",
}


def at_first() -> VueRepertoire:
    """Give the view of an account that comes for the first time."""
    return tick(VueRepertoire(), TICKED_AT_FIRST)


def ticks(vue: VueRepertoire) -> frozenset[Discipline]:
    """Give what is ticked in « Afficher les structures »."""
    return frozenset(Discipline if vue.filtres.disciplines is None else vue.filtres.disciplines)


def tick(vue: VueRepertoire, disciplines: Collection[Discipline]) -> VueRepertoire:
    """Give the view with other ticks; all of them filter nothing.

    Args:
        vue: The view.
        disciplines: What is ticked from now on.
    """
    kept = [one for one in Discipline if one in disciplines]
    return keep(vue, vue.filtres.model_copy(update={"disciplines": None if len(kept) == len(Discipline) else kept}))


def show_by(vue: VueRepertoire, par: Afficher) -> VueRepertoire:
    """Give the view made by something else."""
    return vue.model_copy(update={"par": par})


def keep(vue: VueRepertoire, filtres: Filtres) -> VueRepertoire:
    """Give the view with other filters."""
    return vue.model_copy(update={"filtres": filtres})


def type_in(vue: VueRepertoire, texte: str) -> VueRepertoire:
    """Give the view with another text to filter by."""
    clean = " ".join(texte.encode("utf-8", "ignore").decode().split())
    return keep(vue, vue.filtres.model_copy(update={"texte": clean}))


def without_filters(vue: VueRepertoire) -> VueRepertoire:
    """Give the view with its ticks only."""
    return keep(vue, Filtres(disciplines=vue.filtres.disciplines))


def filtered(vue: VueRepertoire) -> bool:
    """Tell whether more than the ticks filters the view."""
    return without_filters(vue) != vue


def wider(vue: VueRepertoire) -> Iterator[VueRepertoire]:
    """Give the views that show more than one does, the nearest first: all the ticks, no filter, other groupings.

    Args:
        vue: The view that hides something.
    """
    for par in dict.fromkeys((vue.par, Afficher.DEPARTEMENT, Afficher.ENTITE_JURIDIQUE)):
        same = show_by(vue, par)
        ticked = tick(same, [*Discipline])
        for found in (same, ticked, without_filters(same), without_filters(ticked)):
            if found != vue:
                yield found


def shows_nothing(vue: VueRepertoire) -> bool:
    """Tell whether nothing is ticked: there is nothing to ask the server."""
    return vue.filtres.disciplines == []


def offres(vue: VueRepertoire, labels: Mapping[str, str] | None = None) -> str:
    """Say what is shown, in the guide's words: « Offres affichées : MCO, PSY · peuplement à faire ».

    Args:
        vue: The view.
        labels: Labels of the codes of communes and categories, by code; an unknown code is said as it is.
    """
    names = ", ".join(one.value for one in Discipline if one in ticks(vue)) or "aucune"
    return " · ".join([f"Offres affichées{NBSP}: {names}", *filters(vue, labels or {})])


def filters(vue: VueRepertoire, labels: Mapping[str, str]) -> list[str]:
    """Say each filter besides the ticks.

    Args:
        vue: The view.
        labels: Labels of the codes, by code.
    """
    filtres = vue.filtres
    said = [
        ("commune", " ou ".join(labels.get(code, code) for code in filtres.communes)),
        ("catégorie", " ou ".join(labels.get(code, code) for code in filtres.categories)),
        ("peuplement", " ou ".join(PEUPLEMENT[one] for one in filtres.peuplement)),
    ]
    found = [f"{name} {what}" for name, what in said if what]
    found += ["dossier ouvert"] if filtres.dossier_ouvert else []
    found += ["les miens seulement"] if filtres.a_moi else []
    return [*found, *([french(f"texte « {filtres.texte} »")] if filtres.texte else [])]


def unnamed(vue: VueRepertoire, labels: Mapping[str, str]) -> bool:
    """Tell whether a filter is said by its code, for want of its label."""
    return any(code not in labels for code in (*vue.filtres.communes, *vue.filtres.categories))


def describe(vue: VueRepertoire, labels: Mapping[str, str] | None = None) -> str:
    """Say a whole view on one line, as the list of saved views does."""
    return f"par {AFFICHER[vue.par]} · {offres(vue, labels)}"


def empty_reason(vue: VueRepertoire) -> str:
    """Say why a view shows nothing, and which key helps.

    Args:
        vue: The view.
    """
    if shows_nothing(vue):
        return french("Aucune structure n'est cochée : la touche t coche les structures à afficher.")
    unticked = [one.value for one in Discipline if one not in ticks(vue)]
    hint = french(f" Non coché : {', '.join(unticked)} (touche t).") if unticked else ""
    if filtered(vue):
        return french("Aucune structure ne répond à ces filtres : 0 les enlève, F4 les change.") + hint
    return EMPTY.get(vue.par, "Aucune structure à afficher.") + hint


EMPTY: Mapping[Afficher, str] = {
    Afficher.FAVORIS: french("Aucun favori : sur une structure, la touche f l'ajoute ; p change de vue."),
    Afficher.CATEGORIE_BESOINS: french(
        "Aucune catégorie de besoins : l'administrateur de la région les charge ; p change de vue."
    ),
    Afficher.FILIERE: french("Aucune filière : l'administrateur de la région les charge ; p change de vue."),
    Afficher.TERRITOIRE: french("Aucun territoire de santé n'est connu ici ; p change de vue."),
}
