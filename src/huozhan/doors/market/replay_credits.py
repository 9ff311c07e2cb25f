"""Credit notes of a replay: what earlier sales cover is an after-sales case each, the rest is the seller's named goodwill.

What covers what is planned from the file alone (`Cover`), newest sale first, so that a replay that was killed plans the
same again. Only what the market would refund for those pieces is asked of it.
"""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time

import msgspec

from huozhan import aftersales, ordering
from huozhan.doors.hall import Hall
from huozhan.doors.market.replay_people import buyer_name
from huozhan.doors.market.replay_reading import LONDON, CreditNote, Invoice
from huozhan.doors.market.replay_trading import Trade, move_clock, put_clock
from huozhan.kernel.actor import Actor
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.refusals import Refusal

AFTER_TRADE = time(22, 30)
NOTE = "Credit "
WHYS = {
    "not_sold_before": "this market sold nothing of it to the buyer before",
    "more_than_sold": "more pieces than this market sold to the buyer",
    "dearer_than_sold": "credited above the price it was sold at",
}
"""Why a part of a credit note is goodwill: the words the seller writes."""
_PAGE = 100


class Portion(msgspec.Struct, frozen=True):
    """So many pieces of a sale that a credit line gives money back for."""

    invoice_no: str
    sold_on: date
    code: str
    quantity: int
    amount_minor: int
    is_whole: bool
    """Whether it is all that these pieces cost."""


class Planned(msgspec.Struct, frozen=True):
    """What one credit note comes to: portions of earlier sales, and goodwill by why."""

    note: CreditNote
    portions: list[Portion]
    goodwill: dict[str, int]


class _Sale(msgspec.Struct):
    """A line that was sold, and what has come back of it."""

    invoice_no: str
    sold_at: datetime
    quantity: int
    amount_minor: int
    gone: int = 0
    gone_minor: int = 0

    def give(self, pieces: int, credited_minor: int) -> int:
        """Takes so many pieces back for as much of the credit as they cost; tells how much that is."""
        back = min(credited_minor, self.cost_of(pieces), self.amount_minor - self.gone_minor)
        self.gone += pieces
        self.gone_minor += back
        return back

    def cost_of(self, pieces: int) -> int:
        """What the next pieces cost."""
        return self._running(self.gone + pieces) - self._running(self.gone)

    def _running(self, pieces: int) -> int:
        return divide_half_up(self.amount_minor * pieces, self.quantity)


class Cover:
    """Which earlier sales cover which credits: by buyer and SKU, the newest first."""

    def __init__(self) -> None:
        self._sales: dict[tuple[str, str], list[_Sale]] = defaultdict(list)

    def sell(self, invoice: Invoice) -> None:
        """Remembers what an invoice sold."""
        for line in invoice.lines:
            sale = _Sale(invoice.invoice_no, invoice.at, line.quantity, line.amount_minor)
            self._sales[invoice.customer, line.code].append(sale)

    def plan(self, note: CreditNote) -> Planned:
        """Shares a credit note over the sales before it; what they do not cover is goodwill."""
        portions: list[Portion] = []
        goodwill: dict[str, int] = defaultdict(int)
        for line in note.lines:
            sales = self._sales.get((note.customer, line.code), [])
            left, left_minor = line.quantity, line.amount_minor
            for sale in reversed(sales):
                pieces = min(left, sale.quantity - sale.gone) if sale.sold_at <= note.at else 0
                if not pieces:
                    continue
                part_minor = divide_half_up(left_minor * pieces, left)
                cost_minor = sale.cost_of(pieces)
                back_minor = sale.give(pieces, part_minor)
                left, left_minor = left - pieces, left_minor - part_minor
                goodwill["dearer_than_sold"] += part_minor - back_minor
                if back_minor:
                    on = sale.sold_at.astimezone(LONDON).date()
                    portions.append(
                        Portion(sale.invoice_no, on, line.code, pieces, back_minor, back_minor == cost_minor)
                    )
            goodwill["more_than_sold" if left < line.quantity else "not_sold_before"] += left_minor
        return Planned(note, portions, {why: minor for why, minor in goodwill.items() if minor})


class _Given(msgspec.Struct):
    """Goodwill that waits until the seller has it."""

    note: CreditNote
    reason: str
    amount_minor: int


class Credits:
    """Plays credit notes, each in the evening of its day."""

    def __init__(self, trade: Trade, notes: list[CreditNote], *, from_on: date | None) -> None:
        self._trade, self._from_on = trade, from_on
        self._notes = deque(notes)
        self._cover = Cover()
        self._waiting: deque[_Given] = deque()
        self._given: set[str] = set()
        self._standing: dict[tuple[str, str, tuple[int, ...]], aftersales.views.CasePage] = {}

    async def open(self) -> None:
        """Looks what a killed replay has credited already."""
        if self._from_on is None:
            return
        hall, seller = self._trade.day, self._trade.seller
        async for one in given_of(hall, seller):
            self._given.add(one.reason)
        async for case in cases_of(hall, seller, since=self._from_on):
            lines = tuple(line.line_no for line in case.lines)
            self._standing[case.evidence[0].note, case.order_id, lines] = case

    def sell(self, invoices: list[Invoice]) -> None:
        """Remembers the sales of a day, also of one that was played before a kill."""
        for invoice in invoices:
            self._cover.sell(invoice)

    async def play(self, before: date | None = None) -> None:
        """Credits what is noted before a day, day after day; all that is left without one."""
        while self._notes and (before is None or self._notes[0].on < before):
            on = self._notes[0].on
            notes: list[CreditNote] = []
            while self._notes and self._notes[0].on == on:
                notes.append(self._notes.popleft())
            await self._play_day(on, [self._cover.plan(note) for note in notes])

    async def _play_day(self, on: date, planned: list[Planned]) -> None:
        is_played = self._from_on is not None and on < self._from_on
        if not is_played:
            put_clock(self._trade.day, on, AFTER_TRADE)
            for wave in _waves(planned):
                await self._trade.side_by_side(wave, self._apply)
                await self._trade.settle()
        for one in planned:
            for why, minor in one.goodwill.items():
                reason = f"{NOTE}{one.note.invoice_no}: {WHYS[why]}"
                if reason not in self._given:
                    self._waiting.append(_Given(one.note, reason, minor))
        if not is_played:
            await self._give()

    async def _apply(self, lane: Hall, planned: Planned) -> None:
        """The buyer applies for what came back of each order, the seller agrees; a penny that the market refuses is goodwill."""
        move_clock(lane, self._trade.day.clock.now())
        buyer = await self._trade.buyers.actor(buyer_name(planned.note.customer), planned.note.country)
        short_minor = 0
        for order_id, portions in (await self._by_order(lane, buyer, planned)).items():
            for lines in _cases(portions):
                asked = sum(portion.amount_minor for _, portion in lines)
                short_minor += asked - await self._case(lane, buyer, planned.note, order_id, lines, asked)
        if short_minor:
            planned.goodwill["dearer_than_sold"] = planned.goodwill.get("dearer_than_sold", 0) + short_minor

    async def _by_order(
        self, lane: Hall, buyer: Actor, planned: Planned
    ) -> dict[str, list[tuple[int, Portion]]]:
        """The portions of each order with the numbers of their lines."""
        found: dict[str, list[tuple[int, Portion]]] = defaultdict(list)
        numbers: dict[str, dict[str, int]] = {}
        for portion in planned.portions:
            order_id = await self._trade.order_of(portion.invoice_no, portion.sold_on)
            if order_id not in numbers:
                page = await lane.run(ordering.order_page, ordering.asks.OrderRef(order_id), buyer)
                numbers[order_id] = {line.goods.options.en: line.line_no for line in page.lines}
            found[order_id].append((numbers[order_id][portion.code], portion))
        return found

    async def _case(
        self, lane: Hall, buyer: Actor, note: CreditNote, order_id: str, lines: list[tuple[int, Portion]], asked: int
    ) -> int:  # fmt: skip
        """One case from the application to the seller's yes; tells how much goes back."""
        said = NOTE + note.invoice_no
        case = self._standing.get((said, order_id, tuple(sorted(no for no, _ in lines))))
        if case is None:
            ask = aftersales.asks.ApplyCase(
                order_id=order_id,
                kind="refund_only",
                goods_status="received",
                reason_code="wish",
                lines=tuple(aftersales.asks.CaseLineAsk(no, portion.quantity) for no, portion in sorted(lines, key=lambda one: one[0])),
                goods_minor=asked,
                freight_minor=0,
                note=said,
            )  # fmt: skip
            case_id, asked = await self._ask(lane, buyer, ask)
        else:
            case_id, asked = case.case_id, case.asked_minor
        if case_id and (case is None or case.state == "wait_seller"):
            await lane.run(
                aftersales.answer_case,
                aftersales.asks.AnswerCase(case_id=case_id, agree=True),
                self._trade.seller,
            )
        return asked

    async def _ask(self, lane: Hall, buyer: Actor, ask: aftersales.asks.ApplyCase) -> tuple[str, int]:
        """Applies; where the market finds less to be refundable, for that much, or for nothing at all."""
        try:
            state = await lane.run(aftersales.apply_case, ask, buyer)
        except Refusal as refusal:
            if refusal.code != "aftersales.more_than_refundable":
                raise
            most = int(refusal.facts["goods_minor"])
            if not 0 < most < (ask.goods_minor or 0):
                return "", 0
            return await self._ask(lane, buyer, msgspec.structs.replace(ask, goods_minor=most))
        return state.case_id, state.asked_minor

    async def _give(self) -> None:
        """Gives what waits, oldest first, as far as the seller has it."""
        hall, seller = self._trade.day, self._trade.seller
        for _ in range(len(self._waiting)):
            one = self._waiting.popleft()
            buyer = await self._trade.buyers.actor(buyer_name(one.note.customer), one.note.country)
            ask = aftersales.asks.GiveGoodwill(
                buyer_id=str(buyer.org_id), amount_minor=one.amount_minor, reason=one.reason
            )
            try:
                await hall.run(aftersales.give_goodwill, ask, seller)
            except Refusal as refusal:
                if refusal.code not in ("payments.not_enough_available", "payments.owes_first"):
                    raise
                self._waiting.append(one)


def _waves(planned: list[Planned]) -> Iterator[list[Planned]]:
    """Credit notes with portions, so that no wave holds two of one buyer: their lines may be the same."""
    by_buyer: dict[str, deque[Planned]] = defaultdict(deque)
    for one in planned:
        if one.portions:
            by_buyer[one.note.customer].append(one)
    while by_buyer:
        yield [waiting.popleft() for waiting in by_buyer.values()]
        by_buyer = defaultdict(deque, {buyer: rest for buyer, rest in by_buyer.items() if rest})


def _cases(portions: list[tuple[int, Portion]]) -> Iterator[list[tuple[int, Portion]]]:
    """Pieces that come back at their whole price share a case; others have one each, so that no line's amount is spread."""
    whole = [one for one in portions if one[1].is_whole]
    if whole:
        yield whole
    for one in portions:
        if not one[1].is_whole:
            yield [one]


async def given_of(hall: Hall, seller: Actor) -> AsyncIterator[aftersales.views.GoodwillView]:
    """All that the seller gave as goodwill, newest first."""
    cursor = None
    while True:
        ask = aftersales.asks.ListGoodwill(selling=True, cursor=cursor, size=_PAGE)
        page = await hall.run(aftersales.goodwill_given, ask, seller)
        for one in page.items:
            yield one
        if (cursor := page.next_cursor) is None:
            return


async def cases_of(
    hall: Hall, seller: Actor, *, since: date | None = None
) -> AsyncIterator[aftersales.views.CasePage]:
    """Every case of the seller that was applied for since a day, with what the buyer wrote."""
    for ended in (False, True):
        cursor = None
        while True:
            ask = aftersales.asks.ListCases(selling=True, ended=ended, cursor=cursor, size=_PAGE)
            page = await hall.run(aftersales.my_cases, ask, seller)
            for card in page.cases:
                if since is None or card.applied_at.astimezone(LONDON).date() >= since:
                    yield await hall.run(
                        aftersales.case_page, aftersales.asks.CaseRef(case_id=card.case_id), seller
                    )
            if (cursor := page.next_cursor) is None:
                break
