"""Every scenario file, played through the real flows. A file is a test: its name, its capabilities, its story."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.database.pool import Connection
from tests.architecture.test_capabilities import CAPABILITIES
from tests.scenarios.reading import Scenario, ScenarioUnreadable, read_scenario
from tests.scenarios.runner import run_scenario

FOLDER = Path(__file__).parent
proves = pytest.mark.capability
"""The capability marker; a scenario file names what it proves."""


def _files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*.yaml") if path.parent.name != "rulebooks")


def _marked(path: Path) -> object:
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    try:
        capabilities = read_scenario(path).capability
    except ScenarioUnreadable:
        capabilities = ()  # its own test says what is wrong, and the others run
    return pytest.param(path, id=name, marks=[proves(each) for each in capabilities])


@pytest.mark.parametrize("path", [_marked(path) for path in _files()])
def test_scenario(path: Path, conn: Connection) -> None:
    differences = run_scenario(conn, _read(path))
    if differences:
        pytest.fail("it came out otherwise\n" + "\n".join(map(str, differences)), pytrace=False)


def _read(path: Path) -> Scenario:
    try:
        return read_scenario(path)
    except ScenarioUnreadable as unreadable:
        said = str(unreadable)
    pytest.fail(f"the scenario cannot be read\n{said}", pytrace=False)


def test_scenarios_name_capabilities_that_exist_and_have_titles_of_their_own() -> None:
    scenarios: list[Scenario] = [read_scenario(path) for path in _files()]

    assert {each.path.name: set(each.capability) - CAPABILITIES for each in scenarios} == {
        each.path.name: set() for each in scenarios
    }
    assert len({each.title for each in scenarios}) == len(scenarios)
