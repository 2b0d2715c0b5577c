"""`regulars operators`: let staff in."""

from __future__ import annotations

from datetime import timedelta

import click

from regulars.database.pool import connection
from regulars.database.set_up import set_up_database
from regulars.domain.programmes.queries import programme_by_code
from regulars.flows.sign_in import issue_operator_link
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import NotFound
from regulars.settings.env import read_environment


@click.group("operators")
def operators_group() -> None:
    """Let staff into the console."""


@operators_group.command("add")
@click.option("--programme", "code", required=True, help="Code of the programme they work on.")
@click.option("--email", required=True)
@click.option("--name", default="", help="As colleagues see it.")
def add(code: str, email: str, name: str) -> None:
    """Let someone in, or let them in again: prints a link that signs in once, within the next hour."""
    set_up_database()
    with connection() as conn:
        programme = programme_by_code(conn, code=code)
        if programme is None:
            raise NotFound(
                "programme_not_found",
                "There is no such programme",
                detail=f"No programme has the code {code!r}.",
                remedy="Look it up with `regulars programmes list`.",
            )
        token = issue_operator_link(
            conn, programme=programme, email=email, name=name or email, now=utc_now(), lasts=timedelta(hours=1)
        )
    click.echo(f"{read_environment().public_url}/console/enter/{token}")
