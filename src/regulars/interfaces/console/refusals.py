"""Refusals as an operator reads them.

The flows write refusals for everybody, programs included: in English, with field names and ids. The ones that people
meet at the console are said again here, in their language and with the words of the page. Others pass unchanged.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

from regulars.domain.adjustments.contracts import DailyLimitReached
from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.flows.draft_refusals import Clash
from regulars.interfaces.console.audience_refusals import AUDIENCE_REFUSALS
from regulars.interfaces.console.clock.refused import CLOCK_REFUSALS
from regulars.interfaces.console.decisions import SAID_OF_DECISIONS
from regulars.interfaces.console.draft_refusals import DRAFT_REFUSALS, clash_said
from regulars.interfaces.console.link_refusals import LINK_REFUSALS
from regulars.interfaces.console.merge_words import MERGING
from regulars.interfaces.console.objectives.refused import OBJECTIVE_REFUSALS
from regulars.interfaces.console.rewards.refused import REWARD_REFUSALS
from regulars.interfaces.console.rulebook.backtest_refusals import BACKTEST_REFUSALS
from regulars.interfaces.console.rulebook.tuning_refusals import TUNING_REFUSALS
from regulars.interfaces.console.share_words import SHARING
from regulars.interfaces.console.tier_refusals import TIER_REFUSALS
from regulars.interfaces.console.value_words import VALUE_REFUSALS
from regulars.interfaces.console.vouchers.refused import VOUCHER_REFUSALS
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal

Said = tuple[str, str, str]
"""Title, detail, remedy."""


def in_words(refusal: Refusal) -> Refusal:
    """The refusal with the words of the page; code, field and status stay."""
    if isinstance(refusal, NotEnoughPoints):
        refusal.title, refusal.detail, refusal.remedy = _not_enough(refusal)
    elif isinstance(refusal, DailyLimitReached):
        refusal.title, refusal.detail, refusal.remedy = _limit_reached(refusal)
    elif isinstance(refusal, Clash):
        refusal.title, refusal.detail, refusal.remedy = clash_said(refusal)
    elif refusal.code in _SAID:
        refusal.title, refusal.detail, refusal.remedy = _SAID[refusal.code]()
    return refusal


def _not_enough(refusal: NotEnoughPoints) -> Said:
    values = {"asked": words.points(refusal.asked), "available": words.points(refusal.available)}
    return (
        gettext("There are not enough points"),
        gettext("%(asked)s are needed, and %(available)s are there.") % values,
        gettext("Choose a smaller number."),
    )


def _limit_reached(refusal: DailyLimitReached) -> Said:
    values = {"limit": words.amount(refusal.limit), "left": words.points(refusal.left)}
    return (
        gettext("Your limit of the day is reached"),
        gettext("One person gives and takes up to %(limit)s a day; %(left)s are left for you.") % values,
        gettext("Let a colleague do it, or wait until tomorrow."),
    )


def _ask_them() -> str:
    return gettext("The other member can send them back.")


_SAID: dict[str, Callable[[], Said]] = {
    "programme_in_use": lambda: (
        gettext("This programme has members already"),
        gettext("A template would change what they were promised."),
        gettext("Take what you like into your own rulebook, or try the template in a sandbox."),
    ),
    "template_not_found": lambda: (
        gettext("There is no such template"),
        gettext("No ready-made programme has this name."),
        gettext("Choose one from the gallery."),
    ),
    "way_not_found": lambda: (
        gettext("There is no such way to earn"),
        gettext("Nothing in this installation has this name."),
        gettext("Choose one from the library."),
    ),
    "form_incomplete": lambda: (
        gettext("The page was not complete"),
        gettext("Something was missing from the form. Nothing was changed."),
        gettext("Open the page again and press the button once more."),
    ),
    "request_in_flight": lambda: (
        gettext("One moment"),
        gettext("Your first click is still being worked on."),
        gettext("Look again in a moment: it will be done once."),
    ),
    "transfers_not_allowed": lambda: (
        gettext("Points cannot be sent"),
        gettext("The rulebook does not let members send points to one another."),
        gettext("Allow it in the rulebook, if it should be possible."),
    ),
    "transfer_to_oneself": lambda: (
        gettext("This is the same member"),
        gettext("Points cannot be sent to oneself."),
        gettext("Choose somebody else."),
    ),
    "bad_transfer": lambda: (
        gettext("The number of points is out of range"),
        gettext("A transfer has at least one point."),
        gettext("Correct the number."),
    ),
    "transfer_too_small": lambda: (
        gettext("That is less than can be sent"),
        gettext("The rulebook states the least number of points at once."),
        gettext("Send more."),
    ),
    "transfer_too_large": lambda: (
        gettext("That is more than can be sent at once"),
        gettext("The rulebook states the most points at once."),
        gettext("Send fewer."),
    ),
    "transfer_limit_reached": lambda: (
        gettext("The limit of the day is reached"),
        gettext("With what was sent today, this would be more than the rulebook allows in one day."),
        gettext("Send fewer, or wait until tomorrow."),
    ),
    "transfer_arrives_expired": lambda: (
        gettext("The points would arrive expired"),
        gettext("By the rulebook they would get a last day that is over."),
        gettext("Publish a rulebook with a later last day first."),
    ),
    "transfer_final": lambda: (
        gettext("The transfer is final"),
        gettext("By the rulebook under which the points were sent, they cannot be taken back."),
        _ask_them(),
    ),
    "transfer_cancel_late": lambda: (
        gettext("It is too late to take the points back"),
        gettext("The time that the rulebook gives for it is over."),
        _ask_them(),
    ),
    "transfer_spent": lambda: (
        gettext("The points are no longer all there"),
        gettext("Some of them were spent, sent on, or expired."),
        _ask_them(),
    ),
    "transfer_not_found": lambda: (
        gettext("There is no such transfer"),
        gettext("The address names nothing that this member sent."),
        gettext("Look under the member's points."),
    ),
    "nothing_to_extend": lambda: (
        gettext("No points expire then"),
        gettext("They were spent, or have expired meanwhile; what has expired is gone."),
        gettext("Choose a day from the calendar."),
    ),
    "extension_not_later": lambda: (
        gettext("Points can only be given more time"),
        gettext("This day is not after their last day."),
        gettext("Choose a later day."),
    ),
    "extension_too_far": lambda: (
        gettext("This day is too far away"),
        gettext("Points are extended by at most ten years at a time."),
        gettext("Choose an earlier day."),
    ),
    "member_without_identity": lambda: (
        gettext("Nothing identifies this member"),
        gettext("Without an e-mail, a phone number or a number of your own, nobody could find them again."),
        gettext("Fill in one of the three."),
    ),
    "member_exists": lambda: (
        gettext("Another member has this already"),
        gettext("It belongs to somebody who is enrolled."),
        gettext("Look them up instead, or correct the entry."),
    ),
    "bad_email": lambda: (
        gettext("This is not an e-mail address"),
        gettext("It needs a name, an @ and a domain."),
        gettext("Write it as name@example.com."),
    ),
    "bad_phone": lambda: (
        gettext("This is not a phone number"),
        gettext("It cannot be dialled."),
        gettext("Write it with the country code, for example +90 532 123 45 67."),
    ),
    "bad_member_field": lambda: (
        gettext("The value does not fit the field"),
        gettext("It is not of the kind that the rulebook states."),
        gettext("Correct it, or leave the field empty."),
    ),
    "unknown_member_field": lambda: (
        gettext("This is no longer kept about members"),
        gettext("The rulebook in force has no such field."),
        gettext("Open the page again."),
    ),
    "bad_event_data": lambda: (
        gettext("The value does not fit the field"),
        gettext("It is not of the kind that the rulebook states."),
        gettext("Correct it, or leave the field empty."),
    ),
    "unknown_consent": lambda: (
        gettext("Nobody is asked for this any more"),
        gettext("The rulebook in force has no such consent."),
        gettext("Open the page again."),
    ),
    "bad_birth_date": lambda: (
        gettext("This cannot be a date of birth"),
        gettext("It is before 1900 or in the future."),
        gettext("Correct the date, or leave it out."),
    ),
    "attributes_too_large": lambda: (
        gettext("That is too much text"),
        gettext("All fields of a member together take up to 4,000 characters."),
        gettext("Shorten it."),
    ),
    "order_number_reused": lambda: (
        gettext("This order was counted before"),
        gettext("An order with this number is recorded already, and an order counts once."),
        gettext("Check the number on the receipt."),
    ),
    "order_already_returned": lambda: (
        gettext("The order came back before"),
        gettext("Nothing of it is left."),
        gettext("Nothing is to be done."),
    ),
    "more_returned_than_paid": lambda: (
        gettext("More money goes back than was paid"),
        gettext("With what came back before, it is more than the order cost."),
        gettext("Write the amount that really goes back."),
    ),
    "more_returned_than_bought": lambda: (
        gettext("More comes back than was bought"),
        gettext("So many pieces are not left of the order."),
        gettext("Write how many really come back."),
    ),
    "not_enough_points": lambda: (
        gettext("There are not enough points"),
        gettext("The member has fewer points than were used."),
        gettext("Choose a smaller number."),
    ),
    "points_pay_too_much": lambda: (
        gettext("The points pay more than the order costs"),
        gettext("What they were worth is more than the sum of the products."),
        gettext("Correct what the points were worth."),
    ),
    **AUDIENCE_REFUSALS,
    **CLOCK_REFUSALS,
    **TIER_REFUSALS,
    **VALUE_REFUSALS,
    **OBJECTIVE_REFUSALS,
    **VOUCHER_REFUSALS,
    **TUNING_REFUSALS,
    **BACKTEST_REFUSALS,
    **DRAFT_REFUSALS,
    "time_in_future": lambda: (
        gettext("The time is in the future"),
        gettext("An order cannot be paid later than now."),
        gettext("Correct the date and time."),
    ),
    "time_too_early": lambda: (
        gettext("The time is too long ago"),
        gettext("It is before 1995."),
        gettext("Correct the date and time."),
    ),
    "no_rulebook_in_force": lambda: (
        gettext("No rulebook was in force then"),
        gettext("The rules of the programme start later than this order."),
        gettext("Correct the date, or publish a rulebook that starts earlier."),
    ),
    "too_many_decimals": lambda: (
        gettext("The amount has too many decimals"),
        gettext("The currency has no coin that small."),
        gettext("Round the amount."),
    ),
    "member_not_active": lambda: (
        gettext("The member is not active"),
        gettext("Members who have left neither earn nor redeem."),
        gettext("Enrol the member anew."),
    ),
    **MERGING,
    **SHARING,
    "member_blocked": lambda: (
        gettext("The member is blocked"),
        gettext("While a member is blocked, points come in and wait, and none can be spent."),
        gettext("Release the member first."),
    ),
    "reward_not_offered": lambda: (
        gettext("The reward is not on offer now"),
        gettext("Somebody has paused it."),
        gettext("Choose another reward; no points were taken."),
    ),
    "out_of_stock": lambda: (
        gettext("The reward is sold out"),
        gettext("The last one is gone."),
        gettext("Choose another reward; no points were taken."),
    ),
    "limit_reached": lambda: (
        gettext("The member has had this reward as often as allowed"),
        gettext("It is limited for each member."),
        gettext("Choose another reward; no points were taken."),
    ),
    "voucher_used": lambda: (
        gettext("The voucher was used"),
        gettext("Its code has paid for an order, so the points stay spent."),
        gettext("Give goodwill points instead, if the member should have them back."),
    ),
    **SAID_OF_DECISIONS,
    "redemption_not_open": lambda: (
        gettext("This redemption can no longer be changed"),
        gettext("It was undone before, or is not granted yet."),
        gettext("Look at its state in the list."),
    ),
    "adjustment_decided": lambda: (
        gettext("This is decided already"),
        gettext("A colleague was faster."),
        gettext("Look at it again; nothing was changed now."),
    ),
    "own_adjustment": lambda: (
        gettext("A second person has to approve"),
        gettext("You asked for this yourself."),
        gettext("Let a colleague approve it."),
    ),
    "adjustment_not_posted": lambda: (
        gettext("No points have moved"),
        gettext("It waits for a colleague, or was declined."),
        gettext("Decline it under Approvals, if it should not happen."),
    ),
    "adjustment_repeated": lambda: (
        gettext("This form was sent before"),
        gettext("It gave or took points then, and now says something else."),
        gettext("Open the form anew."),
    ),
    "undo_too_late": lambda: (
        gettext("It is too late to undo this"),
        gettext("Ten seconds are over."),
        gettext("Reverse the entry instead: that stays possible."),
    ),
    "not_yours_to_undo": lambda: (
        gettext("Somebody else did this"),
        gettext("Only they can undo it."),
        gettext("Reverse the entry instead: that stays possible."),
    ),
    "nothing_to_take_back": lambda: (
        gettext("There is nothing left to take back"),
        gettext("What was given is spent, or has expired."),
        gettext("Leave it as it is."),
    ),
    "household_full": lambda: (
        gettext("The household is full"),
        gettext("It has as many members as a household can have here."),
        gettext("Somebody has to leave first."),
    ),
    "household_limit_reached": lambda: (
        gettext("This is above the member's limit in the household"),
        gettext("The household lets this member spend only so much in a month. No points were taken."),
        gettext("Choose another reward, or change the limit."),
    ),
    "already_in_household": lambda: (
        gettext("The member is in a household already"),
        gettext("A member can be in one household at a time."),
        gettext("Take them out of that one first."),
    ),
    "households_not_offered": lambda: (
        gettext("There are no households here"),
        gettext("The rulebook in force does not offer them."),
        gettext("Publish a rulebook that does."),
    ),
    "invitation_not_found": lambda: (
        gettext("There is no such invitation"),
        gettext("Nobody invites with this code."),
        gettext("Check the code, or make a new invitation."),
    ),
    "invitation_used": lambda: (
        gettext("The invitation was used"),
        gettext("Somebody joined with this code, or it was withdrawn."),
        gettext("Make a new invitation."),
    ),
    "invitation_expired": lambda: (
        gettext("The invitation is too old"),
        gettext("A code can be used for seven days."),
        gettext("Make a new invitation."),
    ),
    **LINK_REFUSALS,
    **REWARD_REFUSALS,
}
