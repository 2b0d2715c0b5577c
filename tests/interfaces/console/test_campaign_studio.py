"""The campaign studio: built from an empty form, in a draft of its own, joined with what others save, and published."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.parts import item
from regulars.domain.programmes.queries import drafts
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.draft_rulebook import open_draft, save_draft
from regulars.flows.edit_draft import values_in
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.interfaces.console.browser_form import as_data, sent_by
from tests.interfaces.console.test_drafts import client, now, seen

pytestmark = pytest.mark.capability("K2")
NEW = "/console/campaigns/new"
Sent = dict[str, list[str]]

WEEKENDS: dict[str, str | list[str]] = {
    "campaign.name": "Golden weekends",
    "rule.lines.0.field": "line.category", "rule.lines.0.operator": "is", "rule.lines.0.value": "coffee beans",
    "campaign.when.0.field": "member.tier.status", "campaign.when.0.operator": "is", "campaign.when.0.value": "gold",
    "campaign.when.1.field": "time.weekday", "campaign.when.1.operator": "one_of",
    "campaign.when.1.value": ["saturday", "sunday"],
    "rule.limits.per_member.0.most": "500",
    "campaign.budget.most": "20000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now(shop: Shop) -> None:
    shop.now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)


def filled(ada: Client, place: str, **typed: Any) -> Sent:
    """What the form of a page would send, with some of it typed."""
    answer = ada.get(place)
    assert answer.status_code == 200
    sent = as_data(sent_by(answer.content.decode().partition('id="studio-form"')[2]))
    sent.pop("at", None)
    for name, value in typed.items():
        sent[name] = value if isinstance(value, list) else [value]
    return sent


def built(shop: Shop, ada: Client) -> Draft:
    answer = ada.post(NEW, filled(ada, NEW, **WEEKENDS))
    (found,) = drafts(shop.conn, programme_id=shop.programme.id)
    assert answer["Location"] == f"/console/rulebook/drafts/{found.id}/campaigns/golden-weekends/"
    return found


def place_of(found: Draft) -> str:
    return f"/console/rulebook/drafts/{found.id}/campaigns/golden-weekends/"


def test_the_campaign_of_the_issue(shop: Shop) -> None:
    ada = client(shop)
    found = built(shop, ada)
    assert found.name == "Golden weekends"
    values = values_in(found.text)
    assert item(values, "campaigns", "golden-weekends") == {
        "id": "golden-weekends",
        "name": "Golden weekends",
        "when": {
            "all": [
                {"field": "member.tier.status", "is": "gold"},
                {"field": "time.weekday", "one_of": ["saturday", "sunday"]},
            ]
        },
        "budget": {"points": 20_000},
    }
    assert item(values, "earn_rules", "golden-weekends") == {
        "id": "golden-weekends",
        "name": "Golden weekends",
        "earn": {"strategy": "multiplier", "factor": 2, "of": "base"},
        "lines": {"field": "line.category", "is": "coffee beans"},
        "limits": {"per_member": [{"points": 500, "each": "month"}]},
        "campaign": "golden-weekends",
    }
    page = seen(ada.get(place_of(found)))
    for words in (
        "Saved in the draft. Members notice nothing until it is published.",
        "Golden weekends: 2 times the points of “1 point per euro”",
        "at most 500 points a month for each member",
        "20,000 points for all members together",
        "New campaign",
        "Publish now",
    ):
        assert words in page
    page = seen(ada.post(f"/console/rulebook/drafts/{found.id}/publish", follow=True))
    assert "It was published as version 2." in page


def test_saving_it_untouched_changes_nothing(shop: Shop) -> None:
    ada = client(shop)
    found = built(shop, ada)
    sent = filled(ada, place_of(found))
    with nothing_changes(shop):
        assert ada.post(place_of(found), sent).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"campaign.name": ""}, "Fill this in."),
        ({"rule.earn.factor": "many"}, "“many” is not a number."),
        ({"rule.earn.factor": "0.5"}, "The number must be above 1."),
        ({"campaign.budget.most": "2.5"}, "“2.5” is not a whole number."),
        ({"campaign.budget.most": "-3"}, "The number must be above 0."),
        ({"rule.limits.per_member.0.most": "0"}, "The number must be at least 1."),
        ({"campaign.when.0.value": ""}, "Choose"),
        ({"campaign.valid_from": "2027-02-01T00:00", "campaign.valid_until": "2027-01-01T00:00"}, "it ends"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(shop: Shop, typed: dict[str, str], said: str) -> None:
    ada = client(shop)
    sent = filled(ada, NEW, **(WEEKENDS | typed))
    with nothing_changes(shop):
        answer = ada.post(NEW, sent)
    page = seen(answer, 422)
    assert "Nothing is saved yet: look at what is marked." in page
    assert said in page
    kept = as_data(sent_by(answer.content.decode().partition('id="studio-form"')[2]))
    for name, value in (WEEKENDS | typed).items():
        assert kept.get(name, [""]) == (value if isinstance(value, list) else [value])


def renamed(found: Draft, old: str, new: str) -> str:
    return found.text.replace(f"name: {old}", f"name: {new}")


def test_two_people_change_different_things(shop: Shop) -> None:
    ada = client(shop)
    found = built(shop, ada)
    sent = filled(ada, place_of(found), **{"campaign.budget.most": "30000"})
    text = found.text.replace("name: Corner Shop", "name: Corner Shop and Café")
    save_draft(shop.conn, found.id, of=shop.programme, text=text, revision=1, by="zoe@example.org", now=shop.now)
    page = seen(ada.post(place_of(found), sent, follow=True))
    assert "Saved, together with what zoe@example.org had changed meanwhile." in page
    values = values_in(now(shop, found).text)
    assert values["name"] == "Corner Shop and Café"
    assert values["campaigns"][0]["budget"]["points"] == 30_000


def test_two_people_change_the_same_thing(shop: Shop) -> None:
    """Nothing is saved, what was typed stands there, and one click takes the one or the other."""
    ada = client(shop)
    found = built(shop, ada)
    sent = filled(ada, place_of(found), **{"campaign.budget.most": "30000"})
    text = found.text.replace("points: 20000", "points: 40000")
    save_draft(shop.conn, found.id, of=shop.programme, text=text, revision=1, by="zoe@example.org", now=shop.now)
    with nothing_changes(shop):
        answer = ada.post(place_of(found), sent)
    page = seen(answer, 409)
    assert "zoe@example.org changed the same thing meanwhile" in page
    assert "30,000" in page
    assert "40,000" in page
    kept = as_data(sent_by(answer.content.decode().partition('id="studio-form"')[2]))
    assert kept["campaign.budget.most"] == ["30000"]
    ada.post(place_of(found), sent | {"over": ["2"]})
    assert values_in(now(shop, found).text)["campaigns"][0]["budget"]["points"] == 30_000


def test_chips_write_the_tree(shop: Shop) -> None:
    ada = client(shop)
    page = ada.get(NEW).content.decode()
    for chip in ("Silver", "Gold", "At weekends", "A category"):
        assert f">{chip}</button>" in page
    sent = filled(ada, NEW)
    for tapped in ("chip:1", "chip:2"):  # Gold, at weekends
        answer = ada.post(NEW, sent | {"campaign.when.act": [tapped]})
        sent = as_data(sent_by(answer.content.decode().partition('id="studio-form"')[2]))
    assert sent["campaign.when.0.value"] == ["gold"]
    assert sent["campaign.when.1.value"] == ["saturday", "sunday"]
    answer = ada.post(NEW, sent | {"campaign.when.act": ["chip:0"]})
    both = as_data(sent_by(answer.content.decode().partition('id="studio-form"')[2]))
    assert (both["campaign.when.0.operator"], both["campaign.when.0.value"]) == (["one_of"], ["gold", "silver"])


def test_another_effect_asks_for_other_things(shop: Shop) -> None:
    ada = client(shop)
    sent = filled(ada, NEW, **WEEKENDS) | {"strategy": ["fixed_bonus"]}
    answer = ada.post(NEW, sent, headers={"HX-Request": "true", "HX-Target": "studio-gives"})
    page = answer.content.decode()
    assert 'name="rule.earn.points"' in page
    assert 'name="rule.earn.factor"' not in page
    ada.post(NEW, sent | {"rule.earn.points": ["50"]})
    (found,) = drafts(shop.conn, programme_id=shop.programme.id)
    assert values_in(found.text)["earn_rules"][-1]["earn"] == {"strategy": "fixed_bonus", "points": 50}


def test_words_follow_what_is_typed(shop: Shop) -> None:
    ada = client(shop)
    sent = filled(ada, NEW, **(WEEKENDS | {"campaign.budget.most": "x"}))
    with nothing_changes(shop):
        answer = ada.post(NEW, sent, headers={"HX-Request": "true", "HX-Target": "studio-seen"})
    page = seen(answer)
    assert "if the member's tier is Gold, and the day is Saturday or Sunday" in page
    assert 'id="campaign-budget-most-problem" hx-swap-oob="innerHTML"' in answer.content.decode()
    assert "“x” is not a number." in page


def test_one_member_is_tried_by_what_is_typed(shop: Shop) -> None:
    ada = client(shop)
    saturday = shop.now + timedelta(days=(5 - shop.now.weekday()) % 7 + 7)
    member = shop.enrol("C-7", enrolled_at=shop.now - timedelta(days=1))
    shop.buy(member, "600.00")
    sent = filled(ada, NEW, **WEEKENDS) | {
        "act": ["try"], "try-who": ["C-7"], "try-occurred_at": [f"{saturday:%Y-%m-%d}T12:00"],
        "try-category": ["coffee beans"], "try-amount": ["20"],
    }  # fmt: skip
    with nothing_changes(shop):
        page = seen(ada.post(NEW, sent))
    assert "Golden weekends : +20" in page
    with nothing_changes(shop):
        page = seen(ada.post(NEW, sent | {"try-occurred_at": [f"{saturday + timedelta(days=2):%Y-%m-%d}T12:00"]}))
    assert "Golden weekends : not this time" in page
    assert "The day was Monday, and the rule needs Saturday or Sunday" in page
    page = seen(ada.post(NEW, sent | {"try-who": ["nobody"]}))
    assert "There is no such member." in page


def test_names_in_other_languages(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK) | {"translations": {"tr": {"Points": "Puan"}}}
    shop.publish(document)
    ada = client(shop)
    ada.post(NEW, filled(ada, NEW, **WEEKENDS, **{"name.tr": "Altın hafta sonları"}))
    (found,) = drafts(shop.conn, programme_id=shop.programme.id)
    texts = {"Points": "Puan", "Golden weekends": "Altın hafta sonları"}
    assert values_in(found.text)["translations"] == {"tr": texts}
    page = seen(ada.get(place_of(found)))
    assert "Altın hafta sonları: “1 point per euro” puanlarının 2 katı" in page
    sent = filled(ada, place_of(found), **{"campaign.name": "Sunny weekends"})
    ada.post(place_of(found), sent)
    texts = {"Points": "Puan", "Sunny weekends": "Altın hafta sonları"}
    assert values_in(now(shop, found).text)["translations"] == {"tr": texts}


def test_a_campaign_that_nobody_knows(shop: Shop) -> None:
    assert "There is no such campaign" in seen(client(shop).get("/console/campaigns/nothing/change"), 404)


def test_comments_and_more_rules_are_spoken_of(shop: Shop) -> None:
    document = Rulebook.model_validate(
        copy.deepcopy(RULEBOOK)
        | {
            "campaigns": [{"id": "spring", "name": "Spring"}],
            "earn_rules": [
                *RULEBOOK["earn_rules"],
                {"id": "one", "name": "One", "campaign": "spring", "earn": {"strategy": "fixed_bonus", "points": 1}},
                {"id": "two", "name": "Two", "campaign": "spring", "earn": {"strategy": "fixed_bonus", "points": 2}},
            ],
        }
    ).document()
    found = open_draft(
        shop.conn, of=shop.programme, name="Spring", by="zoe@example.org", now=shop.now,
        text=f"# For the sale\n{written(document)}",
    )  # fmt: skip
    ada = client(shop)
    place = f"/console/rulebook/drafts/{found.id}/campaigns/spring/"
    page = seen(ada.get(place))
    assert "The text of this draft has comments." in page
    assert "More rules of this campaign They stay as they are. Two" in page
    ada.post(place, filled(ada, place, **{"campaign.name": "Spring at last"}))
    values = values_in(now(shop, found).text)
    assert [(each["id"], each["name"]) for each in values["earn_rules"][2:]] == [("one", "One"), ("two", "Two")]


NEEDS_SAVED = re.compile(r"<button[^>]*data-needs-saved([^>]*)>")


def resting(page: str) -> tuple[set[bool], bool]:
    """Whether the buttons that publish, schedule and submit are unusable, and whether the note says why."""
    note = re.search(r'<p id="studio-unsaved"([^>]*)>', page)
    assert note is not None
    return {"disabled" in each for each in NEEDS_SAVED.findall(page)}, "hidden" not in note[1]


def test_what_is_not_saved_is_not_published(shop: Shop) -> None:
    """The buttons act on what is saved; while something else stands in the form, they rest, and the note says why."""
    ada = client(shop)
    found = built(shop, ada)
    place = place_of(found)
    page = ada.get(place).content.decode()
    assert len(NEEDS_SAVED.findall(page)) == 5, "publish and schedule with their dialogs, ask a colleague"
    assert resting(page) == ({False}, False)
    live = {"HX-Request": "true", "HX-Target": "studio-seen"}
    sent = filled(ada, place)
    assert resting(ada.post(place, sent, headers=live).content.decode()) == (set(), False)
    for typed in ("30000", "x", ""):
        other = sent | {"campaign.budget.most": [typed]}
        assert resting(ada.post(place, other, headers=live).content.decode()) == (set(), True)
        page = ada.post(place, other | {"act": ["look"]}).content.decode()
        assert resting(page) == ({True}, True)
    assert resting(ada.post(place, sent | {"act": ["look"]}).content.decode()) == ({False}, False)
    save_draft(
        shop.conn, found.id, of=shop.programme, text=renamed(found, "Corner Shop", "Café"), revision=1,
        by="zoe@example.org", now=shop.now,
    )  # fmt: skip
    assert resting(ada.post(place, sent, headers=live).content.decode()) == (set(), True), "it shows another revision"


def test_a_draft_that_waits_for_a_colleague_needs_no_saving(shop: Shop) -> None:
    ada = client(shop)
    found = built(shop, ada)
    sent = filled(ada, place_of(found))
    ada.post(f"/console/rulebook/drafts/{found.id}/submit")
    page = ada.post(place_of(found), sent | {"campaign.budget.most": ["30000"], "act": ["look"]}).content.decode()
    assert resting(page) == ({False}, False)
    assert "Withdraw" in page
