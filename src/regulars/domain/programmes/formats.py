"""Older versions of the rulebook's format, and how a document of one becomes a document of the next.

There has been one format so far. The next one adds its step here, and files that lie in somebody's repository for years
are still read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Upgrade = Callable[[dict[str, Any]], None]
"""Changes the values of a document of one format into those of the next, in place."""

UPGRADES: Mapping[int, Upgrade] = {}
"""By the format that is read: what makes the next one of it."""


def upgraded(document: dict[str, Any], upgrades: Mapping[int, Upgrade] = UPGRADES) -> bool:
    """Brings the values to the newest format that is known, in place; whether anything was done.

    A document of which the way on is not known is left as it is.
    """
    stated = document.get("rulebook")
    done = False
    while isinstance(stated, int) and not isinstance(stated, bool) and stated in upgrades:
        upgrades[stated](document)
        stated += 1
        document["rulebook"] = stated
        done = True
    return done
