"""Reads the steps of a scenario: what happens in each, and what is then expected."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from regulars.domain.programmes.findings import Steps
from regulars.interfaces.commandline.scenarios.expectation import of_member, of_programme
from regulars.interfaces.commandline.scenarios.page import Page
from regulars.interfaces.commandline.scenarios.scenario import Step
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import Verb, verbs
from regulars.kernel.validation import instead

BESIDE = {
    "at": "moves the clock first, to `2026-03-29 23:59`; it never goes back",
    "times": "how often it happens, up to 1000",
    "refused": "it is answered with no, with this code, and no row of the programme is new, gone or different",
    "then": "what is true afterwards",
}
"""The words beside a verb, and what the guide and the schema say about them."""
MOST_TIMES = 1000


@cache
def _patterns() -> list[tuple[re.Pattern[str], type[Verb]]]:
    return [(re.compile(verb.pattern()), verb) for verb in verbs().values()]


def verb_of(key: str) -> tuple[type[Verb], tuple[str, ...]] | None:
    """The verb that a step begins with, and the members it names; None: there is no such verb."""
    for pattern, verb in _patterns():
        found = pattern.fullmatch(key)
        if found:
            return verb, found.groups()
    return None


class StepsReader:
    """The steps of one file. names: the members from the start, and who joins on the way."""

    def __init__(self, page: Page, names: set[str], zone_name: str) -> None:
        self._page = page
        self._names = names
        self._zone_name = zone_name

    def all(self, stated: list[Any], so_far: SoFar) -> tuple[Step, ...]:
        """Every step that can be read; what a step names must be there so far, or made by those before it."""
        read = []
        for position, body in enumerate(stated):
            step = self._step(("steps", position), body)
            if step:
                read.append(step)
                for complaint in self._complaints(step, so_far):
                    self._page.take(("steps", position), complaint)
        return tuple(read)

    def _complaints(self, step: Step, so_far: SoFar) -> Iterator[Complaint]:
        """What cannot be after the steps before this one. A step that is to be refused makes nothing for later ones."""
        verb = step.verb
        if verb is None:
            return
        if step.refused is not None:
            so_far = copy.deepcopy(so_far)
        for name in step.members:
            if verb.introduces:
                so_far.make("member", name)
            elif name in self._names and name not in so_far.names["member"]:
                yield Complaint(
                    "nobody of this name has joined before",
                    "Let them join first, or write them to the members at the start.",
                    name,
                )
        yield from verb.check(so_far)

    def _step(self, place: Steps, step: object) -> Step | None:
        page = self._page
        if not isinstance(step, dict):
            page.complain(place, "this is not a step", "Write what happens, such as “ada buys: 12.40”.", step)
            return None
        keys = [key for key in step if key not in BESIDE]
        if len(keys) > 1:
            problem = "two things happen in one step"
            page.complain((*place, keys[1]), problem, "Start a step for each with “- ”.", keys[1])
            return None
        members, verb = self._verb((*place, keys[0]), keys[0], step[keys[0]]) if keys else ((), None)
        if "at" in step:
            page.moment((*place, "at"), step["at"], self._zone_name)
        times = step.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
            page.complain((*place, "times"), "this is not how often something happens", "Write 2, 3, 4 ...", times)
        then, programme, lines = self._then((*place, "then"), step.get("then"), members)
        return Step(
            page.line(place), keys[0] if keys else "look", members, verb,
            str(step["at"]) if "at" in step else None, times if isinstance(times, int) else 1,
            str(step["refused"]) if "refused" in step else None, then, programme, lines,
        )  # fmt: skip

    def _verb(self, place: Steps, key: str, body: object) -> tuple[tuple[str, ...], Verb | None]:
        found = verb_of(key)
        if found is None:
            first = key.partition(" ")[0]
            known = [each for verb in verbs().values() for each in verb.keys(first, sorted(self._names))]
            self._page.complain(place, "nothing like this can happen", instead(key, [*known, *BESIDE]), key)
            return (), None
        verb, members = found
        for name in members:
            if name not in self._names:
                problem = "there is no such member in this scenario"
                self._page.complain(place, problem, instead(name, self._names), name)
        return members, self._page.words(place, verb, body)

    def _then(
        self, place: Steps, stated: object, members: tuple[str, ...]
    ) -> tuple[dict[str, dict[str, Any]], dict[str, Any], dict[tuple[str, str], int]]:
        then: dict[str, dict[str, Any]] = {}
        programme: dict[str, Any] = {}
        lines: dict[tuple[str, str], int] = {}
        if stated is not None and not isinstance(stated, dict):
            problem = "this says nothing that could be compared"
            self._page.complain(place, problem, "Write “points: 12” below it.", stated)
        for key, value in stated.items() if isinstance(stated, dict) else ():
            here = (*place, key)
            if key in self._names:
                then.setdefault(key, {}).update(self._of(here, value))
                lines.update({(key, word): self._page.line((*here, word)) for word in then[key]})
            elif key in of_programme():
                programme[key] = self._page.value(here, of_programme()[key].adapter(), value)
                lines["", key] = self._page.line(here)
            elif key in of_member() and members:
                then.setdefault(members[0], {})[key] = self._page.value(here, of_member()[key].adapter(), value)
                lines[members[0], key] = self._page.line(here)
            else:
                known = [*of_programme(), *self._names, *(of_member() if members else ())]
                self._page.complain(here, "nobody can look for that here", instead(key, known), key)
        return then, programme, lines

    def _of(self, place: Steps, stated: object) -> dict[str, Any]:
        """What is expected of a member who is named."""
        if not isinstance(stated, dict):
            problem = "this says nothing that could be compared"
            self._page.complain(place, problem, "Write “points: 12” below the name.", stated)
            return {}
        known = of_member()
        self._page.known(place, stated, known)
        return {
            word: self._page.value((*place, word), known[word].adapter(), value)
            for word, value in stated.items()
            if word in known
        }
