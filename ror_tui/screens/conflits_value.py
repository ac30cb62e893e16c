"""Another answer to a conflict, asked with the field's own editor, or the list of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import Champ, Choix, Conflit, NatureConflit, ReponseConflit, TypeChamp, Valeur, codes_de
from ror_tui.screens.dossier_menu import parent_items
from ror_tui.services import conflits as services
from ror_tui.services import dossier as dossiers
from ror_tui.services import fiche as fiches
from ror_tui.services.arbre import Arbre
from ror_tui.texts import french
from ror_tui.widgets.dialogs import Ask, Choose
from ror_tui.widgets.find_menu import FindMenu
from ror_tui.widgets.picker import Picker

if TYPE_CHECKING:
    from ror_tui.screens.conflits import ConflitsScreen

PLACES = frozenset({NatureConflit.PARENT, NatureConflit.DEPLACEMENT})
LONGEST = 7


async def ask(screen: ConflitsScreen, conflit: Conflit) -> ReponseConflit | None:
    """Ask for another value, or another place; None when it was given up.

    Args:
        screen: Above which to ask.
        conflit: The question.

    Raises:
        RorError: The fiche could not be read.
    """
    if conflit.nature in PLACES:
        place = await _place(screen, conflit)
        return services.reponse(conflit, Choix.AUTRE, place) if place else None
    return await _value(screen, conflit)


async def _place(screen: ConflitsScreen, conflit: Conflit) -> str | None:
    if screen.dossier is None:
        return None
    arbre = Arbre(await dossiers.arbre(screen.ror.client, screen.dossier_id))
    items = parent_items(screen.dossier, arbre, [arbre.by_id[conflit.structure_id]])
    return await screen.app.push_screen_wait(FindMenu(french(f"Placer « {conflit.nom} » sous…"), items))


async def _value(screen: ConflitsScreen, conflit: Conflit) -> ReponseConflit | None:
    fiche, modele = await fiches.ouvrir(screen.ror.client, screen.dossier_id, conflit.structure_id)
    champ = modele.champ(conflit.champ or "")
    if champ is None:
        return None
    if champ.nomenclature is not None:
        nomenclature = await fiches.nomenclature(screen.ror.client, champ.nomenclature)
        picker = Picker(champ, nomenclature, codes_de(conflit.mienne), fiche.valeurs)
        chosen = await screen.app.push_screen_wait(picker)
        return None if chosen is None else services.reponse(conflit, Choix.AUTRE, _coded(champ, chosen))
    answer = await (_yes_no(screen, champ) if champ.type is TypeChamp.BOOLEEN else _typed(screen, champ, conflit))
    return None if answer is None else services.reponse(conflit, Choix.AUTRE, answer[0])


def _coded(champ: Champ, codes: list[str]) -> Valeur:
    if champ.type is TypeChamp.CODES:
        return codes or None
    return codes[0] if codes else None


async def _yes_no(screen: ConflitsScreen, champ: Champ) -> tuple[Valeur] | None:
    answer = await screen.app.push_screen_wait(Choose(champ.libelle, champ.libelle, [("oui", "Oui"), ("non", "Non")]))
    return None if answer is None else (answer == "oui",)


async def _typed(screen: ConflitsScreen, champ: Champ, conflit: Conflit) -> tuple[Valeur] | None:
    number = champ.type is TypeChamp.ENTIER
    value = conflit.mienne if isinstance(conflit.mienne, int | str) else ""
    asked = Ask(
        champ.libelle,
        french(f"{champ.libelle}{f' ({champ.unite})' if champ.unite else ''} :"),
        value=str(value),
        required=champ.obligatoire,
        maximum=LONGEST if number else champ.longueur_max or 0,
        digits=number,
    )
    answer = await screen.app.push_screen_wait(asked)
    if answer is None:
        return None
    return (int(answer) if number and answer else answer or None,)
