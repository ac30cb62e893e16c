"""Working out what pushing a file would do, from the file and from what the server has now, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ror_tui.api_client.dossiers import kept_value
from ror_tui.api_client.models import (
    Champ,
    ContenuDossier,
    FicheChangee,
    FicheContenu,
    Kind,
    LotDossier,
    NouvelleFiche,
    Valeur,
    Valeurs,
    codes_de,
    lignes_de,
    vide,
)
from ror_tui.services.fichier.arbre import Arbre
from ror_tui.services.fichier.entrees import Contenu, Entree, Fichier, FichierError, Formulaires, mark, served
from ror_tui.services.fichier.plan import Conflit, Geste, Ligne, Plan
from ror_tui.texts import french, moment, plural


def compare(fichier: Fichier, contenu: ContenuDossier, formulaires: Formulaires) -> Plan:
    """Work out what pushing a file would do.

    Args:
        fichier: As it was read.
        contenu: The dossier as the server has it now.
        formulaires: The forms of both.

    Raises:
        FichierError: The file asks for what cannot be: an unknown parent, an unknown code, a deletion that is edited.
    """
    tree = Arbre(fichier, contenu, formulaires)
    plans = [_entry(tree, entry) for entry in fichier.entrees.values()]
    done = [plan for plan in plans if plan]
    return Plan(
        lot=LotDossier(
            empreinte=contenu.empreinte,
            retablies=[node for plan in done for node in plan.lot.retablies],
            creees=_parents_first([one for plan in done for one in plan.lot.creees]),
            changees=[one for plan in done for one in plan.lot.changees],
            supprimees=[node for plan in done for node in plan.lot.supprimees],
            finalisees=[node for plan in done for node in plan.lot.finalisees],
        ),
        lignes=sorted((one for plan in done for one in plan.lignes), key=lambda one: list(Geste).index(one.geste)),
        conflits=[one for plan in done for one in plan.conflits],
        retards=[one for plan in done for one in plan.retards],
    )


def _parents_first(created: Sequence[NouvelleFiche]) -> list[NouvelleFiche]:
    waiting = {one.id: one for one in created}
    found: list[NouvelleFiche] = []
    while waiting:
        ready = [one for one in waiting.values() if one.parent_id not in waiting]
        found += ready or list(waiting.values())  # in a circle: the server says so
        waiting = {one.id: one for one in waiting.values() if ready and one not in ready}
    return found


def _entry(tree: Arbre, entry: Entree) -> Plan | None:
    fiche = tree.fiches.get(entry.id)
    _check_parent(tree, entry)
    if fiche is None:
        return _absent(tree, entry)
    if entry.contenu.nature is not fiche.kind:
        raise FichierError(f"« {fiche.nom} » est de nature {fiche.kind.value}.", entry.line_of("nature"))
    now = served(fiche, tree.formulaires)
    fresh = entry.repere == mark(fiche, tree.formulaires)
    if not entry.edited:
        return None if fresh else _plan(tree, retards=[_late(fiche)])
    plan = _wanted(tree, entry, fiche, now)
    if plan is None or (fresh and not plan.conflits):
        return plan
    return _plan(tree, conflits=plan.conflits or [_conflict(tree, entry, fiche, now)])


def _plan(tree: Arbre, **parts: Sequence[str] | Sequence[Conflit]) -> Plan:
    return Plan(LotDossier(empreinte=tree.contenu.empreinte), **parts)  # type: ignore[arg-type]  # the two lists of Plan


def _check_parent(tree: Arbre, entry: Entree) -> None:
    sous = entry.contenu.sous
    if sous is not None and sous not in tree.fiches and sous not in tree.fichier.entrees and entry.edited:
        raise FichierError("« sous » ne désigne aucune fiche du dossier ni du fichier.", entry.line_of("sous"))


def _absent(tree: Arbre, entry: Entree) -> Plan | None:
    if entry.repere is None:
        return _creation(tree, entry)
    if not entry.edited:
        return _plan(tree, retards=[f"« {tree.name(entry.id)} » n'est plus dans le dossier."])
    text = f"« {tree.name(entry.id)} », que le fichier modifie, n'est plus dans le dossier."
    return _plan(tree, conflits=[Conflit(entry.id, entry.ligne, french(text))])


def _creation(tree: Arbre, entry: Entree) -> Plan | None:
    said = entry.contenu
    if said.supprimer:
        return None
    if said.sous is None:
        raise FichierError("une nouvelle fiche dit « sous » quelle autre elle se place.", entry.ligne)
    _check_codes(tree, entry, {})
    new = NouvelleFiche(id=entry.id, kind=said.nature, parent_id=said.sous, valeurs=said.valeurs)
    title = tree.formulaires.modeles[said.nature].titre
    text = f"créer « {tree.name(entry.id)} » ({title}) sous « {tree.name(said.sous)} »"
    lot = LotDossier(empreinte=tree.contenu.empreinte, creees=[new], finalisees=[entry.id] if said.finalisee else [])
    form = tree.formulaires.modeles[said.nature]
    own: Valeurs = {champ.id: champ.defaut for champ in form.champs() if champ.defaut is not None}
    lines = [Ligne(Geste.CREER, entry.id, french(text), list(_fields(tree, said.nature, {}, own | said.valeurs)))]
    return Plan(lot, lines + _finalising(tree, lot))


def _finalising(tree: Arbre, lot: LotDossier) -> list[Ligne]:
    return [Ligne(Geste.FINALISER, node, french(f"finaliser « {tree.name(node)} »")) for node in lot.finalisees]


def _fields(tree: Arbre, kind: Kind, before: Valeurs, after: Valeurs) -> Iterator[str]:
    for champ in tree.formulaires.modeles[kind].champs():
        if champ.id in after:
            old, new = before.get(champ.id), after[champ.id]
            yield french(f"{champ.libelle} : {tree.said(champ, old)} → {tree.said(champ, new)}")


def _wanted(tree: Arbre, entry: Entree, fiche: FicheContenu, now: Contenu) -> Plan | None:
    """Give what an edited entry asks of a fiche that the server has, whether or not it may."""
    said = entry.contenu
    values = {
        champ: valeur
        for champ, valeur in said.valeurs.items()
        if kept_value(valeur) != kept_value(now.valeurs.get(champ))
    }
    moved = said.sous is not None and said.sous != now.sous
    if tree.deleted(entry.id):
        return _deletion(tree, entry, fiche, now, edited=bool(values) or moved)
    _check_codes(tree, entry, now.valeurs)
    finalise = said.finalisee and (bool(values) or not now.finalisee)
    if not (values or moved or now.supprimer or finalise):
        return None
    change = FicheChangee(id=entry.id, valeurs=values, parent_id=said.sous if moved else None)
    lot = LotDossier(
        empreinte=tree.contenu.empreinte,
        retablies=[entry.id] if now.supprimer else [],
        changees=[change] if values or moved else [],
        finalisees=[entry.id] if finalise else [],
    )
    return Plan(lot, [*_changes(tree, fiche, now, change), *_finalising(tree, lot)])


def _changes(tree: Arbre, fiche: FicheContenu, now: Contenu, change: FicheChangee) -> Iterator[Ligne]:
    if now.supprimer:
        yield Ligne(Geste.RETABLIR, fiche.id, french(f"rétablir « {fiche.nom} »"))
    if change.valeurs:
        details = list(_fields(tree, fiche.kind, now.valeurs, change.valeurs))
        yield Ligne(Geste.MODIFIER, fiche.id, french(f"modifier « {fiche.nom} »"), details)
    if change.parent_id:
        text = f"déplacer « {fiche.nom} » : de « {tree.name(now.sous)} » vers « {tree.name(change.parent_id)} »"
        yield Ligne(Geste.DEPLACER, fiche.id, french(text))


def _deletion(tree: Arbre, entry: Entree, fiche: FicheContenu, now: Contenu, *, edited: bool) -> Plan | None:
    if edited:
        text = f"« {fiche.nom} » est à supprimer : on ne peut pas la modifier en même temps."
        raise FichierError(text, entry.ligne)
    parent = tree.parent(entry.id)
    if now.supprimer or (parent is not None and tree.deleted(parent)):
        return None
    below = [one for one in tree.below(entry.id) if not served(one, tree.formulaires).supprimer]
    inside = f", et {plural(len(below), 'structure', 'structures')} qu'elle contient" if below else ""
    line = Ligne(Geste.SUPPRIMER, entry.id, french(f"supprimer « {fiche.nom} »{inside}"))
    lot = LotDossier(empreinte=tree.contenu.empreinte, supprimees=[entry.id])
    return Plan(lot, [line], conflits=list(_unread(tree, entry, fiche, below)))


def _unread(tree: Arbre, entry: Entree, fiche: FicheContenu, below: Iterable[FicheContenu]) -> Iterator[Conflit]:
    """Give what a deletion would take away without the author having seen it."""
    for one in below:
        known = tree.fichier.entrees.get(one.id)
        if known is None or known.repere != mark(one, tree.formulaires):
            how = "n'est pas dans le fichier" if known is None else "a changé depuis que le fichier a été lu"
            text = f"« {fiche.nom} » ne peut pas être supprimée : « {one.nom} », qu'elle contient, {how}{_who(one)}."
            yield Conflit(entry.id, entry.ligne, french(text))


def _conflict(tree: Arbre, entry: Entree, fiche: FicheContenu, now: Contenu) -> Conflit:
    if entry.repere is None:
        text = f"« {tree.name(entry.id)} » a déjà été créée, et diffère du fichier{_who(fiche)}."
        return Conflit(entry.id, entry.ligne, french(text))
    said = [
        f"{champ.libelle} : dossier {tree.said(champ, now.valeurs.get(champ.id))}, fichier {tree.said(champ, mine)}"
        for champ, mine in (
            (tree.field(fiche.kind, champ_id), valeur) for champ_id, valeur in entry.contenu.valeurs.items()
        )
        if kept_value(mine) != kept_value(now.valeurs.get(champ.id))
    ]
    what = f" ({' ; '.join(said)})" if said else ""
    text = f"« {fiche.nom} » a changé depuis que le fichier a été lu{_who(fiche)}{what}."
    return Conflit(entry.id, entry.ligne, french(text))


def _who(fiche: FicheContenu) -> str:
    if fiche.modifiee_par is None or fiche.modifiee_le is None:
        return ", dans le Répertoire"
    return f", par {fiche.modifiee_par} le {moment(fiche.modifiee_le)}"


def _late(fiche: FicheContenu) -> str:
    return french(f"« {fiche.nom} » a changé depuis{_who(fiche)} ; le fichier n'y touche pas.")


def _check_codes(tree: Arbre, entry: Entree, now: Valeurs) -> None:
    """Refuse a code that the author brings in and that does not exist, or is no longer offered."""
    for champ_id, valeur in entry.contenu.valeurs.items():
        top = tree.field(entry.contenu.nature, champ_id)
        had = {(champ.id, code) for champ, code in _codes(top, now.get(champ_id))}
        for champ, code in [(champ, code) for champ, code in _codes(top, valeur) if (champ.id, code) not in had]:
            found = tree.formulaires.codes.get(champ.nomenclature or "", {}).get(code)
            if found is None or found.retire:
                why = "n'est plus proposé" if found else "n'existe pas"
                line = entry.lignes.get(f"{champ_id}/{code}", entry.line_of(champ_id))
                raise FichierError(f"le code « {code} » {why} pour « {champ.libelle} » ({champ_id}).", line)


def _codes(champ: Champ, valeur: Valeur) -> Iterator[tuple[Champ, str]]:
    """Give the codes of a field, those of the rows of a group too, each with its own field."""
    for ligne in lignes_de(valeur):
        for one in champ.champs:
            yield from _codes(one, ligne.get(one.id))
    if champ.nomenclature and not vide(valeur):
        yield from ((champ, code) for code in codes_de(valeur) or [str(valeur)])
