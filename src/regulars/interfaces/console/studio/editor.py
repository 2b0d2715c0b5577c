"""What the pages of a campaign and of a rule share: the draft, what was typed, what is wrong, and saving it.

Nothing is kept between two requests: a button sends the whole form and gets it back changed, so that Back, two tabs and
no scripts at all work. What is typed reaches the draft only when it is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from regulars.domain.audiences.queries import audiences
from regulars.domain.programmes.change_words import Difference, differences
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.parts import findings_at, items, with_item
from regulars.domain.programmes.queries import draft
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.draft_refusals import Clash
from regulars.flows.edit_draft import Edited, Part, change_text, draft_with, edit_draft, latest_text, text_at, values_in
from regulars.flows.look_at_draft import findings_of_time
from regulars.flows.versions import version_of
from regulars.interfaces.console.conditions.chips import Chip
from regulars.interfaces.console.conditions.condition_form import ConditionForm, part_of
from regulars.interfaces.console.conditions.offers import Offers
from regulars.interfaces.console.conditions.offers_of_rules import rule_offers
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import who
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.shown import told
from regulars.interfaces.console.structure.acting import pressed, typed_after
from regulars.interfaces.console.structure.reading import Context, Read, fill
from regulars.interfaces.console.structure.showing import FieldShown, shown
from regulars.interfaces.console.structure.wrong import placed
from regulars.interfaces.console.studio.beside import Beside, usual_in
from regulars.interfaces.console.studio.pieces import Piece, free_code
from regulars.kernel.errors import Refusal

SEEN, TRIED, GIVES = "studio-seen", "studio-tried", "studio-gives"
"""Parts of the page that htmx brings anew: what it means, what an order would give, the parameters of a strategy."""
TRY = ("act", "try")
"""The button that prices the sample order."""
_LONGEST_NUMBER = 9
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the page; empty: nothing any more."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Somebody else saved the draft. over: the revision that saving over it names."""

    by: str
    changes: list[str]
    over: int


class Editor:
    """A page that edits pieces of a draft. number: of the draft; None: saving begins a new one."""

    template: str

    @property
    def nameless(self) -> str:
        """How something is called in words while it has no name yet."""
        return gettext("New offer")

    def __init__(self, request: HttpRequest, desk: Desk, number: int | None) -> None:
        self.request = request
        self.desk = desk
        self.sent: QueryDict | None = request.POST if request.method == "POST" else None
        self.act = pressed(self.sent)
        chosen = self._number("draft") if number is None else number
        self.found: Draft | None = (
            None if chosen is None else draft(desk.conn, programme_id=desk.programme.id, draft_id=chosen)
        )
        self.revision = self._revision()
        self.text = (
            latest_text(desk.conn, of=desk.programme)
            if self.found is None
            else text_at(desk.conn, self.found, self.revision)
        )
        self.values = values_in(self.text)
        self.audience_names = {
            each.code: each.name for each in audiences(desk.conn, programme_id=desk.programme.id) if not each.archived
        }
        self.usual = usual_in(self.values)
        typed = None if self.sent is None else typed_after(self.sent, self.act)
        self.at = Context(typed, self._offers, request.path, act=self.act, chips=self.chips())
        self.read = Read()
        self.pieces = self.begin()
        self.documents = {
            each.prefix: fill(each.specs, each.base, each.prefix, self.at, self.read) for each in self.pieces
        }
        self._name_new()
        self.edited: Edited = change_text(self.text, self.change, self.parts)
        self.refusal: Refusal | None = None
        self.meanwhile: Meanwhile | None = None

    # What a page says of itself

    def begin(self) -> tuple[Piece, ...]:
        """What is edited, as it stands in the text."""
        raise NotImplementedError

    def change(self, values: dict[str, Any]) -> dict[str, Any]:
        """The document with what was typed."""
        for piece in self.pieces:
            values = with_item(values, piece.section, self.documents[piece.prefix])
        return values

    def chips(self) -> Mapping[str, tuple[Chip, ...]]:
        """Common conditions for its forms of conditions, by their names."""
        return {}

    def shown(self, *, live: bool) -> dict[str, Any]:
        """The form for the template, beside the fields of each piece."""
        return {}

    def place(self, saved: Draft) -> str:
        """The address of the page once it is saved."""
        raise NotImplementedError

    @property
    def called(self) -> str:
        """The name of what is edited; empty while it has none."""
        name = str(self.documents[self.pieces[0].prefix].get("name") or "")
        return "" if name == self.nameless else name

    # What it begins with

    @property
    def in_force(self) -> Rulebook:
        """The rulebook by which members earn now."""
        shelf = self.desk.shelf
        return shelf.in_force(max(self.desk.now, shelf.starts[0])).rulebook

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rulebook that the text is; the one in force, while something in the text is wrong."""
        return check_rulebook(self.text).rulebook or self.in_force

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is edited, by its id."""
        return tuple(Part(each.section, str(self.documents[each.prefix]["id"])) for each in self.pieces)

    def _number(self, name: str) -> int | None:
        given = (self.request.GET if self.sent is None else self.sent).get(name, "")
        return int(given) if given.isdecimal() and 0 < len(given) <= _LONGEST_NUMBER else None

    def _revision(self) -> int:
        """The revision of the draft that the form was made of; 0: there is no draft yet."""
        if self.found is None:
            return 0
        over = self._number("over")
        stated = self._number("revision") if over is None else over
        # A form that began with another draft, or with none, was made of none of its revisions.
        is_its_own = self._number("made_of") == self.found.id
        return stated if is_its_own and stated else self.found.revision

    def _offers(self, part: str) -> Offers:
        on = "order" if self.sent is None else self.sent.get("rule.on", "order")
        offers = rule_offers(
            self.rulebook, part="lines" if part == "lines" else "when", audience_names=self.audience_names, event=on
        )
        return self.usual.suggested(offers)

    def _name_new(self) -> None:
        """New pieces get a short name from their names; one that has no name yet is called by three dots in words."""
        for piece in self.pieces:
            document = self.documents[piece.prefix]
            if not piece.base.get("id"):
                used = {
                    str(one["id"])
                    for each in self.desk.shelf.rulebooks
                    for one in items(each.rulebook.document(), piece.section)
                }
                code = free_code(str(document.get("name") or self.called), self.values, piece.section, used)
                self.documents[piece.prefix] = {"id": code, "name": self.nameless} | document | {"id": code}

    # Answers

    def answer(self) -> HttpResponse:
        """The answer to the request."""
        if (part := self._part()) is not None:
            return part
        if self.sent is None or self.act[0]:
            return self.page(live=True)
        return self._save()

    def _part(self) -> HttpResponse | None:
        for form in self.read.trees.values():
            if _is_meant(self.request, form) and (part := part_of(self.request, form)) is not None:
                return part
        target = self.request.headers.get("HX-Target")
        if target == SEEN:
            context = self.beside.seen() | {"live_problems": self._live_problems(), "is_part": True}
            return render(self.request, "console/studio/seen.html", context)
        if target == GIVES:
            return render(self.request, "console/studio/gives.html", self._form(live=True))
        if target == TRIED:
            return render(self.request, "console/studio/tried.html", self.beside.tried(trying=self.act == TRY))
        return None

    def _save(self) -> HttpResponse:
        if self.read.problems or any(each.severity == "error" for each in self.findings):
            return self.page(live=False, status=422)
        given: dict[str, Any] = {"of": self.desk.programme, "by": self.desk.by, "now": self.desk.now}
        try:
            if self.found is None:
                saved = draft_with(self.desk.conn, self.change, self.parts, name=self.called[:_LONGEST_NAME], **given)
            else:
                saved = edit_draft(
                    self.desk.conn, self.found.id, self.change, self.parts, revision=self.revision, **given
                )
        except Refusal as refusal:
            return self._refused(refusal)
        text = gettext("Saved in the draft. Members notice nothing until it is published.")
        if self.found is not None and saved.revision > self.revision + 1:
            text = gettext("Saved, together with what %(who)s had changed meanwhile.")
            text %= {"who": who(self.found.changed_by)}
        messages.success(self.request, text)
        return redirect(self.place(saved))

    def _refused(self, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, Clash) and refusal.code == "draft_conflict" and self.found is not None:
            self.meanwhile = Meanwhile(who(self.found.changed_by), told(refusal.changes), self.found.revision)
        else:
            self.refusal = in_words(refusal)
        return self.page(live=False, status=refusal.status)

    # What is shown

    def page(self, *, live: bool, status: int = 200) -> HttpResponse:
        """The whole page. live: somebody is still writing, and what is not filled in yet is no problem."""
        lines = self.text.splitlines()
        context = (
            self._form(live=live) | self.beside.seen() | self.beside.tried(trying=self.act == TRY) | self.beside.next()
        )
        context |= {
            "refusal": self.refusal,
            "meanwhile": self.meanwhile,
            "has_comments": any(each.lstrip().startswith("#") for each in lines),
            "not_saved": status == 422,
        }
        return self.desk.page(self.request, self.template, context, status=status)

    def fields_of(self, *, live: bool) -> dict[str, dict[str, FieldShown]]:
        """The fields of each piece, by the names that they have in it."""
        wrong = Read(self.problems(live=live), self.read.missing, self.read.trees, self.read.kept)
        return {
            each.prefix: {
                field.name.partition(".")[2]: field
                for field in shown(each.specs, each.base, each.prefix, self.at, wrong, live=live)
            }
            for each in self.pieces
        }

    def _form(self, *, live: bool) -> dict[str, Any]:
        return {
            "fields_of": self.fields_of(live=live),
            "url": self.request.path,
            "revision": self.revision,
            "made_of": "" if self.found is None else self.found.id,
        } | self.shown(live=live)

    @cached_property
    def beside(self) -> Beside:
        """What stands beside the form."""
        return Beside(
            desk=self.desk,
            found=self.found,
            sent=self.sent,
            called=self.called,
            pieces=self.pieces,
            documents=self.documents,
            edited=self.edited,
            read=self.read,
            rulebook=self.rulebook,
            errors=placed(self.findings, self.prefixes, self.names, self.read.rows)[1],
            warnings=[each for each in self.findings if each.severity == "warning"],
            changes=self._changes(),
        )

    @cached_property
    def findings(self) -> list[Finding]:
        """What is wrong with the pieces, or worth a look, as the whole rulebook knows it."""
        edited, of, now = self.edited, self.desk.programme, self.desk.now
        more = findings_of_time(self.desk.conn, edited.text, edited.checked, of=of, now=now)
        return [*edited.found, *findings_at(more, edited.places)]

    @property
    def prefixes(self) -> dict[str, str]:
        """Where the pieces stand in the document, with what the names of their fields begin with."""
        return dict(zip(self.edited.places, (each.prefix for each in self.pieces), strict=True))

    def _changes(self) -> list[Difference]:
        """From the version that the draft changes to what is typed."""
        after = self.edited.checked.rulebook or self.edited.checked.values or {}
        if self.found is None:
            return differences(self.desk.shelf.latest.rulebook, after)
        if not self.found.based_on:
            return differences({}, after)
        return differences(version_of(self.desk.conn, self.found.based_on, of=self.desk.programme).rulebook, after)

    def problems(self, *, live: bool) -> dict[str, str]:
        """What is wrong, by the name of its field. live: without what is only not filled in yet."""
        found = {name: text for name, text in self.read.problems.items() if not live or name not in self.read.missing}
        if not self.read.problems:
            found |= placed(self.findings, self.prefixes, self.names, self.read.rows)[0]
        return found

    @cached_property
    def names(self) -> list[str]:
        """The names of all fields of the page."""
        return [
            name
            for each in self.pieces
            for name in _names(shown(each.specs, each.base, each.prefix, self.at, self.read, live=True))
        ]

    def _live_problems(self) -> list[Problem]:
        wrong = self.problems(live=True)
        fields = [Problem(f"{name.replace('.', '-')}-problem", wrong.get(name, "")) for name in self.names]
        trees = [each for form in self.read.trees.values() for each in form.live_problems()]
        of_trees = {each.id for each in trees}
        return [each for each in fields if each.id not in of_trees] + [Problem(each.id, each.text) for each in trees]


def _names(fields: Iterable[FieldShown]) -> Iterator[str]:
    """The names of all fields, those inside as well."""
    for each in fields:
        yield each.name
        yield from _names(each.fields)
        for row in each.rows:
            yield from _names(row.fields)


def _is_meant(request: HttpRequest, form: ConditionForm) -> bool:
    """Whether htmx asks for a part of this form of conditions."""
    is_row = request.POST.get(f"{form.prefix}.row") is not None
    return is_row or request.headers.get("HX-Target") == f"{form.prefix.replace('.', '-')}-conditions"
