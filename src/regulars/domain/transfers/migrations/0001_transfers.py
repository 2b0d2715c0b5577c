"""Points that members send to one another, and what arrived."""

from django.db import migrations

from regulars.database.schema import append_only, run

TRANSFER = """
create table transfers_transfer (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    sender uuid not null,
    receiver uuid not null,
    point_type integer not null,
    points bigint not null,
    fee bigint not null,
    state smallint not null,
    message text not null,
    entry_id uuid not null,
    fee_entry_id uuid,
    sent_on date not null,
    cancel_until date,
    created_at timestamptz not null,
    by_whom text not null,
    ended_at timestamptz,
    ended_by text,
    primary key (bucket, id),
    check (points > 0),
    check (fee >= 0),
    check ((fee > 0) = (fee_entry_id is not null)),
    check (sender <> receiver),
    check (state in (1, 2)),
    check ((state = 2) = (ended_at is not null)),
    check ((ended_at is null) = (ended_by is null))
) with (fillfactor = 85);
create index transfers_transfer_sender on transfers_transfer (bucket, sender, created_at);
create index transfers_transfer_day on transfers_transfer (bucket, sender, point_type, sent_on);
comment on table transfers_transfer is 'Points that one member sent to another. Bucket: of the sender.';
comment on column transfers_transfer.state is '1 sent, 2 taken back.';
comment on column transfers_transfer.sent_on is 'The local day whose limit it counts towards.';
comment on column transfers_transfer.cancel_until is 'The last local day on which it can be taken back; null: never.';
"""

ARRIVAL = """
create table transfers_arrival (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    transfer_id uuid not null,
    receiver uuid not null,
    sender uuid not null,
    lot_id uuid not null,
    points bigint not null,
    last_day date,
    created_at timestamptz not null,
    primary key (bucket, id),
    unique (bucket, lot_id),
    check (points > 0),
    check (sender <> receiver)
);
create index transfers_arrival_receiver on transfers_arrival (bucket, receiver, created_at);
create index transfers_arrival_transfer on transfers_arrival (bucket, transfer_id);
comment on table transfers_arrival is 'A lot that arrived from another member. Bucket: of the receiver.';
comment on column transfers_arrival.id is 'The cause of the receiver''s postings.';
comment on column transfers_arrival.last_day is 'As it was when the points arrived.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(TRANSFER, "drop table transfers_transfer"),
        run(ARRIVAL, "drop table transfers_arrival"),
        append_only("transfers_arrival"),
    ]
