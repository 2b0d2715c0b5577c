"""The rules and campaigns of a draft: in words, in the order in which they are asked, what can be done with them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from pydantic import ValidationError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.rules import EarnRule, strategies_by_name
from regulars.domain.earning.strategy import Terms
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.parts import (
    Section,
    findings_at,
    is_paused,
    item,
    items,
    place_of,
    with_item,
    with_pause,
)
from regulars.domain.programmes.queries import draft
from regulars.domain.programmes.words import rule_words
from regulars.flows.edit_draft import Change, Part, edit_draft, take_part, values_in
from regulars.flows.look_at_draft import look_at_draft
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.drafts import next_steps
from regulars.interfaces.console.studio.pieces import free_code
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal

_LAST = 10_000
_USUAL = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A rule or a campaign. acts: what its buttons do; place: in the order of asking, where it is not the usual one."""

    section: Section
    code: str
    name: str
    text: str
    place: str
    url: str
    rests: bool
    wrong: bool
    acts: list[tuple[str, str]]


@operator_page("rulebook")
def rule_list(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The list; a POST does one thing with one of them."""
    refusal: Refusal | None = None
    found = draft(desk.conn, programme_id=desk.programme.id, draft_id=number)
    if request.method == "POST":
        try:
            return _act(request, desk, found)
        except Refusal as refused:
            refusal = in_words(refused)
    look = look_at_draft(desk.conn, found, of=desk.programme, now=desk.now)
    context = next_steps(desk, found, look) | {"refusal": refusal} | _rows(desk, found)
    return desk.page(request, "console/rulebook/rules.html", context, status=200 if refusal is None else refusal.status)


def _act(request: HttpRequest, desk: Desk, found: Draft) -> HttpResponse:
    section: Section = "campaigns" if request.POST.get("section") == "campaigns" else "earn_rules"
    code, verb, stated = (request.POST.get(each, "") for each in ("code", "act", "revision"))
    values = values_in(found.text)
    new = _code_of_copy(desk, values, code)
    change, said = _changes(section, code, verb, new)
    parts = (Part(section, new),) if verb == "copy" else ()
    revision = int(stated) if stated.isdecimal() and len(stated) < 10 else found.revision
    edit_draft(desk.conn, found.id, change, parts, of=desk.programme, revision=revision, by=desk.by, now=desk.now)
    messages.success(request, said)
    if verb == "copy":
        return redirect("console:draft-rule", found.id, new)
    return redirect("console:draft-rules", found.id)


def _changes(section: Section, code: str, verb: str, new: str) -> tuple[Change, str]:
    """What the button does to the document, and what is said of it afterwards."""

    def copied(values: dict[str, Any]) -> dict[str, Any]:
        stands = item(values, "earn_rules", code)
        if stands is None:
            return values
        name = gettext("%(name)s (copy)") % {"name": stands.get("name")}
        return with_item(values, "earn_rules", {**copy.deepcopy(stands), "id": new, "name": name[:120]})

    if verb == "copy" and section == "earn_rules":
        return copied, gettext("Copied. Change what is to be different.")
    if verb == "remove":
        return take_part(Part(section, code)), gettext("Taken out of the draft.")
    if verb in ("pause", "resume"):
        rests = verb == "pause"
        said = gettext("It rests from the day on which this is published.") if rests else gettext("It goes on.")
        return lambda values: with_pause(values, section, code, rests=rests), said
    return lambda values: values, gettext("Nothing was changed.")


def _code_of_copy(desk: Desk, values: dict[str, Any], code: str) -> str:
    used = {str(each["id"]) for one in desk.shelf.rulebooks for each in items(one.rulebook.document(), "earn_rules")}
    return free_code(code, values, "earn_rules", used)


def _rows(desk: Desk, found: Draft) -> dict[str, list[Row]]:
    checked = check_rulebook(found.text)
    values = values_in(found.text)
    rulebook = checked.rulebook or desk.shelf.latest.rulebook
    errors = [each for each in checked.findings if each.severity == "error"]

    def row(section: Section, each: dict[str, Any]) -> Row:
        code = str(each.get("id"))
        rests = is_paused(values, section, code)
        pause = ("resume", gettext("Go on")) if rests else ("pause", gettext("Pause"))
        copying = [("copy", gettext("Duplicate"))] if section == "earn_rules" else []
        kind: Literal["draft-campaign", "draft-rule"] = "draft-campaign" if section == "campaigns" else "draft-rule"
        return Row(
            section=section,
            code=code,
            name=str(each.get("name") or code),
            text=_words(section, each, rulebook.terms()),
            place=_place(each) if section == "earn_rules" else "",
            url=reverse(f"console:{kind}", args=[found.id, code]),
            rests=rests,
            wrong=bool(findings_at(errors, [place_of(values, section, code)])),
            acts=[*copying, pause, ("remove", gettext("Take out"))],
        )

    rules = sorted(items(values, "earn_rules"), key=_asked)
    return {
        "campaigns": [row("campaigns", each) for each in items(values, "campaigns")],
        "rules": [row("earn_rules", each) for each in rules],
    }


def _asked(rule: dict[str, Any]) -> tuple[bool, int, str]:
    """Sorted like this, rules are asked: those that build on others last, then by their place, then by id."""
    earn = rule.get("earn")
    strategy = strategies_by_name().get(str(earn.get("strategy"))) if isinstance(earn, dict) else None
    priority = rule.get("priority", _USUAL)
    return (
        strategy is not None and strategy.after_others,
        priority if isinstance(priority, int) else _LAST,
        str(rule.get("id")),
    )


def _place(rule: dict[str, Any]) -> str:
    priority = rule.get("priority", _USUAL)
    if priority == _USUAL or not isinstance(priority, int):
        return ""
    return gettext("Place in the order of asking: %(place)s") % {"place": words.number(priority)}


def _words(section: Section, each: dict[str, Any], terms: Terms) -> str:
    try:
        said = (
            campaign_words(Campaign.model_validate(each), terms)
            if section == "campaigns"
            else rule_words(EarnRule.model_validate(each), terms)
        )
    except (ValidationError, ValueError):
        return ""
    return words.sentence_case(words.said(said))
