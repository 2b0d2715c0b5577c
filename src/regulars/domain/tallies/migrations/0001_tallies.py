"""What rules remember of members."""

from django.db import migrations

from regulars.database.schema import run

TALLY = """
create table tallies_tally (
    bucket smallint not null,
    member_id uuid not null,
    key text not null,
    day date not null,
    organisation_id integer not null,
    programme_id integer not null,
    amount bigint not null,
    primary key (bucket, member_id, key, day)
) with (fillfactor = 70);
comment on table tallies_tally is 'What rules remember of members: sums of what their events counted.';
comment on column tallies_tally.key is 'Whose tally it is: a measure or an earn rule, what it counts, and by which period.';
comment on column tallies_tally.day is 'The first day of the period in which it counts, in the programme''s time zone.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [run(TALLY, "drop table tallies_tally")]
