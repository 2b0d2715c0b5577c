"""The fields that conditions may name: what each is called, what kind of value it has, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from regulars.domain.earning.contracts import Data, Line, MemberState, Occurrence
from regulars.domain.earning.measures import HISTORY, NO_MEASURES, Measure, Measures

Kind = Literal["text", "number", "money", "weekday", "date", "clock", "flag", "any", "declared"]
Reader = Callable[[Occurrence, MemberState, Line | None], object]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DATA = "data."
TIER = "member.tier."
FIELD = "member.field."
CONSENT = "member.consent."
AUDIENCE = "member.audience."
BALANCE = "member.balance."
STATUSES = ("active", "blocked")
"""States of members who have not left; who has is in no audience."""
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Fact:
    """A field that conditions may name.

    title: how people call it. kind: of value; `any` is what a sender put into `data`, `declared` has the kind that the
    rulebook gives to a field of members, `clock` is minutes since midnight. of: event or line; member: it changes by
    itself as time goes by, so audiences ask it and rules name an audience.
    always: every event (every line) has it. whole: whole numbers only. least, most: bounds that nature sets.
    """

    name: str
    title: str
    kind: Kind
    of: Literal["event", "line", "member"]
    read: Reader
    always: bool = False
    whole: bool = False
    least: int | None = None
    most: int | None = None


def _data(key: str) -> Reader:
    def read(event: Occurrence, _member: MemberState, _line: Line | None) -> object:
        return _exact(event.data.get(key))

    return read


def _exact(value: Data) -> object:
    """The shortest decimal that means this float: 0.1 in a rulebook equals 0.1 in an event."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def _known(name: str) -> Reader:
    return lambda _event, member, _line: _exact(member.known.get(name))


def _quantity(event: Occurrence, _member: MemberState, _line: Line | None) -> object:
    return sum((line.quantity for line in event.lines), Decimal(0))


def _categories(event: Occurrence, _member: MemberState, _line: Line | None) -> object:
    return len({line.category for line in event.lines if line.category})


def _minutes(event: Occurrence, _member: MemberState, _line: Line | None) -> object:
    return event.local.hour * 60 + event.local.minute


_EVENT = (
    Fact("order.amount", "the amount of the order", "money", "event", lambda o, _m, _l: o.amount_minor, True, least=0),
    Fact("order.lines", "the number of lines", "number", "event", lambda o, _m, _l: len(o.lines), True, True, 0),
    Fact("order.quantity", "the number of items", "number", "event", _quantity, True, least=0),
    Fact("order.number_of_categories", "the number of categories", "number", "event", _categories, True, True, 0),
    Fact("event.channel", "the channel", "text", "event", lambda o, _m, _l: o.channel, True),
    Fact("event.store", "the store", "text", "event", lambda o, _m, _l: o.store, True),
    Fact("member.orders", "the number of earlier orders", "number", "event", lambda _o, m, _l: m.orders, True, True, 0),
    Fact(
        "member.days",
        "the number of days since joining",
        "number",
        "event",
        lambda o, m, _l: (o.occurred_at - m.enrolled_at).days,
        True,
        True,
    ),
    Fact("time.weekday", "the day", "weekday", "event", lambda o, _m, _l: WEEKDAYS[o.local.weekday()], True),
    Fact("time.hour", "the hour", "number", "event", lambda o, _m, _l: o.local.hour, True, True, 0, 23),
    Fact("time.clock", "the time", "clock", "event", _minutes, True, True, 0, DAY_MINUTES - 1),
    Fact("time.date", "the date", "date", "event", lambda o, _m, _l: o.local.date(), True),
    Fact(
        "time.day_of_month", "the day of the month", "number", "event", lambda o, _m, _l: o.local.day, True, True, 1, 31
    ),
    Fact("time.month", "the month", "number", "event", lambda o, _m, _l: o.local.month, True, True, 1, 12),
)
_LINE = (
    Fact("line.sku", "the article", "text", "line", lambda _o, _m, line: line and line.sku, True),
    Fact("line.name", "the name of the article", "text", "line", lambda _o, _m, line: line and line.name, True),
    Fact("line.category", "the category", "text", "line", lambda _o, _m, line: line and line.category, True),
    Fact("line.brand", "the brand", "text", "line", lambda _o, _m, line: line and line.brand, True),
    Fact(
        "line.amount", "the amount of the line", "money", "line", lambda _o, _m, line: line and line.amount_minor, True
    ),
    Fact("line.quantity", "the quantity", "number", "line", lambda _o, _m, line: line and line.quantity, True, least=0),
)
_PERSON = (
    Fact("member.language", "the member's language", "text", "event", _known("member.language"), True),
    Fact("member.channel", "where the member joined", "text", "event", _known("member.channel"), True),
    Fact("member.age", "the member's age", "number", "event", _known("member.age"), whole=True, least=0),
    Fact(
        "member.birth_month", "the month of the member's birthday", "number", "event", _known("member.birth_month"),
        whole=True, least=1, most=12,
    ),
)  # fmt: skip
FACTS: dict[str, Fact] = {fact.name: fact for fact in (*_EVENT, *_PERSON, *_LINE)}
PERSONAL = frozenset(fact.name for fact in _PERSON)
"""Facts about the person behind the member, besides fields and consents: read where a rule asks, and never else."""


def _joined(event: Occurrence, member: MemberState, _line: Line | None) -> object:
    return member.enrolled_at.astimezone(event.local.tzinfo).date()


_MEMBER = (
    Fact("member.joined", "the day of joining", "date", "member", _joined, True),
    Fact("member.spent", "the money spent so far", "money", "member", _known("member.spent"), True),
    Fact(
        "member.days_since_order",
        "the number of days since the last order",
        "number",
        "member",
        _known("member.days_since_order"),
        whole=True,
    ),
    Fact("member.status", "the member's state", "text", "member", _known("member.status"), True),
)
MEMBER_FACTS: dict[str, Fact] = {fact.name: fact for fact in _MEMBER}
"""What audiences ask beside the facts of rules: see `Fact.of`."""


def fact_of(name: str, measures: Measures = NO_MEASURES) -> Fact | None:
    """The fact of that name; `data.<key>`, `member.tier.<ladder>`, `member.field.<id>`, `member.consent.<id>`,
    `member.audience.<code>` and `member.balance.<point type>` exist for any key, ladder, id and code.

    measures: of the rulebook; `history.<measure>` exists for these.
    """
    if name.startswith(DATA) and len(name) > len(DATA):
        key = name[len(DATA) :]
        return Fact(name, f"“{key}”", "any", "event", _data(key))
    if name.startswith(TIER) and len(name) > len(TIER):
        ladder = name[len(TIER) :]
        return Fact(name, "the member's tier", "text", "event", lambda _o, m, _l: m.tiers.get(ladder))
    if name.startswith(HISTORY):
        measure = measures.get(name[len(HISTORY) :])
        return None if measure is None else _measured(name, measure)
    if name.startswith(FIELD) and len(name) > len(FIELD):
        return Fact(name, f"“{name[len(FIELD) :]}”", "declared", "event", _known(name))
    if name.startswith(CONSENT) and len(name) > len(CONSENT):
        return Fact(name, "the member's consent", "flag", "event", _known(name), True)
    if name.startswith(AUDIENCE) and len(name) > len(AUDIENCE):
        return Fact(name, "the audience", "flag", "event", _known(name), True)
    if name.startswith(BALANCE) and len(name) > len(BALANCE):
        return Fact(name, "the balance", "number", "member", _known(name), True, True)
    return FACTS.get(name) or MEMBER_FACTS.get(name)


def _measured(name: str, measure: Measure) -> Fact:
    key, window = measure.key, measure.looks_back

    def read(event: Occurrence, member: MemberState, _line: Line | None) -> object:
        return measure.value(member.past.total(key, *window.span(event.local.date())))

    kind: Kind = "money" if measure.count == "amount" else "number"
    return Fact(name, measure.name, kind, "event", read, True, measure.count not in ("quantity", "amount"), 0)
