"""What watches must tell, told a second time: one offer of one SKU, a clock in seconds, looks when they are due."""

from dataclasses import dataclass, field

SETTLES, WAITS, EVERY = 60, 600, 1_800
FAR = 10**9


@dataclass
class Waiting:
    """One watch and what was told of it; `mark` is the price told last while it holds."""

    who: str
    kind: str
    pieces: int
    limit: int | None
    base: int
    mark: int | None = None
    there: bool = False


@dataclass
class MarketModel:
    """Goods with two prices, their stock, whether they are on sale; what one buyer was given; who waits for what."""

    price: int
    price_100: int
    stock: int
    on_sale: bool = True
    given: int | None = None
    given_until: int = 0
    now: int = 0
    look_at: int = FAR
    since: int | None = None
    waiting: dict[str, Waiting] = field(default_factory=dict)
    told: list[tuple[str, str, int]] = field(default_factory=list)

    def price_for(self, who: str, pieces: int) -> int:
        if who == "hengxin" and self.given is not None and self.now < self.given_until:
            return self.given
        return self.price_100 if pieces >= 100 else self.price

    def has(self, pieces: int) -> bool:
        return self.on_sale and self.stock >= pieces

    def changed(self) -> None:
        """Something of the goods changed: they are looked at once quiet, at the latest after the longest wait."""
        if self.look_at == FAR:
            return
        self.since = self.now if self.since is None else self.since
        self.look_at = min(self.now + SETTLES, self.since + WAITS)

    def wait_for(self, key: str, one: Waiting) -> str:
        """Begins or replaces a watch; says why not."""
        price = self.price_for(one.who, one.pieces)
        if one.kind == "stock" and self.has(one.pieces):
            return "goods_are_there"
        if one.kind == "price":
            if not self.on_sale:
                return "no_price_now"
            one.base = price
            one.there = self.has(one.pieces)
            if one.there and self.meets(one, price):
                return "price_is_met"
        self.waiting[key] = one
        self.look_at = min(self.look_at, self.now + SETTLES)
        return ""

    @staticmethod
    def meets(one: Waiting, price: int) -> bool:
        return price < one.base if one.limit is None else price <= one.limit

    def look(self) -> None:
        """The worker comes by."""
        if self.now < self.look_at:
            return
        self.since = None
        self.look_at = self.now + EVERY if self.waiting else FAR
        for one in self.waiting.values():
            there = self.has(one.pieces)
            if one.kind == "stock":
                if there and not one.there:
                    self.told.append((one.who, "stock", one.pieces))
                one.there = there
                continue
            if not there:
                continue
            price = self.price_for(one.who, one.pieces)
            if not self.meets(one, price):
                one.mark = None
                continue
            if one.mark is None or price < one.mark:
                self.told.append((one.who, "price", price))
            one.mark = price
