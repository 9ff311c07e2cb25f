"""What suppliers have and owe, in plain Python from the rules (B1.7, B5.3, B5.4) and from no line of the product."""

from fractions import Fraction
from math import floor

RATE, TAX = Fraction(2, 100), Fraction(6, 100)


class Refused(Exception):
    """The rules do not allow it."""


def half_up(exact: Fraction) -> int:
    """To the nearest whole, halves upwards."""
    return floor(exact + Fraction(1, 2))


def fee_of(goods: int) -> tuple[int, int]:
    """Commission on goods of one parcel line, as (net, tax inside it)."""
    gross = half_up(goods * RATE)
    net = half_up(gross / (1 + TAX))
    return net, gross - net


class Sale:
    """One order: what it earned its seller, what our fee on it was, and what has gone back."""

    def __init__(self) -> None:
        self.goods = self.freight = self.net = self.tax = 0
        self.goods_back = self.freight_back = self.net_back = self.tax_back = 0


class PlainSuppliers:
    """Sellers, their orders, the pool and the buyer."""

    def __init__(self, sellers: list[int], orders: dict[int, int]) -> None:
        self.available = dict.fromkeys(sellers, 0)
        self.held = dict.fromkeys(sellers, 0)
        self.deposit = dict.fromkeys(sellers, 0)
        self.debt = dict.fromkeys(sellers, 0)
        self.sales = {order: Sale() for order in orders}
        self.seller_of = orders
        self.causes: set[tuple[int, str]] = set()
        self.pool = self.wallet = self.going_back = self.net = self.tax = self.campaign = 0

    def receive(self, order: int, goods: int, freight: int) -> None:
        """A parcel is received: proceeds less our fee; what is owed is netted first."""
        sale, seller = self.sales[order], self.seller_of[order]
        net, tax = fee_of(goods)
        sale.goods, sale.freight, sale.net, sale.tax = (
            sale.goods + goods, sale.freight + freight, sale.net + net, sale.tax + tax,
        )  # fmt: skip
        self.net, self.tax = self.net + net, self.tax + tax
        self.free(seller, goods + freight - net - tax)

    def free(self, seller: int, amount: int) -> None:
        """Money becomes the seller's own, after its debts."""
        self.available[seller] += amount
        repaid = min(self.debt[seller], self.available[seller] - self.held[seller])
        self.available[seller] -= repaid
        self.debt[seller] -= repaid

    def claw_back(self, order: int, goods: int, freight: int, coupon: int) -> None:
        """A refund after payout, our fee returning so that a whole refund returns all of it."""
        sale, seller = self.sales[order], self.seller_of[order]
        if goods + coupon > sale.goods - sale.goods_back or freight > sale.freight - sale.freight_back:
            raise Refused
        sale.goods_back += goods + coupon
        sale.freight_back += freight
        fee = sale.net + sale.tax
        fee_back = (
            max(0, half_up(Fraction(fee * sale.goods_back, sale.goods)) - sale.net_back - sale.tax_back)
            if sale.goods
            else 0
        )
        self.available[seller] += fee_back
        self._take(seller, goods + freight + coupon, 0)
        self.going_back += goods + freight
        self.campaign += coupon
        # Which part of it is tax is told by the product; the property below is that both end at nothing.
        self.fee_back_now = fee_back

    def note_fee(self, order: int, net: int, tax: int) -> None:
        """The parts of the fee that came back last."""
        sale = self.sales[order]
        assert net + tax == self.fee_back_now
        sale.net_back, sale.tax_back = sale.net_back + net, sale.tax_back + tax
        self.net, self.tax = self.net - net, self.tax - tax
        assert 0 <= sale.net_back <= sale.net
        assert 0 <= sale.tax_back <= sale.tax
        if sale.goods_back == sale.goods:
            assert (sale.net_back, sale.tax_back) == (sale.net, sale.tax)

    def compensate(self, order: int, cause: str, amount: int, *, insured: bool) -> None:
        """Once per order and cause, into the buyer's wallet."""
        if (order, cause) in self.causes:
            return
        self.causes.add((order, cause))
        self.pool -= self._take(self.seller_of[order], amount, self.pool if insured else 0)
        self.wallet += amount

    def _take(self, seller: int, amount: int, pool: int) -> int:
        left = amount
        taken = min(left, self.available[seller] - self.held[seller])
        self.available[seller] -= taken
        left -= taken
        taken = min(left, self.deposit[seller])
        self.deposit[seller] -= taken
        left -= taken
        from_pool = min(left, pool)
        self.debt[seller] += left - from_pool
        return from_pool

    def hold(self, seller: int, amount: int) -> None:
        """A withdrawal is asked for."""
        if amount > self.available[seller] - self.held[seller]:
            raise Refused
        self.held[seller] += amount

    def end_hold(self, seller: int, amount: int, *, paid: bool) -> None:
        """The bank pays it out, or it is free again and debts come first."""
        self.held[seller] -= amount
        if paid:
            self.available[seller] -= amount
        else:
            self.free(seller, 0)
