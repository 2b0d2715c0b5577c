"""Orders that are paid in parts: points, gift cards, stored value, money; and what goes back of them."""

from django.db import migrations

from regulars.database.schema import append_only, run

PAYMENT = """
create table stored_value_payment (
    bucket smallint not null,
    key uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    order_number text not null,
    event text not null,
    total bigint not null,
    parts jsonb not null,
    created_at timestamptz not null,
    by_whom text not null,
    primary key (bucket, key),
    check (total > 0)
);
comment on table stored_value_payment is 'How an order was paid. Key: hash of programme and number.';
"""

BACK = """
create table stored_value_payment_back (
    bucket smallint not null,
    payment uuid not null,
    key uuid not null,
    organisation_id integer not null,
    reference text not null,
    money bigint not null,
    value bigint not null,
    acts uuid[] not null,
    created_at timestamptz not null,
    by_whom text not null,
    primary key (bucket, payment, key),
    check (money >= 0),
    check (value >= 0),
    check (money + value > 0)
);
comment on table stored_value_payment_back is 'What went back of a payment: money first, then stored value.';
"""


class Migration(migrations.Migration):
    dependencies = [("stored_value", "0001_stored_value")]
    operations = [
        run(PAYMENT, "drop table stored_value_payment"),
        run(BACK, "drop table stored_value_payment_back"),
        append_only("stored_value_payment", "stored_value_payment_back"),
    ]
