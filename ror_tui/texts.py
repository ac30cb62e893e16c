"""French texts shared by several screens; light to import, the login screen draws with it."""

from __future__ import annotations

NBSP = "\N{NO-BREAK SPACE}"

SUPPORT = (
    ("Par téléphone", "01 83 76 30 31 (du lundi au vendredi, de 8h à 18h)"),
    ("Par formulaire", "https://formulaire-support.sante-idf.fr"),
    ("Par mail", "ror.support@sesan.fr"),
)

CONDITIONS = "En vous connectant vous confirmez avoir lu et accepté les conditions générales d'utilisation."


def plural(count: int, singular: str, many: str) -> str:
    """Say a count in French: « 0 unité », « 1 unité », « 2 unités ».

    Args:
        count: How many.
        singular: The noun for 0 and 1.
        many: The noun from 2 on.
    """
    return f"{count:,}".replace(",", NBSP) + f" {many if count > 1 else singular}"
