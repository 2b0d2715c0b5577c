"""What operators see and change of what is known about a member."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.members.queries import consents_of, profile
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.club import text_of

FIELDS = [
    {
        "id": "milk",
        "name": "Milk",
        "kind": "choice",
        "options": [{"id": "cow", "name": "From the cow"}, {"id": "oat", "name": "Oat"}],
    },
    {"id": "cups", "name": "Cups a day", "kind": "number"},
]
CONSENTS = [{"id": "email", "name": "News by e-mail", "text_version": "3"}]


@pytest.fixture
def shop(conn: Connection) -> Shop:
    document = copy.deepcopy(RULEBOOK) | {"member_fields": FIELDS, "consents": CONSENTS}
    return open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


def test_a_profile_is_shown_and_changed(shop: Shop, operator: Client) -> None:
    ben = shop.enrol(name="Ben", attributes={"milk": "oat"}, language="fr")
    page = text_of(operator.get(f"/console/members/{ben}/?tab=about"))
    assert "Milk Oat" in page
    assert "Cups a day not given" in page
    assert "News by e-mail not given nobody has asked yet" in page
    form = {"language": "fr", "birth_date": "1990-05-01", "attributes.milk": "cow", "attributes.cups": "2"}
    assert operator.post(f"/console/members/{ben}/about", form).status_code == 302
    found = profile(shop.conn, programme_id=shop.programme.id, member_id=ben)
    assert found is not None
    assert (found.attributes, found.language, str(found.birth_date)) == ({"milk": "cow", "cups": 2}, "fr", "1990-05-01")
    assert "Changed the profile" in text_of(operator.get(f"/console/members/{ben}/?tab=reads"))
    with nothing_changes(shop):
        answer = operator.post(f"/console/members/{ben}/about", form | {"attributes.milk": "goat"})
    assert answer.status_code == 422
    with nothing_changes(shop):
        assert operator.post(f"/console/members/{uuid4()}/about", form).status_code == 404


def test_a_consent_is_noted_at_the_counter(shop: Shop, operator: Client) -> None:
    ben = shop.enrol()
    operator.post(f"/console/members/{ben}/consents/email", {"given": "yes"})
    said = consents_of(shop.conn, member_id=ben)["email"]
    assert (said.given, said.via, said.text_version) == (True, "console", "3")
    page = text_of(operator.get(f"/console/members/{ben}/?tab=about"))
    assert f"noted by ada-{shop.programme.code}@example.org; text 3" in page
    operator.post(f"/console/members/{ben}/consents/email", {"given": "no"})
    assert not consents_of(shop.conn, member_id=ben)["email"].given
    with nothing_changes(shop):
        operator.post(f"/console/members/{ben}/consents/fax", {"given": "yes"})
        operator.post(f"/console/members/{uuid4()}/consents/email", {"given": "yes"})
        operator.get(f"/console/members/{ben}/consents/email")


def test_members_are_enrolled_with_their_fields(shop: Shop, operator: Client) -> None:
    form = {"name": "Cem", "external_id": "C-1", "language": "tr", "birth_date": "1990-05-01", "attributes.milk": "oat"}
    answer = operator.post("/console/members/new", form)
    assert answer.status_code == 302
    who = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    row = shop.conn.execute("select attributes, birth_date from members_person where member_id = %s", [who]).fetchone()
    assert row is not None
    assert (row[0], str(row[1])) == ({"milk": "oat"}, "1990-05-01")
    with nothing_changes(shop):
        answer = operator.post("/console/members/new", form | {"external_id": "C-2", "attributes.cups": "9" * 20})
    assert answer.status_code == 422
    assert 'id="id_attributes.cups_error"' in answer.content.decode()


def test_consents_are_written_down_with_the_enrolment(shop: Shop, operator: Client) -> None:
    assert "What the member allows News by e-mail" in text_of(operator.get("/console/members/new"))
    form = {"name": "Cem", "external_id": "cem-1", "language": "en", "consent-email": "on"}

    answer = operator.post("/console/members/new", form)

    member = UUID(answer.headers["Location"].rstrip("/").rsplit("/", 1)[1])
    (said,) = consents_of(shop.conn, member_id=member).values()
    assert (said.consent, said.given, said.text_version, said.via) == ("email", True, "3", "console")
    # What was not ticked was not asked for.
    answer = operator.post("/console/members/new", form | {"external_id": "dan-1", "consent-email": ""})
    other = UUID(answer.headers["Location"].rstrip("/").rsplit("/", 1)[1])
    assert consents_of(shop.conn, member_id=other) == {}
