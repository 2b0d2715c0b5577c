"""What every lever has in common: what it turns, how it stands now, which steps are sensible, and the turned rules."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, ClassVar, NamedTuple

from pydantic import ValidationError

from regulars.domain.earning.plain import plain
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.tuning import levers
from regulars.kernel.errors import Refusal
from regulars.kernel.registry import variants_in
from regulars.kernel.validation import instead
from regulars.kernel.words import Sentence

MOST_STEPS = 12
"""Of one lever: a person compares a dozen, not more."""
USUAL = (Decimal("0.5"), Decimal("0.75"), Decimal(1), Decimal("1.5"), Decimal(2))
"""Sensible steps of a number: so many times what it is now."""


class Priced(NamedTuple):
    """A reward of the catalogue that members can get. price: in points of its type."""

    code: str
    name: str
    point_type: str
    price: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What levers turn. document: of a rulebook; rewards: the cheapest first. Never changed: turning gives another."""

    document: dict[str, Any]
    rewards: tuple[Priced, ...] = ()

    def with_item(self, field: str, name: str, **changed: Any) -> Ground:
        """Another one in which the item of that list has other values."""
        document = copy.deepcopy(self.document)
        next(each for each in document[field] if each["id"] == name).update(changed)
        return replace(self, document=document)


class Target(NamedTuple):
    """Something that a lever can turn. key: what names it in a request; words: what people call it."""

    key: str
    words: Sentence


class Lever(ABC):
    """One kind of setting. Values are texts, in the one form that `read` gives: "1.5", "6 months"."""

    name: ClassVar[str]
    title: ClassVar[Sentence]
    hint: ClassVar[Sentence]

    @classmethod
    @abstractmethod
    def targets(cls, ground: Ground) -> list[Target]:
        """Everything that this lever can turn here."""

    @classmethod
    @abstractmethod
    def present(cls, ground: Ground, key: str) -> str:
        """How it stands now. key: of one of the targets."""

    @classmethod
    @abstractmethod
    def proposed(cls, ground: Ground, key: str) -> list[str]:
        """Steps that one would try, valid or not; see `sensible`."""

    @classmethod
    @abstractmethod
    def read(cls, text: str) -> str:
        """A value as somebody wrote it, in its one form. Raises Refusal for what is none."""

    @classmethod
    @abstractmethod
    def turned(cls, ground: Ground, key: str, value: str) -> Ground:
        """The ground with that value. It may be no valid rulebook any more."""

    @classmethod
    def said(cls, value: str) -> Sentence | Decimal | str:
        """The value as people read it."""
        return value


@cache
def levers_by_name() -> Mapping[str, type[Lever]]:
    """Every lever there is."""
    return variants_in(levers, Lever)  # type: ignore[type-abstract]  # only its subclasses are returned


def lever_of(name: str) -> type[Lever]:
    """The lever of that name. Raises Refusal."""
    found = levers_by_name().get(name)
    if found is None:
        raise Refusal(
            "unknown_lever",
            "There is no such lever",
            detail=f"Nothing that can be turned is called {name[:60]!r}.",
            remedy=instead(name, levers_by_name()),
            field="levers",
        )
    return found


def target_of(lever: type[Lever], ground: Ground, key: str) -> Target:
    """What the lever turns there. Raises Refusal for what it cannot turn."""
    targets = {each.key: each for each in lever.targets(ground)}
    if key not in targets:
        raise Refusal(
            "unknown_lever_target",
            "The lever does not turn this",
            detail=f"{lever.name} has nothing that is called {key[:90]!r} in these rules and this catalogue.",
            remedy=instead(key, targets) if targets else "Choose another lever; this one has nothing to turn here.",
            field="levers",
        )
    return targets[key]


def sensible(lever: type[Lever], ground: Ground, key: str) -> list[str]:
    """The present value and those around it that give a valid rulebook, in the order of the proposal."""
    present = lever.present(ground, key)
    steps = list(dict.fromkeys(lever.proposed(ground, key)))
    return [each for each in steps if each == present or is_valid(lever.turned(ground, key, each).document)]


def is_valid(document: Mapping[str, Any]) -> bool:
    """Whether it is a rulebook."""
    try:
        Rulebook.model_validate(document)
    except ValidationError:
        return False
    return True


def number_of(text: str, *, whole: bool = False) -> Decimal:
    """A step that is a number above zero. Raises Refusal."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 < number < 10**12 or (whole and number != number.to_integral_value()):
        raise bad_step(text, "a whole number above 0" if whole else "a number above 0, such as 1.5")
    return number


def bad_step(text: str, wanted: str) -> Refusal:
    """The refusal of a step that the lever cannot read. wanted: what it reads."""
    return Refusal(
        "bad_lever_step",
        "A step cannot be read",
        detail=f"{text[:40]!r} was given as a step, and this lever takes {wanted}.",
        remedy="Write the steps one by one, or leave them out to take the sensible ones.",
        field="levers",
    )


def written_number(number: Decimal | float) -> str:
    """1.5, 2 and 0.25: without zeros at the end, and never with an exponent."""
    return f"{Decimal(str(number)).normalize():f}"


def around(present: str, *, places: int = 2, whole: bool = False) -> list[str]:
    """Half of it, three quarters, itself, one and a half times, twice: rounded, and without repetitions."""
    number = Decimal(present)
    steps: Sequence[Decimal] = [number * each for each in USUAL]
    if whole:
        return [written_number(max(each.quantize(Decimal(1)), Decimal(1))) for each in steps]
    return [present if each == number else written_number(each.quantize(Decimal(1).scaleb(-places))) for each in steps]


def as_value(text: str) -> Any:
    """The number of a step as a document holds it."""
    return plain(Decimal(text))
