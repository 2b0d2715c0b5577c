"""Audiences at the console: listed, looked at, refreshed, archived, filled from a file, undone, taken along."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind
from regulars.domain.audiences.queries import audience, members_of
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.flows.save_audience import save_audience
from regulars.interfaces.console.audiences import importing
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.interfaces.operators import signed_in

BUYERS = {"field": "member.orders", "at_least": 1}


@pytest.fixture
def console(shop: Shop) -> Client:
    """An operator of the shop, signed in."""
    return signed_in(shop)


def save(shop: Shop, code: str, conditions: Any = None, **fields: Any) -> None:
    tree = None if conditions is None else CONDITIONS.validate_python(conditions)
    kind = Kind.static if conditions is None else Kind.dynamic
    draft = AudienceDraft(code, fields.pop("name", code.title()), kind, tree)
    save_audience(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="olga", **fields)


def seen(content: bytes) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def members(shop: Shop, code: str) -> set[UUID]:
    found = audience(shop.conn, programme_id=shop.programme.id, code=code)
    assert found is not None
    return {each.member_id for each in members_of(shop.conn, audience_id=found.id)}


def actions(shop: Shop) -> list[str]:
    return [each.action for each in acts_about(shop.conn, subject=programme_subject(shop.programme.id))]


def upload(console: Client, content: str, mode: str = "add") -> str:
    """The address of the page that shows what the file comes to."""
    file = SimpleUploadedFile("guests.csv", content.encode(), content_type="text/csv")
    answer = console.post("/console/audiences/guests/import", {"file": file, "mode": mode})
    assert answer.status_code == 302, seen(answer.content)
    return str(answer["Location"])


def test_an_empty_list_teaches_and_a_full_one_says_it_all(shop: Shop, console: Client) -> None:
    assert "Say once whom you mean" in seen(console.get("/console/audiences/").content)

    ada = shop.enrol()
    shop.buy(ada, "5.00")
    save(shop, "buyers", BUYERS, name="Who bought")
    save(shop, "rest", {"field": "member.audience.buyers", "is": False}, name="The others")
    page = seen(console.get("/console/audiences/").content)

    assert "Who bought The number of earlier orders is at least 1. By conditions 1 " in page
    assert "in 30 days" not in page
    assert "in 1 place" in page
    assert "The others The member is not in “Who bought”." in page
    shop.buy(shop.enrol(), "5.00")
    console.post("/console/audiences/buyers/refresh")
    assert "By conditions 2 +1 in 30 days" in seen(console.get("/console/audiences/").content)


def test_the_page_shows_members_and_who_saw_them_is_recorded(shop: Shop, console: Client) -> None:
    ada = shop.enrol(name="Ada Byron", email="ada@example.com")
    shop.enrol(name="Ben Okri")
    shop.buy(ada, "5.00")
    save(shop, "buyers", BUYERS, name="Who bought")

    page = seen(console.get("/console/audiences/buyers/").content)
    assert "Ada Byron" in page
    assert "ada@example.com" in page
    assert "Ben Okri" not in page
    assert "audience.members_listed" in actions(shop)

    history = seen(console.get("/console/audiences/buyers/?tab=history").content)
    assert "Ada Byron joined Other conditions · olga" in history
    assert "Other conditions olga 1 0 1" in seen(console.get("/console/audiences/buyers/?tab=runs").content)


def test_members_are_shown_page_by_page(shop: Shop, console: Client) -> None:
    save(shop, "all", {"field": "member.days", "at_least": 0})
    everybody = {shop.enrol(name=f"Member {number:02}") for number in range(27)}
    console.post("/console/audiences/all/refresh")

    for tab in ("members", "history"):
        first = console.get(f"/console/audiences/all/?tab={tab}").content.decode()
        after = re.search(r'href="[^"]*after=([^"]+)"', first)
        assert after is not None
        second = console.get(f"/console/audiences/all/?tab={tab}&after={html.unescape(after[1])}").content.decode()
        shown = [set(re.findall(r"/console/members/([0-9a-f-]{36})/", page)) for page in (first, second)]
        assert [len(each) for each in shown] == [25, 2]
        assert {UUID(each) for each in shown[0] | shown[1]} == everybody


def test_a_refresh_shows_its_steps(shop: Shop, console: Client) -> None:
    ada = shop.enrol()
    save(shop, "buyers", BUYERS)
    save(shop, "rest", {"field": "member.audience.buyers", "is": False})
    shop.buy(ada, "5.00")

    first = console.post("/console/audiences/rest/refresh", headers={"HX-Request": "true"})
    assert "1 of 2 audiences" in seen(first.content)
    assert (members(shop, "buyers"), members(shop, "rest")) == ({ada}, {ada})
    last = console.post("/console/audiences/rest/refresh", {"step": "1"}, headers={"HX-Request": "true"})
    assert last["HX-Redirect"] == "/console/audiences/rest/"
    assert members(shop, "rest") == set()
    assert "Refreshed. 0 joined, 1 left, 0 are in it now." in seen(console.get("/console/audiences/rest/").content)

    shop.buy(shop.enrol(), "5.00")
    console.post("/console/audiences/rest/refresh")
    assert len(members(shop, "buyers")) == 2


def test_what_a_rule_asks_for_is_not_archived(shop: Shop, console: Client) -> None:
    save(shop, "friends", name="Friends")
    rule = {
        "id": "more", "name": "Ten more", "earn": {"strategy": "fixed_bonus", "points": 10},
        "when": {"field": "member.audience.friends", "is": True},
    }  # fmt: skip
    shop.publish(RULEBOOK | {"earn_rules": [*RULEBOOK["earn_rules"], rule]}, effective_from=shop.now)
    page = seen(console.get("/console/audiences/friends/").content)
    assert "Who asks for it Rule Ten more" in page

    with nothing_changes(shop):
        told = console.post("/console/audiences/friends/archive", {"archived": "yes"})
    assert told["Location"] == "/console/audiences/friends/"
    shop.publish(RULEBOOK, effective_from=shop.now)
    console.post("/console/audiences/friends/archive", {"archived": "yes"})
    found = audience(shop.conn, programme_id=shop.programme.id, code="friends")
    assert found is not None
    assert found.archived
    assert "Take out of the archive" in seen(console.get("/console/audiences/friends/").content)
    console.post("/console/audiences/friends/archive", {"archived": "no"})
    assert "It is back." in seen(console.get("/console/audiences/friends/").content)


def test_a_file_fills_a_list_and_is_undone(shop: Shop, console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 2)
    ada, ben = shop.enrol("A-1", name="Ada"), shop.enrol("A-2", name="Ben")
    save(shop, "guests")
    look = upload(console, "customer,town\nA-1,Rome\nA-2,Oslo\nA-1,Rome\nA-9,Bern\n")
    assert "0 of 4 rows" in seen(console.get(look).content)
    step = console.post(look, {"act": "read"}, headers={"HX-Request": "true"})
    assert "2 of 4 rows" in seen(step.content)
    done = console.post(look, {"act": "read"}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == look
    page = seen(console.get(look).content)
    assert members(shop, "guests") == set()
    assert "2 would join, 0 would leave." in page
    assert "Named twice 1 counted once" in page
    assert "5 A-9" in page

    console.post(look, {"act": "decide"})
    assert members(shop, "guests") == {ada, ben}
    runs = console.get("/console/audiences/guests/?tab=runs").content.decode()
    assert "The list is filled. 2 joined, 0 left, 2 are in it now." in seen(runs.encode())
    undo = re.search(r'action="([^"]+/undo)"', runs)
    assert undo is not None
    console.post(undo[1])
    assert members(shop, "guests") == set()
    again = seen(console.get("/console/audiences/guests/?tab=runs").content)
    assert "The import is undone. 0 joined, 2 left, 0 are in it now." in again
    assert "Undone" in again
    assert console.get(look).status_code == 404


def test_another_column_is_chosen(shop: Shop, console: Client) -> None:
    ada = shop.enrol("A-1", email="ada@example.com")
    save(shop, "guests")
    look = upload(console, "mail,number\nnobody@example.com,A-1\n")
    console.post(look, {"act": "read"})
    assert "0 would join" in seen(console.get(look).content)
    form = {"act": "choose", "column": "number", "named_by": "external_id", "mode": "replace"}
    assert console.post(look, form).status_code == 302
    console.post(look, {"act": "read"})
    assert "1 would join" in seen(console.get(look).content)
    console.post(look, {"act": "decide"})
    assert members(shop, "guests") == {ada}


def test_a_file_is_forgotten_or_refused(shop: Shop, console: Client) -> None:
    shop.enrol("A-1")
    save(shop, "guests")
    with nothing_changes(shop):
        look = upload(console, "customer\nA-1\n")
        console.post(look, {"act": "drop"})
        assert console.get(look).status_code == 404
        empty = SimpleUploadedFile("guests.csv", b"customer\n")
        answer = console.post("/console/audiences/guests/import", {"file": empty, "mode": "add"})
        assert answer.status_code == 422
        assert "The file cannot be read" in seen(answer.content)
        assert console.get("/console/audiences/nobodys/").status_code == 404
        assert console.post("/console/audiences/nobodys/import").status_code == 404


def test_an_export_is_a_file_and_is_recorded(shop: Shop, console: Client) -> None:
    ada = shop.enrol(name="=Ada", email="ada@example.com")
    save(shop, "all", {"field": "member.days", "at_least": 0})
    answer = console.get("/console/audiences/all/members.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # of a streamed answer
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert text.splitlines()[0] == "member_id,card,name,email,phone,since"
    assert text.splitlines()[1].startswith(f"{ada},")
    assert ",'=Ada,ada@example.com,," in text
    assert "audience.exported" in actions(shop)


def test_a_member_reads_as_being_in_audiences_since_when_and_why(shop: Shop, console: Client) -> None:
    ada = shop.enrol("ada", name="Ada")
    shop.buy(ada, "5.00")
    both = {"all": [BUYERS, {"field": "member.days", "less_than": 5}]}
    assert "In no audience yet" in seen(console.get(f"/console/members/{ada}/?tab=audiences").content)
    save(shop, "fresh", both, name="New buyers")
    save(shop, "guests", name="Guests")
    look = upload(console, "customer\nada\n")
    console.post(look, {"act": "read"})
    console.post(look, {"act": "decide"})

    page = seen(console.get(f"/console/members/{ada}/?tab=audiences").content)

    assert "New buyers since 2 Mar 2026 The number of earlier orders is at least 1. so it is" in page
    assert "The number of days since joining is less than 5. no longer so" in page  # the console goes by today
    assert "Is on the list." in page
    assert "New buyers joined Other conditions · olga 2 Mar 2026" in page
