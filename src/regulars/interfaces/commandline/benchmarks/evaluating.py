"""How many events one core evaluates in a second of processor time: the pure function, without any database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.interfaces.commandline.benchmarks.ground import RULEBOOK

MANY = (1_000, 10_000)
_AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_STORES = 1_000
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Evaluated:
    """rules: how many are in force and wait for orders; asked: about how many of them an order is asked, on average.

    per_second: orders in a second of processor time of one core, the best of several rounds.
    """

    rules: int
    asked: float
    per_second: float


def measure_evaluation(orders: int = 4_000) -> list[Evaluated]:
    """The rulebook of the benchmark as it is, and with 1,000 and 10,000 rules more, each for one store."""
    base = [EarnRule.model_validate(rule) for rule in RULEBOOK["earn_rules"]]
    return [_measured([*base, *_of_stores(count)], orders) for count in (0, *MANY)]


def _of_stores(count: int) -> Iterator[EarnRule]:
    """Bonuses that a store may give, ten of them for each store where there are ten thousand."""
    for number in range(count):
        yield EarnRule.model_validate(
            {
                "id": f"store-{number}",
                "name": f"Bonus {number}",
                "earn": {"strategy": "fixed_bonus", "points": 1 + number % 9},
                "when": {
                    "all": [
                        {"field": "event.store", "is": f"s{number % _STORES}"},
                        {"field": "order.amount", "at_least": number % 50},
                    ]
                },
            }
        )


def _measured(rules: list[EarnRule], orders: int) -> Evaluated:
    compiled = CompiledRules(rules, places=2)
    member = MemberState(_AT, orders=3)
    events = [_order(number) for number in range(orders)]
    asked = sum(len(compiled.waiting_for(event.type).candidates(event, member)) for event in events)
    best = 0.0
    for _ in range(_ROUNDS):
        began = time.process_time()
        for event in events:
            evaluate(compiled, member, event)
        best = max(best, orders / (time.process_time() - began))
    return Evaluated(len(rules), asked / orders, best)


def _order(number: int) -> Occurrence:
    lines = [
        Line(f"a{number % 97}", "Article", ("coffee", "tea", "cake")[each % 3], "own", Decimal(1), 100 + number % 900)
        for each in range(3)
    ]
    amount = sum(line.amount_minor for line in lines)
    return Occurrence("order", _AT, _AT, "EUR", 2, amount, lines, "app", f"s{number % _STORES}", {})
