"""Carriers' bills: compared waybill by waybill, worked off by a person, paid out of 208 by two people."""

from datetime import timedelta
from typing import Any

import pytest

from huozhan import carriage, operations, payments
from huozhan.carriage.billing import CannotDecideSo
from huozhan.carriage.paying import NothingPayable, PayableMoved
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.work import Work
from huozhan.payments.carrier_paying import OwnPayout, PayoutUnderWay
from huozhan.payments.differing import EndsAtItsBill
from tests.carriage.hauling import Haul


async def billed(haul: Haul, grams: int = 1_000, **says: Any) -> Any:
    """A received order of 晨光's whose freight is in the book, and its bill with what it says otherwise."""
    order, one = await haul.hauled(grams, red=100)
    await haul.trade.confirm(order)
    haul.trade.clock.pass_(hours=1)
    if says:
        haul.carrier.twisted[f"{one.order_id}-{one.waybill_id}"] = says
    await haul.bill()
    return order


async def sorts(haul: Haul) -> list[tuple[str, str]]:
    """Every line by what it is found to be, and how far it is."""
    return [(line.sort, line.state) for line in await haul.lines("all")]


async def differences(haul: Haul, state: Any = "open") -> list[str]:
    """What the reconciliation's screen shows of carriers."""
    ask = payments.asks.ListDifferences(state=state, source="carrier", size=100)
    return [one.sort for one in (await haul.hall.run(payments.differences, ask, haul.operator)).items]


async def test_a_bill_that_says_what_we_say_is_agreed_and_payable(haul: Haul) -> None:
    await billed(haul)

    assert await sorts(haul) == [("matched", "agreed")]
    owed = await haul.owed()
    assert (owed.booked_minor, owed.payable_minor, owed.unbilled_minor) == (800, 800, 0)
    assert await haul.findings() == []


@pytest.mark.parametrize(("bearer", "has", "expense"), [("supplier", -400, 0), ("market", 0, 400)])
async def test_who_accepts_a_difference_bears_it(haul: Haul, bearer: str, has: int, expense: int) -> None:
    await billed(haul, 1_000, weight_g=2_600)
    (line,) = await haul.lines()
    assert (line.sort, line.amount_minor, line.ours_minor, line.by_terms_minor) == (
        "amount_differs", 1_200, 800, 1_200,
    )  # fmt: skip
    assert line.can == ["accept_supplier", "accept_market", "concede", "dispute", "void"]
    assert await differences(haul) == ["amount_differs"]
    before = await haul.seller_has()

    await haul.decide(line, "accept", bearer)

    assert (await haul.seller_has())["available"] == before["available"] + has
    assert await haul.payable() == 1_200
    trial = await haul.hall.run(operations.day_close, operations.DayToClose(), haul.operator)
    assert trial.money.own_minor == 1_800 - 102 - expense
    assert (await differences(haul), await haul.lines()) == ([], [])
    assert await haul.findings() == []


async def test_a_bill_of_less_gives_the_supplier_back_what_was_too_much(haul: Haul) -> None:
    await billed(haul, 3_000, weight_g=1_000)
    (line,) = await haul.lines()
    before = await haul.seller_has()

    await haul.decide(line, "accept")

    assert (await haul.seller_has())["available"] == before["available"] + 400
    assert await haul.payable() == 800
    assert await haul.findings() == []


async def test_a_disputed_line_is_not_paid_until_the_carrier_takes_what_we_say(haul: Haul) -> None:
    await billed(haul, 1_000, weight_g=2_600)
    (line,) = await haul.lines()
    await haul.decide(line, "dispute")
    owed = await haul.owed()
    assert (owed.payable_minor, owed.disputed_minor, owed.booked_minor) == (0, 800, 800)
    assert await differences(haul) == ["amount_differs"]

    (line,) = await haul.lines()
    assert line.can == ["accept_supplier", "accept_market", "concede", "void"]
    await haul.decide(line, "concede")

    owed = await haul.owed()
    assert (owed.payable_minor, owed.disputed_minor, owed.booked_minor) == (800, 0, 800)
    assert await differences(haul) == []
    assert await haul.findings() == []


async def test_a_line_is_decided_once_and_not_on_the_other_screen(haul: Haul) -> None:
    await billed(haul, 1_000, weight_g=2_600)
    (line,) = await haul.lines()
    ask = payments.asks.ListDifferences(state="open", source="carrier", size=100)
    (one,) = (await haul.hall.run(payments.differences, ask, haul.operator)).items
    end = payments.asks.EndDifference(difference_id=one.difference_id, end="accept", reason="就这样")
    with pytest.raises(EndsAtItsBill):
        await haul.hall.run(operations.end_difference, end, haul.operator)

    await haul.decide(line, "void")

    with pytest.raises(NoSuchMove):
        await haul.decide(line, "accept")
    assert (await haul.owed()).unbilled_minor == 800


async def test_a_waybill_that_is_billed_twice_is_owed_once(haul: Haul) -> None:
    await billed(haul)
    (line,) = await haul.lines("all")
    haul.carrier.spoilt = [
        {
            "bill_txn": "cb-again", "carrier_code": "SF", "waybill": line.waybill, "weight_g": 1_000,
            "amount_minor": 800, "currency": "CNY", "at": haul.trade.clock.now().isoformat(),
        }
    ]  # fmt: skip
    await haul.bill(haul.today + timedelta(days=1))

    assert await sorts(haul) == [("twice", "open"), ("matched", "agreed")]
    (again,) = await haul.lines()
    with pytest.raises(CannotDecideSo):
        await haul.decide(again, "accept")
    await haul.decide(again, "void")
    assert (await haul.owed()).payable_minor == 800
    assert await haul.findings() == []


async def test_a_waybill_nobody_had_and_another_currency_are_only_disputed(haul: Haul) -> None:
    order, one = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    haul.carrier.twisted[f"{one.order_id}-{one.waybill_id}"] = {"currency": "USD"}
    haul.carrier.spoilt = [
        {
            "bill_txn": "cb-x", "carrier_code": "SF", "waybill": "SF9999999999999", "weight_g": 1_000,
            "amount_minor": 800, "currency": "CNY", "at": haul.trade.clock.now().isoformat(),
        }
    ]  # fmt: skip
    haul.trade.clock.pass_(hours=1)
    await haul.bill()

    assert sorted(line.sort for line in await haul.lines()) == ["currency_differs", "only_channel"]
    for line in await haul.lines():
        assert line.can == ["dispute", "void"]
        with pytest.raises(CannotDecideSo):
            await haul.decide(line, "accept")
    assert (await haul.owed()).payable_minor == 0


async def test_a_bill_for_what_was_never_weighed_is_accepted_or_explained_by_the_weighing(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.sent(order)
    spoilt = {
        "bill_txn": "cb-early", "carrier_code": "SF", "waybill": one.waybill, "weight_g": 1_000,
        "amount_minor": 800, "currency": "CNY", "at": haul.trade.clock.now().isoformat(),
    }  # fmt: skip
    haul.carrier.spoilt = [spoilt]
    await haul.bill()
    assert await sorts(haul) == [("state_differs", "open")]

    await haul.picked_up(one, 1_000)
    await haul.recheck()

    assert await sorts(haul) == [("state_differs", "agreed")]
    assert (await differences(haul), (await haul.owed()).payable_minor) == ([], 0)
    with pytest.raises(NothingPayable):
        await haul.ask_payout(800)
    await haul.trade.confirm(order)
    assert (await haul.owed()).payable_minor == 800
    assert await haul.findings() == []


async def test_a_parcel_that_no_bill_tells_is_missed_until_one_does(haul: Haul) -> None:
    order, one = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    other, _ = await haul.hauled(1_000, red=10)
    ref = f"{one.order_id}-{one.waybill_id}"
    haul.carrier.twisted[ref] = None  # type: ignore[assignment]
    day = haul.today
    await haul.bill()
    assert await differences(haul) == ["only_ours"]
    assert (await haul.owed()).unbilled_minor == 800

    haul.carrier.twisted.clear()
    line = {
        "bill_txn": f"cb-{ref}", "carrier_code": "SF", "waybill": one.waybill, "weight_g": 1_000,
        "amount_minor": 800, "currency": "CNY", "at": haul.trade.clock.now().isoformat(),
    }  # fmt: skip
    haul.carrier.spoilt = [line]
    await haul.bill(day + timedelta(days=1))
    await haul.recheck()

    assert await differences(haul) == []
    assert (await haul.owed()).payable_minor == 800
    assert other.number


async def test_an_empty_bill_beside_our_charges_is_not_believed_but_by_a_person(haul: Haul) -> None:
    await haul.hauled(1_000, red=100)
    day, waybills = haul.today, haul.carrier.waybills
    haul.carrier.waybills = {}
    await haul.bill()
    assert await sorts(haul) == []
    believe = payments.asks.BelieveEmpty(on=day, source="carrier", reason="承运商确认当日无账单")

    await haul.hall.run(operations.believe_empty, believe, haul.operator)

    assert await differences(haul) == ["only_ours"]
    haul.carrier.waybills = waybills


async def test_two_people_pay_a_carrier_and_the_bank_says_so(haul: Haul) -> None:
    await billed(haul)
    payout_id = await haul.ask_payout()
    with pytest.raises(OwnPayout):
        await haul.answer(payout_id, haul.operator)
    with pytest.raises(NothingPayable):
        await haul.ask_payout(800)
    assert (await haul.owed()).paying_minor == 800

    await haul.answer(payout_id, await haul.second())
    assert await haul.at_bank(payout_id, 800) == "ended"
    assert await haul.at_bank(payout_id, 800) == "duplicate"

    owed = await haul.owed()
    assert (owed.booked_minor, owed.paid_minor, owed.payable_minor, owed.paying_minor) == (0, 800, 0, 0)
    assert await haul.payable() == 0


@pytest.mark.parametrize("how", ["refused", "failed"])
async def test_what_did_not_go_can_be_asked_for_again(haul: Haul, how: str) -> None:
    await billed(haul)
    payout_id = await haul.ask_payout()
    await haul.answer(payout_id, await haul.second(), yes=how == "failed")
    if how == "failed":
        await haul.at_bank(payout_id, 800, state="failed")

    owed = await haul.owed()
    assert (owed.booked_minor, owed.payable_minor, owed.paid_minor) == (800, 800, 0)
    assert await haul.findings() == []
    again = await haul.ask_payout()
    assert again != payout_id


async def test_a_carrier_is_paid_what_was_shown_and_once_at_a_time(haul: Haul) -> None:
    await billed(haul)
    with pytest.raises(PayableMoved):
        await haul.ask_payout(799)
    await haul.ask_payout()
    haul.trade.clock.pass_(days=1)
    await billed(haul, 2_000)

    with pytest.raises(PayoutUnderWay):
        await haul.ask_payout()


async def test_what_becomes_payable_while_somebody_asks_is_told_and_not_paid_unseen(
    haul: Haul, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, _ = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    await haul.hauled(2_000, blue=100)
    await haul.bill()
    ask = payments.ask_carrier_payout

    async def meanwhile(work: Work, *args: Any) -> int:
        await work.db.execute("UPDATE freight_charge SET state = 'taken', taken_at = picked_up_at")
        return await ask(work, *args)

    monkeypatch.setattr(payments, "ask_carrier_payout", meanwhile)
    with pytest.raises(PayableMoved) as moved:
        await haul.ask_payout(800)
    assert moved.value.facts["amount_minor"] == 1_800

    monkeypatch.undo()
    await haul.ask_payout(800)


async def test_an_answer_of_the_bank_that_does_not_fit_moves_nothing(haul: Haul) -> None:
    await billed(haul)
    payout_id = await haul.ask_payout()
    await haul.answer(payout_id, await haul.second())

    assert await haul.at_bank(payout_id, 801) == "impossible"
    assert await haul.at_bank(payout_id, 800, account_no="6222") == "impossible"

    assert await haul.payable() == 800
    assert (await haul.hall.run(carriage.carrier_desk, carriage.asks.ListBillLines(), haul.operator)).payouts[
        0
    ].state == "asked"


@pytest.mark.parametrize(
    "odd",
    [
        {"amount_minor": 0}, {"weight_g": 2**40}, {"bill_txn": "cb\0"}, {"amount_minor": "8.00"}, {"at": "yesterday"},
        {"currency": None}, {"amount_minor": 10**30},
    ],
)  # fmt: skip
async def test_a_line_that_nobody_can_read_is_kept_and_agrees_to_nothing(haul: Haul, odd: Any) -> None:
    order, one = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    haul.trade.clock.pass_(hours=1)
    line = {
        "bill_txn": "cb-9", "carrier_code": "SF", "waybill": one.waybill, "weight_g": 1_000, "amount_minor": 800,
        "currency": "CNY", "at": haul.trade.clock.now().isoformat(),
    }  # fmt: skip
    haul.carrier.spoilt = [line | odd]

    await haul.bill()

    desk = await haul.desk("all")
    assert [(one.sort, one.state) for one in desk.lines] == [("matched", "agreed")]
    (unread,) = desk.unread
    assert "SF" in unread.said
    assert (await haul.owed()).payable_minor == 800
    assert await differences(haul) == ["unreadable"]
    end = payments.asks.EndDifference(
        difference_id=unread.difference_id, end="explain", reason="承运商已更正"
    )
    await haul.hall.run(operations.end_difference, end, haul.operator)
    assert (await haul.desk()).unread == []
    assert await haul.findings() == []


async def test_a_bill_of_nothing_but_nonsense_is_read(haul: Haul) -> None:
    order, one = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    haul.trade.clock.pass_(hours=1)
    haul.carrier.twisted[f"{one.order_id}-{one.waybill_id}"] = {"amount_minor": -1}

    await haul.bill()

    assert sorted(await differences(haul)) == ["only_ours", "unreadable"]
    assert [one.on for one in (await haul.desk()).unread] == [haul.today]
