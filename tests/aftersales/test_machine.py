"""Random lives of cases on one order, step by step against an oracle: money to the fen, units where they must be."""

import random

import pytest

from huozhan import ordering
from huozhan.ordering.asks import AmendPrice, AnswerRefund, LineQuantity, RefundUnshipped
from huozhan.ordering.views import PlacedOrder
from tests.aftersales.complaining import Desk
from tests.aftersales.oracle import Oracle, OracleCase, OracleLine, difference
from tests.aftersales.shirts import PRICES, fill_wallet, instead, open_shirts, sent_back, swapped
from tests.ordering.trading import Trade

STEPS = 36


class Life:
    """One order, the market's and the oracle's."""

    def __init__(self, trade: Trade, order: PlacedOrder, oracle: Oracle, dice: random.Random) -> None:
        self.trade, self.order, self.oracle, self.dice = trade, order, oracle, dice
        self.desk = Desk(trade)
        self.cases: dict[int, object] = {}
        self.sizes: dict[int, str] = {}

    async def ship(self) -> None:
        able = [no for no, line in self.oracle.lines.items() if line.to_ship]
        if able:
            line_no = self.dice.choice(able)
            units = self.dice.randint(1, self.oracle.lines[line_no].to_ship)
            await self.trade.ship(self.order, **{f"l{line_no}": units})
            self.oracle.ship(line_no, units)

    async def confirm(self) -> None:
        if self.oracle.free_parcels():
            await self.trade.confirm(self.order)
            self.oracle.confirm()

    async def give_unshipped_back(self) -> None:
        able = [no for no, line in self.oracle.lines.items() if line.to_ship]
        if able:
            line_no = self.dice.choice(able)
            units = self.dice.randint(1, self.oracle.lines[line_no].to_ship)
            lines = (LineQuantity(line_no, units),)
            ask = RefundUnshipped(order_id=self.order.order_id, reason="少要一些", lines=lines)
            refund = await self.trade.hall.run(ordering.refund_unshipped, ask, self.trade.li)
            if refund.state == "asked":
                yes = AnswerRefund(order_id=self.order.order_id, refund_id=refund.refund_id, agree=True)
                await self.trade.hall.run(ordering.answer_refund, yes, self.trade.seller_of(self.order))
            self.oracle.give_unshipped_back(line_no, units)

    async def apply(self) -> None:
        taken = {case.line_no for case in self.oracle.cases.values()}
        able = [no for no, line in self.oracle.lines.items() if line.to_receive and no not in taken]
        if able:
            line_no = self.dice.choice(able)
            line = self.oracle.lines[line_no]
            units = self.dice.randint(1, max(line.to_receive // 3, 1))
            most = line.share(units)
            goods, freight = most
            if self.dice.random() < 0.8:
                goods, freight = self.dice.randint(1, max(goods, 1)), self.dice.randint(0, freight)
            if 0 < goods <= most[0]:
                case = await self.desk.apply(
                    self.order, **{f"l{line_no}": units}, goods_minor=goods, freight_minor=freight
                )
                number = int(case.case_id)
                self.cases[number] = case
                self.oracle.apply(number, OracleCase(line_no, units, goods, freight, most))

    async def apply_after(self) -> None:
        """Of a line that is confirmed as far as it was sent, so that the case is about the seller's money."""
        taken = {case.line_no for case in self.oracle.cases.values()}
        able = [
            no
            for no, line in self.oracle.lines.items()
            if line.received > line.gone and not line.to_receive and no not in taken
        ]
        if able:
            line_no = self.dice.choice(able)
            line = self.oracle.lines[line_no]
            units = self.dice.randint(1, line.received - line.gone)
            most = line.share_after(units)
            goods, freight = self.dice.choice([most, (self.dice.randint(0, most[0]), most[1])])
            if goods:
                case = await self.desk.apply(
                    self.order, **{f"l{line_no}": units}, goods_minor=goods, freight_minor=freight
                )
                number = int(case.case_id)
                self.cases[number] = case
                self.oracle.apply(number, OracleCase(line_no, units, goods, freight, most, after=True))

    async def replace(self) -> None:
        """Pieces are sent once more: no money moves, whether their first ones were confirmed or not."""
        taken = {case.line_no for case in self.oracle.cases.values()}
        able = [
            no
            for no, line in self.oracle.lines.items()
            if no not in taken and (line.to_receive or (line.received > line.gone and line.kept_goods))
        ]
        if able:
            line = self.oracle.lines[line_no := self.dice.choice(able)]
            goods = line.share(1) if line.to_receive else line.share_after(1)
            if sum(goods):
                case = await self.desk.apply(
                    self.order, **{f"l{line_no}": 1}, kind="resend", reason_code="short"
                )
                await self.desk.answer(case, agree=True)
                await self.desk.send_again(case)
                await self.desk.got_again(case)

    async def swap(self) -> None:
        """Shirts are exchanged for another size: what they cost less goes back, what they cost more is paid; or it fails late."""
        taken = {case.line_no for case in self.oracle.cases.values()}
        able = [
            no
            for no, line in self.oracle.lines.items()
            if no in self.sizes and no not in taken and (line.to_receive or line.received > line.gone)
        ]
        if not able:
            return
        line = self.oracle.lines[line_no := self.dice.choice(able)]
        after = not line.to_receive
        back = self.dice.randint(1, line.received - line.gone if after else line.to_receive)
        most = line.share_after(back) if after else line.share(back)
        own = self.sizes[line_no]
        size = self.dice.choice([one for one in PRICES if one != own])
        wanted = self.dice.randint(1, back + 1)
        more = difference(line.goods, (PRICES[own], line.quantity, back), (PRICES[size], wanted), most[0])
        if most[0] and wanted <= await self.trade.free(size) and more <= await self.desk.wallet():
            wish = instead(self.trade, size, wanted, line_no)
            case = await self.desk.apply(
                self.order, **{f"l{line_no}": back}, kind="exchange", reason_code="size", wanted=(wish,),
                difference_minor=more,
            )  # fmt: skip
            number, before = int(case.case_id), await self.desk.wallet()
            if self.dice.random() < 0.3:
                await sent_back(self.desk, case, restock=True)
                if more > 0:
                    await self.desk.pay_difference(case)
                await self.desk.refund_instead(case)
                self.oracle.apply(number, OracleCase(line_no, back, most[0], 0, most, after=after))
                self.oracle.give_back(number)
            else:
                await swapped(self.desk, case, restock=self.dice.random() < 0.5)
                before -= max(more, 0)
                self.oracle.top_up(max(more, 0))
                if more < 0:
                    self.oracle.apply(
                        number, OracleCase(line_no, back, -more, 0, most, after=after, stays=True)
                    )
                    self.oracle.give_back(number)
            assert await self.desk.wallet() == before

    async def agree(self) -> None:
        if self.oracle.cases:
            number = self.dice.choice(sorted(self.oracle.cases))
            await self.desk.answer(self.cases[number], agree=True)
            self.oracle.give_back(number)

    async def give_up(self) -> None:
        if self.oracle.cases:
            number = self.dice.choice(sorted(self.oracle.cases))
            await self.desk.cancel(self.cases[number])
            self.oracle.end(number)

    async def ask_for_less(self) -> None:
        if self.oracle.cases:
            number = self.dice.choice(sorted(self.oracle.cases))
            case = self.oracle.cases[number]
            await self.desk.answer(self.cases[number], agree=False, reason="太多了")
            case.goods, case.freight = self.dice.randint(1, case.goods), 0
            await self.desk.modify(self.cases[number], goods_minor=case.goods)

    async def compare(self) -> None:
        page = await self.trade.page(self.order)
        lines = {
            line.line_no: (line.shipped, line.received, line.refunded, line.returned) for line in page.lines
        }
        assert lines == {
            no: (line.shipped, line.received, line.refunded, line.returned)
            for no, line in self.oracle.lines.items()
        }
        assert page.money.refunded_minor == self.oracle.refunded
        assert page.money.released_minor == self.oracle.released
        assert await self.trade.owed_to(self.trade.seller_of(self.order)) == self.oracle.owed_to_seller


@pytest.mark.parametrize("seed", range(10))
async def test_random_lives_of_cases_end_as_the_oracle_says(trade: Trade, seed: int) -> None:
    dice = random.Random(seed)
    await open_shirts(trade)
    # Cups and shirts come with freight; bolts cost 0.0350 each, so that hardly a share is a whole fen.
    cups = {"red": dice.randint(3, 60), "blue": dice.randint(3, 60)}
    bolts = {"bolt": dice.randint(200, 9_000)}
    wear = {"M": dice.randint(3, 60), "XL": dice.randint(3, 60)}
    order = await trade.one(**(wear, bolts, cups)[seed % 3])
    if seed % 3 == 0:
        await fill_wallet(trade, 20_000)
    if seed % 2:
        # What was amended costs no round price either.
        amended = AmendPrice(
            order_id=order.order_id, reason="老客户", goods_minor=dice.randint(500, order.amount_minor // 2)
        )
        await trade.hall.run(ordering.amend_price, amended, trade.seller_of(order))
    await trade.pay(order)
    page = await trade.page(order)
    lines = {
        line.line_no: OracleLine(line.quantity, line.goods_minor, line.freight_minor) for line in page.lines
    }
    life = Life(trade, order, Oracle(lines), dice)
    life.sizes = {
        line.line_no: line.goods.options.en for line in page.lines if line.goods.options.en in PRICES
    }
    deeds = [
        life.ship, life.ship, *[life.apply] * 4, *[life.agree] * 3, life.give_up, life.ask_for_less, *[life.confirm] * 2,
        life.give_unshipped_back, *[life.apply_after] * 4, life.replace, *[life.swap] * 3,
    ]  # fmt: skip

    for _ in range(STEPS):
        await dice.choice(deeds)()
        await life.compare()
    for number in sorted(life.oracle.cases):
        await life.desk.answer(life.cases[number], agree=True)
        life.oracle.give_back(number)
    while any(line.to_ship for line in life.oracle.lines.values()):
        await life.ship()
    await life.confirm()

    await life.compare()
    assert life.oracle.refunded + life.oracle.released == page.amount_minor
    assert await life.desk.findings() == []
