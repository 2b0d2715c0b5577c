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


def complaint(problem: str, remedy: str) -> PydanticCustomError:
    """What is wrong with a value, and what to write instead."""
    return PydanticCustomError("refused", "{problem} {remedy}", {"problem": problem, "remedy": remedy})


def refused(refusal: Refusal, *, close: str | None = None) -> PydanticCustomError:
    """A refusal as a complaint within a document. close: what was probably meant, for the remedy."""
    remedy = refusal.remedy if close is None else f"Did you mean “{close}”?"
    return complaint(refusal.detail.rstrip("."), remedy)


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The name that was probably meant; of several close ones that with the same first letter. None: none is close."""
    names = {name.casefold(): name for name in sorted(known, reverse=True)}
    close = get_close_matches(given.casefold(), names, n=3, cutoff=0.6)
    alike = [name for name in close if name[:1] == given.casefold()[:1]]
    return names[(alike or close)[0]] if close else None


def instead(given: str, known: Iterable[str]) -> str:
    """What to write instead: 'Did you mean “order”?', or what there is."""
    names = sorted(set(known))
    close = nearest(given, names)
    if close is not None:
        return f"Did you mean “{close}”?"
    if not names:
        return "There are none yet."
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"There are: {', '.join(names[:_SHOWN])}{more}."
