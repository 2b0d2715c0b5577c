"""The one ASGI application of a worker process: events go to the slim door, everything else to Django."""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from collections.abc import MutableMapping
from functools import partial
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings.base")

from django.core.asgi import get_asgi_application

from regulars.database.pool import close_pools, connect
from regulars.database.server import database_url
from regulars.interfaces.ingest.batching import Batcher
from regulars.interfaces.ingest.door import PATHS, EventDoor, Receive, Scope, Send
from regulars.interfaces.ingest.working import EventWorker
from regulars.kernel.collecting import collect_rarely

# Static files are small and in memory: that Django hands their parts out from a thread harms nobody.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

LANES = 1
MOST_EVENTS_OF_A_BATCH = 512
ROOM = 8_192
"""Events that may wait in one process: some seconds of work. Beyond it senders are asked to come again."""

_SWITCH_SECONDS = 0.001
"""How long a lane may keep the interpreter while requests wait to be read; Python's 5 ms are felt at every request."""


class Application:
    """Starts with the process (lifespan), and works off what was taken before it ends."""

    def __init__(self) -> None:
        self._pages = get_asgi_application()
        self._batcher: Batcher | None = None
        self._door: EventDoor | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"] in PATHS:
                await self._events()(scope, receive, send)
            else:
                await self._pages(scope, receive, send)  # type: ignore[arg-type]  # Django's stubs name its own types
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def _events(self) -> EventDoor:
        if self._door is None:
            self._batcher = Batcher(partial(EventWorker, connect), lanes=LANES, most=MOST_EVENTS_OF_A_BATCH, room=ROOM)
            self._door = EventDoor(self._batcher)
        return self._door

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message: MutableMapping[str, Any] = await receive()
            if message["type"] == "lifespan.startup":
                await asyncio.to_thread(database_url)
                self._events()
                sys.setswitchinterval(_SWITCH_SECONDS)
                collect_rarely()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._batcher is not None:
                    await self._batcher.close()
                await asyncio.to_thread(close_pools)
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
