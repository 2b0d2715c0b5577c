"""A shop with stored value, and short ways to load and spend it."""

from __future__ import annotations

import copy
import itertools
from decimal import Decimal
from typing import Any
from uuid import UUID

from regulars.domain.ledger.queries import balances
from regulars.domain.programmes.queries import shelf
from regulars.domain.stored_value.contracts import Act
from regulars.flows.stored_value.load_value import load_value
from regulars.flows.stored_value.pay_back_value import pay_back_value
from regulars.flows.stored_value.spend_value import give_back_value, spend_value
from tests.factories import RULEBOOK, Shop

_numbers = itertools.count(1)


def with_value(**terms: Any) -> dict[str, Any]:
    """The usual rulebook with an account of money."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"].append({"id": "purse", "name": "Balance", "unit": "money"})
    document["stored_value"] = {"point_type": "purse", **terms}
    return document


def place(shop: Shop) -> dict[str, Any]:
    """What every flow is told."""
    return {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}


def load(shop: Shop, member: UUID, amount: str, **fields: Any) -> Act:
    fields.setdefault("reference", f"pay-{next(_numbers)}")
    return load_value(shop.conn, member_id=member, amount=Decimal(amount), **place(shop) | fields)


def spend(shop: Shop, member: UUID, amount: str, **fields: Any) -> Act:
    fields.setdefault("reference", f"receipt-{next(_numbers)}")
    return spend_value(shop.conn, member_id=member, amount=Decimal(amount), **place(shop) | fields)


def give_back(shop: Shop, spent: Act, amount: str | None = None, **fields: Any) -> Act:
    fields.setdefault("reference", f"refund-{next(_numbers)}")
    money = None if amount is None else Decimal(amount)
    return give_back_value(
        shop.conn, member_id=spent.owner, act_id=spent.id, amount=money, **place(shop) | fields
    )  # fmt: skip


def pay_back(shop: Shop, loaded: Act, amount: str | None = None, **fields: Any) -> Act:
    fields.setdefault("reference", f"back-{next(_numbers)}")
    money = None if amount is None else Decimal(amount)
    return pay_back_value(
        shop.conn, member_id=loaded.owner, act_id=loaded.id, amount=money, **place(shop) | fields
    )  # fmt: skip


def cents(shop: Shop, owner: UUID) -> int:
    """What can be spent, in cents."""
    number = shelf(shop.conn, programme_id=shop.programme.id).point_types["purse"]
    found = balances(shop.conn, owners=[owner]).get((owner, number))
    return 0 if found is None else found.available
