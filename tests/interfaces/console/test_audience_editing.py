"""An operator builds an audience, changes it, and sees who is in it; what is refused changes nothing."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.database.pool import Connection, owning
from regulars.domain.audiences.contracts import CONDITIONS, Audience, AudienceDraft, Kind
from regulars.domain.audiences.queries import audience, audiences
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.flows.look_at_members import Looked
from regulars.flows.member_filter import Counted
from regulars.flows.save_audience import save_audience
from regulars.flows.sign_in import issue_operator_link
from regulars.interfaces.console.audiences.seeing import seen_shown
from tests.books import nothing_changes
from tests.factories import Shop, open_shop
from tests.interfaces.console.browser_form import as_data, sent_by
from tests.interfaces.console.offered import EVERYTHING

pytestmark = pytest.mark.capability("B3")
BUYERS = {"field": "member.orders", "at_least": 1}
GOLD = {"field": "member.tier.status", "one_of": ["silver", "gold"]}


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """A shop that has something of every kind, at the time of the clock on the wall."""
    return open_shop(conn, EVERYTHING, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def client(shop: Shop) -> Client:
    """An operator who is signed in."""
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"ada-{shop.programme.code}@example.org", name="Ada",
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    found = Client()
    found.post(f"/console/enter/{token}")
    return found


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def save(shop: Shop, code: str, conditions: Any = None, **fields: Any) -> Audience:
    """As somebody else saves one."""
    tree = None if conditions is None else CONDITIONS.validate_python(conditions)
    kind = Kind.static if tree is None else Kind.dynamic
    name = fields.pop("name", code.title())
    draft = AudienceDraft(code, name, kind, tree, fields.pop("archived", False), fields.pop("description", None))
    return save_audience(
        shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="olga@example.org", **fields
    )


def filled(client: Client, address: str, **changed: Any) -> dict[str, Any]:
    """What a browser sends of the page after somebody changed these fields; c__0__field stands for c.0.field."""
    sent = as_data(
        [pair for pair in sent_by(client.get(address).content) if not pair[0].startswith(("theme", "language"))]
    )
    return sent | {name.replace("__", "."): value for name, value in changed.items()}


def row(number: int, field: str, operator: str, *values: str) -> dict[str, Any]:
    place = f"c__{number}__"
    return {f"{place}field": field, f"{place}operator": operator, f"{place}value": list(values)}


def saved(shop: Shop, code: str) -> Audience:
    found = audience(shop.conn, programme_id=shop.programme.id, code=code)
    assert found is not None
    return found


def test_an_audience_is_made_with_its_members(client: Client, shop: Shop) -> None:
    ada, _ = shop.enrol(name="Ada Byron"), shop.enrol(name="Ben Loy")
    shop.buy(ada, "250.00")
    asked = row(0, "member.tier.status", "one_of", "silver", "gold") | row(1, "member.orders", "at_least", "1")

    answer = client.post(
        "/console/audiences/new",
        filled(client, "/console/audiences/new", name="Good ones", description="For the autumn letter", **asked),
    )

    assert (answer.status_code, answer["Location"]) == (302, "/console/audiences/good-ones/")
    found = saved(shop, "good-ones")
    assert (found.name, found.kind, found.members) == ("Good ones", Kind.dynamic, 1)
    assert found.description == "For the autumn letter"
    assert found.conditions == CONDITIONS.validate_python({"all": [GOLD, BUYERS]})
    (act, *_) = acts_about(shop.conn, subject=programme_subject(shop.programme.id))
    assert (act.action, act.details["audience"]) == ("audience.saved", "good-ones")
    assert act.by == f"ada-{shop.programme.code}@example.org"
    assert "For the autumn letter" in text_of(client.get("/console/audiences/good-ones/"))
    assert "For the autumn letter" in text_of(client.get("/console/audiences/good-ones/edit"))


def test_an_audience_is_shown_and_changed(client: Client, shop: Shop) -> None:
    save(shop, "buyers", {"any": [BUYERS, {"not": {"field": "member.consent.email", "is": True}}]}, name="Buyers")
    page = client.get("/console/audiences/buyers/edit")
    assert "The number of earlier orders is at least 1, or consent to “News by e-mail” is not given." in text_of(page)

    answer = client.post(
        "/console/audiences/buyers/edit",
        filled(client, "/console/audiences/buyers/edit", name="All buyers", c__0__value="2"),
    )

    assert answer.status_code == 302
    found = saved(shop, "buyers")
    assert (found.name, found.version) == ("All buyers", 2)
    assert found.conditions == CONDITIONS.validate_python(
        {"any": [BUYERS | {"at_least": 2}, {"not": {"field": "member.consent.email", "is": True}}]}
    )


def test_a_page_that_is_saved_untouched_changes_no_condition(client: Client, shop: Shop) -> None:
    before = save(shop, "some", {"all": [{"any": [GOLD]}, {"not": {"all": [BUYERS, GOLD]}}]})
    client.post("/console/audiences/some/edit", filled(client, "/console/audiences/some/edit"))
    assert saved(shop, "some").conditions == before.conditions


def test_a_list_is_made_without_conditions(client: Client, shop: Shop) -> None:
    answer = client.post(
        "/console/audiences/new", filled(client, "/console/audiences/new", name="Guests", kind="static")
    )
    assert answer["Location"] == "/console/audiences/guests/"
    found = saved(shop, "guests")
    assert (found.kind, found.conditions) == (Kind.static, None)
    page = client.get("/console/audiences/guests/edit")
    assert "Members who fulfil this" not in text_of(page)
    client.post("/console/audiences/guests/edit", filled(client, "/console/audiences/guests/edit", name="Our guests"))
    assert saved(shop, "guests").name == "Our guests"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Good ones", "good-ones-2"), ("Çay içenler", "cay-icenler"), ("ضيوف", "audience"), ("2026 buyers", "buyers"),
        ("_", "audience"),
    ],
)  # fmt: skip
def test_a_code_is_made_of_the_name(client: Client, shop: Shop, name: str, code: str) -> None:
    save(shop, "good-ones", BUYERS)
    client.post("/console/audiences/new", filled(client, "/console/audiences/new", name=name, kind="static"))
    assert code in {each.code for each in audiences(shop.conn, programme_id=shop.programme.id)}


REFUSED: list[tuple[dict[str, Any], str]] = [
    (row(0, "member.orders", "at_least", "many"), "“many” is not a number."),
    (row(0, "member.orders", "at_least"), "Fill in a value."),
    (row(0, "member.tier.status", "one_of"), "Choose at least one."),
    (row(0, "member.shoes", "is", "42"), "“member.shoes” cannot be asked here any more."),
    (row(0, "order.amount", "at_least", "5"), "“order.amount” cannot be asked here any more."),
    (row(0, "member.orders", "at_least", "9") | row(1, "member.orders", "at_most", "5"), "Nobody can fulfil this"),
    ({}, "Choose what is asked."),
    (row(0, "member.orders", "at_least", "1") | {"name": " "}, "This field is required."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_what_is_refused_changes_nothing_and_loses_nothing(
    client: Client, shop: Shop, asked: dict[str, Any], said: str
) -> None:
    given = filled(client, "/console/audiences/new", **{"name": "Some"} | asked)
    with nothing_changes(shop):
        answer = client.post("/console/audiences/new", given)
    assert answer.status_code == 422
    assert said in text_of(answer)
    again = dict(as_data(sent_by(answer.content)))
    for name, value in given.items():
        if name.startswith("c.") and value:
            assert again[name] == (value if isinstance(value, list) else [value])


def test_a_circle_is_refused_at_its_row_in_words(client: Client, shop: Shop) -> None:
    save(shop, "first", BUYERS)
    save(shop, "second", {"field": "member.audience.first", "is": True})
    save(shop, "third", {"field": "member.audience.second", "is": True})
    for code, said in (
        ("third", "The audiences would go round in a circle: First → Third → Second → First. Choose another one."),
        ("first", "An audience cannot be defined by itself."),
    ):
        address = "/console/audiences/first/edit"
        given = filled(client, address, **row(0, f"member.audience.{code}", "is", "true"))
        with nothing_changes(shop):
            answer = client.post(address, given)
        assert answer.status_code == 422
        assert said in text_of(answer)
        place = answer.content.decode().partition('id="c-0-problem"')[2][:400]
        assert html.escape(said.partition(":")[0]) in place
    assert "In the audience “Third”" in text_of(client.get("/console/audiences/first/edit"))
    assert "In the audience “First”" not in text_of(client.get("/console/audiences/first/edit"))


def test_an_archived_audience_is_not_asked_for_anew(client: Client, shop: Shop) -> None:
    save(shop, "old", BUYERS)
    save(shop, "keeps", {"field": "member.audience.old", "is": True})
    save(shop, "old", BUYERS, archived=True, replacing="old")
    assert "In the audience “Old”" not in text_of(client.get("/console/audiences/new"))
    given = filled(client, "/console/audiences/new", name="New", **row(0, "member.audience.old", "is", "true"))
    with nothing_changes(shop):
        answer = client.post("/console/audiences/new", given)
    assert "“Old” is archived, and its members do not change any more." in text_of(answer)
    assert (
        client.post("/console/audiences/keeps/edit", filled(client, "/console/audiences/keeps/edit")).status_code == 302
    )


def test_two_people_change_it_and_the_second_sees_what_the_first_did(client: Client, shop: Shop) -> None:
    save(shop, "some", {"all": [BUYERS, GOLD]}, name="Some")
    address = "/console/audiences/some/edit"
    mine = filled(client, address, c__0__value="7")
    save(
        shop,
        "some",
        {"all": [GOLD, {"field": "member.days", "more_than": 30}]},
        name="Others",
        replacing="some",
        description="A test",
    )

    with nothing_changes(shop):
        answer = client.post(address, mine)

    assert answer.status_code == 409
    said = text_of(answer)
    assert "Somebody else changed it meanwhile" in said
    assert "olga@example.org saved this," in said
    assert (
        "Called it “Others”. Said what it is for: A test Added: the number of days since joining is more than 30"
        in said
    )
    assert "Took out: the number of earlier orders is at least 1" in said
    assert "Saved now: The member's tier" in said.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    kept = as_data(sent_by(answer.content))
    assert (kept["name"], kept["c.0.value"]) == (["Some"], ["7"])
    with nothing_changes(shop):
        assert client.post(address, kept).status_code == 409

    over = re.search(r'name="over" value="(\d+)"', answer.content.decode())
    assert over is not None
    assert client.post(address, kept | {"over": over[1]}).status_code == 302
    found = saved(shop, "some")
    assert (found.name, found.version) == ("Some", 3)
    assert found.conditions == CONDITIONS.validate_python({"all": [BUYERS | {"at_least": 7}, GOLD]})


def test_a_spoiled_origin_is_no_way_around_the_version(client: Client, shop: Shop) -> None:
    save(shop, "some", BUYERS)
    address = "/console/audiences/some/edit"
    mine = filled(client, address, name="Mine")
    save(shop, "some", BUYERS, name="Theirs", replacing="some")
    for spoiled in ("", "{", "[]", json.dumps({"version": "x", "name": 1, "conditions": 7})):
        with nothing_changes(shop):
            assert client.post(address, mine | {"origin": spoiled}).status_code == 409


def seen(client: Client, address: str, given: dict[str, Any]) -> Any:
    answer: Any = client.post(address, given, headers={"HX-Request": "true", "HX-Target": "audience-seen"})
    assert answer.status_code == 200
    return answer


def test_the_count_and_a_sample_follow_what_is_written_and_the_read_is_recorded(client: Client, shop: Shop) -> None:
    ada, ben, ceren = (shop.enrol(name=name) for name in ("Ada Byron", "Ben Loy", "Ceren Su"))
    for member in (ada, ben):
        shop.buy(member, "20.00")
    given = filled(client, "/console/audiences/new", **row(0, "member.orders", "at_least", "1"))

    answer = seen(client, "/console/audiences/new", given)

    said = text_of(answer)
    assert "The number of earlier orders is at least 1." in said
    assert "2 members of 3 · 66.7%" in said
    assert "Ada Byron" in said
    assert "Ceren Su" not in said
    assert f'href="/console/members/{ada}/"' in answer.content.decode()
    (act, *_) = acts_about(shop.conn, subject=programme_subject(shop.programme.id))
    assert act.action == "members.listed"
    assert set(act.details["members"]) == {str(ada), str(ben)}
    assert str(ceren) not in act.details["members"]


@pytest.mark.parametrize(
    ("counted", "figure", "text"),
    [
        (Counted(1_234, 10_000, True, []), "1,234 members", "of 10,000 · 12.3%"),
        (Counted(0, 0, True, []), "0 members", "of 0"),
        (
            Counted(12_345, 99_999, False, []),
            "About 12,000 members",
            "There are too many to count quickly: this is guessed",
        ),
        (Counted(64, 9_999, False, []), "About 64 members", "There are too many to count quickly: this is guessed"),
        (Counted(0, 9_999, False, []), "Few members, if any", "There are too many to count quickly: this is guessed"),
        (Counted(None, None, False, []), "", "There are too many members to count quickly."),
    ],
)
def test_a_number_says_how_sure_it_is(counted: Counted, figure: str, text: str) -> None:
    shown = seen_shown(Looked(counted, []))
    assert shown.figure == figure
    assert shown.text.startswith(text)


def test_what_is_not_complete_is_not_counted_and_nobody_is_read(client: Client, shop: Shop) -> None:
    shop.enrol(name="Ada Byron")
    asked = row(0, "member.orders", "at_least", "0") | row(1, "member.days", "at_least")
    with nothing_changes(shop):
        said = text_of(seen(client, "/console/audiences/new", filled(client, "/console/audiences/new", **asked)))
    assert "The number of earlier orders is at least 0." in said
    assert "1 condition is not complete, and not counted yet." in said
    assert "Ada Byron" not in said


def test_what_is_wrong_is_told_at_its_row_while_one_writes(client: Client, shop: Shop) -> None:
    given = filled(client, "/console/audiences/new", **row(0, "member.orders", "at_least", "many"))
    page = seen(client, "/console/audiences/new", given).content.decode()
    place = page.partition('<div id="c-0-problem" hx-swap-oob="innerHTML">')[2]
    assert "“many” is not a number." in html.unescape(place.partition("</div>")[0])


def test_buttons_work_without_scripts_and_nothing_is_saved(client: Client, shop: Shop) -> None:
    shop.enrol(name="Ada Byron")
    given = filled(client, "/console/audiences/new", name="Half done", **row(0, "member.orders", "at_least", "0"))
    with owning() as conn:
        before = conn.execute("select count(*) from audiences_audience").fetchone()
        answer = client.post("/console/audiences/new", given | {"act": "wrap:0"})
        assert conn.execute("select count(*) from audiences_audience").fetchone() == before
    assert answer.status_code == 200
    again = as_data(sent_by(answer.content))
    assert (again["name"], again["c.0.kind"], again["c.0.0.value"], again["c.0.1.field"]) == (
        ["Half done"],
        ["any"],
        ["0"],
        [""],
    )
    assert "This field is required." not in text_of(answer)
    counted = client.post("/console/audiences/new", given | {"act": "look:"})
    assert "1 member of 1 · 100.0%" in text_of(counted)
    chosen = client.post(
        "/console/audiences/new",
        filled(client, "/console/audiences/new", c__0__field="member.spent") | {"act": "look:"},
    )
    assert as_data(sent_by(chosen.content))["c.0.operator"] == ["is"]


def test_htmx_gets_the_form_alone_after_a_button(client: Client, shop: Shop) -> None:
    given = filled(client, "/console/audiences/new", **row(0, "member.orders", "at_least", "0")) | {"act": "add:"}
    answer: Any = client.post(
        "/console/audiences/new", given, headers={"HX-Request": "true", "HX-Target": "conditions"}
    )
    page = answer.content.decode()
    assert page.startswith('<div id="conditions"')
    assert "<html" not in page
    assert 'name="c.1.field"' in page
    assert answer["HX-Trigger-After-Swap"] == "conditions-changed"


def test_an_audience_that_is_not_there_is_refused(client: Client, shop: Shop) -> None:
    answer = client.get("/console/audiences/nobody/edit")
    assert answer.status_code == 404
    assert "There is no such audience" in text_of(answer)
