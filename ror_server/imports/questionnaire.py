"""The shape of a FHIR Questionnaire (SDC), as far as a modèle de saisie uses it, and of our condensed one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Fhir(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Coding(_Fhir):
    """A code of a list."""

    code: str
    system: str = ""


class _Concept(_Fhir):
    coding: list[Coding] = Field(default_factory=list)


class _Context(_Fhir):
    code: Coding
    valueCodeableConcept: _Concept | None = None  # noqa: N815  # FHIR's name


class _Option(_Fhir):
    valueCoding: Coding | None = None  # noqa: N815


class EnableWhen(_Fhir):
    """When an item is shown: the answer of another one."""

    question: str
    operator: Literal["exists", "=", "!=", ">", "<", ">=", "<="]
    answerBoolean: bool | None = None  # noqa: N815
    answerCoding: Coding | None = None  # noqa: N815
    answerString: str | None = None  # noqa: N815
    answerInteger: int | None = None  # noqa: N815
    answerDate: str | None = None  # noqa: N815

    @property
    def answer(self) -> str | None:
        """The answer as our conditions compare it; None when it is of a type that our fields do not have."""
        if self.answerCoding is not None:
            return self.answerCoding.code
        plain = (self.answerBoolean, self.answerString, self.answerInteger, self.answerDate)
        return next((str(one) for one in plain if one is not None), None)


class Item(_Fhir):
    """A question, or a group of questions."""

    linkId: str  # noqa: N815
    text: str = ""
    definition: str = ""
    required: bool = False
    answerOption: list[_Option] = Field(default_factory=list)  # noqa: N815
    answerValueSet: str = ""  # noqa: N815
    initial: list[_Option] = Field(default_factory=list)
    enableWhen: list[EnableWhen] = Field(default_factory=list)  # noqa: N815
    enableBehavior: Literal["all", "any"] | None = None  # noqa: N815
    item: list[Item] = Field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """The codes that it offers; none when it offers a whole list."""
        return [one.valueCoding.code for one in self.answerOption or self.initial if one.valueCoding]

    @property
    def is_group(self) -> bool:
        """Tell whether it only holds other items."""
        return bool(self.item) and not self.answerOption


class Questionnaire(_Fhir):
    """A modèle de saisie as the ANS publishes it."""

    resourceType: str  # noqa: N815
    id: str = ""
    name: str = ""
    title: str = ""
    version: str = ""
    url: str = ""
    publisher: str = ""
    useContext: list[_Context] = Field(default_factory=list)  # noqa: N815
    subjectType: list[str] = Field(default_factory=list)  # noqa: N815
    item: list[Item] = Field(default_factory=list)

    def contexts(self, wanted: str) -> Iterator[str]:
        """Give the codes of a kind of context, « categ » for the categories of establishment."""
        for one in self.useContext:
            if one.code.code.casefold() == wanted and one.valueCodeableConcept:
                yield from (coding.code for coding in one.valueCodeableConcept.coding)

    def leaves(self) -> Iterator[tuple[Item, Sequence[Item]]]:
        """Give every question with the items that bear a condition on it: itself, and the groups around it."""
        yield from _leaves(self.item, ())


def _leaves(items: Sequence[Item], around: tuple[Item, ...]) -> Iterator[tuple[Item, Sequence[Item]]]:
    for one in items:
        held = (*around, one) if one.enableWhen else around
        if one.is_group:
            yield from _leaves(one.item, held)
        else:
            yield one, held


class Condensed(_Fhir):
    """A modèle de saisie in the condensed shape: « name (single, required) » to its codes, and labels by section."""

    name: str
    title: str = ""
    version: str = ""
    source: str = ""
    useContext: dict[str, list[str]] = Field(default_factory=dict)  # noqa: N815
    fixed: dict[str, list[str]]
    allowed: dict[str, list[str]]
    sections: dict[str, list[str]] = Field(default_factory=dict)
