"""The history of the places seen in the Répertoire: back and forward, as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field

from ror_tui.api_client.models import Place

LONGEST = 100


@dataclass(slots=True)
class History:
    """Places left behind, and those that going back left ahead."""

    _before: list[Place] = field(default_factory=list)
    _after: list[Place] = field(default_factory=list)

    def leave(self, here: Place) -> None:
        """Note a place before going elsewhere; what was ahead is forgotten.

        Args:
            here: The place that is left.
        """
        if not self._before or _spot(self._before[-1]) != _spot(here):
            self._before = [*self._before[1 - LONGEST :], here]
        self._after = []

    def back(self, here: Place) -> Place | None:
        """Give the place before this one, None when there is none."""
        return _step(self._before, self._after, here)

    def forward(self, here: Place) -> Place | None:
        """Give the place that going back left, None when there is none."""
        return _step(self._after, self._before, here)

    @property
    def can_go_back(self) -> bool:
        """Tell whether a place was left behind."""
        return bool(self._before)

    @property
    def can_go_forward(self) -> bool:
        """Tell whether a place is ahead."""
        return bool(self._after)


def _step(source: list[Place], target: list[Place], here: Place) -> Place | None:
    if not source:
        return None
    target.append(here)
    return source.pop()


def _spot(place: Place) -> tuple[object, object]:
    return (place.vue, place.ligne)
