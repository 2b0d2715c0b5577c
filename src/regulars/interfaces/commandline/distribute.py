"""`regulars distribute`: spreads the tables over the nodes of a Citus cluster."""

from __future__ import annotations

import click

from regulars.database.distribution import SHARDS, Step, check_obstacles, distribute, plan, read_tables, require_citus
from regulars.database.pool import owning
from regulars.database.set_up import set_up_database


@click.command("distribute")
@click.option("--dry-run", is_flag=True, help="Show what would be done, in words and as SQL; works on any PostgreSQL.")
@click.option("--shards", default=SHARDS, show_default=True, type=click.IntRange(1, 256), help="Of each large table.")
def distribute_command(dry_run: bool, shards: int) -> None:
    """Distribute the tables over a Citus cluster: members' by their bucket, small shared ones as copies.

    Takes the tables that are not distributed yet, so it may be stopped, and is run again after an update. Stop Regulars
    meanwhile: each table is locked while its rows move.
    """
    with owning() as conn:
        if not dry_run:
            require_citus(conn)
            set_up_database()
        check_obstacles(conn)
        steps = plan(read_tables(conn), shards=shards)
        if dry_run:
            for step in steps:
                click.echo(f"{step.words}\n    {step.statement.as_string(conn)};")
        else:
            distribute(conn, steps, announce=_announce)
    if not steps:
        click.echo("Every table is distributed already.")
    elif not dry_run:
        click.echo(f"{len(steps)} tables are distributed. Prove the books now: regulars verify")


def _announce(step: Step) -> None:
    click.echo(step.words)
