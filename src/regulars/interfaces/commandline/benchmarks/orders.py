"""Orders as a shop sends them, for the load and for the import path."""

from __future__ import annotations

import random
from collections.abc import Iterator

AT = "2026-03-02T12:00:00+00:00"
_CATEGORIES = ("coffee", "food", "merch")
_CHANNELS = ("app", "web", "store")


def orders(run: str, *, members: int, seed: int) -> Iterator[bytes]:
    """Orders without end: three lines each, members at random, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # load, no secret
    number = 0
    while True:
        number += 1
        third = chance.randrange(100, 3000)
        lines = ",".join(
            f'{{"sku":"s{chance.randrange(999)}","category":"{chance.choice(_CATEGORIES)}","quantity":"1",'
            f'"amount":"{third / 100:.2f}"}}'
            for _ in range(3)
        )
        identifier = f"{run}-{seed}-{number}"
        yield (
            f'{{"id":"{identifier}","type":"order","member":{{"external_id":"m{chance.randrange(members)}"}},'
            f'"occurred_at":"{AT}","order":{{"number":"{identifier}","currency":"EUR","total":"{third * 3 / 100:.2f}",'
            f'"channel":"{chance.choice(_CHANNELS)}","lines":[{lines}]}}}}'
        ).encode()
