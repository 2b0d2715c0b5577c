"""Searching members by parts of their names: behind row-level security LIKE finds no index, because it may leak."""

from django.db import migrations

from regulars.database.schema import run

# It runs as the owner and shows ids alone, of the organisation for which the transaction works. The first pattern is
# the longest, so that the index has most to go by; the plan is made anew for each call, for the patterns that came.
_MATCHING = """
create function public.members_matching(of_programme integer, patterns text[], most integer)
returns table (bucket smallint, member_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
    return query select p.bucket, p.member_id from public.members_person p
    where p.search like patterns[1] and p.search like all (patterns) and p.programme_id = of_programme
      and p.organisation_id = nullif(current_setting('regulars.organisation', true), '')::integer
    limit most;
end
$$;
comment on function public.members_matching is 'Members whose search text matches all patterns; at most so many.';
revoke execute on function public.members_matching from public;
"""


class Migration(migrations.Migration):
    dependencies = [("database", "0002_organisations_apart"), ("members", "0001_members")]
    operations = [run(_MATCHING, "drop function public.members_matching")]
