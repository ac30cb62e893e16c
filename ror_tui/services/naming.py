"""The default name of an unité opérationnelle: « Unité » + type (guide §3d, A NOTER 6)."""

from __future__ import annotations

from ror_tui.services.finding import fold


def default_name(type_label: str) -> str:
    """Give the default name for a type, as the server's control expects it.

    Args:
        type_label: Label of the type d'UO; one that already begins with « Unité » is not doubled.
    """
    if fold(type_label).startswith("unite"):
        return type_label
    head, *rest = type_label.split(" ", 1)
    lowered = head if head.isupper() and len(head) > 1 else head[:1].lower() + head[1:]
    return " ".join(["Unité", lowered, *rest])


def proposed_name(name: str | None, former_type: str | None, new_type: str) -> str | None:
    """Give the name to propose when a type is chosen, or None when the typed name stays.

    Args:
        name: The name now.
        former_type: Label of the type before, if any.
        new_type: Label of the type just chosen.
    """
    typed = (name or "").strip()
    if typed and (former_type is None or typed != default_name(former_type)):
        return None
    return default_name(new_type)
