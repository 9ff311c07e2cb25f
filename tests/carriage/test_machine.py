"""Account 208 under whatever may happen, beside a model in plain Python: charged = paid + payable + disputed + open + unbilled."""

import random

import pytest

from huozhan import operations
from tests.carriage.hauling import Haul

DEEDS = ("accept_supplier", "accept_market", "concede", "dispute", "void")
PARTS = ("payable", "disputed", "open", "unbilled")
ENDS = ("nothing", "paid", "failed", "refused")


class Parcel:
    """A waybill in the model: what is charged to whom, and how far its bill is."""

    def __init__(self, weight_g: int) -> None:
        self.supplier = 800 + -(-max(0, weight_g - 1_000) // 1_000) * 200
        self.market = 0
        self.line = "unbilled"
        self.billed = 0

    @property
    def charged(self) -> int:
        return self.supplier + self.market

    def bill(self, weight_g: int) -> None:
        self.billed = 800 + -(-max(0, weight_g - 1_000) // 1_000) * 200
        self.line = "payable" if self.billed == self.charged else "open"

    def may(self, deed: str) -> bool:
        if self.line not in ("open", "disputed"):
            return False
        if deed in ("accept_market", "concede"):
            return self.billed > self.charged
        return deed != "dispute" or self.line == "open"

    def decide(self, deed: str) -> None:
        if deed == "accept_supplier":
            self.supplier += self.billed - self.charged
            self.line = "payable"
        elif deed == "accept_market":
            self.market += self.billed - self.charged
            self.line = "payable"
        elif deed == "concede":
            self.line = "payable"
        else:
            self.line = {"dispute": "disputed", "void": "unbilled"}[deed]


@pytest.mark.parametrize("seed", range(4))
async def test_208_is_what_was_charged_less_what_was_paid(haul: Haul, seed: int) -> None:
    draw = random.Random(seed)
    for ends in draw.sample(ENDS, 2):
        parcels = [
            (draw.randint(100, 9_000), draw.randint(100, 9_000), draw.choices(DEEDS, k=draw.randint(0, 3)))
            for _ in range(draw.randint(1, 3))
        ]
        await _play(haul, parcels, ends)


async def _play(haul: Haul, parcels: list[tuple[int, int, list[str]]], ends: str) -> None:
    before = await haul.owed()
    model: dict[str, Parcel] = {}
    for weighed_g, billed_g, _ in parcels:
        order, one = await haul.hauled(weighed_g, red=10)
        await haul.trade.confirm(order)
        parcel = model[one.waybill] = Parcel(weighed_g)
        haul.carrier.twisted[f"{one.order_id}-{one.waybill_id}"] = {"weight_g": billed_g}
        parcel.bill(billed_g)
    await haul.bill()
    for (waybill, parcel), (_, _, deeds) in zip(model.items(), parcels, strict=True):
        for deed in deeds:
            line = next((one for one in await haul.lines("all") if one.waybill == waybill), None)
            assert line is not None
            assert (deed in line.can) == parcel.may(deed), (deed, line.can, parcel.line)
            if parcel.may(deed):
                name, _, bearer = deed.partition("_")
                await haul.decide(line, name, bearer or "supplier")
                parcel.decide(deed)
    paid = await _pay(haul, ends)
    owed = await haul.owed()
    parts = {name: sum(one.charged for one in model.values() if one.line == name) for name in PARTS}
    assert paid in (0, parts["payable"] + before.payable_minor)
    assert owed.booked_minor - before.booked_minor == sum(p.charged for p in model.values()) - paid
    assert owed.payable_minor == before.payable_minor + parts["payable"] - paid
    assert owed.disputed_minor - before.disputed_minor == parts["disputed"]
    assert owed.open_minor - before.open_minor == parts["open"]
    assert owed.unbilled_minor - before.unbilled_minor == parts["unbilled"]
    assert owed.booked_minor == (
        owed.payable_minor + owed.paying_minor + owed.disputed_minor + owed.open_minor + owed.unbilled_minor
    )
    codes = {finding.code for finding in await haul.findings()}
    assert {code for code in codes if code.startswith("carriage.")} == set()
    close = await haul.hall.run(operations.day_close, operations.DayToClose(), haul.operator)
    check = next(one for one in close.checks if one.code == "carrier_account")
    assert (check.state, check.ours_minor) == ("holds", owed.booked_minor)
    haul.trade.clock.pass_(days=1)


async def _pay(haul: Haul, ends: str) -> int:
    amount_minor = (await haul.owed()).payable_minor
    if ends == "nothing" or not amount_minor:
        return 0
    payout_id = await haul.ask_payout()
    await haul.answer(payout_id, await haul.second(), yes=ends != "refused")
    if ends == "refused":
        return 0
    await haul.at_bank(payout_id, amount_minor, state="succeeded" if ends == "paid" else "failed")
    return amount_minor if ends == "paid" else 0
