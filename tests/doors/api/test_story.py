"""One trade from sign-up to withdrawal, told twice: over HTTP and through the use cases. Both leave the same rows behind."""

import base64
import hashlib
import hmac
import re
import secrets
import time
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import msgspec

from huozhan import ordering, payments, search
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.search import Indexer
from huozhan.kernel.actor import anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.signed_http import callback_key
from huozhan.parties.signing_in import open_session
from tests import world
from tests.conftest import OPENING, OneConnection, make_hall
from tests.doors.api.calling import BY_ID, Api, Caller
from tests.ordering.trading import FREIGHT

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
HOLDER = "Wang & Sons"


class Hand(Protocol):
    """One way to have things done: who (the token of a session, or nobody) asks which operation what."""

    hall: Hall

    async def do(self, who: str, operation_id: str, **fields: Any) -> Any:
        """Asks, and tells what was answered."""
        ...

    async def hear(self, body: bytes) -> None:
        """The payment channel tells something."""
        ...


class OverHttp:
    """As a program does it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.api = Api(hall)

    async def do(self, who: str, operation_id: str, **fields: Any) -> Any:
        return await self.api.get(operation_id, Caller(session=who), **fields)

    async def hear(self, body: bytes) -> None:
        message_id, now = "msg_1", str(int(time.time()))
        signed = hmac.digest(callback_key(SECRET), f"{message_id}.{now}.".encode() + body, hashlib.sha256)
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": now,
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }
        answer = await self.api.client.post("/hooks/channel", content=body, headers=headers)
        assert answer.status_code == 204, answer.text


class InPerson:
    """As a test of the trade does it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def do(self, who: str, operation_id: str, **fields: Any) -> Any:
        operation = BY_ID[operation_id]
        actor = await world.actor_of(self.hall, who) if who else anonymous("en")
        actor = actor.using(lang="en", door="api", address="127.0.0.1")
        ask = msgspec.convert(fields, operation.ask)
        key = secrets.token_hex(8) if operation.needs_key else None
        return msgspec.to_builtins(await self.hall.run(operation.use_case, ask, actor, key=key))

    async def hear(self, body: bytes) -> None:
        note = payments.asks.NoteCallback(
            party="channel", message_id="msg_1", body=body, is_genuine=True, merchant=""
        )
        await self.hall.run(payments.note_callback, note, system("hooks"))


async def play(hand: Hand, operator: str, clock: MovableClock) -> dict[str, Any]:
    """The whole trade; what the people in it saw at the end."""
    seller, seller_org = await _founder(hand, "wang@example.cn", HOLDER)
    application = await hand.do(
        seller, "apply_to_sell", supplier_kind="factory", contact="Wang", phone="+441135550142"
    )
    await hand.do(
        operator, "review_supplier", application_id=application["application_id"], decision="approve"
    )
    freight = {"charge_by": "weight", "tariff": msgspec.to_builtins(FREIGHT)}
    await hand.do(seller, "edit_freight", code="STD", name={"zh": "标准", "en": "Standard"}, terms=freight)
    offer = await hand.do(seller, "publish_offer", **_CUPS)
    await _index(hand.hall)

    buyer, _ = await _founder(hand, "tea@example.cn", "Tea Shop")
    address = await hand.do(
        buyer,
        "save_address",
        division_code="510104",
        receiver="安心",
        phone="13812345678",
        street="人民路 1 号",
    )
    (found,) = (await hand.do("", "find_offers", q="ceramic"))["offers"]
    assert found["card"]["offer_id"] == offer["offer_id"]
    (sku, *_) = (await hand.do("", "offer_page", offer_id=offer["offer_id"]))["skus"]
    await hand.do(buyer, "put_in_cart", lines=[{"sku_id": sku["sku_id"], "quantity": 120}])
    quote = await hand.do(buyer, "quote", address_id=address["address_id"])
    placed = await hand.do(
        buyer, "place_order", address_id=address["address_id"], quote_hash=quote["quote_hash"]
    )
    order_id = placed["orders"][0]["order_id"]
    paying = await hand.do(buyer, "pay_orders", order_ids=[order_id])
    await _paid(hand, paying["payment_id"], quote["amount_minor"], clock)

    clock.pass_(hours=5)
    parcels = [{"carrier_code": "SF", "waybill": "SF1234567890123"}]
    await hand.do(seller, "ship", order_id=order_id, parcels=parcels)
    clock.pass_(days=3)
    received = await hand.do(buyer, "confirm_receipt", order_id=order_id)
    account = await hand.do(
        seller, "add_bank_account", number="6222021208001234567", holder=HOLDER, bank_name="ICBC"
    )
    funds = await hand.do(seller, "funds")
    withdrawal = await hand.do(
        seller,
        "withdraw",
        account_id=account["accounts"][0]["account_id"],
        amount_minor=funds["available_minor"],
    )
    return {
        "state": received["state"],
        "earned": funds["available_minor"],
        "left": (await hand.do(seller, "funds"))["available_minor"],
        "withdrawal": withdrawal["state"],
        "bought": quote["amount_minor"],
        "cart": (await hand.do(buyer, "cart"))["lines"],
        "seller": seller_org != "0",
    }


_CUPS = {
    "offer_code": "CUP",
    "category_id": "aa-1-13-8",
    "title": {"zh": "陶瓷杯", "en": "Ceramic cup"},
    "quote_type": "offer_ladder",
    "ladder": [{"from_quantity": 1, "price_e4": 100_000}, {"from_quantity": 100, "price_e4": 90_000}],
    "skus": [{"sku_code": "CUP-R", "stock": 1_000}],
    "weight_g": 250,
    "freight_code": "STD",
}


async def _founder(hand: Hand, name: str, organisation: str) -> tuple[str, str]:
    await hand.do("", "ask_for_code", sign_in_name=name)
    code = (await world.mailed(hand.hall))[-1].secret
    signed = await hand.do(
        "", "sign_up", sign_in_name=name, code=code, password=world.PASSWORD, name="Founder", lang="en"
    )
    founded = await hand.do(signed["token"], "found_organisation", name_en=organisation, country="GB")
    return signed["token"], founded["org_id"]


async def _index(hall: Hall) -> None:
    while await relay_once(hall):
        pass
    indexer = Indexer()
    while await indexer.round(hall):
        pass
    hall.index._looked_at = 0.0


async def _paid(hand: Hand, payment_id: str, amount_minor: int, clock: MovableClock) -> None:
    told = payments.ports.ChannelPayment(
        merchant="", merchant_ref=payment_id, state="paid", amount_minor=amount_minor, currency="CNY", channel_txn="ct_1",
        paid_amount_minor=amount_minor, paid_currency="CNY", paid_at=clock.now(),
    )  # fmt: skip
    body = payments.write_message(told)
    assert body is not None
    await hand.hear(body)
    async with hand.hall.pool.acquire() as db:
        callback_id = await db.fetchval("SELECT callback_id FROM outside_callback")
    ask = ordering.asks.PaymentCallback(callback_id=str(callback_id))
    await hand.hall.run(ordering.payment_settled, ask, system("jobs"))


async def tell(kind: type[Any], dsn: str, home: Path) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Tells the story by one hand; what was seen, and every row that is left."""
    db = await asyncpg.connect(dsn)
    transaction = db.transaction()
    await transaction.start()
    clock = MovableClock(OPENING)
    hall = await make_hall(OneConnection(db), clock, home, callback_secrets={"channel": SECRET})
    hall.index = search.open_index(hall.settings.index)
    operator = await world.first_operator(hall)
    async with hall.working(operator) as work:
        session = await open_session(work, operator.person_id, operator.name, "")
    hand = kind(hall)
    seen = await play(hand, session.token, clock)
    for check in (ordering.verify, payments.verify):
        assert await check(hall.work(db, system())) == []
    rows = await _rows(db)
    await transaction.rollback()
    await db.close()
    return seen, rows


async def _rows(db: asyncpg.Connection) -> dict[str, list[str]]:
    """Every row but those of keys, as text; what is made by chance (ids, hashes, sealed texts) is left out."""
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = {}
    for (table,) in tables:
        if table in ("idempotency", "divisions", "category", "attribute"):
            continue
        rows = await db.fetch(f"SELECT * FROM {table}")
        found[table] = sorted(_plain(row) for row in rows)
    return found


def _plain(row: Any) -> str:
    said = " ".join(f"{name}={value}" for name, value in row.items() if not isinstance(value, bytes))
    # Sums before numbers: one may begin with many digits.
    return re.sub(r"[0-9a-f]{32,}|[0-9]{15,}|[$]argon2\S+", "…", said)


async def test_both_doors_tell_one_story(dsn: str, tmp_path: Path) -> None:
    seen, rows = await tell(OverHttp, dsn, tmp_path / "http")
    seen_in_person, rows_in_person = await tell(InPerson, dsn, tmp_path / "person")

    assert seen == seen_in_person
    assert (seen["state"], seen["left"], seen["cart"]) == ("success", 0, 0)
    assert 0 < seen["earned"] < seen["bought"]
    for table, expected in rows_in_person.items():
        assert rows[table] == expected, table
    assert len(rows["trade_order"]) == 1
