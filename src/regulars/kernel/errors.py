"""Errors that people meet.

    Refusal                a request that is understood and answered with no; nothing was written
    ├── NotFound           what was asked for does not exist (404)
    ├── Conflict           it clashes with something that is already there (409)
    ├── NotAllowed         the caller may not do this (403)
    └── TooMany            it was tried too often (429)

Everything else that is raised is a defect of ours and becomes a 500 at the door.
"""

from __future__ import annotations

from datetime import timedelta


class Refusal(Exception):
    """A request that is answered with no: what happened, why, and what to do about it.

    code: stable, snake_case, documented; programs branch on it.
    title: the short sentence that is the same for every refusal of this code.
    detail: what happened, with the offending value, and why.
    remedy: what the reader can do next.
    field: path of the offending input ("order.lines[3].amount"), where there is one.
    status: the HTTP status that the doors answer with.
    """

    status = 422

    def __init__(
        self, code: str, title: str, *, detail: str, remedy: str, field: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(f"{title}: {detail} {remedy}")
        self.code = code
        self.title = title
        self.detail = detail
        self.remedy = remedy
        self.field = field
        if status is not None:
            self.status = status

    def as_problem(self) -> dict[str, str | int]:
        """The refusal as an RFC 9457 problem document (media type application/problem+json)."""
        problem: dict[str, str | int] = {
            "type": f"/api/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "remedy": self.remedy,
        }
        if self.field is not None:
            problem["field"] = self.field
        return problem


class NotFound(Refusal):
    """What was asked for does not exist, or not in this programme."""

    status = 404


class Conflict(Refusal):
    """The request clashes with something that is already recorded."""

    status = 409


class NotAllowed(Refusal):
    """The caller is known but may not do this."""

    status = 403


class TooMany(Refusal):
    """It was tried too often. wait: after so long it may be tried again."""

    status = 429

    def __init__(self, code: str, title: str, *, detail: str, remedy: str, wait: timedelta) -> None:
        super().__init__(code, title, detail=detail, remedy=remedy)
        self.wait = wait
