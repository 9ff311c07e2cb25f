"""Negotiated prices 议价: what a seller asks of one buyer for one offer, until a moment."""

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work, use_case
from huozhan.pricebook.asks import EndPrices, GivePrice
from huozhan.pricebook.book import MOVES, Book, Kind, VersionState
from huozhan.pricebook.facts import PriceGiven
from huozhan.pricebook.judging import must_be_buyer, must_fit, note_pair, rows_from
from huozhan.pricebook.store import books
from huozhan.pricebook.views import Said


@use_case("offer.edit", writes=True)
async def give_price(work: Work, ask: GivePrice) -> Said:
    """Give one buyer prices for an offer, in place of those given before; they hold at once."""
    buyer_id = await must_be_buyer(work, ask.buyer_id)
    _, ends_at = must_fit(work, work.now, ask.ends_at)
    rows = await rows_from(work, ask.rows, offer_id=int(ask.offer_id))
    await catalogue.lock_shop(work, work.actor.org_id)
    book = await books.open_book(
        work, work.actor.org_id, Kind.negotiated, buyer_id=buyer_id, offer_id=int(ask.offer_id)
    )
    await _end_all(work, book, "replace", "")
    state = MOVES.after(MOVES.first, "set")
    version = await books.add_version(work, book, state, rows, starts_at=work.now, ends_at=ends_at)
    await note_pair(work, work.actor.org_id, buyer_id)
    work.record(PriceGiven(seller_id=book.seller_id, buyer_id=buyer_id, book_id=book.book_id, is_given=True))
    return Said(book_id=str(book.book_id), version=version, state=state)


@use_case("offer.edit", writes=True)
async def take_price_back(work: Work, ask: EndPrices) -> Said:
    """Take prices back that were given to a buyer; orders that were placed keep them."""
    await catalogue.lock_shop(work, work.actor.org_id)
    book = await books.lock(work, int(ask.book_id), "seller")
    if book is None or book.kind is not Kind.negotiated:
        raise NotFound(book_id=ask.book_id)
    state = await _end_all(work, book, "end", ask.reason)
    if state is None:
        raise NotFound(book_id=ask.book_id)
    await note_pair(work, book.seller_id, book.buyer_id)
    work.record(
        PriceGiven(seller_id=book.seller_id, buyer_id=book.buyer_id, book_id=book.book_id, is_given=False)
    )
    return Said(book_id=ask.book_id, version=book.versions, state=state)


async def _end_all(work: Work, book: Book, event: str, reason: str) -> VersionState | None:
    """Ends what a locked book says now; None where it says nothing."""
    ended = None
    for version in await books.versions(work, book.book_id):
        if MOVES.allows(version["state"], event):
            ended = MOVES.after(version["state"], event)
            await books.move(work, book.book_id, version["version"], ended, reason)
    return ended
