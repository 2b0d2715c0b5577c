"""What a form lets one ask: every field with its words, its kind, its comparisons, and the values to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext

from regulars.domain.earning.conditions import Scalar
from regulars.domain.earning.conditions_words import MONTHS, OF_MONTHS, WEEKDAY_NAMES, subject_words
from regulars.domain.earning.facts import AUDIENCE, CONSENT, DATA, Fact, Kind, fact_of
from regulars.domain.earning.measures import HISTORY
from regulars.domain.earning.strategy import Terms
from regulars.interfaces.console.conditions.operators import FORMS, LITERAL, OperatorForm, fitting_forms
from regulars.interfaces.console.conditions.values import Reading, written
from regulars.interfaces.web import words

_READINGS: dict[Kind, Reading] = {
    "text": "text", "number": "number", "money": "number", "weekday": "text", "date": "day", "clock": "clock",
    "flag": "flag", "any": "anything", "declared": "anything",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A field to ask for.

    topic: under which it stands in the list. choices: its values as the form sends them, with their words; closed: it
    has no others. unit: what its numbers count. hint: what one should know. suggested: values that are usual.
    """

    fact: Fact
    label: str
    topic: str
    choices: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    unit: str = ""
    hint: str = ""
    suggested: tuple[str, ...] = ()

    @property
    def forms(self) -> dict[str, OperatorForm]:
        """The comparisons that fit it."""
        return fitting_forms(self.fact.kind)

    @property
    def usual_forms(self) -> dict[str, OperatorForm]:
        """Those that make sense to choose: what is always known is not asked whether it is, and yes has no more."""
        asked = not self.fact.always or self.fact.kind == "text"
        sensible = fitting_forms("flag") if self.fact.kind == "any" and self.choices else FORMS
        return {
            name: form for name, form in self.forms.items() if name in sensible and (asked or form.takes != "nothing")
        }

    def reads(self, operator: str) -> Reading:
        """How a value beside that comparison is read."""
        return "text" if operator in LITERAL else _READINGS[self.fact.kind]


@dataclass(frozen=True, slots=True)
class Offers:
    """All that can be asked, in the order of the list. terms: for the words.

    with_data: whether one may also ask for anything that a sender puts into an event. hidden: fields that stand in the
    list only where they are asked already.
    """

    fields: Mapping[str, Offer]
    terms: Terms
    with_data: bool = False
    hidden: frozenset[str] = frozenset()

    def find(self, name: str) -> Offer | None:
        """The field of that name, if it can be asked."""
        found = self.fields.get(name)
        if found is None and self.with_data and name.startswith(DATA) and (fact := fact_of(name)) is not None:
            return offer(fact, topic_words("data"), self.terms)
        return found


def offer(
    fact: Fact,
    topic: str,
    terms: Terms,
    *,
    choices: Mapping[str, str] | None = None,
    suggested: tuple[str, ...] = (),
    label: str = "",
) -> Offer:
    """The field with what follows from its kind. choices: the only values that it has, by id; label: a better one."""
    said = label or _label(fact, terms)
    found = Offer(fact, said[:1].upper() + said[1:], topic, suggested=suggested)
    if choices:
        return replace(found, choices={written(each, "text"): name for each, name in choices.items()}, closed=True)
    if fact.kind == "weekday":
        return replace(found, choices={day: gettext(name) for day, name in WEEKDAY_NAMES.items()})
    if fact.kind == "flag":
        return replace(found, choices=_flag_choices(fact), closed=True)
    if fact.name in OF_MONTHS:
        return replace(found, choices={str(number): gettext(name) for number, name in MONTHS.items()})
    if fact.kind == "money":
        return replace(found, unit=terms.currency, hint=_hint(fact, terms))
    return replace(found, hint=_hint(fact, terms))


def value_words(value: Scalar, found: Offer) -> str:
    """A value that is none of the choices, as the list of choices shows it."""
    if isinstance(value, bool | Decimal):
        return words.write(value)
    return gettext(WEEKDAY_NAMES.get(value.casefold(), value)) if found.fact.kind == "weekday" else value


def topic_words(topic: str) -> str:
    """How a group of fields is called in the list."""
    return {
        "member": gettext("The member"),
        "fields": gettext("Profile and consents"),
        "orders": gettext("Orders so far"),
        "history": gettext("What is counted"),
        "tiers": gettext("Tiers"),
        "points": gettext("Points"),
        "audiences": gettext("Audiences"),
        "order": gettext("The order"),
        "time": gettext("Day and time"),
        "line": gettext("The article"),
        "data": gettext("What the sender says"),
    }[topic]


def _label(fact: Fact, terms: Terms) -> str:
    if fact.name.startswith(AUDIENCE):
        code = fact.name[len(AUDIENCE) :]
        return gettext("In the audience “%(audience)s”") % {"audience": terms.audience_names.get(code, code)}
    if fact.name.startswith(HISTORY):
        return fact.title
    return words.said(subject_words(fact, terms))


def _flag_choices(fact: Fact) -> dict[str, str]:
    if fact.name.startswith(CONSENT):
        return {"true": gettext("given"), "false": gettext("not given")}
    return {"true": gettext("yes"), "false": gettext("no")}


def _hint(fact: Fact, terms: Terms) -> str:
    if fact.name.startswith(HISTORY):
        measure = terms.measures[fact.name[len(HISTORY) :]]
        return gettext("Counted over: %(window)s") % {"window": words.said(measure.looks_back.words())}
    if fact.kind == "any":
        return gettext("A number, true or false, or a text. A text that looks like a number stands in quotes.")
    return ""
