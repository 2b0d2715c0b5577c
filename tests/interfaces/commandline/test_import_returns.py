"""`regulars import returns`: what comes back, what is left out and why, and a second import that changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars.interfaces.commandline.imports.command import NOTHING_DONE, SOME_LEFT_OUT
from tests.books import nothing_changes
from tests.factories import Shop
from tests.interfaces.commandline.test_imports import MEMBERS, ORDERS, Till

HEAD = "return_id;order;date;member;sku;quantity;amount\n"


@pytest.fixture
def till(tmp_path: Path, shop: Shop) -> Till:
    """Ada bought for 15.00 (20 with coffee doubled: 25 points), Bob for 1.00."""
    till = Till(tmp_path, shop)
    assert till.json("members", MEMBERS)[0] == 0
    assert till.json("orders", ORDERS, "--time-zone", "Europe/Berlin")[0] == 0
    assert (till.points("ada"), till.points("bob")) == (25, 2)
    return till


def _run(till: Till, text: str, *options: str) -> tuple[int, dict[str, Any]]:
    return till.json("returns", HEAD + text, "--time-zone", "Europe/Berlin", *options)


def test_lines_amounts_and_whole_orders_come_back(till: Till) -> None:
    status, done = _run(
        till, "r1;1;2026-03-02 10:00;ada;b;;\nr2;1;2026-03-02 11:00;ada;;;2.00\nr3;2;2026-03-02;bob;;;\n"
    )
    assert (status, done["read"], done["added"], done["left_out"]) == (0, 3, 3, 0)
    # The tea goes with 5 points, then 2.00 of 10.00 of coffee with 4.
    assert (till.points("ada"), till.points("bob")) == (16, 0)


def test_rows_of_one_return_come_back_together(till: Till) -> None:
    status, done = _run(till, "r1;1;2026-03-02 10:00;ada;a;-1;-10.00\nr1;1;2026-03-02 10:00;ada;b;-1;-5.00\n")
    assert (status, done["read"], done["added"]) == (0, 1, 1), done["problems"]
    assert till.points("ada") == 0


def test_a_second_import_returns_nothing(till: Till) -> None:
    text = "r1;1;2026-03-02 10:00;ada;b;;\n"
    _run(till, text)
    with nothing_changes(till.shop):
        status, again = _run(till, text)
    assert (status, again["added"], again["already_there"]) == (0, 0, 1)


def test_returns_without_a_number_are_told_apart_by_order_and_time(till: Till) -> None:
    text = "order;date;member;amount\n1;2026-03-02 10:00;ada;1.00\n1;2026-03-02 11:00;ada;1.00\n"
    _, done = till.json("returns", text, "--time-zone", "Europe/Berlin")
    assert (done["read"], done["added"]) == (2, 2)
    with nothing_changes(till.shop):
        _, again = till.json("returns", text, "--time-zone", "Europe/Berlin")
    assert again["already_there"] == 2


def test_a_dry_run_and_a_preview_write_nothing(till: Till) -> None:
    with nothing_changes(till.shop):
        _, dry = _run(till, "r1;1;2026-03-02 10:00;ada;b;;\n", "--dry-run")
        status, seen = _run(till, "r1;1;2026-03-02 10:00;ada;b;1;\nr2;2;2026-03-02;bob;;;\n", "--preview")
    assert dry["added"] == 1
    assert status == 0
    assert seen["columns"]["return_number"] == "return_id"
    assert [each["lines"] for each in seen["first"]] == ["1 x b", "the whole order"]


def test_a_return_before_its_order_waits_for_it(till: Till) -> None:
    assert _run(till, "r1;9;2026-03-02 10:00;ada;;;4.00\n")[1]["added"] == 1
    assert till.points("ada") == 25
    late = "order;date;member;total\n9;2026-03-01 09:00;ada;10.00\n"
    till.json("orders", late, "--time-zone", "Europe/Berlin")
    assert till.points("ada") == 25 + 6


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("r1;1;2026-03-02 10:00;ada;b;2;", "quantity", "More comes back than was bought"),
        ("r1;1;2026-03-02 10:00;ada;;;15.01", "amount", "More money goes back than was paid"),
        ("r1;1;2026-03-02 10:00;ada;;3;", "quantity", "not of which line"),
        ("r1;1;2026-03-02 10:00;ada;x;;", "", "The order has no such line"),
        ("r1;1;2026-03-02 10:00;bob;;;", "", "The order belongs to somebody else"),
        ("r1;1;someday;ada;;;", "date", "someday"),
    ],
)
def test_what_cannot_come_back_is_left_out_and_explained(till: Till, row: str, column: str, said: str) -> None:
    with nothing_changes(till.shop):
        status, done = _run(till, f"{row}\n")
    (problem,) = done["problems"]
    assert (status, done["left_out"], problem["line"]) == (SOME_LEFT_OUT, 1, 2)
    assert said in problem["problem"] + problem["value"]
    assert problem["column"] == column
    assert problem["remedy"]


def test_a_line_that_says_nothing_spoils_its_return(till: Till) -> None:
    with nothing_changes(till.shop):
        _, done = _run(till, "r1;1;2026-03-02 10:00;ada;b;;\nr1;1;2026-03-02 10:00;ada;;;1.00\n")
    assert "not all of them say which line" in done["problems"][0]["problem"]


def test_a_file_that_says_too_little_is_refused(till: Till) -> None:
    status, done = till.json("returns", "order;amount\n1;5.00\n")
    assert (status, done["error"]["code"]) == (NOTHING_DONE, "missing_columns")
    assert "occurred_at, external_id" in done["error"]["detail"]
