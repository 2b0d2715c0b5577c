"""One value of a rulebook in words, where it is told what changed: names instead of ids, money, dates, conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.limits import Budget, MemberLimit
from regulars.domain.earning.limits_words import budget_words, member_limit_words
from regulars.domain.earning.return_rounding import return_roundings
from regulars.domain.earning.rules import EarnRule, strategies_by_name, strategy_of
from regulars.domain.earning.strategy import Terms
from regulars.domain.events.contracts import ORDER, RETURN
from regulars.domain.ledger.activation_policy import activation_policy
from regulars.domain.ledger.clawback_policy import clawback_policy
from regulars.domain.ledger.expiry_policy import expiry_policy
from regulars.domain.ledger.restore_policy import restore_policy
from regulars.domain.programmes.change_names import LABELS, SAID
from regulars.domain.programmes.changes import Place
from regulars.domain.programmes.event_types import STANDARD, event_name
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.words import Money, Sentence, listing

_CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
_MONEY = frozenset({
    "per", "amount", "money", "from_amount", "worth", "gives", "least_load", "most_load", "most_balance",
    "most_per_day", "staff_per_day",
})  # fmt: skip
_TIMES = frozenset({"valid_from", "valid_until"})
_NOTHING = Sentence("nothing at all")
_POLICIES: Mapping[str, Callable[[Any], Any]] = {
    "expiry": expiry_policy,
    "pending": activation_policy,
    "clawback": clawback_policy,
    "restore": restore_policy,
}
_NAMES: Mapping[str, Callable[[Terms], Mapping[str, Any]]] = {
    "point_type": lambda terms: terms.point_names,
    "of": lambda terms: terms.rule_names,
    "rules": lambda terms: terms.rule_names,
    "campaign": lambda terms: {key: each.name for key, each in terms.campaigns.items()},
    "campaigns": lambda terms: {key: each.name for key, each in terms.campaigns.items()},
    "group": lambda terms: {key: each.name for key, each in terms.groups.items()},
    "inside": lambda terms: {key: each.name for key, each in terms.groups.items()},
    "allowed": lambda terms: terms.point_names,
}


def value_words(place: Place, value: Any, terms: Terms) -> object:
    """What stands at the place, for a sentence: a sentence itself, or a number, an amount, a date, a text.

    Never fails: what has no words of its own is told by its fields.
    """
    try:
        return _own_words(place, value, terms)
    except (ValidationError, Refusal, ValueError, KeyError, TypeError, AttributeError):
        return plain_words(place, value, terms)


def plain_words(place: Place, value: Any, terms: Terms) -> object:
    """The same without any knowledge of what it means: every field with its name and its value."""
    if value is None or value in ([], {}, ""):
        return _NOTHING
    if isinstance(value, list):
        return listing([_as_part(each_words(place, each, terms)) for each in value])
    if isinstance(value, dict):
        return _fields(place, value, terms)
    return _scalar(place, value, terms)


def _fields(place: Place, value: dict[str, Any], terms: Terms) -> Sentence:
    """'the points 5, the event that it waits for A review'."""
    parts: list[Sentence | str] = []
    for key, each in value.items():
        if each is not None and each != [] and key != "id":
            said = {"label": label((*place, key)), "value": value_words((*place, key), each, terms)}
            parts.append(Sentence("{label}: {value}", said))
    return listing(parts or [_NOTHING])


def each_words(place: Place, value: Any, terms: Terms) -> object:
    """One element of the list at the place."""
    field = place[-1]
    try:
        if field == "benefits":
            return Tier.model_construct(benefits=(value,)).offers[0].words(currency=terms.currency)
        if field == "per_member":
            return member_limit_words(MemberLimit.model_validate(value))
        if field == "items":
            return condition_words(_CONDITION.validate_python(value), terms)
    except (ValidationError, Refusal, ValueError, KeyError, TypeError, AttributeError):
        pass
    return plain_words(place, value, terms)


def label(place: Place) -> Sentence | str:
    """How the field is called; a field that nobody named is called as it is written."""
    own = LABELS.get(".".join(place[-2:])) or LABELS.get(place[-1])
    if own is not None:
        return Sentence(own)
    if len(place) > 1 and place[-2] == "rates":
        return Sentence("the rate for “{what}”", {"what": place[-1]})
    if "earn" in place and place[-1] in _described():
        return Sentence(_described()[place[-1]])
    return Sentence("“{name}”", {"name": place[-1].replace("_", " ")})


@cache
def _described() -> dict[str, str]:
    """The parameters of strategies as their forms call them, a merchant's own included."""
    return {
        name: field.description
        for strategy in strategies_by_name().values()
        for name, field in strategy.Parameters.model_fields.items()
        if field.description
    }


def earn_words(earn: Mapping[str, Any], rule: Mapping[str, Any], terms: Terms) -> Sentence:
    """What a strategy gives, read from the raw rule."""
    found = EarnRule.model_validate({"id": "some", "name": "Some", "earn": dict(earn)})
    return strategy_of(found).words(terms.of(str(rule.get("point_type", "points"))))


def _own_words(place: Place, value: Any, terms: Terms) -> object:
    field = place[-1]
    if value is None:
        return _NOTHING
    if field in ("when", "lines"):
        return condition_words(_CONDITION.validate_python(value), terms)
    if field in _POLICIES and isinstance(value, dict):
        return _POLICIES[field](value).words()
    if field == "budget" and isinstance(value, dict):
        return budget_words(Budget.model_validate(value), terms)
    if field == "metric":
        return _metric(value)
    if field == "window":
        return (
            Ladder.model_construct(window=value).span.words()
            if place[0] == "ladders" or value is None
            else _scalar(place, value, terms)
        )
    if field == "down":
        return Ladder.model_construct(down=value).policy.words()
    if place == ("returns", "rounding"):
        return return_roundings()[value].words()
    return plain_words(place, value, terms)


def _metric(value: Any) -> object:
    """What a ladder counts; of points, whichever: their type stands beside it."""
    if value == "points":
        return Sentence("the points that were earned")
    return Ladder.model_construct(metric=value).measure.about()


def _scalar(place: Place, value: Any, terms: Terms) -> object:
    field = place[-1]
    said = SAID.get(f"{field}.{value}")
    if said is not None:
        return Sentence(said)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return Money(number, terms.currency) if field in _MONEY and _is_money(terms.currency) else number
    if isinstance(value, BaseModel):
        return plain_words(place, value.model_dump(), terms)
    text = str(value)
    if field in _NAMES and text in (names := _NAMES[field](terms)):
        return Sentence("“{name}”", {"name": names[text]})
    if field in ("on", "of"):
        return _event(text, terms)
    if field in _TIMES:
        return datetime.fromisoformat(text)
    if field in ("starts_on", "ends_on", "date"):
        return date.fromisoformat(text)
    if field == "ladder" and text in terms.tier_names:
        return text
    return text


def _event(event_type: str, terms: Terms) -> Sentence:
    if event_type == ORDER:
        return Sentence("an order")
    if event_type == RETURN:
        return Sentence("a return")
    name = terms.event_names.get(event_type)
    if name is not None:
        return Sentence("{name}", {"name": name})
    return event_name({}, event_type) if event_type in STANDARD else Sentence("“{name}”", {"name": event_type})


def _is_money(currency: str) -> bool:
    try:
        decimals_of(currency)
    except Refusal:
        return False
    return True


def _as_part(words: object) -> Sentence | str:
    return words if isinstance(words, Sentence) else Sentence("{value}", {"value": words})
