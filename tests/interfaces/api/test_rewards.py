"""The catalogue is written by API: add, change, archive; what is refused leaves it as it was."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.domain.rewards.reward_type import reward_types
from regulars.interfaces.api.openapi import document
from regulars.interfaces.api.pages import chapters
from tests.interfaces.api.caller import WHOLE, Caller, everything

ANSWERED = {name: value for name, value in WHOLE.items() if name != "code"} | {
    "reward": "five-off",
    "gives": "5.00 EUR off an order of at least 20.00 EUR",
    "asks": [],
    "terms": {},
    "given": {},
}


def added(api: Caller, **fields: Any) -> dict[str, Any]:
    got = api.post("/rewards", WHOLE | fields)
    assert got.status == 201, got.raw
    return dict(got.body)


@pytest.mark.capability("D1")
def test_a_reward_is_added_and_redeemed(api: Caller) -> None:
    got = api.post("/rewards", WHOLE)

    assert got.status == 201
    number = got.body["id"]
    assert got.body == ANSWERED | {"id": number}
    assert api.get(f"/rewards/{number}").body == got.body
    assert api.get("/rewards/five-off").body == got.body
    assert api.get("/rewards").body["items"] == [got.body]

    member = api.post("/members", {"external_id": "C-1"}).body["id"]
    api.post("/events", api.order("100.00"))
    redeemed = api.post("/redemptions", {"member": {"id": member}, "reward": "five-off"})
    assert (redeemed.status, redeemed.body["price"], redeemed.body["reward_name"]) == (201, 90, "Five off")
    assert api.get(f"/rewards/{number}").body["stock"] == 11


@pytest.mark.capability("D1")
def test_what_is_left_out_of_a_new_reward_has_no_limit(api: Caller) -> None:
    short = {name: WHOLE[name] for name in ("code", "type", "name", "price", "parameters")}

    got = api.post("/rewards", short)

    assert got.status == 201
    assert (got.body["point_type"], got.body["description"]) == ("points", "")
    assert (got.body["stock"], got.body["limit_per_member"], got.body["active"]) == (None, None, True)


@pytest.mark.capability("D1")
def test_a_reward_is_changed_as_a_whole(api: Caller) -> None:
    number = added(api)["id"]
    other = added(api, code="other")
    change = {"name": "Six off", "price": 120, "stock": None, "parameters": {"amount": "6.00"}}

    got = api.put(f"/rewards/{number}", WHOLE | change)

    expected = ANSWERED | change | {"id": number, "gives": "6.00 EUR off an order"}
    assert (got.status, got.body) == (200, expected)
    assert api.get(f"/rewards/{number}").body == expected
    assert api.get("/rewards/other").body == other
    assert api.put("/rewards/five-off", WHOLE).body == ANSWERED | {"id": number}


@pytest.mark.capability("D1")
def test_an_archived_reward_is_not_offered_and_comes_back(api: Caller) -> None:
    number = added(api)["id"]
    member = api.post("/members", {"external_id": "C-1"}).body["id"]
    api.post("/events", api.order("100.00"))
    wish = {"member": {"id": member}, "reward": "five-off"}

    assert api.put(f"/rewards/{number}", WHOLE | {"active": False}).body["active"] is False

    assert api.get("/rewards").body["items"] == []
    assert api.get(f"/members/{member}/rewards").body["items"] == []
    assert api.get(f"/rewards/{number}").body["active"] is False
    before = everything(api.shop)
    assert api.post("/redemptions", wish).code == "reward_not_offered"
    assert everything(api.shop) == before
    api.put(f"/rewards/{number}", WHOLE)
    assert api.post("/redemptions", wish).status == 201


@pytest.mark.capability("D1")
@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"code": "five-off"}, 409, "reward_code_in_use", "code"),
        ({"code": ""}, 422, "bad_value", "code"),
        ({"code": "123"}, 422, "bad_value", "code"),
        ({"code": "five off"}, 422, "bad_value", "code"),
        ({"code": "x" * 61}, 422, "text_too_long", "code"),
        ({"type": "moon_trip"}, 422, "unknown_reward_type", "type"),
        ({"name": ""}, 422, "bad_value", "name"),
        ({"name": "  "}, 422, "field_missing", "name"),
        ({"price": 0}, 422, "bad_value", "price"),
        ({"price": 10**30}, 422, "bad_value", "price"),
        ({"stock": -1}, 422, "bad_value", "stock"),
        ({"limit_per_member": 0}, 422, "bad_value", "limit_per_member"),
        ({"point_type": "stars"}, 422, "unknown_point_type", "point_type"),
        ({"parameters": {}}, 422, "bad_reward_parameters", "parameters"),
        ({"parameters": {"amount": "-1"}}, 422, "bad_reward_parameters", "parameters.amount"),
        ({"parameters": {"amount": "1", "colour": "red"}}, 422, "bad_reward_parameters", "parameters.colour"),
        ({"parameters": {"amount": "1", "valid_for": "soon"}}, 422, "bad_period", "parameters.valid_for"),
        ({"parameters": []}, 422, "bad_value", "parameters"),
        ({"colour": "red"}, 422, "unknown_field", "colour"),
    ],
)
def test_a_reward_that_is_refused(api: Caller, change: dict[str, Any], status: int, code: str, field: str) -> None:
    added(api)
    before = everything(api.shop)

    got = api.post("/rewards", WHOLE | {"code": "new"} | change)

    assert (got.status, got.code, got.body["field"]) == (status, code, field)
    assert everything(api.shop) == before


@pytest.mark.capability("D1")
@pytest.mark.parametrize(
    ("path", "change", "status", "code", "field"),
    [
        ("five-off", {"code": "six-off"}, 422, "reward_part_fixed", "code"),
        ("five-off", {"type": "moon_trip"}, 422, "reward_part_fixed", "type"),
        ("five-off", {"point_type": "stars"}, 422, "reward_part_fixed", "point_type"),
        ("five-off", {"parameters": {"percent": "101"}}, 422, "bad_reward_parameters", "parameters.percent"),
        ("five-off", {"price": -1}, 422, "bad_value", "price"),
        ("nothing", {}, 404, "reward_not_found", "reward"),
        ("0", {}, 404, "reward_not_found", "reward"),
        ("9" * 18, {}, 404, "reward_not_found", "reward"),
        ("9" * 60, {}, 404, "reward_not_found", "reward"),
        ("x" * 61, {}, 422, "text_too_long", "reward"),
    ],
)
def test_a_change_that_is_refused(
    api: Caller, path: str, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    added(api)
    before = everything(api.shop)

    got = api.put(f"/rewards/{path}", WHOLE | change)

    assert (got.status, got.code, got.body["field"]) == (status, code, field)
    assert everything(api.shop) == before


@pytest.mark.capability("D1")
@pytest.mark.parametrize("field", list(WHOLE))
def test_a_change_that_leaves_something_out_is_refused(api: Caller, field: str) -> None:
    """A limit that is forgotten would be no limit."""
    added(api)
    before = everything(api.shop)

    got = api.put("/rewards/five-off", {name: value for name, value in WHOLE.items() if name != field})

    assert (got.status, got.code, got.body["field"]) == (422, "field_missing", field)
    assert everything(api.shop) == before


@pytest.mark.capability("D1")
def test_a_key_that_reads_rewards_does_not_write_them(api: Caller) -> None:
    reader = Caller(api.shop, scopes=["rewards:read", "redemptions:write"])
    added(api)
    before = everything(api.shop)

    for got in (reader.post("/rewards", WHOLE | {"code": "new"}), reader.put("/rewards/five-off", WHOLE)):
        assert (got.status, got.code) == (403, "scope_missing")
        assert "rewards:write" in got.body["remedy"]
    assert everything(api.shop) == before


@pytest.mark.capability("D1")
def test_the_document_has_an_alternative_for_every_type() -> None:
    schemas = document()["components"]["schemas"]
    for body in ("RewardIn", "RewardReplacement"):
        mapping = schemas[body]["discriminator"]["mapping"]
        assert sorted(mapping) == sorted(reward_types())
        assert schemas[body]["oneOf"] == [{"$ref": reference} for reference in mapping.values()]
        for name, reference in mapping.items():
            alternative = schemas[reference.rpartition("/")[2]]
            model = reward_types()[name].Parameters
            assert alternative["properties"]["type"]["const"] == name
            assert alternative["properties"]["parameters"]["$ref"] == f"#/components/schemas/{model.__name__}"
            assert set(schemas[model.__name__]["properties"]) == set(model.model_fields)
    (endpoint,) = [each for chapter in chapters() for each in chapter.endpoints if each.anchor == "replace_reward"]
    assert endpoint.body is not None
    assert {field.name for field in endpoint.body.fields if field.required} == set(WHOLE)
    (parameters,) = [field for field in endpoint.body.fields if field.name == "parameters"]
    for kind in reward_types().values():
        assert kind.Parameters.__name__ in parameters.kind
        assert all(f"<code>{name}</code>" in parameters.words for name in kind.Parameters.model_fields)


@pytest.mark.capability("D1", "D3")
def test_an_item_is_chosen_and_handed_over_a_part_at_a_time(api: Caller) -> None:
    items = [{"name": "Beans"}, {"name": "Tea"}]
    given = {"items": items, "quantity": 2, "collected": "counter"}
    shown = added(api, code="beans", type="free_item", price=10, parameters=given)
    assert shown["asks"] == [{"name": "item", "title": "Which one?", "options": ["Beans", "Tea"]}]
    api.post("/members", {"external_id": "C-1"})
    api.post("/events", api.order("50.00"))
    wish = {"member": {"external_id": "C-1"}, "reward": "beans"}
    before = everything(api.shop)
    assert api.post("/redemptions", wish).code == "choice_missing"
    assert api.post("/redemptions", wish | {"choices": {"cup": "large"}}).code == "choice_unknown"
    assert everything(api.shop) == before

    done = api.post("/redemptions", wish | {"choices": {"item": "Tea"}}).body

    (gift,) = done["gave"]
    assert (gift["what"], gift["due"], gift["fulfilled"], done["voucher"]) == ("2 times Tea", "hand_over", 0, None)
    place = f"/redemptions/{done['id']}"
    assert api.post(f"{place}/use").code == "nothing_to_use"
    half = api.post(f"{place}/hand-over", {"count": 1}).body
    assert (half["state"], half["gave"][0]["fulfilled"]) == ("granted", 1)
    assert api.post(f"{place}/reverse").code == "already_handed_over"
    assert api.post(f"{place}/hand-over", {"count": 2}).code == "bad_count"
    assert api.post(f"{place}/hand-over", {"part": 2}).code == "nothing_to_hand_over"
    whole = api.post(f"{place}/hand-over").body
    assert (whole["state"], whole["gave"][0]["state"]) == ("fulfilled", "fulfilled")


@pytest.mark.capability("D3")
def test_what_waits_for_staff_is_listed_page_by_page(api: Caller) -> None:
    for code, collected in (("beans", "counter"), ("mug", "sent")):
        given = {"items": [{"name": code}], "collected": collected}
        added(api, code=code, type="free_item", price=10, parameters=given)
    donation = {"amount": "2.00", "charities": ["Shelter"]}
    added(api, code="shelter", type="charity_donation", price=10, parameters=donation)
    api.post("/members", {"external_id": "C-1"})
    api.post("/events", api.order("90.00"))
    done = [
        api.post("/redemptions", {"member": {"external_id": "C-1"}, "reward": code}).body["id"]
        for code in ("beans", "mug", "beans", "shelter")
    ]

    first = api.get("/handovers", limit=2).body
    rest = api.get("/handovers", limit=2, cursor=first["next"]).body
    assert [each["redemption_id"] for each in (*first["items"], *rest["items"])] == done[:3]
    assert rest["next"] is None
    (sent,) = api.get("/handovers", is_sent=True).body["items"]
    assert (sent["what"], sent["is_sent"]) == ("mug", True)
    assert api.get("/handovers", cursor="nonsense").code == "bad_cursor"
    assert api.get("/donations").body["items"] == [
        {"charity": "Shelter", "times": 1, "amount": "2.00", "currency": "EUR"}
    ]
    api.post(f"/redemptions/{done[3]}/reverse")
    assert api.get("/donations").body["items"] == []


@pytest.mark.capability("D3")
def test_terms_are_stated_kept_and_counted(api: Caller) -> None:
    terms = {"limit_total": 1, "stores": {"Main Street": 4}, "when": {"field": "member.orders", "at_least": 1}}
    made = added(api, price=10, terms=terms)
    assert made["terms"] == terms
    # Who says nothing of them leaves them as they are.
    assert api.put("/rewards/five-off", WHOLE | {"price": 10}).body["terms"] == terms
    ada, ben = {"external_id": "C-1"}, {"external_id": "C-2"}
    for member in (ada, ben):
        api.post("/members", member)
    api.post("/events", api.order("50.00"))
    before = everything(api.shop)
    assert api.post("/redemptions", {"member": ben, "reward": "five-off"}).code == "reward_not_for_member"
    assert api.post("/redemptions", {"member": ada, "reward": "five-off"}).code == "store_missing"
    assert everything(api.shop) == before
    wish = {"member": ada, "reward": "five-off", "store": "Main Street"}
    assert api.post("/redemptions", wish).status == 201
    assert api.get("/rewards/five-off").body["given"] == {"store Main Street": 1, "total": 1}
    assert api.post("/redemptions", wish).code == "out_of_stock"
    less = WHOLE | {"price": 10, "terms": {"stores": {"Main Street": 0}}}
    assert api.put("/rewards/five-off", less).code == "less_than_given"
    api.put("/rewards/five-off", WHOLE | {"price": 10, "terms": {"limit_per_day": 1}})
    assert api.post("/redemptions", wish).status == 201
    assert api.post("/redemptions", wish).code == "sold_out_today"
    assert api.put("/rewards/five-off", WHOLE | {"price": 10, "terms": {"is_draft": True}}).status == 200
    assert api.get("/rewards").body["items"] == []
