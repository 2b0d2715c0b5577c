"""Trying the rules: a cart of somebody, on a day, and what every rule says of it. Nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.earning.explain import explain
from regulars.domain.events.contracts import ORDER, Event, MemberReference, Order, OrderLine, StoredEvent
from regulars.domain.members.queries import resolve_claims
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook
from regulars.flows.quote_event import Quote, quote_event
from regulars.insight.verdicts import verdicts_said
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.orders import LineForms
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.given import Given, given_by
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.text import digits_of, email_form, phone_form

SOURCE = "console"
IN_FORCE, TEXT = "", "text"


class TryForm(KitForm):
    """who: anything that identifies a member, empty for somebody new. rules: in force, a version, or the text."""

    who = forms.CharField(
        label=gettext_lazy("Member"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Number, e-mail, phone or card. Empty: somebody who joins at that moment."),
    )
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Also a day to come: points that expire until then are gone."),
    )
    store = forms.CharField(label=gettext_lazy("Store"), max_length=60, required=False)
    channel = forms.CharField(label=gettext_lazy("Channel"), max_length=60, required=False)
    rules = forms.ChoiceField(label=gettext_lazy("By which rules"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Your draft"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "dir": "ltr"}),
        help_text=gettext_lazy("The rulebook as YAML; it is asked and not published."),
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = sorted(desk.shelf.rulebooks, key=lambda each: -each.version)
        self.fields["rules"].choices = [  # type: ignore[attr-defined]  # Django's stubs know fields as plain ones
            (IN_FORCE, gettext("Those in force that day")),
            *((str(each.version), gettext("Version %(version)s") % {"version": each.version}) for each in versions),
            (TEXT, gettext("A draft, written below")),
        ]

    def clean(self) -> dict[str, Any]:
        """A draft has a text."""
        filled = super().clean() or {}
        if filled.get("rules") == TEXT and not filled.get("text"):
            self.add_error("text", gettext("Paste the rulebook, or choose other rules."))
        return filled


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """One rule of the quote, as the explanation shows it. code: its id."""

    code: str
    name: str
    fired: bool
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it. given: effects in words; joining: those of joining. rules: those first that gave something."""

    intro: str
    given: list[Given]
    joining: list[Given]
    balances: list[tuple[str, str, str]]
    rules: list[RuleSaid]


@operator_page("rulebook")
def try_rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form, and under it what the cart would give."""
    tried: Tried | None = None
    if request.method == "POST":
        form, lines = TryForm(desk, request.POST), LineForms(request.POST, prefix="lines")
        if form.is_valid() and lines.is_valid():
            try:
                tried = tried_words(_quote(desk, form.cleaned_data, [line.cleaned_data for line in lines]))
            except Refusal as refusal:
                form.refuse(in_words(_at_field(refusal)))
    else:
        now = timezone.localtime(desk.now).replace(second=0, microsecond=0)
        chosen = {"occurred_at": now, "who": request.GET.get("member", ""), "rules": request.GET.get("rules", "")}
        form, lines = TryForm(desk, initial=chosen), LineForms(prefix="lines")
    context = {"form": form, "lines": lines, "tried": tried, "currency": words.currency(desk.programme.currency)}
    refused = form.is_bound and tried is None
    return desk.page(request, "console/rulebook/try.html", context, status=422 if refused else 200)


def _quote(desk: Desk, filled: dict[str, Any], lines: list[dict[str, Any]]) -> Quote:
    bought = [
        OrderLine(amount=line["amount"], name=line["name"], category=line["category"], quantity=line["quantity"])
        for line in lines
    ]
    return quote_cart(desk, filled, bought, _draft(desk, filled))


def quote_cart(desk: Desk, filled: dict[str, Any], bought: list[OrderLine], draft: Rulebook | None) -> Quote:
    """What a cart would give. filled: who, empty for somebody new, and occurred_at; perhaps channel and store."""
    name = uuid4().hex
    event = Event(
        id=f"quote-{name}",
        type=ORDER,
        member=_member(desk, filled["who"].strip()),
        occurred_at=filled["occurred_at"],
        source=SOURCE,
        order=Order(
            number=f"quote-{name}",
            currency=desk.programme.currency,
            total=sum((line.amount for line in bought), Decimal(0)),
            channel=filled.get("channel", ""),
            store=filled.get("store", ""),
            lines=bought,
        ),
    )
    return quote_event(
        desk.conn,
        event,
        programme_id=desk.programme.id,
        now=desk.now,
        draft=draft,
        joins=not filled["who"].strip(),
    )


def _draft(desk: Desk, filled: dict[str, Any]) -> Rulebook | None:
    if filled["rules"] == TEXT:
        return require_valid(filled["text"])
    return next((each.rulebook for each in desk.shelf.rulebooks if str(each.version) == filled["rules"]), None)


def _member(desk: Desk, who: str) -> MemberReference:
    """Whoever has what was typed as number, e-mail, phone or card."""
    if not who:
        return MemberReference(external_id="new")
    claims = [("external_id", who)]
    for kind, form in (("email", email_form), ("phone", lambda text: phone_form(text, region=None))):
        try:
            claims.append((kind, form(who)))
        except Refusal:  # it looks like something else
            continue
    if digits_of(who):
        claims.append(("card", digits_of(who)))
    found = resolve_claims(desk.conn, programme_id=desk.programme.id, claims=claims)
    member = next((found[each] for each in claims if each in found), None)
    if member is None:
        raise NotFound(
            "member_not_found",
            gettext("There is no such member"),
            detail=gettext("Nobody here has this number, e-mail, phone or card."),
            remedy=gettext("Correct it, or leave it empty for somebody new."),
            field="who",
        )
    return MemberReference(id=UUID(bytes=member))


def _at_field(refusal: Refusal) -> Refusal:
    """The refusal under the field of the form that stands for it."""
    if refusal.code.startswith("rulebook_"):
        refusal.field = "text"
    elif refusal.field not in ("occurred_at", "who"):
        refusal.field = None
    return refusal


def tried_words(quote: Quote) -> Tried:
    """What came of it, in words."""
    rulebook = quote.rules.by_id[quote.event.rulebook_id]
    said = _rules(quote, quote.event, rulebook)
    asked = gettext("the draft") if quote.of_draft else gettext("version %(version)s") % {"version": rulebook.version}
    intro = ngettext(
        "This is what %(rulebook)s of the rulebook gives. It has %(count)s rule for orders:",
        "This is what %(rulebook)s of the rulebook gives. It has %(count)s rules for orders:",
        len(said),
    ) % {"rulebook": asked, "count": words.number(len(said))}
    given = given_by(quote.event.answer, rulebook.rulebook)
    return Tried(
        intro=intro,
        given=given.effects,
        joining=[] if quote.joined is None else given_by(quote.joined.answer, rulebook.rulebook).effects,
        balances=given.balances,
        rules=sorted(said, key=lambda each: not each.fired),
    )


def _rules(quote: Quote, event: StoredEvent, rulebook: CompiledRulebook) -> list[RuleSaid]:
    rules = {rule.id: rule for rule in rulebook.rulebook.earn_rules}
    terms = rulebook.rulebook.terms()
    return [
        RuleSaid(
            code=verdict.rule,
            name=rules[verdict.rule].name,
            fired=verdict.fired,
            points=verdict.points,
            text=words.sentence_case(words.said(explain(verdict, rules[verdict.rule], terms))),
        )
        for verdict in verdicts_said(quote.rules, event, enrolled_at=quote.enrolled_at)
    ]
