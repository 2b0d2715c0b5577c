"""The page of every earn strategy, made from its file and scenario. `python -m tests.docs.strategies` writes them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import yaml

from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.earning.strategy import EarnStrategy
from regulars.domain.earning.strategy_help import library, limits_of, parameters, worked
from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "strategies"
SCENARIOS = ROOT / "tests" / "scenarios"


def pages() -> dict[str, str]:
    """File name -> text, for every strategy of this installation and their index."""
    found = {f"{name}.md": page(name, strategy) for name, strategy in sorted(strategies_by_name().items())}
    return {"README.md": index(), **found}


def index() -> str:
    """All strategies, by what they are good for."""
    lines = ["# Ways to earn", "", "One page for each strategy that a rule may name, made from its file.", ""]
    for need, strategies in library():
        lines += [f"## {need.words()}", "", "| what it does | strategy |", "|---|---|"]
        lines += [f"| [{each.title}]({each.name}.md) | `{each.name}` |" for each in strategies]
        lines.append("")
    return "\n".join(lines)


def page(name: str, strategy: type[EarnStrategy]) -> str:
    """What it gives, what it takes, what it does not, an example worked out, and a rule that uses it."""
    story, rule = example(name)
    said = inspect.getdoc(strategy) or ""
    shown = yaml.safe_dump(rule, sort_keys=False, allow_unicode=True, width=110).rstrip()
    return "\n".join([
        f"# {strategy.title}", "", f"`strategy: {name}`", "", said, "",
        "| parameter | what it says | |", "|---|---|---|", *rows(strategy), "",
        *(f"- {each}" for each in limits_of(strategy)), "",
        "## For example", "", *worked_out(strategy), "",
        "## When an order comes back", "", str(strategy.when_returned), "",
        "## In a rulebook", "",
        "```yaml", shown, "```", "",
        f"Played in [{story}](../../tests/scenarios/{story}).", "",
    ])  # fmt: skip


def rows(strategy: type[EarnStrategy]) -> Iterator[str]:
    """One row for each parameter, those of lists below theirs."""
    for each in parameters(strategy):
        need = "needed" if each.is_needed else f"`{plain(each.default)}` if left out"
        yield f"| `{each.path}` | {each.says} | {need} |"


def worked_out(strategy: type[EarnStrategy]) -> Iterator[str]:
    """The events of the example, with what each gives and why."""
    yield "| when | what happens | gives | because |"
    yield "|---|---|---|---|"
    for step in worked(strategy):
        yield f"| {step.day:%-d %b %Y} | {step.what} | {step.points} | {step.why} |"


def plain(value: object) -> str:
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def example(name: str) -> tuple[str, dict[str, Any]]:
    """(scenario, one of its rules) with this strategy: of its own file where it has one."""
    own = SCENARIOS / "earning" / f"{name.replace('_', '-')}.yaml"
    for path in [*([own] if own.is_file() else []), *sorted(SCENARIOS.rglob("*.yaml"))]:
        for rule in rules_in(yaml.safe_load(path.read_text("utf-8"))):
            if rule["earn"].get("strategy") == name:
                return path.relative_to(SCENARIOS).as_posix(), rule
    raise LookupError(f"no scenario has a rule with {name}")


def rules_in(document: object) -> Iterator[dict[str, Any]]:
    """Every earn rule of a document, at any depth."""
    if isinstance(document, dict) and isinstance(document.get("earn"), dict):
        yield document
    for inner in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from rules_in(inner)


def main() -> None:
    """Writes the pages, and removes those of strategies that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
