"""A market just large enough to trade in: two shops with stock, some buyers, and a token for each of them."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from importlib import resources

import asyncpg
import msgspec

from bench.process import Market
from huozhan import catalogue, parties
from huozhan.catalogue import Name, PublishOffer, QuoteType, SkuAsk, Step
from huozhan.doors.hall import Hall
from huozhan.doors.market.accounts import DemoAccount
from huozhan.doors.market.people import Keeper, open_person, open_shop
from huozhan.doors.market.records import PHONE, SupplierRecord
from huozhan.kernel.actor import Actor
from huozhan.main import open_hall, read_settings

SHOPS = 2
CATEGORY = "aa-1-13-8"
DIVISION = "510104"
STOCK = 10_000_000
WEIGHT_G = 120
BUYING = ["cart.use", "order.place", "order.pay", "order.view", "order.confirm"]
SELLING = ["sale.ship", "order.view", "funds.view", "funds.withdraw"]


class LittleShop(msgspec.Struct, frozen=True):
    """A shop: who may act for it, how it is called, and what it sells."""

    org_id: int
    token: str
    name: str
    sku_ids: Sequence[int]


class LittleBuyer(msgspec.Struct, frozen=True):
    """A buyer: who may act for it, and where its goods go."""

    org_id: int
    token: str
    address_id: str


class LittleMarket(msgspec.Struct, frozen=True):
    """Everybody in it."""

    shops: Sequence[LittleShop]
    buyers: Sequence[LittleBuyer]


async def open_little_market(market: Market, *, buyers: int, stock: int = STOCK) -> LittleMarket:
    """Fills an empty market that is being served, through the same use cases as anybody."""
    settings = read_settings(home=market.home, database_url=market.database_url)
    async with open_hall(settings) as hall:
        keeper = await open_person(
            hall, DemoAccount(role="supplier", sign_in_name="shops@little.example", name="掌柜")
        )
        lines = (resources.files("huozhan.demo") / "suppliers.jsonl").read_bytes().splitlines()
        records = [msgspec.json.decode(line, type=SupplierRecord) for line in lines[:SHOPS]]
        owner = await open_person(
            hall, DemoAccount(role="buyer", sign_in_name="buyers@little.example", name="采购")
        )
        return LittleMarket(
            shops=[await _shop(hall, keeper, record, stock) for record in records],
            buyers=[await _buyer(hall, owner, number) for number in range(1, buyers + 1)],
        )


async def _shop(hall: Hall, keeper: Keeper, record: SupplierRecord, stock: int) -> LittleShop:
    actor = await open_shop(hall, keeper, record)
    freight = record.freight[0]
    await hall.run(catalogue.edit_freight, freight.ask(), actor)
    for number in (1, 2):
        offer = PublishOffer(
            offer_code=f"LITTLE-{number}",
            category_id=CATEGORY,
            title=Name(f"六角螺栓 M{6 + number}", f"Hex bolt M{6 + number}"),
            quote_type=QuoteType.fixed,
            ladder=(Step(1, 12_345 * number),),
            skus=(SkuAsk(sku_code=f"LITTLE-{number}-1", stock=stock),),
            weight_g=WEIGHT_G,
            freight_code=freight.code if number == 1 else "",
        )
        await hall.run(catalogue.publish_offer, offer, actor)
    token = await hall.run(parties.make_token, parties.MakeToken(label="bench", scopes=SELLING), actor)
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT s.sku_id FROM sku s JOIN offer o USING (offer_id) WHERE o.seller_id = $1 ORDER BY s.sku_id",
            actor.org_id,
        )
    return LittleShop(actor.org_id, token.token, record.name_zh, [row["sku_id"] for row in rows])


async def _buyer(hall: Hall, owner: Keeper, number: int) -> LittleBuyer:
    founding = parties.FoundOrganisation(name_zh=f"小买家{number}", name_en=f"Little buyer {number}")
    await hall.run(parties.found_organisation, founding, owner.actor)
    actor: Actor = (await owner.again(hall)).actor
    home = parties.SaveAddress(
        country="CN", division_code=DIVISION, city="", receiver="测试", phone=PHONE, street="测试路 1 号"
    )
    address = await hall.run(parties.save_address, home, actor)
    token = await hall.run(parties.make_token, parties.MakeToken(label="bench", scopes=BUYING), actor)
    return LittleBuyer(actor.org_id, token.token, address.address_id)


@contextlib.asynccontextmanager
async def books_of(market: Market) -> AsyncIterator[asyncpg.Connection]:
    """A connection for the auditor, who only reads."""
    db = await asyncpg.connect(market.database_url, server_settings={"default_transaction_read_only": "on"})
    try:
        yield db
    finally:
        await db.close()
