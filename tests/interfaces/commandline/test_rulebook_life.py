"""`regulars rulebook` about one programme: what is printed, and what it did."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from regulars.interfaces.commandline.rulebook import rulebook_group
from regulars.kernel.errors import Refusal
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rulebook_group, list(arguments))


def test_a_version_goes_to_a_file_comes_in_and_is_called_back(shop: Shop, tmp_path: Path) -> None:
    shop.now = datetime.now(UTC)
    place = ("--programme", shop.programme.code)
    file = tmp_path / "shop.yaml"
    assert run("export", "1", *place, "--out", str(file)).output == f"wrote {file}\n"
    assert run("export", "1", *place).output == file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace("name: Corner Shop", "name: Spring Shop"), "utf-8")
    made = run("import", str(file), *place, "--by", "ada")
    number = re.search(r"Draft (\d+), shop, changes version 1\.", made.output)
    assert number is not None, made.output
    assert run("drafts", *place).output == f"{number[1]}\topen\tshop\tada\n"
    at = ("--at", "2099-03-01T00:00:00+01:00")
    assert run("schedule", number[1], *at, *place).output == "shop: scheduled.\n"
    assert "scheduled for 2099-02-28 23:00 UTC" in run("drafts", *place).output
    assert run("schedule", number[1], "--off", *place).output == "shop: open.\n"
    assert run("schedule", number[1], *place).output == "shop: published as version 2.\n"
    assert [line.split("\t")[0] for line in run("versions", *place).output.splitlines()] == ["2", "1"]
    assert run("compare", "1", "2", *place).output == "- “Corner Shop” is now called “Spring Shop”\n"
    assert run("compare", "2", "2", *place).output == "Both say the same.\n"

    preview = run("rollback", "1", "--preview", *place)
    assert preview.output == "- “Spring Shop” is now called “Corner Shop”\n"
    done = run("rollback", "1", *place, "--note", "Enough")
    assert done.output.endswith("Version 3 says what version 1 said.\n")
    assert run("pause", "--rule", "base", "--reason", "Wrong", *place).output == "Version 4 is in force.\n"
    assert run("resume", "--everything", "--reason", "Right", *place).output == "Version 5 is in force.\n"


def test_what_is_refused_is_refused(shop: Shop, tmp_path: Path) -> None:
    place = ("--programme", shop.programme.code)
    file = tmp_path / "theirs.yaml"
    file.write_text(f"programme: elsewhere\nversion: 3\n{RULEBOOK}", "utf-8")
    for code, arguments in (
        ("rulebook_version_not_found", ("export", "9", *place)),
        ("rulebook_invalid", ("import", str(file), *place)),
        ("programme_not_found", ("copy", "--from", "nobody", *place)),
        ("version_in_force", ("rollback", "1", *place)),
        ("draft_not_found", ("schedule", "2147483647", *place)),
        ("pause_unknown", ("pause", "--rule", "bsae", "--reason", "x", *place)),
    ):
        error = run(*arguments).exception
        assert isinstance(error, Refusal), (arguments, error)
        assert error.code == code
    file.write_bytes(b"name: \xff")
    error = run("import", str(file), *place).exception
    assert isinstance(error, Refusal)
    assert error.code == "draft_unreadable"
