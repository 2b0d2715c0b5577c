"""Before points expire, members are reminded: how long before, and on which days that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import complaint

_ONE_DAY = timedelta(days=1)
_SLACK = timedelta(days=3)
"""Months are of unequal length: the days that lead to one another lie at most so far apart."""


def _is_reminder(text: str) -> str:
    period = stated_period(text, field="reminders")
    if period == Period():
        raise complaint("a reminder on the last day itself would come too late", "Write 1 day or more.")
    if period.months > 12 or period.days > 366:
        raise complaint("this is too long before", "Write at most 1 year.")
    return text


def _differ(periods: tuple[str, ...]) -> tuple[str, ...]:
    if len({parse_period(each) for each in periods}) < len(periods):
        raise complaint("the same time is there twice", "Remove one of them.")
    return periods


Reminders = Annotated[
    tuple[Annotated[str, AfterValidator(_is_reminder)], ...],
    AfterValidator(_differ),
    Field(max_length=5, description="How long before points expire members are told, such as 30 days and 7 days"),
]


def reminder_days(reminders: Sequence[str], *, since: date, today: date) -> dict[date, str]:
    """Last days of which members are to be told today, each with its reminder: the closest one that is due.

    since: the local day up to which everything was told; days in between that nobody worked are made up for.
    30 days, on 1 December: 31 December.
    """
    periods = sorted(((parse_period(each), each) for each in reminders), key=lambda each: each[0].after(today))
    found: dict[date, str] = {}
    last_day = today
    while periods and last_day <= periods[-1][0].after(today) + _SLACK:
        due = [(period, text) for period, text in periods if period.before(last_day) <= today]
        if due and due[0][0].before(last_day) > since:
            found[last_day] = due[0][1]
        last_day += _ONE_DAY
    return found
