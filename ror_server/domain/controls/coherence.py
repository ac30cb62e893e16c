"""What several fields say together: ages, dates, coordinates, hours, doubles (DOMAIN §4, §5.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from ror_server.domain.controls.constats import avertissement, erreur
from ror_server.domain.controls.formes import WEB, is_web
from ror_server.domain.controls.formulaire import Formulaire
from ror_server.domain.controls.horaires import hours
from ror_server.domain.controls.identifiants import siret_of_another
from ror_server.domain.controls.niveaux import Groupe, Niveau, levels
from ror_tui.api_client.models import ATTENDUS, CANAUX, FORMES, LIGNE_ID, Constat, Ligne, TypeChamp, Valeur, Valeurs

DAYS: Mapping[str, float] = {"a": 365.25, "mo": 30.4375, "wk": 7, "d": 1, "h": 1 / 24}
"""Length of the units of age in days (UCUM, JDV_J37)."""

YEARS = "a"

ORDERED: tuple[tuple[str, str], ...] = (
    ("date_ouverture", "date_fermeture"),
    ("date_fermeture", "date_reouverture"),
    ("ouverte_le", "fermee_le"),
    ("date_debut", "date_fin"),
    ("debut_effectif", "fin_effective"),
)
"""Days that must come in this order, when both are told (DOMAIN §2.3)."""

POSITION: Mapping[str, int] = {"latitude": 90, "longitude": 180}
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{1,8})?")

WEB_CHANNEL = "4"
"""Of JDV_J225; the channels that are neither in `CANAUX` nor this one take any text."""


def coherence(form: Formulaire, valeurs: Valeurs) -> Iterator[Constat]:
    """Give what does not hold together in a fiche, the rows of its groups included."""
    yield from _ages(form, valeurs)
    found, groups = levels(form, valeurs)
    for level in found:
        yield from _days(level)
        yield from _coordinate(level)
        yield from _position(level)
        yield from siret_of_another(level)
    for group in groups:
        yield from hours(group)
        yield from _doubles(group)


def _ages(form: Formulaire, valeurs: Valeurs) -> Iterator[Constat]:
    low, high = _age(form, valeurs, "age_min"), _age(form, valeurs, "age_max")
    if low is not None and high is not None and low > high:
        told = "L'âge maximum est inférieur à l'âge minimum : corrigez l'un des deux."
        yield erreur("age_incoherent", "age_max", told)


def _age(form: Formulaire, valeurs: Valeurs, champ_id: str) -> float | None:
    """Give an age in days; None when it is not told, or in a unit that is not known."""
    valeur, champ = valeurs.get(champ_id), form.par_id.get(champ_id)
    if not isinstance(valeur, int) or isinstance(valeur, bool):
        return None
    unit = valeurs.get(champ.champ_unite) if champ and champ.champ_unite else None
    days = DAYS.get(unit or YEARS) if isinstance(unit, str | None) else None
    return valeur * days if days is not None and abs(valeur) < 1_000_000 else None


def _days(level: Niveau) -> Iterator[Constat]:
    for first, second in ORDERED:
        if first not in level.valeurs or second not in level.valeurs:
            continue
        before, after = (FORMES[TypeChamp.DATE](level.texte(champ) or "") for champ in (first, second))
        if before and after and before > after:
            told = "Cette date vient avant celle qui doit la précéder : corrigez l'une des deux."
            yield erreur("dates_desordonnees", level.chemin(second), told)


def _coordinate(level: Niveau) -> Iterator[Constat]:
    """Judge a coordinate by its channel: `canal` and `valeur` side by side."""
    channel, text = level.texte("canal"), level.texte("valeur")
    if channel is None or text is None:
        return
    kind = CANAUX.get(channel)
    if kind is not None and FORMES[kind](text) is None:
        yield erreur(kind.value, level.chemin("valeur"), ATTENDUS[kind])
    elif channel == WEB_CHANNEL and not is_web(text):
        yield erreur("adresse_web", level.chemin("valeur"), WEB)


def _position(level: Niveau) -> Iterator[Constat]:
    """Judge the coordinates of a place, in decimal degrees (DOMAIN §4.4)."""
    for champ, most in POSITION.items():
        text = level.texte(champ)
        if text is not None and not (_DEGREES.fullmatch(text) and abs(float(text.replace(",", "."))) <= most):
            told = f"Ce n'est pas une {champ} : des degrés décimaux, de -{most} à {most}, par exemple 48.8566."
            yield erreur("position", level.chemin(champ), told)


def _doubles(group: Groupe) -> Iterator[Constat]:
    """Warn of rows that say the same."""
    seen: set[str] = set()
    for rank, row in enumerate(group.lignes):
        said = json.dumps(_without_ids(row), sort_keys=True, default=str)
        if said in seen:
            told = f"« {group.champ.libelle} » : cette ligne répète une autre, ôtez l'une des deux."
            yield avertissement("ligne_en_double", group.prefixe(rank).rstrip("/"), told)
        elif said != "{}":
            seen.add(said)


def _without_ids(row: Ligne) -> dict[str, object]:
    return {champ: _bare(valeur) for champ, valeur in row.items() if champ != LIGNE_ID and valeur is not None}


def _bare(valeur: Valeur) -> object:
    if isinstance(valeur, list):
        return [_without_ids(one) if isinstance(one, dict) else one for one in valeur]
    return valeur
