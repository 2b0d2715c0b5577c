"""On which terms rewards are offered, and how often they were given where that is limited."""

from django.db import migrations

from regulars.database.schema import run

TERMS = "alter table rewards_reward add column terms jsonb not null default '{}'"

SCOPES = "alter table rewards_redemption add column scopes text[] not null default '{}'"

TAKEN = """
create table rewards_taken (
    programme_id integer not null,
    reward_id integer not null,
    scope text not null,
    organisation_id integer not null,
    taken bigint not null,
    primary key (programme_id, reward_id, scope),
    check (taken >= 0)
);
comment on table rewards_taken is
    'How often a limited reward was given: in total, on a day, in a store. Undone redemptions are not counted.';
comment on column rewards_redemption.scopes is 'Where it is counted in rewards_taken, until it is undone.';
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0003_granted")]
    operations = [
        run(TERMS, "alter table rewards_reward drop column terms"),
        run(SCOPES, "alter table rewards_redemption drop column scopes"),
        run(TAKEN, "drop table rewards_taken"),
    ]
