"""`regulars`: the command line. One file per command; what they refuse is said in words, never as a traceback."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import version as installed_version

import click

from regulars.kernel.errors import Refusal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings.base")

COMMANDS = {
    "audiences": "audiences:audiences_group",
    "bench": "bench:bench_command",
    "clock": "clock:clock_group",
    "demo": "demo:demo_command",
    "distribute": "distribute:distribute_command",
    "import": "imports.command:import_group",
    "keys": "keys:keys_group",
    "operators": "operators:operators_group",
    "programmes": "programmes:programmes_group",
    "rulebook": "rulebook:rulebook_group",
    "scenario": "scenarios.command:scenario_group",
    "serve": "serve:serve_command",
    "tiers": "tiers:tiers_group",
    "verify": "verify:verify_command",
    "vouchers": "vouchers:vouchers_group",
    "worker": "worker:worker_command",
}
"""Where each command lives: module below this package, and the name in it."""


class Commands(click.Group):
    """Loads a command when it is asked for: `serve` should not carry what `import` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"regulars.interfaces.commandline.{module}"), name)
        return command


@click.group(cls=Commands)
def cli() -> None:
    """Regulars: turn customers into regulars. Every command has --help."""


@cli.command("version")
def version_command() -> None:
    """Say which version this is."""
    click.echo(f"regulars {installed_version('regulars')}")


def main() -> None:
    """Runs a command. A refusal is printed as what happened and what to do, with exit code 2."""
    try:
        cli(standalone_mode=True)
    except Refusal as refusal:
        click.secho(refusal.title, bold=True, err=True)
        click.echo(f"{refusal.detail}\n{refusal.remedy}", err=True)
        sys.exit(2)
