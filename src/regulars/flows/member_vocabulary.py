"""What can be asked of every member of a programme: each field with its kind, its choices, and where it stands in SQL.

The form offers it, a saved tree is checked against it, and the statement over members is made from it: what one of them
knows, all of them know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from regulars.domain.audiences.columns import membership_column
from regulars.domain.audiences.contracts import Audience
from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.conditions_sql import Column
from regulars.domain.earning.facts import AUDIENCE, BALANCE, STATUSES, TIER, Fact, fact_of
from regulars.domain.earning.feasibility import never_holds
from regulars.domain.earning.fitting import misfit
from regulars.domain.earning.strategy import Terms
from regulars.domain.events.columns import history_columns
from regulars.domain.ledger.columns import balance_column
from regulars.domain.members.columns import member_columns
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tiers.columns import tier_column
from regulars.kernel.validation import instead

Topic = Literal["member", "orders", "tiers", "points", "audiences"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of members. choices: its values with what people call them; empty: any that fits its kind."""

    fact: Fact
    column: Column
    topic: Topic
    choices: Mapping[str, str]


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
    for name, column in history_columns(now=now).items():
        yield name, _field(name, column, "orders")
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


def _field(name: str, column: Column, topic: Topic, choices: Mapping[str, str] | None = None) -> Field:
    fact = fact_of(name)
    if fact is None:
        raise LookupError(f"{name} has a column and no fact")
    return Field(fact, column, topic, choices or {})


def troubles_of(condition: Condition, vocabulary: Vocabulary) -> list[Trouble]:
    """Everything that keeps a tree from being asked of members; nothing when all is well."""
    found = [
        trouble
        for path, each in walk(condition, "")
        if isinstance(each, Comparison)
        for trouble in _of_comparison(each, path.lstrip("."), vocabulary)
    ]
    if not found and (never := never_holds(condition, "")) is not None:
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
    elif field.choices and comparison.operator != "starts_with":
        for operand in comparison.operands:
            if operand not in field.choices:
                yield Trouble(
                    path, "value", f"{comparison.field} is never {operand}.", instead(str(operand), field.choices)
                )


def _unknown(name: str, path: str, vocabulary: Vocabulary) -> Trouble:
    fact = fact_of(name)
    if fact is not None and not name.startswith("member."):
        problem = f"{name} belongs to a single {fact.of}, and members are asked without one."
        return Trouble(path, "field", problem, "Ask for something that concerns the member, such as member.orders.")
    return Trouble(path, "field", f"There is no field {name}.", instead(name, vocabulary.fields))
