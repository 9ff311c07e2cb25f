"""Publishing: an offer put on the market or changed whole, one or many at a time.

What was offered stays readable: every change writes a version that nothing alters any more.
"""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from huozhan.catalogue import stock
from huozhan.catalogue.facts import OfferChanged, OfferPublished, PriceChanged
from huozhan.catalogue.hints import Hint, hints_for
from huozhan.catalogue.offer import (
    MOVES,
    CategoryUnknown,
    FreightUnknown,
    OfferState,
    PublishAs,
    PublishOffer,
    check_sound,
    option_names,
    price_range_e4,
)
from huozhan.catalogue.restricting import must_be_open
from huozhan.catalogue.store import publishing as store
from huozhan.catalogue.store.publishing import MoveRow, OfferRow, SkuRow, StandingOffer, VersionRow
from huozhan.kernel.shapes import Id, View
from huozhan.kernel.work import Work, use_case


class PublishedOffer(View, frozen=True, kw_only=True):
    """What became of a publication; `changed` is False where everything stood so already."""

    offer_id: Id
    offer_code: str
    version: int
    state: OfferState
    changed: bool
    hints: tuple[Hint, ...] = ()


@use_case("offer.edit", writes=True)
async def publish_offer(work: Work, ask: PublishOffer) -> PublishedOffer:
    """Puts an offer on the market, or replaces the one of the same code; the same again changes nothing."""
    [published] = await publish_offers(work, [ask])
    return published


async def publish_offers(work: Work, asks: Sequence[PublishOffer]) -> list[PublishedOffer]:
    """Publishes many offers of one seller in a handful of statements, all or none."""
    work.actor.must("offer.edit")
    if any(ask.publish_as is PublishAs.on_sale for ask in asks):
        await must_be_open(work)
    codes = [ask.offer_code for ask in asks]
    assert len(set(codes)) == len(codes), "one offer twice in a batch"
    standing = await store.standing(work, codes)
    categories, freight = await store.references(
        work, {ask.category_id for ask in asks}, {ask.freight_code for ask in asks if ask.freight_code}
    )
    drafts = []
    for ask in asks:
        check_sound(ask)
        if ask.category_id not in categories:
            raise CategoryUnknown(category_id=ask.category_id)
        if ask.freight_code and ask.freight_code not in freight:
            raise FreightUnknown(freight_code=ask.freight_code)
        hints = hints_for(ask, categories[ask.category_id])
        drafts.append(
            _Draft(work, ask, standing.get(ask.offer_code), freight.get(ask.freight_code, 0), hints)
        )
    await _write(work, [draft for draft in drafts if draft.changed])
    return [draft.published() for draft in drafts]


async def _write(work: Work, drafts: Sequence["_Draft"]) -> None:
    if not drafts:
        return
    await store.claim_codes(work, {draft.ask.offer_code: draft.offer_id for draft in drafts if draft.is_new})
    rewritten = [draft for draft in drafts if draft.is_rewritten]
    await store.write(
        work,
        [draft.offer_row() for draft in rewritten],
        [row for draft in rewritten for row in draft.sku_rows()],
        [draft.version_row() for draft in rewritten],
        [draft.move_row() for draft in rewritten],
    )
    recounted = {draft.offer_id: draft.fingerprint for draft in drafts if not draft.is_rewritten}
    await store.note_recounted(work, recounted)
    await stock.set_free(work, [count for draft in drafts for count in draft.counts()])
    for draft in drafts:
        work.record(*draft.facts())


class _Draft:
    """One offer on its way: what is asked, beside what stands."""

    def __init__(
        self,
        work: Work,
        ask: PublishOffer,
        standing: StandingOffer | None,
        template_id: int,
        hints: Sequence[Hint],
    ) -> None:
        self.work = work
        self.ask = ask
        self.standing = standing
        self.template_id = template_id
        self.hints = tuple(hints)
        self.is_new = standing is None
        self.offer_id = standing.offer_id if standing else work.new_id()
        known: Mapping[str, int] = standing.sku_ids if standing else {}
        self.known = known
        self.sku_ids = {sku.sku_code: known.get(sku.sku_code) or work.new_id() for sku in ask.skus}
        self.state_before = standing.state if standing else MOVES.first
        self.event = _event(self.state_before, ask.publish_as)
        self.state = MOVES.after(self.state_before, self.event, offer_code=ask.offer_code)
        content, counts = _fingerprints(ask, template_id)
        self.fingerprint = f"{content} {counts}"
        stood = standing.fingerprint.split() if standing else ["", ""]
        self.is_rewritten = stood[0] != content or self.state is not self.state_before
        self.is_recounted = stood[1] != counts
        self.changed = self.is_rewritten or self.is_recounted
        self.version = (standing.version if standing else 0) + (1 if self.is_rewritten else 0)

    def offer_row(self) -> OfferRow:
        """The offer as it is to stand."""
        ask, now = self.ask, self.work.now
        low_e4, high_e4 = price_range_e4(ask)
        return OfferRow(
            offer_id=self.offer_id,
            seller_id=self.work.actor.org_id,
            offer_code=ask.offer_code,
            state=self.state,
            version=self.version,
            fingerprint=self.fingerprint,
            category_id=ask.category_id,
            title_zh=ask.title.zh,
            title_en=ask.title.en,
            description_zh=ask.description.zh,
            description_en=ask.description.en,
            attributes=ask.attributes,
            options=ask.options,
            unit=ask.unit,
            quote_type=ask.quote_type,
            ladder=ask.ladder,
            price_low_e4=low_e4,
            price_high_e4=high_e4,
            moq=ask.moq,
            lot=ask.lot,
            mixable=ask.mixable,
            sample_price_e4=ask.sample_price_e4,
            origin_code6=ask.origin_code6,
            weight_g=ask.weight_g,
            length_mm=ask.length_mm,
            width_mm=ask.width_mm,
            height_mm=ask.height_mm,
            promise_hours=ask.promise_hours,
            customisation=ask.customisation,
            dropship=ask.dropship,
            freight_template_id=self.template_id,
            pictures=ask.pictures,
            hints=self.hints,
            source=ask.source,
            published_at=self.standing.published_at if self.standing and self.event == "edit" else now,
            changed_at=now,
        )

    def sku_rows(self) -> list[SkuRow]:
        """Every SKU as it is to stand."""
        rows = []
        for position, sku in enumerate(self.ask.skus):
            options = option_names(self.ask, sku)
            rows.append(
                SkuRow(
                    offer_id=self.offer_id,
                    sku_id=self.sku_ids[sku.sku_code],
                    sku_code=sku.sku_code,
                    position=position,
                    choice=sku.choice,
                    options_zh=options.zh,
                    options_en=options.en,
                    price_e4=sku.price_e4,
                    ladder=sku.ladder,
                    weight_g=sku.weight_g,
                )
            )
        return rows

    def version_row(self) -> VersionRow:
        """The snapshot that orders will point to: all that is shown, but not the stock."""
        shown = msgspec.to_builtins(self.ask)
        for unshown in ("publish_as", "freight_code"):
            del shown[unshown]
        for sku in shown["skus"]:
            del sku["stock"]
            sku["sku_id"] = self.sku_ids[sku["sku_code"]]
        shown["freight_template_id"] = self.template_id
        shown["seller_id"] = self.work.actor.org_id
        return VersionRow(
            offer_id=self.offer_id,
            version=self.version,
            snapshot=shown,
            published_at=self.work.now,
            published_by=self.work.actor.person_id,
        )

    def move_row(self) -> MoveRow:
        """Who did it and when."""
        return MoveRow(
            offer_id=self.offer_id,
            move_id=self.work.new_id(),
            event=self.event,
            from_state=self.state_before,
            to_state=self.state,
            reason="",
            moved_at=self.work.now,
            moved_by=self.work.actor.person_id,
        )

    def counts(self) -> list[stock.Count]:
        """What each SKU is to have free; a new SKU begins at nothing where none is said.

        Counts that were said before are not said again: goods may have been sold since.
        """
        return [
            stock.Count(
                sku_id=self.sku_ids[sku.sku_code],
                offer_id=self.offer_id,
                free=sku.stock or 0,
                is_new=sku.sku_code not in self.known,
            )
            for sku in self.ask.skus
            if sku.sku_code not in self.known or (sku.stock is not None and self.is_recounted)
        ]

    def facts(self) -> list[OfferPublished | OfferChanged | PriceChanged]:
        """What the market learns of it; a draft is nobody's business."""
        about = {"offer_id": self.offer_id, "seller_id": self.work.actor.org_id}
        if self.state is OfferState.draft or not self.is_rewritten:
            return []
        if self.state_before is OfferState.draft:
            return [OfferPublished(**about)]
        repriced = self.standing is not None and self.standing.prices != _prices(self.ask)
        return [OfferChanged(**about), *([PriceChanged(**about)] if repriced else [])]

    def published(self) -> PublishedOffer:
        """The answer."""
        return PublishedOffer(
            offer_id=str(self.offer_id),
            offer_code=self.ask.offer_code,
            version=self.version,
            state=self.state,
            changed=self.changed,
            hints=self.hints,
        )


def _event(state: OfferState, publish_as: PublishAs) -> str:
    if state is not OfferState.draft:
        return "edit"
    return "publish" if publish_as is PublishAs.on_sale else "save"


_SAID_SINCE = ("customisation", "dropship")
"""What offers said nothing of once: saying nothing of it still is the same, so that nothing is rewritten for it."""


def _fingerprints(ask: PublishOffer, template_id: int) -> tuple[str, str]:
    """What tells an offer's content, and its counts of stock, from any other."""
    replace = msgspec.structs.replace
    skus = tuple(replace(sku, stock=None) for sku in ask.skus)
    said = msgspec.to_builtins(replace(ask, skus=skus, publish_as=PublishAs.on_sale))
    for name in _SAID_SINCE:
        if said[name] is None:
            del said[name]
    content = (said, template_id)
    counts = sorted((sku.sku_code, sku.stock) for sku in ask.skus if sku.stock is not None)
    return _digest(content), _digest(counts)


def _digest(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _prices(ask: PublishOffer) -> store.Prices:
    return ask.ladder, {sku.sku_code: (sku.price_e4, sku.ladder) for sku in ask.skus}
