"""Taking from a supplier: the order of payers, commission that comes back, debts that are netted first."""

import asyncpg
import pytest

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import (
    commission,
    deposit,
    escrow,
    insurance_pool,
    payable_available,
    post,
    refund_payable,
    seller_debt,
    vat,
    wallet,
    write_entry,
)
from huozhan.payments import ClawBack, Compensation, Release
from huozhan.payments.taking import MoreThanEarned, split_over_payers
from tests.ledger.books import posted
from tests.payments.paying import (
    CHENGUANG,
    CUPS,
    LI,
    SHIRTS,
    actor,
    opened,
    paid_message,
    settled,
    whole,
    working,
)


async def sold(hall: Hall, goods_minor: int = 10_000, freight_minor: int = 500) -> int:
    """Chenguang's cups are paid and received; tells the payment."""
    cups_minor = goods_minor + freight_minor
    payment_id = await opened(hall, cups_minor=cups_minor)
    whole_minor = cups_minor + 50_000
    told = {"amount_minor": whole_minor, "paid_amount_minor": whole_minor}
    assert await settled(hall, paid_message(payment_id, **told)) is not None
    async with hall.working(system("test")) as work:
        await payments.release(
            work,
            Release(
                order_id=CUPS, seller_id=CHENGUANG, key="r1", goods_minor=(goods_minor,), freight_minor=freight_minor
            ),
        )  # fmt: skip
    return payment_id


async def take_back(
    hall: Hall, payment_id: int, key: str, goods_minor: int, freight_minor: int = 0
) -> payments.views.SupplierTake:
    ask = ClawBack(
        order_id=CUPS, payment_id=payment_id, seller_id=CHENGUANG, buyer_id=LI, key=key, goods_minor=goods_minor,
        freight_minor=freight_minor, reason="质量问题", order_number="N-11",
    )  # fmt: skip
    async with hall.working(system("test")) as work:
        return await payments.claw_back(work, ask)


async def compensated(hall: Hall, amount_minor: int, **more: object) -> payments.views.SupplierTake:
    ask = Compensation(
        order_id=CUPS, seller_id=CHENGUANG, buyer_id=LI, amount_minor=amount_minor, order_number="N-11",
        **{"cause": "late", **more},  # type: ignore[arg-type]
    )  # fmt: skip
    async with hall.working(system("test")) as work:
        return await payments.compensate(work, ask)


async def booked(hall: Hall, code: str, **amounts: int) -> None:
    """A deposit is paid in, or the pool is filled."""
    async with hall.working(system("test")) as work:
        owners = {101: 1, 204: CHENGUANG, 205: CHENGUANG, 207: 1, 209: 1}
        await post(
            work, [write_entry(code, business_key=f"t:{code}", about_id=1, owners=owners, amounts=amounts)]
        )


async def stands(hall: Hall) -> list[int]:
    """What Chenguang has available, as a deposit, and owes."""
    accounts = payable_available(CHENGUANG), deposit(CHENGUANG), seller_debt(CHENGUANG)
    return await posted(working(hall), *accounts)


@pytest.mark.parametrize(
    ("has", "parts"),
    [
        ((100, 50, 50), (100, 0, 0, 0)),
        ((60, 50, 50), (60, 40, 0, 0)),
        ((60, 30, 50), (60, 30, 10, 0)),
        ((60, 30, 5), (60, 30, 5, 5)),
        ((0, 0, 0), (0, 0, 0, 100)),
        ((-7, 0, 0), (0, 0, 0, 100)),
    ],
)
def test_each_payer_pays_before_the_next(has: tuple[int, int, int], parts: tuple[int, ...]) -> None:
    available, deposited, pool = has
    split = split_over_payers(100, available=available, deposit=deposited, pool=pool)
    assert tuple(split[name] for name in ("available", "deposit", "pool", "debt")) == parts


async def test_a_refund_after_payout_comes_out_of_what_is_available_and_brings_commission_back(
    hall: Hall,
) -> None:
    """Thirty yuan of a hundred: 30.00 to the buyer, 0.60 of commission and tax back to the seller (E8)."""
    payment_id = await sold(hall)
    assert await stands(hall) == [10_300, 0, 0]

    taken = await take_back(hall, payment_id, "case-1", 3_000)
    assert await take_back(hall, payment_id, "case-1", 3_000) == taken, "a repeat is no second refund"

    assert (taken.amount_minor, taken.available_minor, taken.commission_minor) == (3_000, 3_000, 60)
    assert await stands(hall) == [7_360, 0, 0]
    refund_id = await working(hall).db.fetchval(
        "SELECT refund_id FROM payment_refund WHERE order_id = $1", CUPS
    )
    assert await posted(working(hall), refund_payable(refund_id), escrow(CUPS)) == [3_000, 0]
    assert await posted(working(hall), commission(), vat()) == [189 - 57, 11 - 3]
    assert await whole(working(hall))


async def test_deposit_pays_after_the_available_money_and_the_rest_is_owed(hall: Hall) -> None:
    payment_id = await sold(hall)
    await booked(hall, "E10a", deposit=2_000)
    await take_back(hall, payment_id, "case-1", 6_000)
    assert await stands(hall) == [4_420, 2_000, 0]

    async with hall.working(system("test")) as work:
        lost = {204: CHENGUANG, 207: 1, 102: 1}
        await post(
            work,
            [write_entry("E6a", business_key="gone", about_id=1, owners=lost, amounts={"available": 4_000}),
             write_entry("E6b", business_key="gone2", about_id=1, owners=lost, amounts={"amount": 4_000})],
        )  # fmt: skip
    taken = await take_back(hall, payment_id, "case-2", 4_000, 500)

    assert (taken.available_minor, taken.deposit_minor, taken.debt_minor) == (500, 2_000, 2_000)
    assert taken.commission_minor == 80, "with the first refund all of the commission is back"
    assert await stands(hall) == [0, 0, 2_000]
    assert await posted(working(hall), commission(), vat()) == [0, 0]
    funds = await hall.run(payments.funds, Nothing(), actor(CHENGUANG, "funds.view"))
    assert (funds.debt_minor, funds.deposit_minor, funds.owes_since) == (2_000, 0, hall.clock.now())


async def test_what_is_owed_is_netted_before_new_proceeds_are_free(hall: Hall) -> None:
    await sold(hall)
    await compensated(hall, 12_000)
    assert await stands(hall) == [0, 0, 1_700]

    async with hall.working(system("test")) as work:
        await payments.release(
            work, Release(order_id=SHIRTS, seller_id=CHENGUANG, key="r1", goods_minor=(1_000,))
        )
    assert await stands(hall) == [0, 0, 720]
    async with hall.working(system("test")) as work:
        await payments.release(
            work, Release(order_id=SHIRTS, seller_id=CHENGUANG, key="r2", goods_minor=(1_000,))
        )

    assert await stands(hall) == [260, 0, 0]
    funds = await hall.run(payments.funds, Nothing(), actor(CHENGUANG, "funds.view"))
    assert (funds.debt_minor, funds.owes_since) == (0, None)
    assert await whole(working(hall))


@pytest.mark.parametrize(("is_insured", "pool_minor", "owed"), [(True, 1_000, 700), (False, 0, 1_700)])
async def test_the_pool_pays_before_debt_only_where_the_badge_promises_it(
    hall: Hall, is_insured: bool, pool_minor: int, owed: int
) -> None:
    await sold(hall)
    await booked(hall, "E16m", market=1_000)

    taken = await compensated(hall, 12_000, is_insured=is_insured)

    assert (taken.available_minor, taken.pool_minor, taken.debt_minor) == (10_300, pool_minor, owed)
    assert await posted(working(hall), insurance_pool(1), wallet(LI)) == [1_000 - pool_minor, 12_000]
    assert await whole(working(hall))


async def test_one_cause_is_compensated_once_and_another_is_another(hall: Hall) -> None:
    await sold(hall)
    assert await compensated(hall, 500) == await compensated(hall, 500)
    await compensated(hall, 600, cause="no_stock")

    assert await posted(working(hall), wallet(LI)) == [1_100]
    assert [take.cause for take in await payments.takes_of(working(hall), CUPS)] == ["late", "no_stock"]


async def test_more_than_was_earned_and_not_given_back_is_refused_with_the_numbers(hall: Hall) -> None:
    payment_id = await sold(hall)
    await take_back(hall, payment_id, "case-1", 9_000)

    with pytest.raises(MoreThanEarned) as refused:
        await take_back(hall, payment_id, "case-2", 1_001, 500)
    assert (refused.value.facts["left_minor"], refused.value.facts["amount_minor"]) == (1_500, 1_501)
    with pytest.raises(MoreThanEarned):
        await take_back(hall, payment_id, "case-2", 900, 501)
    left = await payments.left_to_claw_back(working(hall), CUPS)
    assert (left.goods_minor, left.freight_minor) == (1_000, 500)
    await take_back(hall, payment_id, "case-2", 1_000, 500)
    left = await payments.left_to_claw_back(working(hall), CUPS)
    assert (left.goods_minor, left.freight_minor, left.commission_minor, left.vat_minor) == (0, 0, 0, 0)


async def test_the_table_refuses_more_than_was_earned_too(hall: Hall) -> None:
    payment_id = await sold(hall)
    await take_back(hall, payment_id, "case-1", 9_000)

    with pytest.raises(asyncpg.CheckViolationError, match="order_clawed_goods_were_earned"):
        async with working(hall).db.transaction():
            await working(hall).db.execute("UPDATE order_clawed SET goods_minor = goods_minor + 1001")


@pytest.mark.parametrize("steps", [(1,) * 99 + (9_901,), (3_333, 3_333, 3_334), (25, 24, 9_951), (10_000,)])
async def test_any_sequence_of_partial_refunds_ends_exactly(hall: Hall, steps: tuple[int, ...]) -> None:
    payment_id = await sold(hall)

    for position, step in enumerate(steps):
        await take_back(hall, payment_id, f"case-{position}", step)

    assert await posted(working(hall), commission(), vat()) == [0, 0]
    assert await stands(hall) == [500, 0, 0]
    assert await whole(working(hall))


async def test_both_sides_hear_of_it(hall: Hall) -> None:
    await sold(hall)
    await compensated(hall, 12_000)

    while await relay_once(hall):
        pass

    rows = await working(hall).db.fetch("SELECT org_id, kind FROM notice ORDER BY org_id, kind")
    assert [(row["org_id"], row["kind"]) for row in rows] == [
        (CHENGUANG, "charged_late"), (CHENGUANG, "owes"), (LI, "compensated_late"),
    ]  # fmt: skip
