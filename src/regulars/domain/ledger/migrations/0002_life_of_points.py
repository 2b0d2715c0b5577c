"""Pending points, what returns take back, and last days that move."""

from django.db import migrations

from regulars.database.schema import append_only, run

BALANCE = """
alter table ledger_balance add column pending bigint not null default 0 check (pending >= 0);
comment on column ledger_balance.pending is 'Points that are visible and cannot be spent yet.';
"""

LOT = """
alter table ledger_lot add column renewable boolean not null default false;
comment on column ledger_lot.renewable is 'The last day moves on with what the owner does (expiry by inactivity).';
"""

PENDING = """
create table ledger_pending (
    bucket smallint not null,
    lot_id uuid not null,
    organisation_id integer not null,
    owner uuid not null,
    point_type integer not null,
    amount bigint not null,
    waiting bigint not null,
    activates_on date,
    waits_for text not null,
    cancels_after date,
    cause uuid not null,
    expiry text not null,
    primary key (bucket, lot_id),
    check (amount > 0),
    check (waiting between 0 and amount),
    check ((activates_on is null) = (waits_for <> ''))
) with (fillfactor = 85);
create index ledger_pending_owner on ledger_pending (bucket, owner) where waiting > 0;
create index ledger_pending_due on ledger_pending (activates_on) where waiting > 0 and activates_on is not null;
create index ledger_pending_cancelled on ledger_pending (cancels_after) where waiting > 0 and cancels_after is not null;
comment on table ledger_pending is 'Lots that were granted as pending: what waits, for which day or event.';
comment on column ledger_pending.cause is 'The event that granted the points.';
comment on column ledger_pending.cancels_after is 'The last local day on which the awaited event still counts.';
comment on column ledger_pending.expiry is 'The expiry policy of the granting rulebook, where the last day is not known yet.';
"""

REVOCATION = """
create table ledger_revocation (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    owner uuid not null,
    point_type integer not null,
    cause uuid not null,
    grant_cause uuid not null,
    reason text not null,
    points bigint not null,
    taken bigint not null,
    earned_at timestamptz not null,
    primary key (bucket, id),
    unique (bucket, cause, point_type, reason),
    check (points > 0),
    check (taken between 0 and points)
);
create index ledger_revocation_grant on ledger_revocation (bucket, grant_cause);
create index ledger_revocation_owner on ledger_revocation (bucket, owner, point_type, earned_at);
comment on table ledger_revocation is 'Points that no longer count as earned: due by the rules, and really taken.';
comment on column ledger_revocation.reason is 'The earn rule that had granted them.';
"""

EXTENSION = """
create table ledger_extension (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    owner uuid not null,
    lot_id uuid not null,
    from_day date,
    to_day date,
    cause_kind smallint not null,
    cause uuid not null,
    at timestamptz not null,
    primary key (bucket, id),
    check (from_day is distinct from to_day)
);
create index ledger_extension_lot on ledger_extension (bucket, lot_id);
comment on table ledger_extension is 'Every change of a lot''s last day, other than by activity.';
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]
    operations = [
        run(BALANCE, "alter table ledger_balance drop column pending"),
        run(LOT, "alter table ledger_lot drop column renewable"),
        run(PENDING, "drop table ledger_pending"),
        run(REVOCATION, "drop table ledger_revocation"),
        run(EXTENSION, "drop table ledger_extension"),
        append_only("ledger_revocation", "ledger_extension"),
    ]
