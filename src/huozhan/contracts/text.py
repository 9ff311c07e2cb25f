"""The text of a contract: canonical JSON made from an order as it stands. The paper is a picture of it.

Canonical means: members in the order of their names, no blanks, UTF-8, amounts as integers of minor units, moments in
UTC. The same order gives the same body, byte for byte; number, version, parent and moment stand around the body.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec

from huozhan import ordering, parties
from huozhan.contracts.capital import in_capitals
from huozhan.contracts.clause import TEMPLATE, Clause, Facts, clauses_of, wordings
from huozhan.contracts.contract import SIGN_WITHIN
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work

FORMAT = "huozhan-contract/1"
_ENDED_UNPAID = "closed"
_PAID_FIRST = ("escrow", "staged")
_PROMISE_MOVES = ("promise_moved", "clock_moved")


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One side of the contract; `credit_code` is its unified social credit code, empty where it has none on record."""

    org_id: str
    name: Bilingual
    country: str
    credit_code: str


class GoodsLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the goods list, from the snapshot of the offer."""

    line_no: int
    title: Bilingual
    options: Bilingual
    unit: str
    quantity: int
    price_e4: int
    discount_minor: int
    goods_minor: int
    freight_minor: int
    is_sample: bool


class Off(msgspec.Struct, frozen=True, kw_only=True):
    """So much taken off the goods by one promotion."""

    step: str
    name: Bilingual
    amount_minor: int


class StageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of the payment schedule; `clause` is the number by which the contract refers to it."""

    clause: str
    stage_no: int
    amount_minor: int
    due: str
    condition: str
    is_escrowed: bool
    is_earnest: bool
    text: Bilingual


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Where the goods go; receiver, phone and street are masked."""

    country: str
    province: str
    city: str
    county: str
    receiver: str
    phone: str
    street: str
    promise_hours: int
    promise_at: datetime | None
    """Where the promise was moved: until when the goods leave."""


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that the order pinned."""

    code: str
    version: int
    value: int
    unit: str


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed."""

    order_number: str
    placed_at: datetime
    market: Bilingual
    buyer: Party
    seller: Party
    currency: str
    lines: list[GoodsLine]
    offs: list[Off]
    list_minor: int
    goods_minor: int
    freight_minor: int
    subsidy_minor: int
    amount_minor: int
    amount_in_capitals: str
    """大写金额, where the currency is the yuan."""
    trade_type: str
    stages: list[StageRow]
    delivery: Delivery
    clauses: list[Clause]
    rules: list[RuleRow]


class ContractText(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a contract as a whole; `parent` is the hash of the text of the version before it."""

    format: str = FORMAT
    template: str = TEMPLATE
    number: str
    version: int
    parent: str
    made_at: datetime
    body: Body


def canonical(text: ContractText) -> str:
    """The text as it is hashed and kept."""
    return msgspec.json.encode(text, order="sorted").decode()


def hash_of(wording: str) -> bytes:
    """The fingerprint of a text."""
    return hashlib.sha256(wording.encode()).digest()


def read_text(wording: str) -> ContractText:
    """A kept text."""
    return msgspec.json.decode(wording, type=ContractText)


async def body_of(work: Work, deal: ordering.OrderToContract) -> Body:
    """What is to be agreed about an order as it stands."""
    page = deal.page
    sides = await parties.legal_faces(work, [int(page.buyer_id), int(page.seller_id)])
    codes = _codes(deal)
    return Body(
        order_number=page.number,
        placed_at=page.placed_at,
        market=Bilingual(zh=work.terms.name_zh, en=work.terms.name_en),
        buyer=_party(page.buyer_id, page.buyer, sides),
        seller=_party(page.seller_id, page.seller, sides),
        currency=work.terms.currency,
        lines=[
            GoodsLine(
                line_no=line.line_no,
                title=line.goods.title,
                options=line.goods.options,
                unit=line.goods.unit,
                quantity=line.quantity,
                price_e4=line.price_e4,
                discount_minor=line.discount_minor,
                goods_minor=line.goods_minor,
                freight_minor=line.freight_minor,
                is_sample=line.is_sample,
            )
            for line in page.lines
        ],
        offs=[Off(step=off.step, name=off.name, amount_minor=off.amount_minor) for off in page.offs],
        list_minor=page.list_minor,
        goods_minor=page.goods_minor,
        freight_minor=page.freight_minor,
        subsidy_minor=page.subsidy_minor,
        amount_minor=goods_price(page),
        amount_in_capitals=in_capitals(goods_price(page)) if work.terms.currency == "CNY" else "",
        trade_type=page.trade_type,
        stages=_stages(page, codes),
        delivery=Delivery(
            country=page.delivery.country,
            province=page.delivery.province,
            city=page.delivery.city,
            county=page.delivery.county,
            receiver=page.delivery.receiver,
            phone=page.delivery.phone,
            street=page.delivery.street,
            promise_hours=deal.promise_hours,
            promise_at=_moved_promise(page),
        ),
        clauses=clauses_of(codes, _facts(work, deal)),
        rules=[_rule(work, code, version) for code, version in sorted(deal.rule_pins.items())],
    )


def is_over(deal: ordering.OrderToContract) -> bool:
    """Tells whether the order ended without ever being paid: then there is nothing to contract about."""
    return deal.page.state == _ENDED_UNPAID


def _party(org_id: str, name: Bilingual, sides: Mapping[int, parties.LegalFace]) -> Party:
    side = sides.get(int(org_id))
    return Party(
        org_id=org_id,
        name=name,
        country=side.country if side else "",
        credit_code=side.credit_code if side else "",
    )


def _codes(deal: ordering.OrderToContract) -> list[str]:
    """Which clauses the contract has, in their order."""
    page = deal.page
    paying = f"pay_{page.trade_type}"
    return [
        "goods",
        "price",
        *(["price_subsidy"] if page.subsidy_minor else []),
        paying if paying in wordings() else "pay_other",
        *(["pay_earnest"] if any(stage.is_earnest for stage in page.stages) else []),
        *(["pay_bank"] if page.trade_type in _PAID_FIRST else []),
        "delivery",
        "acceptance",
        "after_sales",
        "breach",
        "dispute",
        "signature",
        "versions",
    ]


def _moved_promise(page: ordering.views.OrderPage) -> datetime | None:
    """Until when the goods leave, once that was moved; before, the clock runs from payment, which changes no contract."""
    is_moved = any(moment.event in _PROMISE_MOVES for moment in page.timeline)
    return page.ship_promise_at if is_moved else None


def _stages(page: ordering.views.OrderPage, codes: list[str]) -> list[StageRow]:
    number = codes.index("pay_staged") + 1 if page.stages else 0
    return [
        StageRow(
            clause=f"{number}.{stage.stage_no}",
            stage_no=stage.stage_no,
            amount_minor=stage.amount_minor,
            due=stage.due,
            condition=stage.condition,
            is_escrowed=stage.is_escrowed,
            is_earnest=stage.is_earnest,
            text=_joined(_phrase(f"due.{stage.due}"), _phrase(f"condition.{stage.condition or 'direct'}")),
        )
        for stage in page.stages
    ]


def _joined(one: Bilingual, other: Bilingual) -> Bilingual:
    return Bilingual(zh=f"{one.zh}，{other.zh}", en=f"{one.en}, {other.en}")


def _rule(work: Work, code: str, version: int) -> RuleRow:
    rule = work.rules.version(code, version)
    return RuleRow(code=code, version=version, value=rule.value, unit=rule.unit)


def _facts(work: Work, deal: ordering.OrderToContract) -> Facts:
    page, currency = deal.page, work.terms.currency

    def pinned(code: str) -> int:
        return work.rules.pinned(code, deal.rule_pins, page.placed_at).value

    at = _moved_promise(page)
    local = at.astimezone(ZoneInfo(work.terms.timezone)).strftime("%Y-%m-%d %H:%M") if at else ""
    terms = deal.terms
    where = {name: getattr(page.delivery, name) for name in ("country", "province", "county")}
    city = "" if page.delivery.city == page.delivery.province else page.delivery.city
    return {
        "order_number": page.number,
        "goods": money(page.goods_minor, currency),
        "freight": money(page.freight_minor, currency),
        "off": money(page.list_minor - page.goods_minor, currency),
        "amount": money(goods_price(page), currency),
        "subsidy": money(page.subsidy_minor, currency),
        "term": _phrase(f"term.{terms.term_kind}", n=terms.term_day) if terms else "",
        "grace": str(terms.grace_days) if terms else "",
        "terms_version": str(terms.version) if terms else "",
        "stages": str(len(page.stages)),
        "cap": percent(pinned("stage.deposit_cap_bp")),
        "trade_type": _phrase(f"trade_type.{page.trade_type}", otherwise=page.trade_type),
        "promise_hours": str(deal.promise_hours),
        "promise_at": _phrase("promise_at", at=local) if at else "",
        "place": _phrase("place", city=city, **where),
        "late": percent(pinned("compensation.late_bp")),
        "no_stock": percent(pinned("compensation.no_stock_bp")),
        "sign_days": str(work.rule(SIGN_WITHIN).span.days),
    }


@cache
def _phrases() -> Mapping[str, Bilingual]:
    read = tomllib.loads((resources.files("huozhan.contracts") / "phrases.toml").read_text())
    return msgspec.convert(read, dict[str, Bilingual])


def _phrase(key: str, *, otherwise: str = "", **facts: object) -> Bilingual:
    found = _phrases().get(key)
    if found is None:
        assert otherwise, f"no phrase {key}"
        return Bilingual(zh=otherwise, en=otherwise)
    return Bilingual(zh=found.zh.format_map(facts), en=found.en.format_map(facts))


def goods_price(page: ordering.views.OrderPage) -> int:
    """What a buyer owes its seller by the contract: a premium is paid to an insurer and no part of it."""
    return page.amount_minor - page.premium_minor


def money(amount_minor: int, currency: str) -> str:
    """An amount as contracts write it: CNY 1,234.50."""
    whole, rest = divmod(amount_minor, 100)
    return f"{currency} {whole:,}.{rest:02d}"


def percent(rate_bp: int) -> str:
    """A rate in basis points as contracts write it: 5%, 0.05%."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"
