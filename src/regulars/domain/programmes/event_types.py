"""What members do besides buying: the event types that have names, what belongs to them, and how often they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.earning.contracts import Data
from regulars.domain.events.contracts import OCCASIONS, ORDER, OWN, RETURN
from regulars.kernel.errors import Refusal
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence

LONGEST_SUBJECT = 200
SUBJECT = "subject"
"""The field of `data` that says what the event was about: the product of a review, the survey of an answer."""

OncePer = Literal["member", "member+subject", "member+day"]

_NAMES = {
    "review.written": "A review",
    "survey.answered": "A survey answered",
    "event.attended": "An event attended",
    "app.downloaded": "The app downloaded",
    "post.written": "A post written",
    "post.shared": "Something shared",
    "signed_in": "A sign-in",
    "member.enrolled": "Joining",
    "member.birthday": "A birthday",
    "member.anniversary": "An anniversary of joining",
    "member.inactive": "A long silence",
}
_SAID = {
    "review.written": "You wrote a review",
    "survey.answered": "You answered a survey",
    "event.attended": "You came to an event",
    "app.downloaded": "You downloaded the app",
    "post.written": "You wrote a post",
    "post.shared": "You shared something",
    "signed_in": "You signed in",
    "member.enrolled": "You joined",
    "member.birthday": "It was your birthday",
    "member.anniversary": "You joined on this day, years ago",
    "member.inactive": "Nothing had come from you for a while",
}
STANDARD = tuple(_NAMES)
"""Types that have a name, for operators and for members, without being declared."""


class EventField(BaseModel):
    """One field of `data`: {id: stars, name: Stars, kind: number}."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="The name in data, such as stars")
    name: str = Field(min_length=1, max_length=60, description="How people call it")
    kind: Literal["text", "number", "date", "flag"] = Field(
        description="What its values are: text, number, date, or flag (yes or no)"
    )
    required: bool = Field(
        default=False, strict=True, exclude_if=lambda value: value is False, description="Whether every event has it"
    )


class EventType(BaseModel):
    """One thing that members do: {id: review.written, once_per: member+subject}.

    once_per: `member` counts the first one of all, `member+subject` the first about each `data.subject`, `member+day`
    the first of a local day. A repeat is accepted, gives nothing and says why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(
        pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=60, description="The event type, such as review.written"
    )
    name: str = Field(
        default="",
        max_length=60,
        exclude_if=lambda value: not value,
        description="How operators call it; types that Regulars knows have a name already",
    )
    said: str = Field(
        default="",
        max_length=120,
        exclude_if=lambda value: not value,
        description="What members read in their activity, such as You wrote a review",
    )
    fields: tuple[EventField, ...] = Field(
        default=(), max_length=40, exclude_if=lambda value: not value, description="What belongs to it, in data"
    )
    once_per: OncePer | None = Field(
        default=None, exclude_if=lambda value: value is None, description="How often it counts; without it, always"
    )

    @field_validator("id")
    @classmethod
    def _is_something_done(cls, value: str) -> str:
        if value in (ORDER, RETURN) or value in OWN:
            raise complaint(f"{value} has its meaning already", "Declare what your own systems send.")
        return value

    @model_validator(mode="after")
    def _names_are_there(self) -> EventType:
        if not self.name and self.id not in STANDARD:
            raise complaint(f"{self.id} has no name", "Add name: how people call it.")
        twice = [each for each, count in Counter(field.id for field in self.fields).items() if count > 1]
        if twice:
            raise complaint(f"the field {twice[0]} is there twice", "Remove one of them.")
        return self

    def check(self, data: Mapping[str, Data]) -> None:
        """Raises Refusal for data that the type does not take."""
        for each in self.fields:
            value = data.get(each.id)
            if value is None and each.required:
                raise _missing(self.id, each.id, each.name)
            if value is not None and not _is_of_kind(each.kind, value):
                raise _unfit(self.id, each, value)
        if self.once_per == "member+subject":
            subject = data.get(SUBJECT)
            if subject is None or subject == "":
                raise _missing(self.id, SUBJECT, "what it is about")
            if len(str(subject)) > LONGEST_SUBJECT:
                raise Refusal(
                    "text_too_long",
                    "The text is too long",
                    detail=f"data.subject has {len(str(subject))} characters; it holds up to {LONGEST_SUBJECT}.",
                    remedy="Send an id instead of a text.",
                    field="data.subject",
                )

    def subject(self, data: Mapping[str, Data], day: date) -> str | None:
        """What the event counts once for; None where it counts always."""
        if self.once_per is None:
            return None
        if self.once_per == "member+subject":
            return str(data[SUBJECT])
        return day.isoformat() if self.once_per == "member+day" else ""


def event_name(declared: Mapping[str, EventType], event_type: str) -> Sentence:
    """How operators call an event type; one that nobody declares is called by its id."""
    known = declared.get(event_type)
    if known is not None and known.name:
        return Sentence("{name}", {"name": known.name})
    if event_type in STANDARD:
        return Sentence(_NAMES[event_type])
    return Sentence("{name}", {"name": _plainly(event_type)})


def event_said(declared: Mapping[str, EventType], event_type: str) -> Sentence:
    """What a member reads of an event of this type."""
    known = declared.get(event_type)
    if known is not None and (known.said or known.name):
        return Sentence("{name}", {"name": known.said or known.name})
    if event_type in STANDARD:
        return Sentence(_SAID[event_type])
    return Sentence("{name}", {"name": _plainly(event_type)})


def recordable(declared: Mapping[str, EventType]) -> list[str]:
    """The types that an operator may record by hand: those that are declared, and those that Regulars knows."""
    mine = [each for each in STANDARD if each not in declared and each not in OCCASIONS and each not in OWN]
    return [*declared, *mine]


def _plainly(event_type: str) -> str:
    return event_type.replace("_", " ").replace(".", " ").capitalize()


def _is_of_kind(kind: str, value: Data) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind == "date":
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return True


_NEEDED = {
    "flag": ("true or false", "Send true or false, without quotes."),
    "number": ("a number", "Send a number without quotes, such as 5."),
    "date": ("a date", "Send it as 2026-11-27."),
    "text": ("a text", "Send it in quotes."),
}


def _unfit(event_type: str, field: EventField, value: Data) -> Refusal:
    needed, remedy = _NEEDED[field.kind]
    return Refusal(
        "bad_event_data",
        "The data of the event does not fit its type",
        detail=f"For {event_type} the rulebook says that {field.id} is {needed}, and {str(value)[:60]!r} is not.",
        remedy=remedy,
        field=f"data.{field.id}",
    )


def _missing(event_type: str, name: str, meaning: str) -> Refusal:
    return Refusal(
        "field_missing",
        "Something is missing",
        detail=f"An event of type {event_type} has {name} in its data: {meaning}.",
        remedy=f"Add data.{name}.",
        field=f"data.{name}",
    )
