"""The backend class that Django looks for by this module's name."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg import conninfo

from regulars.database.server import database_url


class DatabaseWrapper(base.DatabaseWrapper):
    """Reads its address when it first connects, so that importing the settings starts no server."""

    def get_connection_params(self) -> dict[str, Any]:
        asked: dict[str, Any] = conninfo.conninfo_to_dict(database_url())
        return super().get_connection_params() | asked
