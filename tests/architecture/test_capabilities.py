"""Tests name the capability that they prove. A typing error would prove something that nobody asked for."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Finding, Module, assert_kept, dotted, found, python_modules

# How many capabilities each part of the mission has.
COUNTS = {"A": 12, "B": 9, "C": 4, "D": 6, "E": 6, "F": 3, "G": 4, "H": 5, "I": 7, "J": 4, "K": 5}
CAPABILITIES = frozenset(f"{part}{number}" for part, count in COUNTS.items() for number in range(1, count + 1))


def unknown_capabilities(module: Module) -> Iterator[Finding]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not dotted(node.func).endswith("mark.capability"):
            continue
        for argument in node.args or [ast.Constant(None)]:
            name = argument.value if isinstance(argument, ast.Constant) else None
            if name not in CAPABILITIES:
                yield module.finding(
                    node, f"there is no capability {name!r}", "Write one of A1 to K5 as a text, or several"
                )


def test_markers_name_capabilities_of_the_mission() -> None:
    assert_kept(unknown_capabilities, modules=python_modules(folder="tests"))


def test_an_unknown_capability_is_found() -> None:
    text = "\n".join(
        f"@pytest.mark.capability({arguments})\ndef test_{index}(): pass"
        for index, arguments in enumerate(["'A1'", "'A13'", "'B1', 'K6'", "", "name"])
    )
    assert [what for _, what in found(unknown_capabilities, text)] == [
        "there is no capability 'A13'",
        "there is no capability 'K6'",
        "there is no capability None",
        "there is no capability None",
    ]
