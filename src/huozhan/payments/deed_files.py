"""The two files that a lender, a funder or an insurer tells of each day: what it did for us, and what passed between the banks.

The three differ in what they do; how their files are judged, booked, doubted and looked at again is the same.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from huozhan.kernel.work import Work
from huozhan.payments.asks import BelieveEmpty, TradeLine
from huozhan.payments.comparing import DayFile, compare_day, open_differences, recheck
from huozhan.payments.days import day_bounds
from huozhan.payments.funding import DEEDS, SETTLEMENTS, funder_settled
from huozhan.payments.matching import Ours
from huozhan.payments.reconciling import doubt_sums, must_be_doubted


class SettlementLine(Protocol):
    """A line of a settlement file, as far as it is booked; its total has a line of its own."""

    @property
    def kind(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def net_minor(self) -> int: ...


class DeedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """One party's files, beside our rows of what was asked of it, which its own context reads."""

    funder_id: int
    signs: Mapping[str, int]
    """Deeds for which money passes: to us +1, from us -1."""
    by_ref: Callable[[Work, list[str]], Awaitable[dict[str, Ours]]]
    done_between: Callable[[Work, datetime, datetime], Awaitable[dict[str, Ours]]]

    @property
    def source(self) -> str:
        """What the file of deeds is called."""
        return DEEDS[self.funder_id]

    async def compare(
        self,
        work: Work,
        on: date,
        lines: Sequence[TradeLine],
        unread: Sequence[str] = (),
        *,
        is_believed: bool = False,
    ) -> None:
        """Compares the deeds of a day with ours, both ways."""
        file = DayFile(
            source=self.source, on=on, lines=lines, unread=unread, passes_minor=self._passes(work, lines)
        )
        await compare_day(
            work,
            file,
            ours=await self.by_ref(work, [line.merchant_ref for line in lines]),
            expected=await self.done_between(work, *day_bounds(on)),
            is_believed=is_believed,
        )

    def _passes(self, work: Work, lines: Sequence[TradeLine]) -> int:
        """What of a file of deeds passes between the banks."""
        return sum(
            self.signs.get(line.kind, 0) * (line.amount_minor - line.fee_minor)
            for line in lines
            if line.currency == work.terms.currency
        )

    async def settle(
        self, work: Work, on: date, told: Sequence[SettlementLine], unread: Sequence[str]
    ) -> None:
        """Books what passed between the party's bank and ours on a day (E13c), once.

        An empty file beside deeds of the day before is not written yet: it is asked for again, until a person believes it;
        so is one whose total is not the sum of its lines.
        """
        ours = [line for line in told if line.currency == work.terms.currency]
        lines = [line for line in ours if line.kind != "total"]
        net_minor = sum(line.net_minor for line in ours if line.kind == "total")
        if unread or net_minor != sum(line.net_minor for line in lines):
            await doubt_sums(work, SETTLEMENTS[self.funder_id], on, unread)
            return
        await funder_settled(work, on, net_minor=net_minor, lines=len(lines), funder_id=self.funder_id)

    async def believe_empty(self, work: Work, ask: BelieveEmpty) -> None:
        """Takes a file as empty that is: its deeds become differences, a day without settlement stays owed on 103."""
        await must_be_doubted(work, ask)
        if ask.source == self.source:
            await self.compare(work, ask.on, [], is_believed=True)
        else:
            await funder_settled(
                work, ask.on, net_minor=0, lines=0, is_believed=True, funder_id=self.funder_id
            )

    async def recheck(self, work: Work) -> None:
        """Ends the differences that our deeds, or a later file, explain by now."""
        rows = await open_differences(work, self.source)
        await recheck(
            work, self.source, rows, await self.by_ref(work, [row["name"].partition(":")[2] for row in rows])
        )
