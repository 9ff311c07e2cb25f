"""Sealing: the worker binds committed entries into blocks, each hashed with the one before."""

from huozhan.kernel.work import Work
from huozhan.ledger.entry import block_hash
from huozhan.ledger.store import chain

BLOCK_ENTRIES_MAX = 500
GENESIS = bytes(32)


async def seal_chain(work: Work) -> int:
    """Seals the next block and tells how many entries went into it.

    Two sealers at once would make the same block number, and the second one's transaction fails whole.
    """
    ids = await chain.take_unsealed(work, BLOCK_ENTRIES_MAX)
    if not ids:
        return 0
    last = await chain.last_block(work)
    block_no, previous = (last["block_no"] + 1, last["hash"]) if last else (1, GENESIS)
    entries = await chain.read_entries(work, ids)
    hash_ = block_hash(previous, block_no, [entries[id_] for id_ in ids])
    await chain.add_block(work, block_no, previous, hash_, ids)
    return len(ids)
