"""What campaigns and budgets have given so far."""

from django.db import migrations

from regulars.database.schema import run

BUDGET = """
create table campaigns_budget (
    programme_id integer not null,
    key text not null,
    period date not null,
    organisation_id integer not null,
    points bigint not null default 0,
    worth numeric(24, 8) not null default 0,
    taken numeric(24, 8) not null default 0,
    most numeric(24, 8),
    primary key (programme_id, key, period),
    constraint campaigns_budget_is_kept check (taken >= 0 and points >= 0 and (most is null or taken <= most))
) with (fillfactor = 50);
comment on table campaigns_budget is 'What all members together got from a campaign or from a rule with a budget.';
comment on column campaigns_budget.key is 'campaign:summer or rule:base.';
comment on column campaigns_budget.period is 'The first day of the period of the budget; 0001-01-01 for all time.';
comment on column campaigns_budget.taken is 'Of the budget, in its own measure: points, or money that the points are worth.';
comment on column campaigns_budget.most is 'The largest budget that was in force when something was taken; null: none.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [run(BUDGET, "drop table campaigns_budget")]
