"""What the environment may say. Nothing is required: every setting has a default that works on one machine."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Environment:
    """home: folder for data and secrets. hosts: names under which the site may be called. mail_url: SMTP server."""

    home: Path
    hosts: tuple[str, ...]
    public_url: str
    mail_host: str
    secure_cookies: bool


def read_environment() -> Environment:
    """Reads REGULARS_HOME, REGULARS_HOSTS, REGULARS_URL and REGULARS_SMTP."""
    url = os.environ.get("REGULARS_URL", "http://127.0.0.1:8000").rstrip("/")
    hosts = tuple(filter(None, os.environ.get("REGULARS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")))
    return Environment(
        home=home(),
        hosts=hosts,
        public_url=url,
        mail_host=os.environ.get("REGULARS_SMTP", ""),
        secure_cookies=url.startswith("https://"),
    )


def home() -> Path:
    """The folder for data and secrets: REGULARS_HOME, /var/lib/regulars for root, else the user's data folder."""
    chosen = os.environ.get("REGULARS_HOME")
    if chosen:
        return Path(chosen)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/regulars")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "regulars"


def secret_key(folder: Path) -> str:
    """The secret that signs sessions: made once, kept in the home folder with mode 0600."""
    path = folder / "secret"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # PostgreSQL may run as another user and passes through
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
