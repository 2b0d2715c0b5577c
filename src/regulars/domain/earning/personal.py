"""What conditions ask about the person behind a member: which facts, and their values on a day.

Only what is asked is read, and only that is kept with the event for asking again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.contracts import Data, Person
from regulars.domain.earning.facts import AUDIENCE, CONSENT, FIELD, PERSONAL


def personal_facts(*conditions: Condition | None) -> frozenset[str]:
    """The names of the facts about the person that the conditions compare."""
    return frozenset(
        each.field
        for condition in conditions
        if condition is not None
        for _, each in walk(condition, "")
        if isinstance(each, Comparison) and _is_personal(each.field)
    )


def asks_for_consents(facts: Iterable[str]) -> bool:
    """Whether any of the facts is a consent."""
    return any(name.startswith(CONSENT) for name in facts)


def audiences_asked(facts: Iterable[str]) -> list[str]:
    """The codes of the audiences among the facts."""
    return sorted({name[len(AUDIENCE) :] for name in facts if name.startswith(AUDIENCE)})


def known_of(facts: Iterable[str], person: Person, *, day: date) -> dict[str, Data]:
    """The values of the facts on the local day, by name, in the order of names; what is not known is None."""
    return {name: _value(name, person, day) for name in sorted(facts)}


def age_on(birth_date: date, day: date) -> int | None:
    """Whole years; who was born on 29 February is a year older on 28 February of a common year. None before birth."""
    if day < birth_date:
        return None
    return day.year - birth_date.year - (day < birthday_in(day.year, birth_date))


def birthday_in(year: int, birth_date: date) -> date:
    """The birthday of a year: 28 February for 29 February, where the year has none."""
    if (birth_date.month, birth_date.day) == (2, 29):
        return date(year, 3, 1).fromordinal(date(year, 3, 1).toordinal() - 1)
    return birth_date.replace(year=year)


def _is_personal(name: str) -> bool:
    return name in PERSONAL or name.startswith((FIELD, CONSENT, AUDIENCE))


def _value(name: str, person: Person, day: date) -> Data:
    if name.startswith(FIELD):
        return person.attributes.get(name[len(FIELD) :])
    if name.startswith(AUDIENCE):
        return name[len(AUDIENCE) :] in person.audiences
    if name.startswith(CONSENT):
        return name[len(CONSENT) :] in person.consents
    if name == "member.language":
        return person.language
    if name == "member.channel":
        return person.channel
    if person.birth_date is None:
        return None
    return person.birth_date.month if name == "member.birth_month" else age_on(person.birth_date, day)
