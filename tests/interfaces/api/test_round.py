"""The whole round by API: enrol, buy, see points and why, reach a tier, redeem, use, reverse."""

from __future__ import annotations

from uuid import UUID

from tests.interfaces.api.caller import Caller


def enrolled(api: Caller, external_id: str = "C-1", **fields: object) -> str:
    got = api.post("/members", {"external_id": external_id} | fields)
    assert got.status == 201, got.raw
    return str(got.body["id"])


def test_the_whole_round(api: Caller) -> None:
    api.voucher(price=100)
    member = enrolled(api, name="Ada Lovelace", email="Ada@Example.com")

    bought = api.post("/events", api.order("250.75", member={"email": "ada@example.com"}), key="")
    assert bought.status == 201
    assert bought.body["member"] == member
    assert [(effect["type"], effect.get("points")) for effect in bought.body["effects"]] == [
        ("earn_points", 250),
        ("change_tier", None),
    ]

    (balance,) = api.get(f"/members/{member}/balances").body["balances"]
    assert (balance["point_type"], balance["name"]) == ("points", "Points")
    assert (balance["available"], balance["held"]) == (250, 0)
    assert balance["worth"] == {"amount": "2.50", "currency": "EUR"}
    assert [each["points"] for each in balance["expiring"]] == [250]

    (entry,) = api.get(f"/members/{member}/entries").body["items"]
    assert (entry["movement"], entry["points"], entry["balance_after"]) == ("earned", 250, 250)
    assert entry["reason"].startswith("1 point per euro, order ")
    assert entry["cause"] == {"kind": "event", "id": bought.body["event"]}

    why = api.get(f"/entries/{entry['id']}/why").body
    assert why["rulebook_version"] == 1
    assert [(rule["rule"], rule["fired"], rule["points"]) for rule in why["rules"]] == [
        ("base", True, 250),
        ("coffee", False, 0),
    ]
    assert why["rules"][0]["text"] == "250.75 EUR at 1 for every 1.00 EUR gives 250.75, rounded down to 250"

    (offer,) = api.get(f"/members/{member}/rewards").body["items"]
    assert (offer["can_redeem"], offer["missing"], offer["reward"]["gives"]) == (True, 0, "5.00 EUR off an order")
    wish = {"member": {"external_id": "C-1"}, "reward": "five-off"}
    assert api.post("/redemptions/quote", wish).body["can_redeem"] is True

    redeemed = api.post("/redemptions", wish)
    assert redeemed.status == 201
    assert (redeemed.body["state"], redeemed.body["price"], redeemed.body["point_type"]) == ("granted", 100, "points")
    code = redeemed.body["voucher"]["code"]
    assert api.shop.points(UUID(member)) == 150
    assert api.get("/redemptions", code=code).body == redeemed.body
    assert api.get(f"/members/{member}/redemptions").body["items"] == [redeemed.body]

    undone = api.post(f"/redemptions/{redeemed.body['id']}/reverse", {"reason": "Wrong size"})
    assert undone.status == 200
    assert (undone.body["state"], undone.body["voucher"]["state"]) == ("reversed", "void")
    assert api.shop.points(UUID(member)) == 250
    movements = [(each["movement"], each["points"]) for each in api.get(f"/members/{member}/entries").body["items"]]
    assert movements == [("reversed", 100), ("spent", -100), ("earned", 250)]


def test_where_a_member_stands_and_what_comes_next(api: Caller) -> None:
    member = enrolled(api)
    (first,) = api.get(f"/members/{member}/tiers").body["standings"]
    assert (first["tier"], first["next"]["missing"]["money"]["amount"]) == ("bronze", "200.00")
    api.post("/events", api.order("250.75"))

    (standing,) = api.get(f"/members/{member}/tiers").body["standings"]
    assert (standing["tier"], standing["tier_name"]) == ("silver", "Silver")
    assert standing["score"] == {"money": {"amount": "250.75", "currency": "EUR"}, "points": None}
    assert standing["next"]["tier"] == "gold"
    assert standing["next"]["missing"]["money"]["amount"] == "249.25"
    assert standing["needed_to_keep"]["money"]["amount"] == "200.00"
    assert standing["when_it_falls"]
    (step,) = api.get(f"/members/{member}/tiers").body["changes"]
    assert (step["from_tier"], step["to_tier"]) == ("bronze", "silver")


def test_held_points_are_confirmed_or_released(api: Caller) -> None:
    api.voucher(price=100)
    member = enrolled(api)
    api.post("/events", api.order("300.00"))
    wish = {"member": {"id": member}, "reward": "five-off", "hold": True}

    first = api.post("/redemptions", wish).body
    second = api.post("/redemptions", wish).body
    assert (first["state"], first["voucher"]) == ("held", None)
    (balance,) = api.get(f"/members/{member}/balances").body["balances"]
    assert (balance["available"], balance["held"]) == (100, 200)

    confirmed = api.post(f"/redemptions/{first['id']}/confirm")
    assert (confirmed.status, confirmed.body["state"]) == (200, "granted")
    released = api.post(f"/redemptions/{second['id']}/release")
    assert (released.status, released.body["state"]) == (200, "released")
    (balance,) = api.get(f"/members/{member}/balances").body["balances"]
    assert (balance["available"], balance["held"]) == (200, 0)

    used = api.post(f"/redemptions/{first['id']}/use")
    assert (used.status, used.body["state"], used.body["voucher"]["state"]) == (200, "fulfilled", "used")
    assert api.post(f"/redemptions/{first['id']}/reverse").code == "voucher_used"
    assert api.shop.points(UUID(member)) == 200


def test_points_are_given_and_taken_with_a_reason(api: Caller) -> None:
    member = enrolled(api)

    given = api.post(
        "/adjustments",
        {"member": {"external_id": "C-1"}, "points": 50, "reason": "goodwill", "message": "Sorry for the wait!"},
    )
    taken = api.post("/adjustments", {"member": {"id": member}, "points": -20, "reason": "correction"})

    assert (given.status, given.body["points"], given.body["available"]) == (201, 50, 50)
    assert (taken.status, taken.body["points"], taken.body["available"]) == (201, -20, 30)
    entries = api.get(f"/members/{member}/entries").body["items"]
    assert [(each["movement"], each["reason"]) for each in entries] == [
        ("taken", "Correction"),
        ("given", "Sorry for the wait!"),
    ]
    why = api.get(f"/entries/{given.body['entry_id']}/why").body
    assert (why["rulebook_version"], why["rules"]) == (None, [])


def test_a_member_is_found_by_everything_that_identifies_one(api: Caller) -> None:
    member = enrolled(api, name="Ada Lovelace", email="ada@example.com", phone="+905321234567")

    profile = api.get(f"/members/{member}").body
    assert profile["external_ids"] == ["C-1"]
    assert (profile["name"], profile["status"], profile["enrolled_via"]) == ("Ada Lovelace", "active", "api")
    for named in (
        {"external_id": "C-1"},
        {"email": "ADA@example.com"},
        {"phone": "+90 532 123 45 67"},
        {"card": profile["card_number"]},
        {"q": "lovelace ada"},
        {"external_id": "C-1", "email": "ada@example.com"},
    ):
        assert [each["id"] for each in api.get("/members", **named).body["items"]] == [member], named
    assert api.get("/members", email="bob@example.com").body == {"items": [], "next": None}


def test_the_same_external_id_gives_the_member_who_is_there(api: Caller) -> None:
    member = enrolled(api)

    again = api.post("/members", {"external_id": "C-1"})

    assert (again.status, again.body) == (200, {"id": member, "created": False})


def test_one_bad_member_of_a_bulk_harms_no_other(api: Caller) -> None:
    got = api.post(
        "/members/bulk",
        {
            "members": [
                {"external_id": "C-1"},
                {"external_id": "C-2", "nmae": "Bob"},
                {"name": "Nobody"},
                "C-3",
                {"external_id": "C-4", "email": "nonsense"},
                {"external_id": "C-1"},
                {"external_id": "C-5", "name": "<b>'; drop table members_member; --</b>"},
            ]
        },
    )

    assert got.status == 200
    results = got.body["results"]
    assert [each["status"] for each in results] == [201, 422, 422, 422, 422, 200, 201]
    assert [each["problem"] and (each["problem"]["code"], each["problem"].get("field")) for each in results] == [
        None,
        ("unknown_field", "nmae"),
        ("member_without_identity", "external_id"),
        ("bad_value", None),
        ("bad_email", "email"),
        None,
        None,
    ]
    assert api.get(f"/members/{results[6]['member']['id']}").body["name"] == "<b>'; drop table members_member; --</b>"
    assert len(api.get("/members").body["items"]) == 2


def test_one_bad_event_of_a_bulk_harms_no_other(api: Caller) -> None:
    enrolled(api)
    good, unknown = api.order("10.00"), api.order("10.00", member={"external_id": "C-9"})

    got = api.post("/events/bulk", {"events": [good, unknown, {"id": 5}, good | {"source": "till"}, good]})

    assert got.status == 200
    results = got.body["results"]
    assert [each["status"] for each in results] == [201, 404, 422, 201, 200]
    assert [each["problem"]["code"] for each in results[1:3]] == ["member_not_found", "bad_field"]
    assert results[4] == {"status": 200, "replayed": True, "answer": results[0]["answer"]}


def test_an_event_is_read_without_what_names_the_person(api: Caller) -> None:
    member = enrolled(api, email="ada@example.com")
    event = api.order("12.34", member={"email": "ada@example.com"})
    sent = api.post("/events", event).body["event"]

    got = api.get(f"/events/{sent}")

    assert got.status == 200
    assert b"ada@example.com" not in got.raw
    assert (got.body["member_id"], got.body["event"]) == (member, event["id"])
    assert got.body["amount"] == {"amount": "12.34", "currency": "EUR"}
    assert [rule["fired"] for rule in got.body["rules"]] == [True, False]
    listed = [each["id"] for each in api.get(f"/members/{member}/events").body["items"]]
    assert listed[0] == sent
    assert len(listed) == 2


def test_programme_and_rulebook_in_words(api: Caller) -> None:
    programme = api.get("/programme").body
    assert programme.pop("now")
    assert programme == {
        "code": api.shop.programme.code,
        "name": "Corner Shop",
        "organisation": api.shop.programme.organisation_name,
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "sandbox": False,
    }
    rulebook = api.get("/rulebook").body
    assert rulebook["version"] == 1
    earning = rulebook["words"][0]
    assert earning["title"] == "How you earn"
    assert earning["sentences"][0].startswith("1 point per euro: ")
    assert api.get("/rulebook/versions/1").body == rulebook
    versions = api.get("/rulebook/versions").body
    assert (versions["in_force"], [each["version"] for each in versions["items"]]) == (1, [1])
    assert api.get("/rulebook/versions/2").code == "rulebook_version_not_found"


def test_the_catalogue(api: Caller) -> None:
    api.voucher(code="big", price=500)
    api.voucher(code="small", price=50)
    api.voucher(code="gone", price=10, active=False)

    assert [each["reward"] for each in api.get("/rewards").body["items"]] == ["small", "big"]
    assert [each["reward"] for each in api.get("/rewards", active="false").body["items"]] == ["gone", "small", "big"]
    assert api.get("/rewards/big").body["price"] == 500
    assert api.get("/rewards/nothing").code == "reward_not_found"
    member = enrolled(api)
    offers = api.get(f"/members/{member}/rewards").body["items"]
    assert [(each["can_redeem"], each["missing"], each["problem"]["code"]) for each in offers] == [
        (False, 50, "not_enough_points"),
        (False, 500, "not_enough_points"),
    ]
