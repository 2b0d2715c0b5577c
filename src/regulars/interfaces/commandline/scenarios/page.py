"""A scenario file as it is being read: its values, their lines, and everything that is found wrong with them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding, Steps, path_text
from regulars.interfaces.commandline.scenarios.moments import read_moment
from regulars.interfaces.commandline.scenarios.story import Complaint, Document
from regulars.interfaces.commandline.scenarios.words import Words, word_of, words_in
from regulars.kernel.errors import Refusal
from regulars.kernel.validation import instead

Kind = TypeVar("Kind", bound=Words)


class Page:
    """The file. Every method that reads collects what is wrong, and goes on."""

    def __init__(self, path: Path, root: Node, findings: list[Finding]) -> None:
        self.path = path
        self.root = root
        self.findings = list(findings)

    def complain(self, steps: Steps, problem: str, remedy: str, value: object = "") -> None:
        """Adds a finding about what stands at the path."""
        shown = "" if isinstance(value, dict | list) else str(value)[:60]
        self.findings.append(Finding(path_text(steps), self.line(steps), shown, problem, remedy))

    def take(self, steps: Steps, complaint: Complaint) -> None:
        """Adds what a verb or the rulebook complains about."""
        self.complain((*steps, *complaint.below), complaint.problem, complaint.remedy, complaint.value)

    def line(self, steps: Steps) -> int:
        """Where the word at the path stands, from 1."""
        above = self.root.at(steps[:-1])
        line = self.root.at(steps).line
        return above.key_lines.get(steps[-1], line) if steps else line

    def known(self, steps: Steps, stated: Document, known: Collection[str]) -> None:
        """Complains about every word that is not one of the known ones."""
        for key in stated:
            if key not in known:
                self.complain((*steps, key), "there is no such word here", instead(key, known), key)

    def moment(self, steps: Steps, text: object, zone_name: str) -> None:
        """Complains about what is no moment."""
        try:
            read_moment(str(text), zone_name=zone_name)
        except Refusal as refusal:
            self.complain(steps, refusal.detail, refusal.remedy, text)

    def words(self, steps: Steps, kind: type[Kind], body: object) -> Kind | None:
        """The mapping as its model; None: something is wrong with it."""
        try:
            return kind.model_validate(body)
        except ValidationError as error:
            self._complain_all(steps, error, kind)
            return None

    def value(self, steps: Steps, adapter: TypeAdapter[Any], stated: object) -> Any:
        """The value as its type has it; None: something is wrong with it."""
        try:
            return adapter.validate_python(stated)
        except ValidationError as error:
            self._complain_all(steps, error, Words)
            return None

    def _complain_all(self, steps: Steps, error: ValidationError, kind: type[Words]) -> None:
        for each in error.errors(include_url=False):
            loc = tuple(part for part in each["loc"] if not str(part).startswith("function-"))
            last = str(loc[-1]) if loc else ""
            if each["type"] == "extra_forbidden":
                known = words_in(_model_at(kind, loc[:-1]))
                self.complain((*steps, *loc), "there is no such word here", instead(last, known), last)
            elif each["type"] == "missing":
                self.complain((*steps, *loc[:-1]), f"the word {last} is missing", f"Add {last}.")
            else:
                self.complain((*steps, *loc), "this does not fit here", f"{each['msg']}.", each["input"])


def _model_at(kind: type[Words], loc: Steps) -> type[Words]:
    """The model of the mapping at the path within another."""
    for part in loc:
        fields = {word_of(name): field for name, field in kind.model_fields.items()}
        if part in fields:
            inner = [each for each in _types_in(fields[str(part)].annotation) if issubclass(each, Words)]
            kind = inner[0] if inner else kind
    return kind


def _types_in(annotation: object) -> list[type]:
    """The classes that an annotation names, at any depth: tuple[Line, ...] -> tuple, Line."""
    own = [annotation] if isinstance(annotation, type) else []
    return own + [each for inner in get_args(annotation) for each in _types_in(inner)]
