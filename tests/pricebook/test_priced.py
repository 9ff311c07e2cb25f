"""Which source prices a line, and what a whole purchase comes to: as a plain second telling of the rules says, to the fen."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.catalogue import BookPrice, Demand, Goods, QuoteType, Source, Step, price
from huozhan.ordering.purchase import assemble
from huozhan.ordering.store.carts import CartLine
from huozhan.promotion import AtHand
from tests.pricebook import oracle
from tests.pricebook.oracle import Item, Said
from tests.promotion import oracle as promoted
from tests.promotion.oracle import Deal
from tests.promotion.test_cutting import coupon_of, coupons, deals, one_each, promotion_of

EXAMPLES = 60
MODELS = ("fixed", "sku_price", "offer_ladder", "sku_ladder")


@st.composite
def steps(draw: st.DrawFn, *, least: int) -> list[tuple[int, int]]:
    """A ladder: quantities rise, prices never do."""
    starts = sorted(draw(st.sets(st.integers(1, 400), min_size=1, max_size=3)))
    prices = draw(st.lists(st.integers(least, 90_000), min_size=len(starts), max_size=len(starts)))
    return list(zip(starts, sorted(prices, reverse=True), strict=True))


@st.composite
def books(draw: st.DrawFn) -> list[Said]:
    """What books say of one SKU: any of the three, in any order."""
    found: list[Said] = []
    for source in ("contract", "negotiated"):
        if draw(st.booleans()):
            takes = draw(st.booleans()) or source == "negotiated"
            found += [Said(source, start, at, coupons=takes) for start, at in draw(steps(least=100))]
    if draw(st.booleans()):
        by_rate = draw(st.booleans())
        found.append(
            Said("member", rate=draw(st.integers(1, 9_999)))
            if by_rate
            else Said("member", price=draw(st.integers(100, 90_000)))
        )
    return draw(st.permutations(found))


@st.composite
def baskets(draw: st.DrawFn) -> list[Item]:
    """SKUs of some offers of three shops."""
    items: list[Item] = []
    for offer in range(1, draw(st.integers(1, 4)) + 1):
        shop, model = draw(st.integers(1, 3)), draw(st.sampled_from(MODELS))
        shared = draw(steps(least=1))
        for _ in range(draw(st.integers(1, 1 if model == "fixed" else 3))):
            own = shared if model in {"fixed", "offer_ladder"} else draw(steps(least=1))
            items.append(
                Item(len(items) + 1, shop, offer, model, own, draw(st.integers(1, 500)), draw(books()))
            )
    return items


def goods_of(item: Item) -> Goods:
    """A SKU of the oracle as the catalogue keeps it."""
    is_priced = item.model == "sku_price"
    return Goods(
        sku_id=item.sku,
        offer_id=item.offer,
        seller_id=item.shop,
        offer_version=1,
        quote_type=QuoteType(item.model),
        ladder=() if is_priced else tuple(Step(start, at) for start, at in item.steps),
        price_e4=item.steps[0][1] if is_priced else None,
        free=10**6,
    )


def books_of(item: Item) -> tuple[BookPrice, ...]:
    """What the oracle's books say, as price books are read."""
    return tuple(
        BookPrice(
            source=Source(said.source),
            book_id=said.start + 10 * len(said.source),
            version=1,
            from_quantity=said.start,
            price_e4=said.price or None,
            off_bp=said.rate,
            takes_coupons=said.coupons,
        )
        for said in item.books
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(baskets())
def test_the_first_book_that_says_anything_prices_a_line(items: list[Item]) -> None:
    priced = price(
        [Demand(goods=goods_of(item), quantity=item.pieces, books=books_of(item)) for item in items]
    )

    told = oracle.told(items)
    assert [(line.price_e4, line.list_price_e4, line.amount_minor) for line in priced.lines] == [
        (one.price, one.plain, one.amount) for one in told
    ]
    assert [line.book.source if line.book else "list" for line in priced.lines] == [
        one.source for one in told
    ]


@settings(max_examples=EXAMPLES, deadline=None)
@given(baskets())
def test_the_next_step_that_is_told_is_what_so_many_more_cost(items: list[Item]) -> None:
    priced = price(
        [Demand(goods=goods_of(item), quantity=item.pieces, books=books_of(item)) for item in items]
    )

    for at, line in enumerate(priced.lines):
        if line.book is None or line.next_step is None:
            continue
        item, more = items[at], line.next_step.pieces_more
        bought = [*items[:at], Item(**{**vars(item), "pieces": item.pieces + more}), *items[at + 1 :]]
        assert oracle.told(bought)[at].price == line.next_step.price_e4 < line.price_e4


@settings(max_examples=EXAMPLES, deadline=None)
@given(baskets(), deals(), coupons())
def test_a_purchase_comes_to_what_the_rules_say_step_by_step(
    items: list[Item], made: list[Deal], held: list[Deal]
) -> None:
    used = one_each(held)
    hand = AtHand(promotions=[promotion_of(deal) for deal in made], coupons=[coupon_of(one) for one in used])

    quote = assemble(
        [CartLine(item.sku, False, item.pieces) for item in items],
        {item.sku: goods_of(item) for item in items},
        {},
        "510104",
        {},
        hand,
        {one.number for one in used},
        {item.sku: books_of(item) for item in items},
    )

    in_order = sorted(items, key=lambda item: item.shop)
    told = {item.sku: one for item, one in zip(items, oracle.told(items), strict=True)}
    lines = [
        promoted.Goods(
            item.shop, item.offer, item.pieces, told[item.sku].amount, no_coupons=not told[item.sku].coupons
        )
        for item in in_order
    ]
    receipt = promoted.reckon(lines, made + used)
    left: dict[int, int] = {}
    off: dict[int, dict[str, int]] = defaultdict(dict)
    for share in quote.shares:
        for line in share.lines:
            left[line.goods.sku_id] = line.goods_minor - line.subsidy_minor
            off[line.goods.sku_id] = {cut.step: cut.amount_minor for cut in line.cuts}
    assert [left[item.sku] for item in in_order] == receipt.left
    for step, parts in receipt.off.items():
        assert [off[item.sku].get(step, 0) for item in in_order] == parts
    assert quote.amount_minor == sum(receipt.left)
