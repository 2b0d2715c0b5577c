"""Rewards of a member: what was redeemed, redeeming at the counter, reversing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.members.queries import names_of
from regulars.domain.rewards.contracts import Quote, Redemption, RedemptionState, Reward, RewardNotFound, VoucherState
from regulars.domain.rewards.queries import redemption as redemption_by_id
from regulars.domain.rewards.queries import rewards
from regulars.flows.redeem_reward import quote_reward, redeem_reward
from regulars.flows.reverse_redemption import reverse_redemption
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, redemption_state
from regulars.interfaces.console.members.reading import known_member, merged_from
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
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
    return [_row(each, others.get(each.member_id, "")) for each in redemptions]


def _row(each: Redemption, merged: str) -> RedemptionRow:
    undone = each.state in (RedemptionState.reversed, RedemptionState.released)
    open_still = each.state is RedemptionState.granted and each.voucher_state is not VoucherState.used
    values = {"reward": each.reward_name, "points": words.points(each.price)}
    return RedemptionRow(
        at=each.created_at,
        reward=each.reward_name,
        code="" if undone else each.voucher_code or "",
        last_day=each.voucher_last_day,
        state=redemption_state(each),
        points=-each.price,
        reverse_url=reverse("console:reverse", args=[each.member_id, each.id]) if open_still else "",
        reverse_text=gettext("%(reward)s is taken back and %(points)s points are given back.") % values,
        merged_from=merged,
    )


def offers_for(desk: Desk, available: int, member: UUID) -> list[Offer]:
    """What is on offer, the cheapest first."""
    found = rewards(desk.conn, programme_id=desk.programme.id, only_active=True)
    return [_offer(reward, available, member) for reward in found[:MOST_OFFERS]]


def _offer(reward: Reward, available: int, member: UUID) -> Offer:
    missing = reward.price - available
    sold_out = reward.stock == 0
    return Offer(
        name=reward.name,
        price_text=ngettext("%(count)s point", "%(count)s points", reward.price)
        % {"count": words.points(reward.price)},
        affordable=missing <= 0 and not sold_out,
        url=reverse("console:redeem", args=[member, reward.id]),
        action=gettext("Redeem %(reward)s") % {"reward": reward.name},
        missing=gettext("sold out") if sold_out else gettext("%(count)s to go") % {"count": words.points(missing)},
    )


@operator_page("members")
def redeem(request: HttpRequest, desk: Desk, member: UUID, reward: int) -> HttpResponse:
    """Asks once, with what it takes, then redeems for the member."""
    known_member(desk, member)
    quote = quote_reward(desk.conn, programme_id=desk.programme.id, member_id=member, reward_id=reward, now=desk.now)
    refusal = in_words(quote.refusal) if quote.refusal else None
    if request.method == "POST" and refusal is None:
        try:
            done = redeem_reward(
                desk.conn, programme_id=desk.programme.id, member_id=member, reward_id=reward, now=desk.now, by=desk.by
            )
        except RewardNotFound:
            raise
        except Refusal as found:
            refusal = in_words(found)
        else:
            text = gettext("%(reward)s is redeemed. The voucher code is below.") % {"reward": done.reward_name}
            messages.success(request, text)
            return redirect(reverse("console:member", args=[member]) + "?tab=rewards")
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Redeem %(reward)s") % {"reward": quote.reward.name},
        "subtitle": quote.reward.description,
        "form_template": "console/members/redeem_form.html",
        "refusal": refusal,
        "shares": _payers(desk, quote, member),
        "price": quote.price,
        "balance": quote.available,
        "left": quote.available - quote.price,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if refusal else 200)


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
        values = {"reward": undone.reward_name, "points": words.points(undone.price)}
        messages.success(request, gettext("%(reward)s is reversed; %(points)s points are back.") % values)
    return redirect(back)
