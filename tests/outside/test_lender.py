"""The lender: limits, consent, loans of orders, days, files."""

from datetime import datetime, timedelta, timezone
from typing import Any

from tests.outside.conftest import Outside, Reply

DAY_S = 24 * 3600
CHINA = timezone(timedelta(hours=8))


def account(outside: Outside, limit_minor: int | None = 100_000) -> Any:
    body = {
        "buyer_ref": "701",
        "name": "成都杂货铺",
        "currency": "CNY",
        "notify_url": "/hooks/lender",
        "return_url": "http://127.0.0.1:1/pay-later",
    }
    shown = outside.ask("POST", "/lender/accounts", body).json
    if limit_minor is None:
        return shown
    return outside.ask("POST", "/lender/accounts/701/decide", {"limit_minor": limit_minor}).json


def authorise(outside: Outside, ref: str = "PA-1", amount_minor: int = 60_000, **changed: Any) -> Reply:
    body = {
        "merchant": "huozhan",
        "merchant_ref": ref,
        "buyer_ref": "701",
        "amount_minor": amount_minor,
        "currency": "CNY",
        "subject": "cups",
        "loans": [{"loan_ref": f"11-{ref}", "amount_minor": amount_minor}],
        "term_days": 30,
        "expires_at": "2099-01-01T00:00:00.000Z",
        "notify_url": "/hooks/lender",
        "return_url": "http://127.0.0.1:1/paid/1",
    }
    return outside.ask("POST", "/lender/authorisations", {**body, **changed})


def agreed(outside: Outside, ref: str = "PA-1", amount_minor: int = 60_000) -> None:
    assert authorise(outside, ref, amount_minor).status == 200
    assert outside.ask("POST", f"/lender/authorisations/{ref}/simulate-consent", {}).json["state"] == "paid"


def do(outside: Outside, kind: str, ref: str, amount_minor: int, loan: str = "11-PA-1") -> Reply:
    body = {"ref": ref, "loan_ref": loan, "amount_minor": amount_minor, "currency": "CNY"}
    return outside.ask("POST", f"/lender/{kind}", body)


def loan(outside: Outside) -> Any:
    return outside.ask("GET", "/lender/loans/11-PA-1").json


def test_a_buyer_applies_on_the_lenders_page(outside: Outside) -> None:
    applied = account(outside, None)
    assert (applied["state"], applied["limit_minor"]) == ("applied", 0)
    page = applied["apply_url"].partition("//")[2].partition("/")[2]
    assert "成都杂货铺".encode() in outside.plain("GET", f"/{page}").body
    assert outside.plain("POST", f"/{page}", b"deed=apply").status == 303
    told = outside.market.wait_for(1)[0]
    assert (told.type, told.data["state"]) == ("account.open", "open")
    assert told.data["limit_minor"] in (2_000_000, 5_000_000, 10_000_000)


def test_nothing_is_authorised_without_a_limit_that_covers_it(outside: Outside) -> None:
    account(outside, None)
    assert authorise(outside).json["code"] == "no_account"
    account(outside, 50_000)
    assert authorise(outside).status == 200
    refused = outside.ask("POST", "/lender/authorisations/PA-1/simulate-consent", {})
    assert (refused.status, refused.json["code"]) == (422, "over_limit")


def test_consent_makes_loans_once_and_an_order_is_lent_for_once(outside: Outside) -> None:
    account(outside)
    agreed(outside)
    told = outside.market.wait_for(2)[1]
    assert (told.type, told.data["paid_amount_minor"]) == ("authorisation.granted", 60_000)
    assert outside.ask("POST", "/lender/authorisations/PA-1/close", {}).json["code"] == "already_paid"
    again = [{"loan_ref": "11-PA-1", "amount_minor": 10_000}]
    assert authorise(outside, "PA-2", 10_000, loans=again).json["code"] == "loan_exists"
    assert outside.ask("GET", "/lender/accounts/701").json["used_minor"] == 60_000


def test_deeds_are_done_once_and_never_beyond_what_there_is(outside: Outside) -> None:
    account(outside)
    agreed(outside)
    assert do(outside, "voids", "V-1", 10_000).json["loan"]["voided_minor"] == 10_000
    assert do(outside, "voids", "V-1", 10_000).json["loan"]["voided_minor"] == 10_000
    assert do(outside, "voids", "V-1", 20_000).json["code"] == "other_body"
    assert do(outside, "captures", "C-1", 50_001).json["code"] == "exceeds_authorised"
    assert do(outside, "captures", "C-1", 50_000).json["loan"]["stage"] == "active"
    assert do(outside, "refunds", "R-1", 20_000).json["taken_minor"] == 20_000
    assert do(outside, "repayments", "P-1", 40_000).json["taken_minor"] == 30_000
    assert outside.ask("GET", "/lender/accounts/701").json["used_minor"] == 0
    kinds = [(row["kind"], row["amount_minor"]) for row in outside.truth("lender")]
    assert kinds == [
        ("authorise", 60_000), ("void", 10_000), ("capture", 50_000), ("refund", 20_000), ("repay", 30_000),
    ]  # fmt: skip


def test_days_come_and_the_lender_says_so(outside: Outside) -> None:
    account(outside)
    agreed(outside)
    do(outside, "captures", "C-1", 60_000)
    seen = [loan(outside)["stage"]]
    for told, days in ((4, 30), (5, 31), (6, 121)):
        outside.move_clock(days * DAY_S + 1)
        outside.market.wait_for(told)
        seen.append(loan(outside)["stage"])
    assert seen == ["active", "due", "overdue", "claimed"]


def test_what_is_repaid_in_time_never_falls_due(outside: Outside) -> None:
    account(outside)
    agreed(outside)
    do(outside, "captures", "C-1", 60_000)
    repaid = outside.ask("POST", "/lender/loans/11-PA-1/simulate-repay", {"amount_minor": 99_000}).json
    assert (repaid["repaid_minor"], repaid["stage"]) == (60_000, "active")
    outside.move_clock(40 * DAY_S)
    assert loan(outside)["stage"] == "active"


def test_the_files_of_a_day_and_what_passes_between_the_banks(outside: Outside) -> None:
    account(outside)
    agreed(outside)
    do(outside, "captures", "C-1", 50_000)
    do(outside, "refunds", "R-1", 8_000)
    do(outside, "repayments", "P-1", 2_000)
    today = datetime.fromisoformat(outside.truth("lender")[-1]["at"]).astimezone(CHINA).date()
    lines = outside.ask("GET", f"/lender/files/loans?on={today}").lines
    # Of one millisecond the file keeps no order.
    assert sorted((line["kind"], line["amount_minor"]) for line in lines) == [
        ("captures", 50_000), ("refunds", 8_000), ("repayments", 2_000),
    ]  # fmt: skip
    tomorrow = today + timedelta(days=1)
    *_, total = outside.ask("GET", f"/lender/files/settlement?on={tomorrow}").lines
    assert (total["kind"], total["net_minor"], total["fee_minor"]) == ("total", 40_000, 0)
    (settled,) = outside.ask("GET", f"/bank/statements?on={tomorrow}").lines
    assert (settled["direction"], settled["ref"], settled["amount_minor"]) == (
        "in",
        f"lender:{tomorrow}",
        40_000,
    )


def test_faults_strike_the_lender_as_they_strike_others(outside: Outside) -> None:
    account(outside)
    outside.set_faults("lender", error_500=1)
    assert authorise(outside).status == 500
    outside.set_faults("lender", wrong_amount=1, late_by_s=0)
    agreed(outside)
    told = [taken for taken in outside.market.wait_for(3) if taken.type == "authorisation.granted"]
    # Sent at one moment: which of them comes first is not promised.
    assert sorted(taken.data["paid_amount_minor"] for taken in told) == [60_000, 60_001]
    outside.set_faults("lender", forged_signature=1, duplicate_callback=1)
    do(outside, "captures", "C-1", 50_000)
    told = [taken for taken in outside.market.wait_for(7) if taken.type == "loan.changed"]
    assert sorted(taken.genuine for taken in told) == [False, True, True, True]
