"""The complaints of the models, in the words of a person: which line, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.conditions import OPERATORS, Comparison
from regulars.domain.earning.limits import Budget, Limits, MemberLimit
from regulars.domain.earning.measures import Measure
from regulars.domain.earning.rules import EarnRule, strategies_by_name
from regulars.domain.earning.stacking import StackingGroup
from regulars.domain.programmes.adjustment_policy import AdjustmentPolicy, AdjustmentReason
from regulars.domain.programmes.consents import Consent
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.event_types import EventField, EventType
from regulars.domain.programmes.findings import Finding, Step, path_text
from regulars.domain.programmes.households import Households
from regulars.domain.programmes.member_fields import FieldOption, MemberField
from regulars.domain.programmes.merging import Merging
from regulars.domain.programmes.occasions import BirthdayTerms, Occasions
from regulars.domain.programmes.paused import Paused
from regulars.domain.programmes.publishing import Publishing
from regulars.domain.programmes.returns import Returns
from regulars.domain.programmes.rulebook import OrderTerms, PointType, Rulebook
from regulars.domain.programmes.stated_policies import POLICY_FIELDS
from regulars.domain.programmes.stored_value import LoadBonus, StoredValue
from regulars.domain.programmes.transfer_terms import TransferFee, Transfers
from regulars.domain.programmes.vouchers import Vouchers
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.kernel.validation import instead

_CONDITION = frozenset({"all", "any", "not", *(Comparison.model_fields.keys() - {"is_"}), "is"})
_PATTERNS = {
    "id": "Start with a lower-case letter; then a-z, 0-9 and - only, such as double-coffee.",
    "on": "Write an event type such as order or member.enrolled.",
}


def structural_findings(root: Node) -> list[Finding]:
    """Everything that the models refuse."""
    try:
        Rulebook.model_validate(root.value)
    except ValidationError as error:
        return _readable(root, error.errors(include_url=False, include_input=False))
    return []


def _readable(root: Node, errors: list[ErrorDetails]) -> list[Finding]:
    found: dict[tuple[Step, ...], Finding] = {}
    unknown: dict[tuple[Step, ...], str] = {}
    for error in errors:
        steps = _steps(root, error["loc"])
        if error["type"] == "extra_forbidden":
            unknown[steps[:-1]] = unknown.get(steps[:-1], "") + instead(str(steps[-1]), _fields_at(root, steps[:-1]))
    for error in errors:
        steps = _steps(root, error["loc"])
        if error["type"] in ("twice", "astray") or steps in found:
            continue  # the semantic checks name each id that is repeated, or leads nowhere, with its line
        if error["type"] == "missing":
            missing = str(error["loc"][-1])
            if f"“{missing}”" in unknown.get(steps, ""):
                continue  # a misspelt field is reported once, under its own name
            found[(*steps, missing)] = _finding(root, steps, f"the field {missing} is missing", f"Add {missing}.")
            continue
        if error["type"] in ("too_short", "too_long") and any(_below(other, steps) for other in found):
            continue  # items that are wrong in themselves are no longer counted
        what = str(error.get("ctx", {}).get("what", ""))
        if what in root.at(steps).parts:
            steps = (*steps, what)
        problem, remedy = _said(root, steps, error)
        found[steps] = _finding(root, steps, problem, remedy)
    return list(found.values())


def _below(steps: tuple[Step, ...], above: tuple[Step, ...]) -> bool:
    return len(steps) > len(above) and steps[: len(above)] == above


def _steps(root: Node, location: tuple[int | str, ...]) -> tuple[Step, ...]:
    """The path in the document: pydantic's location without the names of its own alternatives."""
    node = root
    steps: list[Step] = []
    for part in location:
        if part in node.parts:
            node = node.parts[part]
            steps.append(part)
    return tuple(steps)


def _finding(root: Node, steps: tuple[Step, ...], problem: str, remedy: str) -> Finding:
    node = root.at(steps)
    above = root.at(steps[:-1])
    line = above.key_lines.get(steps[-1], node.line) if steps else node.line
    return Finding(path_text(steps), line, shown(node.value), problem, remedy)


def shown(value: object) -> str:
    """A value as a finding shows it; nothing for lists and mappings, which stand on many lines."""
    if isinstance(value, dict | list):
        return ""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fields_at(root: Node, steps: tuple[Step, ...]) -> set[str]:
    """The fields that may stand at the path."""
    names = [step for step in steps if isinstance(step, str)]
    if not names:
        return set(Rulebook.model_fields)
    if "when" in names or "lines" in names:
        return set(_CONDITION)
    value: Any = root.at(steps).value
    if "earn" in names:
        return _fields_of_earn(root, steps)
    if names[-1] in POLICY_FIELDS:
        stated = POLICY_FIELDS[names[-1]]
        policy = stated.known().get(str(value.get(stated.tag)))
        return {stated.tag, *(policy.model_fields if policy else ())}
    models: dict[str, type[BaseModel]] = {
        "earn_rules": EarnRule, "point_types": PointType, "measures": Measure, "ladders": Ladder,
        "tiers": Tier,
        "adjustments": AdjustmentPolicy, "reasons": AdjustmentReason,
        "stacking": StackingGroup, "campaigns": Campaign, "limits": Limits, "per_member": MemberLimit, "budget": Budget,
        "returns": Returns, "orders": OrderTerms, "households": Households, "merging": Merging,
        "vouchers": Vouchers,
        "publishing": Publishing, "paused": Paused,
        "transfers": Transfers, "fee": TransferFee, "stored_value": StoredValue, "bonus": LoadBonus,
        "member_fields": MemberField, "options": FieldOption, "consents": Consent,
        "occasions": Occasions, "birthday": BirthdayTerms, "event_types": EventType, "fields": EventField,
    }  # fmt: skip
    model = models.get(names[-1])
    return set(model.model_fields) if model else set()


def _fields_of_earn(root: Node, steps: tuple[Step, ...]) -> set[str]:
    """The fields at a place within a rule's strategy: of its parameters, or of a list of them."""
    place = steps.index("earn") + 1
    earn: Any = root.at(steps[:place]).value
    strategy = strategies_by_name().get(str(earn.get("strategy")))
    model: type[BaseModel] | None = strategy.Parameters if strategy else None
    inner = [step for step in steps[place:] if isinstance(step, str)]
    for name in inner:
        field = None if model is None else model.model_fields.get(name)
        model = None if field is None else next(models_in(field.annotation), None)
    return {*(model.model_fields if model else ()), *(() if inner else ("strategy",))}


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that an annotation names, at any depth: tuple[Band, ...] -> Band."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def _said(root: Node, steps: tuple[Step, ...], error: ErrorDetails) -> tuple[str, str]:
    """(problem, remedy) for one complaint of pydantic."""
    kind = error["type"]
    context = error.get("ctx", {})
    field = str(steps[-1]) if steps else ""
    if "problem" in context and "remedy" in context:
        return str(context["problem"]), str(context["remedy"])
    if kind == "extra_forbidden":
        return f"there is no field {field} here", instead(field, _fields_at(root, steps[:-1]))
    if kind == "string_pattern_mismatch":
        return f"this cannot be the {field} here", _PATTERNS.get(field, f"It must look like {context.get('pattern')}.")
    if kind == "one_operator":
        return str(error["msg"]), f"Give exactly one of: {', '.join(OPERATORS)}."
    if kind == "no_strategy":
        return str(error["msg"]), f"Add strategy: one of {', '.join(sorted(strategies_by_name()))}."
    if kind in ("literal_error", "enum"):
        return "this is not one of the words that can stand here", f"Write one of: {context.get('expected')}."
    if kind in _NUMBER_BOUNDS:
        return _NUMBER_BOUNDS[kind].format(**context), _BOUND_REMEDIES.get(field, "Change the number.")
    if kind == "too_long" and "actual_length" in context:
        problem = f"there are {context['actual_length']:,} here, and {context['max_length']:,} is the most"
        return problem, _TOO_LONG.get(field, "Remove some items.")
    if kind in _PLAIN:
        return _PLAIN[kind]
    message = str(context.get("error", error["msg"])) if kind == "value_error" else str(error["msg"])
    return message[:1].lower() + message[1:], "Change the value."


_NUMBER_BOUNDS = {
    "greater_than": "the number must be above {gt}",
    "greater_than_equal": "the number must be at least {ge}",
    "less_than": "the number must be below {lt}",
    "less_than_equal": "the number must be at most {le}",
    "decimal_max_digits": "the number has more than {max_digits} digits",
    "decimal_max_places": "the number has more than {decimal_places} decimal places",
}
_BOUND_REMEDIES = {
    "money": "Write an amount above 0, or remove the budget: without it there is no bound.",
    "points": "Write a number above 0; a rule takes no points away.",
    "times": "Write 1 or more, or remove the limit.",
    "per_event": "Write 1 or more, or remove the limit.",
}
_TOO_LONG = {
    "earn_rules": "Remove rules that are over, or put what several ask for into one with one_of.",
    "campaigns": "Remove campaigns that are over.",
}
_A_NUMBER = ("a number is needed here", "Write a number without quotes, such as 1 or 0.5.")
_A_TEXT = ("a text is needed here", "Put the value in quotes.")
_A_TIME = ("this is not a date and time", "Write it with its time zone: 2026-11-27T00:00:00+03:00.")
_A_MAPPING = ("fields are needed here, not a single value", "Write them below, indented, each as “name: value”.")
_PLAIN = {
    "bool_type": ("true or false is needed here", "Write true or false, without quotes."),
    "decimal_type": _A_NUMBER,
    "decimal_parsing": _A_NUMBER,
    "int_type": _A_NUMBER,
    "int_parsing": _A_NUMBER,
    "int_from_float": ("a whole number is needed here", "Write it without decimals."),
    "finite_number": ("a finite number is needed here", "Write a number such as 1 or 0.5."),
    "string_type": _A_TEXT,
    "timezone_aware": ("the time does not say in which time zone it is", _A_TIME[1]),
    "datetime_type": _A_TIME,
    "datetime_parsing": _A_TIME,
    "datetime_from_date_parsing": _A_TIME,
    "dict_type": _A_MAPPING,
    "model_type": _A_MAPPING,
    "model_attributes_type": _A_MAPPING,
    "tuple_type": ("a list is needed here", "Start each item on a line of its own with “- ”."),
    "scalar": ("a text, a number, true or false is needed here", "Use one_of to compare with a list."),
    "string_too_short": ("the text is empty", "Write something here."),
    "string_too_long": ("the text is too long", "Shorten it."),
    "too_short": ("the list is empty", "Add at least one item, or remove the field."),
    "too_long": ("the list is too long", "Remove some items."),
    "bound": ("a number or a date is needed here", "Write 10, 2.50 or 2026-11-27, without quotes."),
}
