"""Style sheets that are read once for all the applications that a test session starts one after the other."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_rules: dict[tuple[Any, ...], list[RuleSet]] = {}


def _parse_once(self: Stylesheet, *args: Any, **options: Any) -> list[RuleSet]:
    key = (args, *options.items(), *self._variables.items())
    if key not in _rules:
        _rules[key] = _parse(self, *args, **options)
    return _rules[key]


def install() -> None:
    """Let every application find the rules that another one has read with the same variables."""
    Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]
