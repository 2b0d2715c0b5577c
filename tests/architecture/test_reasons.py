"""Whatever a stranger would question carries its reason: a dependency, an opt-out from a rule, a refusal."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Finding, Module, assert_kept, assert_none, dotted, everything, found, house

OPT_OUT = re.compile(
    r"#\s*(?P<what>type:\s*ignore|noqa)(?P<codes>\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(?P<reason>.*)"
)
# Refusal and its kin in regulars.kernel.errors.
REFUSALS = frozenset({"Refusal", "NotFound", "Conflict", "NotAllowed"})
DEPENDENCY = re.compile(r'^\s*"(?P<name>[A-Za-z][\w.-]*)[^"]*"\s*,?(?P<rest>.*)$')
REASON_WORDS = 2


def dependencies_without_reason(text: str) -> Iterator[Finding]:
    inside = False
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\[(.+)\]\s*$", line):
            section = heading[1]
        opens = re.match(r"[\w-]+ = \[\s*$", line)
        if opens:
            inside = line.startswith("dependencies") or section == "project.optional-dependencies"
        elif line.startswith("]"):
            inside = False
        elif inside and (dependency := DEPENDENCY.match(line)):
            reason = dependency["rest"].strip().removeprefix("#")
            if len(reason.split()) < REASON_WORDS:
                yield Finding(
                    Path("pyproject.toml"),
                    number,
                    f"{dependency['name']} has no reason",
                    "Say in one line why it is here",
                )


def opt_outs_without_reason(module: Module) -> Iterator[Finding]:
    for number, line in enumerate(module.text.splitlines(), start=1):
        opt_out = OPT_OUT.search(line)
        if opt_out and not opt_out["codes"]:
            yield module.finding(number, f"{opt_out['what']} switches off every rule", "Name the one that is meant")
        elif opt_out and len(opt_out["reason"].strip(" #-").split()) < REASON_WORDS:
            yield module.finding(number, f"{opt_out['what']} has no reason", "Say why behind it, or repair the code")


def refusals_without_remedy(module: Module) -> Iterator[Finding]:
    """Every refusal says what to do next; an empty remedy says nothing."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or dotted(node.func).rpartition(".")[2] not in REFUSALS:
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        remedy = given.get("remedy")
        is_empty = isinstance(remedy, ast.Constant) and not str(remedy.value or "").strip()
        if None not in given and (remedy is None or is_empty):
            yield module.finding(node, "the refusal does not say what to do", "Pass `remedy`")


def test_every_dependency_says_why_it_is_here() -> None:
    assert_none(dependencies_without_reason((ROOT / "pyproject.toml").read_text(encoding="utf-8")))


def test_every_opt_out_says_why() -> None:
    modules = [module for module in everything() if module.path.name != Path(__file__).name]
    assert_kept(opt_outs_without_reason, modules=modules)


def test_every_refusal_says_what_to_do() -> None:
    assert_kept(refusals_without_remedy, modules=house())


def test_a_dependency_without_reason_is_found() -> None:
    text = (
        'dependencies = [\n  "a>=1", # reads the stars\n  "b[x]>=2",\n]\n'
        '[project.optional-dependencies]\ntest = [\n  "c", # c\n]\n[tool.x]\nselect = [\n  "E",\n]\n'
    )
    assert [finding.line for finding in dependencies_without_reason(text)] == [3, 7]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("a = b  # type: ignore", True),
        ("a = b  # type: ignore[no-any-return]", True),
        ("a = b  # noqa", True),
        ("a = b  # noqa: S608", True),
        ("a = b  # noqa: S608, S101 - names come from the catalogue", False),
        ("a = b  # type: ignore[attr-defined]  # the stubs lag behind", False),
    ],
)
def test_an_opt_out_without_reason_is_found(text: str, is_found: bool) -> None:
    assert bool(found(opt_outs_without_reason, text)) is is_found


def test_a_refusal_without_remedy_is_found() -> None:
    text = (
        "raise Refusal(code='a', title='b')\n"
        "raise errors.Refusal(code='a', remedy='  ')\n"
        "raise Refusal(code='a', remedy=_('Pay more'))\n"
        "raise Refusal(**parts)\n"
    )
    assert [line for line, _ in found(refusals_without_remedy, text)] == [1, 2]
