"""Why a code gives nothing, in words. Pure."""

from __future__ import annotations

from regulars.domain.vouchers.contracts import CodeSaid
from regulars.kernel.words import Sentence

_WORDS = {
    "not_accepted": Sentence("The code cannot be used here."),
    "twice": Sentence("The code was given before."),
    "used": Sentence("The code was used as often as it works."),
    "in_use": Sentence("The code is reserved for another order."),
    "too_early": Sentence("The code works from {day} on."),
    "expired": Sentence("The last day of the code was {day}."),
    "ended": Sentence("The codes of this kind have ended."),
    "pool_used_up": Sentence("All codes of this kind together were used as often as they work."),
    "member_limit": Sentence("The member has used codes of this kind as often as one may."),
    "member_needed": Sentence("The code works only for members, and nobody says whose order it is."),
    "elsewhere": Sentence("The code is used at a partner."),
    "for_an_item": Sentence("The code is for something that is handed over."),
    "not_here": Sentence("The code does not work in this store or channel."),
    "below_minimum": Sentence("The order is too small for the code."),
    "no_lines": Sentence("Nothing in the order counts for the code."),
    "no_shipping": Sentence("Sending the order costs nothing anyway."),
    "too_little": Sentence("What counts is too little for the code to take anything off."),
    "nothing_left": Sentence("Nothing is left to pay where the code counts."),
    "not_combined": Sentence("The code is not combined with the others, which give more."),
    "group": Sentence("Another code of its group gives more."),
    "too_many": Sentence("As many codes as may count on one order give something already."),
    "most_off": Sentence("The codes give as much as they may on one order already."),
}


def why_words(said: CodeSaid) -> Sentence | None:
    """Why the code gives nothing; None where it gives something."""
    if not said.why:
        return None
    return Sentence(_WORDS[said.why].template, {} if said.day is None else {"day": said.day})
