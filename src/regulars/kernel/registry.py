"""Finds the variants in a folder: one file, one variant, no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

Variant = TypeVar("Variant")


def modules_in(package: ModuleType) -> list[ModuleType]:
    """Every module of the package, by name, imported."""
    found = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in found]


def variants_in(package: ModuleType, base: type[Variant]) -> dict[str, type[Variant]]:
    """Subclasses of `base` defined in the package's modules, keyed by their `name` attribute.

    Raises ValueError when two files claim one name, or a class has none: that is a defect of the file.
    """
    variants: dict[str, type[Variant]] = {}
    for module in modules_in(package):
        for candidate in vars(module).values():
            if not (isinstance(candidate, type) and issubclass(candidate, base) and candidate is not base):
                continue
            if candidate.__module__ != module.__name__:
                continue
            name = getattr(candidate, "name", None)
            if not isinstance(name, str) or not name:
                raise ValueError(f"{module.__name__}.{candidate.__name__} has no name")
            if name in variants:
                raise ValueError(f"{module.__name__}.{candidate.__name__} claims the name {name!r} a second time")
            variants[name] = candidate
    return variants
