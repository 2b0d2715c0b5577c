"""What is edited on one page: a campaign with its rule, or a rule alone; each piece with its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from regulars.domain.programmes.parts import Section, items
from regulars.interfaces.console.structure.specs import Spec


@dataclass(frozen=True, slots=True)
class Piece:
    """prefix: what the names of its fields begin with. base: as it stands in the text; without an id it is new."""

    section: Section
    prefix: str
    base: Mapping[str, Any]
    specs: tuple[Spec, ...]


def free_code(name: str, values: Mapping[str, Any], section: Section, used: Iterable[str]) -> str:
    """A short name from the words of the name, which nothing else of the section has or ever had."""
    begun = re.sub(r"^[^a-z]+", "", slugify(name).replace("_", "-"))[:50].strip("-")
    begun = begun or {"earn_rules": "rule", "campaigns": "campaign"}[section]
    taken = {str(each.get("id")) for each in items(values, section)} | set(used)
    numbered = (begun if number == 1 else f"{begun}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in numbered if code not in taken)
