"""The stage of an attack, and the registry of limits."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from tests.ordering.trading import BOLTS, Trade

from huozhan import catalogue
from huozhan.catalogue import SkuAsk
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, system
from huozhan.ordering.views import PlacedOrder


class Attack(msgspec.Struct, frozen=True):
    """What one attempt does, by its number; how many may succeed; and what a query must then count, exactly.

    `succeed` is None where an attempt that comes too late is answered like one that had its effect.
    """

    attempt: Callable[[int], Awaitable[Any]]
    effect: str
    values: tuple[Any, ...]
    expected: int
    succeed: int | None = None


class Stage:
    """One market with a little trade in it; every limit brings goods, orders and people of its own."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self._count = 0

    @property
    def hall(self) -> Hall:
        """Where calls run."""
        return self.trade.hall

    @property
    def system(self) -> Actor:
        """The market's own hand."""
        return system("drill")

    def next(self) -> int:
        """A number nobody had."""
        self._count += 1
        return self._count

    async def value(self, sql: str, *values: Any) -> Any:
        """One value of the database."""
        async with self.hall.pool.acquire() as db:
            return await db.fetchval(sql, *values)

    async def goods(self, *stock: int, **more: Any) -> list[int]:
        """A new offer of 宏发 with so much stock of each SKU; tells their ids."""
        code = f"DRILL-{self.next()}"
        changes = {
            "offer_code": code,
            "skus": tuple(
                SkuAsk(sku_code=f"{code}-{n}", stock=pieces, choice=(n,) if len(stock) > 1 else ())
                for n, pieces in enumerate(stock)
            ),
            **more,
        }
        await self.hall.run(
            catalogue.publish_offer, msgspec.structs.replace(BOLTS, **changes), self.trade.hongfa
        )
        async with self.hall.pool.acquire() as db:
            rows = await db.fetch(
                "SELECT sku_id FROM sku JOIN offer o USING (offer_id) WHERE o.offer_code = $1 ORDER BY sku_code",
                code,
            )
        self.trade.skus |= {f"{code}-{n}": row["sku_id"] for n, row in enumerate(rows)}
        return [row["sku_id"] for row in rows]

    def named(self, sku_id: int) -> str:
        """What the trade calls a SKU."""
        return next(name for name, known in self.trade.skus.items() if known == sku_id)

    async def order(self, quantity: int = 1_000, *, paid: bool = True) -> PlacedOrder:
        """An order of new goods, of 0.0350 each."""
        (sku_id,) = await self.goods(quantity)
        wanted = {self.named(sku_id): quantity}
        return await (self.trade.paid(**wanted) if paid else self.trade.one(**wanted))


Prepare = Callable[[Stage], Awaitable[Attack]]
LIMITS: dict[str, Prepare] = {}


def limit(prepare: Prepare) -> Prepare:
    """Registers a limit under its function's name."""
    assert prepare.__name__ not in LIMITS, prepare.__name__
    LIMITS[prepare.__name__] = prepare
    return prepare
