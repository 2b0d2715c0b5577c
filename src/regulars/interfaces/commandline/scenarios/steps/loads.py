"""Money comes into a member's account."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.stored_value.load_value import load_value
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Amount


class Loads(MemberVerb):
    """Money is paid in; `{amount: 50, payment: P-1, currency: EUR}` names the payment, which loads once."""

    name = "loads"
    example = "ada loads: 50.00"
    short = "amount"

    amount: Amount
    payment: str | None = None
    currency: str | None = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.payment:
            so_far.make("payment", self.payment)
        yield from ()

    def play(self, stage: Stage, member: str) -> Outcome:
        payment = self.payment or stage.next_name("payment")
        done = load_value(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], amount=self.amount,
            reference=payment, now=stage.now, by=BY, currency=self.currency,
        )  # fmt: skip
        stage.keep("payment", payment, done.id)
        return Outcome((done,))
