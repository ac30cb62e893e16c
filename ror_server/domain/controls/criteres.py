"""The criteria of the ANS over one unit: CP4, CP5, CP6, CO1, CO3 (DOMAIN §5.2; CO2 is of the establishment).

The ANS measures them in its quality indicators over the published Répertoire (ansforge/ROR-indicateurs-BI-SQL); they
are warnings here: none of them forbids to publish, and several judge by words of the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ror_server.domain.controls.constats import avertissement
from ror_server.domain.controls.contexte import Autorisation, Codes, Contexte
from ror_server.domain.controls.formulaire import Formulaire
from ror_server.domain.controls.sensibles import sensitive
from ror_server.domain.peuplement import Critere, Etablissement, criteria_of_unit
from ror_server.domain.words import fold
from ror_tui.api_client.models import Constat, Kind, Valeurs, codes_de, vide

RECEIVING = frozenset({"46", "47", "48"})
"""Modes of CP5 and CP6: hébergement, accueil de jour, accueil de nuit."""

RECEPTION_ALWAYS = frozenset({"183", "186", "194", "195", "255", "390", "395", "437"})
RECEPTION_HOUSING = frozenset({"202", "207", "500", "501", "502"})
"""Categories whose units need a type and a temporalité (CP5): whatever the mode, or for mode 46 only."""

SOCIAL = frozenset({
    "178", "182", "183", "186", "188", "189", "190", "192", "194", "195", "196", "197", "198", "202", "207", "209",
    "221", "228", "238", "246", "249", "252", "253", "255", "354", "370", "377", "379", "381", "382", "390", "395",
    "396", "402", "437", "445", "446", "448", "449", "460", "500", "501", "502",
})  # fmt: skip
"""Categories of the médico-social, whose units need places (CP6)."""

RESPITE, PASA = "38", "25"
"""Types d'UO: plateforme d'accompagnement et de répit (out of CP5 and CP6), PASA (out of CP6)."""

EMERGENCIES: Mapping[str, Autorisation] = {
    "157": Autorisation.URGENCES,
    "249": Autorisation.URGENCES_PEDIATRIQUES,
}
"""Activities of CO1 (urgences polyvalentes, pédiatriques), each with what authorises it."""

EMERGENCY_MODE = "33"

MODES, TYPES, ACTIVITIES, RECEPTION = "JDV_J19", "JDV_J238", "JDV_J17", "JDV_J30"

POPULATION: Mapping[Critere, tuple[tuple[str, ...], str]] = {
    Critere.AGE: (("age_min",), "donnez l'âge des personnes accueillies"),
    Critere.MODE: (("mode_prise_en_charge",), "choisissez un mode de prise en charge en vigueur"),
    Critere.ACTIVITE: (("activites",), "choisissez une activité opérationnelle en vigueur"),
    Critere.CONTACT: (
        ("contacts",),
        "donnez un contact : fonction ou nature, canal, coordonnée et confidentialité",
    ),
    Critere.TYPE: (("type_uo",), "choisissez un type d'UO en vigueur"),
    Critere.ADRESSE: ((), "l'adresse de l'établissement n'est pas complète, signalez-le au support"),
}
"""What to do for each criterion of population, and in which field: the first that the form has."""


def criteria(form: Formulaire, valeurs: Valeurs, codes: Codes, contexte: Contexte) -> Iterator[Constat]:
    """Give what the criteria of the ANS find in a fiche; only units have some."""
    if form.kind is not Kind.UO:
        return
    yield from _population(form, valeurs, codes, contexte)
    yield from _reception(form, valeurs, contexte)
    yield from _places(valeurs, contexte)
    yield from _emergency(form, valeurs, contexte)
    yield from sensitive(form, valeurs, contexte)


def _population(form: Formulaire, valeurs: Valeurs, codes: Codes, contexte: Contexte) -> Iterator[Constat]:
    """CP4: what keeps the unit from being « finalisée »; a required field that is empty is said once, as required."""
    eg = Etablissement(contexte.categorie, adresse=contexte.adresse is not False)
    for critere, holds in criteria_of_unit(valeurs, eg, codes).items():
        if holds:
            continue
        champ_ids, told = POPULATION[critere]
        champ = next((form.par_id[one] for one in champ_ids if one in form.par_id), None)
        if champ is None and champ_ids:
            continue
        if champ is not None and (not champ.visible(valeurs) or (vide(valeurs.get(champ.id)) and champ.exige(valeurs))):
            continue
        yield avertissement("CP4", champ.id if champ else None, f"Peuplement : {told}.")


def _one(valeurs: Valeurs, champ_id: str | None) -> str | None:
    valeur = valeurs.get(champ_id) if champ_id else None
    return valeur if isinstance(valeur, str) and valeur else None


def _reception(form: Formulaire, valeurs: Valeurs, contexte: Contexte) -> Iterator[Constat]:
    """CP5: type d'UO and temporalité d'accueil of the units that receive people."""
    mode = _one(valeurs, "mode_prise_en_charge")
    concerned = contexte.categorie in RECEPTION_ALWAYS or (contexte.categorie in RECEPTION_HOUSING and mode == "46")
    type_uo = _one(valeurs, "type_uo")
    if mode not in RECEIVING or not concerned or type_uo == RESPITE:
        return
    told = "Dans cet établissement, une unité d'accueil dit"
    type_field = form.par_id.get("type_uo")
    if type_field and type_uo is None and not type_field.exige(valeurs):
        yield avertissement("CP5", "type_uo", f"{told} son type d'UO : choisissez-le.")
    field = form.par_nomenclature.get(RECEPTION)
    champ = form.par_id.get(field) if field else None
    if champ and champ.visible(valeurs) and vide(valeurs.get(champ.id)) and not champ.exige(valeurs):
        yield avertissement("CP5", champ.id, f"{told} si l'accueil est temporaire ou permanent : choisissez-le.")


def _places(valeurs: Valeurs, contexte: Contexte) -> Iterator[Constat]:
    """CP6: at least one place installed, where people are received; not known says nothing."""
    receives = _one(valeurs, "mode_prise_en_charge") in RECEIVING and contexte.categorie in SOCIAL
    if contexte.places is None or not receives or _one(valeurs, "type_uo") in {RESPITE, PASA}:
        return
    if contexte.places <= 0:
        yield avertissement(
            "CP6", None, "Cette unité n'a aucune place installée : saisissez-les dans les lits et places."
        )


def _emergency(form: Formulaire, valeurs: Valeurs, contexte: Contexte) -> Iterator[Constat]:
    """CO1: an emergency unit says « urgence » in its name, and its establishment is authorised, when that is known."""
    held = [code for code in codes_de(valeurs.get("activites")) if code in EMERGENCIES]
    if not held or _one(valeurs, "mode_prise_en_charge") != EMERGENCY_MODE:
        return
    nom = _one(valeurs, "nom")
    if nom and "urgence" not in fold(nom):
        yield avertissement("CO1", "nom", "Cette unité accueille les urgences : écrivez « urgences » dans son nom.")
    known = contexte.autorisations
    if known is not None and "activites" in form.par_id and any(EMERGENCIES[code] not in known for code in held):
        told = "L'établissement n'a pas l'autorisation d'urgences de cette activité : vérifiez l'activité, ou FINESS."
        yield avertissement("CO1", "activites", told)
