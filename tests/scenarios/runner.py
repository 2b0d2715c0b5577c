"""Plays a scenario through the real flows on the real database, and says precisely what came out differently."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from regulars.database.pool import Connection
from regulars.domain.events.contracts import Event, MemberReference, Order, OrderLine
from regulars.domain.members.contracts import NewMember
from regulars.domain.rewards.contracts import Redemption, RewardDraft
from regulars.domain.rewards.queries import redemption, reward_by_code
from regulars.flows.adjust_points import adjust_points
from regulars.flows.enrol_member import enrol_members
from regulars.flows.nightly_work import NightlyResult, nightly_work
from regulars.flows.process_events import Outcome, process_events
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_redemption import release_redemption, reverse_redemption, use_voucher
from regulars.flows.save_reward import save_reward
from regulars.flows.verify_books import verify_books
from regulars.kernel.clock import start_of_day
from regulars.kernel.errors import Refusal
from tests.factories import Shop, open_shop
from tests.scenarios.looking import Glance, Surroundings, glance, member_differences, row_digests
from tests.scenarios.moments import read_moment, shown_moment
from tests.scenarios.reading import Scenario, Step
from tests.scenarios.words import (
    Adjusts,
    Buys,
    Confirms,
    Does,
    GivesBack,
    Joins,
    Midnight,
    NewRulebook,
    NightlyWork,
    ProgrammeThen,
    Redeems,
    Releases,
    Reserves,
    SendsAgain,
    Takes,
    Uses,
    Words,
)

_BY = "scenario"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that came out otherwise. place: file and line; step: its number and title."""

    place: str
    step: str
    what: str
    expected: object
    got: object

    def __str__(self) -> str:
        return f"{self.place}: {self.step}: {self.what}\n    expected: {self.expected}\n    got:      {self.got}"


@dataclass(slots=True)
class Happened:
    """What became of one step. refusal: (code, its text); answer: of an event; unexpected: what should never be."""

    refusal: tuple[str, str] | None = None
    answer: dict[str, Any] | None = None
    redemption: UUID | None = None
    work: NightlyResult | None = None
    unexpected: list[tuple[str, object, object]] = field(default_factory=list)


def run_scenario(conn: Connection, scenario: Scenario) -> list[Difference]:
    """Plays all steps up to the first that differs, then proves the books. Empty: everything is as expected."""
    play = _Play(conn, scenario)
    place = scenario.place
    for number, step in enumerate(scenario.steps, start=1):
        found = play.step(step)
        if found:
            name = f"step {number} ({step.title})"
            return [Difference(f"{place}:{line}", name, what, expected, got) for line, what, expected, got in found]
    report = verify_books(play.shop.conn, organisation_id=play.shop.programme.organisation_id)
    return [
        Difference(place, "the books", each.sentence, "no exception", each.examples)
        for each in report.results
        if each.count
    ]


_Found = tuple[int, str, object, object]


class _Play:
    """A scenario on the stage: its programme, its members, and what they did so far."""

    def __init__(self, conn: Connection, scenario: Scenario) -> None:
        self._scenario = scenario
        self._zone = str(scenario.rulebook["time_zone"])
        clock = self._moment(scenario.clock)
        self.shop: Shop = open_shop(conn, scenario.rulebook, now=clock)
        self._conn = self.shop.conn
        self._id = self.shop.programme.id
        self._members: dict[str, UUID] = {}
        self._redemptions: dict[str, UUID] = {}
        self._events: dict[str, tuple[Event, bytes]] = {}
        self._sent = 0
        for code, words in scenario.rewards.items():
            draft = RewardDraft(
                code, words.type, words.name or code, words.price, parameters=json.loads(_json(words.parameters)),
                stock=words.stock, limit_per_member=words.limit_per_member, active=words.active,
            )  # fmt: skip
            save_reward(self._conn, draft, programme_id=self._id, now=clock, by="tests")
        for name, joins in scenario.members.items():
            happened = self._do(joins, name)
            if happened.refusal:
                raise AssertionError(f"{scenario.path}: {name} cannot join: {happened.refusal[1]}")

    def step(self, step: Step) -> list[_Found]:
        """Lets it happen and compares."""
        if not self._move_clock(step):
            return [(step.line, "the clock goes back", step.at, shown_moment(self.shop.now, zone_name=self._zone))]
        watched = step.refused is not None or isinstance(step.act, SendsAgain) or _still(step.programme)
        rows = row_digests(self._conn, self.shop.programme) if watched else {}
        before = self._glance()
        happened = self._all_times(step)
        found = self._refusal(step, happened)
        if watched and not found:
            found = self._unchanged(step, rows)
        if not found:
            after = self._glance()
            found = [*self._compare(step, happened, before, after), *_nothing_else(step, before, after)]
        return found

    # ---- time

    def _moment(self, text: str) -> datetime:
        return read_moment(text, zone_name=self._zone)

    def _move_clock(self, step: Step) -> bool:
        """False when the clock would have to go back."""
        target = self._moment(step.at) if step.at else self.shop.now
        if isinstance(step.act, Midnight):
            target = start_of_day(step.act.day, self._zone)
        if target < self.shop.now:
            return False
        self.shop.now = target
        return True

    # ---- what happens

    def _all_times(self, step: Step) -> Happened:
        happened = Happened()
        for _ in range(step.times):
            if step.act is None:
                return happened
            try:
                if isinstance(step.act, NewRulebook):
                    self.shop.publish(self._scenario.changes[step.line], effective_from=self._moment(step.act.from_))
                else:
                    happened = self._do(step.act, step.member or "")
            except Refusal as refusal:
                happened = Happened(refusal=(refusal.code, str(refusal)))
            if happened.refusal:
                return happened
        return happened

    @singledispatchmethod
    def _do(self, act: Words, name: str) -> Happened:
        raise AssertionError(f"nobody plays {type(act).__name__}")

    @_do.register
    def _(self, act: Joins, name: str) -> Happened:
        new = NewMember(
            external_id=name, name=act.name, email=act.email, phone=act.phone, birth_date=act.birth_date,
            enrolled_at=self._moment(act.happened) if act.happened else None,
        )  # fmt: skip
        (result,) = enrol_members(self._conn, [new], programme_id=self._id, via="scenario", now=self.shop.now)
        if isinstance(result, Refusal):
            raise result
        self._members[name] = result.member_id
        return Happened(answer=json.loads(result.answer) if result.answer else None)

    @_do.register
    def _(self, act: Buys, name: str) -> Happened:
        lines = [
            OrderLine(
                amount=line.amount, category=line.category, brand=line.brand, sku=line.sku, quantity=line.quantity
            )
            for line in act.lines
        ]
        order = Order(
            number=act.order or self._next("order"), currency=act.currency or self.shop.programme.currency,
            total=act.total, channel=act.channel, store=act.store, lines=lines,
        )  # fmt: skip
        return self._send(act, name, type="order", order=order)

    @_do.register
    def _(self, act: Does, name: str) -> Happened:
        data = {key: float(each) if isinstance(each, Decimal) else each for key, each in act.data.items()}
        return self._send(act, name, type=act.type, data=data)

    def _send(self, act: Buys | Does, name: str, **fields: Any) -> Happened:
        event = Event(
            id=act.event or self._next("event"), member=MemberReference(id=self._members[name]), source=act.source,
            occurred_at=self._moment(act.happened) if act.happened else self.shop.now, **fields,
        )  # fmt: skip
        outcome = self._process(event)
        if outcome.status >= 300:
            return _refused(outcome)
        self._events.setdefault(event.id, (event, outcome.body))
        return Happened(answer=json.loads(outcome.body))

    @_do.register
    def _(self, act: SendsAgain, name: str) -> Happened:
        event, first = self._events[act.event]
        outcome = self._process(event)
        if outcome.status >= 300:
            return _refused(outcome)
        happened = Happened(answer=json.loads(outcome.body))
        if outcome.status != 200:
            happened.unexpected.append(("the status of a repeat", 200, outcome.status))
        if outcome.body != first:
            happened.unexpected.append(("the answer, byte for byte", first.decode(), outcome.body.decode()))
        return happened

    def _process(self, event: Event) -> Outcome:
        (outcome,) = process_events(self._conn, [event], programme_id=self._id, now=self.shop.now)
        return outcome

    @_do.register(Redeems)
    @_do.register(Reserves)
    def _(self, act: Redeems | Reserves, name: str) -> Happened:
        wanted = reward_by_code(self._conn, programme_id=self._id, code=act.reward)
        assert wanted is not None, f"the reader lets no scenario pass without its reward {act.reward}"
        done = redeem_reward(
            self._conn, programme_id=self._id, member_id=self._members[name], reward_id=wanted.id, now=self.shop.now,
            by=_BY, hold_for=_lasting(act.for_) if isinstance(act, Reserves) else None,
        )  # fmt: skip
        self._redemptions[act.as_ or act.reward] = done.id
        return Happened(redemption=done.id)

    @_do.register(Confirms)
    @_do.register(Releases)
    @_do.register(GivesBack)
    @_do.register(Uses)
    def _(self, act: Confirms | Releases | GivesBack | Uses, name: str) -> Happened:
        flows = {
            Confirms: confirm_redemption,
            Releases: release_redemption,
            GivesBack: reverse_redemption,
            Uses: use_voucher,
        }
        which = self._redemptions[act.redemption]
        flow = flows[type(act)]
        return Happened(
            redemption=flow(self._conn, programme_id=self._id, redemption_id=which, now=self.shop.now, by=_BY).id
        )

    @_do.register
    def _(self, act: Adjusts, name: str) -> Happened:
        adjust_points(
            self._conn, programme_id=self._id, member_id=self._members[name],
            points=-act.points if isinstance(act, Takes) else act.points, reason=act.reason, now=self.shop.now, by=_BY,
            point_type=act.point_type,
        )  # fmt: skip
        return Happened()

    @_do.register(Midnight)
    @_do.register(NightlyWork)
    def _(self, act: Midnight | NightlyWork, name: str) -> Happened:
        return Happened(work=nightly_work(self._conn, programme_id=self._id, now=self.shop.now))

    def _next(self, what: str) -> str:
        self._sent += 1
        return f"{what}-{self._sent}"

    # ---- what came of it

    def _refusal(self, step: Step, happened: Happened) -> list[_Found]:
        got = happened.refusal
        if (got[0] if got else None) == step.refused:
            return []
        expected = "accepted" if step.refused is None else f"refused: {step.refused}"
        return [(step.line, "whether it is accepted", expected, "accepted" if got is None else " - ".join(got))]

    def _unchanged(self, step: Step, rows: dict[str, tuple[int, str]]) -> list[_Found]:
        now = row_digests(self._conn, self.shop.programme)
        return [
            (step.line, f"nothing changes in {table}", f"{rows[table][0]} rows", f"{now[table][0]} rows, other content")
            for table in rows
            if rows[table] != now[table]
        ]

    def _compare(self, step: Step, happened: Happened, before: Glance, after: Glance) -> list[_Found]:
        found: list[_Found] = [(step.line, *each) for each in happened.unexpected]
        for who, then in step.then.items():
            surroundings = Surroundings(
                self._conn, self.shop, self._members.get(who), before.get(who), after.get(who),
                happened.answer if who == step.member else None, self._redemption(happened),
            )  # fmt: skip
            for word, name, expected, got in member_differences(then, surroundings):
                title = " ".join(part for part in ("" if who == step.member else f"{who}:", word, name) if part)
                found.append((step.lines.get((who, word), step.line), title, expected, got))
        for word, expected, got in self._of_programme(step.programme, happened):
            found.append((step.lines.get(("", word), step.line), word, expected, got))
        return found

    def _of_programme(self, then: ProgrammeThen | None, happened: Happened) -> list[tuple[str, object, object]]:
        if then is None:
            return []
        work = happened.work or NightlyResult(0, 0, 0)
        stock = {code: self._stock(code) for code in then.stock}
        pairs = {
            "stock": (then.stock, stock), "points expired": (then.points_expired, work.points_expired),
            "members moved": (then.members_moved, work.members_moved),
            "holds released": (then.holds_released, work.holds_released),
        }  # fmt: skip
        stated = {word.replace("_", " ") for word in then.model_fields_set}
        return [(word, *pair) for word, pair in pairs.items() if word in stated and pair[0] != pair[1]]

    def _stock(self, code: str) -> int | None:
        found = reward_by_code(self._conn, programme_id=self._id, code=code)
        return None if found is None else found.stock

    def _redemption(self, happened: Happened) -> Redemption | None:
        if happened.redemption is None:
            return None
        return redemption(self._conn, programme_id=self._id, redemption_id=happened.redemption)

    def _glance(self) -> Glance:
        return glance(self._conn, self.shop, self._members)


def _nothing_else(step: Step, before: Glance, after: Glance) -> list[_Found]:
    """Members of whom the step says nothing must be as they were."""
    return [
        (step.line, f"{who} is not mentioned", before[who].words(), after[who].words())
        for who in before
        if who != step.member and who not in step.then and before[who] != after[who]
    ]


def _still(then: ProgrammeThen | None) -> bool:
    return then is not None and "nothing_changes" in then.model_fields_set


def _refused(outcome: Outcome) -> Happened:
    problem = json.loads(outcome.body)
    return Happened(refusal=(problem["code"], f"{problem['title']}: {problem['detail']} {problem['remedy']}"))


def _lasting(text: str) -> timedelta:
    number, unit = text.split()
    return timedelta(**{unit.rstrip("s") + "s": int(number)})


def _json(value: object) -> str:
    return json.dumps(value, default=str)
