"""What a programme keeps about its members besides name and address: declared fields, and what fits into them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.strategy import FieldTerms
from regulars.kernel.errors import Refusal
from regulars.kernel.text import clean
from regulars.kernel.validation import complaint, instead

LONGEST_TEXT = 500
MOST_DIGITS = 15
"""Of a number: as many as every program reads back exactly."""

FieldKind = Literal["text", "number", "date", "flag", "choice"]


class FieldOption(BaseModel):
    """One option of a choice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="Stable short name, such as oat-milk")
    name: str = Field(min_length=1, max_length=60, description="How people call it")


class MemberField(BaseModel):
    """One thing that is kept about every member: {id: milk, name: Milk, kind: choice, options: [...]}.

    A field that is taken out of the rulebook leaves what is stored as it is: it can be read, and no longer changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="Stable short name, such as shoe_size")
    name: str = Field(min_length=1, max_length=60, description="How people call it")
    kind: FieldKind = Field(description="What its values are: text, number, date, flag (yes or no), or choice")
    options: tuple[FieldOption, ...] = Field(
        default=(), max_length=200, exclude_if=lambda value: not value, description="Of a choice: what there is"
    )
    member_may_edit: bool = Field(
        default=False,
        strict=True,
        exclude_if=lambda value: value is False,
        description="Whether members may change it themselves in the portal",
    )

    @model_validator(mode="after")
    def _options_of_a_choice(self) -> MemberField:
        if self.kind == "choice" and not self.options:
            raise complaint(f"{self.id} is a choice without options", "Add options: with an id and a name each.")
        if self.kind != "choice" and self.options:
            raise complaint(f"{self.id} is a {self.kind} and takes no options", "Write “kind: choice”.")
        twice = [each for each, count in Counter(option.id for option in self.options).items() if count > 1]
        if twice:
            raise complaint(f"the option {twice[0]} is there twice", "Remove one of them.")
        return self

    def terms(self) -> FieldTerms:
        """How people call the field and its options."""
        return FieldTerms(
            name=self.name,
            option_names={each.id: each.name for each in self.options},
            is_date=self.kind == "date",
        )


def fitting_attributes(
    fields: Sequence[MemberField], given: Mapping[str, Data], *, stored: Mapping[str, Data] | None = None
) -> dict[str, Data]:
    """What is kept of a member after the change: `stored` with what is given; null takes a value away.

    A programme that declares no fields keeps whatever is sent. Raises Refusal for a field that is not declared, and for
    a value of another kind; a value that is given as it is stored always fits, so that old ones stay.
    """
    kept = dict(stored or {})
    declared = {each.id: each for each in fields}
    for name, value in given.items():
        if name in kept and kept[name] == value and type(kept[name]) is type(value):
            continue
        if value is None:
            kept.pop(name, None)
        elif not declared:
            kept[name] = value
        elif name not in declared:
            raise _unknown(name, declared)
        else:
            kept[name] = _fitting(declared[name], value)
    return kept


def fits(field: MemberField, value: Data) -> bool:
    """Whether the value is of the field's kind; one that was stored under another rulebook may not be."""
    try:
        return value is not None and _fitting(field, value) == value
    except Refusal:
        return False


def read_text(field: MemberField, text: str) -> Data:
    """A value as a file or a form has it, as text; empty takes it away. Raises Refusal for what does not fit."""
    text = text.strip()
    if not text:
        return None
    if field.kind == "flag":
        word = text.casefold()
        if word not in _FLAGS:
            raise _unfit(field, text, "yes or no", "Write yes or no.")
        return _FLAGS[word]
    if field.kind == "number":
        return _number(field, text)
    if field.kind == "choice":
        names = {each.name.casefold(): each.id for each in field.options}
        return str(_fitting(field, names.get(text.casefold(), text)))
    return _fitting(field, text)


_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _fitting(field: MemberField, value: Data) -> Data:
    if field.kind == "number":
        if isinstance(value, str | bool):
            raise _unfit(field, value, "a number", "Send a number without quotes, such as 42 or 2.50.")
        return _number(field, value)
    if field.kind == "flag":
        if not isinstance(value, bool):
            raise _unfit(field, value, "true or false", "Send true or false, without quotes.")
        return value
    if not isinstance(value, str):
        raise _unfit(field, value, "a text", "Send it in quotes.")
    if field.kind == "date":
        return _day(field, value)
    if field.kind == "choice":
        options = [each.id for each in field.options]
        if value not in options:
            raise _unfit(field, value, "one of the options", instead(value, options))
        return value
    return clean(value, longest=LONGEST_TEXT, field=f"attributes.{field.id}")


def _number(field: MemberField, value: Data) -> Data:
    """Whole numbers as int, others as float: both as JSON has them."""
    try:
        number = Decimal(value if isinstance(value, str) else repr(value))
    except InvalidOperation:
        raise _unfit(field, value, "a number", "Write it with digits, such as 42 or 2.50.") from None
    if (
        not number.is_finite()
        or abs(number.adjusted()) >= MOST_DIGITS
        or len(number.normalize().as_tuple().digits) > (MOST_DIGITS)
    ):
        raise _unfit(field, value, f"a number of up to {MOST_DIGITS} digits", "Round it.")
    return int(number) if number == number.to_integral_value() else float(number)


def _day(field: MemberField, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _unfit(field, value, "a date", "Write it as 2026-11-27.") from None


def _unknown(name: str, declared: Iterable[str]) -> Refusal:
    return Refusal(
        "unknown_member_field",
        "This is not kept about members",
        detail=f"The rulebook in force declares no field {name[:60]!r}.",
        remedy=f"{instead(name, declared)} Other fields are added under member_fields of the rulebook.",
        field=f"attributes.{name[:60]}",
    )


def _unfit(field: MemberField, value: object, needed: str, remedy: str) -> Refusal:
    return Refusal(
        "bad_member_field",
        "The value does not fit the field",
        detail=f"{field.name} is {needed}, and {str(value)[:60]!r} is not.",
        remedy=remedy,
        field=f"attributes.{field.id}",
    )
