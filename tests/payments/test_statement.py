"""Lines of a statement: what counts, what is refused and why, whoever tells it and however it is written."""

import json
from typing import Any

import pytest

from huozhan.payments.bank_money import payments_of_account, shared_out, virtual_account
from huozhan.payments.statement import read_lines, table_lines, told_lines

GOOD: dict[str, Any] = {
    "bank_txn": "bi-1", "direction": "in", "ref": "", "amount_minor": 10_800, "currency": "CNY",
    "account_no": "6222021208009998887", "account_name": "小李杂货店", "bank_name": "工商银行",
    "virtual_account": "88010000000000000000001", "remark": "货款", "at": "2026-03-01T02:03:04.567Z",
}  # fmt: skip


def read(**changes: Any) -> tuple[int, list[str]]:
    """How many lines count, and why others do not."""
    good, bad = read_lines(told_lines(json.dumps({**GOOD, **changes}).encode()))
    return len(good), [line.why for line in bad]


def test_a_line_of_the_bank_and_a_row_of_a_table_tell_the_same() -> None:
    table = (
        "交易流水号,收支,金额,币种,对方账号,对方户名,对方开户行,收款账号,摘要,交易时间\n"
        "bi-1,贷方,108.00,人民币,6222 0212 0800 9998 887,小李杂货店,工商银行,8801 0000000000000000001,货款,2026-03-01 10:03:04\n"
    )

    (told,), _ = read_lines(told_lines(json.dumps(GOOD).encode()))
    (typed,), _ = read_lines(table_lines(table.encode()))

    assert told.fingerprint == typed.fingerprint
    assert (typed.amount_minor, typed.payer_account) == (10_800, "6222021208009998887")
    assert typed.booked_at.isoformat() == "2026-03-01T10:03:04+08:00"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -5}, "amount"),
        ({"amount_minor": 10**15 + 1}, "amount"),
        ({"amount_minor": 1.5}, "amount"),
        ({"amount_minor": True}, "amount"),
        ({"amount_minor": "10800"}, "amount"),
        ({"amount_minor": None, "amount": "1,00.00"}, "amount"),
        ({"amount_minor": None, "amount": "1.001"}, "amount"),
        ({"amount_minor": None, "amount": "-1.00"}, "amount"),
        ({"currency": ""}, "currency"),
        ({"currency": "cny"}, "currency"),
        ({"bank_txn": ""}, "bank_txn"),
        ({"bank_txn": "x" * 65}, "bank_txn"),
        ({"bank_txn": "a b"}, "bank_txn"),
        ({"account_no": ""}, "account_no"),
        ({"account_no": "12345\n"}, "account_no"),
        ({"account_name": " "}, "account_name"),
        ({"account_name": "名" * 141}, "account_name"),
        ({"at": "yesterday"}, "at"),
        ({"at": 7}, "at"),
        ({"direction": "sideways"}, "direction"),
        ({"direction": None}, "direction"),
    ],
)
def test_a_line_that_nobody_can_credit_is_refused_with_its_field(changes: dict[str, Any], why: str) -> None:
    assert read(**changes) == (0, [why])


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 5_000, b"{}", b"null"])
def test_what_is_no_line_at_all_is_kept_as_unreadable(body: bytes) -> None:
    good, bad = read_lines(told_lines(body))

    assert good == []
    assert [line.why for line in bad] in (["unreadable"], ["direction"])


def test_one_bad_line_hides_no_other() -> None:
    lines = b"\n".join(
        [b"{broken", json.dumps(GOOD).encode(), b"\0\0", json.dumps({**GOOD, "bank_txn": "bi-2"}).encode()]
    )

    good, bad = read_lines(told_lines(lines))

    assert [line.bank_txn for line in good] == ["bi-1", "bi-2"]
    assert len(bad) == 2


def test_our_own_transfers_and_the_channels_settlement_are_no_money_that_came() -> None:
    assert read(direction="out") == (0, [])
    assert read(ref="settlement:2026-03-01", account_no="", account_name="") == (0, [])


def test_a_table_cannot_say_that_money_is_a_settlement() -> None:
    table = (
        "bank_txn,direction,ref,amount,currency,account_no,account_name,at\n"
        "bi-1,in,settlement:2026-03-01,1.00,CNY,6222021208009998887,小李杂货店,2026-03-01\n"
    )

    good, bad = read_lines(table_lines(table.encode()))

    assert (len(good), bad) == (1, [])


def test_an_account_number_belongs_to_one_payment() -> None:
    for payment_id in (1, 7_290_113_380_352, 2**62 - 1):
        number = virtual_account(payment_id)
        assert payment_id in payments_of_account(number)
        assert payments_of_account(f"{number[:10]} {number[10:]}") == payments_of_account(number)
    assert payments_of_account("6222021208009998887") == []
    assert payments_of_account("") == []


def test_money_is_shared_out_in_the_order_it_came() -> None:
    shares, left = shared_out([(11, 500), (12, 300)], [(1, 200), (2, 400), (3, 250)])

    assert [(s.order_id, s.receipt_id, s.amount_minor) for s in shares] == [
        (11, 1, 200), (11, 2, 300), (12, 2, 100), (12, 3, 200),
    ]  # fmt: skip
    assert left == [(3, 50)]
