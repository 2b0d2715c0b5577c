"""Members come in by one-time links, and by nothing else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from regulars.domain.members.contracts import MemberStatus
from regulars.flows.sign_in import issue_operator_link
from regulars.interfaces.portal.signin.limits import PER_ADDRESS, PER_ORIGIN
from regulars.interfaces.portal.signin.mail import POSTMAN
from tests.books import nothing_changes
from tests.interfaces.portal.club import Club, Guest, text_of

GUARDED = ("", "activity/", "rewards/", "rewards/mine/", "tier/", "earn/", "profile/", "card/", "rewards/1/redeem")


@pytest.fixture(autouse=True)
def _empty_mailbox(club: Club) -> None:
    mail.outbox = []


def ask(address: str, *, origin: str = "192.0.2.1") -> tuple[int, str, list[mail.EmailMessage]]:
    """Asks for a link: status, page, and what was mailed."""
    before = len(mail.outbox)
    answer = Client(REMOTE_ADDR=origin).post("/me/sign-in/", {"address": address})
    POSTMAN.submit(int).result()  # whatever was asked before is done
    return answer.status_code, text_of(answer), mail.outbox[before:]


@pytest.mark.capability("K3")
def test_a_link_lets_in_once(club: Club) -> None:
    link = club.link(club.shop.enrol(name="Lisa Lane"))
    assert "One more click" in Guest(Client()).see(link)
    assert "One more click" in Guest(Client()).see(link), "opening it uses nothing up"
    client = Client()
    assert client.post(link).status_code == 302
    assert "Lisa" in Guest(client).see("/me/")

    again = Client().post(link)

    assert again.status_code == 410
    assert "This link was used before" in text_of(again)
    assert "every link signs in only once" in Guest(Client()).see(link, status=410)


def test_a_link_opened_by_many_at_once_lets_one_in(club: Club) -> None:
    link = club.link(club.shop.enrol())
    with ThreadPoolExecutor(4) as visitors:
        answers = list(visitors.map(lambda client: client.post(link).status_code, [Client() for _ in range(4)]))
    assert sorted(answers) == [302, 410, 410, 410]


def test_the_session_holds_the_member_and_nothing_else(club: Club) -> None:
    member = club.shop.enrol(name="Lisa Lane", email="lisa@example.org")
    guest = club.enter(member)
    assert dict(guest.client.session.items()) == {
        "portal_member": str(member),
        "portal_programme": club.shop.programme.id,
    }


def test_signing_in_changes_the_session_key(club: Club) -> None:
    client = Client()
    client.session.save()
    before = client.session.session_key
    client.post(club.link(club.shop.enrol()))
    assert client.session.session_key != before


def test_an_old_link_says_so(club: Club) -> None:
    link = club.link(club.shop.enrol(), minutes=-1)
    with nothing_changes(club.shop):
        assert "This link is too old" in Guest(Client()).see(link, status=410)
        answer = Client().post(link)
    assert answer.status_code == 410
    assert Client().get("/me/").status_code == 302


@pytest.mark.parametrize("garbled", ["x", "a" * 300, "%00", "..%2f..", "çığ", "a/b", "<script>"])
def test_a_garbled_link_says_so(club: Club, garbled: str) -> None:
    page = Guest(Client()).see(f"/me/sign-in/{garbled}/", status=404)
    assert "This link is not complete" in page
    assert "Send me a link" in page


def test_an_operators_link_opens_no_portal_and_a_members_no_console(club: Club) -> None:
    token = issue_operator_link(
        club.shop.conn, programme=club.shop.programme, email=f"ada-{club.shop.programme.id}@example.org", name="Ada",
        now=club.shop.now, lasts=timedelta(minutes=5),
    )  # fmt: skip
    assert Client().post(f"/me/sign-in/{token}/").status_code == 404
    members = club.link(club.shop.enrol()).split("/")[3]
    assert Client().post(f"/console/enter/{members}").status_code == 404


def test_a_member_who_left_stays_out(club: Club) -> None:
    member = club.shop.enrol(name="Lisa Lane", email=f"left-{club.shop.programme.id}@example.org")
    link, guest = club.link(member), club.enter(member)
    club.shop.conn.execute("update members_member set status = %s where id = %s", (int(MemberStatus.closed), member))

    answer = Client().post(link)

    assert answer.status_code == 409
    assert "This membership is closed" in text_of(answer)
    assert guest.client.get("/me/").headers["Location"] == "/me/sign-in/", "and who was in is out"
    assert ask(f"left-{club.shop.programme.id}@example.org")[2] == []


@pytest.mark.parametrize("path", GUARDED)
def test_without_signing_in_there_is_only_the_door(club: Club, path: str) -> None:
    answer = Client().get(f"/me/{path}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/me/sign-in/"


def test_signing_out(club: Club) -> None:
    guest = club.enter(club.shop.enrol())
    assert guest.client.get("/me/sign-out").status_code == 405
    assert guest.send("/me/sign-out").status_code == 302
    assert guest.client.get("/me/").status_code == 302


def test_a_known_address_gets_a_link_and_an_unknown_one_the_same_answer(club: Club) -> None:
    known, unknown = (f"{who}-{club.shop.programme.id}@example.org" for who in ("lisa", "nobody"))
    club.shop.enrol(name="Lisa Lane", email=known)

    status, page, sent = ask(f"  {known.upper()} ")
    other_status, other_page, other_sent = ask(unknown)

    assert (status, other_status) == (200, 200)
    assert page.replace(known.upper(), "X") == other_page.replace(unknown, "X")
    assert other_sent == []
    assert [message.to for message in sent] == [[known]]
    assert sent[0].subject == "Your way in to Corner Shop"
    assert "Hello Lisa," in str(sent[0].body)
    path = re.search(r"http://testserver(/me/sign-in/\S+/)\s", str(sent[0].body))
    assert path is not None
    assert Client().post(path[1]).headers["Location"] == "/me/"


def test_a_phone_number_brings_the_link_to_the_mailbox(club: Club) -> None:
    phone = f"+9053{club.shop.programme.id % 10**8:08}"
    club.shop.enrol(name="Lisa Lane", email=f"p-{club.shop.programme.id}@example.org", phone=phone)
    _, _, sent = ask(f"{phone[:3]} {phone[3:6]} {phone[6:]}")
    assert [message.to for message in sent] == [[f"p-{club.shop.programme.id}@example.org"]]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "Please write your e-mail or phone number."),
        ("lisa@", "This is not an e-mail address."),
        ("12", "This is not a phone number."),
        ("<script>alert(1)</script>", "This is not an e-mail address."),
    ],
)
def test_what_is_no_address_is_said_under_the_field(club: Club, written: str, said: str) -> None:
    status, page, sent = ask(written)
    assert (status, sent) == (422, [])
    assert said in page


def test_too_many_links_for_one_address(club: Club) -> None:
    address = f"many-{club.shop.programme.id}@example.org"
    club.shop.enrol(email=address)
    for origin in range(PER_ADDRESS):
        assert ask(address, origin=f"192.0.2.{origin}")[0] == 200
    with nothing_changes(club.shop):
        status, page, sent = ask(address, origin="192.0.2.99")
    assert (status, sent) == (429, [])
    assert "That was a lot of links" in page


def test_too_many_links_from_one_place(club: Club) -> None:
    for number in range(PER_ORIGIN):
        assert ask(f"nobody-{number}@example.org", origin="192.0.2.7")[0] == 200
    assert ask("nobody-else@example.org", origin="192.0.2.7")[0] == 429
    assert ask("nobody-else@example.org", origin="192.0.2.8")[0] == 200


def test_a_link_is_good_for_half_an_hour(club: Club) -> None:
    member = club.shop.enrol()
    club.link(member)
    row = club.shop.conn.execute(
        "select expires_at - created_at from access_sign_in_link where subject = %s", [member]
    ).fetchone()
    assert row == (timedelta(minutes=30),)
