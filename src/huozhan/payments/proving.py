"""Proving: what payments believes it owes and is owed is what the ledger says."""

from collections import Counter
from collections.abc import Mapping

from huozhan import ledger
from huozhan.kernel.crypto import CannotOpen
from huozhan.kernel.findings import Finding
from huozhan.kernel.paging import LAST_ID
from huozhan.kernel.work import Work
from huozhan.payments.custody import custody_state
from huozhan.payments.day_closing import clearing_ages, clearing_old
from huozhan.payments.differing import FILE_PATIENCE, FILES_OF_CHANNEL
from huozhan.payments.ports import BANK_ID, CHANNEL_ID
from huozhan.payments.store import (
    awaited,
    bank,
    bank_days,
    callbacks,
    payouts,
    proof,
    receipts,
    reconciliation,
    takes,
)
from huozhan.payments.waiting import INTENT_PATIENCE
from huozhan.payments.withdrawing import NUMBER_FIELD

FINDINGS_MAX = 100
REFUNDS_UNDER_WAY = 206
_PAGE = 1_000


async def verify(work: Work) -> list[Finding]:
    """Compares payments, refunds, withdrawals and the channel's account with the ledger; empty when all is explained."""
    findings = [
        Finding(code="payments.part_undecided", facts=dict(row))
        for row in await proof.undecided_parts(work, FINDINGS_MAX)
    ]
    refunds, transit = await _open(work, ledger.REFUND_PAYABLE), await _open(work, ledger.WITHDRAWAL)
    available, pending = (
        await _open(work, ledger.PAYABLE_AVAILABLE),
        await _open(work, ledger.PAYABLE_PENDING),
    )
    sent = await payouts.done_by_refund(work)
    owed = {
        refund: minor - sent.get(refund, 0) for refund, minor in (await proof.refunds_under_way(work)).items()
    }
    findings += _compare(
        "payments.refund_differs", owed | await receipts.on_their_way(work), _posted(refunds)
    )
    unmatched = await _open(work, ledger.UNMATCHED)
    at_bank, returning = await bank.unmatched(work)
    findings += _compare(
        "payments.receipt_differs", await receipts.parked(work) | at_bank, _posted(unmatched)
    )
    findings += _compare(
        "payments.receipt_differs", returning, {o: b.held_minor for o, b in unmatched.items()}
    )
    for source, code in (("available", ledger.PAYABLE_AVAILABLE), ("wallet", ledger.WALLET)):
        # Other holds of a seller's money, such as a case's (E20), are their own contexts' to compare.
        promised = await ledger.held_between(work, code, ledger.WITHDRAWAL)
        held = Counter[int]()
        for (org_id, _), amount_minor in promised.items():
            held[org_id] += amount_minor
        under_way = await proof.withdrawals_under_way(work, source)
        findings += _compare("payments.withdrawal_differs", under_way, held)
    findings += _compare("payments.withdrawal_differs", {}, _posted(transit))
    findings += _compare("payments.release_differs", await proof.releases_held(work), _posted(pending))
    findings += await _debts_are_netted(work, available)
    findings += await _clearing_is_explained(work)
    findings += [
        Finding(
            code="payments.difference_open",
            facts={"on": row["on_day"].isoformat(), "reference": row["name"], "sort": row["sort"]},
        )
        for row in await reconciliation.page(work, "open", "all", LAST_ID, FINDINGS_MAX)
    ]
    patience = work.rule(FILE_PATIENCE).span
    findings += [
        Finding(
            code="payments.file_missing", facts={"on": row["on_day"].isoformat(), "source": row["source"]}
        )
        for row in await awaited.late(work, work.now - patience, FINDINGS_MAX)
    ]
    findings += await _bank_days_hold(work)
    # A refund that its channel has not answered is asked about again and again; the books hold meanwhile (206).
    findings += clearing_old(age for age in await clearing_ages(work) if age.code != REFUNDS_UNDER_WAY)
    findings += await _callbacks_are_done(work)
    findings += await _numbers_open(work)
    return findings


async def _debts_are_netted(work: Work, available: Mapping[int, ledger.Balance]) -> list[Finding]:
    """What suppliers owe is what the book says; nobody who owes has money that could be withdrawn."""
    debts = await takes.debts(work)
    both = [org_id for org_id in debts if org_id in available and available[org_id].free_minor]
    return _compare("payments.debt_differs", debts, _posted(await _open(work, ledger.SELLER_DEBT))) + [
        Finding(code="payments.debt_not_netted", facts={"seller_id": org_id}) for org_id in sorted(both)
    ]


async def _open(work: Work, code: int) -> dict[int, ledger.Balance]:
    found: dict[int, ledger.Balance] = {}
    after = 0
    while page := await ledger.open_balances(work, code, after, _PAGE):
        found.update(page)
        after = page[-1][0]
    return found


def _posted(balances: Mapping[int, ledger.Balance]) -> dict[int, int]:
    return {owner_id: balance.posted_minor for owner_id, balance in balances.items()}


def _compare(code: str, ours: Mapping[int, int], booked: Mapping[int, int]) -> list[Finding]:
    differing = sorted(id_ for id_ in set(ours) | set(booked) if ours.get(id_, 0) != booked.get(id_, 0))
    return [
        Finding(
            code=code, facts={"id": id_, "ours_minor": ours.get(id_, 0), "booked_minor": booked.get(id_, 0)}
        )
        for id_ in differing[:FINDINGS_MAX]
    ]


async def _clearing_is_explained(work: Work) -> list[Finding]:
    """The channel's account is what it took, paid back and settled, what is parked there and what differs from its files;
    the bank's is what its lines say.
    """
    channel, custody = ledger.channel_clearing(CHANNEL_ID), ledger.custody_bank(BANK_ID)
    booked = await ledger.balances(work, [channel, custody])
    parked = sum((await receipts.parked(work)).values())
    return _compare(
        "payments.channel_unexplained",
        {
            CHANNEL_ID: await proof.at_channel(work, CHANNEL_ID)
            + parked
            + await reconciliation.held_for(work, FILES_OF_CHANNEL)
        },
        {CHANNEL_ID: booked[channel].posted_minor},
    ) + _compare(
        "payments.bank_unexplained",
        {BANK_ID: await proof.at_bank(work) + await reconciliation.held_for(work, ["bank"])},
        {BANK_ID: booked[custody].posted_minor},
    )


async def _bank_days_hold(work: Work) -> list[Finding]:
    """Each day at the bank opens with what the one before closed with, and the last closes with what is booked."""
    broken = [
        Finding(
            code="payments.bank_chain_broken",
            facts={
                "on": row["on_day"].isoformat(),
                "opening_minor": row["opening_minor"],
                "closing_minor": row["closing_minor"],
            },
        )
        for row in await bank_days.broken(work, BANK_ID, FINDINGS_MAX)
    ]
    state = await custody_state(work)
    if not state.unexplained_minor:
        return broken
    facts = {
        "booked_minor": state.booked_minor,
        "closing_minor": state.closing_minor,
        "untold_minor": state.untold_minor,
    }
    return [*broken, Finding(code="payments.bank_balance_differs", facts=facts)]


async def _callbacks_are_done(work: Work) -> list[Finding]:
    patience = work.rule(INTENT_PATIENCE).span
    waiting = await callbacks.waiting_since_before(work, work.now - patience, FINDINGS_MAX)
    odd = await callbacks.odd(work, FINDINGS_MAX)
    return [
        Finding(
            code="payments.callback_waits", facts={"callback_id": row["callback_id"], "kind": row["kind"]}
        )
        for row in waiting
    ] + [Finding(code="payments.callback_odd", facts=dict(row)) for row in odd]


async def _numbers_open(work: Work) -> list[Finding]:
    findings = []
    for row in await proof.sealed_numbers(work):
        try:
            work.keyring.open(row["number"], field=NUMBER_FIELD, owner=row["account_id"])
        except CannotOpen:
            findings.append(
                Finding(code="payments.number_sealed_for_ever", facts={"account_id": row["account_id"]})
            )
    return findings
