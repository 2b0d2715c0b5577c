"""A pool of voucher codes, with codes that somebody chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from regulars.domain.vouchers.contracts import PoolDraft
from regulars.flows.vouchers.pools import import_codes, save_pool
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class Vouchers(ProgrammeVerb):
    """A pool of codes: what they give, and the codes. Also `per member`, `in all`, `until`, `bound: true`."""

    name = "vouchers"
    example = "vouchers: {codes: [SPRING26], gives: {percent: 10}, uses: 100}"

    codes: tuple[str, ...]
    gives: dict[str, Any]
    uses: int | None = 1
    per_member: int | None = None
    in_all: int | None = None
    until: date | None = None
    bound: bool = False

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        for code in self.codes:
            so_far.make("code", code)
        yield from ()

    def play(self, stage: Stage) -> Outcome:
        pool = stage.next_name("pool").lower().replace(" ", "-")
        terms = {name.replace(" ", "_"): str(v) if isinstance(v, float) else v for name, v in self.gives.items()}
        draft = PoolDraft(
            pool, pool, terms, self.uses, self.per_member, self.in_all, None, self.until, member_bound=self.bound
        )
        act: dict[str, Any] = {"programme": stage.programme, "now": stage.now, "by": BY}
        save_pool(stage.conn, draft, **act)
        import_codes(stage.conn, pool, list(self.codes), write="all", **act)
        return Outcome()
