"""I1: every entry is one of the postings that the ledger knows."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.database.check import Check
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.ledger.postings import POSTINGS


class PostingsAreKnown(Check):
    """An entry from `issued` to `held`, or with the cause kind 99, balances and still means nothing.

    The list of postings is in docs/ledger/postings.md.
    """

    name = "postings_are_known"
    title = "Every entry is a known posting"
    sentence = "Points move only between accounts of the chart, in the postings that the ledger knows, for one cause."
    invariant = "I1"
    offenders = """
        select format('Transfer %%s: %%s points from account %%s to account %%s with cause kind %%s.',
                      id, amount, debit, credit, cause_kind)
        from ledger_transfer
        where (%(organisation)s::int is null or organisation_id = %(organisation)s)
          and ((debit, credit) not in (select * from unnest(%(debits)s::smallint[], %(credits)s::smallint[]))
               or cause_kind <> all(%(kinds)s::smallint[]) or amount <= 0)
    """

    def parameters(self) -> Mapping[str, object]:
        return {
            "debits": [int(posting.debit) for posting in POSTINGS],
            "credits": [int(posting.credit) for posting in POSTINGS],
            "kinds": [int(kind) for kind in CauseKind],
        }
