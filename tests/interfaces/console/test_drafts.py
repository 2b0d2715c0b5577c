"""The pages of drafts, versions, going back, pausing and history."""

from __future__ import annotations

import copy
import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.queries import draft, drafts, rulebook_versions, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.draft_rulebook import open_draft, save_draft
from regulars.flows.publish_draft import submit_draft
from regulars.flows.sign_in import issue_operator_link
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = pytest.mark.capability("K2")


@pytest.fixture(autouse=True)
def _now(shop: Shop) -> None:
    shop.now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)


def client(shop: Shop, name: str = "ada") -> Client:
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"{name}-{shop.programme.code}@example.org", name=name.title(),
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    found = Client()
    found.post(f"/console/enter/{token}")
    return found


def seen(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def text(**fields: Any) -> str:
    return written(Rulebook.model_validate(copy.deepcopy(RULEBOOK) | fields).document())


def doubled() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = copy.deepcopy(RULEBOOK["earn_rules"])
    rules[0]["earn"]["points"] = 2
    return rules


def begun(shop: Shop, **fields: Any) -> Draft:
    return open_draft(shop.conn, of=shop.programme, name="Spring", by="zoe@example.org", now=shop.now, **fields)


def now(shop: Shop, found: Draft) -> Draft:
    return draft(shop.conn, programme_id=shop.programme.id, draft_id=found.id)


def test_a_draft_is_opened_written_and_published(shop: Shop) -> None:
    ada = client(shop)
    assert "Nothing is being written" in seen(ada.get("/console/rulebook/drafts/"))
    answer = ada.post("/console/rulebook/drafts/", {"name": "Spring", "source": "latest"})
    (found,) = drafts(shop.conn, programme_id=shop.programme.id)
    place = f"/console/rulebook/drafts/{found.id}/"
    assert answer["Location"] == place
    page = seen(ada.get(place))
    for words in ("Changes version 1, revision 1", "Being written", "Both say the same.", "The draft changes nothing"):
        assert words in page
    # A browser sends other ends of lines; an unchanged text is no change.
    same = {"name": "Spring", "text": found.text.replace("\n", "\r\n"), "revision": 1, "note": ""}
    with nothing_changes(shop):
        ada.post(place, same)
    ada.post(place, same | {"text": text(earn_rules=doubled()), "note": "Twice"})
    page = seen(ada.get(place))
    for words in ("the rate rises from 1 to 2 points per €1.00.", "Publish now", "Saved a text", "“Twice”"):
        assert words in page
    assert "Spring" in seen(ada.get("/console/rulebook/drafts/"))
    page = seen(ada.post(f"{place}publish", follow=True))
    assert "Published. The version is in force." in page
    assert "It was published as version 2." in page
    assert "Opened the draft · “Spring”" in seen(ada.get("/console/rulebook/history/"))


def test_what_is_wrong_stands_with_its_line(shop: Shop) -> None:
    found = begun(shop, text=text().replace("points_per_amount", "points_per_amuont"))
    page = seen(client(shop).get(f"/console/rulebook/drafts/{found.id}/"))
    assert re.search(r"Line \d+ there is no such strategy \(points_per_amuont\)", page)
    assert "Correct the lines first." in page
    assert "Publish now" not in page.split("What it changes")[0].split("Next")[1].split("Discard")[0]


def test_a_second_writer_is_told_and_may_join(shop: Shop) -> None:
    found, ada = begun(shop), client(shop)
    place = f"/console/rulebook/drafts/{found.id}/"
    save_draft(
        shop.conn, found.id, of=shop.programme, text=text(earn_rules=doubled()), revision=1, by="zoe@example.org",
        now=shop.now,
    )  # fmt: skip
    mine = {"name": "Spring", "text": text(name="Mine"), "revision": 1, "note": ""}
    with nothing_changes(shop):
        answer = ada.post(place, mine)
    page = seen(answer, 422)
    for words in ("Somebody else changed the draft meanwhile", "the rate rises from 1 to 2", "Join both changes"):
        assert words in page
    assert "name: Mine" in answer.content.decode()  # what was written is not lost
    assert seen(ada.post(place, mine | {"merge": "1"}, follow=True))
    assert now(shop, found).text == text(name="Mine", earn_rules=doubled())


def test_a_colleague_approves_or_declines(shop: Shop) -> None:
    shop.publish(RULEBOOK | {"publishing": {"second_person": "always"}})
    found, ada = begun(shop, text=text(name="Spring Shop")), client(shop)
    place = f"/console/rulebook/drafts/{found.id}/"
    assert "A second person has to approve it." in seen(ada.get(place))
    assert "A second person has to approve it first." in seen(ada.post(f"{place}publish", follow=True))
    submit_draft(shop.conn, found.id, of=shop.programme, by="zoe@example.org", now=shop.now)
    assert "Approve" in seen(ada.get(place))
    assert "Declined. Its author reads why." in seen(ada.post(f"{place}decline", {"note": "Later"}, follow=True))
    assert "“Later”" in seen(ada.get(place))
    assert "Submitted." in seen(ada.post(f"{place}submit", follow=True))
    assert "A colleague decides" in seen(ada.get(place))
    assert "You wrote a part of this draft" in seen(ada.post(f"{place}approve", follow=True))
    ben = client(shop, "ben")
    assert "Approved. It can be published now." in seen(ben.post(f"{place}approve", follow=True))
    assert now(shop, found).state is DraftState.approved


def test_a_draft_is_scheduled_in_the_time_of_the_programme(shop: Shop) -> None:
    found, ada = begun(shop, text=text(name="Spring Shop")), client(shop)
    place = f"/console/rulebook/drafts/{found.id}/"
    # In Berlin 02:30 of that night is never, and what is over cannot be chosen.
    for at, words in (
        ("2099-03-29T02:30", "Choose a day and a time."),
        ("tomorrow", "Choose a day and a time."),
        ("2020-01-01T00:00", "That instant is over."),
    ):
        with nothing_changes(shop):
            assert words in seen(ada.post(f"{place}schedule", {"at": at}, follow=True))
    page = seen(ada.post(f"{place}schedule", {"at": "2099-12-01T00:00"}, follow=True))
    assert "It comes into force on 1 Dec 2099, 00:00." in page
    assert now(shop, found).scheduled_for == datetime(2099, 11, 30, 23, tzinfo=UTC)
    assert "Take it from the schedule" in page
    assert "Taken from the schedule." in seen(ada.post(f"{place}unschedule", follow=True))
    assert seen(ada.post(f"{place}dance", follow=True), 404)
    assert seen(ada.get("/console/rulebook/drafts/2147483647/"), 404)


def test_versions_are_compared_and_gone_back_to(shop: Shop) -> None:
    shop.publish(RULEBOOK | {"earn_rules": doubled()}, effective_from=shop.now)
    ada = client(shop)
    page = seen(ada.get("/console/rulebook/versions/"))
    assert re.search(r"Version 2 In force .* Version 1 Ended", page)
    assert "2 versions" in page
    page = seen(ada.get("/console/rulebook/2/changes/"))
    assert "the rate rises from 1 to 2 points per €1.00." in page
    assert "the rate falls from 2 to 1" in seen(ada.get("/console/rulebook/1/changes/?since=2"))
    assert seen(ada.get("/console/rulebook/7/changes/"), 404)
    page = seen(ada.get("/console/rulebook/1/back/"))
    assert "the rate falls from 2 to 1" in page
    assert "there is nothing to go back to" in seen(ada.get("/console/rulebook/2/back/"))
    with nothing_changes(shop):
        late = ada.post("/console/rulebook/1/back/", {"latest": 1, "note": ""})
    assert "Another version was published meanwhile" in seen(late, 422)
    page = seen(ada.post("/console/rulebook/1/back/", {"latest": 2, "note": "The sale is over"}, follow=True))
    assert "The old rules are in force again." in page
    assert "Version 3 In force" in page
    assert "Went back to an earlier version · Version 3 “The sale is over”" in seen(
        ada.get("/console/rulebook/history/")
    )
    file = ada.get("/console/rulebook/2/export")
    assert file["Content-Disposition"] == f'attachment; filename="{shop.programme.code}-2.yaml"'
    assert file.content.decode().startswith(f"programme: {shop.programme.code}\nversion: 2\n")

    # The file comes in again, and one of elsewhere is asked about.
    new = {"name": "From a file", "source": "file", "text": file.content.decode()}
    assert ada.post("/console/rulebook/drafts/", new).status_code == 302
    foreign = new | {"text": new["text"].replace(shop.programme.code, "elsewhere", 1)}
    with nothing_changes(shop):
        answer = ada.post("/console/rulebook/drafts/", foreign)
    assert "This file belongs to another programme" in seen(answer, 422)
    assert ada.post("/console/rulebook/drafts/", foreign | {"adopt": "on"}).status_code == 302


def test_rules_are_paused_and_go_on(shop: Shop) -> None:
    ada = client(shop)
    assert "1 point per euro" in seen(ada.get("/console/rulebook/pause/"))
    with nothing_changes(shop):
        ada.post("/console/rulebook/pause/", {"kind": "rule", "id": "base", "pause": "1", "reason": " "})
        ada.post("/console/rulebook/pause/", {"kind": "rule", "id": "bsae", "pause": "1", "reason": "Wrong"})
        ada.post("/console/rulebook/pause/", {"kind": "", "pause": "1", "reason": "Wrong"})
    given = {"kind": "rule", "id": "base", "reason": "A wrong rate"}
    page = seen(ada.post("/console/rulebook/pause/", given | {"pause": "1"}, follow=True))
    assert "Paused: it gives nothing from now on." in page
    assert "Paused at present." in seen(ada.get("/console/rulebook/"))
    assert "It gives points again." in seen(ada.post("/console/rulebook/pause/", given | {"resume": "1"}, follow=True))
    everything = {"kind": "everything", "reason": "An attack", "pause": "1"}
    assert "All rules are paused" in seen(ada.post("/console/rulebook/pause/", everything, follow=True))
    in_force = shelf(shop.conn, programme_id=shop.programme.id).in_force(datetime.now(UTC))
    assert in_force.rulebook.paused.everything
    assert "Paused rules" in seen(ada.get("/console/rulebook/history/"))


def test_a_long_list_of_versions_has_pages(shop: Shop) -> None:
    for number in range(30):
        shop.publish(RULEBOOK | {"name": f"Shop {number}"})
    ada = client(shop)
    assert len(rulebook_versions(shop.conn, programme_id=shop.programme.id)) == 31
    first = ada.get("/console/rulebook/versions/").content.decode()
    assert "?before=7" in first
    second = seen(ada.get("/console/rulebook/versions/?before=7"))
    assert "Version 6" in second
    assert "Version 7" not in second
    assert "Version 3 " not in seen(ada.get("/console/rulebook/"))  # the side shows the newest few
