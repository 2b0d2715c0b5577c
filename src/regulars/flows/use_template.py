"""A programme without members takes over a template: its rulebook, in the programme's own currency, and its rewards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.members.queries import count_members
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.template import Template
from regulars.domain.rewards.queries import reward_by_code
from regulars.flows.found_programme import SINCE_EVER
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Conflict


def use_template(conn: psycopg.Connection[Any], template: Template, *, of: Programme, now: datetime, by: str) -> int:
    """The version that was published; in force since ever, as nobody was promised anything yet.

    Rewards whose code is there already are left as they are. Using the same template again changes nothing.
    Raises Conflict when the programme has members: they were promised what it says now.
    """
    with conn.transaction():
        members = count_members(conn, programme_id=of.id)
        if members:
            raise _in_use(of, members)
        note = f"From the template “{template.description.title['en']}”"
        version = publish_rulebook(
            conn, made_for(template, of), of=of, effective_from=SINCE_EVER, note=note, by=by, now=now
        )
        for each in template.drafts:
            if reward_by_code(conn, programme_id=of.id, code=each.code) is None:
                save_reward(conn, each, programme_id=of.id, now=now, by=by)
    return version


def made_for(template: Template, programme: Programme) -> Rulebook:
    """The template's rulebook with the programme's name, currency and time zone; its numbers stay as they are."""
    own = {"name": programme.name, "currency": programme.currency, "time_zone": programme.time_zone}
    return Rulebook.model_validate(template.rulebook.document() | own)


def _in_use(programme: Programme, members: int) -> Conflict:
    are = "member" if members == 1 else "members"
    return Conflict(
        "programme_in_use",
        "This programme has members already",
        detail=f"{programme.name} has {members:,} {are}, and a template would change what they were promised.",
        remedy="Take what you like from the template into your rulebook, or found a sandbox with it:"
        " regulars programmes found --template.",
    )
