"""CO3: which units are sensitive, by their name or activity, and whether the fiche says so (DOMAIN §5.2)."""

from __future__ import annotations

from collections.abc import Iterator

from ror_server.domain.controls.constats import avertissement
from ror_server.domain.controls.contexte import Contexte
from ror_server.domain.controls.formulaire import Formulaire
from ror_server.domain.words import fold
from ror_tui.api_client.models import Constat, Valeurs, codes_de

FIELD = "unite_sensible"

WORDS = (
    "uhsi", "uhsa", "usmp", "ufdh", "umdh", "nrbc", "securise", "securite inter regionale", "detenus", "penitentia",
    "specialement amenage", "service medico psychologique", "service medico psycologique", "contamine", "contamination",
)  # fmt: skip
"""Parts of a name, folded. The published request spells « psycologique »: both are read."""

SMPR, NOT_SMPR = "smpr", "readaptation"
PRISON = "089"
"""Activity: médecine pénitentiaire."""

OTHERS = frozenset({"500", "124", "SA05", "SA07", "SA08", "SA09"})
"""Categories (EHPAD, centres, ville) whose « unités sécurisées » are not of this kind."""


def sensitive(form: Formulaire, valeurs: Valeurs, contexte: Contexte) -> Iterator[Constat]:
    """Say when a unit should be sensitive and is not, or the reverse; without a category nothing is said."""
    if FIELD not in form.par_id or contexte.categorie is None:
        return
    should = contexte.categorie not in OTHERS and _is_sensitive(valeurs, contexte)
    if should and valeurs.get(FIELD) is not True:
        told = "Le nom ou l'activité est d'une unité sensible (détention, risque NRBC) : répondez « oui »."
        yield avertissement("CO3", FIELD, told)
    if not should and valeurs.get(FIELD) is True:
        told = "Ni le nom ni l'activité ne sont d'une unité sensible (détention, risque NRBC) : vérifiez ce « oui »."
        yield avertissement("CO3", FIELD, told)


def _is_sensitive(valeurs: Valeurs, contexte: Contexte) -> bool:
    nom = valeurs.get("nom")
    names = [*([nom] if isinstance(nom, str) else []), *contexte.au_dessus]
    return PRISON in codes_de(valeurs.get("activites")) or any(map(named_sensitive, names))


def named_sensitive(nom: str) -> bool:
    """Tell whether a name is that of a sensitive unit."""
    folded = fold(nom)
    return any(word in folded for word in WORDS) or (SMPR in folded and NOT_SMPR not in folded)
