"""What a member changes about themselves, and what they switch on and off."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import override_settings

from regulars.database.pool import Connection
from regulars.domain.members.contracts import Profile
from regulars.domain.members.queries import consent_changes, profile
from tests.books import nothing_changes
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.portal.club import Club, text_of

FIELDS = [
    {
        "id": "milk",
        "name": "Milk",
        "kind": "choice",
        "member_may_edit": True,
        "options": [{"id": "cow", "name": "From the cow"}, {"id": "oat", "name": "Oat"}],
    },
    {"id": "cups", "name": "Cups a day", "kind": "number", "member_may_edit": True},
    {"id": "news", "name": "Wants news", "kind": "flag", "member_may_edit": True},
    {"id": "first_visit", "name": "First visit", "kind": "date", "member_may_edit": True},
    {"id": "note", "name": "Note of the shop", "kind": "text"},
]
CONSENTS = [{"id": "email", "name": "News by e-mail", "text_version": "3", "text": "We write once a month."}]


@pytest.fixture
def club(conn: Connection) -> Iterator[Club]:
    document = copy.deepcopy(RULEBOOK) | {"member_fields": FIELDS, "consents": CONSENTS}
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        cache.clear()
        yield Club(open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0)))


def known(club: Club, who: UUID) -> Profile:
    found = profile(club.shop.conn, programme_id=club.shop.programme.id, member_id=who)
    assert found is not None
    return found


def test_members_change_what_is_open_to_them_and_see_the_rest(club: Club) -> None:
    ada = club.shop.enrol(attributes={"milk": "oat", "note": "Likes the window"})
    guest = club.enter(ada)
    page = guest.see("/me/profile/")
    assert "Milk Oat" in page
    assert "Note of the shop Likes the window" in page
    form = {
        "do": "details", "language": "tr", "birth_date": "1990-05-01", "attributes.milk": "cow",
        "attributes.cups": "2.5", "attributes.news": "true", "attributes.first_visit": "2024-12-31",
        "attributes.note": "Hacked",
    }  # fmt: skip
    assert guest.send("/me/profile/", **form).status_code == 302
    after = known(club, ada)
    assert after.attributes == {
        "milk": "cow", "note": "Likes the window", "cups": 2.5, "news": True, "first_visit": "2024-12-31",
    }  # fmt: skip
    assert (after.language, str(after.birth_date)) == ("tr", "1990-05-01")
    # The same form again changes nothing, and the birthday is no longer in it.
    with nothing_changes(club.shop):
        assert guest.send("/me/profile/", **form | {"birth_date": "1991-01-01"}).status_code == 302
    assert "Once you have given it" not in guest.see("/me/profile/")
    assert guest.send("/me/profile/", **form | {"attributes.cups": ""}).status_code == 302
    assert "cups" not in known(club, ada).attributes


def test_what_does_not_fit_is_said_at_its_field_and_nothing_changes(club: Club) -> None:
    ada = club.shop.enrol(attributes={"milk": "oat"})
    guest = club.enter(ada)
    for wrong in (
        {"attributes.milk": "goat"}, {"attributes.cups": "many"}, {"attributes.cups": "1" * 20},
        {"attributes.first_visit": "soon"}, {"birth_date": "2999-01-01"}, {"language": "xx"},
    ):  # fmt: skip
        with nothing_changes(club.shop):
            answer = guest.send("/me/profile/", **{"do": "details", "language": "en", "attributes.milk": "oat"} | wrong)
        assert answer.status_code == 422, wrong
        assert f'id="id_{next(iter(wrong))}_error"' in answer.content.decode(), wrong


def test_a_value_that_no_longer_fits_stays_until_somebody_changes_it(club: Club) -> None:
    ada = club.shop.enrol(attributes={"milk": "oat", "cups": 3})
    changed = [{"id": "cups", "name": "Cups", "kind": "flag", "member_may_edit": True}]
    club.shop.publish(copy.deepcopy(RULEBOOK) | {"member_fields": changed}, effective_from=club.shop.now)
    guest = club.enter(ada)
    page = guest.see("/me/profile/")
    assert "Milk no longer used oat" in page
    with nothing_changes(club.shop):
        assert guest.send("/me/profile/", do="details", language="en").status_code == 302
    assert known(club, ada).attributes == {"milk": "oat", "cups": 3}


def test_consents_are_switched_on_and_off(club: Club) -> None:
    ada = club.shop.enrol()
    guest = club.enter(ada)
    page = guest.see("/me/profile/")
    assert "News by e-mail We write once a month. Off" in page
    answer = guest.client.post("/me/profile/", {"do": "consent", "consent": "email", "given": "yes"}, follow=True)
    assert "Thank you, it is switched on." in text_of(answer)
    assert 'aria-checked="true"' in answer.content.decode()
    guest.send("/me/profile/", do="consent", consent="email", given="no")
    told = [
        (each.given, each.by, each.via, each.text_version) for each in consent_changes(club.shop.conn, member_id=ada)
    ]
    assert told == [(False, "the member", "portal", "3"), (True, "the member", "portal", "3")]
    with nothing_changes(club.shop):
        answer = guest.client.post("/me/profile/", {"do": "consent", "consent": "fax", "given": "yes"}, follow=True)
    assert "This is no longer asked." in text_of(answer)


def test_fields_their_options_and_consents_are_told_in_the_language_of_the_member(conn: Connection) -> None:
    document = copy.deepcopy(RULEBOOK) | {"member_fields": FIELDS, "consents": CONSENTS}
    document["translations"] = {
        "tr": {
            "Milk": "Süt", "Oat": "Yulaf", "News by e-mail": "E-postayla haberler",
            "We write once a month.": "Ayda bir yazarız.", "Note of the shop": "Dükkânın notu",
        }
    }  # fmt: skip
    club = Club(open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0)))
    ada = club.shop.enrol(attributes={"milk": "oat", "note": "Likes the window"})
    guest = club.enter(ada)
    guest.client.cookies["django_language"] = "tr"

    page = guest.see("/me/profile/")

    for told in ("Süt", "Yulaf", "E-postayla haberler", "Ayda bir yazarız.", "Dükkânın notu Likes the window"):
        assert told in page, told
    assert "News by e-mail" not in page
    assert "Milk" not in page
