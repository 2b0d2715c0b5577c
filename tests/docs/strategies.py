"""The page of every earn strategy, made from its file and scenario. `python -m tests.docs.strategies` writes them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel

from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.earning.strategy import EarnStrategy
from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "strategies"
SCENARIOS = ROOT / "tests" / "scenarios"


def pages() -> dict[str, str]:
    """File name -> text, for every strategy of this installation and their index."""
    found = {f"{name}.md": page(name, strategy) for name, strategy in sorted(strategies_by_name().items())}
    return {"README.md": index(), **found}


def index() -> str:
    """All strategies in a table."""
    rows = [f"| [{each.title}]({name}.md) | `{name}` |" for name, each in sorted(strategies_by_name().items())]
    head = ["# Ways to earn", "", "One page for each strategy that a rule may name, made from its file.", ""]
    return "\n".join([*head, "| what it does | strategy |", "|---|---|", *rows, ""])


def page(name: str, strategy: type[EarnStrategy]) -> str:
    """What it gives, what it takes, and a rule that uses it."""
    story, rule = example(name)
    said = inspect.getdoc(strategy) or ""
    shown = yaml.safe_dump(rule, sort_keys=False, allow_unicode=True, width=110).rstrip()
    return "\n".join([
        f"# {strategy.title}", "", f"`strategy: {name}`", "", said, "",
        "| parameter | what it says | |", "|---|---|---|", *rows(strategy.Parameters, ""), "",
        "```yaml", shown, "```", "",
        f"Played in [{story}](../../tests/scenarios/{story}).", "",
    ])  # fmt: skip


def rows(model: type[BaseModel], before: str) -> Iterator[str]:
    """One row for each parameter, those of lists below theirs."""
    for name, field in model.model_fields.items():
        need = (
            "needed" if field.is_required() else f"`{plain(field.get_default(call_default_factory=True))}` if left out"
        )
        yield f"| `{before}{field.alias or name}` | {field.description or ''} | {need} |"
        for inner in models_in(field.annotation):
            yield from rows(inner, f"{before}{name}[].")


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Parameter models that a field holds a list of."""
    for inner in getattr(annotation, "__args__", ()):
        if isinstance(inner, type) and issubclass(inner, BaseModel) and "strategies" in inner.__module__:
            yield inner


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
