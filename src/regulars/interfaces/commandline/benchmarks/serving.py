"""The product's own server, started for the benchmark as `regulars serve` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from regulars.kernel.errors import Refusal

HOST = "127.0.0.1"
_PATIENCE = 60.0
_PROGRAM = (sys.executable, "-m", "regulars")


@contextmanager
def served(url: str, *, workers: int) -> Iterator[tuple[int, int]]:
    """A server on the database: (port, process id)."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [*_PROGRAM, "serve", "--port", str(port), "--workers", str(workers)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env={**os.environ, "DATABASE_URL": url}, stdout=said, stderr=said, stdin=subprocess.DEVNULL
        )
        try:
            _wait(process, port, said)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int, said: IO[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    said.seek(0)
    raise Refusal(
        "server_not_started",
        "The server did not start",
        detail=f"It said: {said.read().decode(errors='replace').strip()[-500:] or 'nothing'}",
        remedy="Try `regulars serve` by itself.",
    )
