"""`regulars clock`: what it reads, and moving it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from regulars.database.pool import Connection
from regulars.domain.programmes.queries import programme_by_code
from regulars.interfaces.commandline.clock import clock_group
from regulars.interfaces.commandline.programmes import programmes_group
from regulars.kernel.errors import Conflict, NotFound, Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop


def clock(*arguments: str) -> Result:
    return CliRunner().invoke(clock_group, arguments, catch_exceptions=False)


@pytest.fixture
def sandbox(conn: Connection) -> Shop:
    return open_shop(conn, sandbox=True)


def test_a_sandbox_is_founded_and_listed_as_one(conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(RULEBOOK), "utf-8")
    for code, options in (("play-shop", ["--sandbox"]), ("real-shop", [])):
        made = CliRunner().invoke(
            programmes_group,
            ["found", str(file), "--code", code, "--organisation", "Play Ltd", *options],
            catch_exceptions=False,
        )
        assert made.exit_code == 0
    listed = CliRunner().invoke(programmes_group, ["list"]).stdout.splitlines()
    assert [line.split("\t")[5:] for line in listed if "Play Ltd" in line] == [["sandbox"], []]
    found = programme_by_code(conn, code="play-shop")
    assert found is not None
    assert found.sandbox


def test_the_clock_is_shown_and_moved(sandbox: Shop) -> None:
    code = ("--programme", sandbox.programme.code)
    assert "0 days ahead of the real time" in clock("show", *code).stdout

    moved = clock("move", *code, "--by", "1 year")

    assert moved.exit_code == 0
    assert "36" in moved.stdout
    assert "nights have passed." in moved.stdout
    assert "  Points expired: 0" in moved.stdout
    shown = json.loads(clock("show", *code, "--json").stdout)
    assert shown["sandbox"] is True
    assert shown["ahead_seconds"] // 86_400 in (364, 365, 366)


def test_a_move_in_json(sandbox: Shop) -> None:
    got = json.loads(clock("move", "--programme", sandbox.programme.code, "--by", "2 days", "--json").stdout)
    assert got["nights"] == 2
    assert set(got) == {"began", "now", "nights", "done"}
    assert got["began"] < got["now"]


def test_a_live_clock_is_shown_and_stays(shop: Shop) -> None:
    code = ("--programme", shop.programme.code)
    assert "live, by the real time" in clock("show", *code).stdout
    with nothing_changes(shop), pytest.raises(Conflict) as refused:
        clock("move", *code, "--by", "1 day")
    assert refused.value.code == "clock_of_live_programme"


def test_what_cannot_be_done_is_refused(sandbox: Shop) -> None:
    code = ("--programme", sandbox.programme.code)
    with nothing_changes(sandbox):
        for arguments in ((), ("--to", "2020-01-01"), ("--by", "20 years"), ("--to", "2999-01-01T10:00")):
            with pytest.raises(Refusal):
                clock("move", *code, *arguments)
    with pytest.raises(NotFound):
        clock("show", "--programme", "nothing")
