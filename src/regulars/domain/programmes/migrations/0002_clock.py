"""Sandbox programmes: chosen at founding, with a clock of their own that only goes forward."""

from django.db import migrations

from regulars.database.schema import run

COLUMNS = """
alter table programmes_programme
    add column sandbox boolean not null default false,
    add column clock_ahead interval not null default interval '0',
    add constraint programmes_programme_clock check (clock_ahead >= interval '0' and (sandbox or clock_ahead = '0'));
comment on column programmes_programme.clock_ahead is
    'How far the programme''s clock runs before the world''s: days of 24 hours. Zero for every live programme.';
"""
NO_COLUMNS = """
alter table programmes_programme drop constraint programmes_programme_clock, drop column clock_ahead, drop column sandbox;
"""

GUARD = """
create function programmes_guard_clock() returns trigger language plpgsql as $$
begin
    raise exception 'programme %: a sandbox stays one, a live programme too, and no clock goes back', old.id
        using errcode = 'check_violation';
end
$$;
create trigger clock_goes_forward before update on programmes_programme for each row
    when (new.sandbox <> old.sandbox or new.clock_ahead < old.clock_ahead)
    execute function programmes_guard_clock();
"""
NO_GUARD = """
drop trigger clock_goes_forward on programmes_programme;
drop function programmes_guard_clock();
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_programmes")]
    operations = [run(COLUMNS, NO_COLUMNS), run(GUARD, NO_GUARD)]
