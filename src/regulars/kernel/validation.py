"""Complaints about documents, in the form that pydantic collects: what is wrong, what was given, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic_core import PydanticCustomError

from regulars.kernel.errors import Refusal

_SHOWN = 12


def unknown_name(what: str, given: object, known: Iterable[str]) -> PydanticCustomError:
    """The complaint about a name that does not exist. what: 'strategy', 'policy'."""
    return PydanticCustomError(
        "unknown_name",
        "there is no {what} {given}; {remedy}",
        {
            "what": what,
            "given": repr(given)[:60],
            "remedy": instead(str(given), known),
            "problem": f"there is no such {what}",
        },
    )


def refused(refusal: Refusal) -> PydanticCustomError:
    """A refusal as a complaint within a document."""
    return PydanticCustomError(
        "refused", "{problem} {remedy}", {"problem": refusal.detail.rstrip("."), "remedy": refusal.remedy}
    )


def instead(given: str, known: Iterable[str]) -> str:
    """What to write instead: 'Did you mean “order”?', or what there is."""
    names = sorted(set(known))
    close = get_close_matches(given.casefold(), names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean “{close[0]}”?"
    if not names:
        return "There are none yet."
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"There are: {', '.join(names[:_SHOWN])}{more}."
