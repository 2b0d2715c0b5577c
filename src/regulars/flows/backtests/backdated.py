"""Live versions that were published after events that they cover: the history goes by them, and the books did not."""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.domain.events.doings import came_before
from regulars.domain.programmes.queries import Shelf, rulebook_versions
from regulars.flows.backtests.wish import Wish


def backdated(conn: psycopg.Connection[Any], rules: Shelf, wish: Wish) -> list[int]:
    """Their numbers: of each an event is played by it that had come, and was worked, before it was published.

    rules: the live shelf. What comes after `wish.until` is not played, so it does not count.
    """
    published = {each.version: each.published_at for each in rulebook_versions(conn, programme_id=wish.programme_id)}
    ends = [*rules.starts[1:], None]
    found = []
    for since, end, rulebook in zip(rules.starts, ends, rules.rulebooks, strict=True):
        came = min(published[rulebook.version], wish.until)
        if since < came and came_before(conn, programme_id=wish.programme_id, since=since, until=end, came=came):
            found.append(rulebook.version)
    return sorted(found)
