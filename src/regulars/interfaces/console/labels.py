"""Names and tones of states, as badges say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from regulars.domain.ledger.contracts import Account, CauseKind, LedgerEntry
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.rewards.contracts import Due, GrantedPart, Redemption, RedemptionState, VoucherState
from regulars.domain.transfers.contracts import TAKEN_BACK

BY_MEMBER = "the member"
"""How the portal names a member who acts for themselves."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words of a badge, and its tone: the words alone must say it all."""

    label: str
    tone: str = "neutral"


def member_status(status: MemberStatus) -> Label:
    return {
        MemberStatus.active: Label(gettext("Active"), "success"),
        MemberStatus.blocked: Label(gettext("Blocked"), "warning"),
        MemberStatus.closed: Label(gettext("Closed")),
        MemberStatus.merged: Label(gettext("Merged")),
    }[status]


def movement(entry: LedgerEntry) -> Label:
    """What an entry did, seen from the member."""
    if entry.cause_kind in (CauseKind.merge, CauseKind.merge_undone):
        return Label(gettext("Merged"), "info")
    if entry.cause_kind is CauseKind.adjustment_undone:
        return Label(gettext("Given back") if entry.points > 0 else gettext("Taken back"), "info")
    if Account.pending in (entry.debit, entry.credit):
        return _of_waiting(entry)
    if entry.cause_kind is CauseKind.order_return:
        back = entry.credit is Account.available
        return Label(gettext("Given back"), "info") if back else Label(gettext("Taken back"), "warning")
    if entry.cause_kind is CauseKind.reward_undone:
        return Label(gettext("Taken back"), "info")
    if entry.debit is Account.issued:
        return Label(gettext("Earned"), "success")
    if entry.debit is Account.adjusted:
        return Label(gettext("Given"), "success")
    if entry.credit is Account.adjusted:
        return Label(gettext("Taken"), "warning")
    if entry.credit is Account.expired:
        return Label(gettext("Expired"))
    if entry.cause_kind is CauseKind.stored_value:
        return Label(gettext("Stored value"), "info")
    if entry.cause_kind is CauseKind.transfer:
        return _transferred(entry)
    if entry.cause_kind is CauseKind.hold and entry.credit is Account.held:
        return Label(gettext("Set aside"), "warning")
    if entry.credit in (Account.redeemed, Account.held):
        return Label(gettext("Redeemed"), "primary")
    return Label(gettext("Given back"), "info")


def _of_waiting(entry: LedgerEntry) -> Label:
    if entry.credit is Account.pending:
        return Label(gettext("On their way"), "info")
    if entry.credit is Account.available:
        return Label(gettext("Spendable"), "success")
    if entry.cause_kind is CauseKind.cancellation:
        return Label(gettext("Cancelled"))
    return Label(gettext("Taken back"), "warning")


def _transferred(entry: LedgerEntry) -> Label:
    if entry.reason == TAKEN_BACK:
        return Label(gettext("Taken back"), "info")
    return Label(gettext("Sent"), "primary") if entry.points < 0 else Label(gettext("Received"), "success")


def adjustment_reason(code: str, name: str = "") -> str:
    """Why staff changed a balance: the usual reasons in the reader's language, a merchant's own as it was called."""
    usual = {
        "goodwill": ("Goodwill", gettext("Goodwill")),
        "correction": ("Correction", gettext("Correction")),
        "forgotten_card": ("Forgot the card", gettext("Forgot the card")),
        "promotion": ("Promotion", gettext("Promotion")),
    }
    english, said = usual.get(code, ("Other reason", gettext("Other reason")))
    return said if name in ("", english) else name


def who(by: str) -> str:
    """Who did it: an operator by address, a program by the name of its key, or the member."""
    if by == BY_MEMBER:
        return gettext("the member")
    return gettext("API key %(name)s") % {"name": by.removeprefix("key:")} if by.startswith("key:") else by


def redemption_state(redemption: Redemption, parts: Sequence[GrantedPart] = ()) -> Label:
    """parts: what it gave."""
    dues = {each.due for each in parts if each.is_open}
    if redemption.state is RedemptionState.fulfilled and any(each.due is Due.hand_over for each in parts):
        return Label(gettext("Handed over"), "success")
    if redemption.voucher_state is VoucherState.used or redemption.state is RedemptionState.fulfilled:
        return Label(gettext("Used"), "success")
    if redemption.state is RedemptionState.granted and Due.hand_over in dues:
        return Label(gettext("To hand over"), "warning")
    if redemption.state is RedemptionState.granted and parts and not dues:
        return Label(gettext("Granted"), "success")
    return {
        RedemptionState.held: Label(gettext("Set aside"), "warning"),
        RedemptionState.granted: Label(gettext("Ready to use"), "primary"),
        RedemptionState.released: Label(gettext("Let go")),
        RedemptionState.reversed: Label(gettext("Reversed")),
    }[redemption.state]
