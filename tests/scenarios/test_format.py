"""The scenario format itself: what it refuses, how precisely it speaks, and that it notices everything."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from regulars.database.pool import Connection
from regulars.domain.programmes.document_nodes import read_nodes
from regulars.domain.rewards.reward_type import reward_types
from regulars.flows.verify_books import Report, Result
from regulars.interfaces.commandline.scenarios import playing
from regulars.interfaces.commandline.scenarios.expectation import of_member
from regulars.interfaces.commandline.scenarios.playing import run_scenario
from regulars.interfaces.commandline.scenarios.reading import ScenarioUnreadable, read_heading, read_scenario
from regulars.interfaces.commandline.scenarios.running import scenario_files
from regulars.interfaces.commandline.scenarios.schema import schema_text
from regulars.interfaces.commandline.scenarios.stage import Stage
from tests.scenarios.documents import DOCS, SCHEMA

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[1] / "programmes" / "scenarios"
CORNER_SHOP = FOLDER / "rulebooks" / "corner-shop.yaml"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a scenario about the corner shop: the head is there, the lines from 7 on are given."""

    def written(rest: str) -> Path:
        head = f"scenario: A test\ncapability: K2\nclock: 2026-03-02 12:00\nrulebook: {CORNER_SHOP}\n"
        path = tmp_path / "story.yaml"
        path.write_text(f"{head}members: [ada, ben]\nsteps:\n{textwrap.indent(textwrap.dedent(rest), '  ')}", "utf-8")
        return path

    return written


def complaints(path: Path) -> list[str]:
    with pytest.raises(ScenarioUnreadable) as caught:
        read_scenario(path)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def differences(conn: Connection, path: Path) -> list[str]:
    return [str(each).removeprefix(f"{path}:") for each in run_scenario(conn, read_scenario(path))]


# ---- reading


def test_every_unknown_word_is_told_with_its_line_and_what_was_probably_meant(write: Write) -> None:
    path = write("""\
        - ada bys: 12.40
        - adda buys: 12.40
        - ada buys: {totl: 12.40, lines: [{categry: tea, amount: 1.00}]}
        - ada buys: 12.40
          than: {points: 12}
        - ada buys: 12.40
          then: {pionts: 12, bne: {points: 0}}
    """)

    assert complaints(path) == [
        "7: nothing like this can happen (ada bys) - Did you mean “ada buys”?",
        "8: there is no such member in this scenario (adda) - Did you mean “ada”?",
        "9: the word total is missing - Add total.",
        "9: there is no such word here (categry) - Did you mean “category”?",
        "9: there is no such word here (totl) - Did you mean “total”?",
        "11: two things happen in one step (than) - Start a step for each with “- ”.",
        "13: nobody can look for that here (bne) - Did you mean “ben”?",
        "13: nobody can look for that here (pionts) - Did you mean “points”?",
    ]


def test_what_does_not_fit_is_told_with_its_value(write: Write) -> None:
    path = write("""\
        - ada buys: plenty
        - at: yesterday
        - at: 2026-03-29 02:30
        - ada buys: 1.00
          times: 0
        - ada buys: 1.00
          then: {points: many}
        - ada redeems: mug
        - ada gives back: mug
        - ada gives back: cup
        - ada sends again: first
    """)

    assert complaints(path) == [
        "7: this does not fit here (plenty) - Input should be a valid decimal.",
        "8: 'yesterday' is no date and time (yesterday) - Write it as 2026-03-02 12:00.",
        "9: 2026-03-29 02:30 does not exist in Europe/Berlin, where the clocks go forward (2026-03-29 02:30)"
        " - Choose another time, or write it with its offset: 2026-03-29 01:30Z.",
        "11: this is not how often something happens (0) - Write 2, 3, 4 ...",
        "13: this does not fit here (many) - Input should be a valid integer, unable to parse string as an integer.",
        "14: there is no such reward (mug) - There are none yet.",
        "16: nobody took this before (cup) - There are: mug.",
        "17: no event of this id came before (first) - There are none yet.",
    ]


def test_a_step_cannot_build_on_what_never_was(write: Write) -> None:
    path = write("""\
        - cleo buys: 1.00
        - cleo joins:
        - ada buys: {total: 1.00, currency: USD, event: first}
          refused: currency_mismatch
        - ada sends again: first
        - ada buys: 1.00
          then: {ben: 5}
    """)

    assert complaints(path) == [
        "7: nobody of this name has joined before (cleo)"
        " - Let them join first, or write them to the members at the start.",
        "11: no event of this id came before (first) - There are none yet.",
        "13: this says nothing that could be compared (5) - Write “points: 12” below the name.",
    ]


def test_a_reward_that_cannot_be_is_told_before_anything_is_played(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    head = "scenario: A test\nclock: 2026-03-02 12:00\nsteps: [{at: 2026-03-03 12:00}]\n"
    path.write_text(f"{head}rulebook: {CORNER_SHOP}\nrewards:\n  mug: {{type: mug, price: 5}}\n")
    known = ", ".join(sorted(reward_types()))
    assert complaints(path) == [f"6: 'mug' is not a reward type - Choose one of {known}."]


def test_a_rulebook_that_is_wrong_is_told_before_anything_is_played(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    head = "scenario: A test\ncapability: K2\nclock: 2026-03-02 12:00\nsteps: [{at: 2026-03-03 12:00}]\n"

    path.write_text(f"{head}rulebook: {CORNER_SHOP.with_name('corner-shpo.yaml')}\n")
    assert complaints(path)[0].endswith("- Did you mean “corner-shop.yaml”?")

    change = "earn_rules: [{id: base, earn: {strategy: points_per_amout, points: 1}}]"
    path.write_text(f"{head}rulebook:\n  use: {CORNER_SHOP}\n  change: {{{change}}}\n")
    assert complaints(path) == [
        "5: the rulebook is not valid: earn_rules[0].earn.strategy: there is no such strategy"
        " (points_per_amout) - Did you mean “points_per_amount”?"
    ]


def test_a_file_that_is_no_scenario_says_so(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_text("- a list\n")
    assert complaints(path) == ["1: this is not a scenario - Start it with “scenario: what it shows”."]
    path.write_text("scenario: x\nmembres: [ada]\n")
    assert complaints(path) == [
        "1: the word clock is missing - Add clock.",
        "1: the word rulebook is missing - Add rulebook.",
        "1: the word steps is missing - Add steps.",
        "2: there is no such word here (membres) - Did you mean “members”?",
    ]


# ---- differences


def test_a_difference_names_file_line_step_and_both_values(write: Write, conn: Connection) -> None:
    path = write("""\
        - ada buys: 12.40
          then:
            points: 13
            tier: silver
            earned: {base: 12, coffee: 1}
            lots: [12 for ever]
    """)

    assert differences(conn, path) == [
        "11: step 1 (ada buys): earned coffee\n    expected: 1\n    got:      nothing",
        "12: step 1 (ada buys): lots\n    expected: [12 for ever]\n    got:      [12 until 2027-03-31]",
        "9: step 1 (ada buys): points\n    expected: 13\n    got:      12",
        "10: step 1 (ada buys): tier\n    expected: silver\n    got:      bronze",
    ]


def test_what_the_step_left_behind_belongs_to_the_members_whom_it_names(write: Write, conn: Connection) -> None:
    path = write("- ada buys: 12.40\n  then: {earned: {base: 12}, ben: {earned: {base: 12}}}\n")
    assert differences(conn, path) == [
        "8: step 1 (ada buys): ben: earned base\n    expected: 12\n    got:      nothing"
    ]


def test_a_refusal_that_did_not_come_and_one_that_nobody_expected_are_differences(
    write: Write, conn: Connection
) -> None:
    assert differences(conn, write("- ada buys: 12.40\n  refused: currency_mismatch\n")) == [
        "7: step 1 (ada buys): whether it is accepted\n    expected: refused: currency_mismatch\n    got:      accepted"
    ]
    (unexpected,) = differences(conn, write("- ada buys: {total: 12.40, currency: USD}\n"))
    assert unexpected.startswith(
        "7: step 1 (ada buys): whether it is accepted\n    expected: accepted\n    got:      currency_mismatch - "
    )


def test_a_change_where_nothing_may_change_is_found_table_by_table(write: Write, conn: Connection) -> None:
    found = differences(conn, write("- ada buys: 12.40\n  then: {nothing changes: true}\n"))

    assert {each.partition("\n")[0] for each in found} >= {
        "7: step 1 (ada buys): nothing changes in events_event",
        "7: step 1 (ada buys): nothing changes in ledger_transfer",
        "7: step 1 (ada buys): nothing changes in ledger_balance",
    }


def test_a_member_of_whom_the_step_says_nothing_must_be_as_before(write: Write, conn: Connection) -> None:
    path = write("""\
        - ben buys: 12.40
        - midnight: 2027-04-01
          then: {ada: {points: 0}}
    """)

    assert differences(conn, path) == [
        "8: step 2 (midnight): ben is not mentioned\n"
        "    expected: 12 points (0 held); bronze in status\n    got:      0 points (0 held); bronze in status"
    ]


def test_what_an_expectation_watches_must_stay_as_before_too(
    write: Write, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = itertools.count(1)

    def glance(stage: Stage, members: Mapping[str, UUID]) -> dict[str, str]:
        return {"ben": f"look {next(looks)}"}

    monkeypatch.setattr(of_member()["lots"], "glance", glance)
    assert differences(conn, write("- ada buys: 12.40\n")) == [
        "7: step 1 (ada buys): ben is not mentioned\n"
        "    expected: no points; bronze in status; lots: look 1\n"
        "    got:      no points; bronze in status; lots: look 2"
    ]


def test_who_cannot_join_at_the_start_is_a_difference(tmp_path: Path, conn: Connection) -> None:
    path = tmp_path / "story.yaml"
    head = "scenario: A test\nclock: 2026-03-02 12:00\nsteps: [{at: 2026-03-03 12:00}]\n"
    path.write_text(f"{head}rulebook: {CORNER_SHOP}\nmembers: {{ada: {{phone: nowhere}}}}\n")
    (found,) = differences(conn, path)
    assert found.partition("\n")[0] == " the start: whether it is accepted"


def test_the_clock_does_not_go_back(write: Write, conn: Connection) -> None:
    assert differences(conn, write("- at: 2026-03-02 11:59\n")) == [
        "7: step 1 (look): the clock goes back\n    expected: 2026-03-02 11:59\n    got:      2026-03-02 12:00+01:00"
    ]


def test_the_books_of_the_programme_are_proved_after_the_last_step(
    write: Write, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []

    def verdict(conn: Connection, *, organisation_id: int | None) -> Report:
        asked.append(organisation_id)
        return Report((Result("sums", "Sums", "Everything adds up.", "I1", 1, ("A point too many.",), ""),))

    monkeypatch.setattr(playing, "verify_books", verdict)
    path = write("- ada buys: 12.40\n")
    assert differences(conn, path) == [
        " the books: Everything adds up.\n    expected: no exception\n    got:      A point too many."
    ]
    assert len(asked) == 1
    assert asked[0] is not None


# ---- schema


def test_the_schema_is_the_one_of_the_words() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run python -m tests.scenarios.documents"


def test_every_scenario_fits_the_schema_and_a_wrong_word_does_not() -> None:
    schema = json.loads(schema_text())
    rulebook = json.loads((DOCS / "rulebook.schema.json").read_text("utf-8"))
    registry = Registry().with_resource("rulebook.schema.json", Resource.from_contents(rulebook))
    validator = Draft202012Validator(schema, registry=registry)
    # What waits may use words that do not exist yet.
    files = [path for path in scenario_files([FOLDER, EXAMPLES]) if not read_heading(path).waits_for]

    wrong = {path.name: [error.message for error in validator.iter_errors(_json(path))] for path in files}
    assert wrong == {path.name: [] for path in files}

    document = _json(FOLDER / "tiers" / "silver-at-exactly-200.yaml")
    assert isinstance(document, dict)
    document["steps"][0]["then"]["pionts"] = 1
    document["steps"][1]["ada bys"] = 1
    assert len(list(validator.iter_errors(document))) == 2


def _json(path: Path) -> object:
    value = read_nodes(path.read_text(encoding="utf-8"))[0].value
    return json.loads(json.dumps(value, default=lambda each: float(each) if isinstance(each, Decimal) else str(each)))
