"""What a rulebook says of pending points, returns and orders, and that older documents mean what they meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars.domain.ledger.activation.after import After
from regulars.domain.ledger.activation.immediate import Immediate
from regulars.domain.ledger.clawback.allow_negative import AllowNegative
from regulars.domain.ledger.clawback.within_balance import WithinBalance
from regulars.domain.ledger.restoring.grace import Grace
from regulars.domain.ledger.restoring.strict import Strict
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook

# As versions were stored before points could be pending and orders returned.
STORED: dict[str, Any] = {
    "rulebook": 1,
    "name": "Corner",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "point_types": [{"id": "points", "name": "Points", "worth": None, "expiry": {"policy": "never"}}],
    "earn_rules": [
        {
            "id": "base",
            "name": "Base",
            "on": "order",
            "point_type": "points",
            "earn": {"strategy": "points_per_amount", "points": 1, "per": 1},
            "rounding": "down",
            "when": None,
            "lines": None,
            "valid_from": None,
            "valid_until": None,
            "priority": 100,
        }
    ],
    "ladders": [
        {
            "id": "status",
            "name": "Status",
            "metric": "spend",
            "point_type": None,
            "window": "12 months",
            "down": "immediate",
            "tiers": [{"id": "bronze", "name": "Bronze", "from_score": 0, "benefits": []}],
        }
    ],
}


def compiled(document: dict[str, Any]) -> CompiledRulebook:
    return CompiledRulebook(1, 1, Rulebook.model_validate(document), {"points": 1})


def test_a_document_of_an_older_version_loads_and_is_stored_as_it_was() -> None:
    assert Rulebook.model_validate(STORED).document() == STORED


def test_an_older_version_means_what_it_meant() -> None:
    book = compiled(STORED)
    assert (book.activation, book.renewing, book.at_once) == ({"points": Immediate()}, {}, frozenset())
    assert (book.returns.rounding.name, book.returns.clawback, book.returns.restore, book.earn_on) == (
        "recompute_remaining",
        WithinBalance(),
        Strict(),
        "net",
    )
    assert not book.rungs[0].ladder.downgrade_on_return


@pytest.mark.parametrize(
    "defaults",
    [
        {"returns": {}},
        {"returns": {"rounding": "recompute_remaining", "clawback": "within_balance", "restore": "strict"}},
        {"orders": {"earn_on": "net"}},
        {"point_types": [STORED["point_types"][0] | {"pending": "immediate"}]},
        {"earn_rules": [STORED["earn_rules"][0] | {"at_once": False}]},
        {"ladders": [STORED["ladders"][0] | {"downgrade_on_return": False}]},
    ],
)
def test_defaults_that_are_written_out_change_no_document(defaults: dict[str, Any]) -> None:
    assert Rulebook.model_validate(STORED | defaults).document() == STORED


def test_everything_that_is_said_is_stored_and_compiled() -> None:
    said = STORED | {
        "point_types": [
            STORED["point_types"][0]
            | {
                "pending": {"mode": "after", "period": "14 days"},
                "expiry": {"policy": "inactivity", "period": "1 year", "activities": ["order"]},
            }
        ],
        "earn_rules": [STORED["earn_rules"][0] | {"at_once": True}],
        "ladders": [STORED["ladders"][0] | {"downgrade_on_return": True}],
        "returns": {
            "rounding": "prorate_floor",
            "clawback": {"policy": "allow_negative"},
            "restore": {"policy": "grace", "period": "30 days"},
        },
        "orders": {"earn_on": "gross"},
    }
    assert Rulebook.model_validate(said).document() == said
    book = compiled(said)
    assert book.activation == {"points": After(period="14 days")}
    assert book.renewing == book.expiry
    assert book.at_once == {"base"}
    assert (book.returns.rounding.name, book.returns.clawback, book.returns.restore, book.earn_on) == (
        "prorate_floor",
        AllowNegative(),
        Grace(period="30 days"),
        "gross",
    )
    assert book.rungs[0].ladder.downgrade_on_return


def test_a_name_may_stand_alone() -> None:
    book = Rulebook.model_validate(STORED | {"returns": {"clawback": "only_pending"}})
    assert book.document()["returns"] == {
        "rounding": "recompute_remaining",
        "clawback": {"policy": "only_pending"},
        "restore": {"policy": "strict"},
    }


def test_a_fixed_date_that_is_over() -> None:
    dated = STORED["point_types"][0] | {"expiry": {"policy": "fixed_date", "date": "2026-12-31"}}
    book = Rulebook.model_validate(STORED | {"point_types": [dated, STORED["point_types"][0] | {"id": "stars"}]})
    assert book.over_on(date(2026, 12, 31)) == []
    assert [each.id for each in book.over_on(date(2027, 1, 1))] == ["points"]
