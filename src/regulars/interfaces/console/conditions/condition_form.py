"""The form of one condition tree on a page: read, changed by its buttons, checked, said in words, and shown again.

A page keeps it like this:

    form = ConditionForm(offers, sent_or(request, offers, stored), url=request.path, act=request.POST.get("act", ""))
    if (part := part_of(request, form)) is not None:
        return part
    ... save form.condition, or show the page with form.shown(live=...)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.interfaces.console.conditions.acts import Acted, act_on
from regulars.interfaces.console.conditions.checking import Objection, check
from regulars.interfaces.console.conditions.chips import Chip, chip_of, chips_shown, tapped
from regulars.interfaces.console.conditions.nodes import FRESH, Group, Node, Path, Row, at, walk, with_children
from regulars.interfaces.console.conditions.offers import Offer, Offers
from regulars.interfaces.console.conditions.operators import LITERAL
from regulars.interfaces.console.conditions.reading import PREFIX, builder_id, control, form_in, name_of
from regulars.interfaces.console.conditions.showing import BuilderShown, ProblemShown, RowShown, Showing
from regulars.interfaces.console.conditions.values import Unreadable, read
from regulars.interfaces.console.conditions.writing import form_of
from regulars.interfaces.web import words

CHANGED = "conditions-changed"
"""What the page is told after a swap; what is computed from the conditions listens to it."""


class ConditionForm:
    """root: the tree as it is now. url: where its changes are sent. act: the button that was pressed, if one was.

    prefix: of its names, where there are several of them on a page. chips: common conditions, each one tap away.
    """

    def __init__(
        self,
        offers: Offers,
        root: Group,
        *,
        url: str,
        act: str = "",
        objection: Objection = lambda _: "",
        prefix: str = PREFIX,
        chips: Sequence[Chip] = (),
    ) -> None:
        self.offers = offers
        self.url = url
        self.prefix = prefix
        self.chips = chips
        self.acted = self._after(root, act)
        self.root = self.acted.root
        self.checked = check(self.root, offers, objection)

    def _after(self, root: Group, act: str) -> Acted:
        chip = chip_of(act, self.chips)
        if chip is not None:
            return tapped(root, chip)
        return act_on(_all_settled(root, self.offers), act) if act else Acted(root)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is asked at all: of a part of a rule that may be left out."""
        return all(not isinstance(each, Row) or not (each.field or each.values) for _, each in walk(self.root))

    @property
    def condition(self) -> Condition | None:
        """The tree that the form says; None while anything in it is wrong."""
        return self.checked.condition

    @property
    def words(self) -> str:
        """What is asked so far, as a sentence; empty while nothing is."""
        tree = self.checked.so_far
        return "" if tree is None else words.sentence_case(words.said(condition_words(tree, self.offers.terms)))

    @property
    def unfinished(self) -> int:
        """How many conditions are not part of these words yet."""
        return len(self.checked.problems) if self.checked.condition is None else 0

    def shown(self, *, live: bool) -> BuilderShown:
        """All of it. live: somebody is still writing, and what is not filled in yet is no problem."""
        folds = self.is_blank and self.prefix != PREFIX and self.acted.focus is None
        return self._showing(live=live).builder(self.acted, self.url, chips_shown(self.chips, self.root), folds=folds)

    def row_shown(self, path: Path) -> RowShown | None:
        """One row of it; None: there is none."""
        row = at(self.root, path)
        if not isinstance(row, Row):
            return None
        parent = at(self.root, path[:-1])
        siblings = len(parent.children) if isinstance(parent, Group) else 1
        return self._showing(live=True).row(row, path, siblings)

    def live_problems(self) -> list[ProblemShown]:
        """Of every place what is wrong there, as far as it is filled in."""
        found = self.checked.shown(live=True)
        return [
            ProblemShown(
                f"{name_of(self.prefix, path)}-problem".replace(".", "-"), found[path].text if path in found else ""
            )
            for path, _ in walk(self.root)
        ]

    def _showing(self, *, live: bool) -> Showing:
        problems = self.checked.shown(live=live)
        return Showing(self.offers, prefix=self.prefix, problems=problems, focus=self.acted.focus)


def sent_or(request: HttpRequest, offers: Offers, stored: Condition | None, *, prefix: str = PREFIX) -> Group:
    """The tree in the form that was sent; where none was, the stored one, or a fresh one. Raises Refusal."""
    sent = form_in(request.POST, prefix) if request.method == "POST" else None
    if sent is not None:
        return sent
    return FRESH if stored is None else form_of(stored, offers)


def part_of(request: HttpRequest, form: ConditionForm) -> HttpResponse | None:
    """The part of the form that htmx asked for: a row whose field or comparison changed, or all after a button."""
    if request.method != "POST" or not request.headers.get("HX-Request"):
        return None
    answer = None
    place = request.POST.get(control(form.prefix, "row"), "")
    if place.replace(".", "").isdecimal():
        path = tuple(int(position) for position in place.split("."))
        answer = _row_of(request, form, path)
    elif request.headers.get("HX-Target") == builder_id(form.prefix):
        answer = render(request, "console/conditions/builder.html", {"builder": form.shown(live=True)})
    if answer is not None:
        answer["HX-Trigger-After-Swap"] = CHANGED
    return answer


def _row_of(request: HttpRequest, form: ConditionForm, path: Path) -> HttpResponse | None:
    row = at(form.root, path)
    if not isinstance(row, Row):
        return None
    changed = settled(row, form.offers)
    if request.headers.get("HX-Trigger-Name", "").endswith(".field"):
        offer = form.offers.find(changed.field)
        changed = replace(changed, values=_still_fitting(changed, offer))
    inside = at(form.root, path[:-1])
    siblings: tuple[Node, ...] = inside.children if isinstance(inside, Group) else ()
    after = with_children(form.root, path[:-1], (*siblings[: path[-1]], changed, *siblings[path[-1] + 1 :]))
    shown = ConditionForm(form.offers, after, url=form.url, prefix=form.prefix)
    context = {"row": shown.row_shown(path), "builder": shown.shown(live=True)}
    return render(request, "console/conditions/row.html", context)


def settled(row: Row, offers: Offers) -> Row:
    """The row after another field was chosen: with a comparison that fits it, and with what was typed."""
    offer = offers.find(row.field)
    if offer is None or row.operator in offer.forms:
        return row
    return replace(row, operator=next(iter(offer.usual_forms)))


def _all_settled(root: Group, offers: Offers) -> Group:
    children = tuple(
        _all_settled(each, offers) if isinstance(each, Group) else settled(each, offers) for each in root.children
    )
    return replace(root, children=children)


def _still_fitting(row: Row, offer: Offer | None) -> tuple[str, ...]:
    """What was typed for another field, as far as it makes sense for this one."""
    if offer is None or (offer.closed and row.operator not in LITERAL):
        return tuple(each for each in row.values if offer is None or each in offer.choices)
    try:
        for typed in row.values:
            read(typed, offer.reads(row.operator))
    except Unreadable:
        return ()
    return row.values
