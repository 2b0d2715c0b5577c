"""Who is signed in. Members are not Django's people: the session holds two numbers of ours and nothing else."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

_MEMBER, _PROGRAMME = "portal_member", "portal_programme"


def sign_in(request: HttpRequest, *, member_id: UUID, programme_id: int) -> None:
    """Remembers the member, under a new session key: one that was known before opens nothing."""
    request.session.cycle_key()
    request.session[_MEMBER] = str(member_id)
    request.session[_PROGRAMME] = programme_id


def sign_out(request: HttpRequest) -> None:
    """Forgets the member. An operator who looked at the portal in the same browser stays signed in."""
    request.session.pop(_MEMBER, None)
    request.session.pop(_PROGRAMME, None)
    request.session.cycle_key()


def signed_in(request: HttpRequest) -> tuple[UUID, int] | None:
    """(member, programme) of the session, or None."""
    try:
        return UUID(request.session[_MEMBER]), int(request.session[_PROGRAMME])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
