"""Contract prices 协议价: a list between one seller and one buyer for a span of time, which both have said yes to."""

from typing import Any

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.pricebook.asks import AnswerContract, EndPrices, OfferContract
from huozhan.pricebook.book import MOVES, Book, Kind, VersionState
from huozhan.pricebook.facts import ContractAnswered, ContractEnded, ContractOffered
from huozhan.pricebook.judging import BadSpan, must_be_buyer, must_fit, note_pair, rows_from
from huozhan.pricebook.store import books
from huozhan.pricebook.views import Said


class OtherPrices(Refusal):
    """The version that was read does not wait any more; the seller has offered another, or none."""

    code = "pricebook.other_prices"


@use_case("offer.edit", writes=True)
async def offer_contract(work: Work, ask: OfferContract) -> Said:
    """Offer a buyer a list of prices; what was agreed before holds until the buyer says yes to this."""
    buyer_id = await must_be_buyer(work, ask.buyer_id)
    starts_at, ends_at = must_fit(work, ask.starts_at, ask.ends_at)
    rows = await rows_from(work, ask.rows)
    await catalogue.lock_shop(work, work.actor.org_id)
    book = await books.open_book(work, work.actor.org_id, Kind.contract, buyer_id=buyer_id)
    for old in await books.versions(work, book.book_id):
        if old["state"] == VersionState.offered:
            await _move(work, book, old, "replace")
    version = await books.add_version(
        work, book, MOVES.first, rows, starts_at=starts_at, ends_at=ends_at, allows_coupons=ask.allows_coupons
    )
    work.record(ContractOffered(seller_id=book.seller_id, buyer_id=buyer_id, book_id=book.book_id))
    return Said(book_id=str(book.book_id), version=version, state=MOVES.first)


@use_case("order.place", writes=True)
async def accept_contract(work: Work, ask: AnswerContract) -> Said:
    """Say yes to the list that was read: it prices orders from its first moment on, in place of older ones.

    One that was agreed for the time after it stays as it is.
    """
    book, all_of = await _waiting(work, ask)
    accepted = next(one for one in all_of if one["version"] == ask.version)
    if accepted["ends_at"] <= work.now:
        raise BadSpan(field="ends_at", days=0)
    begins = max(accepted["starts_at"], work.now)
    for old in all_of:
        if old["state"] != VersionState.in_force or old["starts_at"] >= accepted["ends_at"]:
            continue
        if old["starts_at"] < begins:
            await books.shorten(work, book.book_id, old["version"], begins)
        else:
            await _move(work, book, old, "replace")
    state = await _move(work, book, accepted, "accept")
    await note_pair(work, book.seller_id, book.buyer_id)
    work.record(ContractAnswered(**_between(book), is_accepted=True))
    return Said(book_id=ask.book_id, version=ask.version, state=state)


@use_case("order.place", writes=True)
async def decline_contract(work: Work, ask: AnswerContract) -> Said:
    """Say no to a list that waits; what was agreed before goes on."""
    book, all_of = await _waiting(work, ask)
    declined = next(one for one in all_of if one["version"] == ask.version)
    state = await _move(work, book, declined, "decline")
    work.record(ContractAnswered(**_between(book), is_accepted=False))
    return Said(book_id=ask.book_id, version=ask.version, state=state)


@use_case("order.place", writes=True)
async def end_contract(work: Work, ask: EndPrices) -> Said:
    """Give up agreed prices before their end. The seller cannot: it offers a shorter list, which needs a yes."""
    book = await _of_buyer(work, ask.book_id)
    ended = None
    for version in await books.versions(work, book.book_id):
        if MOVES.allows(version["state"], "end"):
            ended = await _move(work, book, version, "end", ask.reason)
    if ended is None:
        raise NotFound(book_id=ask.book_id)
    await note_pair(work, book.seller_id, book.buyer_id)
    work.record(ContractEnded(**_between(book)))
    return Said(book_id=ask.book_id, version=book.versions, state=ended)


async def _of_buyer(work: Work, book_id: str) -> Book:
    """The buyer's contract; its shop is locked first, as every change of the pair does."""
    seen = await books.read(work, int(book_id))
    if seen is None or seen.kind is not Kind.contract:
        raise NotFound(book_id=book_id)
    await catalogue.lock_shop(work, seen.seller_id)
    book = await books.lock(work, int(book_id), "buyer")
    if book is None:
        raise NotFound(book_id=book_id)
    return book


async def _waiting(work: Work, ask: AnswerContract) -> tuple[Book, list[Any]]:
    """The buyer's contract with its versions, if exactly this one waits for an answer."""
    book = await _of_buyer(work, ask.book_id)
    all_of = await books.versions(work, book.book_id)
    if not any(one["version"] == ask.version and one["state"] == VersionState.offered for one in all_of):
        raise OtherPrices
    return book, all_of


async def _move(work: Work, book: Book, version: Any, event: str, reason: str = "") -> VersionState:
    state = MOVES.after(version["state"], event)
    await books.move(work, book.book_id, version["version"], state, reason)
    return state


def _between(book: Book) -> dict[str, int]:
    return {"seller_id": book.seller_id, "buyer_id": book.buyer_id, "book_id": book.book_id}
