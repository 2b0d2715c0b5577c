"""Redeeming: asked once, done once, however often the button is pressed; and undone while the code is unused."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from regulars.domain.households.contracts import SharesRefused
from regulars.domain.rewards.contracts import (
    Redemption,
    RedemptionNotFound,
    RedemptionState,
    Reward,
    RewardNotFound,
)
from regulars.domain.rewards.gifts import Access
from regulars.domain.rewards.queries import granted_parts
from regulars.domain.rewards.queries import redemption as redemption_by_id
from regulars.domain.rewards.queries import reward as reward_by_id
from regulars.domain.rewards.reward_type import reward_type
from regulars.flows.quote_reward import quote_reward
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.reverse_redemption import reverse_redemption
from regulars.interfaces.portal.labels import has_expired, isolated
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.rewards.catalogue import reward_in_reach
from regulars.interfaces.portal.rewards.sharing import shares_asked, shares_shown, unit_of
from regulars.interfaces.portal.rewards.showing import offer_of
from regulars.interfaces.portal.visit import BY_MEMBER, Visit, member_page
from regulars.interfaces.web import words
from regulars.interfaces.web.choosing import choices_typed, questions, store_form, store_typed
from regulars.interfaces.web.sharing import shares_typed
from regulars.interfaces.wire.once import new_key, once
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal


@member_page("rewards")
def redeem(request: HttpRequest, visit: Visit, reward: int) -> HttpResponse:
    """Asks with what it takes, then redeems. The form carries a key: the same form again shows the same result."""
    posted = request.POST.dict() if request.method == "POST" else None
    refused: Refusal | None = None
    unchosen: dict[str, Refusal] = {}
    if posted is not None:
        chosen = shares_typed(posted, unit_of(visit, _reward_of(visit, reward).point_type))
        try:
            done = _redeem_once(visit, reward, posted, chosen)
        except SharesRefused as refusal:
            refused = in_members_words(refusal)
        except Refusal as refusal:
            if refusal.code not in ("choice_missing", "store_missing"):
                return visit.refuse(request, refusal)
            unchosen[refusal.code] = in_members_words(refusal)
        else:
            return redirect("portal:redemption", done)
    found = reward_in_reach(visit, reward)
    if not offer_of(found).is_open:
        return redirect("portal:reward", reward)
    quote = quote_reward(
        visit.conn, programme_id=visit.programme.id, member_id=visit.person.id, reward_id=reward, now=visit.now
    )
    context = {
        "offer": offer_of(found),
        "reward_id": reward,
        "shares": shares_shown(visit, quote),
        "shares_form": shares_asked(visit, quote, posted),
        "shares_refusal": refused,
        "questions": questions(reward_type(found.reward.type, found.reward.parameters).asks(), posted),
        "choice_refusal": unchosen.get("choice_missing"),
        "store_form": store_form(quote.stores, posted),
        "store_refusal": unchosen.get("store_missing"),
        "key": new_key(),
        "available": words.points(quote.available, found.counted_in),
        "left": words.points(quote.available - found.reward.price, found.counted_in),
    }
    return visit.page(request, "portal/rewards/redeem.html", context, status=422 if refused or unchosen else 200)


def _reward_of(visit: Visit, identifier: int) -> Reward:
    """Raises RewardNotFound."""
    found = reward_by_id(visit.conn, programme_id=visit.programme.id, reward_id=identifier)
    if found is None:
        raise RewardNotFound(identifier)
    return found


@member_page("rewards")
def undo(request: HttpRequest, visit: Visit, redemption: UUID) -> HttpResponse:
    """Asks, then gives the points back. What was used or has expired stays."""
    found = own_redemption(visit, redemption)
    today = local_day(visit.now, visit.programme.time_zone)
    parts = granted_parts(visit.conn, redemption_ids=[found.id]).get(found.id, [])
    if found.state is RedemptionState.granted and any(isinstance(each.gift, Access) for each in parts):
        raise Conflict(
            "already_handed_over",
            "The member has it already",
            detail="What there was to read could be read.",
            remedy="Ask at the shop.",
        )
    if has_expired(found, today):
        raise Conflict(
            "voucher_expired",
            "The voucher has expired",
            detail=f"Its last day was {found.voucher_last_day}.",
            remedy="Ask at the shop.",
        )
    if request.method != "POST":
        context = {"redemption": found, "name": isolated(found.reward_name), "price": words.amount(found.price)}
        return visit.page(request, "portal/rewards/undo.html", context)
    try:
        reverse_redemption(
            visit.conn, programme_id=visit.programme.id, redemption_id=found.id, now=visit.now, by=BY_MEMBER
        )
    except Refusal as refusal:
        said = in_members_words(refusal)
        messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
    else:
        values = {"points": words.amount(found.price)}
        messages.success(request, gettext("Undone. %(points)s are yours again.") % values)
    return redirect("portal:redemption", found.id)


def own_redemption(visit: Visit, identifier: UUID) -> Redemption:
    """The member's own redemption, or one of another account that is part of this one.

    Raises RedemptionNotFound for everybody else's, too.
    """
    found = redemption_by_id(visit.conn, programme_id=visit.programme.id, redemption_id=identifier)
    if found is None or not visit.is_own(found.member_id):
        raise RedemptionNotFound(identifier)
    return replace(found, reward_name=visit.told(found.reward_name))


def _redeem_once(visit: Visit, reward_id: int, posted: dict[str, str], chosen: dict[UUID, int] | None) -> UUID:
    """The redemption of this form; the first one, when the form was sent before. Raises Refusal."""
    choices, store = choices_typed(posted), store_typed(posted)

    def work() -> UUID:
        done = redeem_reward(
            visit.conn,
            programme_id=visit.programme.id,
            member_id=visit.person.id,
            reward_id=reward_id,
            now=visit.now,
            by=BY_MEMBER,
            chosen=chosen,
            choices=choices,
            store=store,
        )
        return done.id

    return once(
        visit.conn,
        visit.programme,
        place=f"portal {visit.person.id}",
        key=posted.get("key", ""),
        content=f"{reward_id}{chosen or ''}{choices or ''}{store}".encode(),
        work=work,
        now=visit.now,
    )
