"""A market that is really served: the command's own processes, the outside parties, a clock that can be moved."""

import asyncio
import hashlib
import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec
from stdnum.cn import uscc

from huozhan import catalogue, operations
from huozhan.catalogue.freight import ChargeBy, Tariff
from huozhan.catalogue.freighting import EditFreight, FreightTerms
from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Name, PublishOffer, SkuAsk
from huozhan.doors.hall import Hall
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.main import found_market, migrate, open_hall
from huozhan.supervisor.home import prepare_home
from tests import world
from tests.aftersales.shirts import shirts
from tests.conftest import TERMS

T = TypeVar("T")

OPERATOR = "operator@market.example"
PATIENCE_S = 60
STANDARD = Tariff(first_unit=1_000, first_fee_minor=600, next_unit=1_000, next_fee_minor=100)


class Cast(msgspec.Struct, frozen=True):
    """The people of one story, by the names they sign in with, and what its two shops sell."""

    potter: str
    smith: str
    buyer: str
    cup: Name
    bolt: Name


GOODS = {
    "zh-phone": (Name("青花陶瓷杯", "Willow mug"), Name("六角螺栓", "Hex bolt")),
    "en-desk": (Name("粗陶马克杯", "Stoneware mug"), Name("沉头螺丝", "Countersunk screw")),
    "zh-desk": (Name("玻璃茶杯", "Glass teacup"), Name("膨胀锚栓", "Expansion anchor")),
    "en-phone": (Name("骨瓷咖啡杯", "Bone teacup"), Name("弹簧垫圈", "Spring washer")),
    "credit": (Name("紫砂壶", "Clay teapot"), Name("法兰螺母", "Flange nut")),
    "later": (Name("景泰蓝瓶", "Cloisonne vase"), Name("开口销钉", "Cotter pin")),
    "fast": (Name("粉彩盖碗", "Enamelled gaiwan"), Name("波形垫圈", "Wave washer")),
    "insured": (Name("锡制酒壶", "Pewter pitcher"), Name("方形垫板", "Square shim")),
    "prices": (Name("漆器果盒", "Lacquer platter"), Name("轴承钢珠", "Bearing ball")),
    "contract": (Name("白瓷汤碗", "Porcelain bowl"), Name("圆柱销钉", "Dowel pin")),
    "plain": (Name("搪瓷杯", "Enamel mug"), Name("自攻钉", "Tapping screw")),
    "return": (Name("竹节水杯", "Bamboo tumbler"), Name("蝶形螺母", "Wing nut")),
    "swap": (Name("牛津纺衬衣", "Oxford shirt"), Name("棘轮扳手", "Ratchet spanner")),
    "dispute": (Name("青瓷花瓶", "Celadon vase"), Name("吊环螺钉", "Eye screw")),
    "zh-photo": (Name("帆布提袋", "Canvas tote"), Name("塑料衣夹", "Laundry peg")),
    "zh-talk": (Name("木柄汤勺", "Wooden ladle"), Name("门用合页", "Door hinge")),
    "en-talk": (Name("柳编果盘", "Wicker platter"), Name("抽屉滑轨", "Drawer runner")),
    "review": (Name("珐琅手炉", "Cloche warmer"), Name("蜗杆卡环", "Circlip ring")),
    "invoices": (Name("亚麻餐垫", "Linen placemat"), Name("尼龙扎带", "Cable tie")),
    "zh-logistics": (Name("铜制茶匙", "Brass teaspoon"), Name("橡胶垫块", "Rubber grommet")),
    "en-logistics": (Name("石板茶盘", "Slate tea tray"), Name("钢丝卡箍", "Wire hose clip")),
    "zh-phone-staged": (Name("竹编笸箩", "Bamboo tray"), Name("铆钉垫片", "Rivet washer")),
    "en-desk-staged": (Name("藤编提篮", "Rattan hamper"), Name("蝶形卡扣", "Butterfly clasp")),
    "zh-same": (Name("珐琅暖炉", "Handwarmer brazier"), Name("羊角撬棍", "Crowbar")),
}
"""What is traded in each story; no two stories share a word, so that each finds its own goods."""


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Runs asynchronous work in a thread of its own: the browser's loop already runs in this one."""
    with ThreadPoolExecutor(1) as hands:
        return hands.submit(asyncio.run, work).result()


def until(look: Callable[[], T], wanted: str) -> T:
    """What `look` gives as soon as it is true."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"it never came: {wanted}")


class ServedMarket:
    """What a test knows of the market that is served, beside its pages."""

    def __init__(self, home: Path, dsn: str, stories: tuple[str, ...]) -> None:
        self.stories = stories
        self.home = home
        self.clock_file = home / "clock"
        self.settings = Settings(home=home, database_url=dsn, clock_file=self.clock_file)
        self.url = ""
        self.casts: dict[str, Cast] = {}
        self._process: subprocess.Popen[str] | None = None

    async def prepare(self) -> None:
        """Founds the market and everybody in it, before anything is served."""
        prepare_home(self.home)
        await migrate(self.settings)
        await found_market(self.settings, TERMS)
        async with open_hall(self.settings) as hall:
            operator = await world.first_operator(hall, OPERATOR)
            for at, (story, (cup, bolt)) in enumerate(GOODS.items(), 1):
                if story in self.stories:
                    self.casts[story] = await _people(hall, operator, at, story, cup, bolt)

    def serve(self) -> None:
        """Starts it as `huozhan serve` does, and waits until it answers."""
        environment = {
            **os.environ,
            "HUOZHAN_DATABASE_URL": self.settings.database_url,
            "HUOZHAN_CLOCK_FILE": str(self.clock_file),
            "HUOZHAN_LOG_LEVEL": "error",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "huozhan", "serve", "--empty", "--home", self.home, "--port", "0", "--processes", "1"],
            stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self._process.stdout is not None
        first_line = self._process.stdout.readline().split()
        assert first_line[:1] == ["ready"], first_line
        self.url = first_line[1]

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate(timeout=PATIENCE_S)

    def now(self) -> datetime:
        """What the market's clock says; the stories before may have moved it."""
        return datetime.now(UTC) + timedelta(seconds=self._passed())

    def _passed(self) -> int:
        return int(self.clock_file.read_text()) if self.clock_file.exists() else 0

    def pass_days(self, days: int) -> None:
        """The clock of the market and of the outside parties goes on."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(self._passed() + days * 86_400))
        fresh.replace(self.clock_file)

    def advance(self, waybill: str, state: str) -> None:
        """The carrier moves a parcel, which it may have done by itself; it hears of it a moment after it was sent."""
        body = json.dumps({"carrier_code": "SF", "waybill": waybill, "state": state}).encode()
        until(
            lambda: self._tell_carrier("/carrier/advance", body).status_code in (200, 409),
            f"{waybill} {state}",
        )

    def _tell_carrier(self, path: str, body: bytes) -> httpx.Response:
        known = tomllib.loads(self.settings.secrets_file.read_text())["carrier"]
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        said = b".".join([stamp.encode(), nonce.encode(), b"POST", path.encode(), body])
        signature = hmac.new(known["request_secret"].encode(), said, hashlib.sha256).hexdigest()
        headers = {"X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": f"v1={signature}"}
        port = (self.home / "outside" / "port").read_text().strip()
        return httpx.post(f"http://127.0.0.1:{port}{path}", content=body, headers=headers)

    def findings(self) -> list[Finding]:
        """What verify finds wrong, once the worker is done with what it has in hand."""

        async def prove() -> list[Finding]:
            async with open_hall(self.settings) as hall:
                end = time.monotonic() + PATIENCE_S
                while True:
                    proof = await hall.run(operations.verify, operations.Verify(), system())
                    if proof.is_clean or time.monotonic() > end:
                        break
                    await asyncio.sleep(0.5)
                return list(proof.findings)

        return apart(prove())


async def _people(hall: Hall, operator: Actor, at: int, story: str, cup: Name, bolt: Name) -> Cast:
    cast = Cast(
        potter=f"potter-{story}@example.cn",
        smith=f"smith-{story}@example.cn",
        buyer=f"buyer-{story}@example.cn",
        cup=cup,
        bolt=bolt,
    )
    potter = await world.supplier(
        hall,
        operator,
        f"景德镇窑口{at}号",
        cast.potter,
        uscc=_uscc(2 * at),
        belt="景德镇陶瓷",
        belt_en="Jingdezhen ceramics",
    )
    smith = await world.supplier(
        hall,
        operator,
        f"佛山五金{at}厂",
        cast.smith,
        uscc=_uscc(2 * at + 1),
        belt="佛山五金",
        belt_en="Foshan hardware",
    )
    terms = FreightTerms(charge_by=ChargeBy.weight, tariff=STANDARD)
    express = EditFreight(code="STD", name=Name("标准快递", "Standard express"), terms=terms)
    await hall.run(catalogue.edit_freight, express, potter)
    await hall.run(catalogue.publish_offer, _bolts(bolt), smith)
    if story == "swap":
        await hall.run(catalogue.publish_offer, shirts(cup), smith)
    buyer = await world.buyer(hall, f"成都杂货{at}店", cast.buyer)
    await world.address(hall, buyer, division="510104")
    await world.address(hall, smith, division="440604", street="季华路 12 号", receiver="退货部")
    return cast


def _bolts(title: Name) -> PublishOffer:
    return PublishOffer(
        offer_code="BOLT",
        category_id="aa-1-13-8",
        title=title,
        quote_type=QuoteType.fixed,
        ladder=(Step(1, 350),),
        skus=(SkuAsk(sku_code="BOLT-8", stock=100_000),),
        weight_g=10,
    )


def _uscc(number: int) -> str:
    head = f"91330200MA2B{number:05d}"
    return head + uscc.calc_check_digit(head)
