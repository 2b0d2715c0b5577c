"""One rule of a draft as a form, whatever its way to earn; and the list of rules: copied, paused, taken out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.parts import is_paused, item, items
from regulars.domain.programmes.queries import drafts
from regulars.flows.draft_rulebook import save_draft
from regulars.flows.edit_draft import values_in
from tests.books import nothing_changes
from tests.factories import Shop
from tests.interfaces.console.browser_form import as_data, sent_by
from tests.interfaces.console.test_campaign_studio import filled
from tests.interfaces.console.test_drafts import begun, client, now, seen

pytestmark = pytest.mark.capability("K2")


@pytest.fixture(autouse=True)
def _now(shop: Shop) -> None:
    shop.now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)


def list_of(found: Draft) -> str:
    return f"/console/rulebook/drafts/{found.id}/rules/"


def test_a_rule_is_changed_in_its_form(shop: Shop) -> None:
    ada, found = client(shop), begun(shop)
    place = f"{list_of(found)}base/"
    page = seen(ada.get(place))
    assert "Way to earn: Points for every amount spent" in page
    typed = {"rule.earn.points": "3", "rule.limits.per_event": "100", "rule.valid_until": "2031-01-01T00:00"}
    assert ada.post(place, filled(ada, place, **typed))["Location"] == place
    assert item(values_in(now(shop, found).text), "earn_rules", "base") == {
        "id": "base",
        "name": "1 point per euro",
        "on": "order",
        "point_type": "points",
        "earn": {"strategy": "points_per_amount", "points": 3, "per": 1},
        "rounding": "down",
        "priority": 100,
        "valid_until": "2031-01-01T00:00:00+01:00",
        "limits": {"per_event": 100},
    }
    assert "the rate rises from 1 to 3 points per €1.00" in seen(ada.get(place))


def test_saving_it_untouched_changes_nothing(shop: Shop) -> None:
    ada, found = client(shop), begun(shop)
    for rule in ("base", "coffee"):
        place = f"{list_of(found)}{rule}/"
        sent = filled(ada, place)
        with nothing_changes(shop):
            assert ada.post(place, sent).status_code == 302


@pytest.mark.parametrize("way", sorted(strategies_by_name()))
def test_every_way_to_earn_has_a_form(shop: Shop, way: str) -> None:
    """One more strategy needs no new form: its fields stand there, and what is missing is said at them."""
    ada = client(shop)
    place = f"/console/rulebook/ways/{way}/new"
    sent = filled(ada, place, **{"rule.name": "One more"})
    page = ada.get(place).content.decode()
    for name, field in strategies_by_name()[way].Parameters.model_fields.items():
        assert f'"rule.earn.{field.alias or name}' in page
    with nothing_changes(shop):
        assert "Nothing is saved yet" in seen(ada.post(place, sent), 422)


def test_a_way_that_looks_at_events_of_its_own_waits_for_them(shop: Shop) -> None:
    page = client(shop).get("/console/rulebook/ways/code_entered/new").content.decode()
    assert '<option value="code.entered" selected>' in page


def test_a_new_rule_with_rows_and_conditions_in_them(shop: Shop) -> None:
    """A row is added and another taken away by buttons; nothing typed is lost on the way."""
    ada = client(shop)
    place = "/console/rulebook/ways/basket_combination/new"
    sent = filled(ada, place, **{"rule.name": "Breakfast", "rule.earn.points": "20"})
    first = {"rule.earn.items.0.0.field": ["line.category"], "rule.earn.items.0.0.operator": ["is"],
             "rule.earn.items.0.0.value": ["coffee"]}  # fmt: skip
    answer = ada.post(place, sent | first | {"rows.act": ["add:rule.earn.items.1"]})
    sent = as_data(sent_by(answer.content.decode().partition('id="studio-form"')[2]))
    assert sent["rule.earn.items.0.0.value"] == ["coffee"]
    assert sent["rule.earn.items.rows"] == ["", "0=", "1="]
    second = {name.replace("items.0.", "items.1."): value for name, value in first.items()}
    ada.post(place, sent | second | {"rule.earn.items.1.0.value": ["bread"]})
    (found,) = drafts(shop.conn, programme_id=shop.programme.id)
    rule = values_in(found.text)["earn_rules"][-1]
    assert rule["id"] == "breakfast"
    assert rule["earn"]["items"] == [
        {"field": "line.category", "is": "coffee"}, {"field": "line.category", "is": "bread"},
    ]  # fmt: skip


def test_what_is_wrong_stands_at_its_row_though_empty_rows_stand_before_it(shop: Shop) -> None:
    """The document has two bands and the form four rows, of which the first and the third are empty."""
    ada = client(shop)
    place = "/console/rulebook/ways/banded_rate/new"
    sent = filled(ada, place, **{"rule.name": "Bands"})
    sent["rule.earn.bands.rows"] = ["", "0=", "1=", "2=", "3="]
    for number, (begins, points) in enumerate((("", ""), ("0", "1"), ("", ""), ("50", "-2"))):
        sent[f"rule.earn.bands.{number}.from_amount"] = [begins]
        sent[f"rule.earn.bands.{number}.points"] = [points]
    with nothing_changes(shop):
        page = ada.post(place, sent).content.decode()
    wrong = re.findall(r'<input id="([^"]+)"[^>]* aria-invalid="true"', page)
    assert wrong == ["rule-earn-bands-3-points"]


def test_a_new_rule_goes_into_the_draft_that_is_chosen(shop: Shop) -> None:
    ada, found = client(shop), begun(shop)
    assert f"?draft={found.id}" in ada.get(f"/console/rulebook/ways/?draft={found.id}").content.decode()
    place = f"/console/rulebook/ways/fixed_bonus/new?draft={found.id}"
    sent = filled(ada, place, **{"rule.name": "Hello", "rule.earn.points": "5", "rule.on": "member.enrolled"})
    assert sent["draft"] == [str(found.id)]
    ada.post("/console/rulebook/ways/fixed_bonus/new", sent)
    assert items(values_in(now(shop, found).text), "earn_rules")[-1]["on"] == "member.enrolled"
    assert len(drafts(shop.conn, programme_id=shop.programme.id)) == 1


def act(ada: Any, found: Draft, verb: str, code: str, revision: int) -> str:
    sent = {"act": verb, "code": code, "section": "earn_rules", "revision": revision}
    return seen(ada.post(list_of(found), sent, follow=True))


def test_rules_are_copied_paused_and_taken_out(shop: Shop) -> None:
    ada, found = client(shop), begun(shop)
    page = seen(ada.get(list_of(found)))
    assert page.index("1 point per euro") < page.index("Double points on coffee")
    assert "Copied. Change what is to be different." in act(ada, found, "copy", "coffee", 1)
    copied = item(values_in(now(shop, found).text), "earn_rules", "coffee-2")
    assert copied is not None
    assert copied["name"] == "Double points on coffee (copy)"
    assert "Paused" in act(ada, found, "pause", "coffee", 2)
    assert is_paused(values_in(now(shop, found).text), "earn_rules", "coffee")
    act(ada, found, "resume", "coffee", 3)
    assert not is_paused(values_in(now(shop, found).text), "earn_rules", "coffee")
    act(ada, found, "pause", "coffee", 4)
    assert "Taken out of the draft." in act(ada, found, "remove", "coffee", 5)
    left = values_in(now(shop, found).text)
    assert [each["id"] for each in left["earn_rules"]] == ["base", "coffee-2"]
    assert not is_paused(left, "earn_rules", "coffee")


def test_what_somebody_took_out_is_not_there(shop: Shop) -> None:
    ada, found = client(shop), begun(shop)
    with nothing_changes(shop):
        page = seen(ada.post(list_of(found), {"act": "remove", "code": "never", "revision": 1}), 404)
    assert "There is no such rule" in page
    assert "There is no such rule" in seen(ada.get(f"{list_of(found)}never/"), 404)
    assert "There is no such way to earn" in seen(ada.get("/console/rulebook/ways/never/new"), 404)


def test_a_rule_that_builds_on_one_that_is_gone_says_so(shop: Shop) -> None:
    """A draft may be wrong in the middle; the form of the rule says it where it is, and keeps what it cannot mean."""
    ada, found = client(shop), begun(shop)
    text = found.text.replace("of: base", "of: before")
    save_draft(shop.conn, found.id, of=shop.programme, text=text, revision=1, by="zoe@example.org", now=shop.now)
    place = f"{list_of(found)}coffee/"
    page = seen(ada.get(place))
    assert "before (not there any more)" in page
    assert "Something is wrong" in seen(ada.get(list_of(found)))
    ada.post(place, filled(ada, place, **{"rule.earn.of": "base"}))
    assert "of: base" in now(shop, found).text
