"""One member: who, what they have, what happened, and what can be done for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.audit.queries import acts_about
from regulars.domain.events.contracts import History
from regulars.domain.events.queries import history, orders_of_members, waiting_returns
from regulars.domain.ledger.contracts import Balance, Expiring, LedgerEntry
from regulars.domain.ledger.queries import balances, expiring
from regulars.domain.ledger.statement import place_after, statement
from regulars.domain.members.contracts import MemberStatus, Profile
from regulars.domain.merges.queries import kept_instead, parts_of
from regulars.domain.rewards.queries import redemptions_of_member
from regulars.flows.open_profile import open_profile
from regulars.interfaces.console import cursors
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, member_status
from regulars.interfaces.console.members import orders as order_list
from regulars.interfaces.console.members import redemptions as redemption_list
from regulars.interfaces.console.members.about import about_tab
from regulars.interfaces.console.members.acts import act_in_words
from regulars.interfaces.console.members.adjustments import undo_offer
from regulars.interfaces.console.members.audiences import audiences_tab
from regulars.interfaces.console.members.blocking import block_context
from regulars.interfaces.console.members.expiry import expiry_tab, messages_tab
from regulars.interfaces.console.members.holds import holds_shown
from regulars.interfaces.console.members.household import card_of
from regulars.interfaces.console.members.ladders import LadderPlace, places_of
from regulars.interfaces.console.members.lots import lots_tab
from regulars.interfaces.console.members.merging import merge_context, to_kept
from regulars.interfaces.console.members.points import form_context, points_form
from regulars.interfaces.console.members.progress import progress_card
from regulars.interfaces.console.members.reading import main_point_type, spaced_card, spaced_phone
from regulars.interfaces.console.members.sending import may_send
from regulars.interfaces.console.members.statement import Statement
from regulars.interfaces.console.members.stored_value import has_value, value_tab
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.console.returns import waiting as waiting_list
from regulars.interfaces.web import words
from regulars.kernel.money import from_minor

ROWS = 25
EXPIRIES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the header."""

    label: str
    value: str
    hint: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the page; count: zero shows none."""

    key: str
    label: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """The header's name and ways to reach."""

    name: str
    status: Label
    contacts: list[str]
    order_url: str
    activity_url: str
    url: str


@operator_page("members")
def member_page(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """The page; that it was opened is recorded."""
    found = open_profile(desk.conn, programme=desk.programme, member_id=member, now=desk.now, by=desk.by)
    if found.status is MemberStatus.merged and (kept := kept_instead(desk.conn, member_id=member)) is not None:
        return to_kept(request, desk, kept)
    points = main_point_type(desk)
    held = balances(desk.conn, owners=[member]).get((member, points), Balance())
    soon = expiring(desk.conn, owner=member, point_type=points)
    past = history(desk.conn, member_id=member)
    ladders = places_of(desk, member)
    household = card_of(desk, member)
    tab = request.GET.get("tab", "")
    reader = _TABS.get(tab, _ledger_tab)
    context = {
        "member": _person(found),
        "facts": _facts(desk, held, soon, past, ladders, found),
        "tabs": _tabs(tab if tab in _TABS else "points", past, stored=has_value(desk)),
        "ladders": ladders,
        "offers": redemption_list.offers_for(desk, member),
        "household": household,
        "progress": progress_card(desk, member),
        "member_id": member,
        "holds": holds_shown(desk, member),
        "household_url": reverse("console:household", args=[member]),
        "expiring": [{"day": each.last_day, "points": each.points} for each in soon[:EXPIRIES_SHOWN]],
        "in_dialog": True,
        "undo": undo_offer(desk, member),
        "send_url": reverse("console:send", args=[member]) if may_send(desk) else "",
    }
    context |= reader(request, desk, member) | form_context(desk, member, points_form(desk, member))
    context |= block_context(desk, found) | merge_context(desk, found)
    return desk.page(request, "console/members/page.html", context)


def _person(found: Profile) -> Person:
    contacts = [each for each in (found.email, spaced_phone(found.phone) if found.phone else "") if each]
    contacts.append(gettext("Card %(number)s") % {"number": spaced_card(found.card_number)})
    contacts += [gettext("No. %(number)s") % {"number": each} for each in found.external_ids]
    return Person(
        name=found.name or gettext("Without a name"),
        status=member_status(found.status),
        contacts=contacts,
        order_url=reverse("console:record-order", args=[found.id]),
        activity_url=reverse("console:record-activity", args=[found.id]),
        url=reverse("console:member", args=[found.id]),
    )


def _facts(
    desk: Desk, held: Balance, soon: list[Expiring], past: History, ladders: list[LadderPlace], found: Profile
) -> list[Fact]:
    currency = desk.programme.currency
    worth = desk.shelf.latest.rulebook.point_types[0].worth
    value = gettext("worth %(amount)s") % {"amount": words.money(worth * held.available, currency)} if worth else ""
    facts = [
        Fact(gettext("Balance"), words.points(held.available), value),
        Fact(gettext("Set aside"), words.points(held.held), gettext("until it is used or let go") if held.held else ""),
    ]
    if held.pending:
        facts.append(Fact(gettext("On their way"), words.points(held.pending), gettext("cannot be spent yet")))
    if soon:
        facts.append(Fact(gettext("Expires next"), words.points(soon[0].points), words.day(soon[0].last_day)))
    else:
        facts.append(Fact(gettext("Expires next"), "–", gettext("nothing")))
    if ladders:
        since = gettext("since %(day)s") % {"day": ladders[0].since} if ladders[0].since else ""
        facts.append(Fact(ladders[0].name, ladders[0].tier, since))
    facts.append(
        Fact(
            gettext("Spent"),
            words.money(from_minor(past.spent_minor, currency), currency),
            ngettext("%(count)s order", "%(count)s orders", past.orders) % {"count": words.number(past.orders)},
        )
    )
    joined = gettext("joined %(day)s") % {"day": words.day(found.enrolled_at)}
    facts.append(Fact(gettext("Last order"), words.day(past.last_order_at) if past.last_order_at else "–", joined))
    return facts


def _tabs(chosen: str, past: History, *, stored: bool) -> list[Tab]:
    value = [Tab("value", gettext("Stored value"), chosen == "value")] if stored else []
    return [
        Tab("points", gettext("Points"), chosen == "points"),
        *value,
        Tab("lots", gettext("Lots"), chosen == "lots"),
        Tab("orders", gettext("Orders"), chosen == "orders", past.orders),
        Tab("rewards", gettext("Rewards"), chosen == "rewards"),
        Tab("expiry", gettext("Expiry"), chosen == "expiry"),
        Tab("about", gettext("Profile"), chosen == "about"),
        Tab("audiences", gettext("Audiences"), chosen == "audiences"),
        Tab("messages", gettext("Messages"), chosen == "messages"),
        Tab("reads", gettext("Who did what"), chosen == "reads"),
    ]


def _ledger_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    before = cursors.numbers(request.GET.get("after", ""))
    parts = parts_of(desk.conn, member_id=member)
    found = statement(desk.conn, owners=parts, point_type=main_point_type(desk), before=before, limit=ROWS + 1)
    listed = _whole_events(found)
    shown = Statement(desk, parts, listed).shown()
    cursor = cursors.of_numbers(place_after(parts, listed, before)) if len(listed) < len(found) else ""
    summary = ngettext("%(count)s entry on this page", "%(count)s entries on this page", len(shown))
    page = page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor)
    return {"tab_template": "console/members/ledger.html", "entries": shown, "page": page}


def _whole_events(found: list[LedgerEntry]) -> list[LedgerEntry]:
    """As many entries as a page holds, without those of an event that the next page goes on with."""
    if len(found) <= ROWS:
        return found
    end = ROWS
    while end > 1 and found[end - 1].cause == found[ROWS].cause:
        end -= 1
    return found[:end]


def _orders_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    place = cursors.read(request.GET.get("after", ""))
    both = parts_of(desk.conn, member_id=member)
    found = orders_of_members(desk.conn, member_ids=both, before=place, limit=ROWS + 1)
    shown = found[:ROWS]
    cursor = cursors.written(shown[-1].occurred_at, shown[-1].event_id) if len(found) > ROWS else ""
    summary = ngettext("%(count)s order on this page", "%(count)s orders on this page", len(shown))
    page = page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor)
    rows = order_list.rows_of(desk, member, shown)
    early = waiting_returns(desk.conn, programme_id=desk.programme.id, member_id=member, limit=ROWS)
    waiting = waiting_list.rows_of(desk, early)
    return {"tab_template": "console/members/orders.html", "orders": rows, "page": page, "returns": waiting}


def _rewards_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    place = cursors.read(request.GET.get("after", ""))
    both = parts_of(desk.conn, member_id=member)
    found = redemptions_of_member(desk.conn, member_ids=both, before=place, limit=ROWS + 1)
    shown = found[:ROWS]
    cursor = cursors.written(shown[-1].created_at, shown[-1].id) if len(found) > ROWS else ""
    summary = ngettext("%(count)s reward on this page", "%(count)s rewards on this page", len(shown))
    page = page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor)
    rows = redemption_list.rows_of(desk, member, shown)
    return {"tab_template": "console/members/redemptions.html", "redemptions": rows, "page": page}


def _reads_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    acts = acts_about(desk.conn, subject=member, limit=ROWS * 4)
    return {
        "tab_template": "console/members/reads.html",
        "reads": [act_in_words(act, desk.programme.currency) for act in acts],
    }


_TABS = {
    "points": _ledger_tab,
    "lots": lots_tab,
    "orders": _orders_tab,
    "rewards": _rewards_tab,
    "expiry": expiry_tab,
    "about": about_tab,
    "messages": messages_tab,
    "reads": _reads_tab,
    "audiences": audiences_tab,
    "value": value_tab,
}
