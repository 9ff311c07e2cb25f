"""The seller's own offers: listed, opened for editing, repriced and restocked in place, paused, resumed; taken down and
restored by an operator."""

from typing import Annotated, Any

import msgspec

from huozhan.catalogue.facts import OfferChanged, OfferTakenDown
from huozhan.catalogue.goods import PriceE4, QuoteType, read_ladder
from huozhan.catalogue.hints import Hint
from huozhan.catalogue.offer import MOVES, Code, Ladder, Name, OfferState, PublishOffer, SkuAsk, Stock
from huozhan.catalogue.publishing import PublishedOffer, publish_offer
from huozhan.catalogue.restricting import must_be_open
from huozhan.catalogue.store import offers as store
from huozhan.catalogue.store.publishing import MoveRow
from huozhan.catalogue.views import OfferRowView, OfferToEdit
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Bilingual, Cursor, Id, Nothing, PageSize, Reason, View
from huozhan.kernel.work import Work, use_case

WORDS_MAX = 60
EDITS_MAX = 1_000


class SkuUnknown(Refusal):
    """The offer has no such SKU."""

    code = "catalogue.sku_unknown"
    sort = Sort.invalid


class MyOffers(Ask, frozen=True, kw_only=True):
    """The seller's list: by state, words of title or code, category, what is sold out or nearly so, or lacks something."""

    states: Annotated[tuple[OfferState, ...], msgspec.Meta(max_length=len(OfferState))] = ()
    words: Annotated[str, msgspec.Meta(max_length=WORDS_MAX)] = ""
    category_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    sold_out: bool = False
    low_stock: bool = False
    hinted: bool = False
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class OwnOffer(Ask, frozen=True, kw_only=True):
    """One offer of the seller's own."""

    offer_id: Id


class JudgeOffer(Ask, frozen=True, kw_only=True):
    """One offer of anybody's, and why an operator acts on it."""

    offer_id: Id
    reason: Reason


class SkuEdit(Ask, frozen=True, kw_only=True):
    """What changes of one SKU; what is not named stays."""

    sku_code: Code
    price_e4: PriceE4 | None = None
    ladder: Ladder | None = None
    stock: Stock | None = None


class EditPrices(Ask, frozen=True, kw_only=True):
    """Prices and stock changed in place; what is not named stays."""

    offer_id: Id
    ladder: Ladder | None = None
    skus: Annotated[tuple[SkuEdit, ...], msgspec.Meta(max_length=EDITS_MAX)] = ()


class OfferCounts(View, frozen=True, kw_only=True):
    """How many of the seller's offers are in each state."""

    draft: int = 0
    on_sale: int = 0
    paused: int = 0
    taken_down: int = 0


class MovedOffer(View, frozen=True, kw_only=True):
    """Where an offer stands after a move."""

    offer_id: Id
    state: OfferState


@use_case("offer.view", writes=False)
async def my_offers(work: Work, ask: MyOffers) -> Page[OfferRowView]:
    """The seller's offers, newest first."""
    rows = await store.mine(
        work,
        before=before_in(ask.cursor),
        states=[state.value for state in ask.states],
        words=ask.words.strip(),
        category_id=ask.category_id,
        free_up_to=_free_up_to(work, ask),
        hinted=ask.hinted,
        limit=ask.size + 1,
    )
    next_cursor = write_cursor(rows[ask.size - 1]["offer_id"]) if len(rows) > ask.size else None
    return Page([_row_view(row) for row in rows[: ask.size]], next_cursor)


def _free_up_to(work: Work, ask: MyOffers) -> int | None:
    if ask.sold_out:
        return 0
    return work.rule("catalogue.low_stock").value if ask.low_stock else None


@use_case("offer.view", writes=False)
async def offer_counts(work: Work, _ask: Nothing) -> OfferCounts:
    """How many offers stand in each state."""
    return OfferCounts(**await store.counts(work))


def _row_view(row: Any) -> OfferRowView:
    return OfferRowView(
        offer_id=str(row["offer_id"]),
        offer_code=row["offer_code"],
        title=Bilingual(row["title_zh"], row["title_en"]),
        picture=row["picture"],
        state=OfferState(row["state"]),
        version=row["version"],
        category_id=row["category_id"],
        quote_type=QuoteType(row["quote_type"]),
        price_low_e4=row["price_low_e4"],
        price_high_e4=row["price_high_e4"],
        ladder=read_ladder(row["ladder"]),
        moq=row["moq"],
        skus=row["skus"],
        free=row["free"],
        reserved=row["reserved"],
        sold=row["sold"],
        hints=msgspec.json.decode(row["hints"], type=tuple[Hint, ...]),
        changed_at=row["changed_at"],
    )


@use_case("offer.view", writes=False)
async def offer_to_edit(work: Work, ask: OwnOffer) -> OfferToEdit:
    """An offer as it would be published again, with its stock, its hints, and why it was taken down if it was."""
    row = await store.own_with_skus(work, int(ask.offer_id))
    if row is None:
        raise NotFound
    state = OfferState(row["state"])
    return OfferToEdit(
        offer_id=ask.offer_id,
        version=row["version"],
        state=state,
        reason=row["reason"] if state is OfferState.taken_down else "",
        offer=as_published(row),
        sku_ids={sku.sku_code: sku.sku_id for sku in msgspec.json.decode(row["skus"], type=list[_SkuIds])},
        hints=msgspec.json.decode(row["hints"], type=tuple[Hint, ...]),
    )


class _SkuIds(msgspec.Struct):
    sku_code: str
    sku_id: str


class _StandingSku(msgspec.Struct):
    """A SKU as its row says; its id is left out because a publication names codes only."""

    sku_code: str
    choice: tuple[int, ...]
    price_e4: int | None
    ladder: Ladder
    weight_g: int | None
    stock: int


def as_published(row: Any) -> PublishOffer:
    """What would publish an offer again just as it stands."""
    skus = msgspec.json.decode(row["skus"], type=list[_StandingSku])
    lists = {name: msgspec.json.decode(row[name]) for name in ("attributes", "options", "ladder")}
    custom = row["customisation"]
    plain = ("offer_code", "category_id", "unit", "quote_type", "moq", "lot", "mixable", "sample_price_e4",
             "origin_code6", "weight_g", "length_mm", "width_mm", "height_mm", "promise_hours", "freight_code",
             "dropship", "pictures", "source")  # fmt: skip
    return msgspec.convert(
        {
            **{name: row[name] for name in plain},
            **lists,
            "customisation": msgspec.json.decode(custom) if custom else None,
            "title": Name(row["title_zh"], row["title_en"]),
            "description": Bilingual(row["description_zh"], row["description_en"]),
            "skus": [
                SkuAsk(**{name: getattr(sku, name) for name in _StandingSku.__struct_fields__})
                for sku in skus
            ],
        },
        PublishOffer,
    )


@use_case("offer.edit", writes=True)
async def edit_prices(work: Work, ask: EditPrices) -> PublishedOffer:
    """Changes prices and stock in place; the offer gets a new version like after any other change."""
    row = await store.own_with_skus(work, int(ask.offer_id))
    if row is None:
        raise NotFound
    offer, edits = as_published(row), {edit.sku_code: edit for edit in ask.skus}
    unknown = edits.keys() - {sku.sku_code for sku in offer.skus}
    if unknown:
        raise SkuUnknown(sku_code=min(unknown))
    changed = msgspec.structs.replace(
        offer,
        ladder=offer.ladder if ask.ladder is None else ask.ladder,
        skus=tuple(_edited(sku, edits.get(sku.sku_code)) for sku in offer.skus),
    )
    return await publish_offer(work, changed)


def _edited(sku: SkuAsk, edit: SkuEdit | None) -> SkuAsk:
    if edit is None:
        return msgspec.structs.replace(sku, stock=None)
    return msgspec.structs.replace(
        sku,
        price_e4=sku.price_e4 if edit.price_e4 is None else edit.price_e4,
        ladder=sku.ladder if edit.ladder is None else edit.ladder,
        stock=edit.stock,
    )


@use_case("offer.edit", writes=True)
async def pause_offer(work: Work, ask: OwnOffer) -> MovedOffer:
    """Takes one's own offer off sale for a while; orders already placed go on."""
    return await _move(work, ask.offer_id, "pause")


@use_case("offer.edit", writes=True)
async def resume_offer(work: Work, ask: OwnOffer) -> MovedOffer:
    """Puts a paused offer on sale again."""
    await must_be_open(work)
    return await _move(work, ask.offer_id, "resume")


@use_case("market.offers", writes=True)
async def take_down_offer(work: Work, ask: JudgeOffer) -> MovedOffer:
    """Takes anybody's offer off the market, with a reason that its seller is told."""
    return await _move(work, ask.offer_id, "take_down", ask.reason)


@use_case("market.offers", writes=True)
async def restore_offer(work: Work, ask: JudgeOffer) -> MovedOffer:
    """Gives an offer back to its seller, paused: the seller decides when it is sold again."""
    return await _move(work, ask.offer_id, "restore", ask.reason)


async def _move(work: Work, offer_id: str, event: str, reason: str = "") -> MovedOffer:
    offer = await store.state_for_update(work, int(offer_id), of_anybody=event in {"take_down", "restore"})
    if offer is None:
        raise NotFound
    following = MOVES.after(offer.state, event)
    await store.move(
        work,
        MoveRow(
            offer_id=offer.offer_id,
            move_id=work.new_id(),
            event=event,
            from_state=offer.state,
            to_state=following,
            reason=reason,
            moved_at=work.now,
            moved_by=work.actor.person_id,
        ),
    )
    about = {"offer_id": offer.offer_id, "seller_id": offer.seller_id}
    work.record(OfferTakenDown(reason=reason, **about) if event == "take_down" else OfferChanged(**about))
    return MovedOffer(offer_id=offer_id, state=following)
