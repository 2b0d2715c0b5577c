"""Returns: what came back of which order, and returns that came before their order."""

from django.db import migrations

from regulars.database.schema import append_only, run

STATE = """
alter table events_event add column state text;
comment on column events_event.state is 'The member as the rules saw it: what is needed to ask them again.';
"""

RETURN = """
create table events_return (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    order_id uuid not null,
    ordered_at timestamptz not null,
    amount_minor bigint not null,
    whole boolean not null,
    primary key (bucket, id),
    check (amount_minor >= 0)
);
create index events_return_order on events_return (bucket, order_id);
create index events_return_member on events_return (bucket, member_id, ordered_at);
-- An order comes back whole once.
create unique index events_return_whole on events_return (bucket, order_id) where whole;
comment on table events_return is 'A return that was applied to its order. amount_minor: how much less the order counts.';
comment on column events_return.ordered_at is 'When the order happened: what came back leaves a window with it.';
"""

AWAITING = """
create table events_awaiting (
    bucket smallint not null,
    return_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    order_key uuid not null,
    ended_at timestamptz,
    refusal text not null default '',
    primary key (bucket, return_id)
);
create index events_awaiting_open on events_awaiting (programme_id, order_key) where ended_at is null;
comment on table events_awaiting is 'Returns that came before their order, and what became of them.';
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_events")]
    operations = [
        run(STATE, "alter table events_event drop column state"),
        run(RETURN, "drop table events_return"),
        run(AWAITING, "drop table events_awaiting"),
        append_only("events_return"),
    ]
