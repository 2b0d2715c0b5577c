"""What a rulebook says wrongly, or oddly, about policies: each with its line, its value and a remedy."""

from __future__ import annotations

import pytest

from regulars.domain.programmes.document import check_rulebook
from tests.unit.programmes.test_document import BASE, HEAD, LADDER, findings, only


@pytest.mark.parametrize(
    ("text", "line", "path", "words"),
    [
        ("pending: {mode: aftr}", 8, "pending.mode", "there is no such mode (aftr) - Did you mean “after”?"),
        ("pending: imediate", 8, "pending", "there is no such mode (imediate) - Did you mean “immediate”?"),
        ("pending: {period: 14 days}", 8, "pending", "it does not say when points can be spent () - Add mode: one of"),
        ("pending: {mode: after}", 8, "pending", "the field period is missing"),
        ("pending: {mode: after, perod: 14 days}", 8, "pending.perod", "Did you mean “period”?"),
        ("pending: {mode: after, period: 14 moons}", 8, "pending.period", "Write a number and a unit"),
        ("pending: {mode: fixed_dates}", 8, "pending", "on which days points become active () - Add days or dates."),
        ("pending: {mode: fixed_dates, days: [32]}", 8, "pending.days[0]", "the number must be at most 31 (32)"),
        ("pending: {mode: fixed_dates, days: 1}", 8, "pending.days", "a list is needed here (1)"),
        ("pending: {mode: fixed_dates, dates: [31-03]}", 8, "pending.dates", "Write the month and the day"),
        (
            "pending: {mode: on_event, event: order_delivered, cancel_after: 0 days}",
            8, "pending.cancel_after", "gone on the day after they were earned (0 days) - Write a longer period",
        ),
        ("expiry: {policy: fixed_date, date: 31 December}", 8, "expiry.date", "this is not a date (31 December)"),
        ("expiry: {policy: calendar, month: 13}", 8, "expiry.month", "the number must be at most 12 (13)"),
        ("expiry: {policy: calendar, yaers: 2}", 8, "expiry.yaers", "Did you mean “years”?"),
        ("expiry: {policy: inactivity, period: 0 days}", 8, "expiry.period", "before anything can happen (0 days)"),
        ("expiry: {policy: inactvity, period: 1 year}", 8, "expiry.policy", "Did you mean “inactivity”?"),
    ],
)  # fmt: skip
def test_one_mistake_in_a_point_type(text: str, line: int, path: str, words: str) -> None:
    found = only(HEAD + f"    {text}\n")
    assert found[:2] == (line, f"point_types[0].{path}")
    assert found[2].startswith("error: ")
    assert words in found[2]


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("returns: {clawback: within_balanc}", "returns.clawback", "Did you mean “within_balance”?"),
        ("returns: {clawback: {policy: allow_negativ}}", "returns.clawback.policy", "Did you mean “allow_negative”?"),
        ("returns: {clawback: {}}", "returns.clawback", "it does not say what a return takes back"),
        ("returns: {restore: grace}", "returns.restore", "the field period is missing (grace) - Add period."),
        ("returns: {restore: {policy: strict, period: 1 day}}", "returns.restore.period", "there is no field period"),
        ("returns: {restore: {}}", "returns.restore", "it does not say how spent points come back"),
        ("returns: {rounding: prorate}", "returns.rounding", "Did you mean “prorate_floor”?"),
        ("returns: {rouding: prorate_floor}", "returns.rouding", "Did you mean “rounding”?"),
        ("returns: strict", "returns", "fields are needed here"),
        ("orders: {earn_on: nett}", "orders.earn_on", "'net' or 'gross'"),
        ("orders: {earn: net}", "orders.earn", "Did you mean “earn_on”?"),
    ],
)
def test_one_mistake_about_orders_and_returns(text: str, path: str, words: str) -> None:
    found = only(HEAD + text + "\n")
    assert found[:2] == (8, path)
    assert found[2].startswith("error: ")
    assert words in found[2]


def test_yes_and_no_are_true_and_false() -> None:
    found = findings(HEAD + BASE + '    at_once: "yes"\n' + LADDER + "    downgrade_on_return: maybe\n")
    assert [(line, path) for line, path, _ in found] == [
        (12, "earn_rules[0].at_once"),
        (19, "ladders[0].downgrade_on_return"),
    ]
    assert all("true or false is needed here" in words for _, _, words in found)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (
            "    pending: {mode: on_event, event: order_delivered}\n",
            "point_types[0].pending.event", "Keep it if your systems send events of type order_delivered.",
        ),
        ("    pending: {mode: on_event, event: orders}\n", "point_types[0].pending.event", "Did you mean “order”?"),
        (
            "    pending: {mode: on_event, event: member.enrolled}\n",
            "point_types[0].pending.event", "it happens once, before anything is earned",
        ),
        (
            "    pending: {mode: on_event, event: return}\n",
            "point_types[0].pending.event", "the points would become active when the order comes back",
        ),
        (
            "    expiry: {policy: inactivity, period: 1 year, activities: [order, redemtion]}\n",
            "point_types[0].expiry.activities[1]", "Did you mean “redemption”?",
        ),
        (BASE + "    at_once: true\n", "earn_rules[0].at_once", "points can always be spent at once"),
        ("returns: {clawback: only_pending}\n", "returns.clawback", "no points are ever pending here"),
        (
            "returns: {clawback: {policy: only_pending}}\n",
            "returns.clawback.policy", "no points are ever pending here",
        ),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_policy(text: str, path: str, words: str) -> None:
    found = only(HEAD + text)
    assert found[1] == path
    assert found[2].startswith("warning: ")
    assert words in found[2]
    assert check_rulebook(HEAD + text).rulebook is not None


@pytest.mark.parametrize(
    "text",
    [
        "    pending: {mode: on_event, event: order}\n",
        "    expiry: {policy: inactivity, period: 1 year, activities: [order, redemption]}\n",
        "    pending: {mode: after, period: 14 days}\n" + BASE + "    at_once: true\n",
        "    pending: {mode: after, period: 14 days}\nreturns: {clawback: only_pending}\n",
        "    pending: immediate\n    expiry: never\nreturns: {}\norders: {}\n",
    ],
)
def test_what_is_not_odd(text: str) -> None:
    assert findings(HEAD + text) == []
