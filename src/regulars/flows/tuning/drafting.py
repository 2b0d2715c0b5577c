"""A candidate becomes a draft, which goes the way of every draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.programmes.contracts import Draft, Programme
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tunings.contracts import Tuning
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.tuning.lever import Priced
from regulars.flows.tuning.terms import Terms, terms_of
from regulars.kernel.errors import Conflict, NotFound


class Change(NamedTuple):
    """What a candidate changes. rulebook: whether it is one. prices: rewards that would cost something else."""

    rulebook: bool
    prices: list[Priced]


def change_of(terms: Terms, values: tuple[str, ...] | list[str]) -> Change:
    """Of the candidate with these values."""
    ground = terms.ground_of(values)
    before = set(terms.ground.rewards)
    return Change(ground.document != terms.ground.document, [each for each in ground.rewards if each not in before])


def draft_candidate(
    conn: psycopg.Connection[Any],
    asked: Tuning,
    candidate: int,
    *,
    of: Programme,
    name: str,
    by: str,
    now: datetime,
    note: str = "",
) -> Draft:
    """A draft with what the candidate changes in the rulebook. Prices are the catalogue's; see `change_of`.

    candidate: its place in the result, from 0. Raises NotFound for one that is not there, and Conflict where it changes
    nothing in the rulebook.
    """
    rows = [] if asked.result is None else asked.result["candidates"]
    if not 0 <= candidate < len(rows):
        raise NotFound(
            "candidate_not_found",
            "There is no such candidate",
            detail=f"The tuning has {len(rows)} candidates, and number {candidate + 1} was named.",
            remedy="Choose one from the table of the tuning.",
        )
    terms = terms_of(asked)
    values = rows[candidate]["values"]
    if not change_of(terms, values).rulebook:
        raise Conflict(
            "nothing_to_draft",
            "There is nothing to draft",
            detail="This candidate changes nothing in the rulebook.",
            remedy="Prices of rewards are changed in the catalogue; for anything else choose another candidate.",
        )
    document = Rulebook.model_validate(terms.ground_of(values).document).document()
    return open_draft(
        conn, of=of, name=name, by=by, now=now, text=written(document), based_on=asked.based_on, note=note
    )
