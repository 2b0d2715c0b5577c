"""Rewards of a member: what was redeemed, redeeming at the counter, reversing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.households.contracts import SharesRefused
from regulars.domain.members.queries import names_of
from regulars.domain.rewards.contracts import (
    Due,
    GrantedPart,
    Quote,
    Redemption,
    RedemptionState,
    RewardNotFound,
)
from regulars.domain.rewards.queries import granted_parts
from regulars.domain.rewards.queries import redemption as redemption_by_id
from regulars.domain.rewards.reward_type import reward_type
from regulars.flows.quote_reward import quote_reward, quote_rewards
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.reverse_redemption import reverse_redemption
from regulars.insight.rewards_in_reach import Reach, reach_of
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, redemption_state
from regulars.interfaces.console.members.reading import known_member, merged_from
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rewards.parts import part_said
from regulars.interfaces.web import words
from regulars.interfaces.web.choosing import choices_typed, questions, store_form, store_typed
from regulars.interfaces.web.sharing import SharesForm, own_first, shares_form, shares_typed
from regulars.kernel.errors import Refusal

MOST_OFFERS = 6


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """A redemption as the list shows one. reverse_url: empty where it can no longer be undone.

    merged_from: who had redeemed it before the two became one person; empty for the member's own.
    """

    at: datetime
    reward: str
    code: str
    last_day: date | None
    state: Label
    points: int
    reverse_url: str
    reverse_text: str
    merged_from: str
    gave: list[str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward beside the member: the way to it, or what is missing."""

    name: str
    price_text: str
    affordable: bool
    url: str
    action: str
    missing: str


def rows_of(desk: Desk, member: UUID, redemptions: Sequence[Redemption]) -> list[RedemptionRow]:
    """Redemptions as rows, those of others who are part of the member by now among them."""
    others = merged_from(desk, member, (each.member_id for each in redemptions))
    parts = granted_parts(desk.conn, redemption_ids=[each.id for each in redemptions])
    currency = desk.programme.currency
    return [_row(each, others.get(each.member_id, ""), parts.get(each.id, []), currency) for each in redemptions]


def _row(each: Redemption, merged: str, parts: Sequence[GrantedPart], currency: str) -> RedemptionRow:
    undone = each.state in (RedemptionState.reversed, RedemptionState.released)
    open_still = each.state is RedemptionState.granted and not any(part.fulfilled for part in parts)
    values = {"reward": each.reward_name, "amount": words.amount(each.price)}
    return RedemptionRow(
        at=each.created_at,
        reward=each.reward_name,
        code="" if undone else each.voucher_code or "",
        last_day=each.voucher_last_day,
        state=redemption_state(each, parts),
        points=-each.price,
        reverse_url=reverse("console:reverse", args=[each.member_id, each.id]) if open_still else "",
        reverse_text=gettext("Takes %(reward)s back, and gives %(amount)s back.") % values,
        merged_from=merged,
        gave=[] if undone else [part_said(part, currency) for part in parts if part.due is not Due.use],
    )


def offers_for(desk: Desk, member: UUID) -> list[Offer]:
    """What is on offer today, the cheapest first, as redeeming would answer now."""
    found = quote_rewards(desk.conn, programme_id=desk.programme.id, member_id=member, now=desk.now)
    return [_offer(desk, each, member) for each in found[:MOST_OFFERS]]


def _offer(desk: Desk, quote: Quote, member: UUID) -> Offer:
    reward, reach = quote.reward, reach_of(quote)
    unit = desk.shelf.latest.rulebook.counted_in(reward.point_type)
    return Offer(
        name=reward.name,
        price_text=words.amount(reward.price, unit),
        affordable=reach is Reach.now,
        url=reverse("console:redeem", args=[member, reward.id]),
        action=gettext("Redeem %(reward)s") % {"reward": reward.name},
        missing=_why_not(reach, words.points(quote.missing, unit)),
    )


def _why_not(reach: Reach, missing: str) -> str:
    if reach in (Reach.almost, Reach.later):
        return gettext("%(count)s to go") % {"count": missing}
    said = {
        Reach.sold_out: gettext("sold out"),
        Reach.sold_out_today: gettext("sold out for today"),
        Reach.had: gettext("had as often as allowed"),
        Reach.others: gettext("for other members"),
        Reach.limited: gettext("above the household's limit"),
        Reach.paused: gettext("blocked"),
    }
    return said.get(reach) or gettext("not now")


@operator_page("members")
def redeem(request: HttpRequest, desk: Desk, member: UUID, reward: int) -> HttpResponse:
    """Asks once, with what it takes and, where the household asks for it, whose points pay; then redeems."""
    known_member(desk, member)
    place: dict[str, Any] = {"programme_id": desk.programme.id, "member_id": member, "reward_id": reward}
    quote = quote_reward(desk.conn, **place, now=desk.now)
    unit = desk.shelf.latest.rulebook.counted_in(quote.reward.point_type)
    posted = request.POST.dict() if request.method == "POST" else None
    refusal = None if quote.refusal is None or _only_shares(quote, quote.refusal) else in_words(quote.refusal)
    shares_refusal: Refusal | None = None
    unchosen: dict[str, Refusal] = {}
    if posted is not None and refusal is None:
        chosen = shares_typed(posted, unit) if quote.asks else None
        try:
            done = redeem_reward(
                desk.conn, **place, now=desk.now, by=desk.by, chosen=chosen, choices=choices_typed(posted),
                store=store_typed(posted),
            )  # fmt: skip
        except RewardNotFound:
            raise
        except Refusal as found:
            said = in_words(found)
            if found.code in ("choice_missing", "store_missing"):
                unchosen[found.code] = said
            else:
                shares_refusal, refusal = (said, None) if _only_shares(quote, found) else (None, said)
        else:
            messages.success(request, _redeemed(done))
            return redirect(reverse("console:member", args=[member]) + "?tab=rewards")
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Redeem %(reward)s") % {"reward": quote.reward.name},
        "subtitle": quote.reward.description,
        "form_template": "console/members/redeem_form.html",
        "refusal": refusal,
        "shares": [] if quote.asks else _payers(desk, quote, member),
        "shares_form": _shares_form(desk, quote, member, unit, posted),
        "shares_refusal": shares_refusal,
        "questions": questions(reward_type(quote.reward.type, quote.reward.parameters).asks(), posted),
        "choice_refusal": unchosen.get("choice_missing"),
        "store_form": store_form(quote.stores, posted),
        "store_refusal": unchosen.get("store_missing"),
        "price": -quote.price,
        "unit": unit,
        "balance": quote.available,
        "left": quote.available - quote.price,
    }
    return desk.page(
        request, "console/form_page.html", context, status=422 if refusal or shares_refusal or unchosen else 200
    )


def _redeemed(done: Redemption) -> str:
    values = {"reward": done.reward_name}
    if done.voucher_code is None:
        return gettext("%(reward)s is redeemed.") % values
    return gettext("%(reward)s is redeemed. The voucher code is below.") % values


def _only_shares(quote: Quote, refusal: Refusal) -> bool:
    """Whether other shares would do, where the household asks for them."""
    return quote.asks and isinstance(refusal, SharesRefused)


def _shares_form(desk: Desk, quote: Quote, member: UUID, unit: str, posted: dict[str, str] | None) -> SharesForm | None:
    if not quote.asks or len(quote.purses) < 2:
        return None
    names = names_of(desk.conn, member_ids=list(quote.purses))
    said = {each: names.get(each) or gettext("Without a name") for each in quote.purses}
    plan = own_first(quote.price, member, quote.purses)
    return shares_form(said, quote.purses, plan, price=quote.price, currency=unit, posted=posted)


def _payers(desk: Desk, quote: Quote, member: UUID) -> list[tuple[str, int]]:
    """(name, points) of everybody whose points pay; nobody where the member pays alone."""
    if set(quote.shares) == {member}:
        return []
    names = names_of(desk.conn, member_ids=list(quote.shares))
    return [(names.get(each) or gettext("Without a name"), points) for each, points in quote.shares.items()]


@operator_page("members")
def reverse_one(request: HttpRequest, desk: Desk, member: UUID, redemption: UUID) -> HttpResponse:
    """Undoes a redemption; what cannot be undone says why."""
    back = reverse("console:member", args=[member]) + "?tab=rewards"
    found = redemption_by_id(desk.conn, programme_id=desk.programme.id, redemption_id=redemption)
    if request.method != "POST" or found is None or found.member_id != member:
        return redirect(back)
    try:
        undone = reverse_redemption(
            desk.conn, programme_id=desk.programme.id, redemption_id=redemption, now=desk.now, by=desk.by
        )
    except Refusal as refusal:
        said = in_words(refusal)
        messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
    else:
        values = {"reward": undone.reward_name, "amount": words.amount(undone.price)}
        messages.success(request, gettext("%(reward)s is reversed; the member has %(amount)s back.") % values)
    return redirect(back)
