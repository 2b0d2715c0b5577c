"""Wins that a return undid, though another event had brought them."""

from django.db import migrations

from regulars.database.schema import append_only, run

UNDONE = """
create table challenges_undone (
    bucket smallint not null,
    event_id uuid not null,
    rule text not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    return_id uuid not null,
    primary key (bucket, event_id, rule)
);
comment on table challenges_undone is 'One row for each win that returns undid, because too little was left of what it asked for.';
comment on column challenges_undone.event_id is 'The event that had completed it.';
comment on column challenges_undone.member_id is 'Who had won; for a merged member, the one who was meant then.';
comment on column challenges_undone.return_id is 'The return that undid it, of whichever order.';
"""


class Migration(migrations.Migration):
    dependencies = [("challenges", "0001_badges")]
    operations = [run(UNDONE, "drop table challenges_undone"), append_only("challenges_undone")]
