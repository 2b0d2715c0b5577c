"""`regulars clock`: what a programme's clock reads, and for a sandbox, moving it forward."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from regulars.database.set_up import set_up_database
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import clock
from regulars.flows.move_clock import ClockMove, move_clock, read_destination
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import utc_now, zone

_PROGRAMME = click.option("--programme", "code", required=True, help="Code of the programme.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("clock")
def clock_group() -> None:
    """Read a programme's clock; move that of a sandbox forward."""


@clock_group.command("show")
@_PROGRAMME
@_JSON
def show(code: str, as_json: bool) -> None:
    """Say what the programme's clock reads."""
    set_up_database()
    with at_work(code) as (conn, programme):
        found = clock(conn, programme_id=programme.id)
    now = found.reads(utc_now())
    if as_json:
        ahead = int(found.ahead.total_seconds())
        click.echo(json.dumps({"sandbox": found.sandbox, "now": now.isoformat(), "ahead_seconds": ahead}))
        return
    kind = f"{found.ahead.days:,} days ahead of the real time" if found.sandbox else "live, by the real time"
    click.echo(f"{_written(now, programme)} ({kind})")


@clock_group.command("move")
@_PROGRAMME
@click.option("--to", metavar="TIME", help="A day, such as 2027-03-01, or an instant with its offset.")
@click.option("--by", "period", metavar="PERIOD", help="How far: '30 days', '2 weeks', '1 month', '1 year'.")
@_JSON
def move(code: str, to: str | None, period: str | None, as_json: bool) -> None:
    """Move the clock of a sandbox forward, and do the work of every night on the way.

    A move that is stopped has come less far; move again to go on. At most ten years at a time.
    """
    set_up_database()
    destination = read_destination(to=to, period=period)
    with at_work(code) as (conn, programme), _progress(hidden=as_json or not sys.stderr.isatty()) as bar:
        task = bar.add_task("The days pass", total=None, reads="")
        moved = move_clock(
            conn,
            programme_id=programme.id,
            to=destination,
            at=utc_now(),
            by="command line",
            told=lambda reads: bar.update(task, reads=f"{reads:%-d %b %Y}"),
        )
    if as_json:
        click.echo(json.dumps(_data(moved)))
        return
    click.echo(f"{programme.name}: it is {_written(moved.reads, programme)} now. {moved.nights:,} nights have passed.")
    for name, count in moved.done._asdict().items():
        click.echo(f"  {name.replace('_', ' ').capitalize()}: {count:,}")


def _progress(*, hidden: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[reads]}"),
        console=Console(stderr=True),
        transient=True,
        disable=hidden,
    )


def _written(at: datetime, programme: Programme) -> str:
    return f"{at.astimezone(zone(programme.time_zone)):%-d %b %Y, %H:%M} in {programme.time_zone}"


def _data(moved: ClockMove) -> dict[str, object]:
    return {
        "began": moved.began.isoformat(),
        "now": moved.reads.isoformat(),
        "nights": moved.nights,
        "done": moved.done._asdict(),
    }
