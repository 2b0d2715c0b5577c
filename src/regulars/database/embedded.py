"""The life of the PostgreSQL that Regulars brings along: made once, shared by every program, stopped by the last.

    home/                   ours (0700; 0711 when we are root, so that the server's account can pass)
      data/                 PostgreSQL's own folder
      run/                  its socket; there is no network port
      regulars.conf         our settings, written anew at every start
      own.conf              the owner's settings; they win
      password  postgres.log  start.lock  users.lock

Whoever uses the server holds a shared lock on users.lock, which the kernel takes back however a program dies. A server
that outlives its last program is joined by the next one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

from regulars.database import data_folder, postmaster, troubles
from regulars.database.account import Account, account_for, open_own, prepare_home
from regulars.database.binaries import SETTING, Binaries, carry, find_binaries
from regulars.database.data_folder import OWNER
from regulars.kernel.errors import Refusal

PATIENCE = 600.0
"""Seconds for a start: after a crash the server first repeats what its log holds."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "200",  # two programs with 64 connections each, and some to spare
    "max_wal_size": "4GB",
    "min_wal_size": "1GB",  # segments are used again: a new one is written full of zeros first
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "logging_collector": "off",
}
"""Durability is not in this list: fsync, full_page_writes and synchronous_commit keep PostgreSQL's safe defaults."""

_TRIES = 5
_LONGEST_SOCKET = 103  # bytes: macOS has room for 104 with the closing zero, Linux for 108
_LARGEST_LOG = 10 * 2**20
_SECONDS_FOR_OLD_PROCESSES = 30.0


class EmbeddedPostgres:
    """The server of one home folder. Use it as a context manager, or call start and stop."""

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        find: Callable[[], Binaries] = find_binaries,
        patience: float = PATIENCE,
    ) -> None:
        """settings: more PostgreSQL settings, or other values. patience: seconds to wait for a start or a turn."""
        self.home = home.expanduser().resolve()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self._settings = {**SETTINGS, **(settings or {})}
        self._find = find
        self._patience = patience
        self._using: int | None = None  # descriptor of users.lock while we use the server

    def start(self) -> str:
        """Starts the server, or joins the one that runs, and answers with the URL of its database `postgres`.

        Makes the data folder at the first start; repairs what a crash left; harmless when repeated. Raises Refusal when
        it cannot.
        """
        if self._using is not None and self.lives():
            return self.url()
        with troubles.explained(self.home):
            account = account_for(self.home)
            prepare_home(self.home, account)
            with self._turn(account):
                binaries = self._reachable_binaries(account)
                data_folder.make_or_check(self.home, binaries, account)
                try:
                    self._run(binaries, account)
                except (Refusal, KeyboardInterrupt, SystemExit):
                    with suppress(Refusal):  # no server is left running that nobody uses
                        if self._is_unused(account):
                            self._shut_down(account)
                    raise
                if self._using is None:
                    self._using = self._open_lock("users.lock", account)
                    fcntl.flock(self._using, fcntl.LOCK_SH)
        return self.url()

    def stop(self) -> bool:
        """Lets go of the server, and shuts it down when nobody else uses it: open work is rolled back, all is saved.

        Returns True when the server does not run any more. Also ends a server that outlived its programs.
        """
        if not self.data.exists():
            return False
        with troubles.explained(self.home):
            account = account_for(self.home)
            with self._turn(account):
                if self._using is not None:
                    # closed, not unlocked: a forked child shares this lock, and unlocking would let go for both
                    os.close(self._using)
                    self._using = None
                return self._is_unused(account) and self._shut_down(account)

    def lives(self) -> bool:
        """Whether the server runs, started by whomever."""
        with troubles.explained(self.home):
            return self._lives(account_for(self.home))

    def url(self, database: str = OWNER) -> str:
        """The address of a database of this server, as a libpq URL over the Unix socket; it holds the password."""
        with troubles.explained(self.home):
            password = (self.home / "password").read_text().strip()
            folder = postmaster.socket_folder(self.data) or self._socket_folder(account_for(self.home))
        host = quote(str(folder), safe="")
        return f"postgresql://{OWNER}:{quote(password, safe='')}@/{quote(database, safe='')}?host={host}"

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # Locks

    def _open_lock(self, name: str, account: Account) -> int:
        descriptor = open_own(self.home / name, os.O_RDWR | os.O_CREAT)
        if account.lent:  # in a home that is not root's, its owner has to be able to lock too
            owner = self.home.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return descriptor

    @contextmanager
    def _turn(self, account: Account) -> Iterator[None]:
        """One program at a time starts or stops the server."""
        descriptor = self._open_lock("start.lock", account)
        try:
            deadline = time.monotonic() + self._patience
            while not _locked(descriptor):
                if time.monotonic() > deadline:
                    raise self._busy(os.pread(descriptor, 20, 0).decode(errors="replace").strip())
                time.sleep(0.02)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def _busy(self, holder: str) -> Refusal:
        return troubles.trouble(
            "server_busy",
            "Another program is busy with the database server",
            f"Process {holder or '(unknown)'} has been starting or stopping the server in {self.home} "
            f"for more than {self._patience:g} seconds.",
            f"Look at that process (`ps -p {holder or 'PID'}`), end it if it hangs, and start again.",
        )

    def _is_unused(self, account: Account) -> bool:
        descriptor = self._open_lock("users.lock", account)
        try:
            return _locked(descriptor)
        finally:
            os.close(descriptor)

    def _reachable_binaries(self, account: Account) -> Binaries:
        found = self._find()
        if account.can_enter(found.folder):
            return found
        carried = carry(found, self.home)
        if carried is None:
            raise troubles.trouble(
                "postgres_not_usable",
                "The chosen PostgreSQL cannot be used",
                f"PostgreSQL runs as {account.name}, and {found.folder} is closed to that user.",
                f"Set {SETTING} to a folder that {account.name} can enter, or remove the setting.",
            )
        return carried

    # The server

    def _socket_folder(self, account: Account) -> Path:
        folder = self.home / "run"
        if len(os.fsencode(folder / postmaster.SOCKET)) <= _LONGEST_SOCKET:
            return folder
        short = f"regulars-{account.uid}-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"
        base = Path("/run") if account.lent and Path("/run").is_dir() else Path("/tmp")  # noqa: S108 - used only when it is ours
        return base / short

    def _prepare_sockets(self, account: Account) -> Path:
        folder = self._socket_folder(account)
        try:
            folder.mkdir(mode=0o700)
            account.give(folder, 0o700)
        except FileExistsError:
            found = folder.lstat()
            if found.st_uid != account.uid:
                owner = troubles.user_name(found.st_uid)
                raise troubles.socket_not_usable(folder, f"it belongs to {owner}, not to {account.name}") from None
            account.give(folder, 0o700)
        return folder

    def _run(self, binaries: Binaries, account: Account) -> None:
        for _ in range(_TRIES):
            if self._join(account):
                return
            self._launch(binaries, account)
        if not self._join(account):
            raise troubles.of_server(_read_from(self.log, 0), self.home, self.log)

    def _join(self, account: Account) -> bool:
        """True when a server runs and takes connections; waits for one that starts or ends."""
        deadline = time.monotonic() + self._patience
        while self._lives(account):
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return True
            except psycopg.OperationalError as error:
                text = str(error)
                if re.search(r"too many clients|connection slots", text):
                    return True
                if "authentication failed" in text:
                    raise self._locked_out() from None
                if time.monotonic() > deadline:
                    raise troubles.of_server(text, self.home, self.log) from error
            time.sleep(0.02)
        return False

    def _locked_out(self) -> Refusal:
        return troubles.trouble(
            "password_wrong",
            "The password of the database does not fit",
            f"The server in {self.home} does not accept what {self.home / 'password'} holds.",
            "Restore that file from your backup, or set a new password as docs/operations/database.md shows.",
        )

    def _lives(self, account: Account) -> bool:
        if postmaster.living(self.data, account.uid) is not None:
            return True
        return postmaster.answers(postmaster.socket_folder(self.data) or self._socket_folder(account))

    def _launch(self, binaries: Binaries, account: Account) -> None:
        sockets = self._prepare_sockets(account)
        self._write_settings(binaries, account)
        self._prepare_log(account)
        postmaster.clear_remains(self.data, sockets)
        deadline = time.monotonic() + min(self._patience, _SECONDS_FOR_OLD_PROCESSES)
        while True:
            seen = self.log.stat().st_size
            code, said = account.run(
                *(binaries.program("pg_ctl"), "start", "-D", str(self.data), "-l", str(self.log)),
                *("-w", "-t", f"{self._patience:.0f}", "-s", "-o", f"-k '{sockets}'"),
            )
            if code == 0:
                return
            text = said + _read_from(self.log, seen)
            if "pre-existing shared memory block" not in text or time.monotonic() > deadline:
                raise troubles.of_server(text, self.home, self.log)
            time.sleep(0.1)  # processes of a killed server end within moments

    def _shut_down(self, account: Account) -> bool:
        if postmaster.living(self.data, account.uid) is None:
            return not self._lives(account)  # one that answers from another container is not ours to end
        pg_ctl = self._reachable_binaries(account).program("pg_ctl")
        code, said = account.run(
            pg_ctl, "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", f"{self._patience:.0f}", "-s"
        )
        if code != 0 and self._lives(account):
            raise troubles.trouble(
                "server_not_stopping",
                "The database server does not stop",
                f"It was asked to, and still runs after {self._patience:g} seconds: {said.strip()}.",
                f"Wait, or look into {self.log}.",
            )
        return True

    def _write_settings(self, binaries: Binaries, account: Account) -> None:
        settings = dict(self._settings)
        if _has_statistics(binaries):
            settings.setdefault("shared_preload_libraries", "pg_stat_statements")
        accepted, _ = account.run(
            binaries.program("postgres"), "-D", str(self.data), "-C", "wal_compression", "-c", "wal_compression=lz4"
        )
        if accepted == 0:
            settings.setdefault("wal_compression", "lz4")
        lines = ["# Written by Regulars at every start. Your own settings go into own.conf beside this file."]
        lines += [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
        new = self.home / "regulars.conf.new"
        new.unlink(missing_ok=True)
        with open(open_own(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w") as file:
            file.write("\n".join(lines) + "\n")
        account.give(new, 0o600)
        new.rename(self.home / "regulars.conf")
        own = self.home / "own.conf"
        if not own.exists():
            with open(open_own(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w") as file:
                file.write(
                    "# Your own PostgreSQL settings, one `name = 'value'` a line; they win over regulars.conf.\n"
                )
            account.give(own, 0o600)

    def _prepare_log(self, account: Account) -> None:
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.1"))
        os.close(open_own(self.log, os.O_WRONLY | os.O_CREAT))
        account.give(self.log, 0o600)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_statistics(binaries: Binaries) -> bool:
    libraries = binaries.folder.parent / "lib"
    return any(any((libraries / place).glob("pg_stat_statements.*")) for place in ("", "postgresql"))


def _read_from(path: Path, offset: int) -> str:
    with path.open("rb") as file:
        file.seek(max(offset, path.stat().st_size - 20_000))
        return file.read().decode(errors="replace")
