"""A back-test is asked for, begun, stopped: the row that people look at, around the run itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from pydantic import ValidationError

from regulars.domain.backtests import commands
from regulars.domain.backtests.contracts import Backtest, BacktestNotFound, BacktestState, NewBacktest
from regulars.domain.backtests.queries import backtest, next_waiting
from regulars.domain.events.doings import has_events
from regulars.domain.ledger.spent_shares import spent_shares
from regulars.domain.programmes.commands import check_belongs
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.queries import rewards
from regulars.flows.backtests.backdated import backdated
from regulars.flows.backtests.figures import month_of
from regulars.flows.backtests.parts import shelves
from regulars.flows.backtests.redemption_model import Ground, Observed, RedemptionModel, redemption_model
from regulars.flows.backtests.report import report
from regulars.flows.backtests.running import Cancelled, Mapped, run
from regulars.flows.backtests.wish import Wish
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.text import clean

LONGEST_LABEL = 120
_SILENT = timedelta(hours=2)
"""A run that began so long ago and is not over has lost its process."""
_log = logging.getLogger(__name__)


def ask_backtest(
    conn: psycopg.Connection[Any],
    draft: Rulebook,
    *,
    programme_id: int,
    now: datetime,
    by: str,
    label: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    share: Decimal = Decimal(1),
    seed: int = 0,
    redemptions: str | dict[str, Any] = "as_they_were",
) -> Backtest:
    """Keeps the wish, for a worker to fulfil. Raises Refusal for what cannot be played.

    redemptions: the name of a redemption model, or an object with `by` and its parameters.
    """
    rules = _readable(conn, programme_id)
    based_on = rules.latest.version
    check_belongs(draft, of=rules.programme)
    until = until or now
    _check_window(conn, programme_id, since=since, until=until, now=now)
    if not Decimal(0) < share <= 1:
        raise Refusal(
            "bad_share",
            "The share is out of range",
            detail=f"{share} of the members were asked for; a sample is more than 0 and at most 1.",
            remedy="Ask for 0.1 to look at a tenth of the members, or leave it out for all of them.",
            field="share",
        )
    model = redemption_model(redemptions)
    model.check(ground_of(conn, rules, model, until=until))
    label = clean(label, longest=LONGEST_LABEL, field="label") or draft.name
    new = NewBacktest(label, draft.document(), based_on, since, until, share, seed, model.stated())
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
    number = commands.insert_backtest(conn, new, by=by, now=now, **place)
    return found_backtest(conn, programme_id=programme_id, backtest_id=number)


def _readable(conn: psycopg.Connection[Any], programme_id: int) -> Shelf:
    """The live versions. Raises Refusal where one asks for something that this installation does not have any more."""
    try:
        return shelf(conn, programme_id=programme_id)
    except ValidationError as error:
        raise Conflict(
            "version_not_readable",
            "A version cannot be played here",
            detail="A published version asks for something that this installation does not have any more, such as a"
            f" strategy of its own: {error.errors(include_url=False)[0]['msg']}.",
            remedy="Put it back; versions that priced something are read for ever.",
        ) from None


def _check_window(
    conn: psycopg.Connection[Any], programme_id: int, *, since: datetime | None, until: datetime, now: datetime
) -> None:
    """Raises Refusal for a window in which nothing can be seen."""
    if until > now:
        raise Refusal(
            "end_in_future",
            "The end has not come yet",
            detail=f"The history was asked for until {until:%-d %b %Y, %H:%M} UTC; it is known until now.",
            remedy="Leave the end out to play it until now.",
            field="until",
        )
    if since is None:
        return
    if since >= until:
        raise Refusal(
            "window_empty",
            "The window has no time in it",
            detail=f"It begins on {since:%-d %b %Y} and ends on {until:%-d %b %Y}.",
            remedy="Let it begin before it ends, and before now.",
            field="since",
        )
    if not has_events(conn, programme_id=programme_id, since=since, until=until):
        raise Refusal(
            "window_without_events",
            "Nothing happened in the window",
            detail=f"There is no event from {since:%-d %b %Y} until {until:%-d %b %Y}, so nothing would tell the draft"
            " from the live version.",
            remedy="Let the draft begin earlier, or import the events that are missing.",
            field="since",
        )


def found_backtest(conn: psycopg.Connection[Any], *, programme_id: int, backtest_id: int) -> Backtest:
    """The back-test with its result. Raises BacktestNotFound."""
    found = backtest(conn, programme_id=programme_id, backtest_id=backtest_id)
    if found is None:
        raise BacktestNotFound(backtest_id)
    return found


def cancel_backtest(conn: psycopg.Connection[Any], *, programme_id: int, backtest_id: int, now: datetime) -> Backtest:
    """It is stopped, at its next part where it runs. Raises Conflict where it is over."""
    if not commands.cancel_backtest(conn, programme_id=programme_id, backtest_id=backtest_id, now=now):
        found = found_backtest(conn, programme_id=programme_id, backtest_id=backtest_id)
        raise Conflict(
            "backtest_over",
            "The back-test is over",
            detail=f"It is {found.state.name}, and nothing is left to stop.",
            remedy="Look at what it found, or ask for another one.",
        )
    return found_backtest(conn, programme_id=programme_id, backtest_id=backtest_id)


def work_backtests(
    conn: psycopg.Connection[Any], *, programme_id: int, clock: Callable[[], datetime], mapped: Mapped | None = None
) -> int:
    """Runs what waits in the programme, one after the other; how many were done. clock: tells the present instant."""
    done = 0
    commands.put_back(conn, programme_id=programme_id, begun_before=clock() - _SILENT)
    while (number := next_waiting(conn, programme_id=programme_id)) is not None:
        asked = found_backtest(conn, programme_id=programme_id, backtest_id=number)
        done += run_backtest(conn, asked, clock=clock, mapped=mapped)
    return done


def run_backtest(
    conn: psycopg.Connection[Any],
    asked: Backtest,
    *,
    clock: Callable[[], datetime],
    mapped: Mapped | None = None,
    seen: Callable[[int, int], None] = lambda done, parts: None,
) -> bool:
    """Runs one that waits, and keeps what it found; whether it came to its end. seen: is shown how far it is."""
    if not commands.begin_backtest(conn, asked.id, now=clock()):
        return False

    def told(done: int, parts: int) -> bool:
        seen(done, parts)
        return commands.note_progress(conn, asked.id, done=done, parts=parts)

    try:
        wish = _wish(conn, asked)
        part, in_order = run(conn, wish, told=told, mapped=mapped)
        rules = shelves(conn, wish)
        result = report(part, rules, wish, in_order=in_order, backdated=backdated(conn, rules[0], wish))
    except Cancelled:
        return False
    except Refusal as refusal:
        problem = f"{refusal.title}. {refusal.detail} {refusal.remedy}"
        commands.finish_backtest(conn, asked.id, result=None, problem=problem, now=clock())
        return False
    except ValidationError as error:
        problem = (
            "A rulebook asks for something that this installation does not have any more, such as a strategy of its"
            f" own: {error.errors(include_url=False)[0]['msg']}. Put it back, or test a draft without it."
        )
        commands.finish_backtest(conn, asked.id, result=None, problem=problem, now=clock())
        return False
    except Exception:
        _log.exception("Back-test %s failed.", asked.id)
        problem = "It could not be worked out, because of an error on our side; the log of the worker says which."
        commands.finish_backtest(conn, asked.id, result=None, problem=problem, now=clock())
        return False
    return commands.finish_backtest(conn, asked.id, result=result, problem=None, now=clock())


def _wish(conn: psycopg.Connection[Any], asked: Backtest) -> Wish:
    rules, model = shelf(conn, programme_id=asked.programme_id), redemption_model(asked.redemptions)
    prices = _prices(conn, rules)
    cheapest = next(iter(prices.values()), None)
    codes = {number: code for code, number in rules.point_types.items()}
    return Wish(
        asked.programme_id,
        asked.organisation_id,
        asked.until,
        document=asked.document,
        since=asked.since,
        share=asked.share,
        seed=asked.seed,
        reward=None if cheapest is None else (codes[cheapest[0]], cheapest[1]),
        redemptions=model,
        ground=ground_of(conn, rules, model, until=asked.until),
    )


def ground_of(conn: psycopg.Connection[Any], rules: Shelf, model: RedemptionModel, *, until: datetime) -> Ground:
    """What the model may know of the programme."""
    months: dict[tuple[int, int], Observed] = {}
    if model.observes:
        numbers, time_zone = list(rules.point_types.values()), rules.programme.time_zone
        for each in spent_shares(conn, point_types=numbers, time_zone=time_zone, until=until):
            months[each.point_type, month_of(each.month)] = Observed(each.earned, each.spent, each.days)
    return Ground(_prices(conn, rules), months)


def _prices(conn: psycopg.Connection[Any], rules: Shelf) -> dict[str, tuple[int, int]]:
    """Code of an active reward -> (point type, points), the cheapest one first."""
    active = sorted(
        (each for each in rewards(conn, programme_id=rules.programme.id, only_active=True) if each.price),
        key=lambda each: (each.price, each.code),
    )
    return {each.code: (rules.point_types[each.point_type], each.price) for each in active}


def is_over(asked: Backtest) -> bool:
    """Whether nothing more will happen to it."""
    return asked.state not in (BacktestState.waiting, BacktestState.running)
