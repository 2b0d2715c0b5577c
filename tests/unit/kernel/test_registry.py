"""The registry: one file, one variant, and a clear word about files that are wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from regulars.kernel.registry import modules_in, variants_in


class Shape:
    """A base class for the files that these tests write."""

    name: str


HEAD = "from regulars_tests_shape import Shape\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    stand_in = ModuleType("regulars_tests_shape")
    vars(stand_in)["Shape"] = Shape
    monkeypatch.setitem(sys.modules, "regulars_tests_shape", stand_in)
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "regulars_tests_variants"
    package.mkdir()
    (package / "__init__.py").write_text("")
    yield package
    for name in [name for name in sys.modules if name.startswith("regulars_tests_variants")]:
        del sys.modules[name]


def test_variants_are_found_in_the_order_of_their_files(folder: Path) -> None:
    (folder / "square.py").write_text(f"{HEAD}class Square(Shape):\n    name = 'square'\n")
    (folder / "circle.py").write_text(f"{HEAD}class Circle(Shape):\n    name = 'round'\n")
    package = import_module("regulars_tests_variants")
    assert [module.__name__.rpartition(".")[2] for module in modules_in(package)] == ["circle", "square"]
    assert list(variants_in(package, Shape)) == ["round", "square"]


def test_what_a_file_only_imports_is_not_its_variant(folder: Path) -> None:
    (folder / "circle.py").write_text(f"{HEAD}class Circle(Shape):\n    name = 'round'\n")
    (folder / "other.py").write_text("from regulars_tests_variants.circle import Circle\n")
    assert list(variants_in(import_module("regulars_tests_variants"), Shape)) == ["round"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class Circle(Shape):\n    pass\n", "has no name"),
        ("class Circle(Shape):\n    name = 'x'\nclass Other(Shape):\n    name = 'x'\n", "'x' a second time"),
    ],
)
def test_a_wrong_file_is_named(folder: Path, text: str, words: str) -> None:
    (folder / "circle.py").write_text(HEAD + text)
    with pytest.raises(ValueError, match=words):
        variants_in(import_module("regulars_tests_variants"), Shape)
