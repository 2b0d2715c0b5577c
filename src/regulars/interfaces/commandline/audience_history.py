"""`regulars audiences`, second part: what became of one - who is in it, who came and went, what asks for it, undo."""

from __future__ import annotations

import csv
import sys
from uuid import UUID

import click

from regulars.database.pool import Connection
from regulars.database.set_up import set_up_database
from regulars.domain.audiences.contracts import Audience, AudienceNotFound
from regulars.domain.audiences.queries import audience, audiences, latest_runs
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.programmes.queries import programme_now, shelf
from regulars.flows.audiences_in_rulebooks import uses_in_rulebooks
from regulars.flows.import_list import undo_import
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.read_audience import EXPORTED, cells, export_members, read_movings
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import utc_now

BY = "command line"
RUNS = 20
_PROGRAMME = click.option("--programme", "code", required=True, metavar="CODE", help="Code of the programme.")
_NAME = click.argument("name")


@click.command("show")
@_NAME
@_PROGRAMME
def show(name: str, code: str) -> None:
    """What the audience NAME asks for, how many are in it, what asks for it, and its last changes."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        rules = shelf(conn, programme_id=programme.id)
        known = audiences(conn, programme_id=programme.id)
        found = _known(conn, programme.id, name)
        uses = [each.name for each in uses_in_rulebooks(rules, now=now).get(name, [])]
        uses += [each.name for each in known if name in each.refers_to]
        runs = latest_runs(conn, audience_id=found.id, limit=RUNS)
        terms = vocabulary_of(rules, known, now=now).terms
    click.echo(f"{found.name}: {found.members} members{', archived' if found.archived else ''}")
    click.echo("a list" if found.conditions is None else str(condition_words(found.conditions, terms)))
    click.echo(f"asked for by: {', '.join(uses) or 'nothing'}")
    for run in runs:
        undone = "\tundone" if run.undone else ""
        counts = f"{run.joined} joined\t{run.gone} left\t{run.members} members"
        click.echo(f"{run.id}\t{run.at:%Y-%m-%d %H:%M}\t{run.reason}\t{run.by}\t{counts}{undone}")


@click.command("members")
@_NAME
@_PROGRAMME
def members(name: str, code: str) -> None:
    """Write the members of the audience NAME as CSV: id, card, name, addresses, since when."""
    set_up_database()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        found = _known(conn, programme.id, name)
        writer.writerow(EXPORTED)
        for rows in export_members(conn, found, programme=programme, now=now, by=BY):
            writer.writerows(map(cells, rows))


@click.command("history")
@_NAME
@_PROGRAMME
@click.option("--limit", default=100, show_default=True, help="How many at most.")
def history(name: str, code: str, limit: int) -> None:
    """Who joined the audience NAME and who left it, the latest first."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        found = _known(conn, programme.id, name)
        moved = read_movings(conn, found, programme=programme, now=now, by=BY, limit=limit)
    for each in moved:
        done = "joined" if each.joined else "left"
        click.echo(f"{each.at:%Y-%m-%d %H:%M}\t{each.member_id}\t{done}\t{each.reason}\t{each.by}")


@click.command("undo")
@_NAME
@click.argument("run", type=click.UUID)
@_PROGRAMME
def undo(name: str, run: UUID, code: str) -> None:
    """Undo the import RUN of the list NAME; `show` lists the runs."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        moved = undo_import(conn, run, programme=programme, code=name, now=now, by=BY)
    click.echo(f"{moved.joined} came back, {moved.gone} left: {moved.members} members")


def _known(conn: Connection, programme_id: int, name: str) -> Audience:
    found = audience(conn, programme_id=programme_id, code=name)
    if found is None:
        raise AudienceNotFound(name)
    return found
