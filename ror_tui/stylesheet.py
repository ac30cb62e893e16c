"""The rules of the style sheets, each read once: Textual reads all of them again for every screen that has its own."""

from __future__ import annotations

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


class KeptStylesheet(Stylesheet):
    """Keeps the rules of every source for as long as the variables stay the same."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache: dict[tuple[object, ...], list[RuleSet]] = {}  # type: ignore[assignment]  # nothing leaves it

    def set_variables(self, variables: dict[str, str]) -> None:
        """Forget the rules when a colour changes.

        Args:
            variables: By name.
        """
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Read what was not read yet."""
        self.parse()
