"""A newer list of codes laid over the one that is there: nothing that was stored ever becomes unreadable."""

from __future__ import annotations

from dataclasses import dataclass

from ror_tui.api_client.models import Code, Nomenclature


@dataclass(frozen=True, slots=True)
class Succession:
    """A list after another one, and what that changes, in codes."""

    nomenclature: Nomenclature
    ajoutes: list[str]
    renommes: list[str]
    retires: list[str]
    remis: list[str]

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the codes are as they were."""
        return not (self.ajoutes or self.renommes or self.retires or self.remis)


def succeed(before: Nomenclature | None, after: Nomenclature) -> Succession:
    """Lay a newer list over the one that is there.

    A code that the newer list does not have any more, or says inactive, is kept as retired: readable and flagged where
    it is stored, never offered again (DOMAIN §5.1). Filters, which no official list carries, stay with their codes.

    Args:
        before: The list that is there, None when there is none of that name.
        after: The newer list, with what it says inactive as retired.
    """
    old = {code.code: code for code in before.codes} if before else {}
    new = {code.code: code for code in after.codes}
    kept = [_heir(code, old.get(code.code)) for code in after.codes]
    gone = [code.model_copy(update={"retire": True}) for code in old.values() if code.code not in new]
    titled = {"titre": before.titre, "filtres": before.filtres} if before else {}
    return Succession(
        after.model_copy(update={"codes": kept + gone} | titled),
        ajoutes=[code for code in new if code not in old],
        renommes=[code for code in new if code in old and new[code].libelle != old[code].libelle],
        retires=[code for code, was in old.items() if not was.retire and (code not in new or new[code].retire)],
        remis=[code for code, is_now in new.items() if code in old and old[code].retire and not is_now.retire],
    )


def _heir(code: Code, before: Code | None) -> Code:
    return code.model_copy(update={"filtres": before.filtres}) if before else code
