"""Who runs the embedded server, and whose its folder is.

PostgreSQL refuses to run as root. So root runs it as an existing unprivileged account that owns the data and the
socket and nothing else; the home itself stays root's. No permission of a folder that we did not make is changed.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from regulars.database import troubles
from regulars.kernel.errors import Refusal

ACCOUNTS = ("regulars", "postgres")
_ROOTS_HOME = Path("/var/lib/regulars")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # no PG* variable of the caller reaches the server


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the server runs as. lent: we are root and lend the server this account."""

    name: str
    uid: int
    gid: int
    lent: bool

    def run(self, *command: str) -> tuple[int, str]:
        """Runs a command as this account; its exit code and everything it said."""
        # a file, never a pipe: the server inherits it and would keep a pipe open for ever
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env=_ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for the program, not for the server
                check=False,
                user=self.uid if self.lent else None,
                group=self.gid if self.lent else None,
                extra_groups=[] if self.lent else None,
            )
            said.seek(0)
            return done.returncode, said.read().decode(errors="replace")

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can reach what is in `folder`."""
        return not self.lent or self.run("/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder))[0] == 0

    def give(self, path: Path, mode: int) -> None:
        """Makes a file or folder of ours this account's, with exactly these permissions."""
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            if self.lent:
                os.fchown(descriptor, self.uid, self.gid)
            os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)


def default_home(environ: Mapping[str, str] = os.environ) -> Path:
    """REGULARS_HOME; else /var/lib/regulars for root, and the user's data folder for everybody else."""
    if chosen := environ.get(troubles.HOME_SETTING):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return _ROOTS_HOME
    shared = environ.get("XDG_DATA_HOME", "")
    return (Path(shared) if shared.startswith("/") else Path.home() / ".local" / "share") / "regulars"


def account_for(home: Path, accounts: Sequence[str] = ACCOUNTS) -> Account:
    """The account of a home: ourselves; for root the owner of what is there, else the first that exists.

    Raises Refusal when root finds none.
    """
    if os.geteuid() != 0:
        return Account(troubles.user_name(os.geteuid()), os.geteuid(), os.getegid(), lent=False)
    for folder in (home / "data", home):
        if folder.is_dir() and (owner := folder.stat()).st_uid != 0:
            return Account(troubles.user_name(owner.st_uid), owner.st_uid, owner.st_gid, lent=True)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in accounts:
        if name in known:
            return Account(name, known[name].pw_uid, known[name].pw_gid, lent=True)
    raise troubles.trouble(
        "no_account",
        "PostgreSQL needs an account of its own",
        f"This program runs as root, PostgreSQL refuses to, and there is no user {' or '.join(accounts)} to run it as.",
        f"Run `useradd --system --no-create-home --shell /usr/sbin/nologin {accounts[0]}`, then start again.",
    )


def prepare_home(home: Path, account: Account) -> None:
    """Makes the home where it is missing, and refuses one that is not safely ours. Changes no existing folder."""
    if not home.exists():
        _make(home, 0o711 if account.lent else 0o700)
    elif not home.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(home))
    found = home.stat()
    if not account.lent and found.st_uid != account.uid:
        raise _foreign(home, found.st_uid)
    if found.st_mode & stat.S_IWOTH:
        raise troubles.trouble(
            "folder_open_to_everyone",
            "The data folder is open to everyone",
            f"Every user of this machine can write in {home}, so the data would not be safe there.",
            f"Run `chmod o-w {home}`, or set {troubles.HOME_SETTING} to a folder of your own.",
        )
    if not os.access(home, os.W_OK | os.X_OK):
        raise troubles.not_writable(home, "permission is denied")
    if not account.can_enter(home):
        raise _closed(home, account)


def open_own(path: Path, flags: int, mode: int = 0o600) -> int:
    """Opens a file of the home, never through a link that somebody put there."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode)


def _make(folder: Path, mode: int) -> None:
    if folder.exists():
        return
    _make(folder.parent, mode)
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)


def _foreign(home: Path, owner: int) -> Refusal:
    return troubles.trouble(
        "folder_of_someone_else",
        "The data folder belongs to someone else",
        f"{home} belongs to {troubles.user_name(owner)}, and this program runs as {troubles.user_name(os.geteuid())}.",
        f"Run as {troubles.user_name(owner)}, or set {troubles.HOME_SETTING} to a folder of your own.",
    )


def _closed(home: Path, account: Account) -> Refusal:
    gate = next(folder for folder in (*reversed(home.parents), home) if not account.can_enter(folder))
    return troubles.trouble(
        "folder_closed",
        "The data folder is out of reach",
        f"PostgreSQL runs as {account.name}, and {gate} is closed to that user, so it cannot reach {home}.",
        f"Set {troubles.HOME_SETTING} to a folder that is not below {gate}, for example {_ROOTS_HOME}.",
    )
