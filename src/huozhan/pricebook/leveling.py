"""Member prices 会员价: what each level of a shop pays, and who has which level."""

from huozhan import catalogue
from huozhan.kernel.work import Work, use_case
from huozhan.pricebook.asks import AssignLevel, SetLevelPrices, SkuPrice
from huozhan.pricebook.book import MOVES, Kind, Row
from huozhan.pricebook.facts import LevelAssigned, LevelPriced
from huozhan.pricebook.judging import NEVER, NotYourGoods, StepsDoNotFall, must_be_buyer, note_pair, rows_from
from huozhan.pricebook.store import books, members
from huozhan.pricebook.views import Assigned, Said


@use_case("offer.edit", writes=True)
async def set_level_prices(work: Work, ask: SetLevelPrices) -> Said:
    """Say what members of a level pay from now on, in place of what was said before."""
    rows = await rows_from(work, [SkuPrice(sku_id=one.sku_id, price_e4=one.price_e4) for one in ask.rows])
    offers = {int(one.offer_id): one.off_bp for one in ask.offers}
    if len(offers) != len(ask.offers):
        raise StepsDoNotFall(field="offers", code="")
    owners = await catalogue.offer_names(work, list(offers))
    if any(offer_id not in owners or owners[offer_id].seller_id != work.actor.org_id for offer_id in offers):
        raise NotYourGoods(field="offers")
    rows += [Row(offer_id=offer_id, off_bp=off_bp) for offer_id, off_bp in offers.items()]
    await catalogue.lock_shop(work, work.actor.org_id)
    book = await books.open_book(work, work.actor.org_id, Kind.level, level=ask.level)
    for old in await books.versions(work, book.book_id):
        if MOVES.allows(old["state"], "replace"):
            await books.move(
                work, book.book_id, old["version"], MOVES.after(old["state"], "replace"), old["reason"]
            )
    state = MOVES.after(MOVES.first, "set")
    version = await books.add_version(
        work, book, state, rows, starts_at=work.now, ends_at=NEVER, off_bp=ask.off_bp
    )
    work.record(LevelPriced(seller_id=work.actor.org_id, buyer_id=0, book_id=book.book_id, level=ask.level))
    return Said(book_id=str(book.book_id), version=version, state=state)


@use_case("offer.edit", writes=True)
async def assign_level(work: Work, ask: AssignLevel) -> Assigned:
    """Give a buyer a level in the shop, or take it away; what the shop's rule says of the buyer counts no longer."""
    buyer_id = await must_be_buyer(work, ask.buyer_id)
    await catalogue.lock_shop(work, work.actor.org_id)
    level = ask.level.value if ask.level else ""
    await put_on_level(work, work.actor.org_id, buyer_id, level, is_by_rule=False, reason=ask.reason.strip())
    return Assigned(buyer_id=ask.buyer_id, level=level)


async def put_on_level(
    work: Work, seller_id: int, buyer_id: int, level: str, *, is_by_rule: bool, reason: str
) -> None:
    """Writes a buyer's level in a locked shop, and tells the buyer where it is another one."""
    was = await members.level_of(work, seller_id, buyer_id)
    await members.assign(work, seller_id, buyer_id, level, is_by_rule=is_by_rule, reason=reason)
    await note_pair(work, seller_id, buyer_id)
    if was != level:
        work.record(LevelAssigned(seller_id=seller_id, buyer_id=buyer_id, level=level))
