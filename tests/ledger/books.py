"""What tests of the ledger say often."""

from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.ledger import Account, Entry, balances, verify, write_entry

CHANNEL, BANK = 1, 1
CHENGUANG, YUNZHI = 601, 602
ASHDOWN = 701


def working(hall: Hall) -> Work:
    """A work on the test's own transaction."""
    return hall.work(hall.pool.db, system("test"))  # type: ignore[attr-defined]


def paid(order_id: int, amount_minor: int, coupon_minor: int = 0) -> Entry:
    """A payment that reached the order's escrow."""
    return write_entry(
        "E1",
        business_key=f"E1:{order_id}",
        about_id=order_id,
        owners={101: CHANNEL, 202: order_id},
        amounts={"paid": amount_minor, "coupon": coupon_minor},
    )


def freed(seller_id: int, amount_minor: int, key: str = "E5:1") -> Entry:
    """Money of a seller that became available."""
    return write_entry(
        "E5",
        business_key=key,
        about_id=1,
        owners={203: seller_id, 204: seller_id},
        amounts={"seller": amount_minor},
    )


def earned(order_id: int, seller_id: int, amount_minor: int, key: str = "E4:1") -> Entry:
    """Money of an order that became its seller's."""
    return write_entry(
        "E4",
        business_key=key,
        about_id=order_id,
        owners={202: order_id, 203: seller_id},
        amounts={"seller": amount_minor},
    )


async def posted(work: Work, *accounts: Account) -> list[int]:
    """What accounts stand at."""
    found = await balances(work, accounts)
    return [found[account].posted_minor for account in accounts]


async def codes(work: Work) -> list[str]:
    """What a check of the book finds wrong."""
    findings: list[Finding] = await verify(work)
    return [finding.code for finding in findings]
