"""Which PostgreSQL this process works with: the owner's server (DATABASE_URL), or the one that we bring along.

`database_url()` is the only question the rest of the house asks.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import conninfo, errors, sql

from regulars.database import troubles
from regulars.database.account import default_home
from regulars.database.binaries import OLDEST
from regulars.database.embedded import EmbeddedPostgres
from regulars.kernel.errors import Conflict, Refusal

NAME = "regulars"
"""The database of the embedded server that holds everything."""

_SECONDS_TO_ANSWER = "10"
_SECONDS_BETWEEN_LOOKS = 1.0
_log = logging.getLogger(__name__)

_deciding = threading.Lock()
_url: str | None = None
_embedded: EmbeddedPostgres | None = None

# a child forked while another thread decides would wait for ever
os.register_at_fork(before=_deciding.acquire, after_in_parent=_deciding.release, after_in_child=_deciding.release)


def own_server() -> bool:
    """Whether the owner named a server of their own by DATABASE_URL."""
    return bool(os.environ.get(troubles.URL_SETTING))


def database_url() -> str:
    """The address of the database, as a libpq URL. It holds the password: never log it.

    The first call checks the owner's server, or starts (or joins) the embedded one, which then runs at least as long as
    this process and is started again when it dies. Raises Refusal, in words for the owner, when no server is usable.
    """
    global _url, _embedded
    with _deciding:
        if _url is None:
            if own_server():
                _url = _checked(os.environ[troubles.URL_SETTING])
            else:
                _embedded = _embedded or EmbeddedPostgres(default_home())
                _url = create_database(_embedded.start(), NAME, exist_ok=True)
                threading.Thread(target=_watch, args=[_embedded], name="database-watch", daemon=True).start()
        return _url


def use(url: str) -> None:
    """Works with another database of the same server from here on, in this process: for tests and imports on trial."""
    global _url
    with _deciding:
        _url = url


def leave() -> bool:
    """Lets go of the server at the end of the process; True when the embedded server stopped: nobody else uses it."""
    global _url, _embedded
    with _deciding:
        server, _embedded, _url = _embedded, None, None
        return server.stop() if server else False


def create_database(admin_url: str, name: str, *, template: str | None = None, exist_ok: bool = False) -> str:
    """Creates a database on the server of `admin_url` and answers with its URL.

    template: the database to copy, with nobody connected to it. exist_ok: do not mind one that is there already.
    Raises Conflict when it is there already, Refusal when the server does not let us.
    """
    with _connect(admin_url) as conn:
        there = conn.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if not there:
            copy = sql.SQL(" template {}").format(sql.Identifier(template)) if template else sql.SQL("")
            try:
                conn.execute(sql.SQL("create database {}{}").format(sql.Identifier(name), copy))
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                there = (1,)  # another program created it at the same moment
            except errors.DiskFull as error:
                raise troubles.disk_full(default_home()) from error
            except errors.InsufficientPrivilege as error:
                raise troubles.trouble(
                    "database_not_creatable",
                    "The database cannot be created",
                    f"The user {conn.info.user} may not create the database {name}.",
                    f"Let an administrator run `alter role {conn.info.user} createdb`, or create {name} there.",
                ) from error
    if there and not exist_ok:
        raise Conflict(
            "database_exists",
            "The database is there already",
            detail=f"The server already has a database {name}.",
            remedy="Choose another name, or drop it first.",
        )
    return with_database(admin_url, name)


def drop_database(admin_url: str, name: str) -> None:
    """Drops a database with all that is in it, and whoever is connected to it; one that is not there is fine."""
    with _connect(admin_url) as conn:
        conn.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def with_database(url: str, name: str) -> str:
    """The same server's address, for another database."""
    if url.startswith(("postgresql://", "postgres://")):
        return urlsplit(url)._replace(path=f"/{quote(name, safe='')}").geturl()
    return conninfo.make_conninfo(url, dbname=name)


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        asked = {"connect_timeout": _SECONDS_TO_ANSWER} | conninfo.conninfo_to_dict(url)
        return psycopg.connect(conninfo.make_conninfo(url, **asked), autocommit=True)
    except psycopg.Error as error:
        raise troubles.of_connection(error, url) from None  # the cause repeats the password where the URL is malformed


def _checked(url: str) -> str:
    """The owner's address, once its server answered and is one that we can work with."""
    with _connect(url) as conn:
        version, encoding = conn.info.server_version, conn.info.parameter_status("server_encoding")
        where = f"host {conn.info.host}, port {conn.info.port}"
    if version < OLDEST * 10_000:
        raise troubles.trouble(
            "server_too_old",
            "The database server is too old",
            f"The server at {where} is PostgreSQL {version // 10_000}.{version % 10_000}; "
            f"Regulars needs {OLDEST} or newer.",
            f"Upgrade that server, name another in {troubles.URL_SETTING}, or remove {troubles.URL_SETTING} to let "
            "Regulars run its own.",
        )
    if encoding != "UTF8":
        raise troubles.trouble(
            "database_not_utf8",
            "The database does not store every letter",
            f"The database at {where} has the encoding {encoding}; names of members need UTF8.",
            f"Create one with `createdb -E UTF8 -T template0 NAME` and name it in {troubles.URL_SETTING}.",
        )
    return url


def _watch(server: EmbeddedPostgres) -> None:
    """Starts the embedded server again when it was killed, until this process lets go of it."""
    while True:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        with _deciding:
            if _embedded is not server:
                return
            try:
                if not server.lives():
                    _log.warning("The database server ended unexpectedly; starting it again.")
                    server.start()
            except Refusal as refusal:
                _log.error("The database server cannot be started again: %s", refusal)


@atexit.register
def _leave_quietly() -> None:
    try:
        leave()
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
