"""What promotions take off is what a plain second telling of the rules says, fen by fen."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.kernel.shapes import Bilingual
from huozhan.promotion import Bought, Coupon, Promotion, Step, best, cut, nudges
from huozhan.promotion.cutting import allocate
from huozhan.promotion.promotion import FullStep, PromotionState, Terms
from tests.promotion import oracle
from tests.promotion.oracle import Deal, Goods

OPENING, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def promotion_of(deal: Deal) -> Promotion:
    """A deal of the oracle as the market keeps it."""
    return Promotion(
        promotion_id=deal.number,
        seller_id=deal.shop,
        kind=Step(deal.kind),
        state=PromotionState.open,
        name=Bilingual("满减", "Full reduction"),
        terms=Terms(
            offer_ids=deal.offers,
            off_bp=deal.rate,
            off_e4=deal.piece,
            steps=tuple(FullStep(start, off) for start, off in deal.steps),
            least_minor=deal.least,
            off_minor=deal.off,
        ),
        starts_at=OPENING,
        ends_at=END,
    )


def bought(line: Goods) -> Bought:
    """A line of the oracle as the market sees it."""
    return Bought(
        seller_id=line.shop, offer_id=line.offer, quantity=line.pieces, amount_minor=line.price,
        takes_part=not line.plain, takes_coupons=not line.no_coupons, takes_market_coupons=not line.no_coupons,
    )  # fmt: skip


def coupon_of(deal: Deal) -> Coupon:
    """A coupon of the oracle as a buyer holds it."""
    return Coupon(coupon_id=deal.number, promotion=promotion_of(deal), usable_until=END)


STEPS = ("item", "full", "shop_coupon", "platform_coupon")


def off_by_step(lines: list[Goods], deals: list[Deal], coupons: Sequence[Deal] = ()) -> dict[str, list[int]]:
    """What the market takes off each line in each step."""
    off = {step: [0] * len(lines) for step in STEPS}
    made, used = [promotion_of(deal) for deal in deals], [coupon_of(deal) for deal in coupons]
    for one in cut([bought(line) for line in lines], made, used):
        assert off[one.step][one.line] == 0, "a step takes off a line once"
        off[one.step][one.line] = one.amount_minor
    return off


SHOPS, OFFERS = st.integers(1, 3), st.integers(1, 6)
LINES = st.lists(
    st.builds(
        Goods,
        shop=SHOPS,
        offer=OFFERS,
        pieces=st.integers(1, 5_000),
        price=st.one_of(st.integers(0, 5), st.integers(0, 200_000)),
        plain=st.booleans(),
        no_coupons=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def deals(draw: st.DrawFn) -> list[Deal]:
    """Some promotions of the shops, numbered through."""
    found = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        shop, offers = draw(SHOPS), tuple(draw(st.lists(OFFERS, max_size=3, unique=True)))
        if draw(st.booleans()):
            by_rate = draw(st.booleans())
            rate, piece = (draw(st.integers(1, 9_999)), 0) if by_rate else (0, draw(st.integers(1, 50_000)))
            found.append(Deal(number, shop, "item", offers, rate, piece))
        else:
            starts = sorted(draw(st.sets(st.integers(2, 300_000), min_size=1, max_size=4)))
            offs = sorted(draw(st.sets(st.integers(1, 100_000), min_size=len(starts), max_size=len(starts))))
            found.append(Deal(number, shop, "full", offers, steps=tuple(zip(starts, offs, strict=True))))
    return found


@st.composite
def coupons(draw: st.DrawFn) -> list[Deal]:
    """Coupons of shops and of the market (shop 0), some of them in vain."""
    found = []
    for number in range(101, 101 + draw(st.integers(0, 5))):
        shop = draw(st.integers(0, 3))
        kind = "shop_coupon" if shop else "platform_coupon"
        off = draw(st.integers(1, 60_000))
        least = draw(st.one_of(st.just(0), st.integers(off + 1, 400_000)))
        found.append(Deal(number, shop, kind, least=least, off=off))
    return found


def one_each(held: list[Deal]) -> list[Deal]:
    """The first coupon of each shop and of the market, shops first."""
    found: dict[int, Deal] = {}
    for one in held:
        found.setdefault(one.shop, one)
    return sorted(found.values(), key=lambda one: one.shop == 0)


@settings(max_examples=300, deadline=None)
@given(LINES, deals(), coupons())
def test_every_step_takes_off_what_the_rules_say(
    lines: list[Goods], made: list[Deal], held: list[Deal]
) -> None:
    used = one_each(held)
    expected = oracle.reckon(lines, made + used)

    assert off_by_step(lines, made, used) == expected.off


@settings(max_examples=200, deadline=None)
@given(LINES, deals(), coupons())
def test_the_coupons_that_are_chosen_take_off_most(
    lines: list[Goods], made: list[Deal], held: list[Deal]
) -> None:
    chosen = best(
        [bought(line) for line in lines], [promotion_of(d) for d in made], [coupon_of(d) for d in held]
    )

    used = [deal for deal in held if deal.number in {one.coupon_id for one in chosen}]
    off = off_by_step(lines, made, used)
    total = sum(off["shop_coupon"]) + sum(off["platform_coupon"])
    assert total == oracle.most(lines, made, held)
    assert len(used) == len({deal.shop for deal in used}), "one of a shop"


@settings(max_examples=300, deadline=None)
@given(LINES, deals(), coupons())
def test_no_line_falls_below_a_fen_and_a_sample_keeps_its_price(
    lines: list[Goods], made: list[Deal], held: list[Deal]
) -> None:
    off = off_by_step(lines, made, one_each(held))

    for i, line in enumerate(lines):
        left = line.price - sum(off[step][i] for step in STEPS)
        assert left >= min(line.price, 1)
        assert not line.plain or left == line.price


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=12), st.integers(0, 300_000))
def test_what_is_shared_adds_up_and_each_part_is_within_a_fen(nets: list[int], off: int) -> None:
    parts = allocate(off, nets)

    room = [max(0, net - 1) for net in nets]
    assert sum(parts) == min(off, sum(room))
    assert parts == oracle.spread(off, nets)
    assert all(part <= most for part, most in zip(parts, room, strict=True))
    if all(part < most for part, most in zip(parts, room, strict=True)):
        exact = [off * net / sum(nets) for net in nets]
        assert all(abs(part - one) < 1 for part, one in zip(parts, exact, strict=True))


def test_the_best_promotion_of_a_line_wins_and_no_other_is_added() -> None:
    off = off_by_step(
        [Goods(1, 1, 10, 10_000)], [Deal(1, 1, "item", rate=1_200), Deal(2, 1, "item", piece=15_000)]
    )

    assert off["item"] == [1_500]


def test_a_full_reduction_counts_what_the_step_before_has_left() -> None:
    lines = [Goods(1, 1, 10, 50_000)]

    assert off_by_step(lines, [Deal(1, 1, "full", steps=((50_000, 3_000),))])["full"] == [3_000]
    lowered = [Deal(1, 1, "full", steps=((50_000, 3_000),)), Deal(2, 1, "item", rate=100)]
    assert off_by_step(lines, lowered) == {**off_by_step(lines, []), "item": [500]}


def test_a_shop_is_told_how_far_its_next_step_is() -> None:
    steps = ((50_000, 3_000), (100_000, 8_000))
    made = [promotion_of(Deal(7, 1, "full", steps=steps))]

    (below,) = nudges([bought(Goods(1, 1, 10, 45_800))], made)
    (between,) = nudges([bought(Goods(1, 1, 10, 60_000))], made)

    assert (below.from_minor, below.off_minor, below.missing_minor) == (50_000, 3_000, 4_200)
    assert (between.from_minor, between.missing_minor) == (100_000, 40_000)
    assert nudges([bought(Goods(1, 1, 10, 100_000))], made) == []
