"""Reconciling: every kind of difference is found and named, and nothing else is."""

from huozhan.payments.asks import SettlementLine
from huozhan.payments.reconciling import compare


def took(ref: str, amount_minor: int) -> SettlementLine:
    return SettlementLine(kind="payment", currency="CNY", merchant_ref=ref, amount_minor=amount_minor)


def gave(ref: str, refund_ref: str, amount_minor: int) -> SettlementLine:
    return SettlementLine(
        kind="refund",
        currency="CNY",
        merchant_ref=ref,
        merchant_refund_ref=refund_ref,
        amount_minor=amount_minor,
    )


def test_lines_that_agree_differ_in_nothing() -> None:
    lines = [took("1", 500), gave("1", "9", 200)]

    assert compare(lines, {"payment:1": 500, "refund:9": 200}, {"payment:1": 500}) == []


def test_each_sort_of_difference_is_named() -> None:
    lines = [took("1", 500), took("2", 70), took("2", 70), took("3", 40), gave("1", "9", 200)]

    found = compare(
        lines, {"payment:1": 501, "payment:2": 70, "refund:9": 200}, {"payment:1": 501, "payment:4": 30}
    )

    assert found == [
        ("payment:1", "amount_differs", 500, 501),
        ("payment:2", "twice", 140, 70),
        ("payment:3", "only_channel", 40, 0),
        ("payment:4", "only_ours", 0, 30),
    ]
