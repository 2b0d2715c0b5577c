"""The fields as the templates draw them: each with its name, what stands in it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from regulars.interfaces.console.conditions.showing import BuilderShown, Choice
from regulars.interfaces.console.structure.reading import Context, Read, measured, rows_of, text_of
from regulars.interfaces.console.structure.specs import NOTHING, Spec


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of a list. place: as the list sends it: its number, and which of the document it is."""

    number: int
    place: str
    fields: Sequence[FieldShown]


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field. text: what stands in it. rows, fields: of a list, and of a group. builder: of conditions."""

    kind: str
    name: str
    id: str
    label: str
    hint: str
    unit: str
    text: str
    choices: Sequence[Choice]
    problem: str
    needed: bool
    whole: bool
    rows: Sequence[RowShown]
    fields: Sequence[FieldShown]
    builder: BuilderShown | None
    next: int


def shown(
    specs: Iterable[Spec], base: Mapping[str, Any], name: str, at: Context, found: Read, *, live: bool
) -> list[FieldShown]:
    """All fields of a document. live: somebody is still writing, and what is not filled in yet is no problem."""
    return [_shown(spec, base, name, at, found, live=live) for spec in specs if spec.kind != "kept"]


def _shown(spec: Spec, base: Mapping[str, Any], name: str, at: Context, found: Read, *, live: bool) -> FieldShown:
    before = base.get(spec.step, NOTHING)
    where = f"{name}.{spec.step}" if spec.step else name
    rows: list[RowShown] = []
    if spec.kind == "rows":
        known = before if isinstance(before, list) else []
        rows = [
            _row(spec, number, each, where, at, found, known=known, live=live)
            for number, each in rows_of(spec, before, where, at.typed)
        ]
    inside: list[FieldShown] = []
    if spec.kind == "group":
        inside = shown(spec.inside, before if isinstance(before, dict) else {}, where, at, found, live=live)
    problem = found.problems.get(where, "")
    tree = found.trees.get(where)
    return FieldShown(
        kind=spec.kind if spec.kind != "tree" or tree is not None else "kept",
        name=where,
        id=where.replace(".", "-"),
        label=spec.label,
        hint=spec.hint,
        unit=spec.unit,
        text=_text(spec, base, where, at.typed),
        choices=_choices(spec, base, where, at.typed),
        problem="" if live and where in found.missing else problem,
        needed=spec.needed,
        whole=spec.whole,
        rows=rows,
        fields=inside,
        builder=None if tree is None else tree.shown(live=live or tree.is_blank),
        next=max([each.number for each in rows], default=-1) + 1,
    )


def _row(
    spec: Spec, number: int, each: Any, where: str, at: Context, found: Read, *, known: Sequence[Any], live: bool
) -> RowShown:
    origin = next((place for place, one in enumerate(known) if one is each), "")
    name = f"{where}.{number}"
    if spec.inside:
        fields = shown(spec.inside, each if isinstance(each, dict) else {}, name, at, found, live=live)
    else:
        fields = [_shown(Spec("", "tree", spec.label, tree=spec.tree), {}, name, at, found, live=live)]
    return RowShown(number, f"{number}={origin}", fields)


def _text(spec: Spec, base: Mapping[str, Any], where: str, typed: QueryDict | None) -> str:
    if spec.kind in ("rows", "group", "tree"):
        return ""
    if typed is not None and (where in typed or spec.kind == "flag"):
        return typed.get(where, "").replace("\r\n", "\n")
    if spec.kind == "measure":
        step = measured(spec, base)
        return text_of(Spec(step, "number", ""), base.get(step, NOTHING))
    text = text_of(spec, base.get(spec.step, NOTHING))
    return "" if spec.kind == "flag" and text == "off" else text


def _choices(spec: Spec, base: Mapping[str, Any], where: str, typed: QueryDict | None) -> list[Choice]:
    if spec.kind == "measure":
        chosen = typed.get(f"{where}.unit", "") if typed is not None else measured(spec, base)
    elif spec.kind == "choice":
        chosen = _text(spec, base, where, typed)
    else:
        return []
    known = [Choice(value, label, value == chosen) for value, label in spec.choices]
    if chosen and all(not each.chosen for each in known):
        known.append(Choice(chosen, gettext("%(name)s (not there any more)") % {"name": chosen}, True))
    if spec.kind == "choice" and not chosen:
        empty = gettext("Choose") if spec.needed else gettext("Nothing")
        known.insert(0, Choice("", empty, True))
    elif spec.kind == "choice" and spec.default is NOTHING and not spec.needed:
        known.insert(0, Choice("", gettext("Nothing"), False))
    return known
