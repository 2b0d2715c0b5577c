"""A second, slower ledger to compare with: every point is one token in a list. Written apart from the product's own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Token:
    """One point. born: when its grant came, counted up; last_day: None never expires."""

    grant: int
    last_day: date | None
    born: int


@dataclass
class Payment:
    """Tokens that left together. state: spent, held, settled, or returned."""

    tokens: list[Token]
    state: str


@dataclass
class Purse:
    """One owner's points of one type."""

    tokens: list[Token] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    statement: list[int] = field(default_factory=list)
    """What could be spent after each entry."""

    def earn(self, grant: int, amount: int, last_day: date | None) -> None:
        self.tokens += [Token(grant, last_day, grant) for _ in range(amount)]
        self._write()

    def pay(self, amount: int, state: str) -> Payment | None:
        """The payment; None, and nothing changed, when there are too few points."""
        if amount > len(self.tokens):
            return None
        taken = []
        for _ in range(amount):
            first = min(self.tokens, key=lambda token: (token.last_day is None, token.last_day or 0, token.born))
            self.tokens.remove(first)
            taken.append(first)
        payment = Payment(taken, state)
        self.payments.append(payment)
        self._write()
        return payment

    def settle(self, payment: Payment) -> None:
        payment.state = "settled"
        self._write()

    def give_back(self, payment: Payment) -> None:
        payment.state = "returned"
        self.tokens += payment.tokens
        self._write()

    def expire(self, today: date) -> int:
        """How many points went: one entry for each grant, those that expire first written first."""
        due = [token for token in self.tokens if token.last_day is not None and token.last_day < today]
        for _, _, grant in sorted({(token.last_day, token.born, token.grant) for token in due}):
            self.tokens = [token for token in self.tokens if token.grant != grant]
            self._write()
        return len(due)

    def held(self) -> int:
        return sum(len(payment.tokens) for payment in self.payments if payment.state == "held")

    def left(self) -> dict[int, int]:
        """Points left by grant."""
        return dict(Counter(token.grant for token in self.tokens))

    def _write(self) -> None:
        self.statement.append(len(self.tokens))
