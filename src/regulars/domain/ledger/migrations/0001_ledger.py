"""The books: transfers, balances, lots, allocations, holds. `docs/ledger/` explains them."""

from django.db import migrations

from regulars.database.schema import append_only, run

TRANSFER = """
create table ledger_transfer (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    owner uuid not null,
    point_type integer not null,
    entry_no integer not null,
    debit smallint not null,
    credit smallint not null,
    amount bigint not null,
    balance_after bigint not null,
    cause_kind smallint not null,
    cause uuid not null,
    occurred_at timestamptz not null,
    posted_at timestamptz not null,
    reason text not null,
    primary key (bucket, id),
    -- One number per entry of an account: a lost update would claim a number twice and is refused here.
    unique (bucket, owner, point_type, entry_no),
    check (amount > 0),
    check (debit <> credit),
    check (debit < 10 or credit < 10)
);
comment on table ledger_transfer is 'One row per movement of points: balanced by construction, append-only.';
comment on column ledger_transfer.balance_after is 'What the owner could spend of this point type after this entry.';
"""

BALANCE = """
create table ledger_balance (
    bucket smallint not null,
    owner uuid not null,
    point_type integer not null,
    organisation_id integer not null,
    available bigint not null,
    held bigint not null,
    entry_no integer not null,
    may_overdraw boolean not null default false,
    primary key (bucket, owner, point_type),
    check (available >= 0 or may_overdraw),
    check (held >= 0)
) with (fillfactor = 70);
"""

LOT = """
create table ledger_lot (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    owner uuid not null,
    point_type integer not null,
    amount bigint not null,
    remaining bigint not null,
    earned_at timestamptz not null,
    last_day date,
    primary key (bucket, id),
    check (amount > 0),
    check (remaining between 0 and amount)
) with (fillfactor = 85);
create index ledger_lot_open on ledger_lot (bucket, owner, point_type) where remaining > 0;
create index ledger_lot_due on ledger_lot (last_day) where remaining > 0 and last_day is not null;
comment on column ledger_lot.id is 'The id of the transfer that granted these points.';
comment on column ledger_lot.last_day is 'The last local day on which the points can be spent; null: they never expire.';
"""

ALLOCATION = """
create table ledger_allocation (
    bucket smallint not null,
    transfer_id uuid not null,
    lot_id uuid not null,
    organisation_id integer not null,
    amount bigint not null,
    primary key (bucket, transfer_id, lot_id),
    check (amount <> 0)
);
create index ledger_allocation_lot on ledger_allocation (bucket, lot_id);
comment on table ledger_allocation is 'Which lot paid for which transfer; a negative amount gives points back to the lot.';
"""

HOLD = """
create table ledger_hold (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    owner uuid not null,
    point_type integer not null,
    amount bigint not null,
    settled bigint not null default 0,
    state smallint not null,
    transfer_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    primary key (bucket, id),
    check (amount > 0),
    check (settled between 0 and amount)
);
create index ledger_hold_open on ledger_hold (expires_at) where state = 1;
comment on column ledger_hold.state is '1 open, 2 settled, 3 released.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(TRANSFER, "drop table ledger_transfer"),
        run(BALANCE, "drop table ledger_balance"),
        run(LOT, "drop table ledger_lot"),
        run(ALLOCATION, "drop table ledger_allocation"),
        run(HOLD, "drop table ledger_hold"),
        append_only("ledger_transfer", "ledger_allocation"),
    ]
