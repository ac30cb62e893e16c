"""The text of a published fiche: titles, labels, values with their codes, what is locked and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from textual.content import Content

from ror_tui.api_client.models import (
    Champ,
    Circuit,
    Kind,
    Modele,
    Nomenclature,
    Structure,
    TypeChamp,
    Valeur,
    Valeurs,
    codes_de,
    lignes_de,
    vide,
)
from ror_tui.marks import DISCIPLINES, DOSSIER, KIND
from ror_tui.screens import lits_lines
from ror_tui.services.saisie import Libelles
from ror_tui.services.saisie.dire import mesures, resumer, textes, unite
from ror_tui.services.saisie.frappe import FORMATS
from ror_tui.texts import NBSP, SUPPORT, french, moment, plain, plural

LOCK = "⊘"
LOCKED = (
    f"{LOCK} Champ verrouillé : l'adresse, le numéro FINESS, le SIRET et la raison sociale ne se modifient pas ici. "
    "Pour toute modification les concernant, contacter le support SESAN :"
)
CIRCUITS = {Circuit.SANITAIRE: "sanitaire", Circuit.MEDICO_SOCIAL: "médico-social", Circuit.HANDICAP: "handicap"}
LABEL_WIDTH = 30
NARROW = 70

Nomenclatures = Mapping[str, Nomenclature]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the fiche: a label and what it holds."""

    label: str
    value: str
    locked: bool = False


def value_text(champ: Champ, valeur: Valeur, nomenclatures: Nomenclatures) -> str:
    """Write a value as it is read: « libellé (code) », Oui or Non, a number.

    Args:
        champ: The field.
        valeur: Its value.
        nomenclatures: Those the form names, by name.
    """
    if vide(valeur):
        return "—"
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if champ.type is TypeChamp.GROUPE:
        labels = Libelles(nomenclatures)
        return "\n".join(resumer(champ, row, labels) for row in lignes_de(valeur))
    if champ.type in FORMATS:
        return " ".join(textes(champ, valeur, Libelles(nomenclatures)))
    if champ.type in {TypeChamp.CODE, TypeChamp.CODES}:
        known = nomenclatures.get(champ.nomenclature or "")
        return "\n".join(_code_text(code, known) for code in codes_de(valeur) or [str(valeur)])
    return str(valeur)


def _measured(champ: Champ, valeurs: Valeurs, champs: Sequence[Champ], nomenclatures: Nomenclatures) -> str:
    """Write a value with its unit: « 6 mois »."""
    valeur = valeurs.get(champ.id)
    unit = "" if vide(valeur) else unite(champ, valeurs, champs, Libelles(nomenclatures))
    return f"{value_text(champ, valeur, nomenclatures)} {unit}".rstrip()


def _code_text(code: str, nomenclature: Nomenclature | None) -> str:
    found = next((one for one in nomenclature.codes if one.code == code), None) if nomenclature else None
    if found is None:
        return f"code inconnu ({code})"
    return f"{found.libelle} ({code}){' — code retiré' if found.retire else ''}"


def identity(structure: Structure) -> list[Entry]:
    """Give what the legal record says, most of it locked (guide, A NOTER 7)."""
    above = {link.kind: link.nom for link in structure.chemin}
    lieu = structure.adresse
    lines = [*lieu.lignes, " ".join(part for part in (lieu.code_postal, lieu.ville) if part)] if lieu else []
    entries = [
        Entry("Nom", structure.nom),
        Entry("Raison sociale", structure.raison_sociale or "", locked=True),
        Entry("Entité juridique", above.get(Kind.EJ, ""), locked=True),
        Entry("Établissement", above.get(Kind.EG, "")),
        Entry("Numéro FINESS", structure.finess or "", locked=True),
        Entry("SIREN", structure.siren or "", locked=True),
        Entry("SIRET", structure.siret or "", locked=True),
        Entry("Adresse", "\n".join(line for line in lines if line), locked=True),
        Entry(
            "Catégorie", f"{structure.categorie.libelle} ({structure.categorie.code})" if structure.categorie else ""
        ),
        Entry("Discipline", DISCIPLINES[structure.discipline] if structure.discipline else ""),
        Entry("Champ", CIRCUITS[structure.circuit]),
        Entry("Téléphone", structure.telephone or ""),
        Entry("Ouverture", f"{structure.ouverte_le:%d/%m/%Y}" if structure.ouverte_le else ""),
        Entry("Fermeture", f"{structure.fermee_le:%d/%m/%Y}" if structure.fermee_le else ""),
        Entry("Unités opérationnelles", plural(structure.unites, "unité", "unités") if structure.unites else ""),
    ]
    return [entry for entry in entries if entry.value]


def answers(structure: Structure, modele: Modele, nomenclatures: Nomenclatures) -> list[tuple[str, list[Entry]]]:
    """Give the sections of the form with their values; a value the form does not know is shown too.

    Args:
        structure: The published structure.
        modele: Its form.
        nomenclatures: Those the form names, by name.
    """
    valeurs, champs = structure.valeurs, modele.champs()
    units = mesures(champs)
    sections = [
        (
            section.titre,
            [
                Entry(champ.libelle, _measured(champ, valeurs, champs, nomenclatures))
                for champ in section.champs
                if champ.id not in units
                if not vide(valeurs.get(champ.id)) or (champ.visible(valeurs) and structure.reserve is None)
            ],
        )
        for section in modele.sections
    ]
    return [*sections, ("Autres valeurs", _others(structure, {champ.id for champ in champs}))]


def _others(structure: Structure, known: Iterable[str]) -> list[Entry]:
    left = {name: valeur for name, valeur in structure.valeurs.items() if name not in {*known, "nom"}}
    return [
        Entry(name, "\n".join(codes_de(valeur)) or str(valeur)) for name, valeur in left.items() if not vide(valeur)
    ]


def dossiers(structure: Structure) -> list[Entry]:
    """Give the open dossiers of the establishment: title, state, author."""
    return [
        Entry(dossier.titre, f"{DOSSIER[dossier.etat].glyph} {DOSSIER[dossier.etat].word} · {dossier.auteur}")
        for dossier in structure.dossiers
    ]


def beds(structure: Structure) -> list[Entry]:
    """Give the beds and places in a few words, with their date and who typed them."""
    lits = structure.lits
    if lits is None:
        return []
    if lits.le is None:
        return [Entry("Disponibilités", lits_lines.NEVER)]
    aged = "" if lits.a_jour else " · plus de 24 h"
    told = f"{moment(lits.le)}{aged} · {lits.par}"
    return [
        *(Entry(label, text) for label, text in lits_lines.summary(lits)),
        Entry("Saisie" if structure.kind is Kind.UO else "Saisie la plus ancienne", told),
    ]


def write(structure: Structure, modele: Modele | None, nomenclatures: Nomenclatures, width: int) -> Content:
    """Write the whole fiche, values wrapped beside their labels, below them on a narrow screen.

    Args:
        structure: The published structure.
        modele: Its form, None when this kind has none.
        nomenclatures: Those the form names, by name.
        width: Cells of the screen.
    """
    sections = [(KIND[structure.kind], identity(structure)), ("Lits et places (L)", beds(structure))]
    sections += answers(structure, modele, nomenclatures) if modele else []
    if structure.reserve:
        sections.append(("Confidentialité", [Entry("Réserve", structure.reserve)]))
    sections.append(("Dossiers collaboratifs ouverts", dossiers(structure)))
    sections.append(
        ("Mise à jour", [Entry("Dernière mise à jour", f"{moment(structure.maj_le)} · {structure.maj_par}")])
    )
    parts = [part for title, entries in sections if entries for part in _section(title, entries, width)]
    contacts = "\n".join(f"  {way}{NBSP}: {contact}" for way, contact in SUPPORT)
    return Content.assemble(*parts, (french(LOCKED), "dim"), "\n", (contacts, "dim"))


def _section(title: str, entries: Iterable[Entry], width: int) -> Iterable[tuple[str, str]]:
    yield (f"{plain(title)}\n", "bold $text-accent")
    beside = width >= NARROW
    margin = LABEL_WIDTH + 3 if beside else 4
    for entry in entries:
        label = f"{LOCK if entry.locked else ' '} {plain(entry.label)}"
        yield (f"{label:<{margin}}" if beside else f"{label}\n{' ' * margin}", "dim")
        lines = [part for line in entry.value.split("\n") for part in wrap(plain(line), max(width - margin, 8))]
        yield (f"\n{' ' * margin}".join(lines) + "\n", "")
    yield ("\n", "")
