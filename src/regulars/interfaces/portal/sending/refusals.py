"""Why points cannot be sent or taken back, in words for the member who tried."""

from __future__ import annotations

from django.utils.translation import gettext

from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal


def in_senders_words(refusal: Refusal) -> Refusal:
    """The same refusal in the member's language; its field is one of the form."""
    said = _not_enough(refusal) if isinstance(refusal, NotEnoughPoints) else _about_sending().get(refusal.code)
    if said is None:
        return in_members_words(refusal)
    title, detail, remedy = said
    field = {"receiver": "to", "point_type": None}.get(str(refusal.field), refusal.field)
    return Refusal(refusal.code, title, detail=detail, remedy=remedy, field=field, status=refusal.status)


def _not_enough(refusal: NotEnoughPoints) -> tuple[str, str, str]:
    values = {"asked": words.amount(refusal.asked), "available": words.points(max(refusal.available, 0))}
    return (
        gettext("You have fewer points"),
        gettext("This takes %(asked)s, and you can spend %(available)s.") % values,
        gettext("Send fewer."),
    )


def _about_sending() -> dict[str, tuple[str, str, str]]:
    ask_them = gettext("Ask the other member to send them back.")
    terms = gettext("You find the terms on this page.")
    return {
        "receiver_not_found": (
            gettext("Nobody was found"),
            gettext("Nobody here can receive points under that."),
            gettext("Check it with the person who should get the points."),
        ),
        "too_many_looks": (
            gettext("That was a lot of looking"),
            gettext("We look for only so many members in a quarter of an hour."),
            gettext("Please try again a little later."),
        ),
        "transfer_to_oneself": (
            gettext("That is you"),
            gettext("You cannot send points to yourself."),
            gettext("Name somebody else."),
        ),
        "bad_transfer": (gettext("That is no number of points"), gettext("Send at least one."), terms),
        "transfer_too_small": (gettext("That is too little"), gettext("There is a least number at once."), terms),
        "transfer_too_large": (gettext("That is too much"), gettext("There is a most number at once."), terms),
        "transfer_limit_reached": (
            gettext("That is enough for today"),
            gettext("With what you have sent today, this would be more than a day allows."),
            gettext("Send fewer, or wait until tomorrow."),
        ),
        "transfer_final": (
            gettext("These points stay sent"),
            gettext("What was sent cannot be taken back here."),
            ask_them,
        ),
        "transfer_cancel_late": (
            gettext("It is too late"),
            gettext("The time in which you could take the points back is over."),
            ask_them,
        ),
        "transfer_spent": (
            gettext("The points are not all there any more"),
            gettext("Some of them have been used."),
            ask_them,
        ),
        "offer_expired": (
            gettext("This took a little too long"),
            gettext("No points were sent."),
            gettext("Please begin again."),
        ),
    }
