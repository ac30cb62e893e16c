"""The question asked when somebody else saved meanwhile (DESIGN §7: 412): who, when, both answers side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ror_tui.api_client.models import Champ, Fiche, Modele, Nomenclature, Probleme, Valeurs, egales
from ror_tui.services.saisie import Libelles
from ror_tui.services.saisie.dire import dire_parmi, mesures
from ror_tui.texts import clock, french
from ror_tui.widgets.dialogs import Choose

CHOICES = (("garder", "Garder ma saisie"), ("prendre", "Prendre la sienne"), ("rester", "Rester"))


def both_changed(modele: Modele, loaded: Valeurs, mine: Valeurs, theirs: Valeurs) -> list[Champ]:
    """Give the fields that I changed and that the other one changed too, otherwise.

    Args:
        modele: The form.
        loaded: The answers both started from.
        mine: My changes.
        theirs: The other one's answers.
    """
    return [
        champ
        for champ in modele.champs()
        if champ.id in mine
        and not egales(theirs.get(champ.id), loaded.get(champ.id))
        and not egales(theirs.get(champ.id), mine[champ.id])
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a save that somebody else just made, and whether it touches what is typed here."""

    text: str
    clash: bool


def others_change(modele: Modele, before: Fiche, fresh: Fiche, mine: Valeurs) -> Told:
    """Say what somebody else just saved in the fiche that is open.

    Args:
        modele: The form.
        before: The fiche as it was read here.
        fresh: The fiche now.
        mine: What is typed here and not saved.
    """
    who = fresh.modifiee_par or "Une autre personne"
    clash = both_changed(modele, before.valeurs, mine, fresh.valeurs)
    moved = [one for one in modele.champs() if not egales(before.valeurs.get(one.id), fresh.valeurs.get(one.id))]
    names = ", ".join(f"« {one.libelle} »" for one in (clash or moved))
    if clash:
        return Told(french(f"{who} vient d'enregistrer aussi {names} : à l'enregistrement, vous choisirez."), True)
    return Told(french(f"{who} vient d'enregistrer {names}." if names else f"{who} a modifié cette fiche."), False)


def stale_question(
    probleme: Probleme, modele: Modele, loaded: Valeurs, mine: Valeurs, nomenclatures: Mapping[str, Nomenclature]
) -> Choose:
    """Give the dialog: `garder`, `prendre` or `rester`.

    Args:
        probleme: What the server answered: who, when, the present answers.
        modele: The form.
        loaded: The answers as they were read.
        mine: My changes.
        nomenclatures: Value sets by name, for the labels.
    """
    who, labels = probleme.modifie_par or "Une autre personne", Libelles(nomenclatures)
    when = f" à {clock(probleme.modifie_le)}" if probleme.modifie_le else ""
    theirs = probleme.valeurs or {}
    champs = modele.champs()
    units = mesures(champs)
    clash = both_changed(modele, loaded, mine, theirs)
    fields = list({champ.id: champ for one in clash for champ in [units.get(one.id, one)]}.values())
    lines = [f"{who} a enregistré cette fiche{when}, pendant votre saisie. Rien n'est perdu."]
    if not fields:
        lines.append("Vos champs et les siens ne se recouvrent pas : garder votre saisie ajoute vos champs aux siens.")
    for champ in fields:
        lines += [
            f"{champ.libelle}",
            f"  votre saisie : {dire_parmi(champ, {**loaded, **mine}, champs, labels)}",
            f"  la sienne : {dire_parmi(champ, theirs, champs, labels)}",
        ]
    return Choose("Fiche modifiée entre-temps", french("\n".join(lines)), CHOICES, focused="rester")
