"""Find offers: words, filters, order, facets; prices and stock come from the catalogue, not from the index."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from huozhan import catalogue, parties, scenes
from huozhan.catalogue import HOME, OfferCard
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties import OrgFace
from huozhan.search.filters import (
    ANY_REGION,
    COUNTABLE,
    FACETS,
    AttributeFacet,
    FacetChoice,
    FilterValueUnknown,
    attribute_facets,
    chosen_in,
    field_of,
    fields_of,
    filters_of,
    must_be_known,
    sort_of,
)
from huozhan.search.index import Hits, OfferIndex, SearchUnavailable
from huozhan.search.kinds import kinds_among
from huozhan.search.meaning.rescuing import FOUND_FEW, near_in_meaning
from huozhan.search.measures.noting import RESULT_DOORS, note_search
from huozhan.search.naming import names_of
from huozhan.search.ranking.arranging import AS_RANKED, Arrangement
from huozhan.search.ranking.paging import arranged, arrangement_for, arrangement_of, put_together
from huozhan.search.same.facing import SameFace, groups_among, landed_of, same_face
from huozhan.search.segmenting import asked_words, plain, wanted_words
from huozhan.search.sellers import Sellers
from huozhan.search.understanding.corrections import corrected
from huozhan.search.understanding.leads import brands_meant, categories_meant
from huozhan.search.understanding.loosening import fewer_ways, looser, otherwise, whole_ways
from huozhan.search.understanding.spans import attribute_words
from huozhan.search.wordbook.taking_up import take_up
from huozhan.search.wording import Asked

QUERY_LENGTH_MAX = 100
PAGE_MAX = 100
PAGE_OFFERS = 40
PAGE_OFFERS_MAX = 60
CHOICES_MAX = 30
ATTRIBUTES_AMONG = 100_000
"""Among more hits the values of attributes are not counted: so many goods have no attributes in common."""
FEW = 5
"""Fewer offers than these ask whether something else was meant."""
MUCH_MORE = 10
"""What else was meant is worth saying where it finds so many times as much."""

Value = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Values = Annotated[list[Value], msgspec.Meta(max_length=CHOICES_MAX)]
Price = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Pieces = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Region = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|[A-Z]{2}|any)(?!\n)$")]


class FindOffers(Ask, frozen=True, kw_only=True):
    """What is looked for. Prices are unit prices in 1/10 000; `category` takes a whole branch of the tree.

    Filters that are left out do not narrow. Of several values of a filter an offer has any; of `has`, and of `attr` for each
    attribute, it has what is asked. `exact` looks for what was typed even where something else was probably meant.
    """

    q: Annotated[str, msgspec.Meta(max_length=QUERY_LENGTH_MAX)] = ""
    category: Values = []
    has: Values = []
    """Marks: `mixed` (mixed batch), `sample`, `one_piece` (from 1 piece), `dropship` (sent by
    the piece to my customers), `single` (no lots), `free_shipping`, `pay_later`,
    `no_reason` (returns), `fast_refund`, `freight_insurance`, `verified` (supplier), `selected` (its scores pass what 严选 asks)."""
    province: Values = []
    belt: Values = []
    supplier_kind: Values = []
    promise: Values = []
    pickup_48: Values = []
    """Pick-up within 48 hours: `99` (at least 99 %), `95`, `below`; shops of too few orders are in none."""
    pickup_24: Values = []
    score: Values = []
    """Service score: `5`, `4.5` (to 5), `4` (to 4.5), `below`."""
    custom: Values = []
    """Light customisation: `logo`, `engraving`, `label`, `packaging`, `colour`, `to_sample`, `to_drawing`."""
    certificate: Values = []
    """What the market verified and is not over: `ccc`, `ce`, `fcc`, `fda`, `rohs`, `iso9001`, `gots`, `oeko_tex`, `fsc`, `test_report`."""
    invoice: Values = []
    """Invoices that the supplier says it issues: `ordinary`, `special` (its buyer may deduct the tax)."""
    credit: Values = []
    """Credit that the supplier grants to buyers it does not know yet: `7`, `30`, `60`, `90` days at least."""
    attr: Values = []
    """Attributes of a category as `handle:value`, as the answer's `attributes` name them."""
    seller_id: Id | None = None
    exact: bool = False
    each: bool = False
    """Every offer by itself; without it identical goods of a page are put together as one, which says what the others are.
    Totals and counts are of offers either way."""
    loosen: bool = False
    """Where nothing passes all filters, the one that costs most is left out, and the answer's `without` names it."""
    n: Pieces | None = None
    """So many pieces are wanted: prices and their bounds are those of this quantity, and goods whose minimum is above it are left out."""
    price_from_e4: Price | None = None
    price_to_e4: Price | None = None
    moq_to: Pieces | None = None
    to: Region | None = None
    """Only goods that can be ordered to this region: a division code or a country. Without it that of the caller's first
    address counts; `any` leaves nothing out."""
    sort: Annotated[str, msgspec.Meta(pattern=r"^(best|price_up|price_down|sold|newest)(?!\n)$")] = "best"
    page: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 1
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_OFFERS_MAX)] = PAGE_OFFERS
    count: (
        Annotated[list[Annotated[str, msgspec.Meta(max_length=20)]], msgspec.Meta(max_length=CHOICES_MAX)]
        | None
    ) = None
    """The facets to count; without it all filters, and the attributes of a category that is clear."""


class PriceAt(View, frozen=True, kw_only=True):
    """What a piece costs when so many of one SKU are bought."""

    quantity: int
    low_e4: int
    high_e4: int


class FoundOffer(View, frozen=True, kw_only=True):
    """One offer of the results: its card, who sells it and how they serve; with a quantity asked, the price at it."""

    card: OfferCard
    seller: OrgFace | None
    service: scenes.views.CardFace
    at: PriceAt | None = None
    same: SameFace | None = None
    """The identical goods that it stands for, its own included; none where it stands for itself."""

    @property
    def price_e4(self) -> int:
        """What a piece costs at the quantity that was asked, or at least."""
        return self.at.low_e4 if self.at else self.card.price_low_e4


class Results(View, frozen=True, kw_only=True):
    """One page of results. `words` are the words that were looked for, for highlighting.

    `relaxed` tells that no offer had every word, so these have some of them; where few had, `others` follow them that lack
    one. `instead` is what was looked for where what was typed is the sound of it, or a slip; `meant` is what finds much more
    than the few that were found. `guesses` are categories that the words probably mean, with their goods among the results;
    `brands` are brands that they name, as values of `attr`.
    `to` is the region that goods reach. `without` names the one condition that was left out, as nothing passed all of them.
    `by_meaning` are offers near in meaning to words that found hardly any, where the market has a model of meanings.
    `about` tells that the counts of choices are estimates from a sample of very many offers; `total` is counted.
    """

    offers: list[FoundOffer]
    total: int
    page: int
    pages: int
    facets: dict[str, list[FacetChoice]]
    words: list[str]
    others: list[FoundOffer] = []
    by_meaning: list[FoundOffer] = []
    relaxed: bool = False
    about: bool = False
    instead: str = ""
    meant: str = ""
    without: str = ""
    guesses: list[FacetChoice] = []
    brands: list[FacetChoice] = []
    attributes: list[AttributeFacet] = []
    to: str = ""
    names: dict[str, Bilingual] = {}
    """What the categories are called that were chosen."""


@use_case("public", writes=False)
async def find_offers(work: Work, ask: FindOffers) -> Results:
    """Finds offers on sale that can be bought, and counts what else could be chosen."""
    region = await region_of(work, ask)
    reaching = msgspec.structs.replace(ask, to=region or ANY_REGION)
    await take_up(work)
    is_page = work.actor.door in RESULT_DOORS
    how = arrangement_for(work, ask.q) if is_page else arrangement_of(work, ask.q)
    if not ask.each and not ask.seller_id:
        how = msgspec.structs.replace(how, is_grouped=True)
    index: OfferIndex = work.index
    # What is made of a look is kept beside it: of one state, though the index may go on meanwhile.
    state = await index.aside(lambda: index.state)

    def look_once() -> Look:
        return index.answers.of(state, ("look", reaching, how), lambda: look_for(index, reaching, how))

    try:
        look = await index.aside(look_once)
        look = await _with_near(work, reaching, look)
    except SearchUnavailable:
        if is_page:
            raise
        # Elsewhere goods that were looked for stand beside other things, which are shown without them.
        return Results(offers=[], total=0, page=ask.page, pages=0, facets={}, words=[], to=region)
    frame = await index.answers.told(
        state, ("frame", reaching, how), lambda: frame_of(work, ask, look, region)
    )
    results = await results_of(work, ask, look, region, frame)
    note_search(
        work,
        ask,
        look.hits,
        [int(found.card.offer_id) for found in results.offers],
        is_relaxed=bool(look.asked.missing and look.hits.total),
        trial_id=how.trial.trial_id if how.trial else 0,
    )
    return results


async def results_of(
    work: Work, ask: FindOffers, look: "Look", region: str, frame: "Frame | None" = None
) -> Results:
    """One page of what was found, with the catalogue's prices and stock and the names of what is counted."""
    hits, passed = look.hits, look.loosened or ask
    frame = frame or await frame_of(work, ask, look, region)
    beside = {one for group in frame.groups.values() for one in group}
    shown = [*hits.offer_ids, *look.others, *look.by_meaning]
    found = await offers_of(work, passed, region, [*shown, *sorted(beside.difference(shown))])
    if frame.groups:
        found |= await _standing_for(work, passed, region, frame.groups, found)
    return Results(
        offers=[found[offer_id] for offer_id in hits.offer_ids if offer_id in found],
        others=[found[offer_id] for offer_id in look.others if offer_id in found],
        by_meaning=[found[offer_id] for offer_id in look.by_meaning if offer_id in found],
        total=hits.total,
        page=ask.page,
        pages=min(-(-hits.total // ask.limit), PAGE_MAX),
        facets=frame.facets,
        words=list(look.asked.words),
        relaxed=bool(look.asked.missing and hits.total),
        about=hits.about,
        instead=look.instead,
        meant=look.meant,
        without=look.without,
        attributes=frame.attributes,
        guesses=frame.guesses,
        brands=frame.brands,
        to=region,
        names=frame.names,
    )


async def frame_of(work: Work, ask: FindOffers, look: "Look", region: str) -> "Frame":
    """What stands around the offers that were found. Refuses a category that there is not."""
    hits, index = look.hits, work.index
    wanted = filters_of(msgspec.structs.replace(look.loosened or ask, to=region or ANY_REGION))
    names = await names_of(work, ask.category, hits, [category for category, _ in look.asked.likely])
    return Frame(
        groups=await groups_among(work, hits, wanted) if hits.behind and any(hits.goods) else {},
        facets={
            name: [
                FacetChoice(value=value, count=count, name=names.get(name, {}).get(value, Bilingual()))
                for value, count in hits.facets.get(field_of(name), {}).items()
            ]
            for name in _counted(ask)
        },
        attributes=await index.aside(lambda: _attributes(index, ask, look, region)),
        guesses=categories_meant(look.asked, hits, names["category"]),
        brands=await index.aside(lambda: brands_meant(index, look.asked, wanted, hits)),
        names={one: names["category"][one] for one in ask.category},
    )


async def _with_near(work: Work, ask: FindOffers, look: "Look") -> "Look":
    """Joined by offers near in meaning where words found hardly any, or half of their signs at best.

    `exact` looks for what was typed and nothing else.
    """
    found = {*look.hits.offer_ids, *look.others, *(one for behind in look.hits.behind for one in behind)}
    enough = not look.asked.part and look.hits.total + len(look.others) >= FOUND_FEW
    if ask.exact or ask.page > 1 or enough or not ask.q.strip():
        return look
    near = await near_in_meaning(work, ask.q, filters_of(look.loosened or ask), found)
    return msgspec.structs.replace(look, by_meaning=near) if near else look


async def _standing_for(
    work: Work,
    ask: FindOffers,
    region: str,
    groups: Mapping[int, Sequence[int]],
    found: Mapping[int, FoundOffer],
) -> dict[int, FoundOffer]:
    """Those of the offers of a page that stand for identical goods, with what these are.

    All goods of the group count that pass the filters, also those that other words would have found or that come later.
    """
    others = {one: found[one] for group in groups.values() for one in group if one in found}
    landed = await landed_of(work, others, ask.n, region)
    faces = {
        shown: same_face([others[one] for one in group if one in others], landed)
        for shown, group in groups.items()
    }
    return {
        shown: msgspec.structs.replace(found[shown], same=face)
        for shown, face in faces.items()
        if face and shown in found
    }


async def region_of(work: Work, ask: FindOffers) -> str:
    """The region that goods must reach: as asked, or where the caller's organisation has its goods sent.

    Refuses a value of a filter that there is not.
    """
    must_be_known(chosen_in(ask))
    if ask.to:
        if ask.to.isdigit() and ask.to[:2] not in HOME:
            raise FilterValueUnknown(filter="to", value=ask.to)
        return "" if ask.to == ANY_REGION else ask.to
    return await parties.default_region(work, work.actor.org_id) if work.actor.org_id else ""


async def offers_of(
    work: Work, ask: FindOffers, region: str, offer_ids: Sequence[int]
) -> dict[int, FoundOffer]:
    """What the catalogue has of these offers now; what cannot be bought any more as it was asked for is left out."""
    cards = {
        int(card.offer_id): card for card in await catalogue.offer_cards(work, offer_ids) if card.can_be_had
    }
    if region and cards:
        gone = await catalogue.unreached(work, cards.keys(), region)
        cards = {offer_id: card for offer_id, card in cards.items() if offer_id not in gone}
    prices = await catalogue.prices_at(work, cards.keys(), ask.n) if ask.n and cards else {}
    seller_ids = {int(card.seller_id) for card in cards.values()}
    index: OfferIndex | None = work.index
    # Goods are shown by their ids too, where no index was opened.
    sellers = await (index.sellers if index else Sellers()).faces(work, seller_ids)
    low, high = ask.price_from_e4 or 0, ask.price_to_e4
    found = {}
    for offer_id, card in cards.items():
        at, seller = prices.get(offer_id), sellers[int(card.seller_id)]
        price_e4 = at[0] if at else card.price_low_e4
        if price_e4 < low or (high is not None and price_e4 > high):
            continue
        found[offer_id] = FoundOffer(
            card=card,
            seller=seller.face,
            service=seller.service,
            at=PriceAt(quantity=ask.n or 0, low_e4=at[0], high_e4=at[1]) if at else None,
        )
    return found


def _counted(ask: FindOffers) -> Sequence[str]:
    """The facets that are counted."""
    if ask.count is None:
        return FACETS
    for name in ask.count:
        if name not in COUNTABLE:
            raise FilterValueUnknown(filter="count", value=name)
    return ask.count


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is found and by which words; offers that lack one of them; the phrase that was meant."""

    hits: Hits
    asked: Asked
    others: list[int] = []
    by_meaning: list[int] = []
    instead: str = ""
    meant: str = ""
    without: str = ""
    loosened: FindOffers | None = None
    """What was asked without the condition that was left out."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the offers of a page, and the goods that they stand for: all that the index and names decide alone.

    Nothing of it is the catalogue's, so it is kept for as long as the look that it was made of.
    """

    facets: dict[str, list[FacetChoice]]
    attributes: list[AttributeFacet]
    guesses: list[FacetChoice]
    brands: list[FacetChoice]
    names: dict[str, Bilingual]
    groups: dict[int, list[int]]


def look_for(index: OfferIndex, ask: FindOffers, how: Arrangement = AS_RANKED) -> Look:
    """Looks by the words; where hardly anything has all of them, adds offers that lack one.

    Where nothing has all: Chinese words cut otherwise, then without the one filter that costs most, then the sound of a
    Chinese phrase, then words without their slips, then offers that lack as few of the words as can be, or have half of
    the Chinese signs. `exact` looks for what was typed and nothing else instead.
    """
    asked = what_is_asked(index, ask)
    ways = whole_ways(asked)
    for way in ways:
        if (found := _look(index, ask, way, how)).total:
            return _found(index, ask, way, found)
    for way in ways if ask.loosen else ():
        if looked := _without_one(index, ask, way, how):
            return looked
    if not asked.words:
        return Look(hits=found, asked=asked)
    for meant in () if ask.exact else otherwise(index, asked.code):
        as_meant = Asked(words=wanted_words(meant))
        if (found := _look(index, ask, as_meant, how)).total:
            return Look(hits=found, asked=as_meant, instead=meant)
    for fewer in fewer_ways(asked):
        if (found := _look(index, ask, fewer, how)).total:
            return Look(hits=found, asked=fewer)
    return Look(hits=found, asked=asked)


def what_is_asked(index: OfferIndex, ask: FindOffers) -> Asked:
    """What a search asks the index for, as far as its words tell."""
    typed = plain(ask.q).strip()
    likely = [] if ask.category or not typed else index.profiles.guesses(ask.q)
    return Asked(
        words=wanted_words(ask.q),
        code=typed,
        likely=[(one.category_id, one.share) for one in likely],
        attributes=attribute_words(ask.q),
        brands=index.brands.named(asked_words(ask.q)),
    )


def _without_one(index: OfferIndex, ask: FindOffers, asked: Asked, how: Arrangement) -> Look | None:
    """What is found without the condition that costs most; nothing where it is not one of them alone."""
    best, most, name = ask, 0, ""
    for left_out, fewer in looser(ask):
        found = index.search(asked, filters_of(fewer), sort="best", offset=0, limit=1, counted=())
        if found.total > most:
            best, most, name = fewer, found.total, left_out
    return (
        Look(hits=_look(index, best, asked, how), asked=asked, without=name, loosened=best) if most else None
    )


def _found(index: OfferIndex, ask: FindOffers, asked: Asked, found: Hits) -> Look:
    """What was found, with what fills its page where it is little, and what may have been meant instead."""
    meant = "" if ask.exact or found.total >= FEW else corrected(index, ask.q)
    if meant:
        as_meant = Asked(words=wanted_words(meant))
        more = index.search(as_meant, filters_of(ask), sort="best", offset=0, limit=1, counted=())
        meant = meant if more.total >= MUCH_MORE * found.total else ""
    return Look(hits=found, asked=asked, others=_others(index, ask, asked, found), meant=meant)


def _others(index: OfferIndex, ask: FindOffers, asked: Asked, found: Hits) -> list[int]:
    """What fills a first page that few offers have come to: offers that lack one of the words, but not what is wanted."""
    room = ask.limit - found.total
    if len(asked.words) < 2 or room <= 0 or ask.page > 1:
        return []
    wanted = kinds_among(asked.words)[-1:]
    fewer = msgspec.structs.replace(asked, missing=1, not_whole=True, needed=wanted)
    return index.search_some(fewer, filters_of(ask), limit=room).offer_ids


def _look(index: OfferIndex, ask: FindOffers, asked: Asked, how: Arrangement) -> Hits:
    """One page; only the best of several shops are arranged, every other order is what it says."""
    if ask.sort == "best" and not ask.seller_id:
        counted = fields_of(_counted(ask))
        return arranged(index, asked, filters_of(ask), how, page=ask.page, limit=ask.limit, counted=counted)
    before = (ask.page - 1) * ask.limit

    def ordered(offset: int, limit: int, counted: Sequence[str]) -> Hits:
        return index.search(
            asked, filters_of(ask), sort=sort_of(ask), offset=offset, limit=limit, counted=counted
        )

    found = ordered(before, ask.limit, fields_of(_counted(ask)))
    if not how.is_grouped:
        return found
    earlier = ordered(0, before, ()).goods if before and any(found.goods) else []
    return put_together(found, ask.limit, earlier)


def _attributes(index: OfferIndex, ask: FindOffers, look: Look, region: str) -> list[AttributeFacet]:
    """Attributes of what was found, once it is clear what is looked for: goods of a category chosen, or mostly of one."""
    of_categories = look.hits.facets.get("category", {})
    is_clear = bool(ask.category) or max(of_categories.values(), default=0) * 2 >= look.hits.total
    if ask.count is not None or not is_clear or not 0 < look.hits.total <= ATTRIBUTES_AMONG:
        return []
    reaching = msgspec.structs.replace(ask, to=region or ANY_REGION)
    counts = index.count_terms(look.asked, filters_of(reaching), ["attribute"]).get("attribute", {})
    return attribute_facets(counts, ask.attr)
