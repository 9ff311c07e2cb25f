"""Plays a file of past invoices through the use cases that people use, and proves the market's totals against it.

The market's orders are the only record of how far it came: a killed replay is begun again and goes on at the day
of the newest order, whose invoices it recognises by the buyer's note.
"""

import time
from datetime import date, timedelta
from datetime import time as day_time
from pathlib import Path

from huozhan import operations
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import ledger as ledger_rounds
from huozhan.doors.jobs.search import Indexer
from huozhan.doors.jobs.table import prune_idempotency
from huozhan.doors.market.load import Progress
from huozhan.doors.market.replay_channel import ReplayChannel
from huozhan.doors.market.replay_credits import Credits
from huozhan.doors.market.replay_goods import Goods
from huozhan.doors.market.replay_people import Buyers, open_seller
from huozhan.doors.market.replay_reading import File, Season, season_of
from huozhan.doors.market.replay_report import Replayed, report
from huozhan.doors.market.replay_trading import Trade, put_clock, with_own_clock
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Terms

REPLAY_TERMS = Terms(
    market_id=1,
    name_zh="货栈回放",
    name_en="Huozhan replay",
    currency="GBP",
    timezone="Europe/London",
    is_demo=False,
)
BEFORE_TRADE = day_time(0, 30)
UNPLAYED_FILE = "unplayed.csv"
RULES = {
    "aftersale_window.normal": 1_000,
    "goodwill.day_most": 10**12,
    "goodwill.no_order_day_most": 10**12,
    "withdraw.second_step_from": 10**12,
}
"""A credit note of the file may be about goods of years ago, or of a customer whose purchases the file does not know."""


def hurried(database_url: str) -> str:
    """The address of a database whose commits do not wait for the disk.

    A machine that fails takes the last moments of a replay with it, whole transactions in order: the orders that
    remain say where to go on.
    """
    return f"{database_url}{'&' if '?' in database_url else '?'}synchronous_commit=off"


class WrongMarket(Exception):
    """The home holds a market that is not for replaying: another currency, or trade of its own."""


async def replay(hall: Hall, path: Path, progress: Progress) -> Replayed:
    """Plays the file from where the market stands to its end, and reports."""
    if (hall.terms.currency, hall.terms.is_demo) != (REPLAY_TERMS.currency, False):
        raise WrongMarket(hall.terms.name_en)
    began = time.monotonic()
    file = File(path)
    unplayed = hall.settings.home / UNPLAYED_FILE
    file.write_unplayed(unplayed)
    player = _Player(hall, file, progress)
    first, last = await player.play()
    return await report(
        player.hall, player.seller, file, (first, last), price_lists=[season.name for season in file.seasons()],
        unplayed_file=str(unplayed), seconds=time.monotonic() - began,
    )  # fmt: skip


async def open_rules(hall: Hall, first: date) -> None:
    """Publishes, with the notice that is due, the rules of this market: money back and goodwill without a limit."""
    versions = (await hall.run(operations.rules, Nothing(), system("replay"))).rules
    if any(rule.version > 1 for rule in versions if rule.code in RULES):
        return
    notice = hall.rules.at("rules.notice", hall.clock.now()).span
    put_clock(hall, first - notice - timedelta(days=1), BEFORE_TRADE)
    effective_from = hall.clock.now() + notice
    for code, value in RULES.items():
        ask = operations.PublishRule(
            code=code, value=value, effective_from=effective_from, reason="past credit notes are played"
        )
        await hall.run(operations.publish_rule, ask, system("replay"))
    await hall.reread_rules()


class _Player:
    """One run over the file."""

    def __init__(self, hall: Hall, file: File, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._done = 0
        self._total = file.invoices_total()
        self._indexer = Indexer()
        self._buyers: Buyers
        self._trade: Trade
        self._credits: Credits
        self._channel = ReplayChannel()
        self.hall = with_own_clock(hall, self._channel)
        self.seller: Actor
        self.goods = Goods(file)

    async def play(self) -> tuple[date, date]:
        """Plays all seasons; tells the first and the last day."""
        first, last = self._file.first_day(), self._file.last_day()
        await open_rules(self.hall, first)
        put_clock(self.hall, first, BEFORE_TRADE)
        self.seller = await open_seller(self.hall)
        self._buyers = Buyers(self.hall)
        await self._buyers.open()
        self._trade = Trade(self.hall, self._channel, self.seller, self._buyers, self.goods)
        stopped_on = await self._trade.last_day()
        self._credits = Credits(self._trade, self._file.credits(), from_on=stopped_on)
        await self._credits.open()
        for season in self._file.seasons():
            await self._play_season(season, stopped_on)
        await self._credits.play()
        await self._trade.finish(last)
        await self._keep_house()
        await self._index()
        return first, last

    async def _play_season(self, season: Season, stopped_on: date | None) -> None:
        opened, month = False, 0
        for day, invoices in self._file.days(season):
            await self._credits.play(before=day)
            self._credits.sell(invoices)
            if stopped_on is None or day >= stopped_on:
                await self._trade.confirm_until(day)
                put_clock(self.hall, day, BEFORE_TRADE)
                if not opened:
                    await self._open_season(
                        season, receive=stopped_on is None or season_of(stopped_on) != season
                    )
                    opened = True
                    self._progress("invoices", self._done, self._total)
                if day.month != month:
                    await self._keep_house()
                    month = day.month
                placed = await self._trade.pick_up(day) if day == stopped_on else {}
                await self._trade.play(day, invoices, placed)
            self._done += len(invoices)
            self._progress("invoices", self._done, self._total)

    async def _open_season(self, season: Season, *, receive: bool) -> None:
        await self.goods.open_season(
            self.hall,
            self.seller,
            season,
            receive=receive,
            progress=lambda done, total: self._progress(f"goods {season.name}", done, total),
        )
        await self._trade.settle()
        await self._index()

    async def _keep_house(self) -> None:
        """What the worker does in its regular rounds: the chain of the book, old keys."""
        for round_ in (ledger_rounds.seal, prune_idempotency):
            while await round_(self.hall):
                pass

    async def _index(self) -> None:
        """Offers are found under the season's prices; nobody searches in between."""
        while await self._indexer.round(self.hall):
            pass
