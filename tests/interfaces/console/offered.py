"""Vocabularies for tests of the form of conditions: a rulebook that has something of every kind, and trees over it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from hypothesis import strategies as st

from regulars.domain.audiences.contracts import Audience, Kind
from regulars.domain.earning.facts import WEEKDAYS
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook
from regulars.flows.member_vocabulary import Vocabulary, vocabulary_of
from regulars.interfaces.console.conditions.offers import Offer, Offers
from regulars.interfaces.console.conditions.offers_of_members import member_offers
from regulars.interfaces.console.conditions.offers_of_rules import rule_offers
from regulars.interfaces.console.conditions.operators import LITERAL, OperatorForm
from tests.factories import NOON, RULEBOOK

Which = Literal["members", "when", "lines"]
WHICH: tuple[Which, ...] = ("members", "when", "lines")
EVERYTHING: dict[str, Any] = RULEBOOK | {
    "point_types": [*RULEBOOK["point_types"], {"id": "stars", "name": "Stars"}],
    "ladders": [
        *RULEBOOK["ladders"],
        {
            "id": "club",
            "name": "Club",
            "metric": "points",
            "point_type": "points",
            "down": "never",
            "tiers": [
                {"id": "guest", "name": "Guest", "from_score": 0},
                {"id": "regular", "name": "Regular", "from_score": 300},
            ],
        },
    ],
    "member_fields": [
        {"id": "size", "name": "Shoe size", "kind": "number"},
        {
            "id": "milk",
            "name": "Milk",
            "kind": "choice",
            "options": [{"id": "oat", "name": "Oat"}, {"id": "cow", "name": "Cow"}],
        },
        {"id": "moved", "name": "Moved", "kind": "date"},
        {"id": "dog", "name": "Has a dog", "kind": "flag"},
        {"id": "note", "name": "Note", "kind": "text"},
    ],
    "consents": [{"id": "email", "name": "News by e-mail", "text_version": "1"}],
    "measures": [
        {"id": "spent", "name": "Spent in a year", "count": "amount", "window": "365 days"},
        {"id": "coffees", "name": "Coffees in 90 days", "count": "quantity", "window": "90 days"},
    ],
    "event_types": [
        {
            "id": "review.written",
            "fields": [
                {"id": "stars", "name": "Stars", "kind": "number"},
                {"id": "photo", "name": "With a photo", "kind": "flag"},
                {"id": "day", "name": "Day", "kind": "date"},
                {"id": "title", "name": "Title", "kind": "text"},
            ],
        }
    ],
}
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def audience(code: str, number: int = 1, **other: Any) -> Audience:
    """An audience without a database."""
    given: dict[str, Any] = {
        "name": code.title(), "kind": Kind.static, "conditions": None, "version": 1, "archived": False, "members": 0,
        "created_at": _AT, "changed_at": _AT, "changed_by": "olga", "refreshed_on": None,
    }  # fmt: skip
    return Audience(id=number, programme_id=1, code=code, **given | other)


@cache
def vocabulary() -> Vocabulary:
    """Of all members, as audiences ask it."""
    rulebook = Rulebook.model_validate(EVERYTHING)
    point_types = {"points": 1, "stars": 2}
    compiled = CompiledRulebook(1, 1, rulebook, point_types)
    programme = Programme(1, 1, "House", "shop", "Shop", "EUR", "Europe/Berlin", "", _AT, False)
    shelf = Shelf(programme, 1, [_AT], [compiled], {1: compiled}, point_types)
    return vocabulary_of(shelf, [audience("listed"), audience("buyers", 2)], now=NOON)


@cache
def offers_of(which: Which) -> Offers:
    """What each of the three forms offers."""
    rulebook = Rulebook.model_validate(EVERYTHING)
    if which == "members":
        return member_offers(vocabulary(), rulebook, suggested={"member.language": ("tr", "en")})
    return rule_offers(rulebook, part=which, audience_names={"listed": "Listed"}, event="review.written")


_TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", " ", "true", "10", "2.50", "2,50", '"quoted"', "two\nlines", "öl, çay", "<b>&amp;", "null"]),
)  # fmt: skip
_NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(Decimal),
    st.decimals(min_value=-1000, max_value=10**9, places=3, allow_nan=False),
    st.sampled_from([Decimal("1E+3"), Decimal("0.10"), Decimal("1.234"), Decimal(123456789012345)]),
)
_DAYS = st.one_of(st.dates().map(str), st.sampled_from(["20261127", "2026-W48-5"]))
_CLOCKS = st.times().map("{:%H:%M}".format)


def values(offer: Offer, form: OperatorForm, operator: str) -> st.SearchStrategy[Any]:
    """Values that fit the field beside that comparison, as a document writes them."""
    if form.takes == "nothing":
        return st.just(form.holds)
    if operator in LITERAL:
        return _TEXTS.filter(bool)
    one: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(sorted(offer.choices)) if offer.closed else _TEXTS,
        "number": _NUMBERS, "money": _NUMBERS, "date": _DAYS, "clock": _CLOCKS, "flag": st.booleans(),
        "weekday": st.sampled_from([*WEEKDAYS, "Monday", "SUNDAY"]),
        "any": _NUMBERS if form.operator in ("at_least", "more_than", "at_most", "less_than")
        else st.one_of(_TEXTS, _NUMBERS, st.booleans()),
    }  # fmt: skip
    found = one[offer.fact.kind]
    return st.lists(found, min_size=1, max_size=4) if form.takes == "several" else found


def comparisons(offers: Offers) -> st.SearchStrategy[dict[str, Any]]:
    """Any comparison that can be asked, of any field that is offered."""
    every = [(name, operator) for name, offer in offers.fields.items() for operator in offer.forms]
    if offers.with_data:
        every += [(name, "is") for name in ("data.own_bag", "data. odd ", "data.data", 'data."x"')]

    def one_of(place: tuple[str, str]) -> st.SearchStrategy[dict[str, Any]]:
        offer = offers.find(place[0])
        assert offer is not None
        form = offer.forms[place[1]]
        return values(offer, form, place[1]).map(lambda value: {"field": place[0], form.operator: value})

    return st.sampled_from(every).flatmap(one_of)


def trees(offers: Offers) -> st.SearchStrategy[dict[str, Any]]:
    """Any tree over them."""
    return st.recursive(
        comparisons(offers),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=6,
    )
