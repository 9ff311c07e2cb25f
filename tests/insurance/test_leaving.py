"""Who leaves the market waits for the insurer's answers that will move their money."""

import pytest

from huozhan import operations, parties
from huozhan.insurance.asks import EndInsurerDeed
from huozhan.kernel.shapes import Nothing
from huozhan.operations.closing import AfterSalesOpen, InsuranceOpen
from huozhan.operations.erasing import MoneyUnderWay
from tests import world
from tests.insurance.insured import Insured


async def test_a_buyer_with_a_claim_that_is_not_answered_is_not_erased(insured: Insured) -> None:
    order = await insured.received(red=10)
    case = await insured.sent_back(order, l1=5)
    await insured.desk.receive(case)
    await insured.relay()
    await insured.desk.channel_says(case)
    assert (await insured.claim(order)).state == "asked"

    with pytest.raises(MoneyUnderWay) as why:
        await insured.hall.run(
            operations.erase_me, parties.EraseMe(password=world.PASSWORD), insured.trade.li
        )

    assert why.value.facts["n"] == 1


async def test_a_buyer_whose_refused_claim_waits_for_a_person_is_not_erased(insured: Insured) -> None:
    order = await insured.received(red=10)
    case = await insured.sent_back(order, l1=5)
    await insured.desk.receive(case)
    await insured.desk.channel_says(case)
    insured.insurer.refuse_with = "not_covered"
    await insured.errands()
    assert (await insured.claim(order)).state == "refused"
    leave = parties.EraseMe(password=world.PASSWORD)
    with pytest.raises(MoneyUnderWay):
        await insured.hall.run(operations.erase_me, leave, insured.trade.li)

    (waiting,) = (await insured.console()).open
    end = EndInsurerDeed(deed_id=waiting.deed_id, again=False, reason="已电话核对")
    await insured.hall.run(operations.end_insurer_deed, end, insured.trade.people.operator)

    await insured.hall.run(operations.erase_me, leave, insured.trade.li)


async def test_a_shop_whose_premium_is_due_is_not_closed_before_the_insurer_answered(
    insured: Insured,
) -> None:
    order = await insured.paid(red=10)
    await insured.trade.ship(order)
    case = await insured.desk.apply(order, goods_status="not_received", reason_code="late", l1=10)
    await insured.desk.answer(case, agree=True)
    await insured.desk.channel_says(case)
    await insured.relay()
    with pytest.raises(InsuranceOpen):
        await insured.hall.run(operations.close_shop, Nothing(), insured.trade.chenguang)

    await insured.errands()

    assert await insured.debt() == 60
    with pytest.raises(AfterSalesOpen):
        await insured.hall.run(operations.close_shop, Nothing(), insured.trade.chenguang)
    await insured.agrees()
