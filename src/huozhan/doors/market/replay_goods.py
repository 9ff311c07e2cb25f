"""The seller's goods in a replay: one offer for each stock code, a price list for each half-year, stock before it is sold."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from huozhan import catalogue
from huozhan.catalogue import Axis, Name, PublishOffer, QuoteType, SkuAsk, Step
from huozhan.doors.hall import Hall
from huozhan.doors.market.replay_ladders import ladder_of
from huozhan.doors.market.replay_reading import File, Season, Sold
from huozhan.kernel.actor import Actor

CATEGORY_ID = "hg-3"
"""Home decor: what the seller is known for; the file names no categories."""
OFFERS_AT_ONCE = 50
"""Offers published in one transaction."""


class Goods:
    """What the seller offers, by stock code."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._titles = file.titles()
        self.sku_ids: dict[str, str] = {}

    async def open_season(
        self,
        hall: Hall,
        seller: Actor,
        season: Season,
        *,
        receive: bool,
        progress: Callable[[int, int], None],
    ) -> None:
        """Puts the season's prices in force and receives what it will sell; prices that stand change nothing."""
        highest = self._file.highest_prices_e4(season)
        sold = dict(self._file.sold(season))
        offers = [self._offer(code, ladder_of(rows, highest[code])) for code, rows in sold.items()]
        done = 0
        for start in range(0, len(offers), OFFERS_AT_ONCE):
            batch = offers[start : start + OFFERS_AT_ONCE]
            await self._publish(hall, seller, batch)
            done += len(batch)
            progress(done, 2 * len(offers))
        if receive:
            for code, rows in sold.items():
                await self._receive(hall, seller, code, rows, season)
                done += 1
                progress(done, 2 * len(offers))

    async def _publish(self, hall: Hall, seller: Actor, offers: Sequence[PublishOffer]) -> None:
        async with hall.working(seller) as work:
            published = await catalogue.publish_offers(work, offers)
        for offer in published:
            if offer.offer_code not in self.sku_ids:
                own = catalogue.OwnOffer(offer_id=offer.offer_id)
                shown = await hall.run(catalogue.offer_to_edit, own, seller)
                self.sku_ids[offer.offer_code] = shown.sku_ids[offer.offer_code]

    async def _receive(
        self, hall: Hall, seller: Actor, code: str, rows: Sequence[Sold], season: Season
    ) -> None:
        """Goods come in once for a season, however often a killed replay asks."""
        ask = catalogue.ReceiveStock(
            sku_id=self.sku_ids[code],
            quantity=sum(one.quantity for one in rows),
            reason=f"Sold in {season.name}",
        )
        await hall.run(catalogue.receive_stock, ask, seller, key=quote(f"{season.name} {code}"))

    def _offer(self, code: str, ladder: tuple[Step, ...]) -> PublishOffer:
        return PublishOffer(
            offer_code=code,
            category_id=CATEGORY_ID,
            title=Name(en=self._titles[code][:200]),
            quote_type=QuoteType.offer_ladder,
            ladder=ladder,
            options=(Axis(name=Name(en="Code"), values=(Name(en=code),)),),
            skus=(SkuAsk(sku_code=code, choice=(0,)),),
            source="online-retail-uk",
        )
