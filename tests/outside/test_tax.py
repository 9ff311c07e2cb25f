"""The tax platform: invoices, red letters, voids, numbers, files; once per reference, whatever happens to the answer."""

import itertools
import re
from http.client import HTTPException
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.outside.conftest import Outside, Reply, until

LINES = [
    {
        "name": "陶瓷杯 红",
        "unit": "piece",
        "quantity": 10,
        "amount_minor": 10_800,
        "rate_bp": 1300,
        "tax_minor": 1_242,
    }
]
BUYER = {"name": "小李杂货店", "taxpayer_id": "", "address": "", "phone": "", "bank": "", "account": ""}
INVOICE = {
    "ref": "issue:1:1", "kind": "ordinary", "currency": "CNY", "buyer": BUYER, "lines": LINES, "amount_minor": 10_800,
    "seller": {"name": "义乌市晨光小商品有限公司", "taxpayer_id": "91330782MA28A1B2X4"}, "tax_minor": 1_242, "note": "PO-7",
    "notify_url": "/hooks/tax",
}  # fmt: skip
RED = {
    "ref": "red:1:1:1", "lines": [LINES[0] | {"amount_minor": 4_320, "tax_minor": 497}], "amount_minor": 4_320,
    "tax_minor": 497, "note": "退款", "notify_url": "/hooks/tax",
}  # fmt: skip


ELSEWHERE = {
    name: INVOICE[name] for name in ("seller", "buyer", "lines", "amount_minor", "tax_minor", "currency")
}


def ask(outside: Outside, what: str, body: dict[str, Any], **changed: Any) -> Reply:
    return outside.ask("POST", f"/tax/{what}", {**body, **changed})


def issued(outside: Outside) -> str:
    """An invoice that was issued; tells its number."""
    assert ask(outside, "invoices", INVOICE).json["state"] == "processing"
    told = outside.market.wait_for(1)[0]
    assert (told.path, told.type, told.genuine) == ("/hooks/tax", "issue.done", True)
    number: str = told.data["number"]
    return number


def test_an_invoice_is_issued_once_with_a_number_of_twenty_digits(outside: Outside) -> None:
    number = issued(outside)
    assert re.fullmatch(r"\d{2}331\d{15}", number)
    shown = outside.ask("GET", "/tax/requests/issue:1:1").json
    assert shown == ask(outside, "invoices", INVOICE).json
    assert (shown["amount_minor"], shown["tax_minor"]) == (10_800, 1_242)
    assert ask(outside, "invoices", INVOICE, note="other").json["code"] == "other_body"
    assert outside.ask("GET", f"/tax/invoices/{number}").json["seller_taxpayer_id"] == "91330782MA28A1B2X4"
    assert [row["kind"] for row in outside.truth("tax")] == ["blue"]


def test_what_does_not_add_up_is_refused(outside: Outside) -> None:
    assert ask(outside, "invoices", INVOICE, amount_minor=10_801).json["code"] == "does_not_add_up"
    wrong = [LINES[0] | {"tax_minor": 1_300}]
    assert ask(outside, "invoices", INVOICE, lines=wrong, tax_minor=1_300).json["code"] == "tax_wrong"
    assert ask(outside, "invoices", INVOICE, kind="special").json["code"] == "buyer_incomplete"
    assert outside.truth("tax") == []


def test_a_red_letter_takes_back_no_more_than_there_is(outside: Outside) -> None:
    number = issued(outside)
    ask(outside, "reds", RED, number=number)
    told = outside.market.wait_for(2)[1]
    assert (told.type, told.data["state"]) == ("red.done", "done")
    twice = RED | {
        "lines": [LINES[0] | {"amount_minor": 6_481, "tax_minor": 746}],
        "amount_minor": 6_481,
        "tax_minor": 746,
    }
    ask(outside, "reds", twice, ref="red:1:2:1", number=number)
    assert outside.market.wait_for(3)[2].data["reason"] == "exceeds_blue"
    ask(outside, "voids", {"ref": "void:1:2", "number": number, "note": "", "notify_url": "/hooks/tax"})
    assert outside.market.wait_for(4)[3].data["reason"] == "red_exists"


def test_an_invoice_is_void_only_in_its_month(outside: Outside) -> None:
    number = issued(outside)
    first_at = outside.ask("GET", "/tax/requests/issue:1:1").json["ended_at"]
    void = {"number": number, "note": "", "notify_url": "/hooks/tax"}
    outside.move_clock(40 * 86_400)
    tried = itertools.count()

    def is_later() -> bool:
        """The platform reads its clock anew now and then."""
        fresh = outside.ask("POST", "/tax/elsewhere", ELSEWHERE | {"ref": f"own-{next(tried)}"}).json
        return bool(fresh["ended_at"][:7] != first_at[:7])

    until(is_later)
    ask(outside, "voids", void | {"ref": "void:1:2"})
    assert outside.market.wait_for(2)[1].data["reason"] == "void_period_over"
    second = {**INVOICE, "ref": "issue:2:1"}
    ask(outside, "invoices", second)
    later = outside.market.wait_for(3)[2].data["number"]
    ask(outside, "voids", void | {"ref": "void:2:2", "number": later})
    assert outside.market.wait_for(4)[3].data["state"] == "done"
    assert outside.ask("GET", f"/tax/invoices/{later}").status == 404


def test_files_tell_the_same_in_three_formats(outside: Outside) -> None:
    number = issued(outside)
    xml = ET.fromstring(outside.ask("GET", f"/tax/files/{number}?format=xml").body)
    assert xml.findtext("Total/AmountWithTax") == "108.00"
    assert xml.findtext("Header/InvoiceNumber") == number
    assert outside.ask("GET", f"/tax/files/{number}?format=pdf").body.startswith(b"%PDF-")
    assert outside.ask("GET", f"/tax/files/{number}?format=ofd").body.startswith(b"PK")
    assert outside.ask("GET", f"/tax/files/{number}?format=doc").json["code"] == "invalid"


def test_an_answer_that_is_lost_leaves_one_invoice(outside: Outside) -> None:
    outside.set_faults("tax", timeout_after_success=1.0, duplicate_callback=1.0, hang_s=0)
    with pytest.raises((HTTPException, ConnectionError)):
        ask(outside, "invoices", INVOICE)
    outside.market.wait_for(3)
    assert ask(outside, "invoices", INVOICE).json["state"] == "done"
    assert [row["kind"] for row in outside.truth("tax")] == ["blue"]


def test_a_plan_may_refuse_an_invoice(outside: Outside) -> None:
    outside.set_faults("tax", refused_invoice=1.0)
    ask(outside, "invoices", INVOICE)
    told = outside.market.wait_for(1)[0].data
    assert (told["state"], told["reason"], told["number"]) == ("refused", "taxpayer_under_review", "")


def test_an_invoice_issued_elsewhere_is_known_by_its_number(outside: Outside) -> None:
    first = outside.ask("POST", "/tax/elsewhere", ELSEWHERE | {"ref": "own-1"}).json
    assert first["state"] == "done"
    assert outside.ask("GET", f"/tax/invoices/{first['number']}").json["amount_minor"] == 10_800
