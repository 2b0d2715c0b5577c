"""Every write of the API: how it is called, and what is sent."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from regulars.domain.gift_cards.queries import cards_of_batch
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.adjust_points import adjust_points
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.propose_rulebook import propose_rulebook
from regulars.flows.publish_draft import schedule_draft, submit_draft
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK
from tests.interfaces.api.caller import WHOLE, Caller

READING = (
    "send_event", "send_events", "quote_redemption", "quote_transfer", "preview_merge", "preview_return",
    "preview_audience", "quote_event",
    "preview_rulebook", "validate_rulebook", "check_gift_card", "draw_gift_card_pin",
    "quote_payment",
)  # fmt: skip
"""Events have an id of their own; the others write nothing, and of a PIN no answer is kept."""


def _of_backtests(api: Caller) -> dict[str, tuple[str, str, object]]:
    waiting = api.post("/backtests", {"document": RULEBOOK}).body["id"]
    return {
        "create_backtest": ("POST", "/backtests", {"document": RULEBOOK, "label": "Again"}),
        "cancel_backtest": ("POST", f"/backtests/{waiting}/cancel", None),
    }


def _of_tunings(api: Caller) -> dict[str, tuple[str, str, object]]:
    api.shop.buy(api.shop.enrol(), "10.00")
    asked = {"levers": [{"lever": "earn_rate", "target": "base"}], "margin": "0.3"}
    waiting = api.post("/tunings", asked).body["id"]
    return {
        "create_tuning": ("POST", "/tunings", asked | {"label": "Again"}),
        "cancel_tuning": ("POST", f"/tunings/{waiting}/cancel", None),
    }


def _of_households(api: Caller) -> dict[str, tuple[str, str, object]]:
    ada, ben, cem = ({"external_id": f"C-{number}"} for number in (1, 2, 3))
    made = [api.post("/members", each).body["id"] for each in (ada, ben, cem)]
    home = f"/households/{api.post('/households', {'member': ben}).body['id']}"

    def invited() -> str:
        return str(api.post(f"{home}/invitations", {}).body["code"])

    return {
        "create_household": ("POST", "/households", {"member": ada}),
        "create_household_invitation": ("POST", f"{home}/invitations", {"role": "child"}),
        "withdraw_household_invitation": ("POST", f"/households/invitations/{invited()}/withdraw", None),
        "join_household": ("POST", "/households/join", {"member": cem, "code": invited()}),
        "change_household": ("PATCH", home, {"debit": "chosen"}),
        "set_household_member": ("PUT", f"{home}/members/{made[2]}", {"role": "child", "monthly_limit": 5}),
        "leave_household": ("POST", f"{home}/leave", {"member": cem}),
    }


def _of_adjustments(api: Caller) -> dict[str, tuple[str, str, object]]:
    (member,) = api.get("/members", external_id="C-1").body["items"]

    def waiting() -> str:
        found = adjust_points(
            api.shop.conn, programme_id=api.shop.programme.id, member_id=UUID(member["id"]), points=60,
            reason="goodwill", now=utc_now(), by="ada@example.org",
        )  # fmt: skip
        return f"/adjustments/{found.id}"

    def adjusted() -> str:
        body = {"member": {"external_id": "C-1"}, "points": 5, "reason": "goodwill"}
        return f"/adjustments/{api.post('/adjustments', body).body['id']}"

    return {
        "create_adjustment": (
            "POST",
            "/adjustments",
            {"member": {"external_id": "C-1"}, "points": 5, "reason": "goodwill"},
        ),
        "approve_adjustment": ("POST", f"{waiting()}/approve", None),
        "decline_adjustment": ("POST", f"{waiting()}/decline", {"reason": "no"}),
        "undo_adjustment": ("POST", f"{adjusted()}/undo", None),
        "reverse_adjustment": ("POST", f"{adjusted()}/reverse", None),
    }


def _of_audiences(api: Caller) -> dict[str, tuple[str, str, object]]:
    api.put("/audiences/friends", {"name": "Friends", "conditions": None})
    listed = {"named_by": "external_id", "values": ["C-1"]}
    imported = api.post("/audiences/friends/members/bulk", listed).body["run_id"]
    buyers = {"name": "Buyers", "conditions": {"field": "member.orders", "at_least": 1}}
    return {
        "save_audience": ("PUT", "/audiences/buyers", buyers),
        "fill_audience": ("POST", "/audiences/friends/members", {"members": [{"external_id": "C-1"}]}),
        "refresh_audience": ("POST", "/audiences/friends/refresh", None),
        "import_audience": ("POST", "/audiences/friends/members/bulk", {"named_by": "external_id", "values": ["C-1"]}),
        "undo_audience_import": ("POST", f"/audiences/friends/runs/{imported}/undo", None),
    }


def _of_objectives(api: Caller) -> dict[str, tuple[str, str, object]]:
    wish = {"name": "More", "measure": "new_members", "target": "500", "due": "2099-12-31"}
    made = api.post("/objectives", wish).body["id"]
    return {
        "set_objective": ("POST", "/objectives", wish),
        "close_objective": ("POST", f"/objectives/{made}/close", None),
    }


def _of_tiers(api: Caller, member: str, other: str) -> dict[str, tuple[str, str, object]]:
    place, invited = (f"/members/{each}/tiers/status/assignment" for each in (other, member))
    api.post(invited, {"tier": "black", "kind": "invited", "reason": "A friend of the house"})
    return {
        "accept_tier_invitation": ("POST", f"{invited}/accept", None),
        "assign_tier": ("POST", place, {"tier": "gold", "reason": "A hard year", "until": "2099-12-31"}),
        "end_tier_assignment": ("POST", f"{place}/end", {"reason": "A mistake"}),
    }


def _of_rulebooks(api: Caller) -> dict[str, tuple[str, str, object]]:
    """Each proposal is of another person, and based on the version that is the latest when it is approved."""
    shop = api.shop
    at_once = copy.deepcopy(shelf(shop.conn, programme_id=shop.programme.id).latest.rulebook.document())
    at_once["point_types"][0] |= {
        "expiry": {"policy": "after", "period": "0 days"},
        "on_expiry_change": "restart_clock",
    }
    waits = [
        propose_rulebook(
            shop.conn, Rulebook.model_validate(at_once), of=shop.programme, effective_from=utc_now(), note="",
            by="ada@example.org", now=utc_now(),
        ).proposal
        for _ in range(2)
    ]  # fmt: skip
    approved, declined = (f"/rulebook/proposals/{each.id}" for each in waits if each is not None)
    return {
        "approve_rulebook": ("POST", f"{approved}/approve", None),
        "decline_rulebook": ("POST", f"{declined}/decline", None),
        "publish_rulebook": ("POST", "/rulebook/proposals", {"document": at_once, "note": "again"}),
    }


def _of_drafts(api: Caller) -> dict[str, tuple[str, str, object]]:
    """Each step is of a draft of its own, that another person wrote."""
    shop = api.shop
    ada: dict[str, Any] = {"of": shop.programme, "by": "ada@example.org", "now": utc_now()}
    latest = shelf(shop.conn, programme_id=shop.programme.id).latest
    document = latest.rulebook.document()

    document["campaigns"] = [{"id": "opening", "name": "Opening"}]

    def made(name: str) -> Draft:
        return open_draft(shop.conn, name=name, text=written(document | {"name": name}), **ada)

    def place(found: Draft) -> str:
        return f"/rulebook/drafts/{found.id}"

    waiting = [submit_draft(shop.conn, made(name).id, **ada) for name in ("One", "Two", "Three")]
    scheduled = schedule_draft(shop.conn, made("Four").id, at=utc_now() + timedelta(days=99), **ada)
    text = written(document | {"name": "Another"})
    at = (utc_now() + timedelta(days=98)).isoformat()
    return {
        # First of all back to the version that the drafts change.
        "roll_back_rulebook": ("POST", f"/rulebook/versions/{latest.version}/roll-back", {"note": "Back"}),
        "open_rulebook_draft": ("POST", "/rulebook/drafts", {"name": "New", "text": text}),
        "save_rulebook_draft": ("PUT", place(made("Five")), {"text": text, "revision": 1}),
        **_of_draft_parts([place(made(name)) for name in ("One rule", "No rule", "One campaign", "No campaign")]),
        "renew_rulebook_draft": ("POST", f"{place(made('Six'))}/renew", None),
        "discard_rulebook_draft": ("POST", f"{place(made('Seven'))}/discard", None),
        "submit_rulebook_draft": ("POST", f"{place(made('Eight'))}/submit", {"note": "Look"}),
        "withdraw_rulebook_draft": ("POST", f"{place(waiting[0])}/withdraw", None),
        "approve_rulebook_draft": ("POST", f"{place(waiting[1])}/approve", None),
        "decline_rulebook_draft": ("POST", f"{place(waiting[2])}/decline", {"note": "No"}),
        "schedule_rulebook_draft": ("POST", f"{place(made('Nine'))}/schedule", {"at": at}),
        "unschedule_rulebook_draft": ("POST", f"{place(scheduled)}/unschedule", None),
        "import_rulebook": ("POST", "/rulebook/imports", {"name": "File", "text": text}),
        "pause_rulebook": ("POST", "/rulebook/pause", {"everything": True, "reason": "Stop"}),
        "resume_rulebook": ("POST", "/rulebook/resume", {"everything": True, "reason": "Go on"}),
        "publish_rulebook_draft": ("POST", f"{place(made('Ten'))}/publish", {"note": ""}),
    }


def _of_draft_parts(places: list[str]) -> dict[str, tuple[str, str, object]]:
    rule = {"name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 5}}
    with_rule, without_rule, with_campaign, without_campaign = places
    return {
        "put_rulebook_draft_rule": ("PUT", f"{with_rule}/rules/hello", {"rule": rule, "revision": 1}),
        "delete_rulebook_draft_rule": ("DELETE", f"{without_rule}/rules/coffee?revision=1", None),
        "put_rulebook_draft_campaign": (
            "PUT", f"{with_campaign}/campaigns/spring", {"campaign": {"name": "Spring"}, "revision": 1},
        ),
        "delete_rulebook_draft_campaign": ("DELETE", f"{without_campaign}/campaigns/opening?revision=1", None),
    }  # fmt: skip


def _of_person(member: str) -> dict[str, tuple[str, str, object]]:
    return {
        "change_member": ("PATCH", f"/members/{member}", {"language": "tr"}),
        "give_badge": ("PUT", f"/members/{member}/badges/star", {"reason": "Helped"}),
        "take_badge": ("POST", f"/members/{member}/badges/star/take", {"reason": "By mistake"}),
        "set_consent": ("PUT", f"/members/{member}/consents/news", {"given": True}),
        "block_member": ("POST", f"/members/{member}/block", {"reason": "A lost card"}),
        "unblock_member": ("POST", f"/members/{member}/unblock", None),
    }


def _of_holds(api: Caller, member: str) -> dict[str, tuple[str, str, object]]:
    address = f"/members/{member}/holds"

    def held() -> str:
        return f"{address}/{api.post(address, {'points': 5}).body['id']}"

    settled = held()
    api.post(f"{settled}/settle")
    return {
        "create_hold": ("POST", address, {"points": 5}),
        "settle_hold": ("POST", f"{held()}/settle", {"points": 2}),
        "release_hold": ("POST", f"{held()}/release", None),
        "give_back_hold": ("POST", f"{settled}/give-back", {"reason": "By mistake"}),
    }


def _of_redemptions(api: Caller) -> dict[str, tuple[str, str, object]]:
    wish = {"member": {"external_id": "C-1"}, "reward": "five-off"}

    def granted(**fields: object) -> str:
        return str(api.post("/redemptions", wish | fields).body["id"])

    items: dict[str, object] = {"items": [{"name": "Beans"}], "quantity": 3, "collected": "counter"}
    api.post("/rewards", WHOLE | {"code": "beans", "type": "free_item", "price": 10, "parameters": items})
    return {
        "create_redemption": ("POST", "/redemptions", wish),
        "confirm_redemption": ("POST", f"/redemptions/{granted(hold=True)}/confirm", None),
        "release_redemption": ("POST", f"/redemptions/{granted(hold=True)}/release", None),
        "reverse_redemption": ("POST", f"/redemptions/{granted()}/reverse", {"reason": "returned"}),
        "hand_over_redemption": ("POST", f"/redemptions/{granted(reward='beans')}/hand-over", {"count": 1}),
        "use_redemption": ("POST", f"/redemptions/{granted()}/use", None),
    }


def _of_stored_value(api: Caller, member: str) -> dict[str, tuple[str, str, object]]:
    place = f"/members/{member}/stored-value"
    loaded = api.post(f"{place}/loads", {"amount": "20.00", "reference": "P-0"}).body["id"]
    return {
        "load_stored_value": ("POST", f"{place}/loads", {"amount": "20.00", "reference": "P-1"}),
        "spend_stored_value": ("POST", f"{place}/spendings", {"amount": "5.00", "reference": "R-1"}),
        "refund_stored_value": (
            "POST",
            f"{place}/refunds",
            {"movement": loaded, "to": "source", "amount": "1.00", "reference": "B-1"},
        ),
        "freeze_stored_value": ("POST", f"{place}/freeze", {"reason": "Lost"}),
        "unfreeze_stored_value": ("POST", f"{place}/unfreeze", {"reason": "Found"}),
    }


def _payment(number: str, member: str) -> dict[str, object]:
    order = {"number": number, "currency": "EUR", "total": "7.00"}
    return {"id": f"e-{number}", "source": "till", "member": {"id": member}, "order": order}


def _of_gift_cards(api: Caller, member: str) -> dict[str, tuple[str, str, object]]:
    def sold(number: int) -> str:
        made = api.post("/gift-cards", {"amount": "20.00", "reference": f"G-{number}"})
        return f"/gift-cards/{made.body['id']}"

    place = sold(0)
    api.post("/payments", _payment("PAY-0", member))
    paid = api.post(f"{place}/spendings", {"amount": "5.00", "reference": "GR-0"}).body["id"]
    batch = UUID(api.post("/gift-cards/batches", {"cards": 1, "amount": "9.00"}).body["id"])
    (printed,) = cards_of_batch(api.shop.conn, batch_id=batch)
    return {
        "create_gift_card": ("POST", "/gift-cards", {"amount": "20.00", "reference": "G-9"}),
        "create_gift_card_batch": ("POST", "/gift-cards/batches", {"cards": 2, "amount": "9.00"}),
        "activate_gift_card": ("POST", f"/gift-cards/{printed.id}/activate", {"reference": "G-8"}),
        "spend_gift_card": ("POST", f"{place}/spendings", {"amount": "5.00", "reference": "GR-1"}),
        "refund_gift_card": ("POST", f"{place}/refunds", {"movement": paid, "to": "card", "reference": "GB-1"}),
        "freeze_gift_card": ("POST", f"{place}/freeze", {"reason": "Lost"}),
        "unfreeze_gift_card": ("POST", f"{place}/unfreeze", {"reason": "Found"}),
        "move_gift_card": ("POST", f"{sold(1)}/move", {"member": {"id": member}}),
        "replace_gift_card": ("POST", f"{sold(2)}/replace", None),
        "create_payment": ("POST", "/payments", _payment("PAY-1", member)),
        "refund_payment": (
            "POST",
            "/payments/refunds",
            {"order_number": "PAY-0", "amount": "1.00", "reference": "PB-1"},
        ),
        "void_gift_card": ("POST", f"{sold(3)}/void", {"reference": "GV-1"}),
    }


def _of_money(api: Caller, member: str) -> dict[str, tuple[str, str, object]]:
    return {**_of_stored_value(api, member), **_of_gift_cards(api, member)}


def writes(api: Caller) -> dict[str, tuple[str, str, object]]:
    """For every write of the document but events: how and what to send."""
    changed = shelf(api.shop.conn, programme_id=api.shop.programme.id).latest.rulebook.document()
    changed["ladders"][0]["window"] = "6 months"
    api.shop.publish(changed, effective_from=utc_now())
    other = api.post("/members", {"external_id": "C-2"}).body["id"]
    (found,) = api.get("/members", external_id="C-1").body["items"]
    member = found["id"]
    transfer = {"sender": {"external_id": "C-1"}, "receiver": {"external_id": "C-2"}, "points": 5}
    api.post("/members", {"external_id": "C-2"})
    sent = api.post("/transfers", transfer).body["id"]
    others = {
        **_of_person(other),
        **_of_households(api),
        **_of_audiences(api),
        **_of_objectives(api),
        "create_member": ("POST", "/members", {"external_id": "C-7", "name": "Zed"}),
        "create_members": ("POST", "/members/bulk", {"members": [{"external_id": "C-8"}, {"name": "nobody"}]}),
        **_of_redemptions(api),
        **_of_holds(api, member),
        **_of_money(api, member),
        "create_reward": ("POST", "/rewards", WHOLE | {"code": "new"}),
        "replace_reward": ("PUT", "/rewards/five-off", WHOLE),
        **_of_merges(api),
        **_of_rulebooks(api),
        **_of_backtests(api),
        **_of_tunings(api),
        **_of_drafts(api),
        "create_transfer": ("POST", "/transfers", transfer),
        "cancel_transfer": ("POST", f"/transfers/{sent}/cancel", None),
        "create_expiry_extension": (
            "POST",
            "/expiry-extensions",
            {"member": {"external_id": "C-1"}, "period": "1 month", "reason": "goodwill"},
        ),
        **_of_tiers(api, member, other),
        "move_clock": ("POST", "/clock", {"period": "2 days"}),
    }
    # Of the ten seconds in which an adjustment can be undone, the least possible goes by.
    # A new version comes last: drafts are of the one before.
    undo = ("POST", "/ladders/status/undo", {"note": "A typing error"})
    return {**_of_adjustments(api), **others, "undo_ladder_change": undo}


def _of_merges(api: Caller) -> dict[str, tuple[str, str, object]]:
    kept, first, second = (api.post("/members", {"external_id": f"twin-{n}"}).body["id"] for n in range(3))
    done = api.post(f"/members/{kept}/merges", {"duplicate": {"id": first}}).body["id"]
    api.post("/duplicates/distinctions", {"member": {"id": kept}, "other": {"external_id": "C-1"}})
    told = api.get("/duplicates/distinctions").body["items"][0]["id"]
    apart = {"member": {"id": kept}, "other": {"id": second}}
    return {
        "create_distinction": ("POST", "/duplicates/distinctions", apart),
        "undo_distinction": ("POST", f"/duplicates/distinctions/{told}/undo", None),
        "undo_merge": ("POST", f"/members/{kept}/merges/{done}/undo", None),
        "create_merge": ("POST", f"/members/{kept}/merges", {"duplicate": {"id": second}}),
    }
