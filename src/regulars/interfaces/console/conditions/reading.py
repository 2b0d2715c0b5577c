"""What a browser sent, as nodes; and the names that the fields of the form have for it.

A node's name is its path: `c.0.1.field` is the field of the second node in the first group.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast

from django.http import QueryDict
from django.utils.translation import gettext

from regulars.domain.earning.facts import DATA
from regulars.interfaces.console.conditions.nodes import Group, GroupKind, Node, Path, Row
from regulars.interfaces.console.conditions.values import read, written
from regulars.kernel.errors import Refusal

OTHER_DATA = DATA
"""Chosen for a field of `data` that has no line of its own in the list: its key is typed beside it."""
PREFIX = "c"
"""Of the names, where there is one form of conditions on a page."""
_PART = re.compile(r"((?:\.\d{1,3})*)\.(kind|implied|field|key|operator|value)")
_LINES = re.compile(r"\r\n|\r|\n")
_MOST_NODES = 400
_DEEPEST = 40


def name_of(prefix: str, path: Path) -> str:
    """The name of a node in the form."""
    return ".".join((prefix, *map(str, path)))


def control(prefix: str, what: str) -> str:
    """The name of what is no part of the tree: its buttons (act), and the row that htmx asks for (row)."""
    return what if prefix == PREFIX else f"{prefix}.{what}"


def builder_id(prefix: str) -> str:
    """The id of the whole form in the document."""
    return "conditions" if prefix == PREFIX else f"{prefix.replace('.', '-')}-conditions"


def form_in(sent: QueryDict, prefix: str) -> Group | None:
    """The tree in the form, exactly as it was left; None: the form has none. Raises Refusal for what is no tree."""
    parts: dict[Path, dict[str, list[str]]] = defaultdict(dict)
    for name in sent:
        if name.startswith(prefix) and (found := _PART.fullmatch(name, len(prefix))):
            path = tuple(int(position) for position in found[1].split(".")[1:])
            parts[path][found[2]] = sent.getlist(name)
    if len(parts) > _MOST_NODES or any(len(path) > _DEEPEST for path in parts):
        raise _too_large()
    if "kind" not in parts.get((), {}):
        return None
    below: dict[Path, list[Path]] = defaultdict(list)
    for path in sorted(parts):
        if path:
            below[path[:-1]].append(path)
    root = _node((), parts, below)
    return root if isinstance(root, Group) else None


def _node(path: Path, parts: Mapping[Path, dict[str, list[str]]], below: Mapping[Path, list[Path]]) -> Node:
    given = parts[path]
    if "kind" in given:
        kind = given["kind"][0]
        children = tuple(_node(child, parts, below) for child in below.get(path, ()))
        known: Any = kind if kind in ("all", "any", "none") else "all"
        return Group(cast(GroupKind, known), children, implied="implied" in given)
    field = given.get("field", [""])[0]
    key = given.get("key", [""])[0]
    if field == OTHER_DATA and key.strip():
        field += str(read(key, "text"))
    typed = [line for value in given.get("value", []) for line in _LINES.split(value)]
    return Row(field, given.get("operator", [""])[0], tuple(each for each in typed if each.strip()))


def key_of(field: str) -> str:
    """The key of a field of `data`, as it is typed."""
    return written(field[len(DATA) :], "text") if len(field) > len(DATA) else ""


def _too_large() -> Refusal:
    return Refusal(
        "conditions_too_large",
        gettext("There are too many conditions for one form"),
        detail=gettext("A form takes up to %(most)s conditions and groups.") % {"most": _MOST_NODES},
        remedy=gettext("Make an audience of a part of them, and name it here."),
    )
