"""The same event gives the same effects and reasons live, dry, and in a process that was started afterwards.

Rulebooks, members and events are drawn; among the rules are those that remember, are bounded, draw lots and compete.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.domain.events.contracts import Event, OrderLine
from regulars.domain.programmes import queries
from regulars.flows.process_events import process_events
from tests.architecture.source import ROOT
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.properties.test_evaluation import EVENT_LEAVES, LINE_LEAVES, SIMPLE, trees

pytestmark = [pytest.mark.database, pytest.mark.capability("B9", "K2")]

GOAL = {"id": "coffees", "name": "Coffees", "counts": "pieces", "target": 3}
REMEMBERING: list[dict[str, Any]] = [
    {"strategy": "nth_event", "every": 3, "points": 5},
    {"strategy": "streak", "each": "day", "length": 2, "points": 4},
    {"strategy": "challenge", "points": 9, "on_return": "recount", "goals": [GOAL]},
    {"strategy": "visit", "points": 2},
    {"strategy": "first_in_category", "points": 3},
    {"strategy": "lucky_points", "seed": "s", "odds": [{"points": 8, "chance": 0.5}, {"points": 0, "chance": 0.5}]},
]
LIMITS: list[dict[str, Any]] = [
    {},
    {"per_member": [{"points": 30, "each": "week"}]},
    {"cooldown": "2 hours"},
    {"budget": {"points": 40}},
    {"per_event": 7},
]


@st.composite
def rulebooks(draw: st.DrawFn) -> dict[str, Any]:
    """A rulebook of the shop with other rules."""
    document = copy.deepcopy(RULEBOOK)
    document["stacking"] = [{"id": "offers", "name": "Offers", "choose": draw(st.sampled_from(["highest", "first"]))}]
    document["campaigns"] = [{"id": "spring", "name": "Spring", "budget": {"points": 50}}]
    document["badges"] = [{"id": "star", "name": "Star"}]
    rules = []
    for number in range(draw(st.integers(1, 5))):
        earn = draw(SIMPLE | st.sampled_from(REMEMBERING))
        rule = {"id": f"r{number}", "name": f"Rule {number}", "earn": earn, "limits": draw(st.sampled_from(LIMITS))}
        rule |= {"when": draw(st.none() | trees(EVENT_LEAVES)), "lines": draw(st.none() | trees(LINE_LEAVES))}
        for field, value in (("group", "offers"), ("campaign", "spring"), ("badge", "star")):
            if draw(st.booleans()):
                rule[field] = value
        rules.append(rule)
    document["earn_rules"] = rules
    return document


LINE = st.builds(
    lambda amount, category, quantity: OrderLine(Decimal(amount) / 100, category=category, quantity=Decimal(quantity)),
    st.integers(0, 3_000), st.sampled_from(["coffee", "tea", "cake"]), st.integers(1, 4),
)  # fmt: skip
ORDERS = st.lists(st.tuples(st.integers(0, 72), st.lists(LINE, min_size=1, max_size=3)), min_size=1, max_size=6)


def given_by(body: str | bytes) -> tuple[Any, ...]:
    """What an answer says, less the ids that are drawn anew for every entry."""
    answer = json.loads(body)
    effects = [{key: value for key, value in each.items() if key != "transfer"} for each in answer["effects"]]
    return effects, answer["rules"], answer["balances"], answer["tiers"]


def elsewhere(shop: Shop, url: str, events: list[Event]) -> list[str]:
    """What a fresh process says to these events, one after another."""
    asked = {
        "url": url, "organisation": shop.programme.organisation_id, "programme": shop.programme.id,
        "now": shop.now.isoformat(), "events": [msgspec.json.encode(each).decode() for each in events],
    }  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-m", "tests.properties.elsewhere"], input=json.dumps(asked), capture_output=True, text=True,
        cwd=ROOT, env=os.environ.copy(), check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-2_000:]
    return list(json.loads(found.stdout))


@pytest.mark.slow
@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(document=rulebooks(), orders=ORDERS)
def test_live_dry_and_after_a_restart(
    database_url: str, shop: Shop, document: dict[str, Any], orders: list[tuple[int, list[OrderLine]]]
) -> None:
    mine = open_shop(shop.conn, document)
    member = mine.enrol()
    events = [
        mine.order(
            member, str(sum((each.amount for each in lines), Decimal(0))), lines=lines,
            at=mine.now - timedelta(hours=hours),
        )
        for hours, lines in orders
    ]  # fmt: skip
    with nothing_changes(mine):
        anew = [given_by(body) for body in elsewhere(mine, database_url, events)]
    place: dict[str, Any] = {"programme_id": mine.programme.id, "now": mine.now}
    for event, expected in zip(events, anew, strict=True):
        with nothing_changes(mine):
            (dry,) = process_events(mine.conn, [event], dry_run=True, **place)
            queries._shelves.clear()  # read from the database again, as after a restart
            (again,) = process_events(mine.conn, [event], dry_run=True, **place)
        (live,) = process_events(mine.conn, [event], **place)
        assert live.status == 201, live.body
        assert given_by(live.body) == given_by(dry.body) == given_by(again.body) == expected
