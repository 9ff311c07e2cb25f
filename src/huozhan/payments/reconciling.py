"""Reconciling: the channel's settlement of a day is booked (E2) and compared, line by line, with what we know."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

from huozhan import ledger
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import NoteSettlement, Reconcile, SettlementLine
from huozhan.payments.message import reference
from huozhan.payments.ports import BANK_ID, CHANNEL_ID
from huozhan.payments.store import settlements

TRADING_DAYS = timezone(timedelta(hours=8))
"""The channel's days are days of China, wherever the market is."""


@use_case("market.ledger", writes=True)
async def reconcile(work: Work, ask: Reconcile) -> Done:
    """Has the channel's settlement of a day fetched, booked and compared; a day that is booked stays as it is."""
    work.enqueue(
        "payments.settlement", {"on": ask.on.isoformat()}, dedupe_key=f"payments.settlement:{ask.on}"
    )
    return Done()


@use_case("system", writes=True)
async def note_settlement(work: Work, ask: NoteSettlement) -> Done:
    """Books what the channel paid out on a day, and notes every line that our own rows do not explain."""
    trades = [line for line in ask.lines if line.kind != "total" and line.currency == work.terms.currency]
    gross_minor = sum(-line.amount_minor if line.kind == "refund" else line.amount_minor for line in trades)
    fee_minor = sum(line.fee_minor for line in trades)
    if not trades or not await settlements.add(
        work, CHANNEL_ID, ask.on, gross_minor=gross_minor, fee_minor=fee_minor, trades=len(trades)
    ):
        return Done()
    await _book(work, ask.on, gross_minor - fee_minor, fee_minor)
    found = await settlements.ours(
        work,
        [reference(line.merchant_ref) for line in trades],
        [reference(line.merchant_refund_ref or "") for line in trades],
    )
    end = datetime.combine(ask.on, datetime.min.time(), TRADING_DAYS)
    expected = await settlements.paid_between(work, CHANNEL_ID, end - timedelta(days=1), end)
    await settlements.add_differences(work, CHANNEL_ID, ask.on, compare(trades, found, expected))
    return Done()


def compare(
    trades: Sequence[SettlementLine], ours: Mapping[str, int], expected: Mapping[str, int]
) -> list[tuple[str, str, int, int]]:
    """Sorts what does not agree: (reference, sort, the channel's amount, ours).

    `expected` are the payments of the day; a refund that is not in the file may be in the next day's, so it is not
    missed before then.
    """
    told: dict[str, int] = {}
    times: Counter[str] = Counter()
    for line in trades:
        name = (
            f"refund:{line.merchant_refund_ref}" if line.kind == "refund" else f"payment:{line.merchant_ref}"
        )
        told[name] = line.amount_minor
        times[name] += 1
    differing = []
    for name, amount_minor in told.items():
        if times[name] > 1:
            differing.append((name, "twice", amount_minor * times[name], ours.get(name, 0)))
        elif name not in ours:
            differing.append((name, "only_channel", amount_minor, 0))
        elif ours[name] != amount_minor:
            differing.append((name, "amount_differs", amount_minor, ours[name]))
    missing = [(name, "only_ours", 0, amount) for name, amount in expected.items() if name not in told]
    return differing + missing


async def _book(work: Work, on: date, net_minor: int, fee_minor: int) -> None:
    """E2; where a day's refunds were more than its payments, the bank pays the channel."""
    if not net_minor and not fee_minor:
        return
    entry = write_entry(
        "E2" if net_minor >= 0 else "E2r",
        business_key=f"E2:{CHANNEL_ID}:{on}",
        about_id=CHANNEL_ID,
        owners={101: CHANNEL_ID, 102: BANK_ID},
        amounts={"net": abs(net_minor), "fee": fee_minor},
        memo={"settled_on": on.isoformat()},
    )
    await ledger.post(work, [entry])
