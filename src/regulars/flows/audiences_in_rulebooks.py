"""Audiences and rulebooks name each other: whoever changes one of them is told what it means for the other."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.audiences.queries import audiences
from regulars.domain.programmes.document_nodes import Node, Unreadable, read_nodes
from regulars.domain.programmes.findings import Finding, path_text
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.audiences_named import (
    Astray,
    Use,
    asked_by_measures,
    audiences_astray,
    owner_of,
    uses_in,
)
from regulars.kernel.errors import Refusal

_TITLES = {
    "rule_audience_unknown": "The rulebook asks for an unknown audience",
    "rule_audience_archived": "The rulebook asks for an audience that is archived",
    "audience_circle": "The audiences go round in a circle",
}


def findings_of_audiences(conn: psycopg.Connection[Any], text: str, *, programme_id: int) -> list[Finding]:
    """What is wrong with the audiences that a rulebook names; nothing for a text that cannot be read at all."""
    try:
        root, _ = read_nodes(text)
    except Unreadable:
        return []
    astray = audiences_astray(root.value, audiences(conn, programme_id=programme_id))
    return [_finding(root, each) for each in astray]


def check_audiences(conn: psycopg.Connection[Any], rulebook: Rulebook, *, programme_id: int) -> None:
    """Raises Refusal for the first audience that the rulebook cannot name as it does, with its place."""
    document = rulebook.document()
    for each in audiences_astray(document, audiences(conn, programme_id=programme_id)):
        raise Refusal(
            each.code,
            _TITLES[each.code],
            detail=f"In {owner_of(document, each.steps)}: {each.problem}.",
            remedy=each.remedy,
            field=path_text(each.steps),
        )


def live_rulebooks(rules: Shelf, *, now: datetime) -> list[Rulebook]:
    """The rulebook in force, and those that will be."""
    first = max(bisect_right(rules.starts, now) - 1, 0)
    return [each.rulebook for each in rules.rulebooks[first:]]


def uses_in_rulebooks(rules: Shelf, *, now: datetime) -> dict[str, list[Use]]:
    """By the code of an audience what names it in the rulebook in force or in a later one, each once."""
    found: dict[str, dict[Use, None]] = {}
    for rulebook in live_rulebooks(rules, now=now):
        for code, uses in uses_in(rulebook, now=now).items():
            found.setdefault(code, {}).update(dict.fromkeys(uses))
    return {code: list(uses) for code, uses in found.items()}


def asked_by_rulebooks(rules: Shelf, *, now: datetime) -> dict[str, frozenset[str]]:
    """What the measures of the rulebook in force and of later ones ask for."""
    found: dict[str, frozenset[str]] = {}
    for each in live_rulebooks(rules, now=now):
        for name, asked in asked_by_measures(each.measures).items():
            found[name] = found.get(name, frozenset()) | asked
    return found


def _finding(root: Node, astray: Astray) -> Finding:
    above, last = root.at(astray.steps[:-1]), astray.steps[-1]
    line = above.key_lines.get(last, root.at(astray.steps).line)
    value = root.at(astray.steps).value
    shown = value if isinstance(value, str) else ""
    return Finding(path_text(astray.steps), line, shown, astray.problem, astray.remedy)
