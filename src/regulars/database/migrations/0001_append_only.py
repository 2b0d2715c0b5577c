"""The function behind every append-only table, and trigram search."""

from django.db import migrations

from regulars.database.schema import run

FUNCTION = """
create function public.regulars_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op)
        using errcode = 'restrict_violation',
              hint = 'Books are corrected by new entries, never by changing old ones.';
end
$$;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        run(FUNCTION, "drop function public.regulars_refuse_change()"),
        run("create extension if not exists pg_trgm"),
    ]
