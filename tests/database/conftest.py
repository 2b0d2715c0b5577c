"""Homes for real servers of their own; none outlives its test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from regulars.database import postmaster
from regulars.database.account import account_for
from regulars.database.embedded import EmbeddedPostgres
from regulars.kernel.errors import Refusal


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that every user can enter: pytest's own tmp_path is closed to the account that runs PostgreSQL."""
    yield from _ground()


@pytest.fixture(scope="session")
def pattern() -> Iterator[Path]:
    """A home with an empty server, stopped, to be copied."""
    for base in _ground():
        with EmbeddedPostgres(base / "home"):
            pass
        yield base / "home"


@pytest.fixture
def home(ground: Path) -> Path:
    """Where a server may live; not made yet."""
    return ground / "home"


@pytest.fixture
def made(pattern: Path, home: Path) -> Path:
    """A home of its own whose data are made already; a copy takes a tenth of the time."""
    subprocess.run(["cp", "-a", str(pattern), str(home)], check=True)
    return home


def _ground() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="regulars-", dir="/tmp")).resolve()
    base.chmod(0o711)
    yield base
    for home in {path.parent for path in base.rglob("start.lock")}:
        with suppress(Refusal):
            EmbeddedPostgres(home, patience=10).stop()
        left = postmaster.living(home / "data", account_for(home).uid)
        if left:
            os.kill(left, signal.SIGKILL)
    shutil.rmtree(base, ignore_errors=True)
