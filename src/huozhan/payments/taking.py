"""Taking: money that a supplier has earned already goes back to a buyer, in the order of payers (B1.7, B5.3 E8, E9).

First what it may withdraw, then its deposit, then the insurance pool where the badge promises it, and what is left it owes
the market. What it owes is netted before anything of its money becomes free again.
"""

from collections.abc import Mapping

import msgspec

from huozhan import ledger
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.facts import SupplierCharged
from huozhan.payments.refunding import ask_refund
from huozhan.payments.standing import judge
from huozhan.payments.store import earnings, takes
from huozhan.payments.views import SupplierTake

POOL_ID = 1
"""The one pool of this market: what shipping badges promise; accounts carry it, so that others can join."""
_PAGE = 100


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """What a seller was paid for an order so far, before and after our commission with the tax inside it."""

    goods_minor: int = 0
    freight_minor: int = 0
    commission_minor: int = 0
    vat_minor: int = 0


class ClawBack(msgspec.Struct, frozen=True, kw_only=True):
    """A refund of what the seller was paid already; `key` makes it happen once within the order.

    It goes back through the payment that is named, or into the buyer's wallet where several payments or none brought it.

    Commission was charged on `goods_minor` and on the market's part of them, and comes back with both; `freight_minor`
    was free of it. The market's part, `coupon_minor`, goes back to the campaign that paid it.
    """

    order_id: int
    payment_id: int
    seller_id: int
    buyer_id: int
    key: str
    goods_minor: int
    freight_minor: int = 0
    coupon_minor: int = 0
    campaign_id: int = 0
    reason: str
    order_number: str = ""
    earned: Earned | None = None
    """What the seller was paid for the order, where its own entries do not say (credit terms)."""

    @property
    def amount_minor(self) -> int:
        """What the buyer gets."""
        return self.goods_minor + self.freight_minor

    @property
    def charged_minor(self) -> int:
        """The goods money on which commission comes back."""
        return self.goods_minor + self.coupon_minor

    @property
    def taken_minor(self) -> int:
        """What the seller gives."""
        return self.amount_minor + self.coupon_minor


class Compensation(msgspec.Struct, frozen=True, kw_only=True):
    """What a seller owes a buyer for a broken promise; one cause is compensated once per order.

    `is_insured` says that a badge promises it: then the pool pays before the seller owes anything.
    """

    order_id: int
    seller_id: int
    buyer_id: int
    cause: str
    amount_minor: int
    is_insured: bool = False
    order_number: str = ""


class MoreThanEarned(Refusal):
    """More is to go back than the seller was paid for the order and has not given back yet."""

    code = "payments.more_than_earned"


async def claw_back(work: Work, ask: ClawBack) -> SupplierTake:
    """Sends an after-sale refund to the buyer out of the seller's money (E8), our commission on it coming back.

    The caller holds the order. The commission returns by the running share of what has gone back, so that any
    sequence of refunds ends at exactly what was charged. Refuses `MoreThanEarned`.
    """
    cause = f"refund:{ask.key}"
    known = await takes.find(work, ask.order_id, cause)
    if known is not None:
        assert known["amount_minor"] == ask.taken_minor, f"{cause} was taken with another amount"
        return take_view(known)
    commission_minor, vat_minor = await _give_commission_back(work, ask)
    parts = await _by_payers(
        work, ask.seller_id, ask.taken_minor, comes_back_minor=commission_minor + vat_minor, is_insured=False
    )
    refund_id = await _send(work, ask, parts, commission_minor, vat_minor)
    return await _note(
        work, order_id=ask.order_id, order_number=ask.order_number, cause=cause, seller_id=ask.seller_id,
        buyer_id=ask.buyer_id, parts=parts, commission_minor=commission_minor, vat_minor=vat_minor,
        refund_id=refund_id, coupon_minor=ask.coupon_minor,
    )  # fmt: skip


async def _send(
    work: Work, ask: ClawBack, parts: Mapping[str, int], commission_minor: int, vat_minor: int
) -> int:
    """Books what the payers give, to go back through the payment (E8) or into the wallet (E8w); tells the refund's id, or 0."""
    memo: dict[str, str | int] = {"order_number": ask.order_number, "reason": ask.reason}
    fees = {"commission": commission_minor, "vat": vat_minor}
    owners = {
        105: ask.seller_id,
        204: ask.seller_id,
        205: ask.seller_id,
        ledger.COUPON_SUBSIDY: ask.campaign_id,
    }
    if not ask.payment_id:
        assert not ask.coupon_minor, "the market's coupons only pay orders in escrow"
        into_wallet = write_entry(
            "E8w", business_key=f"E8w:{ask.order_id}:{ask.key}", about_id=ask.order_id,
            owners=owners | {201: ask.buyer_id}, amounts=_lines(parts) | fees, memo=memo,
        )  # fmt: skip
        await ledger.post(work, [into_wallet])
        return 0
    memo |= {
        "goods_minor": ask.charged_minor, "freight_minor": ask.freight_minor, "coupon_minor": ask.coupon_minor,
        "commission_minor": commission_minor, "vat_minor": vat_minor,
    }  # fmt: skip
    return await ask_refund(
        work, payment_id=ask.payment_id, order_id=ask.order_id, key=f"refund:{ask.key}", buyer_id=ask.buyer_id,
        amount_minor=ask.amount_minor, currency=work.terms.currency, reason=ask.reason,
        entries=lambda refund_id: [
            write_entry(
                "E8", business_key=f"E8:{refund_id}", about_id=ask.order_id, owners=owners | {206: refund_id},
                amounts=_to_both(parts, ask) | fees, memo=memo,
            )
        ],
    )  # fmt: skip


async def compensate(work: Work, ask: Compensation) -> SupplierTake:
    """Pays what a broken promise costs into the buyer's wallet (E9), once per order and cause.

    The caller holds the order.
    """
    known = await takes.find(work, ask.order_id, ask.cause)
    if known is not None:
        assert known["amount_minor"] == ask.amount_minor, f"{ask.cause} was paid with another amount"
        return take_view(known)
    times = await takes.times_reversed(work, ask.order_id, ask.cause)
    parts = await _by_payers(
        work, ask.seller_id, ask.amount_minor, comes_back_minor=0, is_insured=ask.is_insured
    )
    entry = write_entry(
        "E9",
        business_key=f"E9:{ask.order_id}:{ask.cause}" + (f":{times}" if times else ""),
        about_id=ask.order_id,
        owners={105: ask.seller_id, 201: ask.buyer_id, 204: ask.seller_id, 205: ask.seller_id, 209: POOL_ID},
        amounts=_lines(parts),
        memo={"order_number": ask.order_number, "cause": ask.cause},
    )
    await ledger.post(work, [entry])
    return await _note(
        work, order_id=ask.order_id, order_number=ask.order_number, cause=ask.cause, seller_id=ask.seller_id,
        buyer_id=ask.buyer_id, parts=parts,
    )  # fmt: skip


async def left_to_claw_back(work: Work, order_id: int, *, earned: Earned | None = None) -> Earned:
    """What a seller was paid for an order and has not given back: the most that `claw_back` can take."""
    earned, gone = earned or await _earned(work, order_id), await takes.clawed(work, order_id)
    if gone is None:
        return earned
    return Earned(**{name: getattr(earned, name) - gone[name] for name in Earned.__struct_fields__})


async def takes_of(work: Work, order_id: int) -> list[SupplierTake]:
    """All that a seller had to pay for an order, the first first; the caller has checked whose the order is."""
    return [take_view(row) for row in await takes.of_order(work, order_id)]


async def net_debt(work: Work, seller_id: int) -> int:
    """Pays what a seller owes out of what it may withdraw (E5n), and tells how much; called when money became free."""
    debt, available = ledger.seller_debt(seller_id), ledger.payable_available(seller_id)
    if not (await ledger.balance(work, debt)).posted_minor:
        return 0
    found = await ledger.lock_balances(work, [available, debt])
    amount_minor = min(found[debt].posted_minor, found[available].free_minor)
    if amount_minor:
        netted = write_entry(
            "E5n",
            business_key=f"E5n:{work.new_id()}",
            about_id=seller_id,
            owners={105: seller_id, 204: seller_id},
            amounts={"debt": amount_minor},
        )
        await ledger.post(work, [netted])
        await takes.repay(work, seller_id, amount_minor)
    return amount_minor


def split_over_payers(amount_minor: int, *, available: int, deposit: int, pool: int) -> dict[str, int]:
    """The parts of an amount by the order of payers; whatever none of them covers is debt."""
    parts, left = {}, amount_minor
    for name, has in (("available", available), ("deposit", deposit), ("pool", pool)):
        parts[name] = min(left, max(has, 0))
        left -= parts[name]
    return parts | {"debt": left}


async def _by_payers(
    work: Work, seller_id: int, amount_minor: int, *, comes_back_minor: int, is_insured: bool
) -> dict[str, int]:
    """Locks what the seller has, its available money first, so that nobody else takes or frees it meanwhile."""
    available, deposit = ledger.payable_available(seller_id), ledger.deposit(seller_id)
    pool = ledger.insurance_pool(POOL_ID)
    found = await ledger.lock_balances(
        work, [available, ledger.seller_debt(seller_id), deposit, *([pool] if is_insured else [])]
    )
    return split_over_payers(
        amount_minor,
        available=found[available].free_minor + comes_back_minor,
        deposit=found[deposit].free_minor,
        pool=found[pool].free_minor if is_insured else 0,
    )


async def _give_commission_back(work: Work, ask: ClawBack) -> tuple[int, int]:
    """Commission and tax that return with a refund, as the difference of running shares; both are written down."""
    earned = ask.earned or await _earned(work, ask.order_id)
    gone = await takes.lock_clawed(work, ask.order_id, **msgspec.structs.asdict(earned))
    left = {name: getattr(earned, name) - gone[name] for name in Earned.__struct_fields__}
    if ask.charged_minor > left["goods_minor"] or ask.freight_minor > left["freight_minor"]:
        raise MoreThanEarned(
            goods_minor=ask.charged_minor, freight_minor=ask.freight_minor,
            left_minor=left["goods_minor"] + left["freight_minor"], amount_minor=ask.taken_minor,
        )  # fmt: skip
    goods_after = gone["goods_minor"] + ask.charged_minor
    charged = earned.commission_minor + earned.vat_minor
    returned = gone["commission_minor"] + gone["vat_minor"]
    back = max(_share(charged, goods_after, earned.goods_minor) - returned, 0)
    vat_back = _share(earned.vat_minor, returned + back, charged) - gone["vat_minor"]
    vat_back = min(max(vat_back, back - left["commission_minor"], 0), back, left["vat_minor"])
    await takes.claw(
        work, ask.order_id, goods_minor=ask.charged_minor, freight_minor=ask.freight_minor,
        commission_minor=back - vat_back, vat_minor=vat_back,
    )  # fmt: skip
    return back - vat_back, vat_back


def _share(amount_minor: int, part: int, of_whole: int) -> int:
    return divide_half_up(amount_minor * part, of_whole) if of_whole else 0


async def _earned(work: Work, order_id: int) -> Earned:
    """What has left an order's escrow to its seller, as the book's entries E4 say, and what its stages have brought."""
    seen: set[str] = set()
    sums: dict[str, int] = dict(await earnings.of_order(work, order_id))
    cursor = None
    while True:
        page = await ledger.statement(work, [ledger.escrow(order_id)], cursor, _PAGE)
        for line in page.items:
            entry_id = line.line_id.partition(".")[0]
            if line.event == "E4" and entry_id not in seen:
                seen.add(entry_id)
                for name in sums:
                    sums[name] += int(line.memo[name])
        cursor = page.next_cursor
        if cursor is None:
            return Earned(**sums)


def _to_both(parts: Mapping[str, int], ask: ClawBack) -> dict[str, int]:
    """The parts of the payers, given to the buyer first and then to the market."""
    buyer = split_over_payers(
        ask.amount_minor, available=parts["available"], deposit=parts["deposit"], pool=parts["pool"]
    )
    return _lines(buyer) | _lines({f"coupon_{name}": parts[name] - buyer[name] for name in parts})


def _lines(parts: Mapping[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in parts.items() if amount}


async def _note(
    work: Work, *, order_id: int, order_number: str, cause: str, seller_id: int, buyer_id: int,
    parts: Mapping[str, int], commission_minor: int = 0, vat_minor: int = 0, refund_id: int = 0, coupon_minor: int = 0,
) -> SupplierTake:  # fmt: skip
    await takes.add(
        work, order_id=order_id, cause=cause, seller_id=seller_id, buyer_id=buyer_id, parts=parts,
        commission_minor=commission_minor, vat_minor=vat_minor, refund_id=refund_id, coupon_minor=coupon_minor,
    )  # fmt: skip
    work.record(
        SupplierCharged(
            order_id=order_id,
            number=order_number,
            seller_id=seller_id,
            buyer_id=buyer_id,
            cause=cause,
            amount_minor=sum(parts.values()),
            debt_minor=parts["debt"],
        )
    )
    if parts["deposit"]:
        await judge(work, [seller_id])
    row = await takes.find(work, order_id, cause)
    assert row is not None
    return take_view(row)


def take_view(row: takes.Row) -> SupplierTake:
    """What was taken, as either side sees it."""
    return SupplierTake(
        cause=row["cause"],
        amount_minor=row["amount_minor"],
        available_minor=row["available_minor"],
        deposit_minor=row["deposit_minor"],
        pool_minor=row["pool_minor"],
        debt_minor=row["debt_minor"],
        commission_minor=row["commission_minor"] + row["vat_minor"],
        taken_at=row["taken_at"],
    )
