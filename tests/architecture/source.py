"""The code as the tidy checks see it: files, syntax trees, and findings that name file, line and remedy.

A check is a function from one module to its findings. Each has two tests: the house has none, and a bad example is
found. A checker that cannot fail is a defect.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Folders that hold no work of ours.
FOREIGN_FOLDERS = frozenset(
    {".git", ".venv", ".hypothesis", "node_modules", "var", "staticfiles", "build", "dist", "__pycache__"}
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule, and what to do about it."""

    path: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}. {self.remedy}."


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file. `path` is relative to the repository."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name, as in `regulars.domain.ledger.queries`; a package has the name of its folder."""
        parts = self.path.with_suffix("").parts
        parts = parts[1:] if parts[0] == "src" else parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def lies_in(self, *packages: str) -> bool:
        """Whether this module is one of these or lies below one of them."""
        return any(self.name == package or self.name.startswith(package + ".") for package in packages)

    def functions(self) -> Iterator[FunctionNode]:
        for node in ast.walk(self.tree):
            if isinstance(node, FunctionNode):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full dotted target of everything imported; `from a import b` gives `a.b`."""
        package = self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom):
                start = node.module or ""
                if node.level:
                    above = package.split(".")[: len(package.split(".")) - node.level + 1]
                    start = ".".join([*above, *([node.module] if node.module else [])])
                for alias in node.names:
                    yield node.lineno, f"{start}.{alias.name}"

    def finding(self, place: ast.AST | int, what: str, remedy: str) -> Finding:
        line = place if isinstance(place, int) else getattr(place, "lineno", 1)
        return Finding(path=self.path, line=line, what=what, remedy=remedy)


def example(text: str, *, path: str = "src/regulars/flows/example.py") -> Module:
    """A module that exists only inside a test."""
    return Module(path=Path(path), text=text, tree=ast.parse(text))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, the last name where the chain starts at something else, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else node.attr
    return ""


@cache
def python_modules(*, folder: str) -> tuple[Module, ...]:
    """Every Python file of ours below a folder of the repository, in the order of its path."""
    return tuple(
        Module(path=path.relative_to(ROOT), text=text, tree=ast.parse(text, filename=str(path)))
        for path in files_below(ROOT / folder)
        if path.suffix == ".py"
        for text in [path.read_text(encoding="utf-8")]
    )


def house() -> tuple[Module, ...]:
    """The product's own code."""
    return python_modules(folder="src")


def everything() -> tuple[Module, ...]:
    """The product's code and its tests."""
    return house() + python_modules(folder="tests")


def files_below(folder: Path) -> Iterator[Path]:
    """Every file of ours below a folder, in the order of its path."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in FOREIGN_FOLDERS and not path.name.endswith((".egg-info", "_cache")):
                yield from files_below(path)
        elif not path.is_symlink():
            yield path


Check = Callable[[Module], Iterable[Finding]]


def assert_kept(check: Check, *, modules: Iterable[Module]) -> None:
    """Fails with one line per finding."""
    assert_none(finding for module in modules for finding in check(module))


def assert_none(findings: Iterable[Finding]) -> None:
    lines = [str(finding) for finding in findings]
    assert not lines, "\n".join([f"{len(lines)} found:", *lines])


def found(check: Check, text: str, *, path: str = "src/regulars/flows/example.py") -> list[tuple[int, str]]:
    """Line and message of what a check finds in an example."""
    return [(finding.line, finding.what) for finding in check(example(text, path=path))]
