"""What members are told, and how far the reminders of a programme have come."""

from django.db import migrations

from regulars.database.schema import run

MESSAGE = """
create table messaging_message (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    kind text not null,
    occasion text not null,
    content jsonb not null,
    state smallint not null default 1,
    created_at timestamptz not null,
    read_at timestamptz,
    primary key (bucket, id),
    -- Whatever tells a member the same thing a second time, in another run or another worker, is stopped here.
    unique (bucket, member_id, kind, occasion),
    check (state = 1)
);
create index messaging_message_member on messaging_message (bucket, member_id, created_at desc, id desc);
comment on table messaging_message is 'What a member is told: a kind and its values, put into words for each reader.';
comment on column messaging_message.occasion is 'What it is about, within its kind: nobody is told of the same twice.';
comment on column messaging_message.state is '1 stored: it can be read in the portal.';
"""

REMINDING = """
create table messaging_reminding (
    programme_id integer not null,
    point_type integer not null,
    organisation_id integer not null,
    through date not null,
    primary key (programme_id, point_type)
);
comment on column messaging_reminding.through is 'The last local day of which all reminders are stored.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(MESSAGE, "drop table messaging_message"),
        run(REMINDING, "drop table messaging_reminding"),
    ]
