"""What PostgreSQL and the operating system complain about, said so that the owner knows what to do.

Every function answers with a Refusal (status 503): what happened, with the value, why, and the remedy.
"""

from __future__ import annotations

import errno
import os
import pwd
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import conninfo

from regulars.kernel.errors import Refusal

HOME_SETTING = "REGULARS_HOME"
URL_SETTING = "DATABASE_URL"

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = re.compile(r"No space left on device|Disk quota exceeded|not enough space|disk full", re.IGNORECASE)
_LOUD = re.compile(r"(?:FATAL|PANIC|ERROR|initdb: error|pg_ctl: error|error):\s+(.*)")
_SETTING_COMPLAINT = re.compile(r"LOG:\s+(.*(?:in file|parameter).*)")


def trouble(code: str, title: str, detail: str, remedy: str) -> Refusal:
    """A refusal about the database server: nothing is wrong with the request, the server is not there (503)."""
    return Refusal(code, title, detail=detail, remedy=remedy, status=503)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns an OSError about `folder` or what is in it into a Refusal."""
    try:
        yield
    except OSError as error:
        raise of_system(error, folder) from error


def of_system(error: OSError, folder: Path) -> Refusal:
    """An error of the operating system while working in `folder`."""
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else folder
    if error.errno in _FULL:
        return disk_full(folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = "it is on a read-only disk" if error.errno == errno.EROFS else "permission is denied"
        return not_writable(path, why)
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return trouble(
            "folder_not_usable",
            "The data folder cannot be used",
            f"{path} cannot be a folder: a file of that name is in the way.",
            f"Move the file away, or set {HOME_SETTING} to another folder.",
        )
    return trouble(
        "folder_not_usable",
        "The data folder cannot be used",
        f"Working in {path} failed: {error.strerror or error}.",
        f"Put this right, or set {HOME_SETTING} to a folder on a local disk.",
    )


def disk_full(folder: Path) -> Refusal:
    """The disk of `folder` has no room left."""
    return trouble(
        "disk_full",
        "The disk is full",
        f"PostgreSQL could not write in {folder}: {_free(folder)} free on that disk. Nothing that was saved is lost.",
        f"Make room on the disk, then start again; or set {HOME_SETTING} to a folder on a larger one.",
    )


def not_writable(folder: Path, why: str) -> Refusal:
    """This program may not write in `folder`."""
    return trouble(
        "folder_not_writable",
        "The data folder cannot be written",
        f"{folder} cannot be written by the user {user_name(os.geteuid())}: {why}.",
        f"Run as a user who may write there, or set {HOME_SETTING} to a folder of your own.",
    )


def of_server(text: str, folder: Path, log: Path | None) -> Refusal:
    """What initdb, pg_ctl or the server's log said when making or starting the data in `folder` failed.

    log: the file where the owner finds more, or None.
    """
    if _FULL_WORDS.search(text):
        return disk_full(folder)
    if unnamed := re.search(r"could not look up effective user ID (\d+)", text):
        return trouble(
            "user_without_name",
            "PostgreSQL needs a user with a name",
            f"This program runs as user id {unnamed[1]}, which has no name on this machine; PostgreSQL refuses that.",
            f"Add the user to /etc/passwd, run as another user, or set {URL_SETTING} to a server of your own.",
        )
    if "pre-existing shared memory block" in text:
        return trouble(
            "server_still_ending",
            "An earlier database server has not ended yet",
            f"Processes of an earlier PostgreSQL still work on {folder / 'data'}, so a new one may not start.",
            "Wait a minute and start again; if that does not help, restart the machine.",
        )
    if "contains errors" in text and (complaint := _SETTING_COMPLAINT.search(text)):
        return trouble(
            "settings_wrong",
            "A database setting is wrong",
            f"PostgreSQL does not accept its settings: {complaint[1]}.",
            f"Correct or remove that line (your own settings are in {folder / 'own.conf'}), then start again.",
        )
    if re.search(r"could not (?:bind|create).*socket|Unix-domain socket path", text):
        return socket_not_usable(folder / "run", _loudest(text))
    more = f"Read {log} for more" if log else "Correct that"
    return trouble(
        "server_not_starting",
        "The database server does not start",
        f"PostgreSQL said: {_loudest(text)}.",
        f"{more}, then start again; docs/operations/database.md lists what helps. Do not delete {folder / 'data'}.",
    )


def socket_not_usable(folder: Path, why: str) -> Refusal:
    """The folder where the server would listen cannot be used."""
    return trouble(
        "socket_not_usable",
        "The database server has no place to listen",
        f"The folder for its socket, {folder}, cannot be used: {why}.",
        f"Remove {folder} if it is not yours to keep, or set {HOME_SETTING} to a folder with a shorter path.",
    )


def of_connection(error: psycopg.Error, url: str) -> Refusal:
    """Why the server that DATABASE_URL names does not let us in; the password is never repeated."""
    parts = _parts(url)
    if parts is None:
        return trouble(
            "database_url_wrong",
            f"{URL_SETTING} is not an address",
            f"{URL_SETTING} has {len(url)} characters and cannot be read as the address of a database.",
            f"Write it as {URL_SETTING}=postgresql://user:password@host:5432/database "
            "(in user and password, write @ as %40, / as %2F, : as %3A).",
        )
    user, name, text = parts.get("user", ""), parts.get("dbname", ""), str(error).strip()
    host, port = parts.get("host", "localhost"), parts.get("port", "5432")
    where = f"host {host}, port {port}"
    if re.search(r"authentication failed|no password supplied|no pg_hba.conf entry|role .* does not exist", text):
        return trouble(
            "database_sign_in_refused",
            "The database server refuses the sign-in",
            f"The server at {where} does not let the user {user or '(none)'} in: {_last_reason(text)}.",
            f"Correct user and password in {URL_SETTING}, or allow this user in the server's pg_hba.conf.",
        )
    if re.search(r"database .* does not exist", text):
        return trouble(
            "database_missing",
            "The database does not exist",
            f"The server at {where} has no database {name or user}.",
            f"Create it with `createdb -h {host} -p {port} -U {user or 'USER'} {name or user}`, "
            f"or correct the name in {URL_SETTING}.",
        )
    return trouble(
        "database_unreachable",
        "The database server cannot be reached",
        f"No PostgreSQL answered at {where}: {_last_reason(text)}.",
        f"Start that server or correct {URL_SETTING}; remove {URL_SETTING} to let Regulars run its own.",
    )


def _parts(url: str) -> dict[str, str] | None:
    """What an address says, or None where it says nothing sensible."""
    if "://" in url and url.partition("?")[0].count("@") > 1:
        return None  # an @ of the password: what follows it would be taken, and repeated, as the host
    try:
        parts = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        return None
    return parts if all(port.isdigit() for port in parts.get("port", "5432").split(",")) else None


def user_name(uid: int) -> str:
    """The name of a user id, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _loudest(text: str) -> str:
    """The line that says why: the last FATAL, PANIC or ERROR, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    loud = [found[1] for line in lines if (found := _LOUD.search(line))]
    return (loud or lines or ["nothing"])[-1].rstrip(".")


def _last_reason(text: str) -> str:
    """libpq's reason, without the address that it repeats and without its question."""
    reason = re.split(r"\bfailed: ", text)[-1].splitlines()[0] if text else "no reason given"
    return re.sub(r"^FATAL:\s+", "", reason).strip().rstrip(".")


def _free(folder: Path) -> str:
    while not folder.exists():
        folder = folder.parent
    return f"{shutil.disk_usage(folder).free // 2**20} MB"
