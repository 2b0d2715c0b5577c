"""Reads a scenario file. Everything that is wrong is told at once: the line, the value, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from regulars.domain.programmes.document_nodes import Unreadable, read_nodes
from regulars.domain.programmes.findings import Finding
from regulars.domain.rewards.reward_type import reward_type
from regulars.interfaces.commandline.scenarios.audience_words import AudienceWords
from regulars.interfaces.commandline.scenarios.expectation import of_member, of_programme
from regulars.interfaces.commandline.scenarios.page import Page
from regulars.interfaces.commandline.scenarios.reading_steps import StepsReader, verb_of
from regulars.interfaces.commandline.scenarios.rulebooks import rulebook_complaints
from regulars.interfaces.commandline.scenarios.scenario import Scenario, place_of
from regulars.interfaces.commandline.scenarios.stage import as_json
from regulars.interfaces.commandline.scenarios.steps.joins import Joins
from regulars.interfaces.commandline.scenarios.story import Document, SoFar, changed
from regulars.interfaces.commandline.scenarios.words import RewardWords, RulebookWords
from regulars.kernel.errors import Refusal
from regulars.kernel.validation import instead

HEAD = {
    "scenario": "what it shows, as one sentence; no two scenarios of a folder should share one",
    "why": "why it is so, where that is not plain",
    "capability": "which capabilities of Regulars it proves, A1 to K5; only for Regulars' own scenarios",
    "waits for": "what has to be built first; until then it is counted as waiting, and never as passed",
    "clock": "when it starts: `2026-03-02 12:00`, at the programme's own clock",
    "rulebook": "a file, a file with changes, or the rulebook itself",
    "rewards": "the catalogue: by code, each with `price` and whatever its type asks",
    "members": "who is there from the start: `[ada, ben]`, or `ada: {email: ada@example.com}`",
    "audiences": "by code: `friends: [ada, ben]`, or `buyers: {when: {field: member.orders, at_least: 1}}`",
    "steps": "what happens, one after the other",
}
"""The words of the head, and what the guide and the schema say about them."""
REQUIRED = ("scenario", "clock", "rulebook", "steps")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_BEGINNING = "Start it with “scenario: what it shows”."


class Heading(NamedTuple):
    """What a file says about itself, as far as it can be read."""

    title: str
    capability: tuple[str, ...]
    waits_for: str


class ScenarioUnreadable(Exception):
    """The file is no scenario; the findings say why, in the order of their lines."""

    def __init__(self, path: Path, findings: list[Finding], heading: Heading | None = None) -> None:
        self.path = path
        self.findings = sorted(findings, key=lambda each: (each.line, each.path))
        self.heading = heading or Heading("", (), "")
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One line for each finding: file, line, problem, value, remedy."""
        place = place_of(self.path)
        return [f"{place}:{each.line}: {each.problem}{_value(each)} - {each.remedy}" for each in self.findings]


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file. Raises ScenarioUnreadable."""
    page = _page(path)
    assert isinstance(page.root.value, dict)
    heading = _heading(page.root.value)
    scenario = _Reader(page).scenario(page.root.value, heading)
    if scenario is None or page.findings:
        raise ScenarioUnreadable(path, page.findings, heading)
    return scenario


def read_heading(path: Path) -> Heading:
    """What the file says about itself, whatever is wrong further down. Raises ScenarioUnreadable for no scenario."""
    page = _page(path)
    assert isinstance(page.root.value, dict)
    return _heading(page.root.value)


def _page(path: Path) -> Page:
    try:
        root, findings = read_nodes(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ScenarioUnreadable(path, [Finding("", 1, "", "the file is not UTF-8", "Save it as UTF-8.")]) from None
    except Unreadable as unreadable:
        found = unreadable.finding
        remedy = _BEGINNING if found.problem == "the document is empty" else found.remedy
        finding = Finding(found.path, found.line, found.value, found.problem, remedy)
        raise ScenarioUnreadable(path, [finding]) from None
    if not isinstance(root.value, dict):
        raise ScenarioUnreadable(path, [Finding("", root.line, "", "this is not a scenario", _BEGINNING)])
    return Page(path, root, findings)


def _heading(document: Document) -> Heading:
    stated = document.get("capability", [])
    return Heading(
        str(document.get("scenario", "")),
        tuple(map(str, stated if isinstance(stated, list) else [stated])),
        str(document.get("waits for") or ""),
    )


class _Reader:
    """The head of one file; its steps are read by StepsReader."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def scenario(self, document: Document, heading: Heading) -> Scenario | None:
        """The scenario, as far as it can be read; complete only where nothing was found."""
        page = self._page
        page.known((), document, HEAD)
        for word in REQUIRED:
            if word not in document:
                page.complain((), f"the word {word} is missing", f"Add {word}.")
        if page.findings:
            return None
        rulebook = self._rulebook()
        zone_name = str(rulebook.get("time_zone", "UTC"))
        page.moment(("clock",), document["clock"], zone_name)
        stated = document["steps"] if isinstance(document["steps"], list) else []
        rewards = self._rewards(document.get("rewards"))
        members = self._members(document.get("members"))
        names = {*members, *_joining(stated)}
        self._check_names(names)
        audiences = self._audiences(document.get("audiences"), set(members))
        made = {"reward": set(rewards), "member": set(members), "audience": set(audiences)}
        steps = StepsReader(page, names, zone_name).all(stated, SoFar(rulebook, made))
        if not stated:
            page.complain(("steps",), "nothing happens", "Write at least one step.")
        return Scenario(
            page.path, heading.title, heading.capability, heading.waits_for, str(document["clock"]), rulebook,
            rewards, members, audiences, steps,
        )  # fmt: skip

    # ---- who and what is there

    def _rewards(self, stated: object) -> dict[str, RewardWords]:
        if stated is not None and not isinstance(stated, dict):
            remedy = "Write “mug: {price: 500, ...}” below it."
            self._page.complain(("rewards",), "these are no rewards", remedy, stated)
        read = {}
        for code, body in stated.items() if isinstance(stated, dict) else ():
            words = self._page.words(("rewards", code), RewardWords, body)
            if words:
                read[str(code)] = words
                self._check_reward(str(code), words)
        return read

    def _check_reward(self, code: str, words: RewardWords) -> None:
        try:
            reward_type(words.type, as_json(words.parameters))
        except Refusal as refusal:
            self._page.complain(("rewards", code), refusal.detail.rstrip("."), refusal.remedy)

    def _members(self, stated: object) -> dict[str, Joins]:
        given: dict[str, Any] = stated if isinstance(stated, dict) else {}
        if isinstance(stated, list):
            given = dict.fromkeys(map(str, stated))
        elif stated is not None and not given:
            self._page.complain(("members",), "this names no members", "Write them as [ada, ben].", stated)
        read = {str(name): self._page.words(("members", name), Joins, body) for name, body in given.items()}
        return {name: body or Joins() for name, body in read.items()}

    def _audiences(self, stated: object, members: set[str]) -> dict[str, AudienceWords]:
        if stated is not None and not isinstance(stated, dict):
            self._page.complain(("audiences",), "these are no audiences", "Write “friends: [ada]” below it.", stated)
        read = {}
        for code, body in stated.items() if isinstance(stated, dict) else ():
            words = self._page.words(("audiences", code), AudienceWords, body)
            if words:
                read[str(code)] = words
                for complaint in words.complaints(members):
                    self._page.take(("audiences", code), complaint)
        return read

    def _check_names(self, names: set[str]) -> None:
        for name in sorted(names):
            if not _NAME.fullmatch(name) or name in {*of_member(), *of_programme(), "operator"}:
                self._page.complain(("members", name), "this cannot be the name of a member", "Use a first name.", name)

    # ---- the rulebook

    def _rulebook(self) -> Document:
        stated = self._page.root.parts["rulebook"].value
        if isinstance(stated, dict) and "rulebook" in stated:
            document = stated
        else:
            words = self._page.words(("rulebook",), RulebookWords, stated)
            other = self._other_file(words.use) if words else {}
            if words is None or not other:
                return {}
            document = changed(other, words.change)
        for complaint in rulebook_complaints(document, below=()):
            self._page.take(("rulebook",), complaint)
        return document

    def _other_file(self, name: str) -> Document:
        place = self._page.path.parent / name
        if not place.is_file():
            near = sorted(each.name for each in place.parent.glob("*.yaml")) if place.parent.is_dir() else []
            self._page.complain(("rulebook",), "there is no such rulebook", instead(place.name, near), name)
            return {}
        try:
            value = read_nodes(place.read_text(encoding="utf-8"))[0].value
        except Unreadable as unreadable:
            self._page.complain(("rulebook",), f"the rulebook cannot be read: {unreadable}", "Correct that file.", name)
            return {}
        return value if isinstance(value, dict) else {}


def _joining(steps: list[Any]) -> Iterator[str]:
    """Who joins on the way."""
    for step in steps:
        for key in step if isinstance(step, dict) else ():
            found = verb_of(str(key))
            if found is not None and found[0].introduces:
                yield from found[1]


def _value(finding: Finding) -> str:
    return f" ({finding.value})" if finding.value else ""
