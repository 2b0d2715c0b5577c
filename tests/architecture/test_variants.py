"""A variant is one file, and it comes with a story: a scenario, or for a ledger check a test, that names it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import yaml

from tests.architecture.source import ROOT, Finding, Module, assert_none, example, files_below, house

SCENARIOS = "tests/scenarios"
TESTS = "tests"

# Folder of variants -> where its stories are.
FOLDERS = {
    "src/regulars/domain/earning/strategies": SCENARIOS,
    "src/regulars/domain/rewards/types": SCENARIOS,
    "src/regulars/flows/granting/effects": SCENARIOS,
    "src/regulars/domain/tiers/policies": SCENARIOS,
    "src/regulars/domain/tiers/metrics": SCENARIOS,
    "src/regulars/domain/tiers/windows": SCENARIOS,
    "src/regulars/domain/tiers/benefits": SCENARIOS,
    "src/regulars/domain/earning/returning": SCENARIOS,
    "src/regulars/domain/earning/winning": SCENARIOS,
    "src/regulars/domain/ledger/expiry": SCENARIOS,
    "src/regulars/domain/ledger/activation": SCENARIOS,
    "src/regulars/domain/ledger/clawback": SCENARIOS,
    "src/regulars/domain/ledger/restoring": SCENARIOS,
    "src/regulars/domain/ledger/transfer_expiry": SCENARIOS,
    "src/regulars/domain/households/debit": SCENARIOS,
    "src/regulars/domain/households/checks": TESTS,
    "src/regulars/domain/ledger/checks": TESTS,
    "src/regulars/domain/messaging/kinds": TESTS,
    "src/regulars/domain/notices/kinds": TESTS,
    "src/regulars/flows/tuning/levers": TESTS,
    "src/regulars/flows/tuning/goals": TESTS,
    "src/regulars/interfaces/commandline/scenarios/steps": SCENARIOS,
    "src/regulars/interfaces/commandline/scenarios/expectations": SCENARIOS,
}
# Fewer words in the docstrings of the file and its classes name the variant again instead of saying what it does.
DOCSTRING_WORDS = 6


def variants(modules: Iterable[Module]) -> Iterator[Module]:
    for module in modules:
        if module.path.parent.as_posix() in FOLDERS and not module.path.stem.startswith("_"):
            yield module


def without_story(modules: Iterable[Module], stories: Mapping[str, AbstractSet[str]]) -> Iterator[Finding]:
    """Variants that no story names. `stories` holds the names that each folder of stories mentions."""
    for module in variants(modules):
        folder = FOLDERS[module.path.parent.as_posix()]
        if module.path.stem not in stories[folder]:
            yield module.finding(1, f"nothing in {folder} names {module.path.stem}", "Write a scenario that needs it")


def without_words(modules: Iterable[Module]) -> Iterator[Finding]:
    for module in variants(modules):
        nodes: list[ast.Module | ast.ClassDef] = [module.tree]
        nodes += [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
        words = " ".join(ast.get_docstring(node) or "" for node in nodes).split()
        if ast.get_docstring(module.tree) is None or len(words) < DOCSTRING_WORDS:
            yield module.finding(
                1, "the variant does not say what it does", "Open the file with a docstring and a worked example"
            )


def stories_of_the_house() -> dict[str, set[str]]:
    scenarios = {
        name for path in files_in(SCENARIOS, ".yaml") for name in scalars(yaml.safe_load(path.read_text("utf-8")))
    }
    behaviour = [path for path in files_in(TESTS, ".py") if path.parent.name != "architecture"]
    words = {word for path in behaviour for word in re.findall(r"\w+", path.read_text("utf-8"))}
    return {SCENARIOS: scenarios, TESTS: words}


def files_in(folder: str, suffix: str) -> list[Path]:
    place = ROOT / folder
    return [path for path in files_below(place) if path.suffix == suffix] if place.is_dir() else []


def scalars(document: object) -> Iterator[str]:
    """Every key and value of a YAML document; `after(30 days)` counts as after, `ada gives back` as gives_back."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from scalars(key)
            yield from phrases(str(key))
            yield from scalars(value)
    elif isinstance(document, list):
        for item in document:
            yield from scalars(item)
    else:
        yield str(document).partition("(")[0].strip()


def phrases(key: str) -> Iterator[str]:
    """The words of a key that stand beside each other, as a file of a variant would be called."""
    words = key.split()
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield "_".join(words[start:end])


def test_every_variant_has_a_story() -> None:
    assert_none(without_story(house(), stories_of_the_house()))


def test_every_variant_says_what_it_does() -> None:
    assert_none(without_words(house()))


def test_a_variant_without_a_story_is_found() -> None:
    folder = "src/regulars/domain/earning/strategies"
    told = example("'Points for each item in the order, by quantity.'", path=f"{folder}/points_per_item.py")
    untold = example("", path=f"{folder}/per_item.py")
    private = example("", path=f"{folder}/_shared.py")
    modules = [told, untold, private]

    stories = {SCENARIOS: set(scalars({"strategy": ["points_per_item", "after(30 days)"]})), TESTS: {"per_item"}}
    assert [finding.path.stem for finding in without_story(modules, stories)] == ["per_item"]
    assert [finding.path.stem for finding in without_words(modules)] == ["per_item"]


def test_a_verb_of_scenarios_is_named_by_a_step() -> None:
    folder = "src/regulars/interfaces/commandline/scenarios/steps"
    modules = [example("", path=f"{folder}/{stem}.py") for stem in ("gives_back", "operator_gives", "sends")]

    stories = {SCENARIOS: set(scalars({"steps": [{"ada gives back": "mug"}, {"operator gives ben": 5}]}))}
    assert [finding.path.stem for finding in without_story(modules, stories)] == ["sends"]
