"""Our field for an item of a Questionnaire: by the end of its `definition`, else by its label (DOMAIN §4)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ror_server import forms
from ror_server.domain.words import fold
from ror_server.forms.regles import TYPE
from ror_server.imports.questionnaire import Item
from ror_tui.api_client.models import Champ, Kind

UNIT: Mapping[str, str] = {
    "name": "nom",
    "category": TYPE,
    "comment": "commentaire",
    "sensitive-unit": "unite_sensible",
    "supportedpatientinfo": "publics",
    "caremode": "mode_prise_en_charge",
    "receptiontype": "temporalite_accueil",
    "receptionmodality": "modalites_accueil",
    "managementtype": "modes_gestion",
    "specificact": "actes",
    "outsideofficeact": "actes_hors_cabinet",
    "takingcarespeciality": "specialisations",
    "annualopening": "ouverture_annuelle",
    "ressourceprofession": "professions",
    "specificcompetence": "competences",
    "expertiselevel": "niveaux_expertise",
    "operationalactivity": "activites",
    "operationalactivityfamily": "famille_activite",
    "agerange.low": "age_min",
    "agerange.high": "age_max",
    "no-consent-habilitation": "habilitation_sans_consentement",
    "temporalitystopservice": "type_fermeture",
}
"""Of a HealthcareService, to the fields of a unité opérationnelle (DOMAIN §4.3)."""

STRUCTURE: Mapping[str, str] = {
    "name": "nom",
    "additional-name": "complement_nom",
    "territorial-division": "territoires_sante",
    "organization-comment": "commentaire",
    "accessibility-location": "accessibilite",
    "financial-help-type": "aides_financieres",
    "accomodation-family": "hebergement_famille",
    "level-recourse-orsan": "niveau_recours_orsan",
    "drop-zone": "zone_poser",
    "nb-permanent-social-help-place": "nb_places_aide_permanent",
    "nb-temporary-social-help-place": "nb_places_aide_temporaire",
    "closing-type": "type_fermeture",
    "organization-period.start": "date_ouverture",
    "organization-period.end": "date_fermeture",
    "reopening-date": "date_reouverture",
    "statutjuridiqueinsee": "statut_juridique",
    "categorieetablissement": "categorie",
    "oitype": "type_oi",
}
"""Of an Organization, to the fields of an entité juridique, an EG, a pôle, a service or a UF (DOMAIN §4.2)."""

_ROWS = re.compile(r"contact|telecom|availabletime|notavailable|address|organization-price|location")
"""Parts of a resource that repeat: their items are fields of a row, which no rule of a modèle reaches."""


def last(item: Item) -> str:
    """Give the path of an item in its resource, in small letters."""
    return item.definition.rpartition("#")[2].casefold()


def field(item: Item, kind: Kind) -> Champ | None:
    """Give our field for an item, None when our form has none.

    Args:
        item: The item.
        kind: What the questionnaire describes.
    """
    path = last(item)
    ends = UNIT if kind is Kind.UO else STRUCTURE
    longest = sorted(ends, key=len, reverse=True)
    found = next((ends[end] for end in longest if _ends(path, end)), None)
    if found is not None and not (_ROWS.search(path) and found in {"nom", "commentaire"}):
        return forms.champ(kind, found)
    return _labelled(fold(item.text), kind)


def _ends(path: str, end: str) -> bool:
    return bool(re.search(rf"(?:^|[.:\[\-]){re.escape(end)}\]?(?:$|[.:\[])", path))


def _labelled(label: str, kind: Kind) -> Champ | None:
    champs = (champ for champ in forms.modele(kind).champs() if not champ.verrou)
    return next((champ for champ in champs if label and fold(champ.libelle) == label), None)
