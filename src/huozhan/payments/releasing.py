"""Releasing: what the buyer has received is paid to the seller, less our commission and the tax inside it."""

from collections.abc import Iterable, Mapping

import msgspec

from huozhan import ledger
from huozhan.kernel.money import net_of_vat, share_bp
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Entry, write_entry
from huozhan.payments.advancing import repaid_first
from huozhan.payments.asks import AboutAsk
from huozhan.payments.insuring import premium_of
from huozhan.payments.payment import Release
from huozhan.payments.store import earnings, releases
from huozhan.payments.taking import net_debt

COMMISSION = "fees.commission"
VAT = "fees.vat"
SETTLE_HOLD = "settle_hold"
PINNED_RULES = (COMMISSION, VAT, SETTLE_HOLD)
"""Rules whose versions an order pins when it is placed."""


async def release(work: Work, release: Release) -> int:
    """Pays received goods out of escrow (E4), and makes the money available at once or when the hold is over (E5).

    What the seller owes is netted before the money can be withdrawn (E5n); a funder that advanced it is repaid before
    (E22r). Tells how much of the freight that is owed to a carrier the seller's part has paid.
    """
    received, seller_minor, carried_minor = _received(work, release)
    await pay_out(work, release, received, seller_minor)
    if release.escrow_id:
        await earnings.note(work, release.order_id, release.key, received.memo)
    return carried_minor


async def pay_out(work: Work, release: Release, received: Entry, seller_minor: int) -> None:
    """Books what leaves escrow for the seller, and frees it at once or when the settlement hold is over."""
    if not seller_minor:
        await ledger.post(work, [received, premium_of(release)] if release.premium_minor else [received])
        return
    hold = work.rules.pinned(SETTLE_HOLD, release.rules, work.now)
    booked = [received]
    if release.premium_minor:
        booked.append(premium_of(release))
    if release.funder_minor:
        assert release.funder_minor <= seller_minor, "a funder is repaid no more than the goods bring"
        booked.append(repaid_first(release))
        seller_minor -= release.funder_minor
        if not seller_minor:
            await ledger.post(work, booked)
            return
    if hold.value == 0:
        freed = _freed(release.order_id, release.key, release.order_number, release.seller_id, seller_minor)
        await ledger.post(work, [*booked, freed])
        await net_debt(work, release.seller_id)
        return
    await ledger.post(work, booked)
    release_id, due_at = work.new_id(), work.now + hold.span
    await releases.add(work, release_id, release, seller_minor, due_at)
    work.set_timer(SETTLE_HOLD, about=release_id, due_at=due_at, rule_version=hold.version)


@use_case("system", writes=True)
async def settle_hold_due(work: Work, ask: AboutAsk) -> Done:
    """Makes a seller's money available whose hold is over; late, twice or too early changes nothing more."""
    row = await releases.settle(work, int(ask.about_id))
    if row is not None:
        freed = _freed(
            row["order_id"], row["release_key"], row["order_number"], row["seller_id"], row["seller_minor"]
        )
        await ledger.post(work, [freed])
        await net_debt(work, row["seller_id"])
    return Done()


def commission_of(charged_minor: Iterable[tuple[int, int]], rate_bp: int, vat_bp: int) -> tuple[int, int]:
    """Our commission as (net, tax), the tax taken out of the sum.

    Each line's is a difference of running totals, from one amount to another: parts add up to what one parcel costs.
    """
    gross = sum(share_bp(after, rate_bp) - share_bp(before, rate_bp) for before, after in charged_minor)
    return net_of_vat(gross, vat_bp)


class Fees(msgspec.Struct, frozen=True, kw_only=True):
    """What the market keeps of received goods, and what explains it."""

    commission_minor: int
    vat_minor: int
    memo: Mapping[str, str | int]


def fees_of(work: Work, release: Release) -> Fees:
    """The market's part of received goods, under the rules that their order has pinned."""
    rate = work.rules.pinned(COMMISSION, release.rules, work.now)
    vat = work.rules.pinned(VAT, release.rules, work.now)
    charged = release.charged_minor or [(0, amount) for amount in release.goods_minor]
    net_minor, tax_minor = commission_of(charged, rate.value, vat.value)
    memo: dict[str, str | int] = {
        "order_number": release.order_number,
        "goods_minor": sum(release.goods_minor),
        "freight_minor": release.freight_minor,
        "commission_minor": net_minor,
        "vat_minor": tax_minor,
        "rate_bp": rate.value,
        "rate_version": rate.version,
        "vat_bp": vat.value,
        "vat_version": vat.version,
    }
    return Fees(commission_minor=net_minor, vat_minor=tax_minor, memo=memo)


def service_of(work: Work, release: Release) -> tuple[int, int]:
    """The service fee as (net, tax)."""
    vat = work.rules.pinned(VAT, release.rules, work.now)
    return net_of_vat(release.service_minor, vat.value)


def seller_part(work: Work, release: Release) -> int:
    """What received goods bring their seller, in minor units: less our commission and a lender's service fee."""
    return _received(work, msgspec.structs.replace(release, carried_minor=0, premium_minor=0))[1]


def _received(work: Work, release: Release) -> tuple[Entry, int, int]:
    fees = fees_of(work, release)
    service_minor, service_vat_minor = service_of(work, release)
    seller_minor = release.amount_minor - fees.commission_minor - fees.vat_minor - release.service_minor
    seller_minor -= release.premium_minor
    carried_minor = min(release.carried_minor, seller_minor - release.funder_minor)
    memo = dict(fees.memo)
    if release.premium_minor:
        memo["premium_minor"] = release.premium_minor
    if release.service_minor:
        memo["service_minor"] = release.service_minor
    if carried_minor:
        memo["carried_minor"] = carried_minor
    entry = write_entry(
        "E4",
        business_key=f"E4:{release.order_id}:{release.key}",
        about_id=release.order_id,
        owners={
            202: release.escrow_id or release.order_id,
            203: release.seller_id,
            208: release.carrier_id,
        },
        amounts={
            "seller": seller_minor - carried_minor,
            "freight": carried_minor,
            "commission": fees.commission_minor,
            "vat": fees.vat_minor,
            "service": service_minor,
            "service_vat": service_vat_minor,
        },
        memo=memo,
    )
    return entry, seller_minor - carried_minor, carried_minor


def _freed(order_id: int, key: str, order_number: str, seller_id: int, seller_minor: int) -> Entry:
    return write_entry(
        "E5",
        business_key=f"E5:{order_id}:{key}",
        about_id=order_id,
        owners={203: seller_id, 204: seller_id},
        amounts={"seller": seller_minor},
        memo={"order_number": order_number},
    )
