"""A member pays with money from the account."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.stored_value.spend_value import spend_value
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Amount


class Spends(MemberVerb):
    """Pays with stored value; `{amount: 20, receipt: R-1, partly: true}` names the receipt, and takes what is there."""

    name = "spends"
    example = "ada spends: 12.40"
    short = "amount"

    amount: Amount
    receipt: str | None = None
    partly: bool = False

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.receipt:
            so_far.make("receipt", self.receipt)
        yield from ()

    def play(self, stage: Stage, member: str) -> Outcome:
        receipt = self.receipt or stage.next_name("receipt")
        done = spend_value(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], amount=self.amount,
            reference=receipt, now=stage.now, by=BY, partly=self.partly,
        )  # fmt: skip
        stage.keep("receipt", receipt, done.id)
        return Outcome((done,))
