"""Whether a server lives on a data folder, told from zombies, reused process numbers and other people's processes."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
from pathlib import Path

from regulars.database.account import open_own

PID_FILE = "postmaster.pid"
SOCKET = ".s.PGSQL.5432"

_DATA_LINE, _SOCKET_LINE = 1, 4
_NOBODY = 2**31 - 1  # a process number that no kernel gives out


def living(data: Path, uid: int) -> int | None:
    """The process number of the server on this data folder, or None."""
    lines = _pid_file(data)
    pid = int(lines[0]) if lines and lines[0].strip().isdigit() else 0
    return pid if pid and _is_server(pid, data, uid) else None


def socket_folder(data: Path) -> Path | None:
    """Where the server on this data folder listens, as the server itself wrote it down."""
    lines = _pid_file(data)
    if len(lines) <= _SOCKET_LINE or lines[_DATA_LINE] != str(data):
        return None  # in a copy of a running server's home, the file still speaks of the original
    return Path(lines[_SOCKET_LINE]) if lines[_SOCKET_LINE] else None


def answers(folder: Path) -> bool:
    """Whether somebody listens on the socket in this folder: also true for a server in another container."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(5)
        try:
            knock.connect(str(folder / SOCKET))
        except OSError as error:
            return error.errno == errno.EAGAIN  # its queue is full: it lives
        return True


def clear_remains(data: Path, sockets: Path) -> None:
    """Lets a new server start after one that died without a word; call it only when none lives.

    postmaster.pid is never deleted: it holds the key by which PostgreSQL finds processes of the dead server that still
    work on the data. Only the process number is taken out of it, because by now it may belong to a zombie or to
    somebody else, and PostgreSQL would take that for a living server.
    """
    lines = _pid_file(data)
    if lines and lines[0].strip().isdigit() and _exists(int(lines[0])):
        descriptor = open_own(data / PID_FILE, os.O_WRONLY)
        try:
            text = "\n".join([str(_NOBODY), *lines[1:]]).encode()
            os.pwrite(descriptor, text, 0)
            os.ftruncate(descriptor, len(text))
        finally:
            os.close(descriptor)
    for name in (SOCKET, f"{SOCKET}.lock"):
        (sockets / name).unlink(missing_ok=True)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / PID_FILE).read_text().split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return []


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server(pid: int, data: Path, uid: int) -> bool:
    process = Path("/proc") / str(pid)
    if not Path("/proc/self/stat").exists():
        return _is_server_by_ps(pid)
    try:
        name, _, rest = (process / "stat").read_text().partition("(")[2].rpartition(")")
        if name != "postgres" or rest.split()[0] in "ZX" or process.stat().st_uid != uid:
            return False
        return (process / "cwd").readlink() == data.resolve()
    except PermissionError:
        return True  # root in a container may not look closer
    except (FileNotFoundError, ProcessLookupError):
        return False


def _is_server_by_ps(pid: int) -> bool:
    """Where there is no /proc (macOS)."""
    said = subprocess.run(
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    return len(said) > 1 and not said[0].startswith("Z") and Path(said[1]).name.startswith("postgres")
