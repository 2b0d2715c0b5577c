"""Files that fill lists: read in parts, looked at, decided at once, and undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import owning
from regulars.domain.audiences.contracts import (
    Audience,
    AudienceDraft,
    Kind,
    ListImport,
    Mode,
    Moved,
    NamedBy,
    Reason,
)
from regulars.domain.audiences.queries import (
    audience,
    import_counts,
    latest_runs,
    list_import,
    members_of,
    movings_of,
)
from regulars.domain.events.contracts import MemberReference
from regulars.domain.members.contracts import MemberStatus
from regulars.flows.fill_audience import fill_audience
from regulars.flows.import_list import (
    begin_import,
    choose,
    decide_import,
    drop_import,
    forget_old_imports,
    read_on,
    undo_import,
)
from regulars.flows.merge_members import merge_members
from regulars.flows.save_audience import save_audience
from regulars.kernel.errors import Conflict, NotFound, Refusal
from tests.books import findings, nothing_changes
from tests.factories import Shop

LIST = b"\xef\xbb\xbfName;E-mail;Town\nAda;ada@example.com;1\n\nBen;BEN@example.com;2\n"


def made(shop: Shop, code: str = "guests", kind: Kind = Kind.static, **fields: Any) -> Audience:
    draft = AudienceDraft(code, code.title(), kind, **fields)
    return save_audience(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="olga")


def upload(shop: Shop, content: bytes, mode: Mode = Mode.add, code: str = "guests") -> ListImport:
    return begin_import(
        shop.conn, content, programme=shop.programme, code=code, file_name="guests.csv", mode=mode, now=shop.now,
        by="olga",
    )  # fmt: skip


def read(shop: Shop, waiting: ListImport, at_once: int = 2) -> ListImport:
    while not waiting.is_read:
        waiting = read_on(shop.conn, waiting.id, programme=shop.programme, at_once=at_once)
    return waiting


def decide(shop: Shop, waiting: ListImport, code: str = "guests") -> tuple[Moved, UUID]:
    moved, run = decide_import(shop.conn, waiting.id, programme=shop.programme, code=code, now=shop.now, by="olga")
    return moved, run.id if run else UUID(int=0)


def filled(shop: Shop, content: bytes, mode: Mode = Mode.add) -> UUID:
    return decide(shop, read(shop, upload(shop, content, mode)))[1]


def undo(shop: Shop, run: UUID, code: str = "guests") -> Moved:
    return undo_import(shop.conn, run, programme=shop.programme, code=code, now=shop.now, by="olga")


def members(shop: Shop, code: str = "guests") -> dict[UUID, Any]:
    found = audience(shop.conn, programme_id=shop.programme.id, code=code)
    assert found is not None
    listed = {each.member_id: each.since for each in members_of(shop.conn, audience_id=found.id)}
    assert found.members == len(listed)
    return listed


def ids(*names: str) -> bytes:
    return "\n".join(["external_id", *names]).encode()


def proved(shop: Shop) -> None:
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


def test_a_file_is_read_in_parts_and_nothing_happens_before_it_is_decided(shop: Shop) -> None:
    ada, ben = shop.enrol("ada", email="ada@example.com"), shop.enrol("ben", email="ben@example.com")
    made(shop)
    waiting = upload(shop, LIST + b"Ben;ben@example.com;2\nNobody;nobody@example.com;3\nCem;;4\nX;no address;5\n")

    assert (waiting.rows, waiting.column, waiting.named_by) == (6, "E-mail", NamedBy.email)
    once = read_on(shop.conn, waiting.id, programme=shop.programme, at_once=4)
    assert (once.rows_read, once.is_read) == (4, False)
    with nothing_changes(shop), pytest.raises(Conflict, match="4 of its 6 rows") as raised:
        decide(shop, waiting)
    assert raised.value.code == "list_not_read"

    done = read(shop, once)
    assert (done.rows_read, done.unknown, done.empty) == (6, 2, 1)
    assert import_counts(shop.conn, done)._asdict() == {
        "found": 2, "twice": 1, "merged": 0, "joining": 2, "leaving": 0,
    }  # fmt: skip
    assert [(each.row, each.value) for each in done.problems] == [(6, "nobody@example.com"), (8, "no address")]
    assert "nobody@example.com" in done.problems[0].problem
    assert members(shop) == {}

    moved, _ = decide(shop, done)
    assert moved == Moved(2, 0, 2)
    assert set(members(shop)) == {ada, ben}
    with nothing_changes(shop), pytest.raises(NotFound) as gone:
        decide(shop, done)
    assert gone.value.code == "list_import_not_found"
    proved(shop)


def test_another_column_is_read_anew(shop: Shop) -> None:
    ada = shop.enrol("A-1", email="ada@example.com")
    shop.enrol("A-2")
    made(shop)
    waiting = read(shop, upload(shop, b"mail,kundennr\nada@example.com,A-1\n,A-2\n"))
    assert (waiting.named_by, waiting.empty) == (NamedBy.email, 1)

    chosen = choose(
        shop.conn, waiting.id, programme=shop.programme, column="kundennr", named_by=NamedBy.external_id,
        mode=Mode.replace_,
    )  # fmt: skip
    assert (chosen.rows_read, chosen.empty) == (0, 0)
    done = read(shop, chosen)
    assert (import_counts(shop.conn, done).found, done.empty, done.mode) == (2, 0, Mode.replace_)
    again = choose(
        shop.conn, waiting.id, programme=shop.programme, column="kundennr", named_by=NamedBy.external_id,
        mode=Mode.remove,
    )  # fmt: skip
    assert (again.is_read, again.mode) == (True, Mode.remove)
    with nothing_changes(shop), pytest.raises(Refusal, match="mail, kundennr") as raised:
        choose(
            shop.conn, waiting.id, programme=shop.programme, column="card", named_by=NamedBy.card, mode=Mode.add
        )  # fmt: skip
    assert raised.value.code == "list_without_names"
    assert ada not in members(shop)


def test_who_is_part_of_another_means_that_one_and_who_has_left_is_told(shop: Shop) -> None:
    kept, duplicate, gone = shop.enrol("kept"), shop.enrol("duplicate"), shop.enrol("gone")
    merge_members(
        shop.conn, programme_id=shop.programme.id, kept=kept, duplicate=duplicate, note="", now=shop.now, by="olga"
    )
    shop.conn.execute("update members_member set status = %s where id = %s", [MemberStatus.closed, gone])
    made(shop)
    waiting = read(shop, upload(shop, f"id\n{duplicate}\n{gone}\nnonsense\n".encode()))

    counts = import_counts(shop.conn, waiting)
    assert (counts.found, counts.merged, waiting.unknown) == (1, 1, 2)
    assert [each.value for each in waiting.problems] == [str(gone), "nonsense"]
    assert decide(shop, waiting)[0] == Moved(1, 0, 1)
    assert set(members(shop)) == {kept}


def test_who_leaves_between_reading_and_deciding_does_not_join(shop: Shop) -> None:
    ada, ben = shop.enrol("ada"), shop.enrol("ben")
    made(shop)
    waiting = read(shop, upload(shop, ids("ada", "ben")))
    shop.conn.execute("update members_member set status = 3 where id = %s", [ada])
    assert decide(shop, waiting)[0] == Moved(1, 0, 1)
    assert set(members(shop)) == {ben}


def test_an_undone_import_leaves_everybody_where_they_were_and_since_when(shop: Shop) -> None:
    ada, ben, cem = shop.enrol("ada"), shop.enrol("ben"), shop.enrol("cem")
    found = made(shop)
    filled(shop, ids("ada", "ben"))
    before = members(shop)
    shop.later(days=1)
    run = filled(shop, ids("ben", "cem"), Mode.replace_)
    assert set(members(shop)) == {ben, cem}

    shop.later(days=1)
    assert undo(shop, run) == Moved(1, 1, 2)

    assert members(shop) == before
    proved(shop)
    last = latest_runs(shop.conn, audience_id=found.id, limit=3)
    assert [(each.reason, each.undone, each.can_be_undone) for each in last] == [
        (Reason.undo, False, False), (Reason.import_, True, False), (Reason.import_, False, True),
    ]  # fmt: skip
    back = movings_of(shop.conn, audience_id=found.id, run_id=last[0].id)
    assert {(each.member_id, each.joined) for each in back} == {(ada, True), (cem, False)}
    with nothing_changes(shop), pytest.raises(Conflict, match="undone before") as raised:
        undo(shop, run)
    assert raised.value.code == "run_not_undoable"


def test_whom_another_list_moved_later_stays_when_an_earlier_one_is_undone(shop: Shop) -> None:
    ada, ben = shop.enrol("ada"), shop.enrol("ben")
    shop.enrol("cem")
    made(shop)
    first = filled(shop, ids("ada", "ben", "cem"))
    filled(shop, ids("ada", "cem"), Mode.remove)
    filled(shop, ids("ada"))

    assert undo(shop, first) == Moved(0, 1, 1)
    assert set(members(shop)) == {ada}
    assert ben not in members(shop)
    proved(shop)


def test_who_has_left_meanwhile_does_not_come_back(shop: Shop) -> None:
    ada, ben = shop.enrol("ada"), shop.enrol("ben")
    made(shop)
    filled(shop, ids("ada", "ben"))
    run = filled(shop, ids("ada", "ben"), Mode.remove)
    shop.conn.execute("update members_member set status = 3 where id = %s", [ada])

    assert undo(shop, run) == Moved(1, 0, 1)
    assert set(members(shop)) == {ben}
    proved(shop)


def test_an_undoing_that_moves_nobody_is_noted_all_the_same(shop: Shop) -> None:
    shop.enrol("ada")
    made(shop)
    run = filled(shop, ids("ada"))
    filled(shop, ids("ada"), Mode.remove)
    assert undo(shop, run) == Moved(0, 0, 0)
    with nothing_changes(shop), pytest.raises(Conflict):
        undo(shop, run)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "It is empty"),
        (b"name\n", "Below its first line there is nothing"),
        (b"PK\x03\x04....", "a spreadsheet"),
        (b"name\n\xff\xfe\xff\n", "Line 2 is not UTF-8"),
        (b"name\n" + b"x\n" * 100_001, "100,001 rows"),
        (b"name\n" + b"x" * 20_000_001, "20,000,006 bytes"),
    ],
)
def test_a_file_that_is_no_list_is_refused(shop: Shop, content: bytes, words: str) -> None:
    made(shop)
    with nothing_changes(shop), pytest.raises(Refusal, match=words) as raised:
        upload(shop, content)
    assert (raised.value.code, raised.value.field) == ("list_unreadable", "file")


@pytest.mark.parametrize(
    ("act", "error", "code"),
    [
        (lambda s: upload(s, ids("ada"), code="nobodys"), NotFound, "audience_not_found"),
        (lambda s: upload(s, ids("ada"), code="old"), Conflict, "audience_archived"),
        (lambda s: decide(s, read(s, upload(s, ids("zoe"), Mode.replace_))), Refusal, "list_names_nobody"),
        (lambda s: read_on(s.conn, UUID(int=7), programme=s.programme), NotFound, "list_import_not_found"),
        (lambda s: undo(s, UUID(int=7)), NotFound, "audience_run_not_found"),
        (lambda s: undo(s, UUID(int=7), code="old"), Conflict, "audience_archived"),
    ],
)
def test_what_is_refused_leaves_the_members_where_they_are(
    shop: Shop, act: Any, error: type[Refusal], code: str
) -> None:
    shop.enrol("ada")
    made(shop)
    made(shop, "old", archived=True)
    filled(shop, ids("ada"))
    before = members(shop)
    with pytest.raises(error) as raised:
        act(shop)
    assert raised.value.code == code
    assert members(shop) == before
    proved(shop)


def test_an_empty_replacement_is_no_file(shop: Shop) -> None:
    """The list is emptied by replacing it by nobody, through the API."""
    ada = shop.enrol("ada")
    made(shop)
    run = filled(shop, ids("ada"))
    fill_audience(
        shop.conn, [], programme=shop.programme, code="guests", mode=Mode.replace_, now=shop.now, by="olga"
    )  # fmt: skip
    assert members(shop) == {}
    fill_audience(
        shop.conn, [MemberReference(id=ada)], programme=shop.programme, code="guests", mode=Mode.add, now=shop.now,
        by="olga",
    )  # fmt: skip
    assert undo(shop, run) == Moved(0, 0, 1)


def test_files_that_nobody_decides_are_forgotten(shop: Shop) -> None:
    shop.enrol("ada")
    made(shop)
    first = read(shop, upload(shop, ids("ada")))
    shop.later(hours=20)
    second = read(shop, upload(shop, ids("ada")))
    shop.later(hours=5)

    assert forget_old_imports(shop.conn, programme_id=shop.programme.id, now=shop.now) == 1
    assert list_import(shop.conn, programme_id=shop.programme.id, import_id=first.id) is None
    assert list_import(shop.conn, programme_id=shop.programme.id, import_id=second.id) is not None
    for _ in range(2):
        drop_import(shop.conn, second.id, programme=shop.programme)
    staged = shop.conn.execute("select count(*) from audiences_import_member").fetchone()
    assert staged == (0,)
