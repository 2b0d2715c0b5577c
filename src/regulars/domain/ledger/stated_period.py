"""A period as a policy of a rulebook states it, with its refusal as a complaint within the document."""

from __future__ import annotations

from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import refused


def stated_period(text: str, *, field: str) -> Period:
    """The period. Raises pydantic's error, with what to write instead, for a text that is none."""
    try:
        return parse_period(text, field=field)
    except Refusal as refusal:
        raise refused(refusal) from None
