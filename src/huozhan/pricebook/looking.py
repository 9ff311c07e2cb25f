"""Looking at prices: a shop's levels, members and books, a buyer's own, and what some offers cost the one who looks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huozhan import catalogue, parties
from huozhan.catalogue import BookPrice, SkuFace
from huozhan.kernel.paging import BadCursor, before_in, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.parties import OrgFace
from huozhan.pricebook.asks import BookRef, LevelRef, OfferPrices, PriceBooks, PriceMembers
from huozhan.pricebook.book import MOVES, Kind, VersionState
from huozhan.pricebook.pricing import Sayings
from huozhan.pricebook.store import books, level_rules, members
from huozhan.pricebook.views import (
    BookList,
    BookPage,
    BookView,
    CardPrice,
    LevelList,
    LevelPage,
    LevelRuleView,
    LevelView,
    MemberList,
    MemberView,
    MyLevel,
    MyLevels,
    OfferPricesView,
    PartyView,
    RowView,
    SkuSteps,
    StepView,
    VersionView,
)

LEVELS_SHOWN = 200


@use_case("offer.view", writes=False)
async def levels(work: Work, ask: Nothing) -> LevelList:  # noqa: ARG001 -- every use case has this form
    """Show the shop's five levels, what their members pay and how many there are."""
    rules = await _rules(work)
    return LevelList(
        levels=[
            LevelView(
                level=row["level"],
                book_id=str(row["book_id"]) if row["book_id"] else None,
                version=row["version"] or 0,
                off_bp=row["off_bp"],
                rows=row["rows"],
                members=row["members"],
                said_at=row["said_at"],
                rule=rules.get(row["level"]),
            )
            for row in await books.level_books(work)
        ]
    )


@use_case("offer.view", writes=False)
async def level_prices(work: Work, ask: LevelRef) -> LevelPage:
    """Show what members of one level pay now."""
    row = next(one for one in await books.level_books(work) if one["level"] == ask.level)
    rows = await books.rows_of(work, row["book_id"], row["version"]) if row["version"] else []
    return LevelPage(
        level=row["level"],
        version=row["version"] or 0,
        off_bp=row["off_bp"],
        rows=await _row_views(work, rows),
        rule=(await _rules(work)).get(ask.level),
    )


async def _rules(work: Work) -> dict[str, LevelRuleView]:
    return {
        rule.level: LevelRuleView(
            least_minor=rule.least_minor, least_orders=rule.least_orders, days=rule.days
        )
        for rule in await level_rules.of_shop(work, work.actor.org_id)
    }


@use_case("offer.view", writes=False)
async def price_members(work: Work, ask: PriceMembers) -> MemberList:
    """Show the shop's members, those who came to their level last first."""
    rows = await members.of_shop(work, _before(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    faces = await parties.org_faces(work, {row["buyer_id"] for row in shown}) if shown else {}
    return MemberList(
        items=[
            MemberView(
                buyer=_party(row["buyer_id"], faces),
                level=row["level"],
                is_by_rule=row["is_by_rule"],
                since=row["since"],
            )
            for row in shown
        ],
        next_cursor=write_cursor(shown[-1]["since"].isoformat(), shown[-1]["buyer_id"])
        if len(rows) > ask.size
        else None,
    )


def _before(cursor: str) -> tuple[datetime, int] | None:
    keys = read_cursor(cursor, str, int)
    if keys is None:
        return None
    try:
        since = datetime.fromisoformat(str(keys[0]))
    except ValueError as error:
        raise BadCursor from error
    if since.tzinfo is None:
        raise BadCursor
    return since, int(keys[1])


@use_case("order.view", writes=False)
async def my_levels(work: Work, ask: Nothing) -> MyLevels:  # noqa: ARG001 -- every use case has this form
    """Show in which shops the organisation is a member, and on which level."""
    rows = await members.of_buyer(work, LEVELS_SHOWN)
    faces = await parties.org_faces(work, {row["seller_id"] for row in rows}) if rows else {}
    return MyLevels(
        items=[
            MyLevel(
                seller=_party(row["seller_id"], faces),
                level=row["level"],
                off_bp=row["off_bp"],
                since=row["since"],
            )
            for row in rows
        ]
    )


@use_case("order.view", writes=False)
async def price_books(work: Work, ask: PriceBooks) -> BookList:
    """Show negotiated prices and contracts on one side of the organisation, the newest first."""
    rows = await books.listed(work, ask.side, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    other = "buyer_id" if ask.side == "seller" else "seller_id"
    faces = await parties.org_faces(work, {row[other] for row in shown}) if shown else {}
    offers = await catalogue.offer_names(work, {row["offer_id"] for row in shown if row["offer_id"]})
    return BookList(
        items=[
            BookView(
                book_id=str(row["book_id"]),
                kind=row["kind"],
                side=ask.side,
                party=_party(row[other], faces),
                offer_title=offers[row["offer_id"]].title if row["offer_id"] in offers else Bilingual(),
                rows=row["rows"],
                version=row["version"] or 0,
                phase=_phase(work, VersionState.in_force, row) if row["version"] else "",
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                allows_coupons=bool(row["allows_coupons"]),
                waiting=row["waiting"] or 0,
                waiting_from=row["waiting_from"],
                waiting_until=row["waiting_until"],
            )
            for row in shown
        ],
        next_cursor=write_cursor(shown[-1]["book_id"]) if len(rows) > ask.size else None,
    )


@use_case("order.view", writes=False)
async def price_book(work: Work, ask: BookRef) -> BookPage:
    """Show a book to either of its sides: its versions, and what one of them says."""
    book = await books.read(work, int(ask.book_id))
    if book is None:
        raise NotFound(book_id=ask.book_id)
    all_of = [_version_view(work, row) for row in await books.versions(work, book.book_id)]
    shown = next((one for one in all_of if one.version == ask.version), None) if ask.version else None
    if ask.version and shown is None:
        raise NotFound(book_id=ask.book_id)
    shown = shown or _foremost(all_of)
    side = "seller" if book.seller_id == work.actor.org_id else "buyer"
    other = book.buyer_id if side == "seller" else book.seller_id
    return BookPage(
        book_id=ask.book_id,
        kind=book.kind,
        level=book.level,
        side=side,
        party=_party(other, await parties.org_faces(work, {other})) if other else None,
        versions=all_of,
        shown=shown,
        rows=await _row_views(work, await books.rows_of(work, book.book_id, shown.version)),
        can=_can(work, book.kind, side, shown),
    )


def _foremost(all_of: Sequence[VersionView]) -> VersionView:
    """The version that waits for an answer, else the one that holds, else the newest."""
    for state in (VersionState.offered, VersionState.in_force):
        for one in all_of:
            if one.state == state:
                return one
    return all_of[0]


def _can(work: Work, kind: Kind, side: str, shown: VersionView) -> list[str]:
    """What this side may do with a version."""
    is_over = shown.ends_at <= work.now
    if kind is Kind.negotiated and side == "seller" and work.actor.may("offer.edit"):
        return ["take_back"] if MOVES.allows(shown.state, "end") and not is_over else []  # type: ignore[arg-type]
    if kind is not Kind.contract or side != "buyer" or not work.actor.may("order.place"):
        return []
    if shown.state == VersionState.offered:
        return ["decline"] if is_over else ["accept", "decline"]
    return ["end"] if shown.state == VersionState.in_force and not is_over else []


@use_case("public", writes=False)
async def offer_prices(work: Work, ask: OfferPrices) -> OfferPricesView:
    """Show what some offers cost the organisation by a shop's price books; nothing where it has no price of its own."""
    if not work.actor.org_id:
        return OfferPricesView(skus=[], offers={})
    shop_of = {int(one.offer_id): int(one.seller_id) for one in ask.offers}
    rows = await books.for_buyer(work, sorted(set(shop_of.values())), sorted(shop_of))
    found = Sayings(rows)
    skus = {
        (row["seller_id"], row["offer_id"], row["sku_id"]): None
        for row in rows
        if row["sku_id"] and shop_of[row["offer_id"]] == row["seller_id"]
    }
    offs = {offer_id: found.offs(seller_id, offer_id) for offer_id, seller_id in shop_of.items()}
    return OfferPricesView(
        skus=[
            SkuSteps(
                sku_id=str(sku_id),
                offer_id=str(offer_id),
                steps=[step_view(one) for one in _in_order(found.of(seller_id, offer_id, sku_id))],
            )
            for seller_id, offer_id, sku_id in skus
        ],
        offers={str(offer_id): step_view(off) for offer_id, off in offs.items() if off},
    )


def _in_order(said: Sequence[BookPrice]) -> list[BookPrice]:
    """So that of those whose quantity is reached the first one decides."""
    return sorted(said, key=lambda one: (catalogue.PRIORITY.index(one.source), -one.from_quantity))


def step_e4(step: StepView, list_price_e4: int) -> int:
    """What a piece costs by what a book says, where it costs everybody so much."""
    return catalogue.booked_e4(step.price_e4, step.off_bp, list_price_e4)


def card_price(shown: OfferPricesView, offer_id: str, list_low_e4: int) -> CardPrice | None:
    """The lowest price that books say of an offer, for its card; None where they say nothing."""
    said = [one for sku in shown.skus if sku.offer_id == offer_id for one in sku.steps]
    said += [shown.offers[offer_id]] if offer_id in shown.offers else []
    prices = [CardPrice(source=one.source, price_e4=step_e4(one, list_low_e4)) for one in said]
    return min(prices, key=lambda one: one.price_e4, default=None)


def step_view(one: BookPrice) -> StepView:
    """What a book says, as people see it."""
    return StepView(
        source=one.source,
        version=one.version,
        from_quantity=one.from_quantity,
        price_e4=one.price_e4,
        off_bp=one.off_bp,
        takes_coupons=one.takes_coupons,
    )


def _party(org_id: int, faces: dict[int, OrgFace]) -> PartyView:
    face = faces.get(org_id)
    return PartyView(org_id=str(org_id), name=face.name if face else Bilingual())


def _version_view(work: Work, row: Any) -> VersionView:
    return VersionView(**dict(row), phase=_phase(work, row["state"], row))


def _phase(work: Work, state: str, row: Any) -> str:
    """The state of a version as people read it now."""
    if state == VersionState.in_force and row["starts_at"] > work.now:
        return "ahead"
    if state in {VersionState.in_force, VersionState.offered} and row["ends_at"] <= work.now:
        return "over"
    return str(state)


async def _row_views(work: Work, rows: Sequence[Any]) -> list[RowView]:
    faces = await catalogue.sku_faces(work, {row["sku_id"] for row in rows if row["sku_id"]})
    offers = await catalogue.offer_names(work, {row["offer_id"] for row in rows if not row["sku_id"]})
    return [_row_view(row, faces.get(row["sku_id"]), offers.get(row["offer_id"])) for row in rows]


def _row_view(row: Any, face: SkuFace | None, offer: catalogue.OfferName | None) -> RowView:
    title = face.title if face else offer.title if offer else Bilingual()
    return RowView(
        offer_id=str(row["offer_id"]),
        offer_code=face.offer_code if face else offer.offer_code if offer else "",
        title=title,
        sku_id=str(row["sku_id"]) if row["sku_id"] else None,
        sku_code=face.sku_code if face else "",
        options=face.options if face else Bilingual(),
        unit=face.unit if face else "piece",
        from_quantity=row["from_quantity"],
        price_e4=row["price_e4"],
        off_bp=row["off_bp"],
        list_low_e4=face.price_low_e4 if face else 0,
        list_high_e4=face.price_high_e4 if face else 0,
        is_above_list=bool(face and row["price_e4"] and row["price_e4"] > face.price_low_e4),
    )
