"""Findings about a part of a rulebook, at the fields of its form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from regulars.domain.programmes.findings import Finding

_STEP = re.compile(r"\[(\d+)\]")


def placed(
    findings: Iterable[Finding],
    prefixes: Mapping[str, str],
    names: Collection[str],
    rows: Mapping[str, Sequence[int]],
) -> tuple[dict[str, str], list[Finding]]:
    """The errors by the name of the field nearest to each, and those that no field stands for.

    prefixes: the names that fields of the parts begin with, by the place of the part: earn_rules[3] -> rule.
    rows: as `Read` has them.
    """
    at: dict[str, str] = {}
    others: list[Finding] = []
    for each in findings:
        if each.severity == "error":
            name = _nearest(each.path, prefixes, names, rows)
            if name:
                at.setdefault(name, f"{each.problem[:1].upper()}{each.problem[1:]}. {each.remedy}")
            else:
                others.append(each)
    return at, others


def _nearest(path: str, prefixes: Mapping[str, str], names: Collection[str], rows: Mapping[str, Sequence[int]]) -> str:
    place = next((each for each in prefixes if path == each or path.startswith((f"{each}.", f"{each}["))), None)
    if place is None:
        return ""
    steps = [prefixes[place]]
    for step in _STEP.sub(r".\1", path[len(place) :]).strip(".").split("."):
        steps.append(_in_form(step, rows.get(".".join(steps), ())))
    while len(steps) > 1:
        name = ".".join(steps)
        if name in names:
            return name
        measure = ".".join((*steps[:-1], "most"))
        if measure in names:
            return measure
        steps.pop()
    return ""


def _in_form(step: str, numbers: Sequence[int]) -> str:
    """What a step of a path is called in the form: rows that were left empty are not counted in the document."""
    return str(numbers[int(step)]) if step.isdecimal() and int(step) < len(numbers) else step
