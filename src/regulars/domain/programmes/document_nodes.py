"""A rulebook's text as plain values that know their line. YAML 1.2 as people write it; JSON is a part of it.

Safe by what it refuses: documents of over 50 levels, anchors and aliases (a few lines of them can stand for
gigabytes), tags (they can name Python objects), keys that are there twice. `on`, `yes` and `no` are words, numbers are
exact decimals, dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import yaml

from regulars.domain.programmes.findings import Finding, Step, path_text

DEEPEST = 50
"""Levels of lists and fields inside each other."""

_INT = re.compile(r"[-+]?[0-9]{1,30}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,30}\.[0-9]{0,30}|\.[0-9]{1,30}|[0-9]{1,30})(?:[eE][-+]?[0-9]{1,3})?")
# JSON writes signs beyond the first 65,536 as two halves, an even number of backslashes before them; YAML as one.
_HALVES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
# The C reader of libyaml where it is there: a large rulebook takes a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A value and where it stands. parts: of a mapping or a list, by key or position; key_lines: of a mapping."""

    line: int
    value: object
    parts: dict[Step, Node] = field(default_factory=dict)
    key_lines: dict[Step, int] = field(default_factory=dict)

    def at(self, steps: tuple[Step, ...]) -> Node:
        """The node at the path, or the innermost one on the way to it that exists."""
        node = self
        for step in steps:
            if step not in node.parts:
                break
            node = node.parts[step]
        return node


class Unreadable(Exception):
    """The text is no document that could be looked into; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def read_nodes(text: str) -> tuple[Node, list[Finding]]:
    """The document as nodes, and what is wrong with its writing. Raises Unreadable when there is nothing to read."""
    if text.lstrip()[:1] in ("{", "["):
        # Tabs may indent JSON, and not YAML; inside JSON's texts they cannot stand.
        text = _HALVES.sub(_joined, text.replace("\t", " "))
    reader = _Reader()
    try:
        for event in _events(text):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        problem = str(error.problem or error.context or "it cannot be read")
        raise _unreadable(line, _line_of(text, line), f"this is not YAML: {problem}", _REPAIR) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _unreadable(line, "", "there is a character that no text may hold", "Save the file as UTF-8.") from None
    if reader.root is None:
        raise _unreadable(1, "", "the document is empty", "Start it with the line “rulebook: 1”.")
    return reader.root, reader.findings


_REPAIR = "Look at the line and the one above it: indentation, colons, quotes."


def _joined(halves: re.Match[str]) -> str:
    sign = 0x10000 + (int(halves[2], 16) - 0xD800 << 10) + int(halves[3], 16) - 0xDC00
    return f"{halves[1]}\\U{sign:08x}"


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def _line_of(text: str, line: int) -> str:
    lines = text.splitlines()
    return lines[line - 1].strip()[:60] if 0 < line <= len(lines) else ""


def _unreadable(line: int, value: str, problem: str, remedy: str) -> Unreadable:
    return Unreadable(Finding("", line, value, problem, remedy))


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    node: Node
    is_mapping: bool
    step: Step
    key: str | None = None
    key_line: int = 0


class _Reader:
    """Builds nodes from YAML's events, one after the other and without recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _unreadable(line, "---", "there are two documents in one file", "Keep one in a file.")
        elif isinstance(event, yaml.AliasEvent):
            raise _unreadable(line, f"*{event.anchor}", "aliases are not used here", "Write the value out.")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._check_plain(event, line)
            self._take_node(event, line)

    def _take_node(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            if self._expects_key():
                self._open[-1].key = event.value
                self._open[-1].key_line = line
                return
            self._place(Node(line, _scalar(event)))
            return
        if self._expects_key():
            raise _unreadable(line, "", "a list or mapping stands where the name of a field belongs", _REPAIR)
        if len(self._open) >= DEEPEST:
            raise _unreadable(line, "", f"the document is deeper than {DEEPEST} levels", "Write it flatter.")
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node(line, {} if is_mapping else [])
        step = self._place(node)
        self._open.append(_Open(node, is_mapping, step))

    def _expects_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].key is None

    def _check_plain(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            raise _unreadable(line, f"&{event.anchor}", "anchors are not used here", "Write the value out.")
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise _unreadable(line, str(tag)[:60], "tags are not used here", "Remove the tag.")

    def _place(self, node: Node) -> Step:
        """Puts a value into the list or mapping that is open, and says under which step."""
        if not self._open:
            self.root = node
            return ""
        above = self._open[-1]
        values = above.node.value
        step: Step
        if isinstance(values, list):
            step = len(values)
            values.append(node.value)
        else:
            assert isinstance(values, dict)
            assert above.key is not None
            step = above.key
            if step in values:
                self._complain_twice(above, step)
            values[step] = node.value
            above.node.key_lines[step] = above.key_line
            above.key = None
        above.node.parts[step] = node
        return step

    def _complain_twice(self, above: _Open, step: str) -> None:
        steps = [each.step for each in self._open[1:]] + [step]
        first = above.node.key_lines[step]
        self.findings.append(
            Finding(
                path_text(steps),
                above.key_line,
                step,
                f"the field is there twice, the first time on line {first}",
                "Keep one of the two.",
            )
        )


def _scalar(event: yaml.ScalarEvent) -> object:
    text = str(event.value)
    return text if event.style not in (None, "") else meant_by(text)


def meant_by(text: str) -> object:
    """What a text without quotes stands for: nothing, true or false, a number, or the text itself."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    return text
