"""Reading files for an import: what is understood, what is refused, and in which words."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from regulars.domain.events.contracts import Event, MemberReference, OrderLine
from regulars.domain.members.contracts import NewMember
from regulars.interfaces.commandline.imports import members, orders, reading
from regulars.interfaces.commandline.imports.columns import MEMBER_FIELDS, ORDER_FIELDS, match
from regulars.interfaces.commandline.imports.errors_file import ErrorsFile
from regulars.interfaces.commandline.imports.members import MemberDraft
from regulars.interfaces.commandline.imports.orders import OrderDraft
from regulars.interfaces.commandline.imports.reading import open_source
from regulars.interfaces.commandline.imports.rows import Problem, Row
from regulars.interfaces.commandline.imports.running import BATCH, Answer, Run
from regulars.interfaces.commandline.imports.values import Habits
from regulars.kernel.errors import Refusal

EURO = Habits(currency="EUR")


def file(tmp_path: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read_orders(path: Path, habits: Habits = EURO, wishes: Sequence[str] = ()) -> list[Event | Problem]:
    source = open_source(path)
    found = match(ORDER_FIELDS, source.columns, wishes)
    orders.require_columns(found, habits)
    scattered = orders.find_scattered(source.rows(), found)
    drafts = orders.read_orders(source.rows(), found, habits, scattered)
    return [draft.event if isinstance(draft, OrderDraft) else draft for draft in drafts]


def read_members(path: Path, habits: Habits = EURO, wishes: Sequence[str] = ()) -> list[NewMember | Problem]:
    source = open_source(path)
    found = match(MEMBER_FIELDS, source.columns, wishes)
    members.require_columns(found)
    drafts = members.read_members(source.rows(), found, habits)
    return [draft.member if isinstance(draft, MemberDraft) else draft for draft in drafts]


def problem(found: Sequence[object], position: int = 0) -> tuple[int, str, str, str, str]:
    each = found[position]
    assert isinstance(each, Problem)
    return each.line, each.column, each.value, each.what, each.remedy


def event(found: Sequence[object], position: int = 0) -> Event:
    each = found[position]
    assert isinstance(each, Event)
    return each


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


# --- files --------------------------------------------------------------------------------------------------------

ONE_ORDER = "order,date,member,total\n1,2025-01-02T10:00:00Z,m1,12.34\n"


def test_one_row_is_one_order(tmp_path: Path) -> None:
    found = event(read_orders(file(tmp_path, ONE_ORDER)))
    assert (found.id, found.type, found.source) == ("order-1", "order", "import")
    assert found.member == MemberReference(external_id="m1")
    assert found.occurred_at == datetime(2025, 1, 2, 10, tzinfo=UTC)
    assert found.order is not None
    assert (found.order.number, found.order.currency, found.order.total) == ("1", "EUR", Decimal("12.34"))
    assert found.order.lines == []


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    found = event(read_orders(file(tmp_path, ONE_ORDER.replace(",", mark))))
    assert found.id == "order-1"


def test_files_from_spreadsheets_with_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    found = event(read_orders(file(tmp_path, "\ufeff" + ONE_ORDER.replace("\n", "\r\n"))))
    assert found.id == "order-1"


def test_one_row_for_each_line_makes_one_order(tmp_path: Path) -> None:
    text = "order,date,member,sku,qty,price\n1,2025-01-02T10:00:00Z,m1,a,2,1.50\n1,,,b,1,3.00\n2,2025-01-03T10:00:00Z,m1,c,1,1\n"
    found = read_orders(file(tmp_path, text))
    first = event(found).order
    assert first is not None
    assert first.total == Decimal("6.00")
    assert first.lines == [
        OrderLine(sku="a", quantity=Decimal(2), amount=Decimal("3.00")),
        OrderLine(sku="b", quantity=Decimal(1), amount=Decimal("3.00")),
    ]
    assert [event(found, place).id for place in (0, 1)] == ["order-1", "order-2"]


def test_lines_of_an_order_that_do_not_follow_one_another_are_put_together(tmp_path: Path) -> None:
    text = "order,date,member,sku,amount\n1,2025-01-02Z,m1,a,1\n2,2025-01-02Z,m2,b,2\n1,2025-01-02Z,m1,c,3\n"
    text = text.replace("-02Z", "-02T10:00:00Z")
    totals = {
        each.id: each.order.total for each in map(event, [[e] for e in read_orders(file(tmp_path, text))]) if each.order
    }
    assert totals == {"order-2": Decimal("2.00"), "order-1": Decimal("4.00")}


def test_one_bad_line_leaves_out_its_whole_order_and_no_other(tmp_path: Path) -> None:
    text = (
        "order,date,member,sku,amount\n"
        "1,2025-01-02T10:00:00Z,m1,a,1\n"
        "1,2025-01-02T10:00:00Z,m1,b,x\n"
        "2,2025-01-02T10:00:00Z,m2,c,2\n"
    )
    found = read_orders(file(tmp_path, text))
    assert problem(found) == (
        3, "amount", "x", "'x' is not a number.", "Write it as 12.34, without a currency sign.",
    )  # fmt: skip
    assert isinstance(found[0], Problem)
    assert [row.line for row in found[0].rows] == [2, 3]
    assert event(found, 1).id == "order-2"


def test_two_members_in_one_order_are_refused(tmp_path: Path) -> None:
    text = "order,date,member,sku,amount\n1,2025-01-02T10:00:00Z,m1,a,1\n1,2025-01-02T10:00:00Z,m2,b,1\n"
    assert problem(read_orders(file(tmp_path, text))) == (
        3,
        "member",
        "m2",
        "It says 'm2' here and 'm1' on line 2, in one order.",
        "An order has one external_id: correct the line, or its order number.",
    )


def test_line_numbers_count_lines_of_the_file_not_rows(tmp_path: Path) -> None:
    text = (
        'order,date,member,total,store\n1,2025-01-02T10:00:00Z,m1,1,"North\nStreet"\n\n2,2025-01-02T10:00:00Z,m1,x,\n'
    )
    found = read_orders(file(tmp_path, text))
    assert event(found).order == replace_order(event(found), store="North\nStreet")
    assert problem(found, 1)[0] == 5


def replace_order(source: Event, **changes: str) -> object:
    assert source.order is not None
    for name, value in changes.items():
        assert getattr(source.order, name) == value
    return source.order


def test_a_row_with_too_many_values_is_a_problem(tmp_path: Path) -> None:
    found = read_orders(file(tmp_path, "order,date,member,total\n1,2025-01-02T10:00:00Z,m1,12,34\n"))
    assert problem(found) == (
        2,
        "",
        "1,2025-01-02T10:00:00Z,m1,12,34",
        "The line has 5 values, but the first line names 4 columns.",
        "Put values that contain ',' in quotation marks.",
    )


def test_an_open_quotation_mark_does_not_go_unnoticed(tmp_path: Path) -> None:
    found = read_orders(file(tmp_path, ONE_ORDER + '2,2025-01-02T10:00:00Z,"m2,1\n3,2025-01-02T10:00:00Z,m3,1\n'))
    assert event(found).id == "order-1"
    assert problem(found, 1)[0] == 3
    assert "quotation mark" in problem(found, 1)[4]


# --- encodings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", [0, reading.CHUNK - 20, reading.CHUNK * 2 + 3])
def test_a_file_in_another_encoding_names_line_and_byte(tmp_path: Path, padding: int) -> None:
    text = b"order,date,member,total,store\n" + b"x" * padding + b"\n1,2025-01-02T10:00:00Z,m1,1,Caf\xe9\n"
    with pytest.raises(Refusal) as refused:
        open_source(file(tmp_path, text))
    assert refused.value.code == "bad_encoding"
    assert refused.value.detail == ("file.csv, line 3, byte 32 of the line: 0xE9 cannot stand there in UTF-8.")
    assert "--encoding cp1252" in refused.value.remedy
    assert "iconv -f cp1252 -t utf-8 file.csv > utf8-file.csv" in refused.value.remedy


def test_a_character_cut_by_the_end_of_a_chunk_is_no_error_and_a_broken_one_is_found(tmp_path: Path) -> None:
    head = b"order,date,member,total\n"
    filler = b"x" * (reading.CHUNK - len(head) - 1)
    open_source(file(tmp_path, head + filler + "é\n".encode()))
    with pytest.raises(Refusal) as refused:
        open_source(file(tmp_path, head + filler + b"\xc3\x28\n"))
    assert f"line 2, byte {reading.CHUNK - len(head)} of the line: 0xC3" in refused.value.detail
    with pytest.raises(Refusal) as refused:
        open_source(file(tmp_path, head + b"abc\xc3"))
    assert "line 2, byte 4 of the line: 0xC3" in refused.value.detail


def test_the_encoding_can_be_named(tmp_path: Path) -> None:
    path = file(tmp_path, "external_id;name\n1;Çağla Şahin\n".encode("cp1254"))
    source = open_source(path, encoding="cp1254")
    assert [row.values for row in source.rows() if isinstance(row, Row)] == [
        {"external_id": "1", "name": "Çağla Şahin"}
    ]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "a.csv", "it is empty"),
        ("order,x\n".encode("utf-16"), "a.csv", "it is UTF-16, not UTF-8"),
        (b"PK\x03\x04rest", "a.xlsx", "it is a spreadsheet or an archive"),
        (b"\x1f\x8b\x08rest", "a.csv.gz", "it is compressed with gzip"),
        (b"PAR1 and no more", "a.parquet", "it cannot be read as Parquet"),
        (b"order,order\n1,2\n", "a.csv", "it has two columns named 'order'"),
        (b'["a"]\n', "a.jsonl", "no line of it is a JSON object"),
    ],
)
def test_what_cannot_be_imported_is_named(tmp_path: Path, content: bytes, name: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_source(file(tmp_path, content, name))
    assert refused.value.code == "bad_file"
    assert why in refused.value.detail


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_source(tmp_path / "nothing.csv")
    assert refused.value.detail == f"{tmp_path / 'nothing.csv'}: there is no such file."


# --- JSON lines and Parquet ---------------------------------------------------------------------------------------


def test_json_lines_with_nested_orders_are_read_exactly(tmp_path: Path) -> None:
    order = (
        '{"id": "e1", "member": {"external_id": 7}, "occurred_at": "2025-01-02T10:00:00+03:00", "order": {"number": "A1",'
        ' "currency": "EUR", "total": 12.10, "lines": [{"sku": "a", "name": "Tea", "quantity": 2, "amount": 12.10}]}}'
    )
    found = read_orders(file(tmp_path, f"{order}\n\n{order.replace('A1', 'A2')}\n", "orders.jsonl"))
    first = event(found)
    assert (first.id, first.member.external_id, first.occurred_at) == (
        "e1",
        "7",
        datetime(2025, 1, 2, 7, tzinfo=UTC),
    )
    assert first.order is not None
    assert str(first.order.total) == "12.10"
    assert first.order.lines == [OrderLine(sku="a", name="Tea", quantity=Decimal(2), amount=Decimal("12.10"))]
    assert len(found) == 2


def test_the_same_nested_order_twice_stays_two_records(tmp_path: Path) -> None:
    order = json.dumps(
        {"number": "1", "date": "2025-01-02T10:00:00Z", "member": "m", "lines": [{"sku": "a", "amount": "1.00"}]}
    )
    found = read_orders(file(tmp_path, f"{order}\n{order}\n", "orders.jsonl"))
    assert event(found, 0) == event(found, 1)


def test_json_lines_that_are_none_are_problems(tmp_path: Path) -> None:
    good = '{"number": "1", "date": "2025-01-02T10:00:00Z", "member": "m", "total": NaN}'
    deep = "[" * 10_000 + "]" * 10_000
    found = read_orders(file(tmp_path, f"{good}\n{{\n{deep}\n[1]\n", "orders.jsonl"))
    assert problem(found)[:4] == (1, "total", "NaN", "'NaN' is not a number.")
    assert problem(found, 1)[0] == 2
    assert problem(found, 2)[3] == "The line is nested too deeply."
    assert problem(found, 3)[3] == "The line is not a JSON object."


def test_an_object_ten_thousand_levels_deep_harms_nothing(tmp_path: Path) -> None:
    good = '{"number": "1", "date": "2025-01-02T10:00:00Z", "member": "m", "total": 1}'
    deep = '{"a":' * 900 + "1" + "}" * 900
    found = read_orders(file(tmp_path, f"{good}\n{deep}\n", "orders.jsonl"))
    assert event(found).id == "order-1"
    assert problem(found, 1)[3] == "The row has no order_number."


def test_parquet_keeps_decimals_times_and_nested_lines(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    with duckdb.connect() as db:
        db.execute(
            "copy (select 1 as order_id, 'm' as customer_id, timestamptz '2025-01-02 10:00:00+03' as created_at, 'EUR' as "
            "currency, [{'sku': 'a', 'amount': 1.50::decimal(8, 2)}, {'sku': 'b', 'amount': 2::decimal(8, 2)}] as lines, "
            f"null as note) to '{path}'"
        )
    first = event(read_orders(path))
    assert first.occurred_at == datetime(2025, 1, 2, 7, tzinfo=UTC)
    assert first.order is not None
    assert [(line.sku, line.amount) for line in first.order.lines] == [("a", Decimal("1.50")), ("b", Decimal("2.00"))]
    assert first.order.total == Decimal("3.50")


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
    text = "Customer ID,First name,Last name,E-mail,Phone,DOB,Joined,Shoe size\n7,Ada,Lovelace,ADA@x.org,+90 532 123 45 67,1990-12-10,2020-01-01T00:00:00Z,38\n"
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
