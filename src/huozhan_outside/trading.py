"""The channel's files: a day's trades, and what it pays out for them the day after."""

from datetime import date, timedelta

import msgspec

from huozhan_outside.clock import as_text, day_bounds_ms
from huozhan_outside.store import Store

FEE_PER_MILLE = 6


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the trade file."""

    kind: str
    channel_txn: str
    merchant_ref: str
    merchant_refund_ref: str | None
    amount_minor: int
    currency: str
    at: str


class SettledTrade(Trade, frozen=True, kw_only=True):
    """A line of the settlement file."""

    fee_minor: int
    net_minor: int


class SettlementTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What the channel pays out for one day in one currency."""

    kind: str = "total"
    currency: str
    count: int
    gross_minor: int
    fee_minor: int
    net_minor: int


def trades_on(store: Store, day: date) -> list[Trade]:
    """Every payment and refund of one day."""
    rows = store.rows(
        "SELECT kind, reference, part, currency, amount_minor, at_ms, "
        "coalesce((SELECT refund_id FROM refund WHERE merchant_refund_ref = part), "
        "(SELECT channel_txn FROM payment WHERE merchant_ref = reference)) "
        "FROM truth WHERE at_ms >= ? AND at_ms < ? ORDER BY seq",
        *day_bounds_ms(day),
    )
    return [
        Trade(
            kind="payment" if kind == "charge" else kind,
            channel_txn=channel_txn,
            merchant_ref=reference,
            merchant_refund_ref=part or None,
            amount_minor=amount_minor,
            currency=currency,
            at=as_text(at_ms),
        )
        for kind, reference, part, currency, amount_minor, at_ms, channel_txn in rows
    ]


def settled_on(store: Store, day: date) -> list[SettledTrade]:
    """The trades of the day before, with the channel's fee; a refund returns no fee."""
    settled: list[SettledTrade] = []
    for trade in trades_on(store, day - timedelta(days=1)):
        fee_minor, net_minor = 0, -trade.amount_minor
        if trade.kind == "payment":
            fee_minor = (trade.amount_minor * FEE_PER_MILLE + 500) // 1000
            net_minor = trade.amount_minor - fee_minor
        settled.append(
            SettledTrade(**msgspec.structs.asdict(trade), fee_minor=fee_minor, net_minor=net_minor)
        )
    return settled


def totals_of(settled: list[SettledTrade]) -> list[SettlementTotal]:
    """The sums of a settlement, one per currency."""
    totals: list[SettlementTotal] = []
    for currency in sorted({trade.currency for trade in settled}):
        trades = [trade for trade in settled if trade.currency == currency]
        fee_minor = sum(trade.fee_minor for trade in trades)
        net_minor = sum(trade.net_minor for trade in trades)
        totals.append(
            SettlementTotal(
                currency=currency,
                count=len(trades),
                gross_minor=net_minor + fee_minor,
                fee_minor=fee_minor,
                net_minor=net_minor,
            )
        )
    return totals
