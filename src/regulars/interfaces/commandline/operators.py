"""`regulars operators`: let staff in."""

from __future__ import annotations

from datetime import timedelta

import click
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from regulars.database.pool import connection
from regulars.database.set_up import set_up_database
from regulars.flows.sign_in import issue_operator_link, keep_password
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal
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
    with at_work(code) as (conn, programme):
        token = issue_operator_link(
            conn, programme=programme, email=email, name=name or email, now=utc_now(), lasts=timedelta(hours=1)
        )
    click.echo(f"{read_environment().public_url}/console/enter/{token}")


@operators_group.command("password")
@click.option("--email", required=True)
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def password(email: str, password: str) -> None:
    """Set the password with which someone signs in at /console/sign-in/."""
    set_up_database()
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal(
            "weak_password",
            "The password is too easy to guess",
            detail=" ".join(error.messages),
            remedy="Choose a longer one: three or four unrelated words do well.",
            field="password",
        ) from None
    with connection() as conn:
        keep_password(conn, email=email, hashed=make_password(password), now=utc_now(), by="command line")
    click.echo(f"{email} can sign in with this password now.")
