"""The conflicts of a dossier as questions in French: what, who, when, from where, and what can be answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from ror_server.domain.conflicts import Change, Conflict
from ror_server.domain.dossier import Op
from ror_server.domain.resolving import CHOICES
from ror_server.domain.words import fold
from ror_server.services.ecarts import EMPTY
from ror_server.services.ecarts import said as written
from ror_server.services.workspace import Workspace
from ror_tui.api_client.models import (
    Champ,
    ChangementPublie,
    Choix,
    ChoixConflit,
    Conflit,
    Conflits,
    DejaFait,
    NatureConflit,
    Valeur,
    Valeurs,
    codes_de,
    egales,
    vide,
)

STRUCTURE = frozenset({NatureConflit.SUPPRIMEE, NatureConflit.SUPPRESSION})
PLACE = frozenset({NatureConflit.PARENT, NatureConflit.DEPLACEMENT})

LIBELLES: Mapping[NatureConflit, str] = {
    NatureConflit.SUPPRIMEE: "Fiche supprimée du Répertoire",
    NatureConflit.SUPPRESSION: "Suppression à confirmer",
    NatureConflit.PARENT: "Place disparue",
    NatureConflit.DEPLACEMENT: "Place dans l'arbre",
}

ANSWERS: Mapping[NatureConflit, Mapping[Choix, str]] = {
    NatureConflit.NOM: {
        Choix.MIENNE: "Garder les deux fiches",
        Choix.PUBLIEE: "Reprendre la fiche publiée",
        Choix.AUTRE: "Renommer la mienne",
    },
    NatureConflit.PARENT: {Choix.PUBLIEE: "Y renoncer", Choix.AUTRE: "Choisir une autre place"},
    NatureConflit.DEPLACEMENT: {
        Choix.MIENNE: "Ma place",
        Choix.PUBLIEE: "La place publiée",
        Choix.AUTRE: "Une autre place",
    },
    NatureConflit.SUPPRIMEE: {Choix.MIENNE: "Recréer la fiche", Choix.PUBLIEE: "L'ôter du dossier"},
    NatureConflit.SUPPRESSION: {Choix.MIENNE: "Supprimer quand même", Choix.PUBLIEE: "Ne plus supprimer"},
    NatureConflit.CODE: {Choix.PUBLIEE: "La valeur publiée", Choix.AUTRE: "Un autre code"},
    NatureConflit.COHERENCE: {Choix.PUBLIEE: "Retirer ma modification", Choix.AUTRE: "Corriger la valeur"},
}
MINE_HIDDEN: Mapping[Choix, str] = {Choix.MIENNE: "Ma valeur, et ce qui l'affiche", Choix.PUBLIEE: "Y renoncer"}
THEIRS_HIDDEN: Mapping[Choix, str] = {
    Choix.MIENNE: "Garder ma modification",
    Choix.PUBLIEE: "Retirer ma modification",
}
NEW_CODE: Mapping[Choix, str] = {Choix.PUBLIEE: "Vider le champ"}
VALUE_CHANGED = "Cette valeur a changé dans le Répertoire depuis que vous l'avez modifiée : laquelle garder ?"
SENTENCES: Mapping[NatureConflit, str] = {
    NatureConflit.CODE: "Le code que vous avez choisi n'est plus proposé : choisissez-en un autre.",
    NatureConflit.NOM: "Une fiche du même nom et du même type a été publiée au même endroit depuis.",
    NatureConflit.PARENT: (
        "L'endroit où vous avez placé cette fiche n'existe plus dans le Répertoire : choisissez-en un autre."
    ),
    NatureConflit.DEPLACEMENT: (
        "Vous avez déplacé cette fiche, et elle a été déplacée ailleurs dans le Répertoire : où va-t-elle ?"
    ),
    NatureConflit.SUPPRIMEE: (
        "Cette fiche a été supprimée du Répertoire : la recréer, ou l'ôter du dossier avec ce qu'il y place ?"
    ),
}
VALUES: Mapping[Choix, str] = {
    Choix.MIENNE: "Ma valeur",
    Choix.PUBLIEE: "La valeur publiée",
    Choix.AUTRE: "Une autre valeur",
}


def questions(found: Workspace) -> Conflits:
    """Give all that a dossier and the Répertoire disagree on, in the order of the tree."""
    rank = {node: index for index, node in enumerate(found.order)}
    nodes = sorted(found.conflicts, key=lambda node: rank.get(node, len(rank)))
    return Conflits(
        dossier_id=found.dossier.id,
        version=found.dossier.version,
        conflits=[question(found, one) for node in nodes for one in found.conflicts[node]],
        deja_faits=list(_done_already(found)),
    )


def of_fiche(found: Workspace, node: UUID) -> list[Conflit]:
    """Give the conflicts of one fiche."""
    return [question(found, one) for one in found.conflicts.get(node, [])]


def question(found: Workspace, conflict: Conflict) -> Conflit:
    """Say a conflict in French."""
    node, nature = conflict.structure_id, conflict.nature
    champ = found.form(node).champ(conflict.champ) if conflict.champ else None
    safe, why = _safe(found, conflict)
    texts = _texts(found, conflict)
    return Conflit(
        structure_id=node,
        kind=found.kind(node),
        nom=found.name(node),
        nature=nature,
        champ=conflict.champ,
        libelle=champ.libelle if champ else conflict.champ or LIBELLES.get(nature, ""),
        question=_sentence(found, conflict),
        base=conflict.base,
        mienne=conflict.mine,
        publiee=conflict.published,
        base_texte=texts[0],
        mienne_texte=_mine(conflict) or texts[1],
        publiee_texte=_theirs(conflict) or texts[2],
        changements=[_change(found, one, conflict.champ) for one in conflict.changes],
        choix=_choices(found, conflict),
        sur=safe,
        sur_raison=why,
        empreinte=conflict.empreinte,
    )


def _choices(found: Workspace, conflict: Conflict) -> list[ChoixConflit]:
    words = {**VALUES, **_answers(found, conflict)}
    impossible = "Cette réponse ne règle pas ce conflit."
    return [
        ChoixConflit(choix=one, libelle=words[one], raison=None if one in CHOICES[conflict.nature] else impossible)
        for one in Choix
    ]


def _answers(found: Workspace, conflict: Conflict) -> Mapping[Choix, str]:
    if conflict.nature is NatureConflit.MASQUE:
        return MINE_HIDDEN if _of_the_dossier(found, conflict) else THEIRS_HIDDEN
    new = conflict.nature is NatureConflit.CODE and conflict.structure_id not in found.published
    return {**ANSWERS.get(conflict.nature, {}), **(NEW_CODE if new else {})}


def _of_the_dossier(found: Workspace, conflict: Conflict) -> bool:
    """Tell whether the dossier itself answers the field in question."""
    return conflict.champ in found.items[conflict.structure_id].next


def _sentence(found: Workspace, conflict: Conflict) -> str:
    if conflict.nature is NatureConflit.MASQUE:
        return _hidden_sentence(found, conflict)
    if conflict.nature is NatureConflit.COHERENCE and conflict.constat:
        return f"Votre modification et ce qui a été publié ne vont pas ensemble. {conflict.constat.message}"
    if conflict.nature is NatureConflit.SUPPRESSION:
        count = len({one.structure_id for one in conflict.changes})
        fiches = "une fiche a changé" if count == 1 else f"{count} fiches ont changé"
        return f"Votre dossier supprime cette branche, et {fiches} depuis : la supprimer quand même ?"
    return SENTENCES.get(conflict.nature, VALUE_CHANGED)


def _hidden_sentence(found: Workspace, conflict: Conflict) -> str:
    form = found.form(conflict.structure_id)
    because = ", ".join(f"« {champ.libelle} »" for champ in form.champs() if champ.id in conflict.because)
    if _of_the_dossier(found, conflict):
        return (
            f"Vous avez rempli ce champ, et il ne s'affiche plus : {because} a changé dans le Répertoire depuis. "
            "Garder votre valeur, et avec elle ce qui l'affiche, ou y renoncer ?"
        )
    return (
        f"Ce champ a été rempli dans le Répertoire depuis, et votre modification de {because} le masquera : la garder ?"
    )


def _mine(conflict: Conflict) -> str | None:
    return {
        NatureConflit.SUPPRIMEE: "modifiée dans ce dossier",
        NatureConflit.SUPPRESSION: "à supprimer",
    }.get(conflict.nature)


def _theirs(conflict: Conflict) -> str | None:
    return {
        NatureConflit.SUPPRIMEE: "supprimée",
        NatureConflit.SUPPRESSION: "modifiée depuis",
    }.get(conflict.nature)


def _texts(found: Workspace, conflict: Conflict) -> list[str]:
    """Write what it was, mine, and what is published; each number with the unit that stands beside it on its side."""
    item, published = found.items.get(conflict.structure_id), found.published.get(conflict.structure_id)
    theirs = dict(published.valeurs) if published else {}
    base, mine = ({**theirs, **side} for side in ((item.base, item.next) if item else ({}, {})))
    sides = ((conflict.base, base), (conflict.mine, mine), (conflict.published, theirs))
    return [_text(found, conflict, valeur, beside) for valeur, beside in sides]


def _text(found: Workspace, conflict: Conflict, valeur: Valeur, autour: Valeurs) -> str:
    if conflict.nature in STRUCTURE:
        return ""
    if conflict.nature in PLACE:
        return _place(found, valeur)
    if conflict.nature is NatureConflit.NOM:
        return _known(found, valeur)
    return said(found.form(conflict.structure_id).champ(conflict.champ or ""), valeur, autour)


def _known(found: Workspace, valeur: Valeur) -> str:
    """Write a name, or the name of the published namesake that an id stands for."""
    other = next((one for one in found.published if str(one) == valeur), None)
    return said(None, found.published[other].nom if other else valeur)


def _place(found: Workspace, valeur: Valeur) -> str:
    if valeur is None:
        return "(nouvelle fiche)"
    node = UUID(str(valeur))
    known = node in found.published or node in found.items
    return f"sous « {found.name(node)} »" if known else "sous une fiche supprimée"


def origin(change: Change) -> str:
    """Say in French from where something was published."""
    match change.origine:
        case "dossier":
            return f"par le dossier « {change.titre} »" if change.titre else "par un dossier"
        case "import":
            return "par l'import FINESS"
        case _:
            return "dans le Répertoire"


def _change(found: Workspace, change: Change, champ: str | None) -> ChangementPublie:
    text = _what(found, change, champ if champ in change.after else None)
    return ChangementPublie(seq=change.seq, le=change.le, par=change.acteur, origine=origin(change), texte=text)


def _what(found: Workspace, change: Change, only: str | None) -> str:
    """Say what a publication changed, or what it did to one field."""
    node = change.structure_id
    name = f"« {found.name(node)} »" if node in found.published or node in found.items else "la fiche"
    if change.op == Op.DELETE:
        return f"{name} supprimée"
    if change.op == Op.CREATE:
        return f"{name} créée"
    form = found.form(node) if node in found.published or node in found.items else None
    one = found.published.get(node)
    now = {**(one.valeurs if one else {}), **change.after}
    before = {**now, **change.before}
    parts = [
        f"{champ.libelle if champ else key} : {was} → {said(champ, valeur, now)}"
        for key, valeur in change.after.items()
        if key != "parent_id" and only in {None, key}
        for champ in [form.champ(key) if form else None]
        for was in [said(champ, change.before.get(key), before)]
    ]
    moved = ["déplacée"] if "parent_id" in change.after and not only else []
    return f"{name} : {' ; '.join([*parts, *moved]) or 'modifiée'}"


def _safe(found: Workspace, conflict: Conflict) -> tuple[Choix | None, str | None]:
    """Give the answer by which nobody's work is lost, and why, when there is one."""
    stored = found.stored.get(conflict.structure_id)
    if stored is None:
        return None, None
    if conflict.nature is NatureConflit.SUPPRIMEE and not stored.item.next:
        return Choix.PUBLIEE, "rien n'a été saisi dans cette fiche"
    if conflict.nature is not NatureConflit.VALEUR:
        return None, None
    if _written_alike(conflict.mine, conflict.published):
        return Choix.PUBLIEE, "les deux valeurs ne diffèrent que par l'écriture"
    last = conflict.changes[-1] if conflict.changes else None
    if last and last.acteur == stored.modifie_par and last.le >= stored.modifie_le:
        return Choix.PUBLIEE, "c'est votre propre modification, plus récente"
    return None, None


def _written_alike(mine: Valeur, published: Valeur) -> bool:
    both = isinstance(mine, str) and isinstance(published, str)
    return both and _letters(str(mine)) == _letters(str(published)) != ""


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def _done_already(found: Workspace) -> Iterable[DejaFait]:
    """Give what the dossier changes and somebody else published as it wanted it (DESIGN §5: dropped, and said)."""
    for node, item in found.items.items():
        published = found.published.get(node)
        if published is None:
            if item.op is Op.DELETE:
                yield DejaFait(structure_id=node, nom="Une fiche", texte="déjà supprimée du Répertoire")
            continue
        for key, mine in item.next.items() if item.op is Op.UPDATE else ():
            now = published.valeurs.get(key)
            if egales(mine, now) and not egales(item.base.get(key), now):
                champ = found.form(node).champ(key)
                text = f"{champ.libelle if champ else key} : {said(champ, now, published.valeurs)}, déjà publié"
                yield DejaFait(structure_id=node, nom=found.name(node), texte=text)


def said(champ: Champ | None, valeur: Valeur, autour: Valeurs | None = None) -> str:
    """Write a value as it is read, also one of a field that the form has no more."""
    if champ is not None:
        return written(champ, valeur, autour) or EMPTY
    return EMPTY if vide(valeur) else ", ".join(codes_de(valeur)) or str(valeur)
