"""The chart of accounts in words, and every posting that the ledger knows. What is not listed here is not posted.

docs/ledger shows both; a check proves that the books hold nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

from regulars.domain.ledger.contracts import Account

MEANINGS = {
    Account.available: "Points that the owner can spend now. Each is in exactly one open lot.",
    Account.held: "Points set aside for something that is not yet certain; no longer spendable, not yet spent.",
    Account.pending: "Points that were earned and cannot be spent yet: they wait for a day or for an event.",
    Account.issued: "All points ever given for events or as credit by rewards: the programme's side of every earning.",
    Account.redeemed: "All points ever spent on rewards, less what came back from reversals.",
    Account.expired: "All points that nobody spent in time.",
    Account.adjusted: "All points that operators gave, less those they took.",
    Account.reversed: "All points that returns, cancellations and undone rewards took back.",
    Account.transferred: "Points on their way from one member to another; always zero in sum.",
    Account.charged: "All points that members paid as fees, less what came back from transfers that were undone.",
    Account.loaded: "All stored value that was paid in, less what was paid back to where it came from.",
    Account.promoted: "All stored value that was given on top of what was paid, less what was taken back of it.",
}


class Posting(NamedTuple):
    """One kind of movement. debit: the account that it leaves; credit: the account that it reaches."""

    name: str
    debit: Account
    credit: Account
    when: str
    lots: str


POSTINGS = (
    Posting(
        "earn",
        Account.issued,
        Account.available,
        "A rule gives points for an event, or a reward gives credit.",
        "A new lot. Where the owner is below zero, the lot first pays that off.",
    ),
    Posting(
        "earn_pending",
        Account.issued,
        Account.pending,
        "A rule gives points that cannot be spent yet.",
        "A new lot of which nothing is left to spend yet.",
    ),
    Posting(
        "activate",
        Account.pending,
        Account.available,
        "The day has come, or the event that the points waited for.",
        "The lot opens; where the owner is below zero, it first pays that off.",
    ),
    Posting(
        "cancel",
        Account.pending,
        Account.reversed,
        "The order comes back, or what the points waited for did not come in time.",
        "The waiting lot pays.",
    ),
    Posting(
        "revoke",
        Account.available,
        Account.reversed,
        "An order comes back whose points were active already, or a reward that gave credit is undone.",
        "The order's own lot pays first, then others as for spending; the programme may let the rest be a deficit.",
    ),
    Posting(
        "spend",
        Account.available,
        Account.redeemed,
        "A reward is taken at once.",
        "The lots with the earliest last day pay; those that never expire pay last.",
    ),
    Posting(
        "hold",
        Account.available,
        Account.held,
        "A reward is reserved, or a till sets points aside for an order that is not finished.",
        "The lots pay now, as for spending.",
    ),
    Posting(
        "settle",
        Account.held,
        Account.redeemed,
        "A reservation becomes final, all of it or a part; or it pays for an order.",
        "None: they paid at the hold.",
    ),
    Posting(
        "release",
        Account.held,
        Account.available,
        "A reservation is given up or runs out, or only a part of it is needed.",
        "The points return to the lots that paid, the last used first, with their own last day.",
    ),
    Posting(
        "reverse",
        Account.redeemed,
        Account.available,
        "A redemption is undone, an order that points had paid for comes back, or a hold was settled by mistake.",
        "The points return to the lots that paid, the last used first, with their own last day.",
    ),
    Posting(
        "expire",
        Account.available,
        Account.expired,
        "The last day of a lot is over.",
        "One posting for each lot: it pays all that is left of it.",
    ),
    Posting(
        "give",
        Account.adjusted,
        Account.available,
        "An operator gives points, with a reason, or takes back that points were taken.",
        "A new lot; points that come back return to the lots that paid.",
    ),
    Posting(
        "take",
        Account.available,
        Account.adjusted,
        "An operator takes points, with a reason, or takes a gift back.",
        "The lots pay, as for spending; a gift that is taken back pays from its own lot first.",
    ),
    Posting(
        "send",
        Account.available,
        Account.transferred,
        "A member gives points to another member; or has to return them, because the sender takes them back. Or a"
        " member becomes part of another, and all points go there.",
        "The lots pay, as for spending; those that are returned, from the lots that had arrived.",
    ),
    Posting(
        "receive",
        Account.transferred,
        Account.available,
        "A member gets points from another member; or gets back what they had sent. Or another member becomes part"
        " of them.",
        "A new lot for each that paid, with its last day, or one with a last day of its own. What is taken back returns"
        " to the lots that had paid.",
    ),
    Posting(
        "send_pending",
        Account.pending,
        Account.transferred,
        "A member becomes part of another, or is taken out again, while points wait.",
        "The waiting lot pays.",
    ),
    Posting(
        "receive_pending",
        Account.transferred,
        Account.pending,
        "The points wait with the other member, for the same day or event.",
        "A new lot that waits; or the lot that it came from, when members are taken apart again.",
    ),
    Posting(
        "restore",
        Account.reversed,
        Account.available,
        "Members are taken apart again, and a bonus that counted twice is due to both once more.",
        "The points return to the lots that paid.",
    ),
    Posting(
        "restore_pending",
        Account.reversed,
        Account.pending,
        "The same, where the bonus was pending.",
        "The waiting lot has the points again.",
    ),
    Posting(
        "charge",
        Account.available,
        Account.charged,
        "A member pays the fee of a transfer.",
        "The lots pay, as for spending, after those that paid for the transfer.",
    ),
    Posting(
        "refund",
        Account.charged,
        Account.available,
        "The transfer is undone, and its fee comes back.",
        "The points return to the lots that paid, with their own last day.",
    ),
    Posting(
        "load",
        Account.loaded,
        Account.available,
        "Somebody pays money in, or buys a gift card.",
        "A new lot, which knows its payment.",
    ),
    Posting(
        "unload",
        Account.available,
        Account.loaded,
        "What was paid in goes back to where it came from.",
        "The lot of that payment pays.",
    ),
    Posting(
        "promote",
        Account.promoted,
        Account.available,
        "Stored value is given: on top of what was paid in, or as a reward.",
        "A new lot of its own, which may have a last day.",
    ),
    Posting(
        "unpromote",
        Account.available,
        Account.promoted,
        "The payment that it came with goes back.",
        "The lot of the gift pays, then that of the payment.",
    ),
)
