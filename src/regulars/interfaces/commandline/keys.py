"""`regulars keys`: API keys for the programs that talk to Regulars."""

from __future__ import annotations

import json

import click

from regulars.database.set_up import set_up_database
from regulars.domain.access.contracts import ApiKey, Scope
from regulars.domain.access.queries import api_keys
from regulars.flows.issue_api_key import end_api_key, issue_api_key
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import utc_now

_PROGRAMME = click.option("--programme", "code", required=True, help="Code of the programme.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("keys")
def keys_group() -> None:
    """Issue, list and revoke API keys."""


@keys_group.command("create")
@_PROGRAMME
@click.option("--name", required=True, help="The system that will use it, such as 'web shop'.")
@click.option(
    "--scopes",
    required=True,
    metavar="SCOPES",
    help=f"What it may do, with commas between, or all: {', '.join(Scope)}.",
)
@_JSON
def create(code: str, name: str, scopes: str, as_json: bool) -> None:
    """Issue a key and show it, this once."""
    set_up_database()
    wanted = list(Scope) if scopes.strip() == "all" else [each.strip() for each in scopes.split(",") if each.strip()]
    with at_work(code) as (conn, programme):
        issued = issue_api_key(conn, of=programme, name=name, scopes=wanted, by="command line", now=utc_now())
    if as_json:
        click.echo(json.dumps({"key": issued.secret} | _data(issued.key)))
        return
    click.echo(issued.secret)
    click.echo("Keep it like a password: it is not stored here and cannot be shown again.", err=True)


@keys_group.command("list")
@_PROGRAMME
@_JSON
def list_keys(code: str, as_json: bool) -> None:
    """One line for each key: its beginning, its name, since when, its scopes."""
    set_up_database()
    with at_work(code) as (conn, programme):
        found = api_keys(conn, programme_id=programme.id)
    if as_json:
        click.echo(json.dumps([_data(each) for each in found]))
        return
    for each in found:
        state = f"revoked {each.revoked_at:%-d %b %Y}" if each.revoked_at else f"since {each.created_at:%-d %b %Y}"
        click.echo(f"{each.prefix}\t{each.name}\t{state}\t{', '.join(sorted(each.scopes))}")
    if not found:
        click.echo(f"There is no key yet: regulars keys create --programme {code} --name NAME --scopes all")


@keys_group.command("revoke")
@click.argument("prefix")
@_PROGRAMME
def revoke(prefix: str, code: str) -> None:
    """End the key that begins with PREFIX, for good and at once."""
    set_up_database()
    with at_work(code) as (conn, programme):
        end_api_key(conn, of=programme, prefix=prefix, now=utc_now())
    click.echo(f"The key {prefix} opens nothing any more.")


def _data(key: ApiKey) -> dict[str, object]:
    return {
        "prefix": key.prefix,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(),
        "created_by": key.created_by,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }
