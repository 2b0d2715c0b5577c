"""`regulars scenario`: what it prints, with which code it ends, and that its database is gone afterwards."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from regulars.database import server
from regulars.interfaces.commandline.main import cli
from regulars.interfaces.commandline.scenarios import running
from tests.architecture.source import ROOT

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]

CAFE = ROOT / "programmes" / "corner-cafe.yaml"
HEAD = f"clock: 2026-03-02 09:00\nrulebook: {CAFE}\nmembers: [ada]\n"
COFFEE = "ada buys: {total: 3.20, lines: [{category: Coffee, amount: 3.20}]}"
RIGHT = f"scenario: A coffee is a bean\n{HEAD}steps:\n  - {COFFEE}\n    then:\n      points: 6\n"
WRONG = RIGHT.replace("a bean", "two beans").replace("points: 6", "points: 7")
UNREADABLE = RIGHT.replace("ada buys", "ada bys").replace("points", "pionts")
WAITING = f"scenario: Ada gives a bean away\nwaits for: transfers\n{HEAD}steps:\n  - ada hands ben: 1\n"

Write = Callable[..., Path]
SECONDS = re.compile(r"\d+\.\d+ s")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file into the folder in which the command is then run."""
    monkeypatch.chdir(tmp_path)

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written


def scenario(*words: str) -> Result:
    return CliRunner().invoke(cli, ["scenario", *words])


def said(result: Result) -> str:
    """What was printed, with every time as 0 s."""
    return SECONDS.sub("0 s", result.stdout)


def throw_away_databases() -> set[str]:
    admin = server.with_database(server.database_url(), "postgres")
    with psycopg.connect(admin) as conn:
        rows = conn.execute("select datname from pg_database where datname like 'regulars_scenario_%'").fetchall()
    return {name for (name,) in rows}


# ---- run


@pytest.mark.usefixtures("database_url")
def test_what_differs_is_told_to_the_line_and_ends_with_1(write: Write) -> None:
    write("stories/right.yaml", RIGHT)
    write("stories/waiting.yaml", WAITING)
    write("stories/wrong.yaml", WRONG)
    write("stories/cafe.yaml", CAFE.read_text("utf-8"))  # a rulebook beside the stories is none of them
    before = server.database_url()

    result = scenario("run", "stories")

    assert said(result) == (
        "ok       stories/right.yaml  0 s\n"
        "waiting  stories/waiting.yaml  0 s  for transfers\n"
        "differs  stories/wrong.yaml  0 s\n"
        "stories/wrong.yaml:8: step 1 (ada buys): points\n"
        "    expected: 7\n"
        "    got:      6\n"
        "1 ok, 1 differs, 1 waiting in 0 s\n"
    )
    assert result.exit_code == 1
    assert server.database_url() == before
    assert f"regulars_scenario_{os.getpid()}" not in throw_away_databases()


@pytest.mark.usefixtures("database_url")
def test_what_is_as_it_says_ends_with_0_and_keeps_its_database_where_one_asks_for_it(write: Write) -> None:
    name = f"regulars_scenario_{os.getpid()}"
    try:
        result = scenario("run", "--keep", str(write("right.yaml", RIGHT)))
        assert said(result).startswith("ok       right.yaml  0 s\n1 ok in 0 s\n")
        assert f"The database stays: dbname={name} " in result.stdout
        assert result.exit_code == 0
        assert name in throw_away_databases()
    finally:
        server.drop_database(server.with_database(server.database_url(), "postgres"), name)


@pytest.mark.usefixtures("database_url")
def test_programs_read_what_became_of_each_file(write: Write) -> None:
    files = [write("right.yaml", RIGHT), write("waiting.yaml", WAITING), write("wrong.yaml", WRONG)]

    result = scenario("run", "--json", *map(str, files))

    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document.pop("seconds") > 0
    assert all(each.pop("seconds") >= 0 for each in document["scenarios"])
    difference = {
        "file": "wrong.yaml", "line": 8, "step": "step 1 (ada buys)", "what": "points", "expected": "7", "got": "6",
    }  # fmt: skip
    assert document == {
        "right": False,
        "counts": {"ok": 1, "differs": 1, "waiting": 1},
        "scenarios": [
            {"file": "right.yaml", "title": "A coffee is a bean", "state": "ok", "waits_for": "", "differences": []},
            {
                "file": "waiting.yaml",
                "title": "Ada gives a bean away",
                "state": "waiting",
                "waits_for": "transfers",
                "differences": [],
            },
            {
                "file": "wrong.yaml",
                "title": "A coffee is two beans",
                "state": "differs",
                "waits_for": "",
                "differences": [difference],
            },
        ],
    }


@pytest.mark.usefixtures("database_url")
def test_who_waits_for_nothing_any_more_is_told(write: Write) -> None:
    result = scenario("run", str(write("over.yaml", f"waits for: beans\n{RIGHT}")))
    assert result.exit_code == 1
    assert "over.yaml: the head: waits for\n    expected: beans is still to be built\n" in result.stdout


# ---- reading


def nothing_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it was played")

    monkeypatch.setattr(running, "run_scenario", never)


@pytest.mark.parametrize("verb", ["run", "validate"])
def test_what_cannot_be_read_is_told_of_all_files_and_ends_with_2(
    write: Write, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    nothing_is_played(monkeypatch)
    files = [write("right.yaml", RIGHT), write("one.yaml", UNREADABLE), write("two.yaml", "scenario: [\n")]

    result = scenario(verb, *map(str, files))

    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "one.yaml:6: nothing like this can happen (ada bys) - Did you mean “ada buys”?",
        "one.yaml:8: nobody can look for that here (pionts) - There are: ada, codes gave, holds released,"
        " left to pay, members moved, nothing changes, occasions, points expired, rulebook version, stock.",
    ]
    assert lines[2].startswith("two.yaml:")
    assert lines[3:] == ["3 things to correct"]
    assert result.exit_code == 2


def test_programs_read_what_is_wrong(write: Write) -> None:
    files = [write("right.yaml", RIGHT), write("one.yaml", RIGHT.replace("ada buys", "ada bys"))]

    result = scenario("run", "--json", *map(str, files))

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["right"] is False
    assert [each["state"] for each in document["scenarios"]] == ["valid", "unreadable"]
    assert document["scenarios"][1]["problems"][0] == {
        "line": 6,
        "problem": "nothing like this can happen",
        "value": "ada bys",
        "remedy": "Did you mean “ada buys”?",
    }


def test_what_is_valid_says_so(write: Write) -> None:
    files = [str(write("right.yaml", RIGHT)), str(write("waiting.yaml", WAITING))]
    result = scenario("validate", "right.yaml", "waiting.yaml")
    assert result.stdout == (
        "right.yaml: valid - A coffee is a bean\nwaiting.yaml: waiting for transfers - Ada gives a bean away\n"
    )
    assert result.exit_code == 0
    assert json.loads(scenario("validate", "--json", *files).stdout)["right"] is True


def test_a_folder_without_stories_is_refused(write: Write) -> None:
    write("empty/cafe.yaml", CAFE.read_text("utf-8"))
    done = subprocess.run(
        [sys.executable, "-m", "regulars", "scenario", "run", "empty"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "There is no scenario below empty." in done.stderr


def test_the_schema_can_be_printed() -> None:
    assert scenario("schema").stdout == (ROOT / "docs" / "scenario.schema.json").read_text("utf-8")


# ---- Ctrl+C


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_drops_the_database(write: Write, asked: signal.Signals) -> None:
    story = write("long.yaml", f"scenario: Many coffees\n{HEAD}steps:\n  - {COFFEE}\n    times: 1000\n")
    own = subprocess.Popen(
        [sys.executable, "-m", "regulars", "scenario", "run", str(story)],
        env=os.environ | {"DATABASE_URL": server.database_url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    name = f"regulars_scenario_{own.pid}"
    try:
        give_up = time.monotonic() + 60
        while not is_playing(name) and own.poll() is None and time.monotonic() < give_up:
            time.sleep(0.05)
        assert name in throw_away_databases()
        os.killpg(own.pid, asked)
        out, err = own.communicate(timeout=60)
    finally:
        own.kill()
    assert (own.returncode, out, err) == (130, "", "Stopped, and the database is dropped.\n")
    assert name not in throw_away_databases()


def is_playing(name: str) -> bool:
    """Whether the first order of the story is in its database."""
    try:
        with psycopg.connect(server.with_database(server.database_url(), name)) as conn:
            return conn.execute("select 1 from events_event limit 1").fetchone() is not None
    except psycopg.Error:
        return False
