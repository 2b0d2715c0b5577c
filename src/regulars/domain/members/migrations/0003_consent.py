"""What members allow: what holds now, and every yes and no for ever."""

from django.db import migrations

from regulars.database.schema import append_only, run

CONSENT = """
create table members_consent (
    bucket smallint not null,
    member_id uuid not null,
    consent text not null,
    organisation_id integer not null,
    programme_id integer not null,
    given boolean not null,
    text_version text not null,
    at timestamptz not null,
    by_whom text not null,
    via text not null,
    primary key (bucket, member_id, consent),
    foreign key (bucket, member_id) references members_member (bucket, id)
);
comment on table members_consent is 'What a member said last of each consent; members_consent_change has all of it.';
"""

CHANGE = """
create table members_consent_change (
    bucket smallint not null,
    id uuid not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    consent text not null,
    given boolean not null,
    text_version text not null,
    at timestamptz not null,
    by_whom text not null,
    via text not null,
    primary key (bucket, id),
    foreign key (bucket, member_id) references members_member (bucket, id)
);
create index members_consent_change_member on members_consent_change (bucket, member_id, id desc);
comment on table members_consent_change is 'Every yes and no: who said it, when, at which door, to which text.';
comment on column members_consent_change.text_version is 'Of the text that was shown; the rulebook names it.';
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0002_block")]
    operations = [
        run(CONSENT, "drop table members_consent"),
        run(CHANGE, "drop table members_consent_change"),
        append_only("members_consent_change"),
    ]
