"""What staff gave and took, and how much of its day each operator has used. Earlier adjustments are taken over."""

from django.db import migrations

from regulars.database.schema import run

ADJUSTMENT = """
create table adjustments_adjustment (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    point_type integer not null,
    points bigint not null,
    reason text not null,
    reason_name text not null,
    note text not null,
    message text not null,
    state smallint not null,
    by_whom text not null,
    created_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision text not null default '',
    transfer_id uuid,
    posted_at timestamptz,
    day date,
    reversal_id uuid,
    reversed_by text,
    reversed_at timestamptz,
    reversed_points bigint not null default 0,
    primary key (bucket, id),
    check (points <> 0),
    check (state between 1 and 5),
    -- Two persons stand for what needed approval; whoever asked may only withdraw.
    check (state = 3 or decided_by <> by_whom),
    check ((transfer_id is not null) = (state in (2, 4, 5))),
    check ((reversal_id is not null) = (state in (4, 5))),
    check (reversed_points between 0 and abs(points)),
    check ((reversed_points > 0) = (state in (4, 5)))
) with (fillfactor = 85);
create index adjustments_adjustment_member on adjustments_adjustment (bucket, member_id, created_at);
create index adjustments_adjustment_waiting on adjustments_adjustment (programme_id, created_at) where state = 1;
create index adjustments_adjustment_decided on adjustments_adjustment (programme_id, decided_at)
    where decided_at is not null;
comment on column adjustments_adjustment.state is '1 waiting, 2 posted, 3 declined, 4 reversed, 5 undone.';
comment on column adjustments_adjustment.day is 'The local day whose limit it counts for.';
"""

USE = """
create table adjustments_use (
    programme_id integer not null,
    by_whom text not null,
    day date not null,
    point_type integer not null,
    organisation_id integer not null,
    points bigint not null,
    primary key (programme_id, by_whom, day, point_type),
    check (points >= 0)
) with (fillfactor = 70);
comment on table adjustments_use is 'Points that an operator gave and took on a local day. Its row is the lock of the limit.';
"""

TAKE_OVER = """
insert into adjustments_adjustment (bucket, id, organisation_id, programme_id, member_id, point_type, points, reason,
    reason_name, note, message, state, by_whom, created_at, transfer_id, posted_at, day)
select a.bucket, a.id, a.organisation_id, a.programme_id, a.subject, t.point_type,
    case when t.credit = 1 then t.amount else -t.amount end, t.reason,
    case t.reason when 'goodwill' then 'Goodwill' when 'correction' then 'Correction'
        when 'forgotten_card' then 'Forgot the card' when 'promotion' then 'Promotion' else 'Other reason' end,
    coalesce(a.details ->> 'note', ''), coalesce(a.details ->> 'message', ''), 2, a.by_whom, a.at, t.id, t.posted_at,
    (a.at at time zone p.time_zone)::date
from audit_entry a
join ledger_transfer t on t.bucket = a.bucket and t.cause = a.id and t.cause_kind = 3
join programmes_programme p on p.id = a.programme_id
where a.action = 'points.adjusted';
insert into adjustments_use (programme_id, by_whom, day, point_type, organisation_id, points)
select programme_id, by_whom, day, point_type, min(organisation_id), sum(abs(points))
from adjustments_adjustment group by programme_id, by_whom, day, point_type;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audit", "0001_audit"),
        ("ledger", "0001_ledger"),
        ("programmes", "0001_programmes"),
    ]
    operations = [
        run(ADJUSTMENT, "drop table adjustments_adjustment"),
        run(USE, "drop table adjustments_use"),
        run(TAKE_OVER, "select 1"),
    ]
