"""Whatever a page names exists: pages, headings, files, functions, targets of make, commands with their options."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import click
import pytest

from regulars.interfaces.commandline.main import cli
from tests.architecture.source import ROOT, Finding, assert_none, files_below, house
from tests.docs.pages import TICKS, Page, all_pages, page_of

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
PATH = re.compile(r"^\.?[\w-][\w.*-]*(/[\w.*-]+)+/?$|^[\w-]+\.(?:py|md|yaml|toml)$")
DOTTED = re.compile(r"^([A-Za-z_]\w*)\.(\w+)(?:\.\w+)*(?:\(.*\))?$")
NAME = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$|^(?:[A-Z][a-z0-9]+){2,}$|^[A-Z]+(?:_[A-Z]+)+$")
NEW_FILE = re.compile(r"^`([^`]+)`:$")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
FILE_ENDINGS = (".py", ".md", ".json", ".yaml", ".conf", ".log", ".csv", ".txt", ".html", ".toml", ".lua", ".pid")
CODE_ENDINGS = (".py", ".yaml", ".html", ".toml", ".css", ".js", ".lua", ".json", "Makefile", ".importlinter")
# Names of other programs, and a page whose examples are made up.
FOREIGN = frozenset({"pg_wal"})
MADE_UP = frozenset({Path("STYLE.md")})
SHELL_SIGNS = frozenset({"|", "&&", ">", "<", "||", ";", "#", "..."})


def broken_links(page: Page) -> Iterator[Finding]:
    for number, line in page.prose:
        for target in (found[1] or found[2] for found in LINK.finditer(TICKS.sub("", line))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            place = ROOT / page.path.parent / name
            if name and not place.exists():
                yield page.finding(number, f"the link {target} leads nowhere", "Correct it, or write the page")
            elif anchor and anchor not in headings(place.read_text("utf-8") if name else page.text):
                yield page.finding(number, f"{name or 'this page'} has no heading #{anchor}", "Correct the link")


def missing_paths(page: Page) -> Iterator[Finding]:
    """Paths start at the root of the repository or at src/regulars. A guide's own new file stands alone on its line."""
    new = {found[1] for _, line in page.prose if (found := NEW_FILE.match(line))}
    for number, token in page.named:
        if PATH.match(token) and token not in new and is_ours(token) and not exists(token, beside=page.path.parent):
            yield page.finding(number, f"there is no {token}", "Write the path from the root of the repository")


def missing_names(page: Page) -> Iterator[Finding]:
    """`module.function` and `Class.method` are defined; any other name of code occurs in the code."""
    for number, token in page.named if page.path not in MADE_UP else ():
        if token.endswith(FILE_ENDINGS) or token in page.code_words or token in FOREIGN:
            continue
        if found := DOTTED.match(token):
            members = definitions().get(found[1])
            if members is not None and found[2] not in members:
                yield page.finding(number, f"{found[1]} defines no {found[2]}", "Name what is there")
        elif NAME.match(token) and token not in words_of_code():
            yield page.finding(number, f"nothing in the code is called {token}", "Name what is there")


def missing_targets(page: Page) -> Iterator[Finding]:
    for number, typed in page.commands:
        for target in MAKE.findall(typed) if typed.startswith("make ") else ():
            if target not in targets():
                yield page.finding(number, f"the Makefile has no target {target}", "Look at `make help`")


def wrong_commands(page: Page) -> Iterator[Finding]:
    for number, typed in page.commands:
        if typed.startswith("regulars "):
            problem = misuse(typed)
            if problem is not None:
                yield page.finding(number, problem, "Look at `regulars --help`")


def misuse(typed: str) -> str | None:
    """What is wrong with a command line of ours; None: nothing."""
    try:
        words = shlex.split(typed, comments=True)[1:]
    except ValueError:
        return f"no shell can read {typed!r}"
    command: click.Command = cli
    for word in words:
        if word in SHELL_SIGNS:
            return None
        if word.startswith("--"):
            options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
            if word.partition("=")[0] not in options:
                return f"`{command.name}` has no option {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return f"there is no command `regulars {' '.join(words)}`"
            command = found
    return None


def headings(text: str) -> set[str]:
    """The anchors that a Markdown page offers."""
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def is_ours(token: str) -> bool:
    first = token.partition("/")[0]
    return (ROOT / first).exists() or (ROOT / "src" / "regulars" / first).exists() or token.endswith(".py")


def exists(token: str, *, beside: Path) -> bool:
    """From the root, from src/regulars, beside the page; a file that every room has, by its name alone."""
    places = (ROOT, ROOT / "src" / "regulars", ROOT / beside)
    if any(any(place.glob(token.rstrip("/"))) for place in places):
        return True
    return token.endswith(".py") and any(fnmatch(path, f"*/{token}") for path in our_files())


@cache
def our_files() -> tuple[str, ...]:
    return tuple(path.relative_to(ROOT).as_posix() for path in files_below(ROOT))


@cache
def definitions() -> dict[str, set[str]]:
    """What each module of the house (by the last part of its name) and each class defines."""
    found: dict[str, set[str]] = {}
    for module in house():
        own = found.setdefault(module.name.rpartition(".")[2], set())
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(names_in(node.body))
        own.update(names_in(module.tree.body))
        found.setdefault(module.name.split(".")[-2] if "." in module.name else "", set()).add(module.path.stem)
    return found


def names_in(body: list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
            names |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and written(each)}
        elif isinstance(node, ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets_of = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {each.id for each in targets_of if isinstance(each, ast.Name)}
    return names


def written(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"


@cache
def words_of_code() -> frozenset[str]:
    """Every word of our code, and the names of files and folders; not of these tests, which make names up."""
    words: set[str] = set()
    for path in files_below(ROOT):
        if path.is_relative_to(Path(__file__).parent):
            continue
        words.update(path.relative_to(ROOT).parts, [path.stem])
        if path.name.endswith(CODE_ENDINGS) and ".min." not in path.name and path.suffixes[:1] != [".lock"]:
            words.update(re.findall(r"\w+", path.read_text("utf-8")))
    return frozenset(words)


@cache
def targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))


CHECKS = (broken_links, missing_paths, missing_names, missing_targets, wrong_commands)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_pages_name_is_there(check: object) -> None:
    assert callable(check)
    assert_none(finding for page in all_pages() for finding in check(page))


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (broken_links, "See [the ADRs](adr/9999-nothing.md)."),
        (broken_links, "![A picture](screenshots/nothing.png)"),
        (broken_links, "See [the guides](README.md#no-such-heading)."),
        (missing_paths, "Open `src/regulars/flows/process_orders.py`."),
        (missing_paths, "Look into `domain/ledger/lots/`, or `tests/*/nothing.py`."),
        (missing_paths, "Read `process_orders.py`."),
        (missing_names, "It calls `process_events.process_orders`."),
        (missing_names, "Then comes `Desk.finish`."),
        (missing_names, "The check `points_sum_to_one` finds it."),
        (missing_targets, "```sh\nmake coffee\n```"),
        (missing_targets, "Type `make demo-day`."),
        (wrong_commands, "Type `regulars brew`."),
        (wrong_commands, "Type `regulars serve --prot 80`."),
        (wrong_commands, "```\nregulars import customers people.csv\n```"),
        (wrong_commands, "```\nregulars import members people.csv --mpa 'a=b' | less\n```"),
    ],
)
def test_what_is_not_there_is_found(check: object, text: str) -> None:
    assert callable(check)
    assert list(check(page_of(text)))


@pytest.mark.parametrize(
    "text",
    [
        "See [decisions](adr/README.md#template), [us](https://example.com) and [below](#below).\n\n## Below",
        "Open `src/regulars/flows/process_events.py`, `flows/desk.py`, `tests/flows/`, `docs/adr/*.md`, `/api/docs`.",
        "`src/regulars/domain/rewards/types/free_tea.py`:\n```python\nclass FreeTea: pass\n```\nThen `FreeTea`.",
        "`Desk.conclude`, `process_events.process_within`, `conn.transaction()`, `own.conf`, `DATABASE_URL`.",
        '```sh\nmake test ARGS="tests/unit -x"  # quick\n$ regulars verify --json > report.json\n```',
        "`regulars import`, `regulars import members a.csv --map 'A b=name'`, `regulars --help`.",
    ],
)
def test_what_is_there_is_not_found(text: str) -> None:
    assert_none(finding for check in CHECKS for finding in check(page_of(text)))


def test_modules_and_classes_are_known_by_what_they_define() -> None:
    assert {"evaluate", "LARGEST_POINTS"} <= definitions()["evaluate"]
    assert {"conclude", "events"} <= definitions()["Desk"]


def test_every_page_of_the_documentation_is_linked_from_another() -> None:
    linked = {
        (ROOT / page.path.parent / target.partition("#")[0]).resolve()
        for page in all_pages()
        for target in (found[1] for found in LINK.finditer(page.text))
        if target and not target.startswith("#")
    }
    pages = [page.path for page in all_pages() if page.path.parts[0] == "docs"]
    assert [path for path in pages if (ROOT / path).resolve() not in linked] == [], "link it in docs/README.md"
