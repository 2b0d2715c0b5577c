"""A member allows something, or no longer: what was said, by whom, where, when and to which text is kept for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.members.commands import record_consent
from regulars.domain.members.contracts import ConsentState
from regulars.domain.members.queries import consents_of
from regulars.domain.programmes.consents import declared_consent
from regulars.domain.programmes.queries import shelf
from regulars.flows.block_member import lock_for_change


def set_consent(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    consent: str,
    given: bool,
    now: datetime,
    by: str,
    via: str,
) -> ConsentState:
    """What holds afterwards. Saying the same again to the same text changes nothing; to a new text it is kept.

    A first no is kept as well: it tells that somebody was asked. What the rulebook no longer asks for can be withdrawn.
    via: the door: api, console, portal. Raises Refusal; nothing is written then.
    """
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        known = consents_of(conn, member_id=member_id).get(consent)
        if known is not None and not known.given and not given:
            return known
        if known is not None and not given:
            version = known.text_version
        else:
            version = declared_consent(rules.in_force(now).rulebook.consents, consent).text_version
        if known is not None and known.given is given and known.text_version == version:
            return known
        said = ConsentState(consent, given, version, now, by, via)
        record_consent(
            conn, member_id, said, organisation_id=rules.programme.organisation_id, programme_id=programme_id
        )
    return said
