"""The rulebook of a scenario: its text, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from regulars.domain.programmes.document import check_rulebook
from regulars.interfaces.commandline.scenarios.story import Complaint, Document


def rulebook_text(document: Document) -> str:
    """The document as JSON."""
    return json.dumps(document, default=_plain)


def rulebook_complaints(document: Document, *, below: tuple[str, ...]) -> Iterator[Complaint]:
    """Everything that is wrong with the document. below: the words that lead to where the file states it."""
    for finding in check_rulebook(rulebook_text(document)).errors:
        yield Complaint(
            f"the rulebook is not valid: {finding.path}: {finding.problem}", finding.remedy, finding.value, below
        )


def _plain(value: object) -> object:
    """A decimal as a JSON number: the shortest float means the same decimal."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{value!r} has no place in a rulebook")
