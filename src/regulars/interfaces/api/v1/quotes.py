"""Quotes: what a cart, or anything else a member does, would give, by the rules in force or by a draft of them."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.events.contracts import StoredEvent
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.quote_checkout import quote_checkout
from regulars.flows.quote_event import Quote, quote_event
from regulars.flows.vouchers.wrong_codes import not_accepted
from regulars.insight.verdicts import verdicts_said
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.code_counting import counted, triers_of
from regulars.interfaces.api.v1.entries import RuleSaid, rules_said
from regulars.interfaces.api.v1.shapes import Output
from regulars.interfaces.api.v1.vouchers import CodeShown, codes_said
from regulars.interfaces.wire.quotes import QuoteIn, decode_quote
from regulars.interfaces.wire.refusals import key_out_of_scope
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

router = Router()


class Quoted(Output):
    """What one event would give."""

    effects: list[dict[str, Any]] = Field(description="Points and tiers, as the answer to the event would list them")
    rules: list[RuleSaid] = Field(description="What every rule said, in words and in numbers")


class QuoteShown(Quoted):
    """What the event would give, and where the member would stand afterwards."""

    member_id: UUID | None = Field(description="Null: somebody who would be new")
    occurred_at: datetime = Field(description="When it would happen")
    rulebook_version: int | None = Field(description="That was asked; null: the one that was sent along")
    balances: dict[str, dict[str, int]] = Field(description="By point type: available, held, pending")
    tiers: dict[str, str] = Field(description="By ladder")
    joined: Quoted | None = Field(description="What joining would give, of somebody who would be new")
    vouchers: list[CodeShown] | None = Field(description="What each code gives; null where none was sent")
    to_pay: Decimal | None = Field(description="What the order costs after its codes; null where none was sent")


@router.post(
    "/quotes",
    auth=ApiKeyAuth(Scope.points_read),
    response=QuoteShown,
    summary="Quote a cart",
    operation_id="quote_event",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/QuoteIn"},
                    "examples": {"cart": {"$ref": "#/components/examples/Quote"}},
                }
            },
        }
    },
)
def quote(request: ApiRequest) -> QuoteShown:
    """Exactly what the order, or another event, would give if it were sent; nothing is kept of it.

    Without a member it is somebody who joins at that moment. With a time in the past it is a late event that arrives
    now; with one in the future the member is seen as the nights until then will leave them, with what birthdays and
    other occasions give by then, if nothing else happens.
    With `vouchers` the codes come off the order first, and what is then paid earns: that needs a key that may redeem.
    `rulebook` or `rulebook_text` is asked in place of the rules in force: that needs a key that may read the rulebook.
    """
    asked = decode_quote(request.body)
    if isinstance(asked, Refusal):
        raise asked
    draft = _draft(request, asked)
    currency = programme(request.conn, programme_id=request.programme_id).currency
    event = asked.event(currency=currency, now=request.now)
    wish: dict[str, Any] = {
        "programme_id": request.programme_id, "now": request.now, "draft": draft, "joins": asked.member is None,
    }  # fmt: skip
    if not asked.vouchers:
        return _shown(quote_event(request.conn, event, **wish))
    if Scope.vouchers_redeem not in request.key.scopes:
        raise key_out_of_scope(request.key, Scope.vouchers_redeem)
    with counted(request, asked.vouchers, triers_of(request)) as wrong:
        checked, found = quote_checkout(request.conn, event, asked.vouchers, **wish)
        wrong += not_accepted(checked.said)
    shown = _shown(found)
    to_pay = from_minor(sum(checked.lines), currency)
    return shown.model_copy(update={"vouchers": codes_said(checked.said, currency), "to_pay": to_pay})


def _draft(request: ApiRequest, asked: QuoteIn) -> Rulebook | None:
    if asked.rulebook is None and asked.rulebook_text is None:
        return None
    if asked.rulebook is not None and asked.rulebook_text is not None:
        raise Refusal(
            "rulebook_unclear",
            "It is not clear which rulebook is meant",
            detail="Both `rulebook` and `rulebook_text` were given.",
            remedy="Give one of them.",
            field="rulebook",
        )
    if Scope.rulebook_read not in request.key.scopes:
        raise key_out_of_scope(request.key, Scope.rulebook_read)
    return require_valid(asked.rulebook_text or json.dumps(asked.rulebook, ensure_ascii=False))


def _shown(found: Quote) -> QuoteShown:
    event, answer = found.event, json.loads(found.event.answer)
    told = _told(found, event)
    return QuoteShown(
        effects=told.effects,
        rules=told.rules,
        member_id=None if found.joined is not None else event.member_id,
        occurred_at=event.occurred_at,
        rulebook_version=None if found.of_draft else found.rules.by_id[event.rulebook_id].version,
        balances=answer["balances"],
        tiers=answer["tiers"],
        joined=None if found.joined is None else _told(found, found.joined),
        vouchers=None,
        to_pay=None,
    )


def _told(found: Quote, event: StoredEvent) -> Quoted:
    """The ids of transfers are left out: they lead nowhere."""
    effects = [
        {name: value for name, value in each.items() if name not in ("transfer", "transfers")}
        for each in json.loads(event.answer)["effects"]
    ]
    verdicts = verdicts_said(found.rules, event, enrolled_at=found.enrolled_at)
    return Quoted(effects=effects, rules=rules_said(found.rules, event, verdicts))
