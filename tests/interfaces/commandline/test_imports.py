"""`regulars import` from the command line into the database: what is written, what is not, what is said."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from regulars.domain.members.queries import count_members, find_members
from regulars.interfaces.commandline.imports.command import NOTHING_DONE, SOME_LEFT_OUT, STOPPED, import_group
from tests.factories import Shop

MEMBERS = 'id;name;email\nada;Ada Lovelace;ada@x.org\nbob;"Bob <b>\'; drop table members_member; --</b>";bob@x.org\n'
ORDERS = (
    "order;date;member;sku;category;amount\n"
    "1;2026-03-01 10:00;ada;a;coffee;10.00\n"
    "1;2026-03-01 10:00;ada;b;tea;5.00\n"
    "2;2026-03-01 11:00;bob;a;coffee;1.00\n"
)


@dataclass
class Till:
    """A folder with files to import, and the command."""

    folder: Path
    shop: Shop

    def run(self, what: str, text: str, *options: str, name: str = "file.csv") -> Result:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        arguments = [what, str(path), "--programme", self.shop.programme.code, *options]
        return CliRunner().invoke(import_group, arguments, catch_exceptions=False)

    def json(self, what: str, text: str, *options: str) -> tuple[int, dict[str, Any]]:
        result = self.run(what, text, "--json", *options)
        return result.exit_code, json.loads(result.stdout)

    def counted(self) -> tuple[int, int]:
        """Members and events of the programme."""
        programme = self.shop.programme.id
        row = self.shop.conn.execute(
            "select count(*) from events_event where programme_id = %s", [programme]
        ).fetchone()
        assert row is not None
        return count_members(self.shop.conn, programme_id=programme), row[0]

    def points(self, external_id: str) -> int:
        (listed,) = find_members(self.shop.conn, programme_id=self.shop.programme.id, text=external_id)
        return self.shop.points(listed.id)


@pytest.fixture
def till(tmp_path: Path, shop: Shop) -> Till:
    return Till(tmp_path, shop)


@pytest.fixture
def open_till(till: Till) -> Till:
    """Ada and Bob are members."""
    assert till.json("members", MEMBERS)[0] == 0
    return till


def test_members_are_enrolled_and_a_second_import_adds_nobody(till: Till) -> None:
    status, first = till.json("members", MEMBERS)
    assert (status, first["read"], first["added"], first["already_there"], first["left_out"]) == (0, 2, 2, 0, 0)
    status, second = till.json("members", MEMBERS)
    assert (status, second["read"], second["added"], second["already_there"], second["left_out"]) == (0, 2, 0, 2, 0)
    assert till.counted()[0] == 2


def test_members_known_by_e_mail_alone_are_not_added_twice(till: Till) -> None:
    assert till.json("members", "email\nada@x.org\n")[1]["added"] == 1
    assert till.json("members", "email\nada@x.org\n")[1]["already_there"] == 1


def test_an_e_mail_of_another_member_is_a_problem_with_line_and_value(open_till: Till) -> None:
    status, found = open_till.json("members", "id;email\neve;ada@x.org\n")
    assert status == SOME_LEFT_OUT
    assert found["problems"] == [
        {
            "line": 2,
            "column": "email",
            "value": "ada@x.org",
            "problem": "Another member has this already: The email 'ada@x.org' belongs to another member of this "
            "programme.",
            "remedy": "Look the member up instead of enrolling again, or correct the entry.",
        }
    ]
    assert open_till.counted()[0] == 2


def test_orders_earn_points_and_a_second_import_earns_nothing(open_till: Till) -> None:
    status, first = open_till.json("orders", ORDERS, "--time-zone", "Europe/Berlin")
    assert (status, first["read"], first["added"]) == (0, 2, 2)
    assert (open_till.points("ada"), open_till.points("bob")) == (25, 2)
    before = open_till.counted()
    status, second = open_till.json("orders", ORDERS, "--time-zone", "Europe/Berlin")
    assert (status, second["added"], second["already_there"]) == (0, 0, 2)
    assert (open_till.points("ada"), open_till.counted()) == (25, before)


def test_a_longer_file_adds_only_what_is_new(open_till: Till) -> None:
    open_till.json("orders", ORDERS, "--time-zone", "Europe/Berlin")
    longer = f"{ORDERS}3;2026-03-02 09:00;bob;b;tea;4.00\n"
    _, found = open_till.json("orders", longer, "--time-zone", "Europe/Berlin")
    assert (found["added"], found["already_there"]) == (1, 2)
    assert open_till.points("bob") == 6


def test_a_dry_run_says_what_would_happen_and_writes_nothing(open_till: Till) -> None:
    before = open_till.counted()
    status, found = open_till.json("orders", ORDERS, "--time-zone", "Europe/Berlin", "--dry-run")
    assert (status, found["dry_run"], found["added"]) == (0, True, 2)
    assert open_till.json("members", "id\nnew\n", "--dry-run")[1]["added"] == 1
    assert open_till.counted() == before
    assert open_till.points("ada") == 0


@pytest.mark.capability("K2")
def test_a_preview_shows_the_mapping_and_the_first_orders_and_writes_nothing(open_till: Till) -> None:
    before = open_till.counted()
    result = open_till.run("orders", ORDERS, "--time-zone", "Europe/Berlin", "--preview")
    assert result.exit_code == 0
    for expected in ("category", "is read as", "occurred_at", "2026-03-01T09:00:00+00:00", "15.00 EUR"):
        assert expected in result.stdout
    assert open_till.counted() == before


def test_rows_with_problems_are_left_out_explained_and_can_be_mended(open_till: Till) -> None:
    text = (
        "order,date,member,total\n"
        "1,2026-03-01T10:00:00Z,ada,10.00\n"
        "2,2026-03-01T10:00:00Z,nobody,10.00\n"
        "3,1970-01-01T00:00:00Z,ada,10.00\n"
        "4,2026-03-01T10:00:00Z,ada,-1\n"
    )
    status, found = open_till.json("orders", text)
    assert (status, found["added"], found["left_out"]) == (SOME_LEFT_OUT, 1, 3)
    assert [(each["line"], each["column"], each["value"]) for each in found["problems"]] == [
        (5, "total", "-1"),
        (3, "member", "nobody"),
        (4, "date", "1970-01-01T00:00:00Z"),
    ]
    assert found["problems"][1]["remedy"] == (
        "Import the member first (regulars import members FILE), or correct the value."
    )
    errors = Path(found["errors_file"])
    mended = errors.read_text(encoding="utf-8-sig").replace("nobody", "bob").replace("1970", "2026").replace("'-1", "1")
    status, found = open_till.json("orders", mended)
    assert (status, found["added"], found["left_out"]) == (0, 3, 0)
    assert (open_till.points("ada"), open_till.points("bob")) == (21, 10)


def test_the_same_order_with_other_values_is_refused_and_changes_nothing(open_till: Till) -> None:
    order = "order,date,member,total\n1,2026-03-01T10:00:00Z,ada,10.00\n"
    open_till.json("orders", order)
    status, found = open_till.json("orders", order.replace("10.00", "99.00"))
    assert status == SOME_LEFT_OUT
    assert found["problems"][0]["remedy"] == (
        "It was imported before with other values and stays as it was. Correct it where it is."
    )
    assert open_till.points("ada") == 10


def test_an_order_in_another_currency_than_the_programmes_is_a_problem(open_till: Till) -> None:
    text = "order,date,member,total,currency\n1,2026-03-01T10:00:00Z,ada,10.00,USD\n"
    status, found = open_till.json("orders", text)
    assert (status, found["problems"][0]["column"], found["problems"][0]["value"]) == (SOME_LEFT_OUT, "currency", "USD")
    assert open_till.points("ada") == 0


def test_ten_thousand_lines_in_one_order_are_a_problem(open_till: Till) -> None:
    lines = "".join(f"1,2026-03-01T10:00:00Z,ada,s{number},0.01\n" for number in range(10_000))
    status, found = open_till.json("orders", f"order,date,member,sku,amount\n{lines}")
    assert (status, found["read"], found["left_out"]) == (SOME_LEFT_OUT, 1, 1)
    assert "It has 10,000 lines" in found["problems"][0]["problem"]


def test_what_cannot_begin_is_said_on_standard_error(till: Till) -> None:
    result = till.run("orders", "a,b\n1,2\n")
    assert result.exit_code == NOTHING_DONE
    assert "not read" in result.stdout
    assert "No column was recognised as order_number" in " ".join(result.stderr.split())


def test_what_cannot_begin_is_said_to_programs_as_json(till: Till) -> None:
    status, found = till.json("members", MEMBERS, "--programme", "none-such")
    assert (status, found["error"]["code"]) == (NOTHING_DONE, "programme_needed")
    assert till.counted()[0] == 0


def test_the_summary_for_people(open_till: Till) -> None:
    result = open_till.run("orders", ORDERS, "--time-zone", "Europe/Berlin")
    assert "2 orders read" in result.stdout
    assert "2 added" in result.stdout
    assert "0 left out" in result.stdout


def test_an_import_that_is_stopped_can_go_on(open_till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: Any, **options: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("regulars.interfaces.commandline.imports.command.submit_orders", stop)
        status, found = open_till.json("orders", ORDERS, "--time-zone", "Europe/Berlin")
    assert (status, found["stopped"], found["added"]) == (STOPPED, True, 0)
    assert open_till.json("orders", ORDERS, "--time-zone", "Europe/Berlin")[1]["added"] == 2
