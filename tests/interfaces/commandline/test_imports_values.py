"""Columns and values of an import: what is understood, what is refused, and in which words."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from regulars.domain.members.contracts import NewMember
from regulars.interfaces.commandline.imports import members
from regulars.interfaces.commandline.imports.columns import MEMBER_FIELDS, ORDER_FIELDS, match
from regulars.interfaces.commandline.imports.errors_file import ErrorsFile
from regulars.interfaces.commandline.imports.reading import open_source
from regulars.interfaces.commandline.imports.rows import Problem, Row
from regulars.interfaces.commandline.imports.running import BATCH, Answer, Run
from regulars.interfaces.commandline.imports.values import Habits
from regulars.kernel.errors import Refusal
from tests.interfaces.commandline.import_files import EURO, ONE_ORDER, event, file, problem, read_members, read_orders

# --- columns ------------------------------------------------------------------------------------------------------


def test_columns_are_recognised_by_what_other_systems_call_them() -> None:
    found = match(ORDER_FIELDS, ["Order No", "Customer E-Mail", "Paid at", "Grand Total", "Currency", "Notes"])
    assert found.columns == {
        "order_number": "Order No",
        "email": "Customer E-Mail",
        "occurred_at": "Paid at",
        "total": "Grand Total",
        "currency": "Currency",
    }
    assert found.unread == ("Notes",)


def test_a_wish_goes_before_what_would_be_recognised() -> None:
    found = match(ORDER_FIELDS, ["id", "ref", "date", "total", "email"], ["ref=order_number"])
    assert (found.columns["order_number"], found.columns["event_id"]) == ("ref", "id")
    assert found.asked == {"order_number"}


def test_an_amount_is_the_orders_where_there_are_no_articles_and_else_the_lines() -> None:
    assert match(ORDER_FIELDS, ["order", "date", "email", "amount"]).columns["total"] == "amount"
    assert match(ORDER_FIELDS, ["order", "date", "email", "sku", "amount"]).columns["amount"] == "amount"


@pytest.mark.parametrize(
    ("wish", "detail"),
    [
        ("total", "--map 'total' was given, but it is not of the form theirs=ours."),
        ("Sum=total", "--map 'Sum=total' was given, but the file has no column 'Sum'."),
        ("a=points", "--map 'a=points' was given, but there is no field 'points'."),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(wish: str, detail: str) -> None:
    with pytest.raises(Refusal) as refused:
        match(ORDER_FIELDS, ["a", "b"], [wish])
    assert (refused.value.code, refused.value.detail) == ("bad_mapping", detail)


def test_a_file_that_lacks_what_an_order_needs_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_orders(file(tmp_path, "order,when,who\n1,2,3\n"))
    assert refused.value.detail == (
        "No column was recognised as occurred_at, external_id (or email, phone, card_number), "
        "total (or amount, unit_price of the lines)."
    )
    assert refused.value.remedy == "Name it: --map 'Your column=occurred_at'."


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "habits", "what", "remedy"),
    [
        ("-5", EURO, "-5 is below zero, and an order cannot be.", "Send returns"),
        ("1.234", EURO, "1.234 has more than 2 decimals, and EUR has 2.", "--round-amounts"),
        ("12,5", EURO, "'12,5' is not a number.", "If this file writes a decimal comma, add --decimal ,"),
        ("NaN", EURO, "'NaN' is not a number.", "Write it as 12.34"),
        ("1e99", EURO, "1E+99 is larger than any order can be.", "Correct the amount."),
        ("€ 5", EURO, "'€ 5' is not a number.", "without a currency sign"),
        ("12.50", replace(EURO, decimal=","), "'12.50' is not a number.", "leave out --decimal ,"),
        ("1,5", replace(EURO, currency="JPY", decimal=","), "1.5 has more than 0 decimals, and JPY has 0.", "Round"),
    ],
)
def test_amounts_that_cannot_be_are_named(tmp_path: Path, total: str, habits: Habits, what: str, remedy: str) -> None:
    text = f'order,date,member,total\n1,2025-01-02T10:00:00Z,m1,"{total}"\n'
    found = problem(read_orders(file(tmp_path, text), habits))
    assert found[:4] == (2, "total", found[2], what)
    assert remedy in found[4]


@pytest.mark.parametrize(
    ("total", "habits", "amount"),
    [
        ("1,234.50", EURO, "1234.50"),
        ("1.234,50", replace(EURO, decimal=","), "1234.50"),
        ("1 234", EURO, "1234.00"),
        ("0.1e1", EURO, "1.00"),
        ("12.345", replace(EURO, round_amounts=True), "12.35"),
        ("0", EURO, "0.00"),
    ],
)
def test_amounts_as_people_write_them(tmp_path: Path, total: str, habits: Habits, amount: str) -> None:
    text = f'order,date,member,total\n1,2025-01-02T10:00:00Z,m1,"{total}"\n'
    order = event(read_orders(file(tmp_path, text), habits)).order
    assert order is not None
    assert str(order.total) == amount


def test_a_time_without_a_zone_asks_for_it(tmp_path: Path) -> None:
    path = file(tmp_path, ONE_ORDER.replace("T10:00:00Z", " 10:00"))
    assert problem(read_orders(path, replace(EURO, likely_zone="Europe/Berlin"))) == (
        2,
        "date",
        "2025-01-02 10:00",
        "2025-01-02 10:00 does not say in which time zone it is.",
        "Add the time zone of the shop, for example --time-zone Europe/Berlin.",
    )
    found = event(read_orders(path, replace(EURO, time_zone="Europe/Berlin")))
    assert found.occurred_at == datetime(2025, 1, 2, 9, tzinfo=UTC)


def test_times_in_another_form_need_that_form(tmp_path: Path) -> None:
    path = file(tmp_path, ONE_ORDER.replace("2025-01-02T10:00:00Z", "02.01.2025 10:00"))
    assert problem(read_orders(path))[3:] == (
        "'02.01.2025 10:00' is not a time as 2026-01-31 14:05.",
        "Say how the file writes times, for example --time-format '%d.%m.%Y %H:%M'.",
    )
    habits = replace(EURO, time_zone="UTC", time_format="%d.%m.%Y %H:%M")
    assert event(read_orders(path, habits)).occurred_at == datetime(2025, 1, 2, 10, tzinfo=UTC)


def test_an_order_of_an_unknown_currency_is_a_problem(tmp_path: Path) -> None:
    text = "order,date,member,total,currency\n1,2025-01-02T10:00:00Z,m1,1,XXQ\n"
    found = problem(read_orders(file(tmp_path, text)))
    assert found[:3] == (2, "currency", "XXQ")


# --- members ------------------------------------------------------------------------------------------------------


def test_members_with_attributes(tmp_path: Path) -> None:
    text = (
        "Customer ID,First name,Last name,E-mail,Phone,DOB,Joined,Shoe size\n"
        "7,Ada,Lovelace,ADA@x.org,+90 532 123 45 67,1990-12-10,2020-01-01T00:00:00Z,38\n"
    )
    assert read_members(file(tmp_path, text), wishes=["Shoe size=attributes.shoe_size"]) == [
        NewMember(
            external_id="7",
            name="Ada Lovelace",
            email="ada@x.org",
            phone="+905321234567",
            birth_date=date(1990, 12, 10),
            enrolled_at=datetime(2020, 1, 1, tzinfo=UTC),
            attributes={"shoe_size": "38"},
        )
    ]


def test_members_with_problems_name_line_column_value_and_remedy(tmp_path: Path) -> None:
    text = "id,name,email,phone\n1,A,a@x.org,\n1,B,b@x.org,\n,C,,\n4,D,nobody,\n5,E,,12\n"
    found = read_members(file(tmp_path, text))
    assert isinstance(found[0], NewMember)
    assert problem(found, 1) == (3, "id", "1", "The member '1' is on line 2 already.", "Keep one line for each member.")
    assert problem(found, 2)[:2] == (4, "id")
    assert problem(found, 3) == (
        5,
        "email",
        "nobody",
        "This is not an e-mail address: 'nobody' has no name, @ and domain.",
        "Write it as name@example.com.",
    )
    assert problem(found, 4)[:3] == (6, "phone", "12")


def test_members_without_anything_to_know_them_by_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_members(file(tmp_path, "name\nAda\n"))
    assert refused.value.code == "missing_columns"


# --- the errors file and the run ----------------------------------------------------------------------------------


def test_the_errors_file_is_safe_for_spreadsheets_and_can_be_imported_again(tmp_path: Path) -> None:
    path = file(tmp_path, 'id,name,email\n"=HYPERLINK(""x"")",@SUM(A1),nobody\n-5+3,Ada,x\n')
    source = open_source(path)
    errors_path = tmp_path / "errors.csv"
    with ErrorsFile(errors_path, source.columns) as errors:
        for each in members.read_members(source.rows(), match(MEMBER_FIELDS, source.columns), EURO):
            assert isinstance(each, Problem)
            errors.add(each)
    with errors_path.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.reader(written))
    assert rows[0] == ["id", "name", "email", "import line", "import problem", "import remedy"]
    assert rows[1][:4] == ['\'=HYPERLINK("x")', "'@SUM(A1)", "nobody", "2"]
    assert rows[2][:4] == ["'-5+3", "Ada", "x", "3"]
    assert rows[2][4:] == [
        "email: This is not an e-mail address: 'x' has no name, @ and domain.",
        "Write it as name@example.com.",
    ]
    again = open_source(errors_path)
    assert again.columns == ("id", "name", "email")
    assert [row.values["id"] for row in again.rows() if isinstance(row, Row)] == ['=HYPERLINK("x")', "-5+3"]


def test_without_problems_there_is_no_errors_file(tmp_path: Path) -> None:
    with ErrorsFile(tmp_path / "errors.csv", ["a"]):
        pass
    assert not (tmp_path / "errors.csv").exists()


def test_a_run_goes_in_batches_in_order_and_counts(tmp_path: Path) -> None:
    batches: list[list[int]] = []
    reported: list[Problem] = []
    bad = Problem(3, "wrong", "mend it")

    def submit(batch: Sequence[int]) -> list[Answer | Problem]:
        batches.append(list(batch))
        return [bad if number == 7 else Answer.THERE if number < 5 else Answer.ADDED for number in batch]

    run: Run[int] = Run(submit=submit, report=reported.append, advance=lambda item: None)
    tally = run.take([*range(BATCH), bad, *range(BATCH, BATCH + 10)])
    assert batches == [list(range(BATCH)), list(range(BATCH, BATCH + 10))]
    assert (tally.read, tally.added, tally.there, tally.left_out) == (BATCH + 11, BATCH + 4, 5, 2)
    assert reported == [bad, bad]


def test_a_run_that_is_stopped_says_so(tmp_path: Path) -> None:
    def submit(batch: Sequence[int]) -> list[Answer | Problem]:
        raise KeyboardInterrupt

    run: Run[int] = Run(submit=submit, report=lambda each: None, advance=lambda item: None)
    tally = run.take(range(BATCH + 1))
    assert (tally.stopped, tally.read) == (True, 0)
