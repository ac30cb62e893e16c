"""All the controls of one fiche, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable

from ror_server.domain.controls.champs import field_findings
from ror_server.domain.controls.coherence import coherence
from ror_server.domain.controls.contexte import INCONNU, Codes, Contexte
from ror_server.domain.controls.criteres import criteria
from ror_server.domain.controls.formulaire import compiled
from ror_server.domain.controls.nom import name_findings
from ror_tui.api_client.models import Constat, Gravite, Modele, Valeurs


def controls(modele: Modele, valeurs: Valeurs, codes: Codes, contexte: Contexte = INCONNU) -> list[Constat]:
    """Run every control of a fiche.

    Args:
        modele: The form.
        valeurs: All the values of the fiche, normalised.
        codes: The nomenclatures that the form names.
        contexte: Where the fiche stands; only warnings depend on it, so that a fiche is green or not by itself.

    Returns:
        Findings, those of a field in the order of the form, then coherence, then the ANS criteria; a fiche without an
        error may be finalised. Never raises on any values.
    """
    form = compiled(modele)
    return [
        *field_findings(form, valeurs, codes),
        *coherence(form, valeurs),
        *name_findings(form, valeurs, codes),
        *criteria(form, valeurs, codes, contexte),
    ]


def has_errors(constats: Iterable[Constat]) -> bool:
    """Tell whether a finding blocks the green mark."""
    return any(constat.gravite is Gravite.ERREUR for constat in constats)
