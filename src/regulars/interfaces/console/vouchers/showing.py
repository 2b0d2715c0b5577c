"""Pools and codes in words, for the pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.vouchers.contracts import Attempts, Batch, BatchKind, Pool, PoolCounts, Voucher, VoucherState
from regulars.domain.vouchers.terms import VoucherTerms
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word. tone: of the badge."""

    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool as the list shows one."""

    url: str
    name: str
    gives: str
    state: Badge
    counts: PoolCounts


@dataclass(frozen=True, slots=True)
class Tried:
    """Who tried wrong codes."""

    who: str
    kind: str
    attempts: int


def pool_row(desk: Desk, found: Pool, counts: PoolCounts) -> PoolRow:
    """One line of the list."""
    url = reverse("console:voucher-pool", args=[found.code])
    return PoolRow(url, found.name, gives(desk, found), pool_state(found), counts)


def gives(desk: Desk, found: Pool) -> str:
    """What a code gives."""
    said = VoucherTerms.model_validate(found.terms).words(desk.programme.currency)
    return words.sentence_case(words.said(said))


def pool_state(found: Pool) -> Badge:
    """Whether codes of the pool work."""
    return Badge(gettext("Ended"), "neutral") if found.archived else Badge(gettext("Works now"), "success")


def code_state(found: Voucher) -> Badge:
    """What has become of a code."""
    if found.state is VoucherState.used:
        return Badge(gettext("Used"), "neutral")
    if found.state is VoucherState.void:
        return Badge(gettext("Void"), "error")
    if found.reserved:
        return Badge(gettext("Reserved"), "warning")
    return Badge(gettext("Valid"), "success")


def batch_kind(each: Batch) -> str:
    """How a batch came about."""
    return {
        BatchKind.generated: gettext("Generated"),
        BatchKind.short: gettext("Generated, short"),
        BatchKind.imported: gettext("Imported"),
    }[each.kind]


def tried(each: Attempts) -> Tried:
    """Who tried wrong codes; addresses and members are not told."""
    kinds = {
        "key": gettext("API key"),
        "origin": gettext("An address on the net"),
        "member": gettext("A member"),
        "till": gettext("Till"),
    }
    kind = kinds[each.kind]
    return Tried(
        f"{kind} {each.shown}".strip(), gettext("Short codes") if each.short else gettext("Long codes"), each.attempts
    )
