"""The form as its templates draw it: every node with its names, its choices, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from django.utils.translation import gettext

from regulars.domain.earning.facts import DATA
from regulars.interfaces.console.conditions.acts import Acted
from regulars.interfaces.console.conditions.checking import Problem
from regulars.interfaces.console.conditions.chips import ChipShown
from regulars.interfaces.console.conditions.nodes import Group, Node, Path, Row
from regulars.interfaces.console.conditions.offers import Offer, Offers, value_words
from regulars.interfaces.console.conditions.operators import FORMS, LITERAL
from regulars.interfaces.console.conditions.reading import OTHER_DATA, builder_id, control, key_of, name_of
from regulars.interfaces.console.conditions.values import Unreadable, read
from regulars.interfaces.web import words

WidgetKind = Literal["none", "select", "checks", "lines", "text", "number", "date", "time"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Widget:
    """Where a value is given. text: of the fields that hold one; usual: suggestions below a text."""

    kind: WidgetKind
    text: str = ""
    choices: Sequence[Choice] = ()
    unit: str = ""
    hint: str = ""
    usual: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NodeShown:
    """What row and group have in common. name: in the form; id: the same for the document; number: read aloud.

    focus: the button that gets the focus, or "field"; problem: what is wrong; place: the path as buttons send it.
    """

    name: str
    id: str
    number: str
    place: str
    problem: str
    wrong: str
    focus: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class RowShown(NodeShown):
    """fields: topics with the fields below them. key: of a field of data; None: there is none to type."""

    fields: Sequence[tuple[str, Sequence[Choice]]] = ()
    operators: Sequence[Choice] = ()
    widget: Widget = field(default_factory=lambda: Widget("none"))
    key: str | None = None
    is_row: bool = True


@dataclass(frozen=True, slots=True)
class GroupShown(NodeShown):
    """kinds: all, any, none."""

    kinds: Sequence[Choice] = ()
    children: Sequence[RowShown | GroupShown] = ()
    implied: bool = False
    is_row: bool = False
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """What is wrong at a place of the page; empty: nothing, so that what was wrong goes away. id: of the place."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class BuilderShown:
    """The whole form. url: where its changes are sent; said: what the last button did; refused: why it did nothing.

    id: in the document; act, row: the names of its buttons, and of the row that htmx asks for. folds: nothing is asked,
    and nothing has to be.
    """

    root: GroupShown
    url: str
    said: str
    refused: str
    id: str
    act: str
    row: str
    chips: Sequence[ChipShown]
    folds: bool


class Showing:
    """Draws nodes. problems: what to show beside them, by path."""

    def __init__(
        self,
        offers: Offers,
        *,
        prefix: str,
        problems: Mapping[Path, Problem],
        focus: tuple[Path, str] | None = None,
    ) -> None:
        self._offers = offers
        self._prefix = prefix
        self._problems = problems
        self._focus = focus

    def builder(self, acted: Acted, url: str, chips: Sequence[ChipShown] = (), *, folds: bool = False) -> BuilderShown:
        """The tree after a button, or as it is."""
        return BuilderShown(
            root=self.group(acted.root, (), 1),
            url=url,
            said=acted.said,
            refused=acted.refused,
            id=builder_id(self._prefix),
            act=control(self._prefix, "act"),
            row=control(self._prefix, "row"),
            chips=chips,
            folds=folds,
        )

    def group(self, group: Group, path: Path, siblings: int) -> GroupShown:
        """A group with all that is in it."""
        kinds = {
            "all": gettext("All of these hold"),
            "any": gettext("At least one of these holds"),
            "none": gettext("None of these holds"),
        }
        count = len(group.children)
        return GroupShown(
            **self._common(path, siblings),
            kinds=[Choice(kind, label, kind == group.kind) for kind, label in kinds.items()],
            children=[self.node(child, (*path, position), count) for position, child in enumerate(group.children)],
            implied=group.implied,
            is_root=not path,
        )

    def node(self, node: Node, path: Path, siblings: int) -> RowShown | GroupShown:
        """A row, or a group. siblings: how many nodes its group has."""
        return self.group(node, path, siblings) if isinstance(node, Group) else self.row(node, path, siblings)

    def row(self, row: Row, path: Path, siblings: int) -> RowShown:
        """A row with its lists as they follow from its field and comparison."""
        offer = self._offers.find(row.field)
        other = row.field.startswith(DATA) and row.field not in self._offers.fields and self._offers.with_data
        forms = FORMS if offer is None and row.field else {} if offer is None else offer.usual_forms
        kind = "text" if offer is None else offer.fact.kind
        operators = [Choice(name, form.called(kind), name == row.operator) for name, form in forms.items()]
        if row.field and row.operator not in forms:
            label = FORMS[row.operator].called(kind) if row.operator in FORMS else gettext("Choose")
            operators.insert(0, Choice(row.operator, label, True))
        return RowShown(
            **self._common(path, siblings),
            fields=self._fields(row, other=other),
            operators=operators,
            widget=_widget(offer, row),
            key=key_of(row.field) if other else None,
        )

    def _common(self, path: Path, siblings: int) -> dict[str, Any]:
        problem = self._problems.get(path)
        name = name_of(self._prefix, path)
        return {
            "name": name,
            "id": name.replace(".", "-"),
            "number": ".".join(str(position + 1) for position in path),
            "place": ".".join(map(str, path)),
            "problem": problem.text if problem else "",
            "wrong": problem.part if problem else "",
            "focus": self._focus[1] if self._focus and self._focus[0] == path else "",
            "is_first": len(path) == 1 and path[0] == 0,
            "is_last": len(path) == 1 and path[0] == siblings - 1,
        }

    def _fields(self, row: Row, *, other: bool) -> list[tuple[str, list[Choice]]]:
        topics: dict[str, list[Choice]] = {}
        for name, offer in self._offers.fields.items():
            if name in self._offers.hidden and name != row.field:
                continue
            topics.setdefault(offer.topic, []).append(Choice(name, offer.label, name == row.field))
        if self._offers.with_data:
            label = gettext("Something else, by its name")
            topics.setdefault(gettext("What the sender says"), []).append(Choice(OTHER_DATA, label, other))
        if row.field and not other and row.field not in self._offers.fields:
            gone = gettext("%(name)s (not there any more)") % {"name": words.named(row.field)}
            topics[gettext("Not there any more")] = [Choice(row.field, gone, True)]
        return list(topics.items())


def _widget(offer: Offer | None, row: Row) -> Widget:
    form = FORMS.get(row.operator)
    if form is None:
        return Widget("none")
    text = row.values[0] if row.values else ""
    if form.takes == "nothing":
        return Widget("none")
    if offer is None:
        return Widget("lines", "\n".join(row.values)) if form.takes == "several" else Widget("text", text)
    if offer.choices and row.operator not in LITERAL:
        if form.takes == "several":
            return Widget("checks", choices=_checks(offer, row), hint=offer.hint)
        return Widget("select", choices=_options(offer, row, text), hint=offer.hint)
    if form.takes == "several":
        hint = " ".join(filter(None, (gettext("One on each line."), offer.hint)))
        return Widget("lines", "\n".join(row.values), unit=offer.unit, hint=hint)
    reading = offer.reads(row.operator)
    if reading in ("day", "clock") and (not text or _is_readable(text, reading)):
        return Widget("date" if reading == "day" else "time", text, hint=offer.hint)
    if reading == "number":
        return Widget("number", text, unit=offer.unit, hint=offer.hint)
    return Widget("text", text, hint=offer.hint, usual=offer.suggested)


def _options(offer: Offer, row: Row, text: str) -> list[Choice]:
    known = [Choice(value, label, value == text) for value, label in offer.choices.items()]
    if not text:
        return [Choice("", gettext("Choose"), True), *known]
    return known if text in offer.choices else [*known, Choice(text, _said(offer, row, text), True)]


def _checks(offer: Offer, row: Row) -> list[Choice]:
    """The choices in their own order where what is chosen keeps to it; otherwise what is chosen first, as it was."""
    usual = list(offer.choices)
    rest = [Choice(value, offer.choices[value], False) for value in usual if value not in row.values]
    if _in_order(row.values, usual):
        return [Choice(value, offer.choices[value], value in row.values) for value in usual]
    return [*(Choice(each, offer.choices.get(each) or _said(offer, row, each), True) for each in row.values), *rest]


def _in_order(values: Iterable[str], usual: Sequence[str]) -> bool:
    places = [usual.index(each) if each in usual else -1 for each in values]
    return -1 not in places and all(one < other for one, other in pairwise(places))


def _said(offer: Offer, row: Row, typed: str) -> str:
    try:
        said = value_words(read(typed, offer.reads(row.operator)), offer)
    except Unreadable:
        said = typed
    return gettext("%(name)s (not there any more)") % {"name": said} if offer.closed else said


def _is_readable(text: str, reading: Literal["day", "clock"]) -> bool:
    try:
        read(text, reading)
    except Unreadable:
        return False
    return len(text) == (len("2026-11-27") if reading == "day" else len("14:30"))
