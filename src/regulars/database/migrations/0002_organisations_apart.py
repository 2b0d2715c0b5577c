"""What keeping organisations apart needs of tables: whose a row is, and narrow ways in before one knows whose.

The policies themselves follow from the catalogue after every migration (isolation.py). Tables of one programme get the
organisation as a column too, because Citus takes no policy with a subquery; what writes them need not name it.
"""

from django.db import migrations

from regulars.database.schema import run

_OF_A_PROGRAMME = (
    "access_operator", "events_source", "programmes_point_type", "programmes_rulebook", "rewards_reward",
)  # fmt: skip

_ADD_ORGANISATION = """
alter table {table} add column organisation_id integer;
alter table {table} disable trigger user;
update {table} t set organisation_id = p.organisation_id from programmes_programme p where p.id = t.programme_id;
alter table {table} enable trigger user;
alter table {table}
    alter column organisation_id set default nullif(current_setting('regulars.organisation', true), '')::integer,
    alter column organisation_id set not null,
    add constraint {table}_home foreign key (programme_id, organisation_id)
        references programmes_programme (id, organisation_id);
"""

_PROGRAMME_KEY = (
    "alter table programmes_programme add constraint programmes_programme_home unique (id, organisation_id)"
)

_API_KEY_HOME = """
alter table access_api_key add constraint access_api_key_home foreign key (programme_id, organisation_id)
    references programmes_programme (id, organisation_id);
"""

# Each gives only what the caller could not ask for without knowing it: the hash of a secret, an e-mail address; or
# numbers and codes. They run as the owner of the tables, and for the program's role alone (grants.py gives execute).
_WAYS_IN = """
create function public.access_keys_of(digests bytea[]) returns setof public.access_api_key
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select k.* from public.access_api_key k where k.digest = any(digests);
end
$$;
comment on function public.access_keys_of is 'API keys by the SHA-256 of what a caller showed.';

create function public.access_link_of(asked bytea) returns setof public.access_sign_in_link
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select l.* from public.access_sign_in_link l
    where l.bucket = get_byte(asked, 0)::smallint and l.digest = asked;
end
$$;
comment on function public.access_link_of is 'A sign-in link by the SHA-256 of what a caller showed.';

create function public.access_operator_home(address text)
returns table (operator_id uuid, programme_id integer, organisation_id integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select o.id, o.programme_id, o.organisation_id from public.access_operator o where o.email = address;
end
$$;
comment on function public.access_operator_home is 'Where an operator works, by e-mail address.';

create function public.programmes_directory()
returns table (programme_id integer, organisation_id integer, code text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select p.id, p.organisation_id, p.code from public.programmes_programme p order by p.id;
end
$$;
comment on function public.programmes_directory is 'Which programmes there are, and whose: nothing else of them.';

create function public.programmes_found_organisation(its_code text, its_name text, at timestamptz) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.programmes_organisation (code, name, created_at) values (its_code, its_name, at)
    on conflict (code) do update set code = excluded.code returning id
$$;
comment on function public.programmes_found_organisation is 'The number of an organisation, which is made where new.';

revoke execute on function public.access_keys_of, public.access_link_of, public.access_operator_home,
    public.programmes_directory, public.programmes_found_organisation from public;
"""

_NO_WAYS_IN = """
drop function public.access_keys_of, public.access_link_of, public.access_operator_home, public.programmes_directory,
    public.programmes_found_organisation;
"""


def _add_organisation(table: str) -> migrations.RunSQL:
    return run(
        _ADD_ORGANISATION.format(table=table),
        f"alter table {table} drop constraint {table}_home, drop column organisation_id",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("database", "0001_append_only"),
        ("access", "0001_access"),
        ("events", "0001_events"),
        ("programmes", "0001_programmes"),
        ("rewards", "0001_rewards"),
    ]
    operations = [
        run(_PROGRAMME_KEY, "alter table programmes_programme drop constraint programmes_programme_home"),
        *map(_add_organisation, _OF_A_PROGRAMME),
        run(_API_KEY_HOME, "alter table access_api_key drop constraint access_api_key_home"),
        run(_WAYS_IN, _NO_WAYS_IN),
    ]
