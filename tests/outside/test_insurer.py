"""The insurer: orders it takes on, premiums, claims, files."""

from datetime import datetime, timedelta, timezone
from typing import Any

from tests.outside.conftest import Outside, Reply

CHINA = timezone(timedelta(hours=8))


def insure(outside: Outside, ref: str = "P-1", **changed: Any) -> Reply:
    body = {
        "ref": ref,
        "policy_ref": "11",
        "subject": "11",
        "amount_minor": 60,
        "sum_minor": 2_500,
        "currency": "CNY",
    }
    return outside.ask("POST", "/insurer/policies", {**body, **changed})


def do(outside: Outside, kind: str, ref: str, amount_minor: int, **changed: Any) -> Reply:
    body = {"ref": ref, "policy_ref": "11", "amount_minor": amount_minor, "currency": "CNY"}
    return outside.ask("POST", f"/insurer/{kind}", {**body, **changed})


def claim(outside: Outside, ref: str = "C-1", waybill: str = "SF1000", **changed: Any) -> Reply:
    body = {
        "ref": ref,
        "policy_ref": "11",
        "carrier_code": "SF",
        "waybill": waybill,
        "weight_g": 2_001,
        "most_minor": 2_500,
        "currency": "CNY",
    }
    return outside.ask("POST", "/insurer/claims", {**body, **changed})


def test_an_order_is_taken_on_once_and_its_premium_owed_once(outside: Outside) -> None:
    assert do(outside, "premiums", "R-1", 60).json["code"] == "not_found"
    taken = insure(outside)
    assert (taken.status, taken.json["amount_minor"], taken.json["policy"]["sum_minor"]) == (200, 60, 2_500)
    assert insure(outside).json == taken.json
    assert insure(outside, amount_minor=61).json["code"] == "other_body"
    assert insure(outside, "P-2").json["code"] == "policy_exists"
    assert insure(outside, "P-2", policy_ref="12", sum_minor=100_001).json["code"] == "not_insurable"
    assert do(outside, "premiums", "R-1", 61).json["code"] == "other_amount"
    assert do(outside, "premiums", "R-1", 60, currency="USD").json["code"] == "currency_differs"
    for _ in range(2):
        assert do(outside, "premiums", "R-1", 60).json["policy"]["premium_minor"] == 60
    assert do(outside, "premiums", "R-2", 60).json["code"] == "other_amount"


def test_a_claim_is_paid_by_weight_within_the_sum_and_a_waybill_once(outside: Outside) -> None:
    insure(outside)
    paid = claim(outside)
    assert (paid.json["amount_minor"], paid.json["policy"]["paid_minor"]) == (1_400, 1_400)
    assert claim(outside).json == paid.json
    assert claim(outside, "C-2").json["code"] == "waybill_used"
    assert claim(outside, "C-2", "SF1001", most_minor=100).json["amount_minor"] == 100
    assert claim(outside, "C-3", "SF1002", weight_g=0).json["amount_minor"] == 1_000
    assert claim(outside, "C-4", "SF1003").json["code"] == "not_covered"
    assert do(outside, "cancels", "E-1", 0).json["code"] == "claimed"


def test_a_policy_ends_with_its_premium_owed_back(outside: Outside) -> None:
    insure(outside)
    do(outside, "premiums", "R-1", 60)
    assert do(outside, "cancels", "E-1", 0).json["code"] == "other_amount"
    ended = do(outside, "cancels", "E-1", 60).json["policy"]
    assert (ended["premium_minor"], ended["is_ended"]) == (0, True)
    assert claim(outside).json["code"] == "ended"
    assert outside.ask("GET", "/insurer/policies/11").json == ended
    assert outside.ask("GET", "/insurer/deeds/E-1").json["kind"] == "cancels"
    assert outside.ask("GET", "/insurer/deeds/E-2").status == 404


def test_the_files_of_a_day_and_what_passes_between_the_banks(outside: Outside) -> None:
    insure(outside)
    do(outside, "premiums", "R-1", 60)
    claim(outside)
    insure(outside, "P-2", policy_ref="12")
    do(outside, "cancels", "E-1", 0, policy_ref="12")
    today = datetime.fromisoformat(outside.truth("insurer")[-1]["at"]).astimezone(CHINA).date()
    lines = outside.ask("GET", f"/insurer/files/deeds?on={today}").lines
    # Of one millisecond the file keeps no order.
    assert sorted((line["kind"], line["amount_minor"]) for line in lines) == [
        ("claims", 1_400),
        ("premiums", 60),
    ]
    tomorrow = today + timedelta(days=1)
    *settled, total = outside.ask("GET", f"/insurer/files/settlement?on={tomorrow}").lines
    assert [line["net_minor"] for line in settled] == [-60, 1_400]
    assert (total["kind"], total["net_minor"]) == ("total", 1_340)
    (line,) = outside.ask("GET", f"/bank/statements?on={tomorrow}").lines
    assert (line["direction"], line["ref"], line["amount_minor"]) == ("in", f"insurer:{tomorrow}", 1_340)


def test_faults_strike_the_insurer_as_they_strike_others(outside: Outside) -> None:
    outside.set_faults("insurer", error_500=1)
    assert insure(outside).status == 500
    outside.set_faults("insurer")
    assert insure(outside).status == 200
    assert [row["kind"] for row in outside.truth("insurer")] == ["insure"]
