"""Whatever buyers, sellers, refunds and the tax party do, in any order: no more is invoiced than is paid, by an oracle of its own."""

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan import invoicing
from huozhan.invoicing.sharing import NothingLeft, OnInvoice, spread, take_back
from tests.aftersales.complaining import Desk
from tests.invoicing.billing import Billing

RATES = (1300, 900, 600, 300, 100, 0)
STEPS = 16


def tax_of(gross: int, rate_bp: int) -> int:
    """The tax in a gross, by fractions: net is rounded half up."""
    net = Fraction(gross * 10_000, 10_000 + rate_bp)
    return gross - int(net + Fraction(1, 2))


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(RATES)), min_size=1, max_size=8),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_lines_come_to_the_room_and_red_letters_take_back_exactly_what_stood(
    lines: list[tuple[int, int]], data: st.DataObject
) -> None:
    kept = {no: amount for no, (amount, _) in enumerate(lines, 1)}
    rates = {no: rate for no, (_, rate) in enumerate(lines, 1)}
    room = data.draw(st.integers(1, max(sum(kept.values()), 1)))
    made = spread(7, room, kept, {}, rates)

    assert sum(line.amount_minor for line in made) == room
    assert all(line.tax_minor == tax_of(line.amount_minor, line.rate_bp) for line in made)
    standing = [
        OnInvoice(
            line_no=at, order_id=7, order_line_no=line.order_line_no, amount_minor=line.amount_minor,
            rate_bp=line.rate_bp, tax_minor=line.tax_minor,
        )
        for at, line in enumerate(made, 1)
    ]  # fmt: skip
    while left := sum(line.left_minor for line in standing):
        over = data.draw(st.integers(1, left)) if len(standing) < 4 else left
        back = {one.line_no: one for one in take_back(standing, over, {})}
        assert sum(one.amount_minor for one in back.values()) == over
        assert all(one.tax_minor >= 0 for one in back.values())
        standing = [
            OnInvoice(
                line_no=line.line_no, order_id=7, order_line_no=line.order_line_no, amount_minor=line.amount_minor,
                rate_bp=line.rate_bp, tax_minor=line.tax_minor,
                red_minor=line.red_minor + (back[line.line_no].amount_minor if line.line_no in back else 0),
                red_tax_minor=line.red_tax_minor + (back[line.line_no].tax_minor if line.line_no in back else 0),
            )
            for line in standing
        ]  # fmt: skip
    assert all(line.red_tax_minor == line.tax_minor for line in standing)


class Oracle:
    """What must be invoiced, in plain numbers: requests shrink first, then invoices are taken back, the newest first."""

    def __init__(self, paid: dict[str, int]) -> None:
        self.left = dict(paid)
        self.invoices: dict[str, dict[str, Any]] = {}

    def standing(self, order: str) -> int:
        return sum(
            one["parts"].get(order, 0) for one in self.invoices.values() if one["state"] in ("open", "issued")
        )

    def room(self, order: str) -> int:
        return self.left[order] - self.standing(order)

    def give_back(self, order: str, amount: int) -> None:
        self.left[order] -= amount
        for state in ("open", "issued"):
            for one in reversed(self.invoices.values()):
                over = min(self.standing(order) - self.left[order], one["parts"].get(order, 0))
                if one["state"] == state and over > 0:
                    one["parts"][order] -= over
                    one["reddened"] = state == "issued"
                    if state == "open" and not sum(one["parts"].values()):
                        one["state"] = "closed"


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_order_of_deeds_ends_where_the_oracle_says(billing: Billing, seed: int) -> None:
    chance, desk, seller = random.Random(seed), Desk(billing.trade), billing.trade.chenguang
    orders = {
        order.order_id: order for order in [await billing.received(red=12), await billing.received(blue=9)]
    }
    oracle = Oracle({order_id: order.amount_minor for order_id, order in orders.items()})

    for _ in range(STEPS):
        deed = chance.choice(("ask", "ask", "issue", "issue", "refuse", "void", "give_back", "give_back"))
        some = chance.sample(sorted(orders), chance.randint(1, 2))
        open_ = [id_ for id_, one in oracle.invoices.items() if one["state"] == "open"]
        issued = [id_ for id_, one in oracle.invoices.items() if one["state"] == "issued"]
        if deed == "ask":
            rooms = {order_id: oracle.room(order_id) for order_id in some}
            if min(rooms.values()) <= 0:
                with pytest.raises(NothingLeft):
                    await billing.ask(*(orders[order_id] for order_id in some))
                continue
            asked = await billing.ask(*(orders[order_id] for order_id in some))
            oracle.invoices[asked.invoice_id] = {"state": "open", "parts": rooms, "reddened": False}
        elif deed == "issue" and open_:
            one = chance.choice(open_)
            await billing.issue(await billing.hall_state(one))
            oracle.invoices[one]["state"] = "issued"
        elif deed == "refuse" and open_:
            one = chance.choice(open_)
            await billing.close(invoicing.refuse_invoice, await billing.hall_state(one), seller)
            oracle.invoices[one]["state"] = "closed"
        elif deed == "void" and (whole := [id_ for id_ in issued if not oracle.invoices[id_]["reddened"]]):
            one = chance.choice(whole)
            await billing.close(invoicing.void_invoice, await billing.hall_state(one), seller)
            await billing.catch_up()
            oracle.invoices[one]["state"] = "void"
        elif deed == "give_back":
            case = await desk.apply(orders[some[0]], l1=1)
            done = await desk.answer(case, agree=True)
            await billing.catch_up()
            oracle.give_back(some[0], done.refunded_minor)
        await _compare(billing, oracle)
    assert await billing.findings() == []


async def _compare(billing: Billing, oracle: Oracle) -> None:
    for invoice_id, said in oracle.invoices.items():
        page = await billing.page(await billing.hall_state(invoice_id))
        state = {"init": "open", "closed": "closed", "deprecated": "void"}.get(page.card.state, "issued")
        assert state == said["state"]
        if state in ("open", "issued"):
            stands = {part.order_id: part.amount_minor - part.red_minor for part in page.parts}
            assert stands == said["parts"]
            assert sum(line.amount_minor - line.red_minor for line in page.lines) == sum(stands.values())
