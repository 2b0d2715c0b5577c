"""Refusals as a member should hear them: the flows speak to whoever runs the shop."""

from __future__ import annotations

from django.utils.translation import gettext

from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.interfaces.portal.rewards.refused import about_gifts
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal


def in_members_words(refusal: Refusal) -> Refusal:
    """The same refusal in the member's language and from the member's point of view."""
    title, detail, remedy = _said(refusal)
    return Refusal(refusal.code, title, detail=detail, remedy=remedy, field=refusal.field, status=refusal.status)


def _said(refusal: Refusal) -> tuple[str, str, str]:
    if isinstance(refusal, NotEnoughPoints):
        return _not_enough(refusal)
    known = (
        _about_rewards()
        | _about_households()
        | _about_redemptions()
        | about_gifts()
        | _about_coming_in()
        | _about_you()
        | _about_tiers()
        | _about_money()
    )
    return known.get(refusal.code) or (
        gettext("That did not work"),
        gettext("Nothing has changed, and no points were taken."),
        gettext("Please try again, or ask at the shop."),
    )


def _not_enough(refusal: NotEnoughPoints) -> tuple[str, str, str]:
    missing = refusal.asked - refusal.available
    return (
        gettext("You are nearly there"),
        gettext("This costs %(asked)s, and you have %(available)s. Nothing was taken.")
        % {"asked": words.amount(refusal.asked), "available": words.points(max(refusal.available, 0))},
        gettext("%(amount)s more, and it is yours.") % {"amount": words.amount(missing)},
    )


def _about_money() -> dict[str, tuple[str, str, str]]:
    return {
        "gift_card_not_recognised": (
            gettext("Number and PIN do not fit"),
            gettext("There is no gift card with this number and this PIN, or there were too many tries."),
            gettext("Check both, or wait an hour and try again."),
        ),
        "gift_card_ended": (
            gettext("This gift card has ended"),
            gettext("Its money was taken before, or is on another card."),
            gettext("Please ask at the shop."),
        ),
        "gift_card_empty": (
            gettext("Nothing is on this gift card"),
            gettext("What was on it is spent."),
            gettext("There is nothing more to do."),
        ),
        "account_full": (
            gettext("That is more than your account may hold"),
            gettext("Nothing was taken from the card."),
            gettext("Spend something first, or use the card at the till."),
        ),
        "account_frozen": (
            gettext("This is stopped for now"),
            gettext("Nothing has changed."),
            gettext("Please ask at the shop."),
        ),
    }


def _about_tiers() -> dict[str, tuple[str, str, str]]:
    return {
        "not_invited": (
            gettext("There is no invitation"),
            gettext("It has ended, or was answered before."),
            gettext("Look at your tier."),
        )
    }


def _about_rewards() -> dict[str, tuple[str, str, str]]:
    gone = (
        gettext("This reward is not offered any more"),
        gettext("It has left the catalogue. No points were taken."),
        gettext("Have a look at the other rewards."),
    )
    return {
        "reward_not_found": gone,
        "reward_not_offered": gone,
        "out_of_stock": (
            gettext("Sold out"),
            gettext("Somebody else got the last one. No points were taken."),
            gettext("Have a look at the other rewards."),
        ),
        "limit_reached": (
            gettext("You have had this one"),
            gettext("It can be had only so often by one member. No points were taken."),
            gettext("Have a look at the other rewards."),
        ),
        "member_blocked": (
            gettext("Your membership is paused"),
            gettext("You go on earning points, and they wait for you. Until then none can be spent."),
            gettext("Ask at the shop; they can switch it on again."),
        ),
    }


def _about_households() -> dict[str, tuple[str, str, str]]:
    return (
        _about_invitations()
        | _about_shares()
        | {
            "household_limit_reached": (
                gettext("That is more than you may spend this month"),
                gettext("Your household has a limit for you. No points were taken."),
                gettext("Choose something smaller, or ask the owner of your household."),
            ),
            "household_full": (
                gettext("The household is full"),
                gettext("It has as many members as a household can have here."),
                gettext("Somebody has to leave first."),
            ),
            "already_in_household": (
                gettext("You are in a household already"),
                gettext("A member can be in one household at a time."),
                gettext("Leave that one first; your points stay yours."),
            ),
            "households_not_offered": (
                gettext("No households here"),
                gettext("In this programme everybody collects for themselves."),
                gettext("Ask at the shop if you miss them."),
            ),
            "not_household_owner": (
                gettext("Only the owner can do this"),
                gettext("Inviting and removing are for the owner of the household."),
                gettext("Ask them."),
            ),
            "household_changed": (
                gettext("Your household has just changed"),
                gettext("Somebody joined or left at the same moment. No points were taken."),
                gettext("Please try again."),
            ),
        }
    )


def _about_shares() -> dict[str, tuple[str, str, str]]:
    look_again = gettext("Change the numbers and try again.")
    return {
        "shares_do_not_add_up": (
            gettext("The parts do not make the price"),
            gettext("Together they are more or less than it. No points were taken."),
            look_again,
        ),
        "shares_below_zero": (
            gettext("One of the parts is no amount"),
            gettext("A part is nothing, or more. No points were taken."),
            look_again,
        ),
        "shares_not_asked": (
            gettext("Your household pays otherwise now"),
            gettext("Whose points pay is no longer chosen for each reward. No points were taken."),
            gettext("Please try again."),
        ),
        "share_above_purse": (
            gettext("Somebody has fewer points than that"),
            gettext("Nobody can pay more than they have. No points were taken."),
            look_again,
        ),
    }


def _about_invitations() -> dict[str, tuple[str, str, str]]:
    ask_again = gettext("Ask the owner of the household for a new one.")
    return {
        "invitation_not_found": (gettext("We do not know this code"), gettext("It may be mistyped."), ask_again),
        "invitation_used": (gettext("This code was used"), gettext("Every code lets one person in."), ask_again),
        "invitation_expired": (
            gettext("This code is too old"),
            gettext("An invitation can be used for seven days."),
            ask_again,
        ),
    }


def _about_redemptions() -> dict[str, tuple[str, str, str]]:
    return {
        "transfer_not_found": (
            gettext("There is nothing here"),
            gettext("This address belongs to nothing that you sent."),
            gettext("You find what you sent under Activity."),
        ),
        "transfers_not_allowed": (
            gettext("Points cannot be sent"),
            gettext("Here, everybody uses their own points."),
            gettext("Ask at the shop."),
        ),
        "redemption_not_found": (
            gettext("There is nothing here"),
            gettext("This address belongs to none of your rewards."),
            gettext("You find yours under Rewards."),
        ),
        "voucher_used": (
            gettext("The code was used"),
            gettext("A reward that was used cannot be undone."),
            gettext("If you did not use it yourself, ask at the shop."),
        ),
        "voucher_expired": (
            gettext("The code has expired"),
            gettext("Its last day is over, so it can neither be used nor undone."),
            gettext("Ask at the shop; they may be able to help."),
        ),
        "redemption_not_open": (
            gettext("This cannot be undone any more"),
            gettext("The reward has changed since you opened the page."),
            gettext("Have a look at it again."),
        ),
        "request_in_flight": (
            gettext("One moment"),
            gettext("Your first click is still being worked on."),
            gettext("Look again in a moment: it will be done once."),
        ),
        "form_incomplete": (
            gettext("The page was not complete"),
            gettext("Something was missing from the form. No points were taken."),
            gettext("Open the page again and press the button once more."),
        ),
    }


def _about_coming_in() -> dict[str, tuple[str, str, str]]:
    new_one = gettext("Ask for a new one below; it takes a minute.")
    not_ready = (
        gettext("We are still setting things up"),
        gettext("The programme has no rules yet, so there is nothing to show."),
        gettext("Please come back soon."),
    )
    return {
        "no_rulebook": not_ready,
        "no_rulebook_in_force": not_ready,
        "unknown_link": (
            gettext("This link is not complete"),
            gettext("We do not know it. Mail programs sometimes cut long links in two."),
            gettext("Copy the whole link from the message, or ask for a new one below."),
        ),
        "used_link": (
            gettext("This link was used before"),
            gettext("For your safety, every link signs in only once."),
            new_one,
        ),
        "expired_link": (
            gettext("This link is too old"),
            gettext("For your safety, links stop working after a while."),
            new_one,
        ),
        "membership_closed": (
            gettext("This membership is closed"),
            gettext("Who has left the programme cannot sign in any more."),
            gettext("Ask at the shop if you would like to join again."),
        ),
        "too_many_requests": (
            gettext("That was a lot of links"),
            gettext("We have sent as many links as we may for now."),
            gettext("Look into your mailbox, also under spam, or try again in a quarter of an hour."),
        ),
    }


def _about_you() -> dict[str, tuple[str, str, str]]:
    gone = (
        gettext("This is no longer asked"),
        gettext("The programme has changed meanwhile. Nothing was changed."),
        gettext("Open the page again."),
    )
    return {
        "bad_member_field": (
            gettext("This does not fit here"),
            gettext("Another kind of value is needed."),
            gettext("Correct it, or leave it empty."),
        ),
        "bad_birth_date": (
            gettext("This cannot be a date of birth"),
            gettext("It is before 1900 or in the future."),
            gettext("Correct the date, or leave it out."),
        ),
        "member_field_not_yours": (
            gettext("Only the shop can change this"),
            gettext("Nothing was changed."),
            gettext("Ask at the shop."),
        ),
        "unknown_member_field": gone,
        "unknown_consent": gone,
    }
