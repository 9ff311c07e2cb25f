"""The named little world of traders, so that a test reads as their story.

`world = await make(hall)`: three suppliers (晨光 trades small goods in Yiwu, 宏发 makes hardware in Foshan, 云织 makes
clothes in Hangzhou), two small buyers (小李 in Chengdu, Ashdown in Leeds), one enterprise with a buyer and a finance
clerk (恒信), and the market's operator. Everybody came in through the use cases that pages and API use.
"""

from datetime import date

import argon2
import msgspec

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.parties import password
from huozhan.parties.signing_in import open_session

PASSWORD = "rice-and-tea-2026"
password._hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Tests make many people, and none of them needs a hash that costs much."""


class World(msgspec.Struct, kw_only=True):
    """Actors as the doors would see them; each works for the organisation at hand."""

    operator: Actor
    chenguang: Actor
    hongfa: Actor
    yunzhi: Actor
    li: Actor
    ashdown: Actor
    hengxin: Actor
    hengxin_buyer: Actor
    hengxin_finance: Actor
    li_address_id: int
    hengxin_address_id: int
    ashdown_address_id: int

    @property
    def suppliers(self) -> tuple[Actor, Actor, Actor]:
        """The three suppliers."""
        return self.chenguang, self.hongfa, self.yunzhi


async def make(hall: Hall) -> World:
    """Makes the little world."""
    operator = await first_operator(hall)
    chenguang = await supplier(
        hall, operator, "义乌市晨光小商品有限公司", "chenguang@example.cn", kind="trader", uscc="91330782MA28A1B2X4",
        province="330000", city="330700", belt="义乌小商品",
    )  # fmt: skip
    hongfa = await supplier(
        hall, operator, "佛山市禅城区宏发五金厂", "hongfa@example.cn", kind="factory", uscc="91440604MA4W1C2DXW",
        province="440000", city="440600", belt="佛山五金",
    )  # fmt: skip
    yunzhi = await supplier(
        hall, operator, "杭州云织服饰有限公司", "yunzhi@example.cn", kind="factory", uscc="91330100MA2AXE3F0Q",
        province="330000", city="330100", belt="杭州女装",
    )  # fmt: skip
    li = await buyer(hall, "小李杂货店", "li@example.cn")
    ashdown = await buyer(hall, "Ashdown Trading Ltd", "ann@ashdown.example", country="GB", lang="en")
    hengxin = await buyer(hall, "恒信商贸集团", "zhao@hengxin.example")
    return World(
        operator=operator,
        chenguang=chenguang,
        hongfa=hongfa,
        yunzhi=yunzhi,
        li=li,
        ashdown=ashdown,
        hengxin=hengxin,
        hengxin_buyer=await member(hall, hengxin, "qian@hengxin.example", parties.Role.buyer),
        hengxin_finance=await member(hall, hengxin, "sun@hengxin.example", parties.Role.finance),
        li_address_id=await address(hall, li, division="510104"),
        hengxin_address_id=await address(hall, hengxin, division="310115"),
        ashdown_address_id=await address(hall, ashdown, country="GB", city="Leeds", phone="+441135550123"),
    )


async def first_operator(hall: Hall, name: str = "operator@market.example") -> Actor:
    """The market's first operator, who came by the printed link."""
    async with hall.working(system()) as work:
        token = await parties.first_operator_token(work)
    assert token is not None
    ask = parties.ClaimFirstOperator(token=token, sign_in_name=name, password=PASSWORD, name="运营")
    return await actor_of(hall, (await hall.run(parties.claim_first_operator, ask, anonymous())).token)


async def person(hall: Hall, sign_in_name: str, *, name: str = "", lang: str = "zh") -> Actor:
    """Somebody who signed up and belongs to no organisation yet."""
    await hall.run(parties.ask_for_code, parties.AskForCode(sign_in_name), anonymous(lang))
    ask = parties.SignUp(
        sign_in_name=sign_in_name,
        code=(await mailed(hall))[-1].secret,
        password=PASSWORD,
        name=name or sign_in_name.partition("@")[0],
        lang=lang,
    )
    return await actor_of(hall, (await hall.run(parties.sign_up, ask, anonymous(lang))).token)


async def buyer(
    hall: Hall, organisation: str, sign_in_name: str, *, country: str = "CN", lang: str = "zh"
) -> Actor:
    """The owner of a new organisation that buys."""
    owner = await person(hall, sign_in_name, lang=lang)
    names = {"name_en": organisation} if lang == "en" else {"name_zh": organisation}
    await hall.run(parties.found_organisation, parties.FoundOrganisation(country=country, **names), owner)
    return await again(hall, owner)


async def supplier(
    hall: Hall,
    operator: Actor,
    organisation: str,
    sign_in_name: str,
    *,
    kind: parties.SupplierKind = "factory",
    uscc: str = "",
    province: str = "330000",
    city: str = "330100",
    belt: str = "",
    belt_en: str = "",
) -> Actor:
    """The owner of an organisation whose application to sell was approved."""
    owner = await buyer(hall, organisation, sign_in_name)
    ask = parties.ApplyToSell(
        uscc=uscc, supplier_kind=kind, province_code=province, city_code=city, belt_zh=belt, belt_en=belt_en, contact="王经理",
        phone="13900001111", since_on=date(2019, 5, 1),
    )  # fmt: skip
    application = await hall.run(parties.apply_to_sell, ask, owner)
    decision = parties.ReviewSupplier(application_id=application.application_id, decision="approve")
    await hall.run(parties.review_supplier, decision, operator)
    return await again(hall, owner)


async def member(hall: Hall, owner: Actor, sign_in_name: str, role: parties.Role) -> Actor:
    """Somebody who accepted the owner's invitation."""
    await hall.run(parties.invite_member, parties.InviteMember(sign_in_name=sign_in_name, role=role), owner)
    link = (await mailed(hall))[-1].secret
    newcomer = await person(hall, sign_in_name)
    await hall.run(parties.accept_invitation, parties.InvitationLink(link), newcomer)
    return await again(hall, newcomer)


async def address(
    hall: Hall,
    actor: Actor,
    *,
    division: str = "",
    country: str = "CN",
    city: str = "",
    phone: str = "13812345678",
    receiver: str = "王小明",
    street: str = "建设路 12 号 3 幢 402 室",
) -> int:
    """An address of the actor's organisation."""
    ask = parties.SaveAddress(
        country=country, division_code=division, city=city, receiver=receiver, phone=phone, street=street
    )
    return int((await hall.run(parties.save_address, ask, actor)).address_id)


async def mailed(hall: Hall) -> list[parties.ProofToMail]:
    """The codes and links that are to be mailed, oldest first."""
    async with hall.working(system()) as work:
        rows = await work.db.fetch(
            "SELECT about_id FROM outbox WHERE fact = $1 ORDER BY fact_id", parties.ProofAsked.name
        )
        found = {
            proof.proof_id: proof for proof in await parties.proofs_to_mail(work, [row[0] for row in rows])
        }
    return [found[row[0]] for row in rows if row[0] in found]


async def actor_of(hall: Hall, token: str) -> Actor:
    """The actor behind a session's token, as the entrance finds it."""
    async with hall.pool.acquire() as db:
        found = await parties.actor_of_session(hall.work(db, system()), token)
    assert found is not None
    return found


async def again(hall: Hall, actor: Actor) -> Actor:
    """The same person's actor after something about them changed, from a session opened anew without a password."""
    async with hall.working(actor) as work:
        opened = await open_session(work, actor.person_id, actor.name, "")
    return await actor_of(hall, opened.token)
