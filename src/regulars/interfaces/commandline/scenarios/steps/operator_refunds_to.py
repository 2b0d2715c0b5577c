"""Money goes back: into the account, or to where it had been paid from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from regulars.flows.stored_value.pay_back_value import pay_back_value
from regulars.flows.stored_value.spend_value import give_back_value
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb
from regulars.interfaces.commandline.scenarios.words import Amount
from regulars.kernel.validation import complaint


class OperatorRefundsTo(OperatorVerb):
    """What a receipt had spent is in the account again, or `{payment: P-1}` leaves it; in part with `amount: 5.00`."""

    name = "operator refunds to"
    example = "operator refunds to ada: {receipt: R-1}"

    receipt: str | None = None
    payment: str | None = None
    amount: Amount | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.receipt is None) == (self.payment is None):
            raise complaint("this does not say what goes back", "Name a receipt or a payment.")
        return self

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.receipt:
            yield from so_far.ask("receipt", self.receipt, otherwise="nobody paid this before")
        if self.payment:
            yield from so_far.ask("payment", self.payment, otherwise="nobody paid this in before")

    def play(self, stage: Stage, member: str) -> Outcome:
        kind, name = ("receipt", self.receipt) if self.receipt else ("payment", self.payment)
        verb = give_back_value if self.receipt else pay_back_value
        done = verb(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member],
            act_id=stage.kept(kind, str(name)), reference=stage.next_name("refund"), now=stage.now, by=BY,
            amount=self.amount,
        )  # fmt: skip
        return Outcome((done,))
