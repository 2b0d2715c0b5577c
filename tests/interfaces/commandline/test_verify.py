"""`regulars verify`: the report, its JSON, its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from regulars.database.pool import Connection
from regulars.flows.verify_books import all_checks
from regulars.interfaces.commandline.verify import verify_command
from regulars.kernel.errors import Refusal
from tests.factories import Shop, open_shop

SUMS = ("--check", "points_sum_to_zero", "--check", "balances_equal_entries")


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(verify_command, arguments, env={"COLUMNS": "160"})


@pytest.fixture
def wrong_balance(shop: Shop, owner_conn: psycopg.Connection[Any]) -> Iterator[str]:
    """A balance that somebody changed by hand, put right afterwards. The member's id."""
    member = shop.enrol()
    shop.buy(member, "70.00")
    change = "update ledger_balance set available = available + %s where owner = %s"
    owner_conn.execute(change, (3, member))
    yield str(member)
    owner_conn.execute(change, (-3, member))


def test_right_books_end_with_zero(shop: Shop) -> None:
    shop.buy(shop.enrol(), "20.00")

    done = verify("--programme", shop.programme.code)

    assert done.exit_code == 0, done.output
    assert f"The books are right: {len(all_checks())} checks in " in done.output
    for check in all_checks().values():
        assert check.name in done.output


def test_wrong_books_end_with_one_and_name_the_offender(wrong_balance: str) -> None:
    done = verify(*SUMS)

    assert done.exit_code == 1
    assert "2 found by 2 checks" in done.output
    assert f"Owner {wrong_balance}, point type" in " ".join(done.output.split())
    assert "stored 73, 0 held and 0 pending, entries give 70, 0 held and 0 pending" in " ".join(done.output.split())
    assert "Change nothing in the tables." in done.output


def test_json_says_the_same(wrong_balance: str) -> None:
    done = verify(*SUMS, "--json")

    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (report["right"], report["findings"]) == (False, 2)
    by_name = {check["name"]: check for check in report["checks"]}
    assert set(by_name) == {"points_sum_to_zero", "balances_equal_entries"}
    assert by_name["balances_equal_entries"]["count"] == 1
    assert wrong_balance in by_name["balances_equal_entries"]["examples"][0]
    assert by_name["balances_equal_entries"]["invariant"] == "I2"


def test_the_books_of_others_are_left_out(wrong_balance: str, conn: Connection) -> None:
    done = verify(*SUMS, "--programme", open_shop(conn).programme.code)

    assert done.exit_code == 0, done.output
    assert "The books are right: 2 checks in " in done.output


def test_an_unknown_programme_is_refused(shop: Shop) -> None:
    done = verify("--programme", "nowhere")

    assert done.exit_code == 2
    assert "There is no programme 'nowhere'." in done.output


def test_an_unknown_check_is_refused_with_the_names_that_there_are(shop: Shop) -> None:
    done = verify("--check", "everything")

    assert done.exit_code == 2
    assert "There is no check 'everything'" in done.output
    assert "never_below_zero" in done.output


def test_a_database_of_an_older_version_is_told(shop: Shop, owner_conn: psycopg.Connection[Any]) -> None:
    place = ("notices", "0001_notices")
    row = owner_conn.execute("select applied from django_migrations where app = %s and name = %s", place).fetchone()
    assert row is not None
    owner_conn.execute("delete from django_migrations where app = %s and name = %s", place)
    try:
        done = verify("--programme", shop.programme.code)
    finally:
        owner_conn.execute("insert into django_migrations (app, name, applied) values (%s, %s, %s)", (*place, *row))
    assert isinstance(done.exception, Refusal)
    assert done.exception.code == "database_older"
    assert "the first of them notices.0001_notices" in done.exception.detail
    assert verify("--programme", shop.programme.code, *SUMS).exit_code == 0
