"""The README keeps to the truth: states of capabilities that tests prove, commands as they are, pictures that load."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import click
import yaml

from regulars.interfaces.commandline.main import cli
from tests.architecture.source import ROOT, dotted, files_below, python_modules
from tests.architecture.test_capabilities import CAPABILITIES
from tests.docs.pages import all_pages, page_of, part

README = (ROOT / "README.md").read_text("utf-8")
STATES = frozenset({"works", "partly"})
LARGEST_PICTURE = 300_000
"""Bytes: a page of documentation has to load on a train."""
SCREEN = 40
"""Lines that one sees without scrolling."""


def rows(text: str) -> list[tuple[str, str]]:
    """(capability, state) of the feature table."""
    return re.findall(r"^\| ([A-K]\d+) \|.*\| (\w+) \|$", text, flags=re.MULTILINE)


def not_yet(text: str) -> list[str]:
    """The capabilities that the README says are not there."""
    return re.findall(r"\b[A-K]\d+\b", text.partition("Not yet:")[2].partition("\n\n")[0])


def proved() -> set[str]:
    """Capabilities that a test or a scenario is marked with."""
    marks = {
        argument.value
        for module in python_modules(folder="tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func).endswith("mark.capability")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    for path in files_below(ROOT / "tests" / "scenarios"):
        if path.suffix == ".yaml":
            named = yaml.safe_load(path.read_text("utf-8")).get("capability", [])
            marks.update([named] if isinstance(named, str) else named)
    return marks


def test_every_capability_has_one_state() -> None:
    table = rows(README)
    said = [name for name, _ in table] + not_yet(README)
    assert sorted(said) == sorted(CAPABILITIES), "each of A1 to K5 is in the table or in the line below it, once"
    assert {state for _, state in table} <= STATES


def test_what_works_is_proved() -> None:
    unproved = {name for name, _ in rows(README)} - proved()
    assert unproved == set(), "mark a test with @pytest.mark.capability, or say that it does not work yet"


def test_the_command_line_is_shown_as_it_is() -> None:
    shown = "\n".join(["| command | what it does |", "|---|---|", *sorted(commands(cli, "regulars"))])
    assert part(README, "commands") == shown, f"show this in README.md:\n{shown}"


def commands(command: click.Command, path: str) -> Iterator[str]:
    """One line of the table for each command that one can type."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, name
            yield from commands(child, f"{path} {name}")
    else:
        said = (command.help or "").split("\n\n")[0].replace("\n", " ").strip()
        arguments = "".join(
            f" {each.human_readable_name}" for each in command.params if isinstance(each, click.Argument)
        )
        yield f"| `{path}{arguments}` | {said} |"


def test_the_two_commands_are_on_the_first_screen() -> None:
    first = "\n".join(README.splitlines()[:SCREEN])
    assert "make demo" in first
    assert "make test" in first


def test_pictures_are_small_and_shown_somewhere() -> None:
    pictures = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
    texts = "\n".join(page.text for page in all_pages())
    assert pictures
    assert {path.name: path.stat().st_size for path in pictures if path.stat().st_size > LARGEST_PICTURE} == {}
    assert [path.name for path in pictures if path.name not in texts] == []


def test_a_feature_table_is_read() -> None:
    text = page_of("| B1 | points for purchases | works |\n| B2 | actions | partly |\n\nNot yet: A2, A3.\n\nB9").text
    assert rows(text) == [("B1", "works"), ("B2", "partly")]
    assert not_yet(text) == ["A2", "A3"]
    assert {"B1", "E1"} <= proved()
