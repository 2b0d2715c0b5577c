"""Ready-made programmes: their year is really played, and an empty programme takes one over whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.template import TypicalMember, spread
from regulars.domain.rewards.queries import rewards
from regulars.flows.live_a_year import live_a_year
from regulars.flows.read_templates import read_templates, template_of
from regulars.flows.use_template import use_template
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]


def test_days_are_spread_evenly_over_the_year() -> None:
    assert [day.timetuple().tm_yday for day in spread(4, date(2025, 1, 1))] == [46, 137, 229, 320]
    assert len(set(spread(365, date(2025, 1, 1)))) == 365


def test_a_year_is_played_with_the_very_rules_and_leaves_no_trace(shop: Shop) -> None:
    typical = TypicalMember.model_validate({"orders": 12, "order": {"total": "10.00"}})
    rulebook = shelf(shop.conn, programme_id=shop.programme.id).latest.rulebook

    with nothing_changes(shop):
        year = live_a_year(shop.conn, rulebook, typical)

    rate = RULEBOOK["earn_rules"][0]["earn"]
    assert (rate["points"], rate.get("per", 1)) == (1, 1)
    assert (year.spent, year.orders, year.refused) == (Decimal("120.00"), 12, ())
    assert year.earned[0].earned >= 120


@pytest.mark.parametrize("code", [each.code for each in read_templates()])
def test_the_year_of_every_template_is_accepted_whole(shop: Shop, code: str) -> None:
    template = template_of(code)

    year = live_a_year(shop.conn, template.rulebook, template.description.typical_member)

    assert year.refused == ()
    assert year.spent > 0
    assert set(template.description.title) >= {"en", "tr"}


def test_the_stamp_card_costs_what_its_beans_are_worth(shop: Shop) -> None:
    """96 drinks a year at 15:00: five of seven days are weekdays, and their afternoons count twice; 5 for joining."""
    template = template_of("corner-cafe")

    year = live_a_year(shop.conn, template.rulebook, template.description.typical_member)

    weekdays = sum(day.weekday() < 5 for day in spread(96, date(2025, 1, 1)))
    assert year.earned[0].earned == 96 + weekdays + 5 == 169
    assert (year.worth, year.percent) == (Decimal("8.45"), Decimal("1.6"))
    assert year.tiers == {"regulars": "regular"}


def test_an_empty_programme_takes_a_template_over(shop: Shop) -> None:
    template = template_of("corner-cafe")
    place: dict[str, Any] = {"of": shop.programme, "now": shop.now, "by": "ada@example.org"}

    version = use_template(shop.conn, template, **place)
    again = use_template(shop.conn, template, **place)

    latest = shelf(shop.conn, programme_id=shop.programme.id).latest
    assert version == again == latest.version
    assert latest.rulebook.earn_rules == template.rulebook.earn_rules
    assert latest.rulebook.name == shop.programme.name
    offered = rewards(shop.conn, programme_id=shop.programme.id)
    assert [each.code for each in offered if each.code == "free-coffee"] == ["free-coffee"]


def test_a_programme_with_members_is_left_alone(shop: Shop) -> None:
    shop.enrol()

    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        use_template(shop.conn, template_of("corner-cafe"), of=shop.programme, now=shop.now, by="ada@example.org")

    assert caught.value.code == "programme_in_use"
    assert "has 1 member," in str(caught.value)


def test_an_unknown_template_names_the_one_that_was_meant() -> None:
    with pytest.raises(Refusal) as caught:
        template_of("corner-caffe")

    assert caught.value.code == "template_not_found"
    assert "corner-cafe" in str(caught.value)


def test_members_read_the_rulebook_in_their_language() -> None:
    rulebook = template_of("corner-cafe").rulebook

    turkish = rulebook.in_language("tr")

    assert turkish.earn_rules[0].name == "Her içecek için 1 çekirdek"
    assert turkish.point_types[0].name == "Çekirdek"
    assert [tier.name for tier in turkish.ladders[0].tiers] == ["Misafir", "Müdavim"]
    assert turkish.ladders[0].tiers[1].benefits == ("Küçük fincan fiyatına büyük fincan",)
    assert turkish.earn_rules[0].earn == rulebook.earn_rules[0].earn
    assert rulebook.in_language("ar") is rulebook
    assert rulebook.in_language("tr-cy") == turkish
