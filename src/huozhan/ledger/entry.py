"""An entry: one business event, written once, as postings that each move an amount from one account to another."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.ledger.account import Account, Side


class Posting(msgspec.Struct, frozen=True):
    """An amount that one account gives (debit) and another receives (credit), as bookkeepers say it."""

    debit: Account
    credit: Account
    amount_minor: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the journal. The business key makes it happen once, whoever repeats it.

    `memo` says what a reader needs to understand the amounts (order number, rate, rule version).
    """

    code: str
    business_key: str
    about_id: int
    postings: tuple[Posting, ...]
    memo: Mapping[str, str | int] = {}

    def __post_init__(self) -> None:
        assert self.postings, "an entry moves something"
        assert all(0 < posting.amount_minor <= AMOUNT_MINOR_MAX for posting in self.postings)

    @property
    def memo_text(self) -> str:
        """The memo as it is stored and hashed."""
        return msgspec.json.encode(self.memo, order="deterministic").decode()

    @property
    def fingerprint(self) -> bytes:
        """Equal for equal content; a repeat under the same key must have the same one."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).digest()

    def changes(self) -> Iterator[tuple[Account, int]]:
        """What the entry does to each checked account, counted on the account's own side."""
        for posting in self.postings:
            for account, side in ((posting.debit, Side.debit), (posting.credit, Side.credit)):
                if account.kind.is_checked:
                    yield account, posting.amount_minor * (1 if account.kind.side is side else -1)


class SealedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it stands in the book, with everything that the hash chain covers."""

    entry_id: int
    code: str
    business_key: str
    about_id: int
    happened_at: datetime
    actor_kind: str
    person_id: int
    org_id: int
    door: str
    memo: str
    lines: Sequence[Sequence[int]]
    """Per posting: line number, debit code and owner, credit code and owner, amount."""

    @property
    def canonical(self) -> bytes:
        """The one way to write the entry down; every byte of it is covered by its block's hash."""
        header = [
            self.entry_id, self.code, self.business_key, self.about_id, self.happened_at.isoformat(),
            self.actor_kind, self.person_id, self.org_id, self.door, self.memo,
        ]  # fmt: skip
        return msgspec.json.encode([header, self.lines])


def block_hash(previous: bytes, block_no: int, entries: Sequence[SealedEntry]) -> bytes:
    """The hash of a block: of the block before it, its number, and its entries in order."""
    digest = hashlib.sha256(previous + block_no.to_bytes(8, "big"))
    for entry in entries:
        digest.update(hashlib.sha256(entry.canonical).digest())
    return digest.digest()
