"""For whom a connection works: said once, carried by every transaction, gone with it, and without a round trip."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from regulars.database.pool import Connection, close_pools, connect, connection, owning
from regulars.database.roles import APP
from regulars.database.scope import scoped
from regulars.database.server import create_database, drop_database, use, with_database
from regulars.database.set_up import set_up_database
from regulars.flows.verify_books import verify_books
from tests.factories import open_shop

pytestmark = pytest.mark.database

DECLARED = "select current_setting('regulars.organisation', true)"


def declared(conn: Connection) -> str:
    """What the server knows; a question outside of a transaction would declare it by itself."""
    row = conn.execute(DECLARED).fetchone()
    assert row is not None
    return str(row[0] or "")


def test_a_transaction_carries_the_organisation_and_takes_it_away(conn: Connection) -> None:
    with scoped(conn, 7):
        with conn.transaction():
            assert declared(conn) == "7"
        assert conn.organisation_id == 7
        assert declared(conn) == "7"
    assert declared(conn) == ""


def test_a_single_statement_is_told_too_and_commits(conn: Connection) -> None:
    with scoped(conn, 7):
        conn.execute("create temporary table kept as select current_setting('regulars.organisation') as whose")
        assert conn.is_idle
    assert conn.execute("select whose from kept").fetchall() == [("7",)]


def test_who_is_inside_comes_first_and_the_outer_one_returns(conn: Connection) -> None:
    with scoped(conn, 7), conn.transaction():
        with scoped(conn, 8):
            assert declared(conn) == "8"
            with conn.transaction():
                assert declared(conn) == "8"
        assert declared(conn) == "7"


def test_it_can_be_learnt_within_a_transaction(conn: Connection) -> None:
    with conn.transaction():
        assert declared(conn) == ""
        with scoped(conn, 7):
            assert declared(conn) == "7"
        assert declared(conn) == ""


def test_a_failure_leaves_nothing_behind(conn: Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), scoped(conn, 7), conn.transaction():
        conn.execute("select 1/0")
    assert (conn.organisation_id, declared(conn)) == (None, "")
    with conn.transaction():
        with pytest.raises(psycopg.errors.DivisionByZero), conn.transaction(), scoped(conn, 7):
            conn.execute("select 1/0")
        assert (conn.organisation_id, declared(conn)) == (None, "")


def test_the_next_one_to_get_the_connection_works_for_nobody(database_url: str) -> None:
    with connection(7) as conn:
        assert declared(conn) == "7"
    assert (conn.organisation_id, declared(conn)) == (None, "")


def test_a_connection_that_cannot_say_for_whom_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as plain, pytest.raises(TypeError), scoped(plain, 7):
        raise AssertionError("unreachable")


def test_behind_a_pooler_every_transaction_takes_the_role_too(database_url: str) -> None:
    """The session may be another one each time, so nothing is left in it."""
    with owning() as conn:
        owner = conn.info.user
        conn.role = APP
        who = "select current_user, current_setting('regulars.organisation', true)"
        assert conn.execute(who).fetchone() == (APP, None)
        with scoped(conn, 7):
            assert conn.execute(who).fetchone() == (APP, "7")
            with conn.transaction():
                assert conn.execute(who).fetchone() == (APP, "7")
        assert conn.execute(who).fetchone() == (APP, "")
        conn.role = None
        assert conn.execute(who).fetchone() == (owner, "")


def test_a_pooler_is_known_by_the_number_that_it_makes_up(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conn = connect()
    assert conn.role is None
    conn.close()
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)
    conn = connect(organisation_id=7)
    assert conn.role == APP
    assert conn.execute("select current_user").fetchone() == (APP,)
    conn.close()


@pytest.mark.parametrize("organisation_id", [None, 7])
def test_a_transaction_takes_three_messages_with_an_organisation_or_without(
    conn: Connection, organisation_id: int | None
) -> None:
    conn.organisation_id = organisation_id
    with tempfile.TemporaryFile("w+") as trace:
        conn.pgconn.trace(trace.fileno())
        with conn.transaction():
            conn.execute("select 1")
        conn.pgconn.untrace()
        trace.seek(0)
        sent = Counter(line.split("\t")[3] for line in trace if line.split("\t")[1] == "F")
    assert sent["Query"] + sent["Sync"] == 3, sent


def _work_with(url: str) -> None:
    close_pools()
    connections.close_all()
    use(url)


@contextmanager
def _managed(database_url: str, *, taking: str) -> Iterator[None]:
    """Works with a database of an ordinary user's, on a server that somebody else looks after. taking: roles given."""
    admin = with_database(database_url, "postgres")
    name = f"regulars_managed_{os.getpid()}"
    url = create_database(admin, name)
    try:
        with psycopg.connect(url, autocommit=True) as superuser:
            superuser.execute(f"create role {name} login password 'secret'")
            superuser.execute(f"alter database {name} owner to {name}")
            superuser.execute("create extension pg_trgm")
            if taking:
                superuser.execute(f"grant {taking} to {name}")
        _work_with(psycopg.conninfo.make_conninfo(url, user=name, password="secret"))
        yield
    finally:
        _work_with(database_url)
        drop_database(admin, name)
        with psycopg.connect(admin, autocommit=True) as superuser:
            superuser.execute(f"drop role {name}")


def test_where_the_roles_cannot_be_taken_nothing_is_guarded_and_verify_says_so(database_url: str) -> None:
    with _managed(database_url, taking=""):
        assert set_up_database() is False
        with owning() as conn:
            report = verify_books(conn, names=["organisations_are_kept_apart", "append_only_tables_are_guarded"])
            guarded = conn.execute("select count(*) from pg_class where relrowsecurity").fetchone()
        assert [result.examples for result in report.results] == [(), ()]
        assert all("is not ours to take here" in result.note for result in report.results)
        assert guarded == (0,)


def test_an_owner_who_is_nobody_special_guards_and_still_sees_everything(database_url: str) -> None:
    with _managed(database_url, taking="regulars_app, regulars_insight"):
        assert set_up_database()
        assert set_up_database()
        with connection() as first, connection() as second:
            shops = [open_shop(first), open_shop(second)]
            for shop in shops:
                shop.buy(shop.enrol(), "12.00")
                assert shop.conn.execute("select count(*) from members_member").fetchone() == (1,)
        with owning() as conn:
            assert conn.execute("select count(*) from members_member").fetchone() == (2,)
            report = verify_books(conn)
        assert [(result.examples, result.note) for result in report.results if result.examples or result.note] == []
