"""Gift cards: sold, checked by number and PIN, spent, moved into accounts, replaced."""

from __future__ import annotations

from uuid import UUID

from ninja import Router

from regulars.domain.access.contracts import Scope
from regulars.domain.gift_cards.contracts import GiftCard, Recipient
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_by_id, acts_of
from regulars.flows.gift_cards.cards import card_purse, found_card
from regulars.flows.gift_cards.check_card import check_card
from regulars.flows.gift_cards.hand_over import draw_pin
from regulars.flows.gift_cards.issue_cards import (
    activate_card,
    issue_batch,
    issue_card,
)
from regulars.flows.gift_cards.move_card import move_into_account, replace_card, void_card
from regulars.flows.gift_cards.use_card import freeze_card, refund_card, spend_card
from regulars.flows.stored_value.look_at_value import look_at_value
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.gift_card_shapes import (
    CardMoveIn,
    CardMovement,
    CardPin,
    CardReasonIn,
    CardRefundIn,
    CardSpendingIn,
    GiftCardBatchIn,
    GiftCardBatchShown,
    GiftCardIn,
    GiftCardShown,
    NumberAndPin,
    PaidIn,
)
from regulars.interfaces.api.v1.shapes import find_member, money_of

router = Router()
_REFUNDS = (ActKind.give_back, ActKind.pay_back)


@router.post(
    "/gift-cards",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: GiftCardShown},
    summary="Sell a gift card",
    operation_id="create_gift_card",
)
def create_gift_card(request: ApiRequest, body: GiftCardIn) -> GiftCardShown:
    """The card is active at once. Draw its PIN when you hand it over (`POST /gift-cards/{id}/pin`)."""
    wanted = None if body.recipient is None else Recipient(**body.recipient.model_dump())
    done = issue_card(
        request.conn, programme_id=request.programme_id, amount=body.amount, reference=body.reference, now=request.now,
        by=request.key.by, currency=body.currency, recipient=wanted,
    )  # fmt: skip
    return _shown(request, done)


@router.post(
    "/gift-cards/batches",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: GiftCardBatchShown},
    summary="Make gift cards for a shop",
    operation_id="create_gift_card_batch",
)
def create_gift_card_batch(request: ApiRequest, body: GiftCardBatchIn) -> GiftCardBatchShown:
    """Nothing is on them until each is sold (`activate`). Needs an Idempotency-Key."""
    require_key(request)
    done = issue_batch(
        request.conn, programme_id=request.programme_id, name=body.name, cards=body.cards, amount=body.amount,
        now=request.now, by=request.key.by,
    )  # fmt: skip
    currency = card_purse(request.conn, programme_id=request.programme_id, now=request.now).currency
    return GiftCardBatchShown(
        id=done.id, name=done.name, cards=done.cards, amount=money_of(done.amount, currency), made_at=done.made_at
    )


@router.post(
    "/gift-cards/check",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=GiftCardShown,
    summary="Check a gift card",
    operation_id="check_gift_card",
)
def check(request: ApiRequest, body: NumberAndPin) -> GiftCardShown:
    """The card with this number and PIN, with what is on it. A wrong answer says nothing more, and is counted."""
    found = check_card(
        request.conn, programme_id=request.programme_id, number=body.number, pin=body.pin, now=request.now
    )
    return _shown(request, found)


@router.get(
    "/gift-cards/{card_id}",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=GiftCardShown,
    summary="Get a gift card",
    operation_id="get_gift_card",
)
def get_gift_card(request: ApiRequest, card_id: UUID) -> GiftCardShown:
    """One card, as it stands."""
    return _shown(request, found_card(request.conn, programme_id=request.programme_id, card_id=card_id))


@router.get(
    "/gift-cards/{card_id}/movements",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=Page[CardMovement],
    summary="List a gift card's movements",
    operation_id="list_gift_card_movements",
)
def list_movements(request: ApiRequest, card_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> Page[CardMovement]:
    """What was paid for it, spent, given back and moved, the latest first."""
    found_card(request.conn, programme_id=request.programme_id, card_id=card_id)
    rows = acts_of(request.conn, owners=[card_id], before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page(items=[_moved(request, each) for each in shown], next=following)


@router.post(
    "/gift-cards/{card_id}/activate",
    auth=ApiKeyAuth(Scope.points_write),
    response=GiftCardShown,
    summary="Sell a printed gift card",
    operation_id="activate_gift_card",
)
def activate(request: ApiRequest, card_id: UUID, body: PaidIn) -> GiftCardShown:
    """A card of a batch is sold: from now on its money is on it."""
    done = activate_card(
        request.conn, programme_id=request.programme_id, card_id=card_id, reference=body.reference, now=request.now,
        by=request.key.by,
    )  # fmt: skip
    return _shown(request, done)


@router.post(
    "/gift-cards/{card_id}/pin",
    auth=ApiKeyAuth(Scope.points_write),
    response=CardPin,
    summary="Draw a gift card's PIN",
    operation_id="draw_gift_card_pin",
)
def pin(request: ApiRequest, card_id: UUID) -> CardPin:
    """A new PIN; one that was drawn before no longer fits. The answer is not kept, so a repeat draws another one."""
    number, drawn = draw_pin(
        request.conn, programme_id=request.programme_id, card_id=card_id, now=request.now, by=request.key.by
    )
    return CardPin(number=number, pin=drawn)


@router.post(
    "/gift-cards/{card_id}/spendings",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response={201: CardMovement},
    summary="Spend from a gift card",
    operation_id="spend_gift_card",
)
def spend(request: ApiRequest, card_id: UUID, body: CardSpendingIn) -> CardMovement:
    """Pays with the card, wholly or in part. Ask for number and PIN first, by `check`."""
    done = spend_card(
        request.conn, programme_id=request.programme_id, card_id=card_id, amount=body.amount, reference=body.reference,
        now=request.now, by=request.key.by, currency=body.currency, partly=body.partly,
    )  # fmt: skip
    return _moved(request, done)


@router.post(
    "/gift-cards/{card_id}/refunds",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: CardMovement},
    summary="Refund a gift card",
    operation_id="refund_gift_card",
)
def refund(request: ApiRequest, card_id: UUID, body: CardRefundIn) -> CardMovement:
    """A spending comes back to the card, or what is left of its payment goes back to the source."""
    done = refund_card(
        request.conn, programme_id=request.programme_id, card_id=card_id, act_id=body.movement,
        to_source=body.to == "source", reference=body.reference, now=request.now, by=request.key.by,
        amount=body.amount,
    )  # fmt: skip
    return _moved(request, done)


@router.post(
    "/gift-cards/{card_id}/freeze",
    auth=ApiKeyAuth(Scope.points_write),
    response=GiftCardShown,
    summary="Freeze a gift card",
    operation_id="freeze_gift_card",
)
def freeze(request: ApiRequest, card_id: UUID, body: CardReasonIn) -> GiftCardShown:
    """Nothing is spent from it any more. Freezing again changes nothing, not even the reason."""
    return _stopped(request, card_id, body.reason, frozen=True)


@router.post(
    "/gift-cards/{card_id}/unfreeze",
    auth=ApiKeyAuth(Scope.points_write),
    response=GiftCardShown,
    summary="Unfreeze a gift card",
    operation_id="unfreeze_gift_card",
)
def unfreeze(request: ApiRequest, card_id: UUID, body: CardReasonIn) -> GiftCardShown:
    """It can be spent again. A card that is not frozen stays as it is."""
    return _stopped(request, card_id, body.reason, frozen=False)


@router.post(
    "/gift-cards/{card_id}/move",
    auth=ApiKeyAuth(Scope.points_write),
    response=CardMovement,
    summary="Move a gift card into an account",
    operation_id="move_gift_card",
)
def move(request: ApiRequest, card_id: UUID, body: CardMoveIn) -> CardMovement:
    """All that is on it comes into the member's stored value, and the card ends. Again: nothing changes."""
    member = find_member(request, body.member)
    done = move_into_account(
        request.conn, programme_id=request.programme_id, card_id=card_id, member_id=member, now=request.now,
        by=request.key.by,
    )  # fmt: skip
    return _moved(request, done)


@router.post(
    "/gift-cards/{card_id}/replace",
    auth=ApiKeyAuth(Scope.points_write),
    response=GiftCardShown,
    summary="Replace a lost gift card",
    operation_id="replace_gift_card",
)
def replace(request: ApiRequest, card_id: UUID) -> GiftCardShown:
    """The card ends, and what was on it is on a new one: the answer. Again: the same new card."""
    done = replace_card(
        request.conn, programme_id=request.programme_id, card_id=card_id, now=request.now, by=request.key.by
    )
    return _shown(request, done)


@router.post(
    "/gift-cards/{card_id}/void",
    auth=ApiKeyAuth(Scope.points_write),
    response=GiftCardShown,
    summary="End a gift card",
    operation_id="void_gift_card",
)
def void(request: ApiRequest, card_id: UUID, body: PaidIn) -> GiftCardShown:
    """The card ends; what is left of its payment goes back to the source, which the movements show."""
    void_card(
        request.conn, programme_id=request.programme_id, card_id=card_id, reference=body.reference, now=request.now,
        by=request.key.by,
    )  # fmt: skip
    return get_gift_card(request, card_id)


def _stopped(request: ApiRequest, card_id: UUID, reason: str, *, frozen: bool) -> GiftCardShown:
    freeze_card(
        request.conn, programme_id=request.programme_id, card_id=card_id, frozen=frozen, reason=reason,
        now=request.now, by=request.key.by,
    )  # fmt: skip
    return get_gift_card(request, card_id)


def _shown(request: ApiRequest, card: GiftCard) -> GiftCardShown:
    on_it = look_at_value(request.conn, programme_id=request.programme_id, owner=card.id, now=request.now)
    return GiftCardShown(
        id=card.id,
        number=card.number,
        state=card.state.name,
        amount=money_of(card.amount, on_it.currency),
        available=money_of(on_it.available, on_it.currency),
        frozen=on_it.stopped is not None,
        batch_id=card.batch_id,
        recipient_email=card.recipient.email,
        recipient_name=card.recipient.name,
        delivery=card.delivery.name,
        deliver_on=card.recipient.day,
        replaced_by=card.replaced_by,
        made_at=card.made_at,
        ended_at=card.ended_at,
    )


def _moved(request: ApiRequest, act: Act) -> CardMovement:
    currency = card_purse(request.conn, programme_id=request.programme_id, now=request.now).currency
    undone = acts_by_id(request.conn, ids=[act.of] if act.of else [])
    return CardMovement(
        id=act.id,
        card_id=act.owner if act.kind is not ActKind.moved_in or act.of is None else undone[act.of].owner,
        kind=act.kind.name,
        amount=money_of(act.amount, currency),
        paid_out=money_of(act.paid_out, currency),
        reference=act.reference,
        source=undone[act.of].reference if act.of in undone and act.kind in _REFUNDS else "",
        created_at=act.created_at,
    )
