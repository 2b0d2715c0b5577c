"""Rules that make no sense: each is refused with its place and what to do, and nothing is written.

Whatever slips through a check, a rule that breaks stops neither the order nor the other rules.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from regulars.domain.audiences.contracts import AudienceDraft, Kind
from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.programmes.document import check_rulebook, require_valid
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.save_audience import save_audience
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("B6", "B9")]


def document(**fields: Any) -> dict[str, Any]:
    """The shop's rulebook with these sections instead."""
    return copy.deepcopy(RULEBOOK) | fields


def gift(**fields: Any) -> dict[str, Any]:
    """A rule that gives 100 points for every order."""
    return {"id": "gift", "name": "Gift", "earn": {"strategy": "fixed_bonus", "points": 100}} | fields


def tiers(*scores: int) -> dict[str, Any]:
    found = [{"id": f"t{number}", "name": f"T{number}", "from_score": score} for number, score in enumerate(scores)]
    return {"id": "status", "name": "Status", "tiers": found}


CHALLENGE = {
    "strategy": "challenge", "points": 5, "starts_on": "2026-04-01", "ends_on": "2026-03-31",
    "goals": [{"id": "orders", "name": "Orders", "target": 2}],
}  # fmt: skip
# What is wrong: the sections, where it is, what is said, what to do.
BAD: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a negative rate": (
        {"earn_rules": [gift(earn={"strategy": "points_per_amount", "points": -1})]},
        "earn_rules[0].earn.points", "the number must be above 0 (-1)", "a rule takes no points away",
    ),
    "money that is negative": (
        {"earn_rules": [gift(earn={"strategy": "points_per_amount", "points": 1, "per": -2})]},
        "earn_rules[0].earn.per", "the number must be above 0 (-2)", "Change the number",
    ),
    "a budget of zero": (
        {"earn_rules": [gift(limits={"budget": {"points": 0}})]},
        "earn_rules[0].limits.budget.points", "the number must be above 0 (0)", "Write a number above 0",
    ),
    "a campaign's budget of zero": (
        {"campaigns": [{"id": "c", "name": "C", "budget": {"money": 0}}], "earn_rules": [gift(campaign="c")]},
        "campaigns[0].budget.money", "the number must be above 0 (0)", "remove the budget",
    ),
    "a cap below its own grant": (
        {"earn_rules": [gift(limits={"per_member": [{"points": 50, "each": "day"}], "partial": False})]},
        "earn_rules[0].limits.per_member[0].points", "it gives 100 at once, and here are 50", "Write at least 100",
    ),
    "a budget below its own grant": (
        {"earn_rules": [gift(limits={"budget": {"points": 50}, "partial": False})]},
        "earn_rules[0].limits.budget.points", "it gives 100 at once, and here are 50", "Write at least 100",
    ),
    "overlapping ladders": (
        {"ladders": [tiers(0, 500), tiers(0, 200)]},
        "ladders[1].id", "another ladder has this id", "Give it an id of its own",
    ),
    "overlapping tiers": (
        {"ladders": [tiers(0, 500, 500)]},
        "ladders[0]", "tier 't2' starts at 500, not above 't1' at 500", "Put the tiers in order, the lowest first",
    ),
    "a tier threshold out of order": (
        {"ladders": [tiers(0, 500, 200)]},
        "ladders[0]", "tier 't2' starts at 200, not above 't1' at 500", "Put the tiers in order, the lowest first",
    ),
    "a ladder that nobody is on": (
        {"ladders": [tiers(100, 500)]},
        "ladders[0]", "the first tier must start at 0, and 't0' starts at 100", "Begin with the tier",
    ),
    "a window of zero": (
        {"measures": [{"id": "m", "name": "M", "window": "0 days"}]},
        "measures[0].window", "Nothing ever happens within 0 days", "Write a longer window",
    ),
    "a ladder's window of zero": (
        {"ladders": [tiers(0, 500) | {"window": "0 months"}]},
        "ladders[0].window", "a window of no time at all counts nothing", "Write a longer one, such as 12 months",
    ),
    "a pause of zero": (
        {"earn_rules": [gift(limits={"cooldown": "0 days"})]},
        "earn_rules[0].limits.cooldown", "“0 days” is not a time to wait", "Write a number and a unit",
    ),
    "a number compared with text": (
        {"earn_rules": [gift(when={"field": "order.amount", "at_least": "many"})]},
        "earn_rules[0].when.at_least", "a number or a date is needed here (many)", "without quotes",
    ),
    "text compared with a number": (
        {"earn_rules": [gift(when={"field": "event.store", "at_least": 5})]},
        "earn_rules[0].when.at_least", "event.store is a text, and at_least does not fit that (5)", "Use one of",
    ),
    "a challenge that ends before it starts": (
        {"earn_rules": [gift(earn=CHALLENGE)]},
        "earn_rules[0].earn", "it ends on 2026-03-31, before it starts on 2026-04-01", "Let it end later",
    ),
    "a challenge that gives nothing": (
        {"earn_rules": [gift(earn=CHALLENGE | {"points": 0, "starts_on": "2026-03-01"})]},
        "earn_rules[0]", "it gives neither points nor a badge", "Say how many points, or name a badge",
    ),
    "a rule that ends before it starts": (
        {"earn_rules": [gift(valid_from="2026-04-01T00:00:00Z", valid_until="2026-03-01T00:00:00Z")]},
        "earn_rules[0].valid_until", "it ends before it starts", "Set valid_until after valid_from",
    ),
    "measures in a circle": (
        {"measures": [
            {"id": "a", "name": "A", "window": "lifetime", "when": {"field": "history.b", "at_least": 1}},
            {"id": "b", "name": "B", "window": "lifetime", "when": {"field": "history.a", "at_least": 1}},
        ]},
        "measures[0]", "the measure depends on itself: a asks for b asks for a", "Remove one of these conditions",
    ),
    "a multiplier of itself": (
        {"earn_rules": [gift(earn={"strategy": "multiplier", "factor": 2, "of": "gift"})]},
        "earn_rules[0].earn.of", "gift multiplies another rule itself", "Name the rule that gives the points",
    ),
    "a rule that asks for its own points": (
        {
            "measures": [{"id": "own", "name": "Own", "count": "points", "rules": ["gift"], "window": "lifetime"}],
            "earn_rules": [gift(when={"field": "history.own", "at_least": 1})],
        },
        "measures[0]", "counts points of the rule gift, which asks for the measure", "Name the rules",
    ),
}  # fmt: skip


def publish(shop: Shop, fields: dict[str, Any]) -> None:
    publish_rulebook(
        shop.conn, require_valid(yaml.safe_dump(document(**fields), sort_keys=False)), of=shop.programme,
        effective_from=datetime(2026, 1, 1, tzinfo=UTC), note="", by="tests", now=shop.now,
    )  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_with_its_place_and_what_to_do(shop: Shop, what: str) -> None:
    fields, path, said, remedy = BAD[what]

    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        publish(shop, fields)

    assert refused.value.code == "rulebook_invalid"
    assert "line " in refused.value.detail
    assert said in refused.value.detail
    assert remedy in refused.value.detail
    assert path in [each.path for each in check_rulebook(yaml.safe_dump(document(**fields), sort_keys=False)).errors]


def test_a_cap_that_cuts_each_grant_is_told_and_accepted(shop: Shop) -> None:
    rules = [gift(limits={"per_member": [{"points": 50, "each": "day"}]})]
    (warning,) = check_rulebook(yaml.safe_dump(document(earn_rules=rules, ladders=[]))).findings
    assert (warning.severity, warning.problem) == ("warning", "the rule gives 100, and never more than 50 of them")

    publish(shop, {"earn_rules": rules})

    assert shop.buy(shop.enrol(), "10.00")["effects"][0]["points"] == 50


def test_audiences_in_a_circle_are_refused(shop: Shop) -> None:
    def save(code: str, asks: str | None) -> None:
        field = "member.orders" if asks is None else f"member.audience.{asks}"
        conditions = Comparison.model_validate({"field": field, "is": 0 if asks is None else True})
        draft = AudienceDraft(code, code.title(), Kind.dynamic, conditions=conditions)
        save_audience(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")

    save("first", None)
    save("second", "first")
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        save("first", "second")
    assert refused.value.code == "audience_circle"
    assert refused.value.remedy


def test_ten_thousand_rules_are_the_most_and_one_more_is_refused(shop: Shop) -> None:
    rules = [gift(id=f"r{number}", when={"field": "event.store", "is": f"s{number}"}) for number in range(10_001)]
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        publish(shop, {"earn_rules": rules})
    assert "there are 10,001 here, and 10,000 is the most" in refused.value.detail
    assert "Remove rules that are over" in refused.value.detail


def test_a_rule_never_fires_on_its_own_effect(shop: Shop) -> None:
    """What rules give is no event: a rule that waits for one is told so, and an order is asked once."""
    rules = [gift(), gift(id="echo", on="points.earned"), gift(id="badge", on="badge.awarded")]
    found = check_rulebook(yaml.safe_dump(document(earn_rules=rules, ladders=[]))).findings
    assert [(each.severity, each.path) for each in found] == [
        ("warning", "earn_rules[1].on"), ("warning", "earn_rules[2].on"),
    ]  # fmt: skip
    assert found[0].problem == "Regulars itself never makes events of this type"

    publish(shop, {"earn_rules": rules})
    ada = shop.enrol()

    assert [each["rule"] for each in shop.buy(ada, "10.00")["effects"] if "rule" in each] == ["gift"]
    assert shop.points(ada) == 100


@pytest.mark.parametrize("broken", ["exact", "inputs", "counted"])
def test_a_broken_rule_stops_neither_the_order_nor_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """A defect in one strategy, wherever it breaks: the order is accepted, and every other rule gives what it gives."""
    card = {"id": "card", "name": "Card", "earn": {"strategy": "nth_event", "every": 2, "points": 7}}
    publish(shop, {"earn_rules": [card, gift(), gift(id="last", priority=200)]})
    ada = shop.enrol()

    def breaks(*_rest: Any) -> Any:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(strategies_by_name()["nth_event"], broken, breaks)
    answer = shop.buy(ada, "10.00")

    assert answer["status"] == "accepted"
    assert [each["rule"] for each in answer["effects"] if "rule" in each] == ["gift", "last"]
    assert [each.get("failed") for each in answer["rules"] if each["rule"] == "card"] == ["broken"]
    # When the defect is mended, the order still counts nothing there, also when it comes back.
    monkeypatch.undo()
    assert shop.points(ada) == 200
    second = shop.buy(ada, "10.00")
    shop.give_back(ada, answer)
    assert [each["rule"] for each in second["effects"] if "rule" in each] == ["gift", "last"]
    assert shop.points(ada) == 200
