"""How far a version has come that starts the clock of older points anew."""

from django.db import migrations

from regulars.database.schema import run

RESTART = """
create table programmes_expiry_restart (
    programme_id integer not null,
    rulebook_id integer not null,
    point_type integer not null,
    organisation_id integer not null,
    after_owner uuid,
    lots bigint not null default 0,
    finished_at timestamptz,
    primary key (programme_id, rulebook_id, point_type)
);
comment on table programmes_expiry_restart is 'A version that gives older points a new last day: how far that has come.';
comment on column programmes_expiry_restart.after_owner is 'The last owner whose points were done, by bucket and id.';
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_clock")]
    operations = [run(RESTART, "drop table programmes_expiry_restart")]
