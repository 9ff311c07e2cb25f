"""Which terms the law allows between large buyers and small sellers, and why a line takes no orders."""

import itertools
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from huozhan.credit.agreement import (
    AgreementState,
    OrgSize,
    Terms,
    TermTooLong,
    must_be_lawful,
    why_no_orders,
)
from huozhan.credit.term import TermKind

SMALL, STRONG = {"micro", "small", "medium"}, {"large", "public_body"}
WORK: Any = SimpleNamespace(rule=lambda _name: SimpleNamespace(value=60))


@pytest.mark.parametrize(("seller", "buyer"), list(itertools.product(OrgSize, OrgSize)))
def test_a_strong_buyer_does_not_let_a_small_seller_wait_too_long(seller: OrgSize, buyer: OrgSize) -> None:
    for days, custom in itertools.product((60, 61), ("", "  ", "按季结算是本行惯例")):
        terms = Terms(
            limit_minor=1, term_kind=TermKind.after_receipt, term_day=days, grace_days=0,
            expires_on=date(2027, 1, 1), seller_size=seller, custom=custom,
        )  # fmt: skip
        is_excused = buyer == "large" and custom.strip()
        if seller in SMALL and buyer in STRONG and days > 60 and not is_excused:
            with pytest.raises(TermTooLong):
                must_be_lawful(WORK, terms, buyer)
        else:
            must_be_lawful(WORK, terms, buyer)


def test_a_line_says_why_it_takes_no_orders() -> None:
    assert {state.value: why_no_orders(state) for state in AgreementState} == {
        "offered": "ended", "declined": "ended", "active": "", "suspended": "suspended", "frozen": "frozen",
        "terminated": "ended",
    }  # fmt: skip
