"""`regulars tiers`: where a member stands, tiers that staff give, and going back to the ladder before a change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import click

from regulars.database.pool import Connection
from regulars.database.set_up import set_up_database
from regulars.domain.events.contracts import MemberReference
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import programme_now, shelf
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.domain.tiers.queries import assignments_in_force, changeovers, tier_changes
from regulars.flows.assign_tier import assign_tier, end_assignment
from regulars.flows.find_members import find_named
from regulars.flows.undo_ladder_change import preview_undo, undo_ladder_change
from regulars.insight.standing_view import ladder_views
from regulars.interfaces.commandline.at_work import at_work
from regulars.interfaces.commandline.ladder_words import said
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

_PROGRAMME = click.option("--programme", "code", required=True, metavar="CODE", help="Code of the programme.")
_MEMBER = click.argument("member")
_LADDER = click.option("--ladder", required=True, help="The id of the ladder in the rulebook.")
_BY = click.option("--by", default="command line", help="Who does it, for the record.")
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("tiers")
def tiers_group() -> None:
    """Tiers of members, given and taken; and ladders that changed."""


@tiers_group.command("list")
@_MEMBER
@_PROGRAMME
def list_tiers(member: str, code: str) -> None:
    """Where MEMBER stands on every ladder, what staff gave, and the latest moves. MEMBER: external id, or id."""
    set_up_database()
    with at_work(code) as (conn, programme):
        who = _found(conn, programme.id, member)
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        views = ladder_views(conn, shelf(conn, programme_id=programme.id), member_id=who, now=now)
        given = {each.ladder: each for each in assignments_in_force(conn, member_id=who)}
        moves = tier_changes(conn, member_ids=parts_of(conn, member_id=who), limit=10)
    for view in views:
        until = "" if view.kept_until is None else f"\tlost on {view.kept_until} if nothing more happens"
        click.echo(f"{view.ladder.id}\t{view.tier.id}{until}")
        if (lift := given.get(view.ladder.id)) is not None:
            end = "without an end" if lift.until is None else f"until {lift.until}"
            click.echo(f"  {lift.tier}, {lift.kind.name}, given by {lift.given_by} {end}: {lift.reason}")
    for move in moves:
        click.echo(f"  {move.changed_at:%Y-%m-%d}: {move.from_tier} -> {move.to_tier} ({move.cause.name})")


@tiers_group.command("give")
@_MEMBER
@click.argument("tier")
@_PROGRAMME
@_LADDER
@click.option("--reason", required=True, help="For colleagues.")
@click.option("--kind", type=click.Choice([each.name for each in AssignmentKind]), default="manual", show_default=True)
@click.option("--proof", default="", help="What showed the other status; a match needs it.")
@click.option("--until", type=_DAY, help="The last day, such as 2027-03-31; without an end, when left out.")
@_BY
def give(
    member: str, tier: str, code: str, ladder: str, reason: str, kind: str, proof: str, until: datetime | None, by: str
) -> None:
    """Lift MEMBER to TIER, above the tier of their own."""
    set_up_database()
    with at_work(code) as (conn, programme):
        made = assign_tier(
            conn, programme_id=programme.id, member_id=_found(conn, programme.id, member), ladder=ladder, tier=tier,
            kind=AssignmentKind[kind], reason=reason, proof=proof, until=_day(until),
            now=programme_now(conn, programme_id=programme.id, at=utc_now()), by=by,
        )  # fmt: skip
    click.echo(f"{member} is {made.tier} now{'' if made.until is None else f', until {made.until}'}.")


@tiers_group.command("take")
@_MEMBER
@_PROGRAMME
@_LADDER
@click.option("--reason", default="", help="For colleagues; not needed where the member declined.")
@click.option("--declined", is_flag=True, help="The member does not want it.")
@_BY
def take(member: str, code: str, ladder: str, reason: str, declined: bool, by: str) -> None:
    """Take back what staff gave: MEMBER stands where they stand by themselves."""
    set_up_database()
    with at_work(code) as (conn, programme):
        ended = end_assignment(
            conn, programme_id=programme.id, member_id=_found(conn, programme.id, member), ladder=ladder,
            reason=reason, declined=declined, now=programme_now(conn, programme_id=programme.id, at=utc_now()), by=by,
        )  # fmt: skip
    click.echo(f"{member} has no longer {ended.tier} from staff.")


@tiers_group.command("changes")
@_PROGRAMME
def changes(code: str) -> None:
    """How far changes of ladders have come, the latest first."""
    set_up_database()
    with at_work(code) as (conn, programme):
        found = changeovers(conn, programme_id=programme.id)
    for each in found:
        state = "under way" if each.finished_at is None else "done"
        click.echo(
            f"{each.ladder}\tversion {each.version}\t{each.done:,} of {each.total:,} members\t{each.up:,} up,"
            f" {each.down:,} down, {each.kept:,} kept\t{state}"
        )
    if not found:
        click.echo("No ladder ever changed.")


@tiers_group.command("undo")
@click.argument("ladder")
@_PROGRAMME
@click.option("--preview", is_flag=True, help="Only say who would go where.")
@click.option("--note", default="", help="Why, for those who come after.")
@_BY
def undo(ladder: str, code: str, preview: bool, note: str, by: str) -> None:
    """Take back the last change of LADDER: everybody stands as before it, with what they did since."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        click.echo("\n".join(said(preview_undo(conn, of=programme, ladder=ladder, now=now))))
        if preview:
            return
        version = undo_ladder_change(conn, of=programme, ladder=ladder, by=by, now=now, note=note)
    click.echo(f"Version {version} of {programme.name} goes back. Many members take the worker some minutes.")


def _found(conn: Connection, programme_id: int, member: str) -> UUID:
    """The member of an external id, or of an id. Raises Refusal."""
    try:
        reference = MemberReference(id=UUID(member))
    except ValueError:
        reference = MemberReference(external_id=member)
    (found,) = find_named(conn, [reference], programme_id=programme_id)
    if isinstance(found, Refusal):
        raise found
    return UUID(bytes=found)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.replace(tzinfo=UTC).date()
