r"""Members who may be one person: what identifies them in one form, so that the same stands beside itself in an index.

The forms are kept as fingerprints: what stands in an address of a page, or in an index, is no e-mail address and no name.
"""

from django.db import migrations

from regulars.database.schema import run

# An e-mail address without what GMail ignores: dots and +tags. Numbers and ids without blanks, signs and leading zeros,
# so that 0049 176 1234567 is +49 176 1234567, and C-0042 is c0042; of few characters they say too little. One plain
# expression, which PostgreSQL puts in place: every claim that is written asks for it.
CLAIM_KEY = r"""
create function public.members_claim_key(value text) returns uuid
language sql immutable parallel safe return
    md5(substring(
        case
            when position('@' in value) > 1 then
                case when split_part(lower(value), '@', 2) in ('gmail.com', 'googlemail.com')
                    then replace(split_part(split_part(lower(value), '@', 1), '+', 1), '.', '') || '@gmail.com'
                    else lower(value) end
            when value ~ '^[A-Za-z0-9 +()./_-]+$'
                then ltrim(translate(lower(value), ' +()./_-', ''), '0')
            else lower(value) end
        from '^.{5,}$'))::uuid;
comment on function public.members_claim_key is 'A fingerprint of what identifies a member, the same for other ways to write it.';
"""
# A name without accents and marks, its words in the order of letters: Lovelace, Ada is Ada Lovelace.
NAME_KEY = r"""
create function public.members_name_key(name text, born date) returns uuid
language plpgsql immutable parallel safe as $$
begin
    if name = '' or born is null then
        return null;
    end if;
    return md5(string_agg(word, ' ' order by word collate "C") || (born - date '2000-01-01')::text)::uuid
    from regexp_split_to_table(
        regexp_replace(normalize(translate(lower(name), 'ıİ', 'ii'), nfkd), '[\u0300-\u036f''’.]', '', 'g'), '[\s,-]+'
    ) word where word <> '';
end
$$;
comment on function public.members_name_key is 'A fingerprint of a name and a date of birth; null where one is missing.';
"""
# Kept beside what they are made of, so that looking for the same ones reads an index and computes nothing.
CLAIM = """
alter table members_claim add column alike uuid generated always as (public.members_claim_key(value)) stored;
create index members_claim_alike on members_claim (programme_id, alike, member_id) include (organisation_id)
    where alike is not null;
comment on column members_claim.alike is 'The same for claims that may be one in two ways of writing.';
"""
PERSON = """
alter table members_person
    add column alike uuid generated always as (public.members_name_key(name, birth_date)) stored;
create index members_person_alike on members_person (programme_id, alike, member_id) include (organisation_id)
    where alike is not null;
comment on column members_person.alike is 'The same for people of the same name and birthday.';
"""
# As members_matching: row-level security would keep the planner from these indexes, so each asks for the organisation.
_ALIKE = """
create function public.{name}(of_programme integer, after uuid, most integer)
returns table (key uuid, members uuid[])
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
    return query
        with part as materialized (
            select t.alike, t.member_id from {table} t
            where t.programme_id = of_programme and t.alike > after
              and t.organisation_id = nullif(current_setting('regulars.organisation', true), '')::integer
            order by t.alike limit {reach}
        ), edge as (
            -- Where a look ends, the last fingerprint may go on.
            select alike as last from part offset {reach} - 1
        ), groups as (
            select p.alike, (array_agg(distinct p.member_id order by p.member_id))[1:20] as together
            from part p where p.alike < (select last from edge) or not exists (select from edge)
            group by p.alike having count(distinct p.member_id) > 1 order by p.alike limit most
        )
        select * from groups
        union all
        select (select p.alike from part p where p.alike < last order by p.alike desc limit 1), '{{}}'::uuid[]
        from edge where (select count(*) from groups) < most;
end
$$;
comment on function public.{name} is 'Fingerprints that several members have, in their order. Without members: it goes on after this one.';
revoke execute on function public.{name} from public;
"""
REACH = 250_000
"""Rows that one look goes through, found or not: however many members there are, a page answers soon."""
BY_CLAIM = _ALIKE.format(name="members_alike_by_claim", table="public.members_claim", reach=REACH)
BY_NAME = _ALIKE.format(name="members_alike_by_name", table="public.members_person", reach=REACH)


class Migration(migrations.Migration):
    dependencies = [("members", "0005_merged"), ("database", "0003_member_search")]
    operations = [
        run(CLAIM_KEY, "drop function public.members_claim_key"),
        run(NAME_KEY, "drop function public.members_name_key"),
        run(CLAIM, "alter table members_claim drop column alike"),
        run(PERSON, "alter table members_person drop column alike"),
        run(BY_CLAIM, "drop function public.members_alike_by_claim"),
        run(BY_NAME, "drop function public.members_alike_by_name"),
    ]
