"""Gift cards, their numbers, and batches of them."""

from django.db import migrations

from regulars.database.schema import append_only, run

CARD = """
create table gift_cards_card (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    number text not null,
    pin_hash text not null default '',
    state smallint not null,
    amount bigint not null,
    batch_id uuid,
    email text not null,
    recipient text not null,
    sender text not null,
    greeting text not null,
    deliver_on date,
    delivery smallint not null,
    wrong_pins integer not null default 0,
    rests_until timestamptz,
    replaced_by uuid,
    moved_to uuid,
    made_at timestamptz not null,
    made_by text not null,
    ended_at timestamptz,
    ended_by text,
    primary key (bucket, id),
    check (amount > 0),
    check (state in (1, 2, 3)),
    check (delivery in (0, 1, 2)),
    check ((state = 3) = (ended_at is not null)),
    check ((ended_at is null) = (ended_by is null))
) with (fillfactor = 80);
create index gift_cards_card_programme on gift_cards_card (programme_id, made_at);
create index gift_cards_card_batch on gift_cards_card (batch_id) where batch_id is not null;
create index gift_cards_card_mailed on gift_cards_card (programme_id, deliver_on) where delivery = 1;
comment on table gift_cards_card is 'A gift card. Its money is in the ledger, whose owner it is.';
comment on column gift_cards_card.pin_hash is 'scrypt of the PIN; empty: none was drawn.';
comment on column gift_cards_card.state is '1 made and not sold, 2 active, 3 ended.';
comment on column gift_cards_card.delivery is '0 in the shop, 1 waits to be mailed, 2 handed over.';
"""

NUMBER = """
create table gift_cards_number (
    bucket smallint not null,
    programme_id integer not null,
    number text not null,
    organisation_id integer not null,
    card_id uuid not null,
    primary key (bucket, programme_id, number)
);
comment on table gift_cards_number is 'One card per number in a programme. Bucket: hash of the number.';
"""

BATCH = """
create table gift_cards_batch (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    name text not null,
    cards integer not null,
    amount bigint not null,
    made_at timestamptz not null,
    made_by text not null,
    exported_at timestamptz,
    exported_by text,
    primary key (bucket, id),
    check (cards > 0),
    check (amount > 0)
);
comment on column gift_cards_batch.exported_at is 'When numbers and PINs were handed out; that happens once.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(CARD, "drop table gift_cards_card"),
        run(NUMBER, "drop table gift_cards_number"),
        run(BATCH, "drop table gift_cards_batch"),
        append_only("gift_cards_number"),
    ]
