"""What an endpoint knows of its call: who asks, at what time, on which connection, with which document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from regulars.database.pool import Connection
from regulars.domain.access.contracts import ApiKey


class ApiRequest(HttpRequest):
    """A request that has passed the door (door.py), which sets what stands here.

    arrived_at: the world's time; now: what the programme's clock reads then, which is what flows are told.
    afterwards: what is written when the answer is decided, whatever it is. programme_id: of the key; a call reaches no
    other. document: the body as JSON values, None where there is none.
    """

    conn: Connection
    arrived_at: datetime
    now: datetime
    key: ApiKey
    programme_id: int
    document: Any
    afterwards: list[Callable[[], None]]
