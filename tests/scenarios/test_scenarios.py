"""Every scenario file, played through the real flows. A file is a test: its name, its capabilities, its story."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.database.pool import Connection
from regulars.interfaces.commandline.scenarios.reading import Heading, ScenarioUnreadable, read_heading
from regulars.interfaces.commandline.scenarios.running import play, read_story, scenario_files
from tests.architecture.test_capabilities import CAPABILITIES

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[1] / "programmes" / "scenarios"
proves = pytest.mark.capability
"""The capability marker; a scenario file names what it proves."""


def _marked(path: Path) -> object:
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    try:
        heading = read_heading(path)
    except ScenarioUnreadable:
        heading = Heading("", (), "")  # its own test says what is wrong, and the others run
    return pytest.param(path, id=name, marks=[proves(each) for each in heading.capability])


def _played(path: Path, conn: Connection) -> None:
    try:
        result = play(conn, read_story(path))
    except ScenarioUnreadable as unreadable:
        said = str(unreadable)
    else:
        if result.state == "waiting":
            pytest.skip(f"waits for {result.waits_for}")
        said = "\n".join(map(str, result.differences))
    if said:
        pytest.fail(said, pytrace=False)


@pytest.mark.parametrize("path", [_marked(path) for path in scenario_files([FOLDER])])
def test_scenario(path: Path, conn: Connection) -> None:
    _played(path, conn)


@pytest.mark.parametrize("path", scenario_files([EXAMPLES]), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_of_a_merchant(path: Path, conn: Connection) -> None:
    _played(path, conn)


def test_a_scenario_that_waits_is_skipped_and_never_passes(tmp_path: Path, conn: Connection) -> None:
    path = tmp_path / "story.yaml"
    path.write_text("scenario: A story of tomorrow\nwaits for: E2\nsteps: [ada hands ben: 5]\n", "utf-8")
    with pytest.raises(pytest.skip.Exception, match="waits for E2"):
        _played(path, conn)


def test_scenarios_name_capabilities_that_exist_and_have_titles_of_their_own() -> None:
    headings = {path.name: read_heading(path) for path in scenario_files([FOLDER])}

    unknown = {name: sorted({*each.capability} - CAPABILITIES) for name, each in headings.items()}
    assert {name: each for name, each in unknown.items() if each} == {}
    assert [name for name, each in headings.items() if not each.capability] == []
    assert len({each.title for each in headings.values()}) == len(headings)
