"""Reading files for an import: what is understood, what is refused, and in which words."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from regulars.domain.events.contracts import Event, MemberReference, OrderLine
from regulars.interfaces.commandline.imports import reading
from regulars.interfaces.commandline.imports.reading import open_source
from regulars.interfaces.commandline.imports.rows import Problem, Row
from regulars.kernel.errors import Refusal
from tests.interfaces.commandline.import_files import ONE_ORDER, event, file, problem, read_orders

# --- files --------------------------------------------------------------------------------------------------------


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
    text = (
        "order,date,member,sku,qty,price\n"
        "1,2025-01-02T10:00:00Z,m1,a,2,1.50\n"
        "1,,,b,1,3.00\n"
        "2,2025-01-03T10:00:00Z,m1,c,1,1\n"
    )
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
    found = read_orders(file(tmp_path, text))
    totals = {each.id: each.order.total for each in found if isinstance(each, Event) and each.order}
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


def test_an_encoding_or_delimiter_that_is_none_is_named(tmp_path: Path) -> None:
    path = file(tmp_path, ONE_ORDER)
    for encoding in ("klingon", "hex"):
        with pytest.raises(Refusal) as refused:
            open_source(path, encoding=encoding)
        assert f"{encoding!r} is not an encoding" in refused.value.detail
    with pytest.raises(Refusal) as refused:
        open_source(path, delimiter=";;")
    assert "--delimiter ';;' is not one character" in refused.value.detail
    assert open_source(file(tmp_path, ONE_ORDER.replace(",", "\t")), delimiter="tab").columns[0] == "order"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_source(tmp_path / "nothing.csv")
    assert refused.value.detail == f"{tmp_path / 'nothing.csv'}: there is no such file."


# --- JSON lines and Parquet ---------------------------------------------------------------------------------------


def test_json_lines_with_nested_orders_are_read_exactly(tmp_path: Path) -> None:
    order = (
        '{"id": "e1", "member": {"external_id": 7}, "occurred_at": "2025-01-02T10:00:00+03:00", "order": '
        '{"number": "A1", "currency": "EUR", "total": 12.10, '
        '"lines": [{"sku": "a", "name": "Tea", "quantity": 2, "amount": 12.10}]}}'
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


def test_an_object_nine_hundred_levels_deep_harms_nothing(tmp_path: Path) -> None:
    good = '{"number": "1", "date": "2025-01-02T10:00:00Z", "member": "m", "total": 1}'
    deep = '{"a":' * 900 + "1" + "}" * 900
    found = read_orders(file(tmp_path, f"{good}\n{deep}\n", "orders.jsonl"))
    assert event(found).id == "order-1"
    assert problem(found, 1)[3] == "The row has no order_number."


def test_parquet_keeps_decimals_times_and_nested_lines(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    with duckdb.connect() as db:
        db.execute(
            "copy (select 1 as order_id, 'm' as customer_id, timestamptz '2025-01-02 10:00:00+03' as created_at, "
            "'EUR' as currency, null as note, "
            "[{'sku': 'a', 'amount': 1.50::decimal(8, 2)}, {'sku': 'b', 'amount': 2::decimal(8, 2)}] as lines) "
            f"to '{path}'"
        )
    first = event(read_orders(path))
    assert first.occurred_at == datetime(2025, 1, 2, 7, tzinfo=UTC)
    assert first.order is not None
    assert [(line.sku, line.amount) for line in first.order.lines] == [("a", Decimal("1.50")), ("b", Decimal("2.00"))]
    assert first.order.total == Decimal("3.50")
