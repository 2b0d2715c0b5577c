"""What happened: events as they were sent, their answers, and each member's history in figures."""

from django.db import migrations

from regulars.database.schema import append_only, run

EVENT = """
create table events_event (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    rulebook_id integer not null,
    amount_minor bigint not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    type text not null,
    source text not null,
    external_id text not null,
    order_number text,
    body text not null,
    answer text not null,
    primary key (bucket, id)
    -- Rows up to 8 kB stay in one piece: compressing every order would cost more than the disk it saves.
) with (toast_tuple_target = 8160);
create index events_event_member on events_event (bucket, member_id, occurred_at);
comment on column events_event.body is 'The event in canonical JSON: the same content has the same bytes.';
comment on column events_event.answer is 'The first answer, given again byte for byte to every repeat.';
"""

CLAIM = """
create table events_claim (
    bucket smallint not null,
    organisation_id integer not null,
    key uuid not null,
    event_id uuid not null,
    digest uuid not null,
    primary key (bucket, organisation_id, key)
);
comment on table events_claim is 'What may exist once: a sender''s event id, an order number of a source. key: its hash.';
comment on column events_claim.digest is 'Hash of the content: tells a repeat from another event under the same id.';
"""

HISTORY = """
create table events_history (
    bucket smallint not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    events integer not null,
    orders integer not null,
    spent_minor bigint not null,
    first_order_at timestamptz,
    last_order_at timestamptz,
    primary key (bucket, member_id)
) with (fillfactor = 70);
comment on table events_history is 'One row a member: how often, how much, since when.';
"""

SOURCE = """
create table events_source (
    programme_id integer not null,
    source text not null,
    primary key (programme_id, source)
);
comment on table events_source is 'The systems that send events: an order number is looked up in each of them.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(EVENT, "drop table events_event"),
        run(CLAIM, "drop table events_claim"),
        run(HISTORY, "drop table events_history"),
        run(SOURCE, "drop table events_source"),
        append_only("events_event", "events_claim"),
    ]
