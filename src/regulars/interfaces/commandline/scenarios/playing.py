"""Plays a scenario through the real flows on the real database, and says precisely what came out differently."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from regulars.database.pool import Connection
from regulars.database.scope import work_for
from regulars.domain.programmes.document import require_valid
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.rewards.terms import offer_terms
from regulars.flows.found_programme import found_programme
from regulars.flows.save_reward import save_reward
from regulars.flows.verify_books import verify_books
from regulars.interfaces.commandline.scenarios.expectation import of_member, of_programme
from regulars.interfaces.commandline.scenarios.looking import Glance, MemberScene, Scene, glance, row_digests
from regulars.interfaces.commandline.scenarios.moments import read_moment, shown_moment
from regulars.interfaces.commandline.scenarios.rulebooks import rulebook_text
from regulars.interfaces.commandline.scenarios.scenario import Scenario, Step
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage, as_json
from regulars.interfaces.commandline.stopping import Pause, on_and_on
from regulars.kernel.errors import Refusal

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that came out otherwise. line: 0 where it is about the whole file; step: its number and title."""

    file: str
    line: int
    step: str
    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.step}: {self.what}\n    expected: {self.expected}\n    got:      {self.got}"


class Found(NamedTuple):
    """What is otherwise in one step, and in which line that was stated."""

    line: int
    what: str
    expected: str
    got: str


def run_scenario(conn: Connection, scenario: Scenario, *, pause: Pause = on_and_on) -> list[Difference]:
    """Plays all steps up to the first that differs, then proves the books. Empty: everything is as expected."""
    try:
        stage = _set(conn, scenario)
    except Refusal as refusal:
        return [Difference(scenario.place, 0, "the start", "whether it is accepted", "accepted", _said(refusal))]
    for number, step in enumerate(scenario.steps, start=1):
        found = _play(stage, step, pause)
        if found:
            return [Difference(scenario.place, each[0], f"step {number} ({step.title})", *each[1:]) for each in found]
    report = verify_books(conn, organisation_id=stage.programme.organisation_id)
    return [
        Difference(scenario.place, 0, "the books", each.sentence, "no exception", " ".join(each.examples))
        for each in report.results
        if each.count
    ]


def _set(conn: Connection, scenario: Scenario) -> Stage:
    """A programme of the scenario's own, with its catalogue and the members who are there from the start."""
    rulebook = require_valid(rulebook_text(scenario.rulebook))
    clock = read_moment(scenario.clock, zone_name=rulebook.time_zone)
    code = f"scenario-{os.getpid()}-{next(_numbers)}"
    programme = found_programme(conn, rulebook, organisation=code, code=code, now=clock, by=BY)
    # The connection works for this programme until it is given back: a scenario has it to itself.
    work_for(conn, programme.organisation_id)
    stage = Stage(conn, programme, clock, scenario.rulebook)
    for reward, words in scenario.rewards.items():
        draft = RewardDraft(
            reward, words.type, words.name or reward, words.price, point_type=words.point_type,
            parameters=as_json(words.parameters), stock=words.stock, limit_per_member=words.limit_per_member,
            active=words.active, terms=offer_terms(as_json(words.terms)),
        )  # fmt: skip
        save_reward(conn, draft, programme_id=programme.id, now=clock, by=BY)
    for name, joins in scenario.members.items():
        joins.play(stage, name)
    for code, audience in scenario.audiences.items():
        audience.save(stage, code)
    return stage


def _play(stage: Stage, step: Step, pause: Pause) -> list[Found]:
    """Lets the step happen and compares."""
    if not _move_clock(stage, step):
        now = shown_moment(stage.now, zone_name=stage.programme.time_zone)
        return [Found(step.line, "the clock goes back", step.at or step.title, now)]
    rows = row_digests(stage.conn, stage.programme) if _forbids_changes(step) else None
    before = _glance(stage)
    outcome = _happen(stage, step, pause)
    found = _accepted(step, outcome)
    if rows is not None and not found:
        found = _unchanged(stage, step, rows)
    if not found:
        after = _glance(stage)
        found = [*_compare(stage, step, outcome, before, after), *_nothing_else(step, before, after)]
    return found


def _move_clock(stage: Stage, step: Step) -> bool:
    """False when the clock would have to go back."""
    target = stage.moment(step.at)
    if step.verb is not None:
        target = step.verb.moment(stage.programme.time_zone) or target
    if target < stage.now:
        return False
    stage.now = target
    return True


def _forbids_changes(step: Step) -> bool:
    stated = any(of_programme()[word].forbids_changes for word in step.programme)
    return stated or step.refused is not None or (step.verb is not None and step.verb.changes_nothing)


def _happen(stage: Stage, step: Step, pause: Pause) -> Outcome:
    """All its times, up to the first that is refused."""
    outcome = Outcome()
    for _ in range(step.times if step.verb else 0):
        assert step.verb is not None
        pause()
        try:
            outcome = step.verb.let(stage, step.members)
        except Refusal as refusal:
            outcome = Outcome(refusal=(refusal.code, str(refusal)))
        if outcome.refusal:
            break
    return outcome


# ---- what came of it


def _glance(stage: Stage) -> Glance:
    others = {word: each.glance(stage, stage.members) for word, each in of_member().items()}
    return glance(stage, {word: seen for word, seen in others.items() if seen})


def _accepted(step: Step, outcome: Outcome) -> list[Found]:
    got = outcome.refusal
    if (got[0] if got else None) == step.refused:
        return []
    expected = "accepted" if step.refused is None else f"refused: {step.refused}"
    return [Found(step.line, "whether it is accepted", expected, "accepted" if got is None else " - ".join(got))]


def _unchanged(stage: Stage, step: Step, rows: dict[str, tuple[int, str]]) -> list[Found]:
    now = row_digests(stage.conn, stage.programme)
    return [
        Found(step.line, f"nothing changes in {table}", f"{count} rows", f"{now[table][0]} rows, other content")
        for table, (count, content) in rows.items()
        if now[table] != (count, content)
    ]


def _compare(stage: Stage, step: Step, outcome: Outcome, before: Glance, after: Glance) -> list[Found]:
    found = [Found(step.line, *each) for each in outcome.unexpected]
    for who, stated in step.then.items():
        if who not in after:
            found.append(Found(step.line, f"{who}: the member", "there", "has not joined yet"))
            continue
        own = outcome if who in step.members else Outcome()
        scene = MemberScene(stage, own, stage.members[who], before.get(who), after[who])
        for word, expected in sorted(stated.items()):
            looker = of_member()[word]
            for name, *pair in looker.differences(expected, looker.read(scene, expected)):
                title = " ".join(part for part in ("" if who in step.members[:1] else f"{who}:", word, name) if part)
                found.append(Found(step.lines[who, word], title, *pair))
    found.extend(_of_programme(step, Scene(stage, outcome)))
    return found


def _of_programme(step: Step, scene: Scene) -> Iterator[Found]:
    for word, expected in step.programme.items():
        looker = of_programme()[word]
        for name, *pair in looker.differences(expected, looker.read(scene, expected)):
            yield Found(step.lines["", word], f"{word} {name}".strip(), *pair)


def _nothing_else(step: Step, before: Glance, after: Glance) -> list[Found]:
    """Members of whom the step says nothing must be as they were."""
    return [
        Found(step.line, f"{who} is not mentioned", before[who].words(), after[who].words())
        for who in before
        if who not in step.members and who not in step.then and before[who] != after[who]
    ]


def _said(refusal: Refusal) -> str:
    return f"{refusal.code} - {refusal}"
