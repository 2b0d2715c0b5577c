"""What is refused of vouchers, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

VOUCHER_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "voucher_pool_not_found": lambda: (
        gettext("There is no such pool"),
        gettext("No pool of codes of this programme has this name."),
        gettext("Choose one from the list."),
    ),
    "voucher_pool_archived": lambda: (
        gettext("The pool has ended"),
        gettext("Nothing comes out of a pool that has ended, and nothing goes in."),
        gettext("Change the pool and open it again first."),
    ),
    "bad_voucher_days": lambda: (
        gettext("The codes would never work"),
        gettext("The last day is before the first."),
        gettext("Correct one of them."),
    ),
    "bad_voucher_terms": lambda: (
        gettext("The codes would give nothing"),
        gettext("A percentage is above 0 and at most 100, and money is above 0."),
        gettext("Say how much a code gives."),
    ),
    "bad_code": lambda: (
        gettext("This is not a code"),
        gettext("A code has letters, digits, hyphens and dots, and 4 to 60 of them."),
        gettext("Check it letter by letter."),
    ),
    "voucher_not_found": lambda: (
        gettext("There is no such code"),
        gettext("No code of this programme is written like this."),
        gettext("Check it letter by letter."),
    ),
    "voucher_used_up": lambda: (
        gettext("The code was used"),
        gettext("It was used as often as it works."),
        gettext("There is nothing to do: it cannot be used again."),
    ),
    "voucher_of_redemption": lambda: (
        gettext("The code was paid with points"),
        gettext("Making it void would leave the member without points and without the code."),
        gettext("Undo the redemption at the member: that makes the code void, and gives the points back."),
    ),
    "voucher_in_use": lambda: (
        gettext("The code is reserved for an order"),
        gettext("It is shown for an order that is not finished."),
        gettext("Wait until the order is done."),
    ),
    "bad_code_count": lambda: (
        gettext("So many codes cannot be taken at once"),
        gettext("Up to 100,000 codes are made or imported at a time."),
        gettext("Do it in parts."),
    ),
    "code_in_use": lambda: (
        gettext("Some of the codes came to be meanwhile"),
        gettext("A colleague made or imported them a moment ago."),
        gettext("Look at the file again."),
    ),
}
