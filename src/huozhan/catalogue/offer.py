"""An offer: what a seller publishes, which states it passes through, and when its content is sound."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import msgspec

from huozhan.catalogue.customisation import Customisation
from huozhan.catalogue.dropship import Packing
from huozhan.catalogue.goods import PriceE4, QuoteType, Step
from huozhan.catalogue.pricing import ladder_is_sound
from huozhan.kernel.money import PRICE_E4_MAX
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, Bilingual

CODE_MAX = 64
NAME_MAX = 200
MOQ_MAX = 99_999
STOCK_MAX = 10**9
SKUS_MAX = 1_000
AXES_MAX = 3
AXIS_VALUES_MAX = 100
STEPS_MAX = 10
ATTRIBUTES_MAX = 80
PICTURES_MAX = 15
WEIGHT_G_MAX = 100_000_000
SIDE_MM_MAX = 100_000
PROMISE_HOURS_MAX = 24 * 120

Code = Annotated[
    str, msgspec.Meta(min_length=1, max_length=CODE_MAX, pattern=r"^[^\s\x00-\x1f](.*[^\s])?(?!\n)$")
]
Moq = Annotated[int, msgspec.Meta(ge=1, le=MOQ_MAX)]
Stock = Annotated[int, msgspec.Meta(ge=0, le=STOCK_MAX)]
Weight = Annotated[int, msgspec.Meta(ge=0, le=WEIGHT_G_MAX)]
Side = Annotated[int, msgspec.Meta(ge=0, le=SIDE_MM_MAX)]
PromiseHours = Annotated[int, msgspec.Meta(ge=1, le=PROMISE_HOURS_MAX)]
SamplePrice = Annotated[int, msgspec.Meta(ge=0, le=PRICE_E4_MAX)]
Ladder = Annotated[tuple[Step, ...], msgspec.Meta(max_length=STEPS_MAX)]
PictureId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
NameText = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]


class OfferState(StrEnum):
    """Where an offer stands."""

    draft = "draft"
    on_sale = "on_sale"
    paused = "paused"
    taken_down = "taken_down"


MOVES: Moves[OfferState] = Moves(
    "offer",
    OfferState.draft,
    {
        (OfferState.draft, "save"): OfferState.draft,
        (OfferState.draft, "publish"): OfferState.on_sale,
        (OfferState.on_sale, "edit"): OfferState.on_sale,
        (OfferState.paused, "edit"): OfferState.paused,
        (OfferState.taken_down, "edit"): OfferState.taken_down,
        (OfferState.on_sale, "pause"): OfferState.paused,
        (OfferState.paused, "resume"): OfferState.on_sale,
        (OfferState.on_sale, "take_down"): OfferState.taken_down,
        (OfferState.paused, "take_down"): OfferState.taken_down,
        # The seller, not the operator, decides when restored goods are sold again.
        (OfferState.taken_down, "restore"): OfferState.paused,
    },
)


class Unit(StrEnum):
    """What one piece of an offer is called; the words are under `unit.<unit>`."""

    piece = "piece"
    pair = "pair"
    set = "set"
    pack = "pack"
    box = "box"
    carton = "carton"
    bag = "bag"
    bottle = "bottle"
    roll = "roll"
    sheet = "sheet"
    metre = "metre"
    kilogram = "kilogram"
    tonne = "tonne"
    machine = "machine"


class PublishAs(StrEnum):
    """Whether a new offer goes on sale at once or is kept as a draft; one that stands keeps its state."""

    on_sale = "on_sale"
    draft = "draft"


class Name(Bilingual, frozen=True, forbid_unknown_fields=True):
    """A short text in both languages."""

    zh: NameText = ""
    en: NameText = ""


class AttributeValue(Ask, frozen=True, kw_only=True):
    """One attribute of an offer; `name` is needed only where the category's template does not know the handle."""

    handle: Annotated[str, msgspec.Meta(max_length=CODE_MAX)]
    value: Name
    name: Name = Name()


class Axis(Ask, frozen=True, kw_only=True):
    """One side of the SKU matrix, such as colour, with its values."""

    name: Name
    values: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=AXIS_VALUES_MAX)]


class SkuAsk(Ask, frozen=True, kw_only=True):
    """One cell of the matrix: the position of its value on each axis, its price and stock.

    `stock` is what may be sold from now on; None leaves it as it is.
    """

    sku_code: Code
    choice: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=0, lt=AXIS_VALUES_MAX)], ...], msgspec.Meta(max_length=AXES_MAX)
    ] = ()
    price_e4: PriceE4 | None = None
    ladder: Ladder = ()
    stock: Stock | None = None
    weight_g: Weight | None = None


class PublishOffer(Ask, frozen=True, kw_only=True):
    """An offer whole; published again under the same code it replaces what stands."""

    offer_code: Code
    category_id: Annotated[str, msgspec.Meta(min_length=1, max_length=CODE_MAX)]
    title: Name
    quote_type: QuoteType
    skus: Annotated[tuple[SkuAsk, ...], msgspec.Meta(min_length=1, max_length=SKUS_MAX)]
    description: Bilingual = Bilingual()
    attributes: Annotated[tuple[AttributeValue, ...], msgspec.Meta(max_length=ATTRIBUTES_MAX)] = ()
    unit: Unit = Unit.piece
    ladder: Ladder = ()
    options: Annotated[tuple[Axis, ...], msgspec.Meta(max_length=AXES_MAX)] = ()
    moq: Moq = 1
    lot: Moq = 1
    mixable: bool = False
    sample_price_e4: SamplePrice | None = None
    origin_code6: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6})?(?!\n)$")] = ""
    weight_g: Weight = 0
    length_mm: Side = 0
    width_mm: Side = 0
    height_mm: Side = 0
    promise_hours: PromiseHours = 48
    customisation: Customisation | None = None
    dropship: Packing | None = None
    """Sent by the piece to the buyer's customers, packed so; only of goods that are sold from one piece, in no lots."""
    freight_code: Annotated[str, msgspec.Meta(max_length=CODE_MAX)] = ""
    pictures: Annotated[tuple[PictureId, ...], msgspec.Meta(max_length=PICTURES_MAX)] = ()
    source: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""
    publish_as: PublishAs = PublishAs.on_sale


class NoTitle(Refusal):
    """An offer needs a title in at least one language."""

    code = "catalogue.no_title"
    sort = Sort.invalid


class LadderUnsound(Refusal):
    """A ladder's quantities must rise strictly and its prices may never rise."""

    code = "catalogue.ladder_unsound"
    sort = Sort.invalid


class PricesDoNotFit(Refusal):
    """The prices given are not those that the quote type asks for."""

    code = "catalogue.prices_do_not_fit"
    sort = Sort.invalid


class DropshipNotSingle(Refusal):
    """What is sent by the piece must be sold by the piece."""

    code = "catalogue.dropship_not_single"
    sort = Sort.invalid


class ChoiceUnknown(Refusal):
    """A SKU names a value that its axes do not have."""

    code = "catalogue.choice_unknown"
    sort = Sort.invalid


class SkuTwice(Refusal):
    """Two SKUs of one offer have the same code or the same values."""

    code = "catalogue.sku_twice"
    sort = Sort.invalid


class CategoryUnknown(Refusal):
    """There is no such category."""

    code = "catalogue.category_unknown"
    sort = Sort.invalid


class FreightUnknown(Refusal):
    """The seller has no freight template of this code."""

    code = "catalogue.freight_unknown"
    sort = Sort.invalid


def check_sound(ask: PublishOffer) -> None:
    """Refuses an offer whose parts contradict one another; what only rows know is checked elsewhere."""
    fault = next(faults(ask), None)
    if fault is not None:
        raise fault[1]


def faults(ask: PublishOffer) -> Iterator[tuple[str, Refusal]]:
    """Everything that is not sound, each with the code of the SKU it is about ("" for the offer)."""
    if not ask.title:
        yield "", NoTitle(offer_code=ask.offer_code)
    if not ladder_is_sound(ask.ladder):
        yield "", LadderUnsound(sku_code="")
    if bool(ask.ladder) != (ask.quote_type in {QuoteType.fixed, QuoteType.offer_ladder}) or (
        ask.quote_type is QuoteType.fixed and (ask.options or len(ask.skus) > 1)
    ):
        yield "", PricesDoNotFit(quote_type=ask.quote_type.value, sku_code="")
    if ask.dropship and (ask.moq, ask.lot) != (1, 1):
        yield "", DropshipNotSingle(field="dropship", moq=ask.moq, lot=ask.lot)
    codes: set[str] = set()
    choices: set[tuple[int, ...]] = set()
    for sku in ask.skus:
        if not ladder_is_sound(sku.ladder):
            yield sku.sku_code, LadderUnsound(sku_code=sku.sku_code)
        has_price, has_ladder = sku.price_e4 is not None, bool(sku.ladder)
        if (has_price, has_ladder) != (
            ask.quote_type is QuoteType.sku_price,
            ask.quote_type is QuoteType.sku_ladder,
        ):
            yield sku.sku_code, PricesDoNotFit(quote_type=ask.quote_type.value, sku_code=sku.sku_code)
        sides = [len(axis.values) for axis in ask.options]
        if len(sku.choice) != len(sides) or any(
            at >= size for at, size in zip(sku.choice, sides, strict=True)
        ):
            yield sku.sku_code, ChoiceUnknown(sku_code=sku.sku_code)
        elif sku.sku_code in codes or sku.choice in choices:
            yield sku.sku_code, SkuTwice(sku_code=sku.sku_code)
        codes.add(sku.sku_code)
        choices.add(sku.choice)


def price_range_e4(ask: PublishOffer) -> tuple[int, int]:
    """The lowest and the highest unit price that anybody pays."""
    prices = [step.price_e4 for step in ask.ladder]
    for sku in ask.skus:
        prices += [step.price_e4 for step in sku.ladder]
        prices += [sku.price_e4] if sku.price_e4 is not None else []
    return min(prices), max(prices)


def option_names(ask: PublishOffer, sku: SkuAsk) -> Bilingual:
    """A SKU's values as one text: 红色 / M."""
    values = [axis.values[at] for axis, at in zip(ask.options, sku.choice, strict=True)]
    return Bilingual(
        " / ".join(value.say("zh") for value in values), " / ".join(value.say("en") for value in values)
    )
