"""Reads a scenario file. Everything that is wrong is told at once: the line, the value, what to write instead."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.document_nodes import Node, Unreadable, read_nodes
from regulars.domain.programmes.findings import Finding, Steps, path_text
from regulars.kernel.errors import Refusal
from regulars.kernel.validation import instead
from tests.scenarios.moments import read_moment
from tests.scenarios.words import (
    BY_OPERATOR,
    OF_MEMBER,
    OF_PROGRAMME,
    STEP,
    TOP,
    Buys,
    Does,
    Joins,
    Line,
    MemberThen,
    OfRedemption,
    ProgrammeThen,
    Redeems,
    Reserves,
    RewardWords,
    RulebookWords,
    SendsAgain,
    Words,
    words_in,
)

Document = dict[str, Any]
Kind = TypeVar("Kind", bound=Words)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and what is then true. act: None where only time passes and somebody looks.

    at: where it moves the clock to. then: by member. refused: code of the refusal that is expected.
    """

    line: int
    title: str
    member: str | None
    act: Words | None
    at: str | None
    times: int
    refused: str | None
    then: dict[str, MemberThen]
    programme: ProgrammeThen | None
    lines: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story. rulebook: the whole document; changes: of later versions, by the line of their step."""

    path: Path
    title: str
    capability: tuple[str, ...]
    clock: str
    rulebook: Document
    rewards: dict[str, RewardWords]
    members: dict[str, Joins]
    steps: tuple[Step, ...]
    changes: dict[int, Document] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The file, from where one stands."""
        return _place(self.path)


class ScenarioUnreadable(Exception):
    """The file is no scenario; the findings say why, in the order of their lines."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self.findings = sorted(findings, key=lambda each: (each.line, each.path))
        lines = [f"{_place(path)}:{each.line}: {each.problem}{_value(each)} - {each.remedy}" for each in self.findings]
        super().__init__("\n".join(lines))


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file. Raises ScenarioUnreadable."""
    try:
        root, findings = read_nodes(path.read_text(encoding="utf-8"))
    except Unreadable as unreadable:
        raise ScenarioUnreadable(path, [unreadable.finding]) from None
    if not isinstance(root.value, dict):
        finding = Finding("", root.line, "", "this is not a scenario", "Start it with “scenario: what it shows”.")
        raise ScenarioUnreadable(path, [finding])
    reader = _Reader(path, root, findings)
    scenario = reader.scenario(root.value)
    if scenario is None or reader.findings:
        raise ScenarioUnreadable(path, reader.findings)
    return scenario


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


class _Reader:
    """One file being read; what is wrong with it is collected."""

    def __init__(self, path: Path, root: Node, findings: list[Finding]) -> None:
        self._path = path
        self._root = root
        self._names: set[str] = set()
        self.findings = list(findings)

    def complain(self, steps: Steps, problem: str, remedy: str, value: object = "") -> None:
        """Adds a finding about what stands at the path."""
        shown = "" if isinstance(value, dict | list) else str(value)[:60]
        self.findings.append(Finding(path_text(steps), self._line(steps), shown, problem, remedy))

    def scenario(self, document: Document) -> Scenario | None:
        """The scenario, as far as it can be read; complete only where nothing was found."""
        self._known((), document, TOP)
        for word in ("scenario", "capability", "clock", "rulebook", "steps"):
            if word not in document:
                self.complain((), f"the word {word} is missing", f"Add {word}.")
        if self.findings:
            return None
        rulebook = self._rulebook()
        zone_name = str(rulebook.get("time_zone", "UTC"))
        self._moment(("clock",), document["clock"], zone_name)
        steps = document["steps"] if isinstance(document["steps"], list) else []
        members = self._members(document.get("members"), steps)
        rewards = document.get("rewards") or {}
        catalogue = {str(code): self._words(("rewards", code), RewardWords, body) for code, body in rewards.items()}
        read = [self._step(position, step, zone_name) for position, step in enumerate(steps)]
        self._check_names(read, set(map(str, rewards)))
        if not read:
            self.complain(("steps",), "nothing happens", "Write at least one step.")
        capability = document["capability"]
        return Scenario(
            self._path,
            str(document["scenario"]),
            tuple(map(str, capability if isinstance(capability, list) else [capability])),
            str(document["clock"]),
            rulebook,
            {code: reward for code, reward in catalogue.items() if reward},
            members,
            tuple(step for step in read if step),
            self._later_versions(rulebook, steps),
        )

    def _members(self, stated: object, steps: list[Any]) -> dict[str, Joins]:
        given = stated if isinstance(stated, dict) else {}
        if isinstance(stated, list):
            given = dict.fromkeys(map(str, stated))
        self._names = {str(name) for name in given} | set(_joining(steps))
        for name in sorted(self._names):
            if not _NAME.fullmatch(name) or name in {*words_in(MemberThen), *words_in(ProgrammeThen)}:
                self.complain(("members", name), "this cannot be the name of a member", "Use a first name.", name)
        read = {str(name): self._words(("members", name), Joins, body) for name, body in given.items()}
        return {name: body for name, body in read.items() if body}

    # ---- rulebooks

    def _rulebook(self) -> Document:
        stated = self._root.parts["rulebook"].value
        if isinstance(stated, dict) and "rulebook" in stated:
            document = stated
        else:
            words = self._words(("rulebook",), RulebookWords, stated)
            if words is None:
                return {}
            document = self._other_file(words.use)
            document = changed(document, words.change) if document else {}
        return self._checked(("rulebook",), document)

    def _other_file(self, name: str) -> Document:
        place = self._path.parent / name
        if not place.is_file():
            near = sorted(each.name for each in place.parent.glob("*.yaml")) if place.parent.is_dir() else []
            self.complain(("rulebook",), "there is no such rulebook", instead(place.name, near), name)
            return {}
        value = read_nodes(place.read_text(encoding="utf-8"))[0].value
        return value if isinstance(value, dict) else {}

    def _checked(self, steps: Steps, document: Document) -> Document:
        found = check_rulebook(json.dumps(document, default=_plain))
        for finding in found.errors:
            self.complain(steps, f"the rulebook is not valid: {finding.path}: {finding.problem}", finding.remedy)
        return document

    def _later_versions(self, rulebook: Document, steps: list[Any]) -> dict[int, Document]:
        changes: dict[int, Document] = {}
        latest = rulebook
        for position, step in enumerate(steps):
            body = step.get("new rulebook") if isinstance(step, dict) else None
            if isinstance(body, dict) and isinstance(body.get("change"), dict):
                latest = self._checked(("steps", position, "new rulebook"), changed(latest, body["change"]))
                changes[self._line(("steps", position))] = latest
        return changes

    # ---- steps

    def _step(self, position: int, step: object, zone_name: str) -> Step | None:
        place: Steps = ("steps", position)
        if not isinstance(step, dict):
            self.complain(place, "this is not a step", "Write what happens, such as “ada buys: 12.40”.", step)
            return None
        acts = [key for key in step if key not in STEP]
        if len(acts) > 1:
            problem = "two things happen in one step"
            self.complain((*place, acts[1]), problem, "Start a step for each with “- ”.", acts[1])
            return None
        member, act = self._act(place, acts[0], step[acts[0]]) if acts else (None, None)
        if "at" in step:
            self._moment((*place, "at"), step["at"], zone_name)
        times = step.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= 1000:
            self.complain((*place, "times"), "this is not how often something happens", "Write 2, 3, 4 ...", times)
        then, programme, lines = self._then((*place, "then"), step.get("then"), member)
        return Step(
            self._line(place), acts[0] if acts else "look", member, act,
            str(step["at"]) if "at" in step else None, times if isinstance(times, int) else 1,
            str(step["refused"]) if "refused" in step else None, then, programme, lines,
        )  # fmt: skip

    def _check_names(self, read: list[Step | None], rewards: set[str]) -> None:
        """What a step names must be there: a reward of the catalogue, an earlier redemption, an earlier event."""
        redeemed: set[str] = set()
        sent: set[str] = set()
        for position, step in enumerate(read):
            act = step.act if step else None
            place: Steps = ("steps", position)
            if isinstance(act, Redeems | Reserves):
                if act.reward not in rewards:
                    self.complain(place, "there is no such reward", instead(act.reward, rewards), act.reward)
                redeemed.add(act.as_ or act.reward)
            elif isinstance(act, OfRedemption) and act.redemption not in redeemed:
                self.complain(place, "nobody took this before", instead(act.redemption, redeemed), act.redemption)
            elif isinstance(act, SendsAgain) and act.event not in sent:
                self.complain(place, "no event of this id came before", instead(act.event, sent), act.event)
            elif isinstance(act, Buys | Does) and act.event:
                sent.add(act.event)

    def _act(self, place: Steps, key: str, body: object) -> tuple[str | None, Words | None]:
        if key in OF_PROGRAMME:
            return None, self._words((*place, key), OF_PROGRAMME[key], body)
        for verb, kind in BY_OPERATOR.items():
            if key.startswith(f"{verb} "):
                return self._member((*place, key), key[len(verb) + 1 :]), self._words((*place, key), kind, body)
        name, _, verb = key.partition(" ")
        if verb in OF_MEMBER:
            return self._member((*place, key), name), self._words((*place, key), OF_MEMBER[verb], body)
        known = [*(f"{name} {each}" for each in OF_MEMBER), *OF_PROGRAMME, *STEP]
        known += [f"{each} {who}" for each in BY_OPERATOR for who in self._names]
        self.complain((*place, key), "nothing like this can happen", instead(key, known), key)
        return None, None

    def _member(self, place: Steps, name: str) -> str:
        if name not in self._names:
            self.complain(place, "there is no such member in this scenario", instead(name, self._names), name)
        return name

    def _then(
        self, place: Steps, stated: object, member: str | None
    ) -> tuple[dict[str, MemberThen], ProgrammeThen | None, dict[tuple[str, str], int]]:
        if stated is None:
            return {}, None, {}
        if not isinstance(stated, dict):
            self.complain(place, "this says nothing that could be compared", "Write “points: 12” below it.", stated)
            return {}, None, {}
        of_member, of_programme = words_in(MemberThen), words_in(ProgrammeThen)
        parts: dict[str, Document] = {}
        lines: dict[tuple[str, str], int] = {}
        for key, value in stated.items():
            if key in self._names:
                parts.setdefault(key, {}).update(value if isinstance(value, dict) else {})
                lines.update({(key, each): self._line((*place, key, each)) for each in parts[key]})
            elif key in of_programme or (key in of_member and member is not None):
                who = "" if key in of_programme else str(member)
                parts.setdefault(who, {})[key] = value
                lines[who, key] = self._line((*place, key))
            else:
                known = [*of_programme, *self._names, *(of_member if member else ())]
                self.complain((*place, key), "nobody can look for that here", instead(key, known), key)
        programme = self._words(place, ProgrammeThen, parts.pop("")) if "" in parts else None
        then = {
            who: self._words((*place, who) if who in stated else place, MemberThen, body) for who, body in parts.items()
        }
        return {who: each for who, each in then.items() if each}, programme, lines

    # ---- leaves

    def _words(self, place: Steps, kind: type[Kind], body: object) -> Kind | None:
        try:
            return kind.model_validate(body)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                loc = tuple(part for part in each["loc"] if part != "function-before[_by_name()]")
                steps, last = (*place, *loc), str(loc[-1]) if loc else ""
                if each["type"] == "extra_forbidden":
                    known = words_in(Line if "lines" in loc else kind)
                    self.complain(steps, "there is no such word here", instead(last, known), last)
                elif each["type"] == "missing":
                    self.complain(place, f"the word {last} is missing", f"Add {last}.")
                else:
                    self.complain(steps, "this does not fit here", f"{each['msg']}.", each["input"])
            return None

    def _known(self, place: Steps, stated: Document, known: tuple[str, ...]) -> None:
        for key in stated:
            if key not in known:
                self.complain((*place, key), "there is no such word here", instead(key, known), key)

    def _moment(self, place: Steps, text: object, zone_name: str) -> None:
        try:
            read_moment(str(text), zone_name=zone_name)
        except Refusal as refusal:
            self.complain(place, refusal.detail, refusal.remedy, text)

    def _line(self, steps: Steps) -> int:
        above = self._root.at(steps[:-1])
        line = self._root.at(steps).line
        return above.key_lines.get(steps[-1], line) if steps else line


def _place(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _joining(steps: list[Any]) -> Iterator[str]:
    """Who joins on the way."""
    for step in steps:
        for key in step if isinstance(step, dict) else ():
            name, _, verb = str(key).partition(" ")
            if verb == "joins":
                yield name


def _plain(value: object) -> object:
    """A decimal as a JSON number: the shortest float means the same decimal."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{value!r} has no place in a rulebook")


def _value(finding: Finding) -> str:
    return f" ({finding.value})" if finding.value else ""
