"""Placing: a purchase becomes one order per share, stock spoken for, or nothing changes."""

from collections.abc import Sequence

from huozhan import catalogue, parties
from huozhan.catalogue import Claim
from huozhan.kernel.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import owing, quoting, staged
from huozhan.ordering.asks import InvoiceWish, PlaceOrder
from huozhan.ordering.discounting import keep_discounts
from huozhan.ordering.facts import InvoiceWished, OrderPlaced
from huozhan.ordering.insured import must_be_insurable
from huozhan.ordering.order import MOVES, PAY_CLOSE, Line, Order, OrderState, order_number
from huozhan.ordering.purchase import Quote, Share, region_of
from huozhan.ordering.sampling import claim_samples
from huozhan.ordering.store import orders
from huozhan.ordering.store.orders import Delivery, NewOrder
from huozhan.ordering.views import PlacedOrder, PlacedView
from huozhan.ordering.ways import way_of


class PriceMoved(Refusal):
    """What was quoted is not what it costs now; a new quote shows the difference."""

    code = "ordering.price_moved"


class NothingToOrder(Refusal):
    """Neither the call nor the cart names anything that can be bought."""

    code = "ordering.nothing_to_order"


class NotOrderable(Refusal):
    """A line stands against the order as it is; the quote names the ways out."""

    code = "ordering.not_orderable"


class NotDelivered(Refusal):
    """A supplier does not deliver to this address."""

    code = "ordering.not_delivered"


class NothingToPay(Refusal):
    """An order must cost something: escrow cannot hold nothing."""

    code = "ordering.nothing_to_pay"


class AmountTooLarge(Refusal):
    """No payment and no entry of the book holds so much at once."""

    code = "ordering.amount_too_large"


class TradeTypeClosed(Refusal):
    """A supplier's goods cannot be had under the chosen trade type, or no longer; the quote says why."""

    code = "ordering.trade_type_closed"


class OwnGoods(Refusal):
    """An organisation cannot buy from itself."""

    code = "ordering.own_goods"


@use_case("order.place", writes=True)
async def place_order(work: Work, ask: PlaceOrder) -> PlacedView:
    """Turn what was quoted into one order per share, stock spoken for, or change nothing."""
    address = await parties.delivery_address(work, int(ask.address_id))
    made = await quoting.make_quote(work, ask.lines, address, ask.trade_types, ask.coupons, ask.insure)
    _must_be_orderable(work, made, strict=bool(ask.lines))
    must_be_insurable(made.shares, ask.insure)
    now_hash = quoting.quote_hash(work, made, address)
    if now_hash != ask.quote_hash:
        raise PriceMoved(amount_minor=made.amount_minor, quote_hash=now_hash)
    faces = await parties.org_faces(work, {work.actor.org_id} | {share.seller_id for share in made.shares})
    notes = {int(note.seller_id): note.text for note in ask.notes}
    if not notes.keys() <= {share.seller_id for share in made.shares}:
        raise Invalid(detail="notes")
    placed = [_order_from(work, share, region_of(address)) for share in made.shares]
    await catalogue.reserve(work, [c for order in placed for c in claims_of(order)])
    await claim_samples(work, placed)
    await orders.add(
        work,
        [
            NewOrder(
                order=order,
                buyer_name=_name(faces, order.buyer_id),
                seller_name=_name(faces, order.seller_id),
                delivery=_delivery(address),
                sealed=parties.reseal(work, address, owner=order.order_id),
                note=notes.get(order.seller_id, ""),
            )
            for order in placed
        ],
        emptied=_bought(made) if ask.from_cart else (),
    )
    await keep_discounts(work, placed, made.shares)
    plans = {
        order.order_id: share.choice.plan
        for order, share in zip(placed, made.shares, strict=True)
        if share.choice.plan
    }
    for order in placed:
        if order.order_id in plans:
            await staged.begin_staged(work, order, plans[order.order_id])
    if ask.invoice:
        work.record(*(_wished(order, ask.invoice) for order in placed))
    return _placed_view([await _begin(work, order) for order in placed])


def _wished(order: Order, wish: InvoiceWish) -> InvoiceWished:
    return InvoiceWished(
        order_id=order.order_id,
        number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        title_id=int(wish.title_id),
        kind=wish.kind,
    )


async def _begin(work: Work, order: Order) -> Order:
    """The order waits for its money, or is at once the seller's to ship."""
    if not way_of(order).pays_first:
        return await owing.take_on_credit(work, order)
    pay_close = order.rule_pins["pay_close.spot"]
    work.set_timer(PAY_CLOSE, about=order.order_id, due_at=order.pay_close_at, rule_version=pay_close)
    work.record(
        OrderPlaced(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            amount_minor=order.amount_minor,
        )
    )
    return order


def _must_be_orderable(work: Work, made: Quote, *, strict: bool) -> None:
    """Refuses what stands against the order; lines of the cart that cannot be bought at all just stay there."""
    if strict and made.invalid:
        line = made.invalid[0]
        raise NotOrderable(trouble=line.why, sku_id=str(line.wanted.sku_id))
    if not made.shares:
        raise NothingToOrder
    if any(share.seller_id == work.actor.org_id for share in made.shares):
        raise OwnGoods
    if made.troubles:
        trouble = made.troubles[0]
        raise NotOrderable(
            trouble=trouble.code, offer_id=str(trouble.offer_id), sku_id=str(trouble.sku_id), **trouble.facts
        )
    if made.undeliverable:
        raise NotDelivered(seller_id=str(made.undeliverable[0]))
    closed = next((share for share in made.shares if share.choice.why), None)
    if closed:
        choice = closed.choice
        raise TradeTypeClosed(
            seller_id=str(closed.seller_id),
            trade_type=choice.trade_type.value,
            why=choice.why,
            **choice.facts,
        )
    if any(share.goods_minor + share.freight_minor == 0 for share in made.shares):
        raise NothingToPay
    must_be_payable(made.amount_minor)


def must_be_payable(amount_minor: int) -> None:
    """Refuses an amount that could be asked for but never be paid."""
    if amount_minor > AMOUNT_MINOR_MAX:
        raise AmountTooLarge(most=f"{AMOUNT_MINOR_MAX // MINOR_PER_MAJOR:,}")


def _order_from(work: Work, share: Share, region_code: str) -> Order:
    order_id = work.new_id()
    return Order(
        order_id=order_id,
        number=order_number(order_id),
        buyer_id=work.actor.org_id,
        seller_id=share.seller_id,
        state=MOVES.first,
        trade_type=share.trade_type,
        placed_at=work.now,
        placed_by=work.actor.person_id,
        goods_minor=share.goods_minor,
        freight_minor=share.freight_minor,
        subsidy_minor=share.subsidy_minor,
        premium_minor=share.cover.buyer_minor,
        paid_minor=0,
        refunded_minor=0,
        released_minor=0,
        payment_id=0,
        promise_hours=share.promise_hours,
        pay_close_at=work.now + work.rule("pay_close.spot").span,
        paid_at=None,
        ship_promise_at=None,
        receive_due_at=None,
        is_late=False,
        ended_at=None,
        region_code=region_code,
        rule_pins=quoting.pins(work),
        services=share.services,
        lines=tuple(
            Line(
                line_no=line_no,
                sku_id=line.goods.sku_id,
                offer_id=line.goods.offer_id,
                offer_version=line.goods.offer_version,
                category_id=line.goods.category_id,
                title=line.goods.title,
                options=line.goods.options,
                picture=line.goods.picture,
                unit=line.goods.unit,
                quantity=line.priced.quantity,
                price_e4=line.priced.price_e4,
                goods_minor=line.goods_minor,
                discount_minor=line.discount_minor,
                subsidy_minor=line.subsidy_minor,
                freight_minor=line.freight_minor,
                basis=line.priced.basis,
                step_from=line.priced.step_from,
                is_sample=line.is_sample,
                weight_g=line.goods.weight_g,
                book_id=line.priced.book.book_id if line.priced.book else 0,
                book_version=line.priced.book.version if line.priced.book else 0,
                takes_coupons=line.priced.book is None or line.priced.book.takes_coupons,
            )
            for line_no, line in enumerate(share.lines, start=1)
        ),
    )


def claims_of(order: Order) -> list[Claim]:
    """What an order needs of the stock."""
    return [
        Claim(order_id=order.order_id, line_no=line.line_no, sku_id=line.sku_id, quantity=line.quantity)
        for line in order.lines
    ]


def _name(faces: dict[int, parties.OrgFace], org_id: int) -> Bilingual:
    face = faces.get(org_id)
    return face.name if face else Bilingual()


def _delivery(address: parties.DeliveryAddress) -> Delivery:
    return Delivery(
        country=address.country,
        division_code=address.division_code,
        province=address.province,
        city=address.city,
        county=address.county,
        postcode=address.postcode,
    )


def _bought(made: Quote) -> list[tuple[int, bool]]:
    return [(line.goods.sku_id, line.is_sample) for share in made.shares for line in share.lines]


def _placed_view(placed: Sequence[Order]) -> PlacedView:
    return PlacedView(
        orders=[
            PlacedOrder(
                order_id=str(order.order_id),
                number=order.number,
                seller_id=str(order.seller_id),
                amount_minor=order.amount_minor,
                trade_type=order.trade_type,
                state=order.state,
                pay_close_at=order.pay_close_at if order.state is OrderState.wait_pay else None,
            )
            for order in placed
        ],
        amount_minor=sum(order.amount_minor for order in placed),
    )
