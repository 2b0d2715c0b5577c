"""Occasions: how far each has come. Once: what counts once for a member, a subject or a day. And events by their time."""

from django.db import migrations

from regulars.database.schema import append_only, run

OCCASION = """
create table events_occasion (
    programme_id integer not null,
    occasion text not null,
    organisation_id integer not null,
    through date not null,
    primary key (programme_id, occasion)
);
comment on table events_occasion is 'How far the events have come that time makes: birthdays, anniversaries, silence.';
comment on column events_occasion.through is 'The last local day of which all are sent.';
"""

ONCE = """
create table events_once (
    bucket smallint not null,
    member_id uuid not null,
    type text not null,
    subject text not null,
    organisation_id integer not null,
    programme_id integer not null,
    event_id uuid not null,
    primary key (bucket, member_id, type, subject)
);
comment on table events_once is 'Events of types that count once: the first one, by what it was about. Bucket: of the member.';
comment on column events_once.subject is 'What it was about, or the local day; empty for types that count once in all.';
"""

# Who did something on a certain day, out of a hundred million events: they are written in the order of time, so an
# index of blocks, which is a thousandth of one of rows and costs the writer next to nothing, finds the day.
BY_TIME = """
create index events_event_time on events_event using brin (occurred_at timestamptz_minmax_multi_ops)
    with (pages_per_range = 32, autosummarize = on);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_returns")]
    operations = [
        run(OCCASION, "drop table events_occasion"),
        run(ONCE, "drop table events_once"),
        append_only("events_once"),
        run(BY_TIME, "drop index events_event_time"),
    ]
