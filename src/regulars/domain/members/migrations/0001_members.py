"""Members, what is known of the person behind them, and what identifies them."""

from django.db import migrations

from regulars.database.schema import run

MEMBER = """
create table members_member (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    card_number text not null,
    status smallint not null,
    enrolled_at timestamptz not null,
    enrolled_via text not null,
    primary key (bucket, id)
) with (fillfactor = 85);
create index members_member_newest on members_member (programme_id, enrolled_at desc, id desc);
comment on column members_member.status is '1 active, 2 blocked, 3 closed.';
"""

PERSON = """
create table members_person (
    bucket smallint not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    name text not null,
    email text not null,
    phone text not null,
    birth_date date,
    language text not null,
    attributes jsonb not null default '{}',
    search text not null,
    primary key (bucket, member_id),
    foreign key (bucket, member_id) references members_member (bucket, id)
);
create index members_person_search on members_person using gin (search gin_trgm_ops);
comment on table members_person is 'Personal data. Only the members room reads it; reads by operators are logged.';
"""

CLAIM = """
create table members_claim (
    bucket smallint not null,
    programme_id integer not null,
    kind text not null,
    value text not null,
    organisation_id integer not null,
    member_id uuid not null,
    primary key (bucket, programme_id, kind, value)
);
create index members_claim_member on members_claim (member_id);
comment on table members_claim is 'What identifies one member: external id, e-mail, phone, card. Bucket: hash of the value.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(MEMBER, "drop table members_member"),
        run(PERSON, "drop table members_person"),
        run(CLAIM, "drop table members_claim"),
    ]
