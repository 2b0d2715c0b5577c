"""A club with rewards, and members who sign in as members do."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import override_settings

from regulars.database.pool import Connection
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.portal.club import Club

WELCOME = {
    "id": "welcome",
    "name": "Welcome bonus",
    "on": "member.enrolled",
    "earn": {"strategy": "fixed_bonus", "points": 50},
}


@pytest.fixture
def club(conn: Connection) -> Iterator[Club]:
    """A programme of this moment: portal pages read the real clock. Mails stay in memory, counters begin at zero."""
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"].append(WELCOME)
    now = datetime.now(UTC).replace(microsecond=0)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        cache.clear()
        yield Club(open_shop(conn, document, now=now))
