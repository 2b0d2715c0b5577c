"""Audiences and rulebooks name each other: what is not there, archived, in a circle or in use is told in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import yaml

from regulars.domain.audiences.contracts import CONDITIONS, Audience, AudienceDraft, Kind
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.audiences_in_rulebooks import findings_of_audiences, uses_in_rulebooks
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.save_audience import save_audience
from regulars.kernel.errors import Conflict, Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

FRIENDS = {"field": "member.audience.friends", "is": True}
RULE = {"id": "friends", "name": "Ten more", "earn": {"strategy": "fixed_bonus", "points": 10}, "when": FRIENDS}
CAMPAIGN = {"id": "spring", "name": "In spring", "when": {"all": [FRIENDS, {"field": "time.month", "is": 4}]}}
MEASURE = {"id": "visits", "name": "Visits of friends", "window": "lifetime", "when": {"not": FRIENDS}}
CHALLENGE = {
    "id": "three",
    "name": "Three visits",
    "earn": {
        "strategy": "challenge",
        "points": 5,
        "goals": [{"id": "g", "name": "Come", "target": 3, "when": FRIENDS}],
    },
}
PLACES = [
    ({"earn_rules": [RULE]}, "the rule “Ten more”", "earn_rules[0].when.field"),
    ({"campaigns": [CAMPAIGN]}, "the campaign “In spring”", "campaigns[0].when.all[0].field"),
    ({"measures": [MEASURE]}, "the measure “Visits of friends”", "measures[0].when.not.field"),
    ({"earn_rules": [CHALLENGE]}, "the rule “Three visits”", "earn_rules[0].earn.goals[0].when.field"),
]


def save(shop: Shop, code: str, conditions: Any = None, **fields: Any) -> Audience:
    kind = Kind.static if conditions is None else Kind.dynamic
    tree = None if conditions is None else CONDITIONS.validate_python(conditions)
    draft = AudienceDraft(code, fields.pop("name", code.title()), kind, tree, fields.pop("archived", False))
    return save_audience(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="olga", **fields)


def publish(shop: Shop, sections: dict[str, Any]) -> int:
    rulebook = Rulebook.model_validate(RULEBOOK | sections)
    return publish_rulebook(
        shop.conn, rulebook, of=shop.programme, effective_from=shop.now, note="", by="olga", now=shop.now
    )


def told(shop: Shop, sections: dict[str, Any]) -> list[str]:
    text = yaml.safe_dump(RULEBOOK | sections)
    found = findings_of_audiences(shop.conn, text, programme_id=shop.programme.id)
    lines = text.splitlines()
    assert all("member.audience" in lines[each.line - 1] or "measures" in each.path for each in found)
    return [f"{each.path}: {each.problem} - {each.remedy}" for each in found]


@pytest.mark.parametrize(("sections", "owner", "path"), PLACES)
@pytest.mark.parametrize("code", ["rule_audience_unknown", "rule_audience_archived"])
def test_what_cannot_be_named_is_not_published(
    shop: Shop, sections: dict[str, Any], owner: str, path: str, code: str
) -> None:
    if code == "rule_audience_archived":
        save(shop, "friends", archived=True)
    with nothing_changes(shop), pytest.raises(Refusal, match=f"In {owner}: ") as raised:
        publish(shop, sections)
    assert (raised.value.code, raised.value.field) == (code, path)
    (said,) = told(shop, sections)
    assert said.startswith(f"{path}: ")

    save(shop, "friends", replacing="friends" if code == "rule_audience_archived" else None)
    assert told(shop, sections) == []
    assert publish(shop, sections) == 2


def test_a_code_that_is_nearly_right_is_offered(shop: Shop) -> None:
    save(shop, "friend")
    (said,) = told(shop, {"earn_rules": [RULE]})
    assert "Did you mean “friend”?" in said


@pytest.mark.parametrize(("sections", "owner", "path"), PLACES)
def test_what_a_rulebook_asks_for_is_not_archived(shop: Shop, sections: dict[str, Any], owner: str, path: str) -> None:
    save(shop, "friends")
    publish(shop, sections)
    with nothing_changes(shop), pytest.raises(Conflict, match=owner.partition("“")[2]) as raised:
        save(shop, "friends", replacing="friends", archived=True)
    assert (raised.value.code, raised.value.field) == ("audience_in_use", "archived")

    assert save(shop, "friends", name="Good friends", replacing="friends").name == "Good friends"
    shop.publish(RULEBOOK, effective_from=shop.now)
    assert save(shop, "friends", replacing="friends", archived=True).archived


def test_a_later_version_keeps_it_from_being_archived_and_a_rule_that_is_over_does_not(shop: Shop) -> None:
    save(shop, "friends")
    over = RULE | {"valid_until": (shop.now - timedelta(days=1)).isoformat()}
    publish(shop, {"earn_rules": [over]})
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    assert uses_in_rulebooks(rules, now=shop.now).get("friends", []) == []

    shop.publish(RULEBOOK | {"earn_rules": [RULE]}, effective_from=shop.now + timedelta(days=3))
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    assert [each.name for each in uses_in_rulebooks(rules, now=shop.now).get("friends", [])] == ["Ten more"]
    with nothing_changes(shop), pytest.raises(Conflict) as raised:
        save(shop, "friends", replacing="friends", archived=True)
    assert raised.value.code == "audience_in_use"


REGULARS = {"field": "history.visits", "at_least": 3}
WAY = "Visits of friends → Friends → Visits of friends"


def test_a_circle_of_a_measure_and_an_audience_is_refused_on_both_ends(shop: Shop) -> None:
    plain = {key: value for key, value in MEASURE.items() if key != "when"}
    publish(shop, {"measures": [plain]})
    save(shop, "friends", REGULARS)

    (said,) = told(shop, {"measures": [MEASURE]})
    assert said.startswith(f"measures[0]: measures and audiences go round in a circle: {WAY}")
    with nothing_changes(shop), pytest.raises(Refusal, match=WAY) as raised:
        publish(shop, {"measures": [MEASURE]})
    assert (raised.value.code, raised.value.field) == ("audience_circle", "measures[0]")

    save(shop, "friends", {"field": "member.orders", "at_least": 1}, replacing="friends")
    publish(shop, {"measures": [MEASURE]})
    with nothing_changes(shop), pytest.raises(Refusal, match="Friends → Visits of friends → Friends") as raised:
        save(shop, "friends", REGULARS, replacing="friends")
    assert raised.value.code == "audience_circle"
