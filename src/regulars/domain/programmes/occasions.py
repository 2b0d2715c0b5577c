"""What time itself makes happen: birthdays, anniversaries of joining, and silence."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from regulars.domain.earning.personal import birthday_in
from regulars.domain.events.contracts import ANNIVERSARY, BIRTHDAY, INACTIVE
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence, listing

OLDEST = 1900
"""The year in which the oldest member may have been born."""


def _is_days(text: str) -> str:
    period = stated_period(text, field="occasions")
    if period.months or not 1 <= period.days <= 3_660:
        raise complaint("a number of days is needed here", "Write it in days or weeks, such as 30 days.")
    return text


def _is_known_for(text: str) -> str:
    if stated_period(text, field="occasions.birthday.known_for") != Period():
        _is_days(text)
    return text


class BirthdayTerms(BaseModel):
    """known_for: how long before its day a birthday must have been known, so that nobody moves it to tomorrow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    known_for: Annotated[str, AfterValidator(_is_known_for)] = Field(
        default="30 days", description="How long before its day a birthday must have been known; 0 days: not at all"
    )


class Occasions(BaseModel):
    """Which events the programme makes at the start of the local day, for rules to wait for.

    birthday: `member.birthday`, one in a calendar year; who was born on 29 February has it on 28 February of common
    years. anniversary: `member.anniversary` of joining, with `data.years`. inactive: `member.inactive` when so long
    nothing came from the member, with `data.days`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    birthday: BirthdayTerms | None = Field(default=None, description="true, or how long it must have been known")
    anniversary: bool = Field(default=False, strict=True, description="Whether members have a day of joining each year")
    inactive: tuple[Annotated[str, AfterValidator(_is_days)], ...] = Field(
        default=(), max_length=12, description="After how many days of silence: [30 days, 60 days]"
    )

    @field_validator("birthday", mode="before")
    @classmethod
    def _true_is_the_usual(cls, value: object) -> Any:
        if isinstance(value, bool):
            return BirthdayTerms() if value else None
        return value

    @field_validator("inactive")
    @classmethod
    def _differ(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = [each for each, count in Counter(parse_period(text).days for text in value).items() if count > 1]
        if twice:
            raise complaint(f"{twice[0]} days are there twice", "Remove one of them.")
        return value

    def event_types(self) -> frozenset[str]:
        """The events that are made."""
        made = {BIRTHDAY: self.birthday is not None, ANNIVERSARY: self.anniversary, INACTIVE: bool(self.inactive)}
        return frozenset(name for name, is_on in made.items() if is_on)

    def silences(self) -> list[int]:
        """After how many days of silence, the shortest first."""
        return sorted(parse_period(text).days for text in self.inactive)

    def words(self) -> tuple[Sentence, ...]:
        """Nothing where nothing is on."""
        said = []
        if self.birthday is not None:
            said.append(
                Sentence(
                    "Your birthday counts, once a year, when it has been known for {period}",
                    {"period": self.birthday.known_for},
                )
            )
        if self.anniversary:
            said.append(Sentence("The day on which you joined counts every year"))
        if self.inactive:
            days: list[Sentence | str] = [Sentence("{period}", {"period": f"{each} days"}) for each in self.silences()]
            said.append(
                Sentence("It is noticed when nothing has come from you for {periods}", {"periods": listing(days)})
            )
        return tuple(said)


def dates_of(day: date, *, since: int = OLDEST) -> list[date]:
    """The dates of earlier years of which `day` is the yearly return, the latest first.

    28 February of a common year is also the return of 29 February.
    """
    found = []
    for year in range(day.year - 1, since - 1, -1):
        if (day.month, day.day) != (2, 29) or _is_leap(year):
            found.append(day.replace(year=year))
        leap_day = date(year, 2, 29) if _is_leap(year) else None
        if leap_day is not None and day == birthday_in(day.year, leap_day) and leap_day not in found:
            found.append(leap_day)
    return found


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
