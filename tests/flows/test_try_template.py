"""A template on the merchant's own history: what it needs, what it would have given, and that nothing is live by it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from regulars.database.pool import Connection
from regulars.domain.backtests.contracts import BacktestState
from regulars.domain.events.contracts import OrderLine
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import rulebook_versions
from regulars.flows.backtests.asking import found_backtest, work_backtests
from regulars.flows.backtests.running import here
from regulars.flows.publish_draft import publish_draft
from regulars.flows.read_templates import read_templates, template_of
from regulars.flows.try_template import Met, backtest_template, draft_template, fit_of
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]


def coffees(shop: Shop) -> None:
    for number in range(6):
        line = OrderLine(amount=Decimal("3.20"), category="Coffee" if number % 2 else "Tea")
        shop.buy(shop.enrol(), "3.20", lines=[line])
        shop.later(days=1)


def test_the_history_is_played_under_the_template_and_live_is_as_before(conn: Connection) -> None:
    shop = open_shop(conn)
    coffees(shop)
    template = template_of("corner-cafe")
    before = rulebook_versions(shop.conn, programme_id=shop.programme.id)
    asked = backtest_template(shop.conn, template, of=shop.programme, now=shop.now, by="ada")
    assert (asked.label, asked.document["currency"], asked.document["name"]) == ("Stamp card", "EUR", "Corner Shop")

    work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=here(shop.conn))

    done = found_backtest(shop.conn, programme_id=shop.programme.id, backtest_id=asked.id)
    assert (done.state, done.problem) == (BacktestState.done, None)
    assert done.result is not None
    sides = done.result["sides"]
    # Live: 3.20 gives 3 points, six for coffee... the template: 5 for joining, and one for each drink that it knows.
    welcome = next(each["points"] for each in sides["draft"]["rules"] if each["rule"] == "welcome")
    assert welcome == 6 * 5
    assert rulebook_versions(shop.conn, programme_id=shop.programme.id) == before


def test_what_a_template_needs_of_the_history_is_told(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK | {"point_types": [*RULEBOOK["point_types"], {"id": "stars", "name": "Stars"}]})
    coffees(shop)
    with nothing_changes(shop):
        fit = fit_of(shop.conn, template_of("beauty-circle"), of=shop.programme)
    assert fit.has_history
    told = {str(each.words): each.met for each in fit.needs}
    assert told["Its amounts are in EUR, like yours"] is Met.there
    assert told["Your history has events of the kind “An order”"] is Met.there
    missing = [text for text, met in told.items() if met is Met.missing]
    assert any(text.startswith("Your history has no event of the kind “") for text in missing)
    assert "Your “Stars” are no part of the template: nobody would earn them" in missing
    francs = open_shop(conn, RULEBOOK | {"currency": "CHF"})
    first = fit_of(francs.conn, template_of("beauty-circle"), of=francs.programme).needs[0]
    assert (first.met, "in EUR and are taken as they are, in CHF" in str(first.words)) == (Met.told, True)


def test_every_template_can_be_told_and_made_a_draft_of(conn: Connection) -> None:
    shop = open_shop(conn)
    coffees(shop)
    for template in read_templates():
        assert fit_of(shop.conn, template, of=shop.programme).needs
        made = draft_template(shop.conn, template, of=shop.programme, now=shop.now, by="ada")
        said = require_valid(made.text)
        assert (said.name, said.currency, said.time_zone) == ("Corner Shop", "EUR", "Europe/Berlin")
        assert len(said.earn_rules) == len(template.rulebook.earn_rules)
    assert len(rulebook_versions(shop.conn, programme_id=shop.programme.id)) == 1


def test_a_draft_of_a_template_goes_on_like_any_other(conn: Connection) -> None:
    shop = open_shop(conn)
    coffees(shop)
    shop.later(hours=1)
    made = draft_template(shop.conn, template_of("coffee-stars"), of=shop.programme, now=shop.now, by="ada")
    done = publish_draft(shop.conn, made.id, of=shop.programme, by="ada", now=shop.now + timedelta(minutes=1))
    assert done.version == 2


@pytest.mark.parametrize("has_members", [False, True])
def test_without_history_it_says_so_kindly(conn: Connection, has_members: bool) -> None:
    shop = open_shop(conn)
    if has_members:
        shop.enrol()
    template = template_of("corner-cafe")
    assert not fit_of(shop.conn, template, of=shop.programme).has_history
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        backtest_template(shop.conn, template, of=shop.programme, now=shop.now, by="ada")
    assert (refused.value.code, refused.value.status) == ("no_history", 409)
    assert "Nobody of Corner Shop has bought or done anything so far." in refused.value.detail
