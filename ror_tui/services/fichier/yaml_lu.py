"""Reading YAML with the line of everything: texts, lists and mappings, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from ror_tui.services.fichier.entrees import FichierError

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Noeud:
    """A value of the file: a text as written (None when empty), a list, or a mapping; and its line."""

    valeur: str | Sequence[Noeud] | Mapping[str, Noeud] | None
    ligne: int
    lignes: Mapping[str, int]
    """Of a mapping: the line of each key."""

    def text(self, what: str) -> str:
        """Give a text that must be there.

        Raises:
            FichierError: It is empty, or not a text.
        """
        if not isinstance(self.valeur, str) or not self.valeur:
            raise FichierError(f"{what} attend une valeur.", self.ligne)
        return self.valeur

    def items(self, what: str) -> Sequence[Noeud]:
        """Give the elements of a list; nothing is an empty one.

        Raises:
            FichierError: It is not a list.
        """
        if self.valeur is None:
            return ()
        if isinstance(self.valeur, str | Mapping):
            raise FichierError(f"{what} attend une liste (une ligne « - … » par élément).", self.ligne)
        return self.valeur

    def fields(self, what: str) -> Mapping[str, Noeud]:
        """Give the fields of a mapping; nothing is an empty one.

        Raises:
            FichierError: It is not a mapping.
        """
        if self.valeur is None:
            return {}
        if not isinstance(self.valeur, Mapping):
            raise FichierError(f"{what} attend des champs (« nom: valeur »).", self.ligne)
        return self.valeur


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases: a small file could hold a huge tree."""
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise FichierError("les renvois YAML (« *nom ») ne sont pas acceptés : recopiez la valeur.", line)
        return super().compose_node(parent, index)


def load(text: str) -> Noeud:
    """Read a YAML text.

    Raises:
        FichierError: It is not YAML, or not of the kind that is taken here; with the line.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise FichierError("ce n'est pas du YAML correct : vérifiez retraits, guillemets et « : ».", line) from error
    except yaml.YAMLError as error:
        raise FichierError("ce fichier contient un caractère que YAML ne prend pas.") from error
    except RecursionError as error:
        raise FichierError("ce fichier est emboîté trop profondément.") from error
    finally:
        loader.dispose()
    if node is None:
        raise FichierError("ce fichier est vide.")
    return _read(node)


def _read(node: yaml.Node) -> Noeud:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        empty = node.style is None and node.value in _NULLS
        return Noeud(None if empty else node.value, line, {})
    if isinstance(node, yaml.SequenceNode):
        return Noeud([_read(one) for one in node.value], line, {})
    return _mapping(node, line)


def _mapping(node: yaml.Node, line: int) -> Noeud:
    found: dict[str, Noeud] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise FichierError("un nom de champ est attendu.", at)
        if key.value in found:
            raise FichierError(f"« {key.value} » est dit deux fois (déjà ligne {lines[key.value]}).", at)
        found[key.value], lines[key.value] = _read(value), at
    return Noeud(found, line, lines)
