"""Granting: terms hold once the buyer said yes to exactly them, and never against the law for small firms."""

from datetime import date
from typing import Any

import pytest

from huozhan import credit
from huozhan.credit.agreement import TermTooLong
from huozhan.credit.asks import AcceptCredit, AgreementRef, DeclineCredit, GrantCredit
from huozhan.credit.granting import LimitBelowUsed, OtherTerms, OwnCredit
from huozhan.credit.term import TermKind
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound
from tests.credit.lending import Lending
from tests.ordering.trading import Trade

LARGE, SMALL, PUBLIC, MEDIUM = (
    credit.OrgSize.large, credit.OrgSize.small, credit.OrgSize.public_body, credit.OrgSize.medium,
)  # fmt: skip


async def test_an_offer_holds_nothing_until_the_buyer_says_yes(trade: Trade) -> None:
    lending = Lending(trade)
    offered = await lending.offer()
    assert (offered.state, offered.terms, offered.left_minor) == ("offered", None, 0)
    quote = await lending.trade.quote(*lending.trade.want(bolt=100))
    assert [one.trade_type for one in quote.shares[0].trade_types] == ["escrow"]

    accepted = await lending.accept()

    assert (accepted.state, accepted.left_minor, accepted.offered) == ("active", 100_000, None)
    assert await lending.findings() == []


async def test_only_the_terms_that_were_read_are_accepted(lending: Lending) -> None:
    await lending.offer(limit_minor=200_000)
    read = (await lending.line(lending.li)).offered
    assert read
    await lending.offer(limit_minor=50_000)

    ask = AcceptCredit(agreement_id=lending.agreement_id, version=read.version, buyer_size=SMALL)
    with pytest.raises(OtherTerms):
        await lending.hall.run(credit.accept_credit, ask, lending.li)

    assert (await lending.line()).left_minor == 100_000


async def test_a_no_leaves_a_line_in_use_as_it_was(lending: Lending) -> None:
    await lending.offer(limit_minor=50_000)
    offered = (await lending.line()).offered
    assert offered
    ask = DeclineCredit(agreement_id=lending.agreement_id, version=offered.version)
    line = await lending.hall.run(credit.decline_credit, ask, lending.li)

    assert (line.state, line.left_minor, line.offered) == ("active", 100_000, None)


@pytest.mark.parametrize(
    ("buyer", "seller", "kind", "day", "custom", "lawful"),
    [
        (LARGE, SMALL, TermKind.after_receipt, 90, "", False),  # the vector of B9
        (LARGE, SMALL, TermKind.after_receipt, 61, "", False),
        (LARGE, SMALL, TermKind.after_receipt, 60, "", True),
        (LARGE, SMALL, TermKind.after_receipt, 90, "行业惯例：项目验收后付款", True),
        (PUBLIC, SMALL, TermKind.after_receipt, 90, "行业惯例：项目验收后付款", False),
        (LARGE, MEDIUM, TermKind.two_months, 31, "", False),
        (LARGE, SMALL, TermKind.monthly, 31, "", True),
        (LARGE, LARGE, TermKind.three_months, 31, "", True),
        (SMALL, SMALL, TermKind.after_receipt, 180, "", True),
    ],
)
async def test_a_large_buyer_may_not_let_a_small_seller_wait(
    trade: Trade, buyer: Any, seller: Any, kind: Any, day: int, custom: str, lawful: bool
) -> None:
    lending = Lending(trade)
    await lending.offer(seller_size=seller, term_kind=kind, term_day=day, custom=custom)

    if lawful:
        assert (await lending.accept(buyer)).state == "active"
    else:
        with pytest.raises(TermTooLong) as refused:
            await lending.accept(buyer)
        assert refused.value.facts["most_days"] == 60
        assert refused.value.facts["term_days"] == (day if kind is TermKind.after_receipt else 62)
        assert (await lending.line()).state == "offered"


async def test_a_limit_below_what_is_used_is_refused_with_the_number(lending: Lending) -> None:
    await lending.order(10_000)
    await lending.offer(limit_minor=34_999)

    with pytest.raises(LimitBelowUsed) as refused:
        await lending.accept()

    assert refused.value.facts["used_minor"] == 35_000
    await lending.offer(limit_minor=35_000)
    assert (await lending.accept()).left_minor == 0
    assert await lending.findings() == []


async def test_an_order_keeps_the_terms_it_was_placed_under(lending: Lending) -> None:
    order = await lending.order(1_000)
    await lending.grant(term_day=60)
    await lending.trade.ship(order)
    await lending.trade.confirm(order)

    (bill,) = (await lending.page()).bills
    assert (bill.due_on - bill.received_on).days == 30


async def test_a_stopped_line_goes_on_when_the_seller_says_so(lending: Lending) -> None:
    await lending.stop(credit.suspend_credit)
    await lending.hall.run(
        credit.resume_credit, AgreementRef(agreement_id=lending.agreement_id), lending.hongfa
    )

    assert (await lending.order(100)).state == "wait_send"


async def test_an_ended_line_opens_again_with_new_terms(lending: Lending) -> None:
    await lending.stop(credit.end_credit)
    with pytest.raises(NoSuchMove):
        await lending.stop(credit.suspend_credit)

    assert (await lending.grant()).state == "active"


async def test_each_side_does_only_its_own(lending: Lending) -> None:
    people = lending.trade.people
    with pytest.raises(NotFound):
        ask = AgreementRef(agreement_id=lending.agreement_id)
        await lending.hall.run(credit.resume_credit, ask, people.chenguang)
    with pytest.raises(NotFound):
        await lending.page(people.hengxin)
    with pytest.raises(Forbidden):
        ask_ = AcceptCredit(agreement_id=lending.agreement_id, version=1, buyer_size=SMALL)
        await lending.hall.run(credit.accept_credit, ask_, people.hengxin_buyer)


@pytest.mark.parametrize(
    "wrong",
    [{"term_kind": TermKind.monthly, "term_day": 32}, {"expires_on": date(2020, 1, 1)}],
)
async def test_terms_that_cannot_be_meant_are_refused(lending: Lending, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await lending.offer(**wrong)


async def test_nobody_trusts_oneself_or_nobody(lending: Lending) -> None:
    with pytest.raises(OwnCredit):
        await lending.offer(buyer_id=str(lending.hongfa.org_id))
    with pytest.raises(NotFound):
        await lending.offer(buyer_id="1")


def test_an_ask_says_what_it_lacks() -> None:
    assert {"limit_minor", "term_kind", "term_day"} <= set(GrantCredit.__struct_fields__)
