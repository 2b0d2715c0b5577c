"""`regulars`: the command line. One file per command; what they refuse is said in words, never as a traceback."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as installed_version

import click

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings.base")

from regulars.interfaces.commandline.bench import bench_command  # settings are named first
from regulars.interfaces.commandline.demo import demo_command
from regulars.interfaces.commandline.imports.command import import_group
from regulars.interfaces.commandline.keys import keys_group
from regulars.interfaces.commandline.operators import operators_group
from regulars.interfaces.commandline.programmes import programmes_group
from regulars.interfaces.commandline.rulebook import rulebook_group
from regulars.interfaces.commandline.serve import serve_command
from regulars.interfaces.commandline.verify import verify_command
from regulars.interfaces.commandline.worker import worker_command
from regulars.kernel.errors import Refusal


@click.group()
def cli() -> None:
    """Regulars: turn customers into regulars. Every command has --help."""


@cli.command("version")
def version_command() -> None:
    """Say which version this is."""
    click.echo(f"regulars {installed_version('regulars')}")


for _command in (
    bench_command,
    demo_command,
    import_group,
    keys_group,
    operators_group,
    programmes_group,
    rulebook_group,
    serve_command,
    verify_command,
    worker_command,
):
    cli.add_command(_command)


def main() -> None:
    """Runs a command. A refusal is printed as what happened and what to do, with exit code 2."""
    try:
        cli(standalone_mode=True)
    except Refusal as refusal:
        click.secho(refusal.title, bold=True, err=True)
        click.echo(f"{refusal.detail}\n{refusal.remedy}", err=True)
        sys.exit(2)
