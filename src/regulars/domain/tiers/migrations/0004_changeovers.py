"""Which ladder put a member where they stand, how far a change of it has come, and how everybody stood before."""

from django.db import migrations

from regulars.database.schema import run

FORM = """
alter table tiers_standing add column form integer not null default 0;
comment on column tiers_standing.form is 'The version since which the ladder gives the standings that it gave here.';
update tiers_standing s set form = (
    select version from programmes_rulebook r
    where r.programme_id = s.programme_id and r.effective_from <= now()
    order by effective_from desc, version desc limit 1
) where exists (
    select from programmes_rulebook r where r.programme_id = s.programme_id and r.effective_from <= now()
);
"""

BEFORE = """
create table tiers_before (
    bucket smallint not null,
    member_id uuid not null,
    ladder text not null,
    organisation_id integer not null,
    programme_id integer not null,
    version integer not null,
    tier text not null,
    since timestamptz not null,
    score bigint not null,
    counted_from date not null,
    review_on date not null,
    earned text not null,
    assigned text not null,
    assigned_until date not null,
    fell_on date not null,
    kept_until date not null,
    form integer not null,
    primary key (bucket, member_id, ladder)
);
comment on table tiers_before is 'How members stood just before the last change of a ladder: for going back.';
comment on column tiers_before.version is 'The version by which the ladder changed.';
"""

CHANGEOVER = """
create table tiers_changeover (
    programme_id integer not null,
    ladder text not null,
    version integer not null,
    organisation_id integer not null,
    total bigint not null,
    done bigint not null default 0,
    up bigint not null default 0,
    down bigint not null default 0,
    kept bigint not null default 0,
    after_member uuid,
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (programme_id, ladder, version)
);
comment on table tiers_changeover is 'A version with another ladder: how far bringing members over to it has come.';
comment on column tiers_changeover.after_member is 'The last member who was done, by bucket and id.';
"""


class Migration(migrations.Migration):
    dependencies = [("tiers", "0003_assignments"), ("programmes", "0001_programmes")]
    operations = [
        run(FORM, "alter table tiers_standing drop column form"),
        run(BEFORE, "drop table tiers_before"),
        run(CHANGEOVER, "drop table tiers_changeover"),
    ]
