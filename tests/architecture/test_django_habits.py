"""Django without its usual ugliness: nothing happens behind the reader's back, and imports stand at the top."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, FunctionNode, Module, assert_kept, dotted, everything, found, house

SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
MODEL_BASES = ("Model", "AbstractBaseUser", "AbstractUser")


def signals(module: Module) -> Iterator[Finding]:
    for line, target in module.imports():
        if target.startswith(SIGNALS):
            yield module.finding(line, f"{target} works by signals", "Call the flow that does it")


def save_overrides(module: Module) -> Iterator[Finding]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ClassDef) or not any(dotted(base).endswith(MODEL_BASES) for base in node.bases):
            continue
        for method in node.body:
            if isinstance(method, FunctionNode) and method.name in ("save", "delete"):
                yield module.finding(
                    method, f"{node.name}.{method.name} is overridden", "Guard the rule in the room's command"
                )


def generic_foreign_keys(module: Module) -> Iterator[Finding]:
    for line, target in module.imports():
        if "contenttypes.fields" in target or target.endswith("GenericForeignKey"):
            yield module.finding(
                line, f"{target} hides what it refers to", "Give each kind of reference its own column or table"
            )


def imports_inside_functions(module: Module) -> Iterator[Finding]:
    inner = {
        node.lineno
        for function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for line in sorted(inner):
        yield module.finding(line, "an import inside a function", "Import at the top; a circle means a wrong border")


def test_no_signals() -> None:
    assert_kept(signals, modules=house())


def test_no_save_overrides() -> None:
    assert_kept(save_overrides, modules=house())


def test_no_generic_foreign_keys() -> None:
    assert_kept(generic_foreign_keys, modules=house())


def test_imports_stand_at_the_top() -> None:
    assert_kept(imports_inside_functions, modules=everything())


@pytest.mark.parametrize("text", ["from django.dispatch import receiver", "from django.db.models import signals"])
def test_a_signal_is_found(text: str) -> None:
    assert len(found(signals, text)) == 1


def test_a_save_override_is_found_on_models_only() -> None:
    body = "(models.Model):\n    def save(self): pass"
    assert found(save_overrides, f"class Reward{body}") == [(2, "Reward.save is overridden")]
    assert found(save_overrides, "class Draft:\n    def save(self): pass") == []


def test_a_generic_foreign_key_is_found() -> None:
    text = "from django.contrib.contenttypes.fields import GenericForeignKey"
    assert len(found(generic_foreign_keys, text)) == 1


def test_an_import_inside_a_function_is_found() -> None:
    method = "    def b(self):\n        import re\n        def c():\n            from os import path\n"
    text = f"import json\nclass A:\n{method}"
    assert [line for line, _ in found(imports_inside_functions, text)] == [4, 6]
