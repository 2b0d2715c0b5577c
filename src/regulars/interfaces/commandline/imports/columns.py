"""Which column of a file means what: our fields, the names by which others call them, and the match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from regulars.kernel.errors import Refusal
from regulars.kernel.text import folded

ATTRIBUTES = "attributes."
"""Prefix of a field that keeps a column under a name of its own: attributes.shoe_size."""

_OF_A_LINE = re.compile(r"^(order_)?(lines|items|line_items|lineitem|line_item)_(?=.)")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of ours. also: what other systems call it, most telling first; compared as `plain`."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """columns: field of ours -> column of the file. asked: fields that --map named. unread: columns nobody reads.

    of_lines: the columns of LINE_FIELDS, in that order, "" for those that are missing.
    """

    columns: Mapping[str, str]
    asked: frozenset[str]
    unread: tuple[str, ...]
    of_lines: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether any of the fields has a column."""
        return any(name in self.columns for name in names)


MEMBER_FIELDS = (
    Field(
        "external_id",
        "the member's id in your system",
        ("member_external_id", "member_id", "customer_id", "client_id", "user_id", "household_id", "member_number",
         "customer_number", "member", "customer", "id"),
    ),
    Field("name", "full name", ("full_name", "member_name", "customer_name", "display_name")),
    Field("first_name", "first name", ("firstname", "given_name", "forename")),
    Field("last_name", "last name", ("lastname", "surname", "family_name")),
    Field("email", "e-mail address", ("email_address", "mail", "member_email")),
    Field("phone", "phone number", ("phone_number", "mobile", "mobile_phone", "telephone", "tel", "gsm", "cell")),
    Field("birth_date", "birthday", ("birthday", "date_of_birth", "birthdate", "dob")),
    Field("language", "language code, such as en", ("lang", "locale", "language_code")),
    Field(
        "enrolled_at",
        "when the member joined",
        ("joined_at", "joined", "created_at", "created", "registered_at", "registration_date", "signup_date",
         "member_since", "enrolled", "join_date"),
    ),
)  # fmt: skip

ORDER_FIELDS = (
    Field(
        "order_number",
        "the order's number",
        ("order_no", "order_id", "order_name", "number", "basket_id", "receipt", "receipt_number", "receipt_no",
         "invoice", "invoice_no", "invoice_number", "transaction_id", "ticket", "order", "id"),
    ),
    Field(
        "external_id",
        "the member's id in your system",
        ("member_external_id", "member_id", "customer_id", "client_id", "user_id", "household_id", "member_number",
         "customer_number", "member", "customer"),
    ),
    Field("email", "the member's e-mail address", ("email_address", "customer_email", "member_email")),
    Field("phone", "the member's phone number", ("phone_number", "mobile", "customer_phone", "member_phone")),
    Field("card_number", "the member's card number", ("card", "card_no", "loyalty_card", "member_card")),
    Field(
        "occurred_at",
        "when the order was placed",
        ("ordered_at", "order_date", "paid_at", "created_at", "purchased_at", "purchase_date", "invoice_date",
         "transaction_timestamp", "transaction_date", "timestamp", "datetime", "date", "time"),
    ),
    Field(
        "total",
        "what was paid in all",
        ("order_total", "grand_total", "total_amount", "total_price", "order_amount", "amount_paid", "paid", "sum"),
    ),
    Field("currency", "currency code, such as EUR", ("order_currency", "currency_code")),
    Field("store", "the shop", ("order_store", "store_id", "shop", "branch", "location", "store_name")),
    Field("channel", "store, web, app ...", ("order_channel", "sales_channel")),
    Field("event_id", "your own id of this message, if you have one", ("message_id", "id")),
    Field(
        "sku",
        "line: the article's number",
        ("product_id", "article", "article_number", "item_id", "stock_code", "stockcode"),
    ),
    Field(
        "product",
        "line: the article's name",
        ("product_name", "item_name", "article_name", "description", "line_name", "line_title", "item"),
    ),
    Field("category", "line: category", ("product_category", "department", "product_type")),
    Field("brand", "line: brand", ("product_brand", "vendor", "manufacturer")),
    Field("quantity", "line: how many", ("qty", "units", "count")),
    Field(
        "amount",
        "line: what was paid for it",
        ("line_total", "sales_value", "net_amount"),
    ),
    Field("unit_price", "line: price of one, where no amount is given", ("price", "item_price")),
)  # fmt: skip

RETURN_FIELDS = (
    Field(
        "return_number",
        "the return's own number, if it has one",
        ("return_no", "return_id", "refund_id", "refund_number", "credit_note", "credit_note_number", "rma", "id"),
    ),
    Field(
        "order_number",
        "the order that comes back",
        ("order_no", "order_id", "order_name", "original_order", "basket_id", "receipt", "receipt_number", "invoice",
         "invoice_no", "invoice_number", "order"),
    ),
    *(each for each in ORDER_FIELDS if each.name in ("external_id", "email", "phone", "card_number")),
    Field(
        "occurred_at",
        "when it came back",
        ("returned_at", "refunded_at", "return_date", "refund_date", "created_at", "timestamp", "datetime", "date",
         "time"),
    ),
    Field("line", "line: its place in the order, from 1", ("line_number", "line_no", "position")),
    *(each for each in ORDER_FIELDS if each.name in ("sku", "quantity")),
    Field(
        "amount",
        "how much money goes back",
        ("refund", "refund_amount", "refunded", "amount_refunded", "return_amount", "line_total", "total", "sum"),
    ),
)  # fmt: skip

LINE_FIELDS = ("sku", "product", "category", "brand", "quantity", "amount", "unit_price")


def plain(column: str) -> str:
    """The column's name as it is compared: 'E-Mail ' -> 'email', 'order.lines.sku' and 'Lineitem SKU' -> 'linesku'."""
    word = re.sub(r"[^0-9a-z]+", "_", folded(column)).strip("_")
    return _OF_A_LINE.sub("line", word).replace("_", "")


def match(fields: Sequence[Field], columns: Sequence[str], wishes: Iterable[str] = ()) -> Match:
    """Find the column of every field: first what --map says, then our own names, then what others call them.

    wishes: 'theirs=ours' each. Raises Refusal for a wish that names no column or no field of ours, or says two things.
    """
    found = _asked(fields, columns, wishes)
    asked = frozenset(found)
    taken = set(found.values())
    by_word: dict[str, str] = {}
    for column in columns:
        by_word.setdefault(plain(column), column)
    # Own names go first, for all fields: else "number" might be taken for an order's before a card's column is asked.
    for own in (True, False):
        for entry in fields:
            for word in _words(entry, own=own):
                theirs = by_word.get(word)
                if theirs is not None and theirs not in taken and entry.name not in found:
                    found[entry.name] = theirs
                    taken.add(theirs)
    for column in columns:
        if column not in taken and column.startswith(ATTRIBUTES) and fields is MEMBER_FIELDS:
            found[column] = column
            taken.add(column)
    if fields is ORDER_FIELDS:
        _read_amount_as_total(found, asked)
    unread = tuple(column for column in columns if column not in taken)
    order = [name for name in (entry.name for entry in fields) if name in found]
    found = {name: found[name] for name in (*order, *found)}
    return Match(found, asked, unread, tuple(found.get(name, "") for name in LINE_FIELDS))


def _words(entry: Field, *, own: bool) -> list[str]:
    words = [plain(word) for word in ((entry.name,) if own else entry.also)]
    return [form for word in words for form in (f"line{word}", word)] if entry.name in LINE_FIELDS else words


def _read_amount_as_total(found: dict[str, str], asked: frozenset[str]) -> None:
    """In a file without articles, "amount" is what the whole order cost."""
    articles = ("sku", "product", "category", "quantity", "unit_price")
    if "amount" in found and "amount" not in asked and "total" not in found and not any(a in found for a in articles):
        found["total"] = found.pop("amount")


def _asked(fields: Sequence[Field], columns: Sequence[str], wishes: Iterable[str]) -> dict[str, str]:
    names = {entry.name for entry in fields}
    found: dict[str, str] = {}
    for wish in wishes:
        theirs, equals, ours = (part.strip() for part in wish.rpartition("="))
        if not equals or not theirs or not ours:
            raise _bad_wish(wish, "it is not of the form theirs=ours", "Write it as --map 'Customer No=external_id'.")
        if theirs not in columns:
            raise _bad_wish(wish, f"the file has no column {theirs!r}", f"Its columns are: {', '.join(columns)}.")
        keeps = fields is MEMBER_FIELDS and ours.startswith(ATTRIBUTES) and ours != ATTRIBUTES
        if ours not in names and not keeps:
            more = f", and {ATTRIBUTES}anything" if fields is MEMBER_FIELDS else ""
            known = ", ".join(entry.name for entry in fields)
            raise _bad_wish(wish, f"there is no field {ours!r}", f"The fields are: {known}{more}.")
        if ours in found:
            raise _bad_wish(wish, f"{ours} is already read from {found[ours]!r}", "Name one column for each field.")
        found[ours] = theirs
    return found


def _bad_wish(wish: str, why: str, remedy: str) -> Refusal:
    return Refusal(
        "bad_mapping",
        "The column mapping cannot be used",
        detail=f"--map {wish!r} was given, but {why}.",
        remedy=remedy,
        field="map",
    )
