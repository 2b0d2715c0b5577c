"""Words of scenarios come from their files: each is called like its file, has an example that works, is documented."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from regulars.database.pool import Connection
from regulars.domain.programmes.document_nodes import read_nodes
from regulars.interfaces.commandline.scenarios import expectation, expectations, reading_steps, steps, verb
from regulars.interfaces.commandline.scenarios.expectation import Expectation, of_member, of_programme
from regulars.interfaces.commandline.scenarios.playing import run_scenario
from regulars.interfaces.commandline.scenarios.reading import ScenarioUnreadable, read_scenario
from regulars.interfaces.commandline.scenarios.reading_steps import BESIDE, verb_of
from regulars.interfaces.commandline.scenarios.schema import scenario_schema
from regulars.interfaces.commandline.scenarios.verb import Verb, verbs
from tests.architecture.source import ROOT
from tests.scenarios.documents import DOCS, GUIDE, guide_text

ADDING = (DOCS / "guides" / "add-a-scenario-word.md").read_text("utf-8")
WORDS: dict[str, type[Verb] | type[Expectation]] = {
    **verbs(),
    **{name: type(each) for name, each in (of_member() | of_programme()).items()},
}


@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_named_like_its_file(name: str) -> None:
    assert WORDS[name].__module__.rpartition(".")[2] == name.replace(" ", "_")


@pytest.mark.parametrize("name", verbs())
def test_the_example_of_a_verb_begins_with_it_and_can_be_read(name: str) -> None:
    step = read_nodes(verbs()[name].example)[0].value
    assert isinstance(step, dict)
    ((key, body),) = step.items()
    found = verb_of(key)
    assert found is not None
    assert found[0] is verbs()[name]
    assert set(found[1]) <= {"ada", "ben"}
    verbs()[name].model_validate(body)


@pytest.mark.parametrize("name", [*of_member(), *of_programme()])
def test_the_example_of_an_expectation_can_be_read(name: str) -> None:
    asked = (of_member() | of_programme())[name]
    stated = read_nodes(f"{name}: {asked.example}")[0].value
    assert isinstance(stated, dict)
    asked.adapter().validate_python(stated[name])


def test_words_mean_one_thing() -> None:
    assert set(of_member()) & set(of_programme()) == set()
    assert set(verbs()) & set(BESIDE) == set()


def test_the_guide_shows_every_word() -> None:
    assert guide_text() == GUIDE.read_text("utf-8"), "run python -m tests.scenarios.documents"


# ---- what the guide says is so


def _story_of_the_guide(folder: Path) -> Path:
    text = GUIDE.read_text("utf-8")
    story = re.findall(r"```yaml\n(scenario: .*?)```", text, flags=re.DOTALL)[0]
    path = folder / "my-story.yaml"
    path.write_text(story.replace("../../corner-cafe.yaml", str(ROOT / "programmes" / "corner-cafe.yaml")), "utf-8")
    return path


def test_the_story_of_the_guide_is_true(tmp_path: Path, conn: Connection) -> None:
    assert run_scenario(conn, read_scenario(_story_of_the_guide(tmp_path))) == []


def test_the_guide_shows_what_one_reads(tmp_path: Path, conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = GUIDE.read_text("utf-8")
    path = _story_of_the_guide(tmp_path)
    story = path.read_text("utf-8")

    path.write_text(story.replace("points: 7", "points: 8"), "utf-8")
    (difference,) = run_scenario(conn, read_scenario(path))
    assert f"{difference}\n```" in text

    path.write_text(story.replace("ada buys", "ada bys", 1), "utf-8")
    with pytest.raises(ScenarioUnreadable) as caught:
        read_scenario(path)
    assert f"```\n{caught.value.lines()[0]}\n```" in text


# ---- one more word is one more file


def _file_of(block: str) -> str:
    """What the guide calls the file of one of its blocks."""
    found = re.search(rf"^`src/.*/{block}/(\w+\.py)`:$", ADDING, flags=re.MULTILINE)
    assert found is not None
    return found[1]


def _forget() -> None:
    for cached in (verb.verbs, reading_steps._patterns, expectation._all, of_member, of_programme):
        cached.cache_clear()


@pytest.fixture
def two_more_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The verb and the expectation of the guide, in folders that count as a part of the two."""
    blocks = re.findall(r"```python\n(.*?)```", ADDING, flags=re.DOTALL)
    known = set(sys.modules)
    for package, text in zip((steps, expectations), blocks, strict=True):
        folder = tmp_path / _last(package)
        folder.mkdir()
        (folder / _file_of(_last(package))).write_text(text, "utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    _forget()
    yield
    _forget()
    for name in set(sys.modules) - known:
        if name.startswith((steps.__name__, expectations.__name__)):
            del sys.modules[name]


def _last(package: ModuleType) -> str:
    return package.__name__.rpartition(".")[2]


@pytest.mark.usefixtures("two_more_files")
def test_the_words_of_the_guide_are_found_and_played(tmp_path: Path, conn: Connection) -> None:
    (story,) = re.findall(r"```yaml\n(scenario: .*?)```", ADDING, flags=re.DOTALL)
    path = tmp_path / "story.yaml"
    path.write_text(story.replace("../rulebooks", str(DOCS.parent / "tests" / "scenarios" / "rulebooks")), "utf-8")

    assert [str(each) for each in run_scenario(conn, read_scenario(path))] == []

    path.write_text(path.read_text("utf-8").replace("statement lines: 1", "statement lines: 2"), "utf-8")
    (difference,) = run_scenario(conn, read_scenario(path))
    assert (difference.what, difference.expected, difference.got) == ("ben: statement lines", "2", "1")


@pytest.mark.usefixtures("two_more_files")
def test_a_verb_between_two_members_gives_way_in_the_schema() -> None:
    patterns = scenario_schema()["properties"]["steps"]["items"]["patternProperties"]

    def matching(key: str) -> list[str]:
        return [pattern for pattern in patterns if re.search(pattern, key)]

    (treats,) = matching("ada treats ben")
    assert "treats" in treats
    for key in ("ada buys", "ada sends again", "operator takes from ada"):
        assert len(matching(key)) == 1
        assert "treats" not in matching(key)[0].partition("$)")[2]
    assert matching("ada treats") == []
