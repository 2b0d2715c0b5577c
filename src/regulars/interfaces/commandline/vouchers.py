"""`regulars vouchers`: codes of a pool are made, imported from a file, exported to one, made void."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import IO, Literal

import click

from regulars.database.set_up import set_up_database
from regulars.domain.programmes.queries import programme_now
from regulars.domain.vouchers.contracts import PoolCounts
from regulars.domain.vouchers.queries import counts_of, pool_by_code, pools
from regulars.flows.vouchers.export import lines_of
from regulars.flows.vouchers.pools import MOST_CODES, generate_codes, import_codes, void_code, void_unused
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.batches import in_batches
from regulars.kernel.clock import utc_now

BY = "command line"
SHOWN = 20
_PROGRAMME = click.option("--programme", "code", required=True, metavar="CODE", help="Code of the programme.")
_POOL = click.argument("pool")


@click.group("vouchers")
def vouchers_group() -> None:
    """Codes of a pool. Pools are made at the console, or by the API."""


@vouchers_group.command("list")
@_PROGRAMME
def list_pools(code: str) -> None:
    """One line for each pool: its code, its name, how many codes there are, how many are free, how many uses."""
    set_up_database()
    with at_work(code) as (conn, programme):
        counts = counts_of(conn, programme_id=programme.id)
        found = pools(conn, programme_id=programme.id)
    for each in found:
        of = counts.get(each.id, PoolCounts())
        ended = "\tended" if each.archived else ""
        click.echo(f"{each.code}\t{each.name}\t{of.codes}\t{of.free}\t{of.uses}{ended}")
    if not found:
        click.echo("There is no pool yet: add one at the console, Vouchers, or by PUT /api/v1/voucher-pools/CODE")


@vouchers_group.command("generate")
@_POOL
@click.argument("count", type=click.IntRange(min=1))
@_PROGRAMME
@click.option("--short", is_flag=True, help="Eight letters, for typing at the till.")
def generate(pool: str, count: int, code: str, short: bool) -> None:
    """Draw COUNT codes for POOL, as many as you like."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        for part in in_batches(range(count), MOST_CODES):
            generate_codes(conn, pool, count=len(part), short=short, programme=programme, now=now, by=BY)
    click.echo(f"{count:,} codes are in {pool}; see them with: regulars vouchers export {pool} --programme {code}")


@vouchers_group.command("import")
@_POOL
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PROGRAMME
@click.option("--dry-run", is_flag=True, help="Tell what is wrong with the file, and write nothing.")
@click.option("--skip", is_flag=True, help="Take what is good, and leave out the rest.")
def import_file(pool: str, file: Path, code: str, dry_run: bool, skip: bool) -> None:
    """Take the codes in the first column of FILE. Without --skip, only when every row is good."""
    set_up_database()
    with file.open(newline="", encoding="utf-8-sig") as opened:
        rows = [row[0] if row else "" for row in csv.reader(opened)]
    if rows and rows[0].strip().casefold() == "code":
        rows = rows[1:]
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        write: Literal["nothing", "good", "all"] = "nothing" if dry_run else "good" if skip else "all"
        done = import_codes(conn, pool, rows, write=write, programme=programme, now=now, by=BY)
    for each in done.problems[:SHOWN]:
        click.echo(f"row {each.row}: {each.value!r} {_WHYS[each.why]}", err=True)
    if len(done.problems) > SHOWN:
        click.echo(f"and {len(done.problems) - SHOWN:,} more", err=True)
    click.echo(f"{done.good:,} good, {len(done.problems):,} not; {done.batch.codes if done.batch else 0:,} imported")
    if done.problems and not (skip or dry_run):
        sys.exit(1)


_WHYS = {
    "blank": "is empty",
    "characters": "cannot be a code: letters, digits, hyphens, dots, 4 to 60 of them",
    "double": "stands in the file before",
    "known": "is in the programme already",
}


@vouchers_group.command("export")
@_POOL
@_PROGRAMME
@click.option("--batch", type=int, default=None, help="Only this batch.")
@click.option(
    "--to", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; the screen, if none."
)
def export(pool: str, code: str, batch: int | None, to: IO[str]) -> None:
    """Write the codes of POOL as CSV: code, state, uses, last day."""
    set_up_database()
    with at_work(code) as (conn, programme):
        found = pool_by_code(conn, programme_id=programme.id, code=pool)
        for text in lines_of(conn, pool_id=found.id, batch_id=batch):
            to.write(text.replace("\r\n", "\n"))


@vouchers_group.command("void")
@_POOL
@_PROGRAMME
@click.option("--code", "one", default="", help="Only this code.")
@click.option("--batch", type=int, default=None, help="Only this batch.")
def void(pool: str, code: str, one: str, batch: int | None) -> None:
    """Make every code of POOL void that nobody used, or one."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        if one:
            done = void_code(conn, one, programme=programme, now=now, by=BY)
            click.echo(f"{done.text} is {done.state.name}")
        else:
            count = void_unused(conn, pool, batch_id=batch, programme=programme, now=now, by=BY)
            click.echo(f"{count:,} codes are void")
