"""`regulars serve`: API, console and portal in worker processes."""

from __future__ import annotations

import errno
import multiprocessing
import os
import socket
import sys
from typing import NoReturn

import click
from django.core.management import call_command
from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels

from regulars.database.pool import close_pools
from regulars.database.server import leave
from regulars.database.set_up import set_up_database
from regulars.kernel.errors import Refusal

_MOST_WORKERS = 2
_SECONDS_TO_FINISH = 30


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes. [default: one for each core, up to 2]")
def serve_command(host: str, port: int, workers: int | None) -> None:
    """Serve API, console and portal until Ctrl+C."""
    check_address(host, port)
    set_up_database()
    click.echo(f"Regulars is at {address_of(host, port)} (Ctrl+C stops it)")
    serve(host=host, port=port, workers=workers)
    end_quietly()


def serve(*, host: str, port: int, workers: int | None = None) -> None:
    """Serves until it is told to stop; what was taken is then finished. The database has to be set up.

    Raises Refusal when the address cannot be listened at.
    """
    check_address(host, port)
    call_command("collectstatic", verbosity=0, interactive=False)
    # Workers begin from nothing: a forked one would share this process's database connections, and its threads' locks.
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        "regulars.interfaces.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        runtime_mode=RuntimeModes.st,  # one network thread a worker: a fifth more events/s than several, measured
        websockets=False,
        workers=workers or min(_MOST_WORKERS, os.cpu_count() or 1),
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_FINISH,
        log_level=LogLevels.warning,
    ).serve()


def end_quietly() -> NoReturn:
    """Ends a process that has served, once it has let go of the database.

    The server library holds on to modules until the very end, and DuckDB's binding then lists everything that it could
    not free: a screenful of lines that are no trouble and look like one.
    """
    close_pools()
    leave()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def address_of(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    name = {"0.0.0.0": "localhost", "127.0.0.1": "localhost", "::": "localhost", "::1": "localhost"}.get(host, host)  # noqa: S104  # only translated
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def check_address(host: str, port: int) -> None:
    """Tries to listen. Raises Refusal in words for the owner."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise _no_listening(host, port, error) from None


def _no_listening(host: str, port: int, error: OSError) -> Refusal:
    if error.errno == errno.EADDRINUSE:
        return Refusal(
            "port_taken",
            "The port is taken",
            detail=f"Another program listens at port {port} of {host}; it may be another Regulars.",
            remedy=f"Stop that program (`ss -ltnp 'sport = :{port}'` names it), or choose another port: "
            f"--port {port + 1 if port < 65535 else port - 1}.",
        )
    if error.errno == errno.EACCES:
        return Refusal(
            "port_not_allowed",
            "The port may not be used",
            detail=f"Port {port} is one of those that only root may listen at.",
            remedy="Choose a port from 1024 on: --port 8000.",
        )
    return Refusal(
        "address_not_usable",
        "The address cannot be used",
        detail=f"This machine cannot listen at {host}: {error.strerror or error}.",
        remedy="Choose 127.0.0.1 for this machine alone, or 0.0.0.0 for all its addresses: --host 127.0.0.1.",
    )
