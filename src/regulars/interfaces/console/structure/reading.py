"""From what was typed to the document, and from the document to what stands in the fields.

`typed` is what a browser sends: the name of a field is its path, with dots: `rule.earn.bands.0.points`. What says the
same as before keeps the value as it stands in the document, with everything that no field shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from pydantic import TypeAdapter, ValidationError

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.plain import plain
from regulars.interfaces.console.conditions.chips import Chip
from regulars.interfaces.console.conditions.condition_form import ConditionForm
from regulars.interfaces.console.conditions.nodes import FRESH
from regulars.interfaces.console.conditions.offers import Offers
from regulars.interfaces.console.conditions.reading import form_in
from regulars.interfaces.console.conditions.values import Unreadable, read, written
from regulars.interfaces.console.conditions.writing import form_of
from regulars.interfaces.console.structure.specs import NOTHING, Spec, is_left_out

_CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
_MOST_ROWS = 300
_MOMENT = "%Y-%m-%dT%H:%M"


@dataclass(slots=True)
class Read:
    """problems: by the name of the field, in words. missing: those of them that are only not filled in yet.

    trees: the forms of conditions, by their names. kept: labels of what no field can show. rows: by the name of a list,
    the numbers in the form of those rows that reach the document, in its order: empty ones do not.
    """

    problems: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    trees: dict[str, ConditionForm] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """typed: None before anything was sent. offers: what conditions may ask, by what they are about.

    act: name and value of the button that was pressed. chips: of a form of conditions, by its name.
    """

    typed: QueryDict | None
    offers: Callable[[str], Offers]
    url: str
    act: tuple[str, str] = ("", "")
    chips: Mapping[str, tuple[Chip, ...]] = field(default_factory=dict)


def fill(specs: Iterable[Spec], base: Mapping[str, Any], name: str, at: Context, into: Read) -> dict[str, Any]:
    """The document that the fields say; where one of them is wrong, what stood there. base: the document before."""
    document = dict(base)
    for spec in specs:
        if spec.kind == "measure":
            _measure(spec, base, name, at, into, document)
            continue
        before = base.get(spec.step, NOTHING)
        value = _value(spec, before, f"{name}.{spec.step}", at, into)
        if value is NOTHING:
            document.pop(spec.step, None)
        elif value is not before:
            document[spec.step] = value
    return document


def text_of(spec: Spec, value: Any) -> str:
    """What stands in the field for a value of the document."""
    held = spec.default if is_left_out(value) else value
    if is_left_out(held):
        return ""
    if spec.kind == "lines":
        return "\n".join(str(each) for each in held) if isinstance(held, list) else str(held)
    if spec.kind == "table":
        return "\n".join(f"{key}: {_number(each)}" for key, each in held.items()) if isinstance(held, dict) else ""
    if spec.kind == "number":
        return _number(held)
    if spec.kind == "moment":
        return _moment(held)
    if isinstance(held, bool):
        return ("off", "on")[held]
    return str(held)


def measured(spec: Spec, base: Mapping[str, Any]) -> str:
    """Which of the fields of a measure holds its number."""
    return next((step for step, _ in spec.choices if not is_left_out(base.get(step))), spec.choices[0][0])


def rows_of(spec: Spec, before: Any, name: str, typed: QueryDict | None) -> list[tuple[int, Any]]:
    """The rows of a list: the number of each in the form, and what of the document it is; NOTHING for a new one."""
    known = before if isinstance(before, list) else []
    if typed is None or f"{name}.rows" not in typed:
        return [*enumerate(known)] or ([(0, NOTHING)] if spec.spare else [])
    found = []
    for number in typed.getlist(f"{name}.rows")[:_MOST_ROWS]:
        place, _, origin = number.partition("=")
        if place.isdecimal() and len(place) < 5:
            is_known = origin.isdecimal() and len(origin) < 5 and int(origin) < len(known)
            found.append((int(place), known[int(origin)] if is_known else NOTHING))
    return found


def _value(spec: Spec, before: Any, name: str, at: Context, into: Read) -> Any:
    if spec.kind == "kept":
        if not is_left_out(before):
            into.kept.append(spec.label)
        return before
    if spec.kind == "tree":
        return _tree(spec, before, name, at, into)
    if spec.kind == "group":
        return _group(spec, before, name, at, into)
    if spec.kind == "rows":
        return _rows(spec, before, name, at, into)
    return _simple(spec, before, name, at, into)


def _simple(spec: Spec, before: Any, name: str, at: Context, into: Read) -> Any:
    stands = text_of(spec, before)
    text = _sent(spec, name, at, stands)
    if text == stands and not (spec.needed and not text) and not (spec.stated and is_left_out(before)):
        return before
    if not text.strip():
        if spec.needed:
            into.problems[name] = gettext("Fill this in.")
            into.missing.add(name)
            return before
        return NOTHING
    try:
        return _READERS[spec.kind](spec, text)
    except Unreadable as problem:
        into.problems[name] = str(problem)
        return before


def _sent(spec: Spec, name: str, at: Context, stands: str) -> str:
    if at.typed is None:
        return stands
    if spec.kind == "flag":
        return "on" if at.typed.get(name) else "off"
    if name not in at.typed:
        return stands
    text = str(at.typed[name]).replace("\r\n", "\n")
    return text if spec.kind == "text" else text.strip()


def _measure(spec: Spec, base: Mapping[str, Any], name: str, at: Context, into: Read, document: dict[str, Any]) -> None:
    """One number in one of several fields: 500 points, or 3 times."""
    where = f"{name}.{spec.step}"
    stood = measured(spec, base)
    chosen = stood if at.typed is None else at.typed.get(f"{where}.unit", stood)
    number = Spec(chosen, "number", spec.label, whole=chosen != "money")
    if chosen not in {step for step, _ in spec.choices}:
        return
    for step, _ in spec.choices:
        if step != chosen:
            document.pop(step, None)
    before = base.get(chosen, NOTHING)
    stands = text_of(number, base.get(stood, NOTHING))
    value = _simple(number, before if chosen == stood else NOTHING, where, _typed(at, where, stands), into)
    if is_left_out(value):
        document.pop(chosen, None)
        if where not in into.problems:
            into.problems[where] = gettext("Say how many.")
            into.missing.add(where)
    else:
        document[chosen] = value


def _typed(at: Context, where: str, stands: str) -> Context:
    """With what is typed of a number whose unit has changed."""
    if at.typed is not None and where in at.typed:
        return at
    typed = QueryDict(mutable=True)
    typed[where] = stands
    return Context(typed, at.offers, at.url)


def _tree(spec: Spec, before: Any, name: str, at: Context, into: Read) -> Any:
    try:
        stored = None if is_left_out(before) else _CONDITION.validate_python(before)
    except ValidationError:
        into.kept.append(spec.label)
        return before
    offers = at.offers(spec.tree)
    root = None if at.typed is None else form_in(at.typed, name)
    if root is None:
        root = FRESH if stored is None else form_of(stored, offers)
    act = at.act[1] if at.act[0] == f"{name}.act" else ""
    form = ConditionForm(offers, root, url=at.url, act=act, prefix=name, chips=at.chips.get(name, ()))
    into.trees[name] = form
    if form.is_blank:
        if spec.needed:
            into.problems[name] = gettext("Fill this in.")
            into.missing.add(name)
            return before
        return before if is_left_out(before) else NOTHING
    if form.condition is None:
        into.problems[name] = gettext("Something in the conditions is to be completed.")
        if all(each.unfinished for each in form.checked.problems.values()):
            into.missing.add(name)
        return before
    return before if form.condition == stored else plain(form.condition.model_dump(by_alias=True))


def _group(spec: Spec, before: Any, name: str, at: Context, into: Read) -> Any:
    known = before if isinstance(before, dict) else {}
    inner = Read()
    filled = fill(spec.inside, known, name, at, inner)
    into.trees.update(inner.trees)
    into.kept += inner.kept
    into.rows.update(inner.rows)
    if not spec.needed and is_blank(spec.inside, known, name, at):
        return before if filled == known else NOTHING
    into.problems.update(inner.problems)
    into.missing |= inner.missing
    return before if filled == known else filled


def _rows(spec: Spec, before: Any, name: str, at: Context, into: Read) -> Any:
    known = before if isinstance(before, list) else []
    found: list[Any] = []
    numbers = into.rows[name] = []
    for number, base in rows_of(spec, before, name, at.typed):
        row = f"{name}.{number}"
        if spec.inside:
            value = _group(Spec("", "group", spec.label, inside=spec.inside), base, row, at, into)
        else:  # a list of conditions
            value = _tree(Spec("", "tree", spec.label, tree=spec.tree), base, row, at, into)
        if value is not NOTHING:
            found.append(value)
            numbers.append(number)
    if found == known:
        if spec.needed and not found:
            into.problems[name] = gettext("Add at least one.")
            into.missing.add(name)
        return before
    return found or NOTHING


def is_blank(specs: Iterable[Spec], base: Mapping[str, Any], name: str, at: Context) -> bool:
    """Whether nothing was typed anywhere in a group: choices and ticks alone say nothing."""
    return not any(_said(specs, base, name, at))


def _said(specs: Iterable[Spec], base: Mapping[str, Any], name: str, at: Context) -> Iterator[bool]:
    for spec in specs:
        where, before = f"{name}.{spec.step}", base.get(spec.step, NOTHING)
        if spec.kind == "measure":
            step = measured(spec, base)
            stands = text_of(Spec(step, "number", ""), base.get(step, NOTHING))
            yield bool((stands if at.typed is None else at.typed.get(where, stands)).strip())
        elif spec.kind in ("number", "text", "lines", "table", "day", "moment"):
            text = _sent(spec, where, at, text_of(spec, before))
            yield bool(text.strip()) and text != text_of(spec, NOTHING)
        elif spec.kind in ("flag", "choice"):
            yield not is_left_out(before) and spec.kind == "flag" and _sent(spec, where, at, "off") == "on"
        elif spec.kind == "tree":
            root = None if at.typed is None else form_in(at.typed, where)
            yield not is_left_out(before) if root is None else root != FRESH
        elif spec.kind == "group":
            yield from _said(spec.inside, before if isinstance(before, dict) else {}, where, at)
        elif spec.kind == "rows":
            yield bool(rows_of(spec, before, where, at.typed))
        else:
            yield not is_left_out(before)


def _number(value: Any) -> str:
    try:
        return written(Decimal(str(value)), "number")
    except ArithmeticError:
        return str(value)


def _moment(value: Any) -> str:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return at.strftime(_MOMENT) if at.tzinfo is None else timezone.localtime(at).strftime(_MOMENT)


def _read_number(spec: Spec, text: str) -> Any:
    value = read(text, "number")
    assert isinstance(value, Decimal)
    if spec.whole and value != int(value):
        raise Unreadable(gettext("“%(value)s” is not a whole number.") % {"value": text})
    return plain(value)


def _read_moment(_spec: Spec, text: str) -> str:
    try:
        at = forms.DateTimeField().clean(text)
    except forms.ValidationError as error:
        raise Unreadable(" ".join(error.messages)) from None
    return str(at.isoformat())


def _read_day(_spec: Spec, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable(gettext("“%(value)s” is not a date. Write it like 2026-11-27.") % {"value": text}) from None


def _read_lines(_spec: Spec, text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _read_table(_spec: Spec, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in _read_lines(_spec, text):
        key, colon, number = line.rpartition(":")
        if not colon or not key.strip():
            raise Unreadable(gettext("“%(line)s” is not like: Coffee: 2") % {"line": line})
        found[key.strip()] = plain(read(number, "number"))
    return found


def _read_choice(spec: Spec, text: str) -> str:
    if text not in {value for value, _ in spec.choices}:
        raise Unreadable(gettext("This is not there any more. Choose another one."))
    return text


_READERS: dict[str, Callable[[Spec, str], Any]] = {
    "number": _read_number,
    "text": lambda _spec, text: text.strip(),
    "choice": _read_choice,
    "flag": lambda _spec, text: text == "on",
    "day": _read_day,
    "moment": _read_moment,
    "lines": _read_lines,
    "table": _read_table,
}
