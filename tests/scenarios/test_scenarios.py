"""Every scenario file, played through the real flows. A file is a test: its name, its capabilities, its story."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.database.pool import Connection
from regulars.interfaces.commandline.scenarios.playing import run_scenario
from regulars.interfaces.commandline.scenarios.reading import Heading, ScenarioUnreadable, read_heading, read_scenario
from tests.architecture.test_capabilities import CAPABILITIES

FOLDER = Path(__file__).parent
proves = pytest.mark.capability
"""The capability marker; a scenario file names what it proves."""


def _files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*.yaml") if path.parent.name != "rulebooks")


def _marked(path: Path) -> object:
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    try:
        heading = read_heading(path)
    except ScenarioUnreadable:
        heading = Heading("", (), "")  # its own test says what is wrong, and the others run
    return pytest.param(path, id=name, marks=[proves(each) for each in heading.capability])


@pytest.mark.parametrize("path", [_marked(path) for path in _files()])
def test_scenario(path: Path, conn: Connection) -> None:
    try:
        scenario = read_scenario(path)
    except ScenarioUnreadable as unreadable:
        said = str(unreadable)
    else:
        said = "\n".join(map(str, run_scenario(conn, scenario)))
    if said:
        pytest.fail(said, pytrace=False)


def test_scenarios_name_capabilities_that_exist_and_have_titles_of_their_own() -> None:
    headings = {path.name: read_heading(path) for path in _files()}

    unknown = {name: sorted({*each.capability} - CAPABILITIES) for name, each in headings.items()}
    assert {name: each for name, each in unknown.items() if each} == {}
    assert [name for name, each in headings.items() if not each.capability] == []
    assert len({each.title for each in headings.values()}) == len(headings)
