"""Two organisations, and no filter of ours between them: what one does to every table leaves the other untouched.

The tables are those of the catalogue, so a new one is tried without being named here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple
from uuid import UUID, uuid4

import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from regulars.database.isolation import isolated_tables
from regulars.database.pool import Connection, connect, owning, reading
from regulars.database.roles import append_only_tables
from regulars.domain.access.contracts import Scope
from regulars.domain.audiences.contracts import AudienceDraft, Kind, Mode
from regulars.domain.events.contracts import Event, MemberReference, Order
from regulars.domain.households.contracts import Role
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import open_book, write_book
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.notices.commands import give_notices
from regulars.domain.notices.contracts import Choice, NewNotice
from regulars.domain.notices.kinds.backtest_done import BacktestDone
from regulars.domain.objectives.contracts import Direction, ObjectiveDraft, Reading, Unit
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.rewards.terms import OfferTerms
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.flows.adjust_points import adjust_points
from regulars.flows.answer_once import Ask, Reply, answer_once
from regulars.flows.assign_tier import assign_tier
from regulars.flows.award_badge import award_badge, choose_quiet
from regulars.flows.backtests.asking import ask_backtest
from regulars.flows.block_member import block_member
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.fill_audience import fill_audience
from regulars.flows.gift_cards.issue_cards import issue_batch
from regulars.flows.import_list import begin_import, read_on
from regulars.flows.issue_api_key import issue_api_key
from regulars.flows.live_together import Act, accept_invitation, found_household, invite
from regulars.flows.merge_members import merge_members
from regulars.flows.nightly_work import nightly_work
from regulars.flows.propose_rulebook import propose_rulebook
from regulars.flows.read_notices import choose_notices
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_audience import save_audience
from regulars.flows.set_consent import set_consent
from regulars.flows.set_objective import set_objective
from regulars.flows.sign_in import issue_member_link, issue_operator_link
from regulars.flows.stored_value.load_value import load_value
from regulars.flows.stored_value.pay_order import Wish, pay_order
from regulars.flows.stored_value.refund_order import refund_order
from regulars.flows.tell_apart import tell_apart
from regulars.flows.transfer_points import transfer_points
from regulars.flows.tuning.asking import Question, ask_tuning
from regulars.kernel.ids import new_id_bytes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.database

CHANGES: tuple[LiteralString, ...] = ("update {0} set {1} = {1}", "delete from {0}")


class Neighbours(NamedTuple):
    """Two shops of two organisations, in both of which everything has happened."""

    mine: Shop
    theirs: Shop

    @property
    def others(self) -> int:
        return self.theirs.programme.organisation_id


@pytest.fixture(scope="module")
def neighbours(database_url: str) -> Iterator[Neighbours]:
    opened = [connect(), connect()]
    yield Neighbours(*(_busy(open_shop(conn, _rulebook())) for conn in opened))
    for conn in opened:
        conn.close()


def _rulebook() -> dict[str, Any]:
    """With stars beside the points, which can be spent after two weeks."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"].append({"id": "stars", "name": "Stars", "pending": {"mode": "after", "period": "14 days"}})
    document["earn_rules"].append(
        {"id": "star", "name": "A star", "point_type": "stars", "earn": {"strategy": "fixed_bonus", "points": 1}}
    )
    document["earn_rules"].append(
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 1}}
    )
    document["earn_rules"].append(
        {"id": "much", "name": "Much", "earn": {
            "strategy": "challenge", "points": 1, "on_return": "recount",
            "goals": [{"id": "spent", "name": "Spent", "counts": "amount", "target": 895}],
        }}
    )  # fmt: skip
    document["earn_rules"][0]["limits"] = {"budget": {"points": 100_000}}
    document["measures"] = [{"id": "orders", "name": "Orders", "window": "lifetime"}]
    document["badges"] = [{"id": "star", "name": "Star"}]
    document["consents"] = [{"id": "news", "name": "News", "text": "We write.", "text_version": "1"}]
    document["occasions"] = {"birthday": True}
    document["event_types"] = [{"id": "app.downloaded", "once_per": "member"}]
    document["point_types"][0]["reminders"] = ["30 days"]
    document["transfers"] = {"allowed": True}
    document["point_types"].append({"id": "purse", "name": "Balance", "unit": "money"})
    document["stored_value"] = {"point_type": "purse"}
    document["households"] = {"allowed": True, "mode": "pool", "debit": "proportional"}
    return document


def _set_objective(shop: Shop) -> None:
    """With a figure that was read."""
    wish = ObjectiveDraft(
        "More", "new_members", Unit.number, Direction.at_least, Decimal(9), 30, shop.now.date() + timedelta(days=9)
    )
    read = Reading(shop.now.date() - timedelta(days=1), Decimal(3), 3)
    set_objective(shop.conn, wish, programme_id=shop.programme.id, now=shop.now, by="tests", readings=[read])


def _give_notices(shop: Shop) -> None:
    """One that waits to be read, and a choice."""
    of, who = shop.programme, "ada@shop.example"
    done = BacktestDone(about=1, title="Spring")
    place = {"organisation_id": of.organisation_id, "programme_id": of.id}
    give_notices(shop.conn, [NewNotice(who, done.name, "1", done.details())], now=shop.now, **place)
    choose_notices(shop.conn, {done.name: Choice()}, of=of, operator=who)


def _busy(shop: Shop) -> Shop:
    conn, now = shop.conn, shop.now
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": now, "by": "tests"}
    member = shop.enrol("anna", email=f"anna@{shop.programme.code}.example")
    bought = shop.buy(member, "900.00")
    shop.give_back(member, bought, amount="10.00")
    shop.send(shop.returned(member, "not yet known"))
    _extend(shop, member)
    terms = OfferTerms(limit_total=10)
    draft = RewardDraft("five", "discount_voucher", "5.00 off", 50, parameters={"amount": "5.00"}, stock=9, terms=terms)
    reward = save_reward(conn, draft, programme_id=shop.programme.id, now=now)
    for hold_for in (None, timedelta(minutes=15)):
        redeem_reward(conn, member_id=member, reward_id=reward.id, hold_for=hold_for, **place)
    adjust_points(conn, member_id=member, points=7, reason="goodwill", **place)
    award_badge(conn, member_id=member, badge="star", reason="Helped", **place)
    choose_quiet(conn, programme_id=shop.programme.id, member_id=member, quiet=True, now=now)
    set_consent(conn, member_id=member, consent="news", given=True, via="api", **place)
    _set_objective(shop)
    _give_notices(shop)
    _friends(shop, member)
    issue_api_key(conn, of=shop.programme, name="till", scopes=[Scope.events_write], by="tests", now=now)
    issue_member_link(conn, programme=shop.programme, member_id=member, now=now)
    issue_operator_link(
        conn, programme=shop.programme, email=f"owner@{shop.programme.code}.example", name="Owner", now=now,
        lasts=timedelta(hours=1),
    )  # fmt: skip
    ask = Ask(shop.programme.organisation_id, shop.programme.id, "POST /x", "key", b"{}")
    answer_once(conn, ask, work=lambda: Reply(201, b"{}"), now=now)
    download = Event("app", "app.downloaded", MemberReference(id=member), now)
    assert shop.send(download)[0][0] == 201
    _pay_in(shop, member)
    _together(shop, reward.id)
    _one_person(shop)
    ask_backtest(conn, shelf(conn, programme_id=shop.programme.id).latest.rulebook, **place)
    _tune(shop)
    _another_expiry(shop)
    return shop


def _pay_in(shop: Shop, member: UUID) -> None:
    """Staff load money for somebody."""
    load_value(
        shop.conn, programme_id=shop.programme.id, member_id=member, amount=Decimal(20), reference="P-1",
        now=shop.now, by="ann@example.org", by_staff=True,
    )  # fmt: skip
    order = Order(number="ORDER-1", currency="EUR", total=Decimal(25))
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    pay_order(shop.conn, member_id=member, order=order, event_id="e-1", source="till", wish=Wish(), **place)
    refund_order(shop.conn, order_number="ORDER-1", amount=Decimal(5), reference="B-1", **place)
    issue_batch(
        shop.conn, programme_id=shop.programme.id, name="Shop", cards=1, amount=Decimal(9), now=shop.now, by="tests"
    )  # fmt: skip


def _tune(shop: Shop) -> None:
    """A question that waits to be answered."""
    lever = {"lever": "earn_rate", "target": "base"}
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    ask_tuning(shop.conn, Question(levers=[lever], margin=Decimal("0.3")), **place)


def _one_person(shop: Shop) -> None:
    """Somebody joined twice, and bought once as each."""
    first, second = shop.enrol(), shop.enrol()
    for member in (first, second):
        shop.buy(member, "5.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    set_consent(shop.conn, member_id=second, consent="news", given=True, via="api", **place)
    merge_members(shop.conn, kept=first, duplicate=second, note="", **place)
    third = shop.enrol()
    tell_apart(shop.conn, programme=shop.programme, member_id=first, other_id=third, note="", now=shop.now, by="tests")


def _friends(shop: Shop, member: UUID) -> None:
    """A list of members, and a file that waits to be decided."""
    place: dict[str, Any] = {"now": shop.now, "by": "tests"}
    save_audience(shop.conn, AudienceDraft("friends", "Friends", Kind.static), programme_id=shop.programme.id, **place)
    references = [MemberReference(id=member)]
    fill_audience(shop.conn, references, programme=shop.programme, code="friends", mode=Mode.add, **place)
    waiting = begin_import(
        shop.conn, f"id\n{member}\n".encode(), programme=shop.programme, code="friends", file_name="friends.csv",
        mode=Mode.add, **place,
    )  # fmt: skip
    read_on(shop.conn, waiting.id, programme=shop.programme)


def _together(shop: Shop, reward_id: int) -> None:
    """Members send points, pool them and spend them together, and one is blocked."""
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    ben, cem = shop.enrol(), shop.enrol()
    shop.buy(ben, "40.00")
    shop.buy(cem, "90.00")
    transfer_points(shop.conn, sender=cem, receiver=ben, points=10, **place)
    act = Act(shop.programme.id, shop.now, "tests", None)
    home = found_household(shop.conn, act, member_id=ben, name="Home", debit="proportional")
    invited = invite(shop.conn, act, household_id=home.id, role=Role.adult, monthly_limit=None)
    accept_invitation(shop.conn, act, member_id=cem, code=invited.code)
    redeem_reward(shop.conn, member_id=ben, reward_id=reward_id, **place)
    block_member(shop.conn, member_id=shop.enrol(), reason="A lost card", **place)
    assign_tier(
        shop.conn, member_id=cem, ladder="status", tier="gold", kind=AssignmentKind.manual, reason="goodwill", **place
    )


def _another_expiry(shop: Shop) -> None:
    """Older points get a new last day, and their owners a message; everybody is brought over to another ladder."""
    shop.later(days=1)
    document = _rulebook()
    document["point_types"][0] |= {"expiry": {"policy": "never"}, "on_expiry_change": "restart_clock"}
    document["ladders"][0]["window"] = "6 months"
    shop.publish(document, effective_from=shop.now)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    # What would take points at once waits for a second person.
    document["point_types"][0]["expiry"] = {"policy": "after", "period": "0 days"}
    propose_rulebook(
        shop.conn, Rulebook.model_validate(document), of=shop.programme, effective_from=shop.now, note="", by="tests",
        now=shop.now,
    )  # fmt: skip
    open_draft(shop.conn, of=shop.programme, name="Next", by="tests", now=shop.now)


def _extend(shop: Shop, member: UUID) -> None:
    with shop.conn.transaction():
        book = open_book(shop.conn, owners=[member.bytes], with_lots=True)
        lot = book.open_lots(member.bytes, shop.point_type)[0]
        cause = Cause(CauseKind.adjustment, new_id_bytes(member.bytes[15]), shop.now, "kindness")
        book.extend(member.bytes, lot, date(2029, 12, 31), cause=cause)
        write_book(shop.conn, book, organisation_id=shop.programme.organisation_id, now=shop.now)


def _tables() -> list[tuple[str, str]]:
    """Every table with rows of organisations, and the column that says of which."""
    with owning() as conn:
        return [(each.table, each.column) for each in isolated_tables(conn)]


def _rows(conn: Connection, table: str, column: str, organisation: int) -> list[tuple[Any, ...]]:
    """Every row of the organisation, with where it lies and who wrote it last: any change shows."""
    question = "select t.ctid::text, t.xmin::text, to_jsonb(t) from {} t where {} = %s order by 1"
    return conn.execute(_sql(question, table, column), [organisation]).fetchall()


def _sql(statement: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _insert(conn: Connection, table: str, row: dict[str, Any]) -> None:
    own = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attgenerated = ''"
    names = [name for (name,) in conn.execute(f"{own} and not attisdropped order by attnum", [table])]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("insert into {0} ({1}) select {1} from jsonb_populate_record(null::{0}, %s)")
    conn.execute(statement.format(sql.Identifier(table), columns), [Jsonb(row)])


def test_everything_has_happened_on_both_sides(neighbours: Neighbours) -> None:
    """Otherwise the tests below would prove little."""
    with owning() as conn:
        for shop in neighbours:
            place = shop.programme.organisation_id
            assert [table for table, column in _tables() if not _rows(conn, table, column, place)] == [], "see _busy()"


def test_the_rows_of_others_are_not_seen(neighbours: Neighbours) -> None:
    mine = neighbours.mine.programme.organisation_id
    with reading(mine) as insight, owning() as owner:
        for table, column in _tables():
            for conn in (neighbours.mine.conn, insight):
                seen = conn.execute(_sql("select {}, count(*) from {} group by 1", column, table)).fetchall()
                assert seen == [(mine, len(_rows(owner, table, column, mine)))], table


@pytest.mark.parametrize("declared", [True, False], ids=["for another", "for nobody"])
def test_the_rows_of_others_are_not_changed(neighbours: Neighbours, declared: bool) -> None:
    """Without any filter, as if it had been forgotten. Whatever is done to our own rows is undone."""
    conn = connect(organisation_id=neighbours.mine.programme.organisation_id if declared else None)
    for table, column in _tables():
        with owning() as owner:
            before = _rows(owner, table, column, neighbours.others)
        for statement in CHANGES:
            with conn.transaction(force_rollback=True):
                # Append-only tables refuse it to everybody, and rows that others refer to stay.
                with suppress(errors.InsufficientPrivilege, errors.ForeignKeyViolation), conn.transaction():
                    done = conn.execute(_sql(statement, table, column))
                    assert (done.rowcount > 0) is declared, table
                conn.execute("set local role none")
                assert _rows(conn, table, column, neighbours.others) == before, f"{table}: {statement}"
    conn.close()


@pytest.mark.parametrize("declared", [True, False], ids=["for another", "for nobody"])
def test_no_row_is_written_for_others(neighbours: Neighbours, declared: bool) -> None:
    conn = connect(organisation_id=neighbours.mine.programme.organisation_id if declared else None)
    for table, column in _tables():
        with owning() as owner:
            theirs = _rows(owner, table, column, neighbours.others)[0][2]
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            _insert(conn, table, theirs)
    conn.close()


def test_no_row_is_given_to_others(neighbours: Neighbours) -> None:
    conn, moved = neighbours.mine.conn, 0
    with owning() as owner:
        frozen = append_only_tables(owner)
    for table, column in _tables():
        with pytest.raises(errors.InsufficientPrivilege) as refused:
            conn.execute(_sql("update {} set {} = %s", table, column), [neighbours.others])
        assert (table in frozen) is not ("row-level security" in str(refused.value)), table
        moved += table not in frozen
    assert moved > 10


def test_insight_cannot_write(neighbours: Neighbours) -> None:
    with reading(neighbours.mine.programme.organisation_id) as conn:
        for table, column in _tables():
            for statement in CHANGES:
                with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                    conn.execute(_sql(statement, table, column))


def test_no_other_table_is_within_reach(neighbours: Neighbours) -> None:
    """Sessions, passwords' cache, jobs: they belong to nobody in particular, so the program's roles do not see them."""
    guarded = [table for table, _ in _tables()]
    conn = neighbours.mine.conn
    rest = conn.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and relname <> all(%s)",
        [guarded],
    ).fetchall()
    assert ("django_session",) in rest
    for (table,) in rest:
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            conn.execute(_sql("select 1 from {}", table))


def test_a_programme_of_others_cannot_be_named(neighbours: Neighbours) -> None:
    """Small shared tables: the row would be ours, and speak of a programme that is not."""
    for table in ("programmes_point_type", "programmes_rulebook", "rewards_reward", "events_source", "access_operator",
                  "access_api_key"):  # fmt: skip
        with owning() as owner:
            row = _rows(owner, table, "organisation_id", neighbours.mine.programme.organisation_id)[0][2]
        row |= {"programme_id": neighbours.theirs.programme.id, "id": str(uuid4()) if table.endswith("tor") else -1}
        row |= {"email": "new@example.com", "digest": "\\x00", "code": "new", "version": -1, "source": "new"}
        with pytest.raises(errors.ForeignKeyViolation):
            _insert(neighbours.mine.conn, table, row)
