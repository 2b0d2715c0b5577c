"""The data folder of the embedded server: made in one step that an interruption cannot leave half done, or checked."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from regulars.database import troubles
from regulars.database.account import Account, open_own
from regulars.database.binaries import SETTING, Binaries

OWNER = "postgres"
"""The role that owns everything in the embedded server."""

_INCLUDES = "\ninclude_if_exists '../regulars.conf'\ninclude_if_exists '../own.conf'\n"
_HANDBOOK = "docs/operations/database.md"


def make_or_check(home: Path, binaries: Binaries, account: Account) -> None:
    """Makes home/data where there is none; raises Refusal when the one there cannot be used. Never deletes data."""
    data = home / "data"
    if (data / "PG_VERSION").exists():
        _check(home, data, binaries)
        return
    if data.exists() and any(data.iterdir()):
        raise troubles.trouble(
            "not_a_data_folder",
            "The data folder is not PostgreSQL's",
            f"{data} holds files, and the file PG_VERSION, which every PostgreSQL has, is not among them.",
            f"Restore it from your backup, or move {data} away to begin with an empty database.",
        )
    for stale in home.glob("data.init-*"):  # left by an initdb that was interrupted
        shutil.rmtree(stale, ignore_errors=True)
    _make(home, data, binaries, account)


def _make(home: Path, data: Path, binaries: Binaries, account: Account) -> None:
    password = _make_password(home, account)
    making = home / f"data.init-{os.getpid()}-{secrets.token_hex(4)}"
    making.mkdir(mode=0o700)
    try:
        account.give(making, 0o700)
        arguments = [*_arguments(binaries.major), f"--pwfile={password}", "-D", str(making)]
        code, said = account.run(binaries.program("initdb"), *arguments)
        if code != 0:
            raise troubles.of_server(said, home, None)
        with open(open_own(making / "postgresql.conf", os.O_WRONLY | os.O_APPEND), "a") as settings:
            _write_through(settings.fileno(), _INCLUDES)
        making.rename(data)
        _sync(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _arguments(major: int) -> list[str]:
    if major >= 17:  # the same order of texts on every machine, whatever its C library
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    return ["-U", OWNER, "--encoding=UTF8", *locale, "--auth=scram-sha-256", "--data-checksums"]


def _make_password(home: Path, account: Account) -> Path:
    """Written before the data, so that there are never data without their password."""
    path = home / "password"
    if not path.exists() or not path.read_text().strip():
        with open(open_own(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "w") as file:
            _write_through(file.fileno(), secrets.token_urlsafe(24) + "\n")
    account.give(path, 0o600)  # initdb reads it; the owner of the data learns nothing by it
    return path


def _check(home: Path, data: Path, binaries: Binaries) -> None:
    written = (data / "PG_VERSION").read_text().strip()
    if written != str(binaries.major):
        raise troubles.trouble(
            "data_of_other_version",
            "The data were written by another PostgreSQL",
            f"{data} was written by PostgreSQL {written}, and the one at {binaries.folder} is {binaries.version}: "
            "a major version cannot read the files of another.",
            f"Set {SETTING} to the bin folder of PostgreSQL {written}, or move the data over with pg_dump as "
            f"{_HANDBOOK} shows.",
        )
    if not (home / "password").exists():
        raise troubles.trouble(
            "password_missing",
            "The password of the database is missing",
            f"{home / 'password'} is not there, and without it nobody can sign in to {data}.",
            f"Restore that file from your backup, or set a new password as {_HANDBOOK} shows.",
        )


def _write_through(descriptor: int, text: str) -> None:
    os.write(descriptor, text.encode())
    os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
