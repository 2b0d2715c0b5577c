"""What there is to fill in of a rule and of a campaign. What a rule gives comes from its strategy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from regulars.domain.earning.limits import Budget, Limits, MemberLimit
from regulars.domain.earning.rounding import Rounding
from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.programmes.event_types import STANDARD, event_name
from regulars.domain.programmes.parts import items
from regulars.interfaces.console.structure.specs import Names, Spec, choice_words, specs_of
from regulars.interfaces.web import words

ORDER = "order"


def names_of(document: Mapping[str, Any], *, apart_from: str = "") -> Names:
    """What the parameters of a rule may name: not the rule itself, and no rule that builds on another one."""
    known = strategies_by_name()
    rules = {}
    for each in items(document, "earn_rules"):
        earn = each.get("earn")
        strategy = known.get(str(earn.get("strategy"))) if isinstance(earn, dict) else None
        if each.get("id") != apart_from and strategy is not None and not strategy.after_others:
            rules[str(each.get("id"))] = str(each.get("name"))
    return Names(str(document.get("currency", "")), rules, _called(document.get("ladders")))


def earn_specs(strategy: str, names: Names) -> tuple[Spec, ...]:
    """The parameters of a strategy; of one that there is not any more nothing can be shown."""
    found = strategies_by_name().get(strategy)
    return () if found is None else specs_of(found.Parameters, names)


def trigger_specs(document: Mapping[str, Any], rule: Mapping[str, Any]) -> tuple[Spec, ...]:
    """For what points are given, and which kind. rule: what it waits for can be chosen, whatever that is."""
    types = _called(document.get("point_types"))
    return (
        Spec("on", "choice", gettext("What it waits for"), choices=tuple(_events(document, rule)), default=ORDER),
        *([_point_type(types)] if len(types) > 1 or "points" not in types else []),
    )


def lines_spec() -> Spec:
    """Which articles count."""
    return Spec("lines", "tree", gettext("Only these articles count"), tree="lines")


def when_spec() -> Spec:
    """For whom, and when."""
    return Spec("when", "tree", gettext("Only where this holds"))


def member_limit_spec(names: Names) -> Spec:
    """What one member gets from it in a period."""
    (each,) = [spec for spec in specs_of(MemberLimit, names) if spec.step == "each"]
    how_many = Spec(
        "most", "measure", gettext("At most"),
        choices=(("points", gettext("points")), ("times", gettext("times"))),
    )  # fmt: skip
    period = Spec(each.step, "choice", gettext("How often"), choices=each.choices, default="month", stated=True)
    return Spec("per_member", "rows", gettext("What one member gets"), inside=(how_many, period), spare=True)


def budget_spec(names: Names) -> Spec:
    """What all members together get from it."""
    (each,) = [spec for spec in specs_of(Budget, names) if spec.step == "each"]
    how_much = Spec(
        "most", "measure", gettext("Budget"), choices=(("points", gettext("points")), ("money", names.currency))
    )
    period = Spec(each.step, "choice", gettext("How long it lasts"), choices=each.choices, default="total")
    return Spec("budget", "group", gettext("What all members together get"), inside=(how_much, period))


def other_limit_specs(names: Names) -> tuple[Spec, ...]:
    """What bounds a rule besides."""
    return tuple(each for each in specs_of(Limits, names) if each.step in ("per_event", "cooldown", "partial"))


def limits_spec(names: Names, *inside: Spec) -> Spec:
    """The limits of a rule with those fields of them."""
    return Spec("limits", "group", gettext("What bounds it"), inside=inside or (
        member_limit_spec(names), budget_spec(names), *other_limit_specs(names)
    ))  # fmt: skip


def date_specs() -> tuple[Spec, ...]:
    """From when until when."""
    return (
        Spec("valid_from", "moment", gettext("Begins")),
        Spec("valid_until", "moment", gettext("Ends"), hint=gettext("From this moment on it is over.")),
    )


def more_specs(document: Mapping[str, Any]) -> tuple[Spec, ...]:
    """What a rule says besides, where the rulebook has it."""
    rounding = tuple((each.value, choice_words("rounding", each.value)) for each in Rounding)
    found = [
        Spec("rounding", "choice", gettext("How exact points become whole ones"), choices=rounding, default="down"),
        Spec(
            "priority", "number", gettext("Place in the order of asking"), hint=gettext("Lower is asked first."),
            default=100, whole=True,
        ),
        Spec("at_once", "flag", gettext("Its points can be spent at once"), default=False),
    ]  # fmt: skip
    for step, section, label in (
        ("group", "stacking", gettext("Competes with other rules in")),
        ("campaign", "campaigns", gettext("Belongs to the campaign")),
        ("badge", "badges", gettext("Badge that comes with it")),
    ):
        if names := _called(document.get(section)):
            found.append(Spec(step, "choice", label, choices=tuple(names.items())))
    return tuple(found)


def _point_type(types: Mapping[str, str]) -> Spec:
    return Spec(
        "point_type", "choice", gettext("Kind of points"), choices=tuple(types.items()), default="points",
        needed="points" not in types,
    )  # fmt: skip


def _called(section: object) -> dict[str, str]:
    known = section if isinstance(section, list) else []
    return {str(each.get("id")): str(each.get("name")) for each in known if isinstance(each, dict)}


def _events(document: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield ORDER, gettext("An order")
    known = _called(document.get("event_types"))
    for each in STANDARD:
        if each not in known:
            said = words.said(event_name({}, each))
            yield each, said[:1].upper() + said[1:]
    for code, name in known.items():
        yield code, code if name == "None" else name
    used = {str(each["on"]) for each in (*items(document, "earn_rules"), rule) if "on" in each}
    for code in sorted(used - {ORDER, *known, *STANDARD}):
        yield code, words.said(event_name({}, code))
