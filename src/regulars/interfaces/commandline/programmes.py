"""`regulars programmes`: list them, found one from a rulebook file, publish the next version."""

from __future__ import annotations

from pathlib import Path

import click

from regulars.database.pool import connection
from regulars.database.set_up import set_up_database
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import programme_now, programmes
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.found_programme import found_programme
from regulars.flows.live_a_year import typical_year
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.preview_ladder_change import LadderChange, preview_ladder_change
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.read_templates import read_templates, template_of
from regulars.interfaces.commandline.at_work import at_work
from regulars.interfaces.commandline.ladder_words import said
from regulars.kernel.clock import local_day, parse_instant, utc_now

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("programmes")
def programmes_group() -> None:
    """List programmes, found one, publish its rulebook."""


@programmes_group.command("list")
def list_programmes() -> None:
    """One line for each programme: code, name, currency, time zone, organisation; and whether it is a sandbox."""
    set_up_database()
    with connection() as conn:
        found = programmes(conn)
    for each in found:
        kind = "\tsandbox" if each.sandbox else ""
        click.echo(f"{each.code}\t{each.name}\t{each.currency}\t{each.time_zone}\t{each.organisation_name}{kind}")
    if not found:
        click.echo("There is no programme yet: regulars programmes found FILE --code CODE --organisation NAME")


@programmes_group.command("templates")
def list_templates() -> None:
    """One line for each ready-made programme: its short name, what it is, and what its points cost."""
    set_up_database()
    with connection() as conn:
        for each in read_templates():
            percent = typical_year(conn, each).percent
            click.echo(f"{each.code}\t{each.description.title['en']}\tpoints cost {percent} % of sales")
    click.echo("Found one: regulars programmes found --template NAME --code CODE --organisation NAME")


@programmes_group.command("found")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--template", "template_code", help="Instead of FILE: a ready-made programme, such as corner-cafe.")
@click.option("--code", required=True, help="A short name for commands and files, such as corner-cafe.")
@click.option("--organisation", required=True, help="Whose programme it is.")
@click.option("--sandbox", is_flag=True, help="For trying things out: its clock can be moved. It stays a sandbox.")
def found(file: Path | None, template_code: str | None, code: str, organisation: str, sandbox: bool) -> None:
    """Found a programme with the rulebook in FILE, in force for everything that happened since 2000."""
    if (file is None) == (template_code is None):
        raise click.UsageError("Name either a FILE or a --template: regulars programmes templates lists them.")
    rewards: tuple[RewardDraft, ...] = ()
    if file is not None:
        rulebook = require_valid(file.read_bytes())
    else:
        chosen = template_of(str(template_code))
        rulebook, rewards = chosen.rulebook, chosen.drafts
    set_up_database()
    with connection() as conn:
        programme = found_programme(
            conn,
            rulebook,
            organisation=organisation,
            code=code,
            now=utc_now(),  # its clock begins with the world's
            by="command line",
            rewards=rewards,
            sandbox=sandbox,
        )
    click.echo(f"{programme.name} is founded. Next: regulars operators add --programme {code} --email YOU@EXAMPLE.COM")


@programmes_group.command("publish")
@_FILE
@click.option("--programme", "code", required=True, help="Code of the programme.")
@click.option("--from", "effective_from", help="Instant from which it is in force; now, when left out.")
@click.option("--note", default="", help="What changed, for those who come after.")
@click.option("--by", "publisher", default="command line", help="Who publishes it, for the record.")
@click.option("--approved-by", default="", help="The operator who approves that points expire at once.")
@click.option("--preview", is_flag=True, help="Only say what it means for points and tiers that are there.")
def publish(
    file: Path, code: str, effective_from: str | None, note: str, publisher: str, approved_by: str, preview: bool
) -> None:
    """Publish FILE as the next version of the programme's rulebook."""
    rulebook = require_valid(file.read_bytes())
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        start = now if effective_from is None else parse_instant(effective_from, field="from")
        changes = preview_expiry_change(conn, rulebook, of=programme, effective_from=start, now=now)
        _say(changes)
        _say_ladders(preview_ladder_change(conn, rulebook, of=programme, effective_from=start, now=now))
        if preview:
            return
        version = publish_rulebook(
            conn, rulebook, of=programme, effective_from=start, note=note, by=publisher, now=now,
            approved_by=approved_by,
        )  # fmt: skip
    click.echo(f"Version {version} of {programme.name} is in force from {start:%-d %b %Y, %H:%M} UTC.")
    for each in rulebook.over_on(local_day(start, rulebook.time_zone)):
        click.echo(f"warning: {each.name} are gone as soon as they are earned: {each.policy().words()}.")


def _say(changes: list[ExpiryChange]) -> None:
    """What another expiry means for points that are there."""
    for each in changes:
        click.echo(f"{each.name}: {each.before} -> {each.after}.")
        if not each.restarts:
            click.echo("  Points that are there keep their last day.")
            continue
        until = "for ever" if each.last_day is None else f"until {each.last_day:%-d %b %Y}"
        lots = each.lots
        click.echo(f"  Points that are there can be used {until}: of {lots.owners:,} members.")
        click.echo(f"  Later than now: {lots.later:,} points of {lots.later_owners:,} members.")
        click.echo(f"  Earlier than now: {lots.earlier:,} points of {lots.earlier_owners:,} members.")
        click.echo(f"  Gone within 30 days of the change: {lots.soon:,} points of {lots.soon_owners:,} members.")
        click.echo(f"  Gone at once: {lots.at_once:,} points of {lots.at_once_owners:,} members.")
    if not changes:
        click.echo("No expiry changes.")


def _say_ladders(changes: list[LadderChange]) -> None:
    """What another ladder means for the members who are there, by what has counted until now."""
    for each in changes:
        click.echo("\n".join(said(each)))
