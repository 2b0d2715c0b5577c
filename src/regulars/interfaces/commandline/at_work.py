"""The programme that a command is about, and a connection that works for its organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import programme_by_code
from regulars.kernel.errors import NotFound


@contextmanager
def at_work(code: str) -> Iterator[tuple[Connection, Programme]]:
    """A connection that sees what belongs to the programme's organisation. Raises NotFound for a code of nobody's."""
    with connection() as conn:
        programme = programme_by_code(conn, code=code)
        if programme is None:
            raise NotFound(
                "programme_not_found",
                "There is no such programme",
                detail=f"No programme has the code {code!r}.",
                remedy="Look it up with `regulars programmes list`.",
            )
        with scoped(conn, programme.organisation_id):
            yield conn, programme
