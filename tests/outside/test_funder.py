"""The funder: limits, advances, what is done to them, files."""

from datetime import datetime, timedelta, timezone
from typing import Any

from tests.outside.conftest import Outside, Reply

CHINA = timezone(timedelta(hours=8))


def account(outside: Outside, limit_minor: int | None = 100_000) -> Any:
    body = {
        "buyer_ref": "801",
        "name": "晨光百货",
        "currency": "CNY",
        "notify_url": "/hooks/funder",
        "return_url": "http://127.0.0.1:1/desk/fast-arrival",
    }
    shown = outside.ask("POST", "/funder/accounts", body).json
    if limit_minor is None:
        return shown
    return outside.ask("POST", "/funder/accounts/801/decide", {"limit_minor": limit_minor}).json


def advance(outside: Outside, ref: str = "A-1", amount_minor: int = 60_000, **changed: Any) -> Reply:
    body = {
        "ref": ref,
        "advance_ref": f"11-{ref}",
        "account_ref": "801",
        "subject": "11",
        "amount_minor": amount_minor,
        "fee_minor": 240,
        "currency": "CNY",
    }
    return outside.ask("POST", "/funder/advances", {**body, **changed})


def do(outside: Outside, kind: str, ref: str, amount_minor: int, fee_minor: int = 0) -> Reply:
    body = {
        "ref": ref,
        "advance_ref": "11-A-1",
        "amount_minor": amount_minor,
        "fee_minor": fee_minor,
        "currency": "CNY",
    }
    return outside.ask("POST", f"/funder/{kind}", body)


def used(outside: Outside) -> int:
    return int(outside.ask("GET", "/funder/accounts/801").json["used_minor"])


def test_a_supplier_applies_on_the_funders_page(outside: Outside) -> None:
    applied = account(outside, None)
    assert (applied["state"], applied["limit_minor"]) == ("applied", 0)
    page = applied["apply_url"].partition("//")[2].partition("/")[2]
    assert "晨光百货".encode() in outside.plain("GET", f"/{page}").body
    assert outside.plain("POST", f"/{page}", b"deed=apply").status == 303
    told = outside.market.wait_for(1)[0]
    assert (told.type, told.path, told.data["state"]) == ("account.open", "/hooks/funder", "open")


def test_an_advance_is_given_once_within_the_limit(outside: Outside) -> None:
    account(outside, None)
    assert advance(outside).json["code"] == "no_account"
    account(outside)
    given = advance(outside)
    assert (given.status, given.json["amount_minor"], given.json["fee_minor"]) == (200, 60_000, 240)
    assert advance(outside).json == given.json
    assert advance(outside, amount_minor=1).json["code"] == "other_body"
    assert advance(outside, "A-2", advance_ref="11-A-1").json["code"] == "advance_exists"
    assert advance(outside, "A-2", 40_001).json["code"] == "over_limit"
    assert advance(outside, "A-2", 100, fee_minor=100).json["code"] == "invalid"
    assert advance(outside, "A-2", currency="USD").json["code"] == "currency_differs"
    assert used(outside) == 60_000


def test_what_comes_back_and_what_is_lost_is_never_more_than_is_open(outside: Outside) -> None:
    account(outside)
    advance(outside)
    assert do(outside, "repayments", "R-1", 50_000).json["advance"]["repaid_minor"] == 50_000
    assert do(outside, "repayments", "R-1", 50_000).json["advance"]["repaid_minor"] == 50_000
    assert do(outside, "losses", "L-1", 10_001).json["code"] == "exceeds_open"
    assert do(outside, "cancels", "C-1", 10_000).json["code"] == "not_whole"
    assert do(outside, "losses", "L-1", 10_000).json["advance"]["lost_minor"] == 10_000
    assert used(outside) == 0
    kinds = [(row["kind"], row["amount_minor"]) for row in outside.truth("funder")]
    assert kinds == [("advance", 60_000), ("repay", 50_000), ("lose", 10_000)]


def test_an_advance_is_undone_whole_and_its_limit_is_free_again(outside: Outside) -> None:
    account(outside)
    assert do(outside, "cancels", "C-1", 60_000, 240).json["code"] == "not_found"
    advance(outside)
    assert do(outside, "cancels", "C-1", 60_000, 240).json["advance"]["cancelled_minor"] == 60_000
    assert do(outside, "repayments", "R-1", 1).json["code"] == "exceeds_open"
    assert used(outside) == 0


def test_the_files_of_a_day_and_what_passes_between_the_banks(outside: Outside) -> None:
    account(outside)
    advance(outside)
    do(outside, "repayments", "R-1", 10_000)
    do(outside, "losses", "L-1", 50_000)
    today = datetime.fromisoformat(outside.truth("funder")[-1]["at"]).astimezone(CHINA).date()
    lines = outside.ask("GET", f"/funder/files/advances?on={today}").lines
    # Of one millisecond the file keeps no order.
    assert sorted((line["kind"], line["amount_minor"]) for line in lines) == [
        ("advances", 60_000), ("losses", 50_000), ("repayments", 10_000),
    ]  # fmt: skip
    tomorrow = today + timedelta(days=1)
    *settled, total = outside.ask("GET", f"/funder/files/settlement?on={tomorrow}").lines
    assert [line["net_minor"] for line in settled] == [59_760, -10_000]
    assert (total["kind"], total["net_minor"], total["fee_minor"]) == ("total", 49_760, 240)
    (line,) = outside.ask("GET", f"/bank/statements?on={tomorrow}").lines
    assert (line["direction"], line["ref"], line["amount_minor"]) == ("in", f"funder:{tomorrow}", 49_760)


def test_faults_strike_the_funder_as_they_strike_others(outside: Outside) -> None:
    account(outside)
    outside.set_faults("funder", error_500=1)
    assert advance(outside).status == 500
    outside.set_faults("funder")
    assert advance(outside).status == 200
    assert [row["kind"] for row in outside.truth("funder")] == ["advance"]
