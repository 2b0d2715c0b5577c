"""Findings about a part of a rulebook, at the fields of its form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from regulars.domain.programmes.findings import Finding

_STEP = re.compile(r"\[(\d+)\]")


def placed(
    findings: Iterable[Finding], prefixes: Mapping[str, str], names: Collection[str]
) -> tuple[dict[str, str], list[Finding]]:
    """The errors by the name of the field nearest to each, and those that no field stands for.

    prefixes: the names that fields of the parts begin with, by the place of the part: earn_rules[3] -> rule.
    """
    at: dict[str, str] = {}
    others: list[Finding] = []
    for each in findings:
        if each.severity == "error":
            name = _nearest(each.path, prefixes, names)
            if name:
                at.setdefault(name, f"{each.problem[:1].upper()}{each.problem[1:]}. {each.remedy}")
            else:
                others.append(each)
    return at, others


def _nearest(path: str, prefixes: Mapping[str, str], names: Collection[str]) -> str:
    place = next((each for each in prefixes if path == each or path.startswith((f"{each}.", f"{each}["))), None)
    if place is None:
        return ""
    steps = [prefixes[place], *_STEP.sub(r".\1", path[len(place) :]).strip(".").split(".")]
    while len(steps) > 1:
        name = ".".join(steps)
        if name in names:
            return name
        measure = ".".join((*steps[:-1], "most"))
        if measure in names:
            return measure
        steps.pop()
    return ""
