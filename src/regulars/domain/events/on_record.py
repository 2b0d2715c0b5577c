"""An accepted event, read back: as the rules saw it when it came."""

from __future__ import annotations

import msgspec

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.events.contracts import Event, StoredEvent
from regulars.domain.events.intake import check_event
from regulars.domain.events.returned import net_of

_decoder = msgspec.json.Decoder(Event)


def occurrence_again(stored: StoredEvent, *, currency: str, time_zone: str, net: bool) -> Occurrence:
    """The event that the rules were asked about. net: without what points paid, as the rulebook's `earn_on` says."""
    event = _decoder.decode(stored.body)
    occurrence = check_event(event, currency=currency, time_zone=time_zone, now=stored.received_at).occurrence
    return net_of(occurrence, event.order) if net and event.order is not None else occurrence
