"""A process of its own that has never seen the programme: it is asked what events would give, and changes nothing."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from regulars.database import server
from regulars.database.pool import connect
from regulars.domain.events.contracts import Event
from regulars.flows.process_events import process_within
from regulars.interfaces.wire.events import decode_event


def main() -> None:
    """Reads {url, organisation, programme, now, events} from standard input; writes the answers, one after another."""
    asked = json.load(sys.stdin)
    server.use(asked["url"])
    answers = []
    with connect(organisation_id=asked["organisation"]) as conn, conn.transaction(force_rollback=True):
        for body in asked["events"]:
            event = decode_event(body.encode())
            assert isinstance(event, Event), event
            now = datetime.fromisoformat(asked["now"])
            (outcome,) = process_within(conn, [event], programme_id=asked["programme"], now=now)
            answers.append(outcome.body.decode())
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
