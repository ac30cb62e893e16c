"""Asking one criterion of the Recherche: a menu of all of them, then the dialog that fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ror_tui.api_client.models import Champ, Code, CriteresOffres, Filtre, Nomenclature, TypeChamp
from ror_tui.screens.communes import CommunesScreen
from ror_tui.services import fiche, offres
from ror_tui.services.offres import CRITERES, Critere, Labels
from ror_tui.texts import french
from ror_tui.widgets.dialogs import ActionMenu, Ask, MenuItem
from ror_tui.widgets.picker import Picker

if TYPE_CHECKING:
    from ror_tui.app import RorApp

FILTERS = {
    "types": [
        Filtre(cle="discipline", libelle="1 - Filtrez les types d'UO par discipline"),
        Filtre(cle="specialite", libelle="2 - Filtrez les types d'UO par spécialité / catégorie de besoins"),
    ]
}
NO_COMMUNE = "Choisissez d'abord une commune, et une seule : la distance se compte autour d'elle."

Answer = tuple[CriteresOffres, dict[tuple[str, str], str]]
"""The criteria after, and the labels of the codes that were chosen."""


def menu(criteres: CriteresOffres, labels: Labels) -> ActionMenu:
    """Make the menu of the criteria, each with its value; a distance needs its commune."""
    return ActionMenu("Critères de la recherche", [_item(critere, criteres, labels) for critere in CRITERES])


def _item(critere: Critere, criteres: CriteresOffres, labels: Labels) -> MenuItem:
    told = offres.shown(criteres, critere.nom, labels)
    alone = critere.nom == "distance" and len(criteres.communes) != 1
    label = french(f"{critere.libelle} : {told}") if told else critere.libelle
    return MenuItem(critere.nom, label, critere.touche, french(NO_COMMUNE) if alone else None)


async def ask(ror: RorApp, nom: str, criteres: CriteresOffres, labels: Labels) -> Answer | None:
    """Ask one criterion.

    Args:
        ror: The application, to ask.
        nom: Which criterion.
        criteres: What is asked now.
        labels: Labels of its codes.

    Returns:
        What is asked then; None when the user gave up.

    Raises:
        RorError: When a list of choice cannot be read.
    """
    chosen = await _choose(ror, offres.BY_NAME[nom], criteres, labels)
    if chosen is None:
        return None
    told = {(nom, code.code): code.libelle for code in chosen if code.libelle}
    return offres.changed(criteres, nom, [code.code for code in chosen]), told


async def _choose(ror: RorApp, critere: Critere, criteres: CriteresOffres, labels: Labels) -> Sequence[Code] | None:
    now = offres.value(criteres, critere.nom)
    match critere.nom:
        case "texte":
            return await _text(ror, critere, "Mots des noms, du lieu ou des libellés", now)
        case "age":
            return await _number(ror, critere, "Âge en années (vide pour tous)", now, (0, 130))
        case "distance":
            return await _number(ror, critere, "Kilomètres autour de la commune (vide pour aucune)", now, (1, 200))
        case "communes":
            current = [Code(code=code, libelle=labels.get((critere.nom, code), code)) for code in now]
            return await ror.push_screen_wait(CommunesScreen(current))
        case _:
            return await _pick(ror, critere, now)


async def _pick(ror: RorApp, critere: Critere, now: Sequence[str]) -> Sequence[Code] | None:
    if critere.nomenclature is None:
        return await _among(ror, critere, await offres.departements(ror.client), now)
    return await _among(ror, critere, await fiche.nomenclature(ror.client, critere.nomenclature), now)


async def _among(
    ror: RorApp, critere: Critere, nomenclature: Nomenclature, now: Sequence[str]
) -> Sequence[Code] | None:
    champ = Champ(
        id=critere.nom,
        libelle=critere.libelle,
        type=TypeChamp.CODES,
        nomenclature=nomenclature.nom,
        filtres=FILTERS.get(critere.nom, []),
    )
    codes = await ror.push_screen_wait(Picker(champ, nomenclature, now, {}))
    if codes is None:
        return None
    known = {code.code: code for code in nomenclature.codes}
    return [known.get(code) or Code(code=code, libelle=code) for code in codes]


async def _text(ror: RorApp, critere: Critere, label: str, now: Sequence[str]) -> Sequence[Code] | None:
    dialog = Ask(critere.libelle, label, value="".join(now), required=False, maximum=200, ok="Chercher")
    answer = await ror.push_screen_wait(dialog)
    return None if answer is None else [Code(code=answer, libelle="")] if answer else []


async def _number(
    ror: RorApp, critere: Critere, label: str, now: Sequence[str], bounds: tuple[int, int]
) -> Sequence[Code] | None:
    low, high = bounds
    said = "".join(now)
    while True:
        answer = await ror.push_screen_wait(
            Ask(critere.libelle, f"{label}, de {low} à {high}", value=said, required=False, maximum=3, ok="Chercher")
        )
        if answer is None:
            return None
        if not answer:
            return []
        if answer.isascii() and answer.isdigit() and low <= int(answer) <= high:
            return [Code(code=str(int(answer)), libelle="")]
        said = answer
