"""`regulars rulebook`: exit codes and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from regulars.interfaces.commandline.rulebook import rulebook_group

ROOT = Path(__file__).resolve().parents[3]
JOURNEY = ROOT / "programmes" / "complete-journey.yaml"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(rulebook_group, [str(argument) for argument in arguments])


def test_a_valid_file() -> None:
    result = run("validate", JOURNEY)
    assert result.exit_code == 0
    assert result.output == f"{JOURNEY}: valid - Complete Journey Rewards, earn rules: 11, ladders: 1\n"


def test_findings_name_file_line_value_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(JOURNEY.read_text("utf-8").replace("points_per_amount", "points_per_amuont"), "utf-8")
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "amuont" in text)
    result = run("validate", file)
    assert result.exit_code == 1
    assert result.output == (
        f"{file}:{line}: there is no such strategy (points_per_amuont) - Did you mean “points_per_amount”?\n"
        "1 thing to correct\n"
    )
    shown = run("show", file)
    assert (shown.exit_code, shown.output) == (1, result.output)


def test_findings_as_json(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"rulebook": 1,\n "nmae": "x"}', "utf-8")
    result = run("validate", "--json", file)
    assert result.exit_code == 1
    document = json.loads(result.output)
    assert document["valid"] is False
    assert document["findings"][-1] == {
        "path": "nmae",
        "line": 2,
        "value": "x",
        "problem": "there is no field nmae here",
        "remedy": "Did you mean “name”?",
        "severity": "error",
    }
    assert json.loads(run("validate", "--json", JOURNEY).output) == {"valid": True, "findings": []}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"rulebook: 1\nname: Caf\xe9\n", ":2: the file is not UTF-8 here (byte 0xe9) - Save it as UTF-8."),
        (b"x" * 5_000_100, ":1: it is larger than 5,000,000 bytes"),
        (b"", ":1: the document is empty"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)
    result = run("validate", file)
    assert result.exit_code == 1
    assert f"{file}{words}" in result.output


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "marked.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + JOURNEY.read_bytes())
    assert run("validate", file).exit_code == 0


def test_a_missing_file() -> None:
    result = run("validate", "nowhere.yaml")
    assert result.exit_code == 2
    assert "nowhere.yaml" in result.output


def test_a_rulebook_is_read_aloud() -> None:
    result = run("show", JOURNEY)
    assert result.exit_code == 0
    assert "How you earn\n  - 1 point per dollar: 1 for every 1.00 USD" in result.output
    assert "{" not in result.output


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    assert json.loads(run("schema").output) == json.loads((ROOT / "docs" / "rulebook.schema.json").read_text("utf-8"))
    assert run("schema", "--out", file).output == f"wrote {file}\n"
    assert file.read_text("utf-8") == (ROOT / "docs" / "rulebook.schema.json").read_text("utf-8")


def test_two_files_are_compared_in_words(tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(JOURNEY.read_text("utf-8").replace("name: Complete Journey Rewards", "name: Next"), "utf-8")
    assert run("diff", JOURNEY, JOURNEY).output == "Both say the same.\n"
    result = run("diff", JOURNEY, file)
    assert (result.exit_code, result.output) == (1, "- “Complete Journey Rewards” is now called “Next”\n")
