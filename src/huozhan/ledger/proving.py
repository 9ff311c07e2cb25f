"""Proving: everything the book promises, recomputed from its postings."""

from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.ledger.entry import block_hash
from huozhan.ledger.reading import draw_trial_balance
from huozhan.ledger.sealing import GENESIS
from huozhan.ledger.store import chain

FINDINGS_MAX = 100
_BLOCKS_AT_ONCE = 50


async def verify(work: Work) -> list[Finding]:
    """Compares the book with itself; an empty list means that all of it holds."""
    findings = await _both_sides_equal(work)
    findings += [
        Finding(code="ledger.balance_differs", facts=dict(row))
        for row in await chain.balances_that_differ(work, FINDINGS_MAX)
    ]
    findings += [
        Finding(code="ledger.held_differs", facts=dict(row))
        for row in await chain.held_that_differ(work, FINDINGS_MAX)
    ]
    findings += [
        Finding(code="ledger.overdrawn", facts=dict(row)) for row in await chain.overdrawn(work, FINDINGS_MAX)
    ]
    findings += [
        Finding(code="ledger.outside_the_chain", facts=dict(row))
        for row in await chain.outside_the_chain(work, FINDINGS_MAX)
    ]
    findings += await _tail_is_young(work)
    findings += await _chain_is_whole(work)
    return findings


async def _both_sides_equal(work: Work) -> list[Finding]:
    trial = await draw_trial_balance(work)
    if not trial.difference_minor:
        return []
    return [Finding(code="ledger.trial_balance", facts={"difference_minor": trial.difference_minor})]


async def _tail_is_young(work: Work) -> list[Finding]:
    since = await chain.unsealed_since(work)
    if since is None or work.now - since <= work.rule("ledger.seal_patience").span:
        return []
    return [Finding(code="ledger.unsealed_tail", facts={"since": since.isoformat()})]


async def _chain_is_whole(work: Work) -> list[Finding]:
    """Recomputes every block's hash from the rows; stops at the first that differs, since all later ones rest on it."""
    block_no, previous = 0, GENESIS
    while blocks := await chain.blocks_after(work, block_no, _BLOCKS_AT_ONCE):
        entries = await chain.read_entries(work, [id_ for block in blocks for id_ in block["entry_ids"]])
        for block in blocks:
            facts = {"block_no": block["block_no"]}
            if block["block_no"] != block_no + 1 or block["previous_hash"] != previous:
                return [Finding(code="ledger.chain_broken", facts=facts)]
            missing = [id_ for id_ in block["entry_ids"] if id_ not in entries]
            if missing:
                return [Finding(code="ledger.entry_missing", facts=facts | {"entry_id": missing[0]})]
            sealed = [entries[id_] for id_ in block["entry_ids"]]
            if block_hash(previous, block["block_no"], sealed) != block["hash"]:
                return [Finding(code="ledger.block_changed", facts=facts)]
            block_no, previous = block["block_no"], block["hash"]
    return []
