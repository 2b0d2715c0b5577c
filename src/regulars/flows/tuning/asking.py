"""A tuning is asked for, begun, stopped: the row that people look at, around the run itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from pydantic import ValidationError

from regulars.domain.events.queries import count_events
from regulars.domain.programmes.commands import check_belongs
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.queries import rewards
from regulars.domain.tunings import commands
from regulars.domain.tunings.contracts import NewTuning, Tuning, TuningNotFound, TuningState
from regulars.domain.tunings.queries import next_waiting, tuning
from regulars.flows.backtests.running import Cancelled
from regulars.flows.backtests.wish import Wish
from regulars.flows.tuning.candidates import require_something, turns_of
from regulars.flows.tuning.lever import Ground, Priced
from regulars.flows.tuning.playing import Plan
from regulars.flows.tuning.report import report
from regulars.flows.tuning.running import Mapped, run, share_for_a_minute
from regulars.flows.tuning.terms import axes_of, goals_of, kept_terms, terms_of
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.text import clean

LONGEST_LABEL = 120
_SILENT = timedelta(hours=2)
"""A run that began so long ago and is not over has lost its process."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know. levers: [{"lever", "target", "steps"}]; goals, figures: [{"goal", ...}].

    margin: what is left of a unit of sales before points, from above 0 to 1; stated by the merchant. share: of the
    members, None: so many that it takes about a minute. until: None: now.
    """

    levers: Sequence[Mapping[str, Any]]
    margin: Decimal
    goals: Sequence[Mapping[str, Any]] = ()
    figures: Sequence[Mapping[str, Any]] = ()
    label: str = ""
    until: datetime | None = None
    share: Decimal | None = None
    seed: int = 0
    document: Rulebook | None = field(default=None)
    """The rulebook that the levers turn; None: the latest version."""


def ground_of(conn: psycopg.Connection[Any], rules: Shelf, document: Rulebook | None = None) -> Ground:
    """What can be turned in a programme: a rulebook, the latest version where none is given, and the catalogue."""
    if not rules.rulebooks:
        raise Refusal(
            "no_rulebook",
            "There is no rulebook yet",
            detail=f"Nothing was ever published for {rules.programme.name}, so there is nothing to turn.",
            remedy="Publish a rulebook first: regulars rulebook publish FILE.",
        )
    active = rewards(conn, programme_id=rules.programme.id, only_active=True)
    priced = sorted((Priced(each.code, each.name, each.point_type, each.price) for each in active), key=_by_price)
    return Ground((document or rules.latest.rulebook).document(), tuple(priced))


def ask_tuning(
    conn: psycopg.Connection[Any], question: Question, *, programme_id: int, now: datetime, by: str
) -> Tuning:
    """Keeps the question, for a worker to answer. Raises Refusal for what cannot be played; nothing is kept then."""
    rules = shelf(conn, programme_id=programme_id)
    ground = ground_of(conn, rules, question.document)
    if question.document is not None:
        check_belongs(question.document, of=rules.programme)
    _check_numbers(question)
    _check_worth(ground)
    turns = turns_of(question.levers, ground)
    goals = goals_of(question.goals, ground)
    axes = axes_of(question.figures, goals, ground)
    count = len(require_something(ground, turns))
    until = min(question.until or now, now)
    if not count_events(conn, programme_id=programme_id, until=until):
        raise Refusal(
            "no_history",
            "There is no history to play",
            detail=f"Nobody did anything until {until:%-d %b %Y}, so nothing can be tried on it.",
            remedy="Import older orders first, or wait until members have bought something.",
        )
    share = question.share
    if share is None:
        share = share_for_a_minute(conn, programme_id=programme_id, candidates=count)
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
    new = NewTuning(
        label=clean(question.label, longest=LONGEST_LABEL, field="label") or rules.latest.rulebook.name,
        document=ground.document,
        based_on=rules.latest.version,
        terms=kept_terms(ground, turns, goals, axes),
        margin=question.margin,
        until=until,
        share=share,
        seed=question.seed,
    )
    number = commands.insert_tuning(conn, new, by=by, now=now, **place)
    return found_tuning(conn, programme_id=programme_id, tuning_id=number)


def found_tuning(conn: psycopg.Connection[Any], *, programme_id: int, tuning_id: int) -> Tuning:
    """The tuning with its result. Raises TuningNotFound."""
    found = tuning(conn, programme_id=programme_id, tuning_id=tuning_id)
    if found is None:
        raise TuningNotFound(tuning_id)
    return found


def cancel_tuning(conn: psycopg.Connection[Any], *, programme_id: int, tuning_id: int, now: datetime) -> Tuning:
    """It is stopped, at its next part where it runs. Raises Conflict where it is over."""
    if not commands.cancel_tuning(conn, programme_id=programme_id, tuning_id=tuning_id, now=now):
        found = found_tuning(conn, programme_id=programme_id, tuning_id=tuning_id)
        raise Conflict(
            "tuning_over",
            "The tuning is over",
            detail=f"It is {found.state.name}, and nothing is left to stop.",
            remedy="Look at what it found, or ask for another one.",
        )
    return found_tuning(conn, programme_id=programme_id, tuning_id=tuning_id)


def work_tunings(
    conn: psycopg.Connection[Any], *, programme_id: int, clock: Callable[[], datetime], mapped: Mapped | None = None
) -> int:
    """Runs what waits in the programme, one after the other; how many were done. clock: tells the present instant."""
    done = 0
    commands.put_back(conn, programme_id=programme_id, begun_before=clock() - _SILENT)
    while (number := next_waiting(conn, programme_id=programme_id)) is not None:
        asked = found_tuning(conn, programme_id=programme_id, tuning_id=number)
        done += run_tuning(conn, asked, clock=clock, mapped=mapped)
    return done


def run_tuning(
    conn: psycopg.Connection[Any],
    asked: Tuning,
    *,
    clock: Callable[[], datetime],
    mapped: Mapped | None = None,
    seen: Callable[[int, int], None] = lambda done, parts: None,
) -> bool:
    """Runs one that waits, and keeps what it found; whether it came to its end. seen: is shown how far it is."""
    if not commands.begin_tuning(conn, asked.id, now=clock()):
        return False

    def told(done: int, parts: int) -> bool:
        seen(done, parts)
        return commands.note_progress(conn, asked.id, done=done, parts=parts)

    try:
        terms = terms_of(asked)
        wish = Wish(asked.programme_id, asked.organisation_id, asked.until, share=asked.share, seed=asked.seed)
        part, bench = run(conn, Plan(wish, terms.ground, terms.turns), told=told, mapped=mapped)
        result = report(part, bench, terms, margin=asked.margin)
    except Cancelled:
        return False
    except Refusal as refusal:
        problem = f"{refusal.title}. {refusal.detail} {refusal.remedy}"
    except ValidationError as error:
        problem = (
            "The rulebook asks for something that this installation does not have any more, such as a strategy of its"
            f" own: {error.errors(include_url=False)[0]['msg']}. Put it back, or tune rules without it."
        )
    except Exception:
        _log.exception("Tuning %s failed.", asked.id)
        problem = "It could not be worked out, because of an error on our side; the log of the worker says which."
    else:
        return commands.finish_tuning(conn, asked.id, result=result, problem=None, now=clock())
    commands.finish_tuning(conn, asked.id, result=None, problem=problem, now=clock())
    return False


def is_over(asked: Tuning) -> bool:
    """Whether nothing more will happen to it."""
    return asked.state not in (TuningState.waiting, TuningState.running)


def _check_numbers(question: Question) -> None:
    if not (question.margin.is_finite() and 0 < question.margin <= 1):
        raise Refusal(
            "bad_margin",
            "The margin is out of range",
            detail=f"{question.margin} was given; it is the part of sales that is left before points, above 0 and at"
            " most 1.",
            remedy="Write 0.30 for 30 %: what is left of an order after goods and everything else that grows with it.",
            field="margin",
        )
    share = question.share
    if share is not None and not (share.is_finite() and 0 < share <= 1):
        raise Refusal(
            "bad_share",
            "The share is out of range",
            detail=f"{share} of the members were asked for; a sample is more than 0 and at most 1.",
            remedy="Ask for 0.1 to look at a tenth of the members, or leave it out to take about a minute.",
            field="share",
        )


def _check_worth(ground: Ground) -> None:
    rulebook = Rulebook.model_validate(ground.document)
    if not any(rulebook.worth_of(each) for each in rulebook.point_types):
        raise Refusal(
            "points_without_worth",
            "Points have no worth",
            detail="No point type says what a point is worth, so nothing can be said in money.",
            remedy="State worth of a point type in the rulebook, such as 0.01, and publish it.",
            field="document",
        )


def _by_price(each: Priced) -> tuple[int, str]:
    return each.price, each.code
