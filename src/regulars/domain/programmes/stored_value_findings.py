"""What is odd about stored value that is well written: a point type that is none, rules that would make money."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from regulars.domain.earning.rules import EarnRule
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.names_used import finding_at, items_of
from regulars.domain.programmes.stored_value import StoredValue
from regulars.kernel.validation import instead


def stored_value_findings(root: Node, rules: list[tuple[int, EarnRule]], places: int | None) -> Iterator[Finding]:
    """What the model cannot see: a point type that is none, or holds no money; rules that would make money."""
    stated = root.value.get("stored_value") if isinstance(root.value, dict) else None
    if stated is None:
        return
    try:
        terms = StoredValue.model_validate(stated)
    except ValidationError:
        return  # the structural findings say why
    if not terms.point_type:
        problem = "no point type holds the money, so nothing else here has an effect"
        remedy = "Name a point type that counts money, or remove the section."
        yield finding_at(root, ("stored_value",), problem, remedy, warning=True)
        return
    types = {
        str(item.get("id")): (position, item)
        for position, item in items_of(root, "point_types")
        if isinstance(item, dict)
    }
    if terms.point_type not in types:
        problem, remedy = "there is no such point type", instead(terms.point_type, types)
        yield finding_at(root, ("stored_value", "point_type"), problem, remedy)
        return
    if terms.pay_points:
        yield from _pays(root, terms.pay_points, {name: each for name, (_, each) in types.items()})
    position, item = types[terms.point_type]
    if item.get("unit") != "money":
        problem, remedy = f"{terms.point_type} counts points, and stored value is money", "Give it “unit: money”."
        yield finding_at(root, ("stored_value", "point_type"), problem, remedy)
    if not _never_expires(item.get("expiry")) and not terms.may_expire:
        problem = "this is money that members have paid, and it would expire"
        remedy = "Remove the expiry; or write “may_expire: true” under stored_value, if the law lets you."
        yield finding_at(root, ("point_types", position, "expiry"), problem, remedy)
    for place, rule in rules:
        if rule.point_type == terms.point_type:
            problem = f"{terms.point_type} is money that members pay in, and a rule would make it from nothing"
            remedy = "Let the rule give another point type, such as cash-back."
            yield finding_at(root, ("earn_rules", place), problem, remedy)
    yield from _too_fine(root, terms, places)


def _pays(root: Node, name: str, types: dict[str, dict[str, object]]) -> Iterator[Finding]:
    """Points that pay for orders have a worth."""
    steps = ("stored_value", "pay_points")
    if name not in types:
        yield finding_at(root, steps, "there is no such point type", instead(name, types))
    elif not types[name].get("worth") and types[name].get("unit") != "money":
        problem = f"{name} has no worth, so it pays nothing"
        yield finding_at(root, steps, problem, "Say what one is worth: “worth: 0.01”.")


def _never_expires(expiry: object) -> bool:
    return expiry is None or expiry == "never" or (isinstance(expiry, dict) and expiry.get("policy") == "never")


def _too_fine(root: Node, terms: StoredValue, places: int | None) -> Iterator[Finding]:
    amounts = {
        (name,): getattr(terms, name)
        for name in ("least_load", "most_load", "most_balance", "most_per_day", "staff_per_day")
    } | {
        ("bonus", number, name): getattr(each, name)
        for number, each in enumerate(terms.bonus)
        for name in ("from_amount", "gives")
    }
    for steps, amount in amounts.items():
        if places is not None and amount is not None and amount.scaleb(places) % 1 != 0:
            problem = "the amount is finer than the currency"
            remedy = f"Write it with at most {places} decimal places." if places else "Write a whole number."
            yield finding_at(root, ("stored_value", *steps), problem, remedy)
