"""A file laid over what the server has: where each structure would stand, what it is called, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ror_tui.api_client.models import (
    Champ,
    ContenuDossier,
    FicheContenu,
    Kind,
    Ligne,
    Valeur,
    codes_de,
    lignes_de,
    vide,
)
from ror_tui.services.fichier.entrees import Fichier, Formulaires


@dataclass
class Arbre:
    """The file over the server: where each structure stands, what it is called, what becomes of it."""

    fichier: Fichier
    contenu: ContenuDossier
    formulaires: Formulaires
    fiches: Mapping[UUID, FicheContenu] = field(init=False)

    def __post_init__(self) -> None:
        self.fiches = {fiche.id: fiche for fiche in self.contenu.fiches}

    def name(self, node: UUID | None) -> str:
        """Give a name, the file's first."""
        entry = self.fichier.entrees.get(node) if node else None
        said = entry.contenu.valeurs.get("nom") if entry else None
        if isinstance(said, str) and said:
            return said
        fiche = self.fiches.get(node) if node else None
        return fiche.nom if fiche else entry.cle if entry else "?"

    def parent(self, node: UUID) -> UUID | None:
        """Give the parent that a structure would have."""
        entry = self.fichier.entrees.get(node)
        if entry and entry.edited and entry.contenu.sous:
            return entry.contenu.sous
        return self.fiches[node].parent_id if node in self.fiches else None

    def deleted(self, node: UUID) -> bool:
        """Tell whether the file deletes a structure, or one above it."""
        seen: set[UUID] = set()
        above: UUID | None = node
        while above is not None and above not in seen:
            seen.add(above)
            entry = self.fichier.entrees.get(above)
            if entry and entry.contenu.supprimer:
                return True
            above = self.parent(above)
        return False

    def below(self, node: UUID) -> list[FicheContenu]:
        """Give the structures that stand below one on the server, and that the file leaves there."""
        children: dict[UUID, list[UUID]] = {}
        for one in self.fiches:
            parent = self.parent(one)
            if parent is not None:
                children.setdefault(parent, []).append(one)
        found = list(children.get(node, ()))
        for one in found:
            found += [child for child in children.get(one, ()) if child not in found]
        return [self.fiches[one] for one in found]

    def field(self, kind: Kind, champ_id: str) -> Champ:
        """Give a field of a form."""
        champ = self.formulaires.modeles[kind].champ(champ_id)
        if champ is None:
            raise KeyError(champ_id)
        return champ

    def said(self, champ: Champ, valeur: Valeur) -> str:
        """Say a value in French, with labels and codes."""
        if vide(valeur):
            return "(vide)"
        if isinstance(valeur, bool):
            return "oui" if valeur else "non"
        if rows := lignes_de(valeur):
            return " | ".join(self._row(champ, row) for row in rows)
        labels = [
            (self.formulaires.label(champ.nomenclature, code), code) for code in codes_de(valeur) or [str(valeur)]
        ]
        return ", ".join(f"{label} ({code})" if label else code for label, code in labels)

    def _row(self, champ: Champ, ligne: Ligne) -> str:
        told = [self.said(one, ligne[one.id]) for one in champ.champs if not vide(ligne.get(one.id))]
        return f"[{', '.join(told)}]"
