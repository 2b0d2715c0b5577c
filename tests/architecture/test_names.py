"""Names say what a thing is. Some module names say nothing, some words mean something else in this house."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, FunctionNode, Module, assert_kept, everything, found, house

# Homes for everything that nobody wanted to name.
EMPTY_NAMES = frozenset(
    f"{name}{plural}"
    for name in ("util", "helper", "common", "core", "manager", "service", "misc", "tool")
    for plural in ("", "s")
)

# A word we do not coin, what we say instead, and where it is the outside world's own word.
WORDS = {
    "customer": ("member", ("regulars.integrations",)),
    "customers": ("members", ("regulars.integrations",)),
    # The operating system and PostgreSQL have users; so has Django, whose sign-in belongs to operators.
    "user": ("member (or operator at the console)", ("regulars.database", "regulars.settings")),
    "users": ("members (or operators at the console)", ("regulars.database", "regulars.settings")),
    "program": ("programme", ("regulars.database", "regulars.interfaces.commandline")),
    "programs": ("programmes", ("regulars.database", "regulars.interfaces.commandline")),
}
# Words of the outside world that contain one of ours; Django reads the settings by these names.
FOREIGN_WORDS = re.compile(r"user_?agent|create_(super)?user|AUTH_USER\w*|USERNAME_FIELD", re.IGNORECASE)


def says_nothing(module: Module) -> Iterator[Finding]:
    for part in module.name.split("."):
        if part.strip("_").lower() in EMPTY_NAMES:
            yield module.finding(1, f"the name {part} says nothing", "Name the module after what it knows")


def foreign_words(module: Module) -> Iterator[Finding]:
    for line, name in coined_names(module):
        for word in words_of(name):
            ours, at_home = WORDS.get(word, ("", ()))
            if ours and not module.lies_in(*at_home):
                yield module.finding(line, f"{name} says {word}", f"Say {ours}")


def coined_names(module: Module) -> Iterator[tuple[int, str]]:
    """Names that this module makes: those it only uses are their owner's business."""
    yield 1, module.path.stem
    for node in ast.walk(module.tree):
        if isinstance(node, FunctionNode | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname


def words_of(name: str) -> list[str]:
    """`LoyaltyUser_ids` gives loyalty, user, ids."""
    rest = FOREIGN_WORDS.sub("", name)
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", rest)]


def test_module_names_say_something() -> None:
    assert_kept(says_nothing, modules=everything())


@pytest.mark.parametrize("path", ["src/regulars/kernel/utils.py", "src/regulars/core/money.py", "tests/_helper.py"])
def test_an_empty_module_name_is_found(path: str) -> None:
    assert len(found(says_nothing, "", path=path)) == 1


def test_names_use_the_words_of_the_house() -> None:
    assert_kept(foreign_words, modules=house())


@pytest.mark.parametrize(
    "text",
    [
        "class LoyaltyUser: pass",
        "def enrol(customer): pass",
        "user_id = 1",
        "for customer in (): pass",
        "import member as user",
        "class Row:\n    program_id: int",
    ],
)
def test_a_foreign_word_is_found(text: str) -> None:
    assert len(found(foreign_words, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "print(request.user)",
        "from django.contrib.auth import get_user_model",
        "user_agent = ''",
        "AUTH_USER_MODEL = ''",
    ],
)
def test_the_words_of_others_may_be_used(text: str) -> None:
    assert found(foreign_words, text) == []


def test_an_outside_word_is_at_home_where_the_outside_speaks() -> None:
    text = "def translate(customer): pass"
    assert found(foreign_words, text, path="src/regulars/integrations/till.py") == []
