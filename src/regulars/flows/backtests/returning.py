"""Orders of a life that come back at some time: kept as a return will find them, and given back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from regulars.domain.events.contracts import EarnedOut, StoredEvent
from regulars.domain.events.intake import Checked
from regulars.domain.events.returned import order_left
from regulars.domain.ledger.contracts import Account
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.flows.backtests.nights import lost_of
from regulars.flows.backtests.reading import Happened, Past, Reader
from regulars.flows.backtests.remembered import Remembered
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import EventOnFile, Granted, OrderOnFile, order_claim
from regulars.flows.return_order import return_order
from regulars.flows.work_event import Worked
from regulars.kernel.clock import local_day


class Returns:
    """The orders of one member that come back, and the events that won what such a return may undo."""

    def __init__(self, desk: Desk, file: MemberFile, memory: Remembered, past: Past, reader: Reader) -> None:
        self._desk, self._file, self._memory = desk, file, memory
        self.keys = _returned_in(past, reader)
        self._orders: dict[bytes, OrderOnFile] = {}
        self._waiting: dict[bytes, list[Checked]] = {}

    def asks_for(self, key: bytes | None, rulebook: CompiledRulebook) -> bool:
        """Whether an event has to be kept with the member as the rules saw it. key: of its order."""
        return key in self.keys or bool(self.keys and rulebook.rules.lasting)

    def keep(
        self,
        key: bytes | None,
        happened: Happened,
        checked: Checked,
        rulebook: CompiledRulebook,
        worked: Worked,
        entries: int,
        allocations: int,
    ) -> None:
        """Keeps what was asked for. entries, allocations: how many the book had before the event."""
        granted = [
            Granted(each.point_type, each.rule, each.points, UUID(each.transfer).bytes)
            for each in worked.applied.shown
            if isinstance(each, EarnedOut)
        ]
        assert worked.kept is not None, "asked for"
        event_id = worked.applied.event_id
        order = checked.event.order
        stored = StoredEvent(
            UUID(bytes=event_id), UUID(bytes=self._file.id), rulebook.id, checked.event.type, checked.event.source,
            checked.event.id, None if order is None else order.number, 0, checked.occurrence.occurred_at,
            happened.came_at, happened.body, "",
        )  # fmt: skip
        lots, state = {each.lot: each.lot for each in granted}, worked.kept.decode()
        broken = frozenset(rule for rule, _ in worked.evaluation.defects)
        if any(each.rule in rulebook.rules.lasting for each in granted) or event_id in self._badged():
            self._memory.won[event_id] = EventOnFile(
                event=stored, rulebook=rulebook, occurrence=checked.occurrence, state=state, granted=granted, lots=lots,
                broken=broken,
            )  # fmt: skip
        if key is None or key not in self.keys or order is None:
            return
        used = order.points_used
        self._orders[key] = OrderOnFile(
            event=stored, rulebook=rulebook, occurrence=checked.occurrence, state=state, granted=granted,
            left=order_left(order), payment=self._payment(entries, allocations), lots=dict(lots), broken=broken,
            hold=None if used is None else used.hold,
        )  # fmt: skip

    def give_back(self, checked: Checked) -> None:
        """Applies a return; one whose order has not come waits for it. Raises Refusal as the live run does."""
        returned = checked.event.return_
        assert returned is not None, "intake lets no return pass without its order"
        key = order_claim(checked.event.source, returned)
        order = self._orders.get(key)
        if order is None:
            self._waiting.setdefault(key, []).append(checked)
            return
        desk, book = self._desk, self._desk.book
        order.lost = lost_of(book, {each.lot for each in order.granted})
        before = len(book.revocations)
        return_order(desk, self._file, checked, order, event_id=desk.book.new_id(self._file.id[15]))
        self._memory.undone = {(each.event_id, each.rule) for each in desk.undone}
        self._memory.take_off(order, desk.returns[-1], book.revocations[before:])
        if desk.returns[-1].whole:
            self._forget_visit(local_day(order.event.occurred_at, desk.rules.programme.time_zone))

    def that_waited(self, key: bytes | None) -> list[Checked]:
        """The returns that came before their order, which is here now."""
        return [] if key is None else self._waiting.pop(key, [])

    def _badged(self) -> set[bytes]:
        return {cause for held in self._file.badges.values() for cause in held.values()}

    def _payment(self, entries: int, allocations: int) -> bytes | None:
        """The entry by which points paid for the order, remembered with its lots."""
        book = self._desk.book
        paid = next((each for each in book.entries[entries:] if each.credit == Account.redeemed), None)
        if paid is None:
            return None
        if paid.debit == Account.available:
            lots = book.open_lots(self._file.id, paid.point_type)
            self._memory.keep_payment(paid.id, book.allocations[allocations:], lots)
        return paid.id

    def _forget_visit(self, day: date) -> None:
        """The day is no visit any more, where nothing else makes it one."""
        for rungs in self._desk.rules.in_force(self._desk.now).rungs:
            seen = self._file.visited.get(rungs.id)
            if seen is not None and day in seen and not self._memory.was_visited(day, rungs.visit_events):
                seen.discard(day)


def _returned_in(past: Past, reader: Reader) -> set[bytes]:
    """The claims of orders that come back at some time."""
    found = set()
    for each in past.events:
        if '"return":' in each.body:
            event, _ = reader.read(each.body)
            if event.return_ is not None:
                found.add(order_claim(event.source, event.return_))
    return found
