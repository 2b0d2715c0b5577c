"""A rulebook as a text to keep in a file: programme as code. What is written here reads back as exactly the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from regulars.domain.programmes.document_nodes import Node, meant_by
from regulars.domain.programmes.findings import Finding

FORMAT = 1
"""The version of the format that this installation writes; `rulebook:` names it."""
PROGRAMME, VERSION = "programme", "version"
"""Two lines before the rulebook that say where the file comes from. They are no part of it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text comes from. programme: its code, "" where it does not say; version: 0 where it does not say."""

    programme: str = ""
    version: int = 0


class _Writer(yaml.SafeDumper):
    """Quotes every text that our reader would take for a number, for nothing, or for true or false."""


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    quoted = "'" if not isinstance(meant_by(text), str) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=quoted)


_Writer.add_representer(str, _text)


SAYS_NOTHING_EMPTY = frozenset({"when", "lines", "valid_from", "valid_until"})
"""Fields that say nothing where they are empty, of whatever they are."""


def written(document: Mapping[str, Any], *, origin: Origin | None = None) -> str:
    """The document as YAML, in the order of its fields; with its origin, where it is exported."""
    first = {PROGRAMME: origin.programme, VERSION: origin.version} if origin is not None else {}
    return yaml.dump(
        {**first, **_short(document)},
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=120,
        default_flow_style=False,
    )


def _short(value: Any) -> Any:
    """Without the empty fields that a reader would have to read over."""
    if isinstance(value, Mapping):
        return {key: _short(each) for key, each in value.items() if each is not None or key not in SAYS_NOTHING_EMPTY}
    return [_short(each) for each in value] if isinstance(value, list | tuple) else value


def taken_origin(root: Node) -> Origin:
    """Where the text says that it comes from; its two lines are taken out of the document."""
    if not isinstance(root.value, dict) or "rulebook" not in root.value:
        return Origin()
    code, version = (root.value.get(each) for each in (PROGRAMME, VERSION))
    is_version = isinstance(version, int) and not isinstance(version, bool) and version >= 1
    for each, is_meant in ((PROGRAMME, isinstance(code, str)), (VERSION, is_version)):
        if is_meant:
            root.value.pop(each)
            root.parts.pop(each)
    return Origin(code if isinstance(code, str) else "", version if is_version and isinstance(version, int) else 0)


def format_finding(root: Node) -> Finding | None:
    """What to do about a text of another version of the format."""
    stated = root.value.get("rulebook") if isinstance(root.value, dict) else None
    if not isinstance(stated, int) or isinstance(stated, bool) or stated == FORMAT:
        return None
    line = root.parts["rulebook"].line
    if stated > FORMAT:
        problem = f"this is format {stated}, and this installation reads formats up to {FORMAT}"
        return Finding("rulebook", line, str(stated), problem, "Update Regulars first, or export from the older one.")
    problem = f"there never was a format {stated}"
    return Finding("rulebook", line, str(stated), problem, f"Write “rulebook: {FORMAT}”.")
