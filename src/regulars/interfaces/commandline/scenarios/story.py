"""What the reader of a scenario knows on its way through the steps, and how a rulebook is changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from regulars.kernel.validation import instead

Document = dict[str, Any]


class Complaint(NamedTuple):
    """Something that is wrong with a step. value: what stands there; below: words of the step that lead to it."""

    problem: str
    remedy: str
    value: str = ""
    below: tuple[str, ...] = ()


@dataclass(slots=True)
class SoFar:
    """What the steps before one have made. document: the rulebook in force or to come; names: by kind."""

    document: Document
    names: dict[str, set[str]] = field(default_factory=dict)

    def make(self, kind: str, name: str) -> None:
        """From here on there is such a thing: 'order', 'redemption' ..."""
        self.names.setdefault(kind, set()).add(name)

    def ask(self, kind: str, name: str, *, otherwise: str) -> Iterator[Complaint]:
        """Complains where no such thing was made before. otherwise: the complaint, 'nobody took this before'."""
        known = self.names.get(kind, set())
        if name not in known:
            yield Complaint(otherwise, instead(name, known), name)


def changed(document: Document, change: Document) -> Document:
    """The document with changes. Things in lists are found by their `id`; their fields are replaced whole."""
    result = copy.deepcopy(document)
    for key, value in change.items():
        if isinstance(value, list) and all(isinstance(each, dict) and "id" in each for each in value):
            kept = {each["id"]: each for each in result.get(key, [])}
            for each in value:
                kept[each["id"]] = {**kept.get(each["id"], {}), **each}
            result[key] = list(kept.values())
        else:
            result[key] = value
    return result
