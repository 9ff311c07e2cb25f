"""Parcels on their way."""

from datetime import datetime, timedelta

from huozhan_outside.journey import journey
from tests.outside.conftest import Outside, until

WAYBILL = "7312345678"


def test_a_parcel_moves_by_the_clock_until_it_is_signed_for(outside: Outside) -> None:
    assert outside.parcel(WAYBILL).json == {"carrier_code": "ZTO", "waybill": WAYBILL, "state": "0"}
    hours = 0
    while len(outside.market.taken) < 8:
        hours += 3600 * 10
        outside.move_clock(hours)
        outside.ask("GET", f"/carrier/trace/ZTO/{WAYBILL}")
    callbacks = outside.market.wait_for(8)
    assert all(callback.genuine and callback.type == "parcel.scanned" for callback in callbacks)
    trace = outside.ask("GET", f"/carrier/trace/ZTO/{WAYBILL}").json
    assert trace["state"] == "301"
    assert [scan["state"] for scan in trace["scans"]] == [
        "1",
        "206",
        "204",
        "204",
        "201",
        "205",
        "202",
        "301",
    ]
    assert sorted((callback.data for callback in callbacks), key=lambda scan: scan["at"]) == trace["scans"]
    assert trace["scans"][0]["place_zh"] == "金华营业部"
    assert trace["scans"][3]["place_en"] == "Guangdong hub"
    assert trace["scans"][4]["place_zh"] == "广州"
    assert [row["kind"] for row in outside.truth("carrier")] == ["scan"] * 8


def test_a_journey_is_the_same_for_the_same_seed_and_waybill() -> None:
    legs = journey(1, "ZTO/1", "330782", "440106")
    assert legs == journey(1, "ZTO/1", "330782", "440106")
    assert legs != journey(2, "ZTO/1", "330782", "440106")
    assert [leg.state for leg in journey(1, "ZTO/1", "330782", "330106")].count("204") == 1
    # At three seconds an hour a demo parcel is signed for after about three minutes.
    assert 44 * 60 <= sum(leg.minutes for leg in legs) <= 66 * 60


def test_a_parcel_is_moved_by_hand_with_the_stations_it_skips(outside: Outside) -> None:
    outside.parcel(WAYBILL)
    moved = outside.advance(WAYBILL, "arrived_city").json
    assert [scan["state"] for scan in moved["scans"]] == ["1", "206", "204", "204", "201"]
    assert outside.advance(WAYBILL, "picked_up").json["code"] == "journey_ended"
    assert outside.advance(WAYBILL, "301").json["state"] == "301"
    ended = outside.advance(WAYBILL, "signed")
    assert (ended.status, ended.json["code"]) == (409, "journey_ended")
    assert outside.advance(WAYBILL, "somewhere").json["code"] == "unknown_state"
    states = sorted(callback.data["state"] for callback in outside.market.wait_for(8))
    assert states == sorted(["1", "206", "204", "204", "201", "205", "202", "301"])


def test_a_parcel_in_trouble_stands_still_until_it_is_moved(outside: Outside) -> None:
    outside.parcel(WAYBILL)
    outside.advance(WAYBILL, "out_for_delivery")
    assert outside.advance(WAYBILL, "unreachable").json["scans"][-1]["note"] == "派送中无法联系到收件人"
    # Another parcel, due earlier than the first one's next station, shows that the clock has been noticed.
    assert outside.parcel("7399999999").status == 200
    outside.move_clock(3600 * 500)
    until(lambda: "7399999999" in [callback.data["waybill"] for callback in outside.market.taken])
    assert outside.ask("GET", f"/carrier/trace/ZTO/{WAYBILL}").json["state"] == "416"
    assert outside.advance(WAYBILL, "signed_after_problem").json["state"] == "302"
    assert outside.advance(WAYBILL, "signed").status == 409


def test_the_same_parcel_twice_is_one_parcel(outside: Outside) -> None:
    assert outside.parcel(WAYBILL).json == outside.parcel(WAYBILL).json
    assert outside.parcel(WAYBILL, to_division="310101").json["code"] == "other_body"
    assert outside.ask("GET", "/carrier/trace/ZTO/7300000000").status == 404


def test_one_carrier_wants_the_receivers_last_digits(outside: Outside) -> None:
    assert outside.parcel("SF1234567890", carrier_code="SF").json["code"] == "phone_tail_missing"
    assert outside.parcel("SF1234567890", carrier_code="SF", receiver_phone_tail="0099").status == 200


def test_a_journey_goes_on_after_a_kill(outside: Outside) -> None:
    outside.parcel(WAYBILL)
    outside.advance(WAYBILL, "departed")
    outside.market.wait_for(2)
    outside.kill()
    outside.start()
    outside.move_clock(3600 * 12)
    until(lambda: "204" in [callback.data["state"] for callback in outside.market.taken])
    assert {callback.data["state"] for callback in outside.market.taken} == {"1", "206", "204"}


def ask_waybill(ref: str = "7-8", **more: object) -> dict[str, object]:
    """A waybill that the market asks for."""
    person = {"name": "王小明", "phone": "13800001111", "division": "440106", "address": "天河路 1 号"}
    return {
        "ref": ref, "carrier_code": "SF", "number": "HZ1", "weight_g": 2_500, "currency": "CNY",
        "price": {"first_g": 1_000, "first_minor": 800, "next_g": 1_000, "next_minor": 200},
        "sender": person, "receiver": person, "notify_url": "/hooks/waybills",
    } | more  # fmt: skip


def test_a_waybill_is_given_once_for_each_reference_and_taken_back_before_the_pick_up(
    outside: Outside,
) -> None:
    given = outside.ask("POST", "/carrier/waybills", ask_waybill()).json
    assert (given["state"], given["version"], given["weight_g"]) == ("given", 1, None)
    assert outside.ask("POST", "/carrier/waybills", ask_waybill()).json == given
    other = outside.ask("POST", "/carrier/waybills", ask_waybill(weight_g=9))
    assert (other.status, other.json["code"]) == (409, "other_body")
    nobody = outside.ask("POST", "/carrier/waybills", ask_waybill("7-9", carrier_code="XX"))
    assert (nobody.status, nobody.json["code"]) == (422, "unknown_carrier")
    assert outside.ask("GET", "/carrier/waybills/9-9").status == 404

    taken_back = outside.ask("POST", "/carrier/waybills/7-8/cancel", {}).json
    assert (taken_back["state"], taken_back["version"]) == ("cancelled", 2)
    assert outside.ask("POST", "/carrier/waybills/7-8/cancel", {}).json == taken_back


def test_the_first_scan_weighs_a_parcel_and_the_day_bills_it(outside: Outside) -> None:
    given = outside.ask("POST", "/carrier/waybills", ask_waybill()).json
    outside.parcel(given["waybill"], carrier_code="SF", receiver_phone_tail="1111")
    outside.ask(
        "POST", "/carrier/advance", {"carrier_code": "SF", "waybill": given["waybill"], "state": "picked_up"}
    )
    weighed = outside.ask("GET", "/carrier/waybills/7-8").json
    assert weighed["state"] == "picked_up"
    assert 2_500 <= weighed["weight_g"] <= 3_500
    told = next(one for one in outside.market.wait_for(2) if one.type == "waybill.picked_up")
    assert (told.genuine, told.data) == (True, weighed)
    assert outside.ask("POST", "/carrier/waybills/7-8/cancel", {}).json == weighed

    day = weighed["picked_up_at"]
    on = (datetime.fromisoformat(day) + timedelta(hours=8)).date()
    early = outside.ask("GET", f"/carrier/files/bill?on={on}")
    assert (early.status, early.json["code"]) == (409, "day_open")
    outside.move_clock(24 * 3_600)
    until(lambda: outside.ask("GET", f"/carrier/files/bill?on={on}").status == 200)
    (line,) = outside.ask("GET", f"/carrier/files/bill?on={on}").lines
    fee = 800 + -(-(weighed["weight_g"] - 1_000) // 1_000) * 200
    assert (line["waybill"], line["weight_g"], line["amount_minor"]) == (
        given["waybill"], weighed["weight_g"], fee,
    )  # fmt: skip
    assert [row["kind"] for row in outside.truth("carrier")] == ["waybill", "freight", "scan"]
