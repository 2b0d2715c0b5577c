"""What can be asked of every member of a programme: each field with its kind, its choices, and where it stands in SQL.

The form offers it, a saved tree is checked against it, and the statement over members is made from it: what one of them
knows, all of them know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, NamedTuple

from regulars.domain.audiences.columns import membership_column
from regulars.domain.audiences.contracts import Audience
from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.conditions_sql import Column
from regulars.domain.earning.facts import AUDIENCE, BALANCE, CONSENT, FIELD, STATUSES, TIER, Fact, Kind, fact_of
from regulars.domain.earning.feasibility import never_holds
from regulars.domain.earning.fitting import misfit
from regulars.domain.earning.measures import HISTORY, NO_MEASURES, Measures, by_id
from regulars.domain.earning.strategy import Terms
from regulars.domain.events.columns import history_columns
from regulars.domain.ledger.columns import balance_column
from regulars.domain.members.columns import consent_column, field_column, member_columns
from regulars.domain.merges.columns import PARTS
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tallies.columns import tally_column
from regulars.domain.tiers.columns import tier_column
from regulars.kernel.clock import local_day
from regulars.kernel.validation import instead

Topic = Literal["member", "fields", "orders", "history", "tiers", "points", "audiences"]
KIND_OF: dict[str, Kind] = {"text": "text", "choice": "text", "number": "number", "date": "date", "flag": "flag"}
"""How the values of declared fields are compared, by the kind that the rulebook gives them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of members. choices: its values with what people call them; empty: any that fits its kind.

    fact: with the kind that the rulebook declares; stored: as it is compared, whatever kind its values have.
    """

    fact: Fact
    column: Column
    topic: Topic
    choices: Mapping[str, str]
    stored: Fact


_OF_CHOICES = ("is", "is_not", "one_of", "none_of")


class Vocabulary(NamedTuple):
    """The fields by name, in the order in which a form offers them; the names for words; decimals of the currency."""

    fields: dict[str, Field]
    terms: Terms
    places: int


class Trouble(NamedTuple):
    """One thing that is wrong with a tree. path: where it stands, from the root: `all.1`; part: of the comparison."""

    path: str
    part: Literal["field", "operator", "value", "tree"]
    problem: str
    remedy: str


def vocabulary_of(rules: Shelf, audiences: Iterable[Audience], *, now: datetime) -> Vocabulary:
    """What the rulebook in force and the audiences of the programme let one ask; archived ones too."""
    known = list(audiences)
    rulebook = rules.in_force(now)
    names = {each.code: each.name for each in known}
    terms = rulebook.rulebook.terms().model_copy(update={"audience_names": names})
    found = dict(_fields(rules, known, now=now))
    return Vocabulary(found, terms, rulebook.places)


def _fields(rules: Shelf, audiences: Iterable[Audience], *, now: datetime) -> Iterator[tuple[str, Field]]:
    rulebook = rules.in_force(now).rulebook
    choices = {"member.status": dict(zip(STATUSES, ("Active", "Blocked"), strict=True))}
    zone = rules.programme.time_zone
    for name, column in member_columns(now=now, time_zone=zone).items():
        yield name, _field(name, column, "member", choices.get(name, {}))
    yield from _declared(rulebook)
    for name, column in history_columns(now=now).items():
        yield name, _field(name, column, "orders")
    yield from _measured(rulebook, today=local_day(now, zone))
    for number, ladder in enumerate(rulebook.ladders):
        name = f"{TIER}{ladder.id}"
        column = tier_column(ladder.id, lowest=ladder.tiers[0].id, number=number)
        yield name, _field(name, column, "tiers", {tier.id: tier.name for tier in ladder.tiers})
    for point_type in rulebook.point_types:
        name = f"{BALANCE}{point_type.id}"
        yield name, _field(name, balance_column(rules.point_types[point_type.id]), "points")
    for audience in audiences:
        name = f"{AUDIENCE}{audience.code}"
        yield name, _field(name, membership_column(audience.id), "audiences")


def _declared(rulebook: Rulebook) -> Iterator[tuple[str, Field]]:
    """The fields and consents that the rulebook declares."""
    for number, each in enumerate(rulebook.member_fields):
        name = f"{FIELD}{each.id}"
        choices = {option.id: option.name for option in each.options}
        found = _field(name, field_column(each.id, number=number), "fields", choices)
        yield name, replace(found, fact=replace(found.fact, kind=KIND_OF[each.kind]))
    for number, consent in enumerate(rulebook.consents):
        name = f"{CONSENT}{consent.id}"
        yield name, _field(name, consent_column(consent.id, number=number), "fields")


def _measured(rulebook: Rulebook, *, today: date) -> Iterator[tuple[str, Field]]:
    """What the rulebook counts about members."""
    measures = by_id(rulebook.measures)
    for number, measure in enumerate(rulebook.measures):
        since, until = measure.looks_back.span(today)
        one = int(1 / measure.value(1)) if measure.count == "quantity" else 1
        column = tally_column(measure.key, since=since, until=until, divided_by=one, number=number, parts=PARTS)
        yield f"{HISTORY}{measure.id}", _field(f"{HISTORY}{measure.id}", column, "history", measures=measures)


def _field(
    name: str,
    column: Column,
    topic: Topic,
    choices: Mapping[str, str] | None = None,
    *,
    measures: Measures = NO_MEASURES,
) -> Field:
    fact = fact_of(name, measures)
    if fact is None:
        raise LookupError(f"{name} has a column and no fact")
    return Field(fact, column, topic, choices or {}, fact)


def troubles_of(condition: Condition, vocabulary: Vocabulary) -> list[Trouble]:
    """Everything that keeps a tree from being asked of members; nothing when all is well."""
    found = [
        trouble
        for path, each in walk(condition, "")
        if isinstance(each, Comparison)
        for trouble in _of_comparison(each, path.lstrip("."), vocabulary)
    ]
    if not found and (never := never_holds(condition, "", vocabulary.terms.measures)) is not None:
        problem = f"Nobody can ever fulfil this: the conditions on {never.field} contradict each other, {never.why}."
        return [Trouble("", "tree", problem, "Change one of them.")]
    return found


def _of_comparison(comparison: Comparison, path: str, vocabulary: Vocabulary) -> Iterator[Trouble]:
    field = vocabulary.fields.get(comparison.field)
    if field is None:
        yield _unknown(comparison.field, path, vocabulary)
        return
    wrong = misfit(field.fact, comparison)
    if wrong is not None:
        part: Literal["operator", "value"] = "operator" if "does not fit that" in wrong[0] else "value"
        yield Trouble(path, part, f"{wrong[0]}.", wrong[1])
    elif field.choices and comparison.operator in _OF_CHOICES:
        for operand in comparison.operands:
            if operand not in field.choices:
                yield Trouble(
                    path, "value", f"{comparison.field} is never {operand}.", instead(str(operand), field.choices)
                )


def _unknown(name: str, path: str, vocabulary: Vocabulary) -> Trouble:
    fact = fact_of(name)
    if fact is not None and not name.startswith(("member.", HISTORY)):
        problem = f"{name} belongs to a single {fact.of}, and members are asked without one."
        return Trouble(path, "field", problem, "Ask for something that concerns the member, such as member.orders.")
    return Trouble(path, "field", f"There is no field {name}.", instead(name, vocabulary.fields))
