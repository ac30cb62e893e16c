"""CO2: the level of a maternity agrees with its units, its name and its authorisations (DOMAIN §5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ror_server.domain.controls.constats import avertissement
from ror_server.domain.controls.contexte import Autorisation, Contexte
from ror_server.domain.words import fold
from ror_tui.api_client.models import Constat, Valeurs, codes_de

MODES = frozenset({"14", "28", "29", "30", "34"})
"""Hospitalisations; 14 (kangourou) is no longer in JDV_J19 and may still be kept."""

ACTIVITIES: Mapping[str, frozenset[str]] = {
    "obstétrique (100 ou 260)": frozenset({"100", "260"}),
    "néonatologie (094)": frozenset({"094"}),
    "soins intensifs de néonatologie (369)": frozenset({"369"}),
    "réanimation néonatale (128)": frozenset({"128"}),
}
"""What a maternity of level 1, 2A, 2B, 3 has: all the activities down to that of its own level."""

LEVELS: Sequence[tuple[str, str, Autorisation]] = (
    ("01", "1", Autorisation.OBSTETRIQUE),
    ("02", "2A", Autorisation.NEONATOLOGIE),
    ("03", "2B", Autorisation.SOINS_INTENSIFS_NEONATALS),
    ("04", "3", Autorisation.REANIMATION_NEONATALE),
)
"""Codes of the levels (niveau d'expertise, JDV_J227), their names, and what authorises each; lowest first."""

EXPERTISE = ("niveaux_expertise", "niveau_expertise", "expertise")
"""Ids that the field of the niveau d'expertise may have."""


def maternity(units: Sequence[Valeurs], contexte: Contexte) -> Iterator[Constat]:
    """Say what does not agree among the maternity units of an establishment.

    Args:
        units: The answers of all its units.
        contexte: Its authorisations; when they are not known, they are not compared.
    """
    concerned = [
        one for one in units if MODES.intersection(codes_de(one.get("mode_prise_en_charge"))) and _of_maternity(one)
    ]
    if not concerned:
        return
    declared = max(
        (LEVELS.index(level) for level in LEVELS if any(level[0] in _levels(one) for one in concerned)), default=None
    )
    held = [
        any(not codes.isdisjoint(codes_de(one.get("activites"))) for one in concerned) for codes in ACTIVITIES.values()
    ]
    if declared is None:
        told = "Ces unités sont d'une maternité : donnez son type (1, 2A, 2B ou 3) dans le niveau d'expertise."
        yield avertissement("CO2", None, told)
    else:
        yield from _activities(declared, held)
        yield from _authorised(declared, contexte)
    if not any("maternite" in fold(str(one.get("nom") or "")) for one in concerned):
        yield avertissement("CO2", None, "Aucune unité de la maternité ne le dit : écrivez « maternité » dans un nom.")


def _of_maternity(valeurs: Valeurs) -> bool:
    activities = set(codes_de(valeurs.get("activites")))
    return any(not codes.isdisjoint(activities) for codes in ACTIVITIES.values()) or bool(_levels(valeurs))


def _levels(valeurs: Valeurs) -> set[str]:
    known = {code for code, _, _ in LEVELS}
    return {code for champ in EXPERTISE for code in codes_de(valeurs.get(champ)) if code in known}


def _activities(declared: int, held: Sequence[bool]) -> Iterator[Constat]:
    name = LEVELS[declared][1]
    for rank, (activity, present) in enumerate(zip(ACTIVITIES, held, strict=True)):
        if rank <= declared and not present:
            told = f"Une maternité de type {name} a aussi une unité de {activity} : décrivez-la, ou corrigez le type."
            yield avertissement("CO2", None, told)
        if rank > declared and present:
            told = f"Une maternité de type {name} n'a pas d'unité de {activity} : corrigez le type, ou l'activité."
            yield avertissement("CO2", None, told)


def _authorised(declared: int, contexte: Contexte) -> Iterator[Constat]:
    if contexte.autorisations is None:
        return
    allowed = [rank for rank, level in enumerate(LEVELS) if level[2] in contexte.autorisations]
    if not allowed or max(allowed) != declared:
        given = f"autorise le type {LEVELS[max(allowed)][1]}" if allowed else "n'autorise aucune maternité"
        told = f"La maternité se dit de type {LEVELS[declared][1]} et FINESS {given} : corrigez le type, ou FINESS."
        yield avertissement("CO2", None, told)
