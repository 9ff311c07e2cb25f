"""People and organisations by pages: coming in, addresses, members, applying to sell, the account."""

import json
import re
from types import SimpleNamespace

import msgspec
import pyotp

from huozhan import parties
from huozhan.doors.entrance import SESSION_COOKIE
from huozhan.doors.pages.showing import mailbox_of
from huozhan.kernel.actor import system
from huozhan.parties import ReviewSupplier
from tests import world
from tests.doors.web.browsing import Browser, Market
from tests.ordering.trading import Trade


async def code_for(market: Market) -> str:
    """What was mailed last."""
    return (await world.mailed(market.hall))[-1].secret


async def test_signing_up_proves_the_address_and_leads_to_an_organisation(
    visitor: Browser, market: Market
) -> None:
    await visitor.get("/sign-up", next="/orders")
    page = await visitor.post("/sign-up/code", sign_in_name="new@example.cn", next="/orders")
    assert "验证码已发送至 n***@example.cn" in page.text
    wrong = await visitor.post(
        "/sign-up",
        sign_in_name="new@example.cn",
        sent_to="n***",
        code="000000",
        name="新人",
        password="rice-and-tea-2026",
    )
    assert "验证码不正确" in wrong.text
    assert 'value="新人"' in wrong.source
    page = await visitor.post(
        "/sign-up", sign_in_name="new@example.cn", sent_to="n***", code=await code_for(market), name="新人",
        password="rice-and-tea-2026", next="/orders",
    )  # fmt: skip
    assert page.path.startswith("/organisation/new")
    refused = await visitor.post("/organisation/new", country="CN", next="/orders")
    assert "请填写中文名称或英文名称" in refused.text
    page = await visitor.post("/organisation/new", name_zh="新人小店", country="CN", next="/orders")
    assert page.path == "/orders"
    assert "还没有订单" in page.text


async def test_signing_in_goes_on_to_where_one_wanted_to_with_a_fresh_session(
    visitor: Browser, trade: Trade
) -> None:
    visitor.client.cookies.set(SESSION_COOKIE, "somebody-elses-session", domain="market.test")
    await visitor.get("/sign-in", next="/cart")
    wrong = await visitor.post("/sign-in", sign_in_name="li@example.cn", password="no", next="/cart")
    assert wrong.status == 401
    assert "账号或密码不正确" in wrong.text
    assert 'value="li@example.cn"' in wrong.source
    page = await visitor.post("/sign-in", sign_in_name="li@example.cn", password=world.PASSWORD, next="/cart")
    assert page.path == "/cart"
    assert "小李杂货店" in page.text
    assert "somebody-elses-session" not in str(visitor.client.cookies.jar)
    out = await visitor.post("/sign-out")
    assert out.path == "/"
    assert (await visitor.get("/cart")).path.startswith("/sign-in")


async def test_nobody_is_led_to_another_site(visitor: Browser, trade: Trade) -> None:
    await visitor.get("/sign-in")
    page = await visitor.post(
        "/sign-in", sign_in_name="li@example.cn", password=world.PASSWORD, next="https://evil.example/"
    )
    assert page.path == "/"


async def test_only_a_demo_market_shows_where_its_mail_is(market: Market, visitor: Browser) -> None:
    await visitor.get("/reset")
    assert "/mail/mailbox" not in (await visitor.post("/reset", sign_in_name="nobody@example.cn")).source
    stand_in = msgspec.structs.replace(market.hall.settings, outside_url="http://127.0.0.1:9")
    for is_demo, shown in ((True, "http://127.0.0.1:9/mail/mailbox"), (False, "")):
        terms = msgspec.structs.replace(market.hall.terms, is_demo=is_demo)
        assert mailbox_of(SimpleNamespace(terms=terms, settings=stand_in)) == shown  # type: ignore[arg-type]


async def test_a_real_market_offers_no_demo_accounts(visitor: Browser) -> None:
    page = await visitor.get("/sign-in")
    assert "演示" not in page.text
    assert "demo.example" not in page.source
    assert "Create an account" in (await visitor.get("/sign-in", lang="en")).text


async def test_a_forgotten_password_is_replaced_by_a_link(
    visitor: Browser, market: Market, trade: Trade
) -> None:
    await visitor.get("/reset")
    known = await visitor.post("/reset", sign_in_name="li@example.cn")
    await visitor.get("/reset")
    unknown = await visitor.post("/reset", sign_in_name="lo@example.cn")
    assert "重置链接已发送至 l***@example.cn" in known.text
    assert "重置链接已发送至 l***@example.cn" in unknown.text
    path = f"/reset/{await code_for(market)}"
    await visitor.get(path)
    assert "密码过于简单" in (await visitor.post(path, new_password="aaaaaaaaaaaa")).text
    done = await visitor.post(path, new_password="another-rice-2026")
    assert done.path.startswith("/sign-in")
    assert "密码已重设，请用新密码登录" in done.text
    page = await visitor.post("/sign-in", sign_in_name="li@example.cn", password="another-rice-2026")
    assert page.path == "/"


async def test_an_address_is_chosen_from_province_to_county(li: Browser) -> None:
    page = await li.get("/addresses")
    assert "王**" in page.text
    typed = {"country": "CN", "receiver": "赵六", "phone": "13700001111", "street": "人民路 9 号"}
    page = await li.post("/addresses", step="places", province_code="330000", **typed)
    assert "金华市" in page.text
    assert 'value="赵六"' in page.source
    page = await li.post("/addresses", step="places", province_code="330000", city_code="330700", **typed)
    assert "义乌市" in page.text
    page = await li.post(
        "/addresses",
        province_code="330000",
        city_code="330700",
        division_code="330782",
        label="仓库",
        **typed,
    )
    assert page.path == "/addresses"
    assert "赵**" in page.text
    assert "137****1111" in page.text
    assert "人民路 9 号" not in page.text


async def test_an_address_in_a_country_without_a_name_shows_its_code(li: Browser, trade: Trade) -> None:
    await world.address(
        trade.hall, trade.li, country="AQ", division="", city="McMurdo", phone="+441135550199"
    )

    page = await li.get("/addresses")

    assert page.status == 200
    assert "AQ McMurdo" in page.text


async def test_a_wrong_phone_is_said_and_the_rest_is_kept(li: Browser) -> None:
    await li.get("/addresses")
    page = await li.post(
        "/addresses",
        country="CN",
        division_code="330782",
        receiver="赵六",
        phone="1234567890123456789",
        street="人民路 9 号",
    )
    assert page.status == 400
    assert "电话号码有误" in page.text
    assert 'value="赵六"' in page.source


async def test_an_address_is_shown_in_plain_for_a_reason_only(li: Browser, trade: Trade) -> None:
    await li.get("/addresses")
    path = f"/addresses/{trade.address_id}"
    without = await li.post(f"{path}/reveal", reason="")
    assert without.status == 400
    assert "$.reason" not in without.text
    assert "提交的内容有误，请检查后重试" in without.text
    page = await li.post(f"{path}/reveal", reason="核对收货人")
    assert "王小明" in page.text
    assert "本次查看已记录" in page.text
    assert (await li.post("/addresses/77/remove")).status == 404


async def test_members_are_invited_given_roles_and_removed(li: Browser, market: Market, trade: Trade) -> None:
    order = await trade.paid(red=10)
    await li.get("/organisation")
    page = await li.post("/organisation/invite", sign_in_name="helper@example.cn", role="viewer")
    assert "h***@example.cn" in page.text
    link = f"/invitations/{await code_for(market)}"
    invited = await market.visitor().get(link)
    assert "小李杂货店邀请您加入" in invited.text
    assert "invites you" in (await market.visitor("en").get(link)).text
    helper = await market.signed_in(await world.person(market.hall, "helper@example.cn"))
    await helper.get(link)
    assert (await helper.post(link)).path == "/me"
    for path in ("/me", "/orders", f"/orders/{order.order_id}"):
        assert "/reorder" not in (await helper.get(path)).source
    book, found = await helper.get("/addresses"), await helper.get("/search", q="陶瓷杯")
    goods = await helper.get(found.link("/offers/"))
    assert 'id="address-form"' not in book.source
    assert "reveal" not in book.source
    assert "您的角色不能下单" in goods.text
    assert "立即订购" not in goods.text
    members = await li.get("/organisation")
    person = re.findall(r"/organisation/members/(\d+)/remove", members.source)[0]
    await li.post(f"/organisation/members/{person}/role", role="buyer")
    await li.post(f"/organisation/members/{person}/remove")
    assert (await helper.get("/orders")).path.startswith("/organisation/new")
    refused = await li.post("/organisation/leave")
    assert "组织至少保留一位负责人" in refused.text


async def test_who_is_invited_and_new_joins_without_an_organisation_of_their_own(
    li: Browser, market: Market, visitor: Browser
) -> None:
    await li.get("/organisation")
    await li.post("/organisation/invite", sign_in_name="new@example.cn", role="viewer")
    link = f"/invitations/{await code_for(market)}"
    await visitor.get("/sign-up", next=link)
    await visitor.post("/sign-up/code", sign_in_name="new@example.cn", next=link)
    joined = await visitor.post(
        "/sign-up", sign_in_name="new@example.cn", sent_to="n***", code=await code_for(market), name="新人",
        password="rice-and-tea-2026", next=link,
    )  # fmt: skip
    assert joined.path == link
    assert "小李杂货店邀请您加入" in joined.text


async def test_applying_to_sell_is_reviewed_and_shown(li: Browser, market: Market, trade: Trade) -> None:
    page = await li.get("/organisation/apply")
    assert "统一社会信用代码" in page.text
    typed = {
        "uscc": "91330100799655058B", "supplier_kind": "trader", "province_code": "330000", "contact": "李经理",
        "phone": "13900002222", "name_zh": "小李杂货店",
    }  # fmt: skip
    listed = await li.post("/organisation/apply", step="places", **typed)
    assert "杭州市" in listed.text
    wrong = await li.post(
        "/organisation/apply", **{**typed, "uscc": "91330100799655058A"}, city_code="330100"
    )
    assert "有误" in wrong.text
    assert 'value="李经理"' in wrong.source
    page = await li.post("/organisation/apply", **typed, city_code="330100")
    assert "待审核" in page.text
    application = page.field("application_id")
    decision = ReviewSupplier(application_id=application, decision="reject", reason="执照不清晰")
    await market.hall.run(parties.review_supplier, decision, system())
    assert "执照不清晰" in (await li.get("/organisation")).text


async def test_my_desk_shows_orders_by_state(li: Browser, trade: Trade) -> None:
    await trade.paid(red=10)
    page = await li.get("/me")
    for words in ("小李杂货店", "待卖家发货", "陶瓷杯", "通知"):
        assert words in page.text
    assert "Awaiting shipment" in (await li.get("/me", lang="en")).text
    assert "没有通知" in (await li.get("/notices")).text


async def test_the_second_step_is_switched_on_with_a_picture_and_asked_for(
    li: Browser, visitor: Browser, market: Market
) -> None:
    await li.get("/account")
    assert "密码不正确" in (await li.post("/account/two-step", part="two_step", password="no")).text
    page = await li.post("/account/two-step", part="two_step", password=world.PASSWORD)
    assert "data:image/svg+xml" in page.source
    totp = pyotp.TOTP(re.findall(r'<code class="secret">([A-Z2-7]+)</code>', page.source)[0])
    page = await li.post("/account/two-step/confirm", part="two_step", code=totp.at(market.hall.clock.now()))
    recovery = re.findall(r'<code class="secret">([^<]+)</code>', page.source)
    assert len(recovery) == 10
    named = {"sign_in_name": "li@example.cn", "password": world.PASSWORD}
    await visitor.get("/sign-in")
    asked = await visitor.post("/sign-in", **named)
    assert "请输入身份验证器中的动态码" in asked.text
    assert 'name="code"' in asked.source
    assert (await visitor.post("/sign-in", **named, code=recovery[0])).path == "/"


async def test_a_token_is_shown_once(li: Browser) -> None:
    await li.get("/account")
    page = await li.post("/account/tokens", part="token", label="ERP", scopes="order.view", valid_days="30")
    assert re.search(r"hz_[\w-]{20,}", page.text)
    again = await li.get("/account")
    assert "ERP" in again.text
    assert not re.search(r"hz_[\w-]{20,}", again.text)
    beyond = await li.post(
        "/account/tokens", part="token", label="ERP", scopes="market.ledger", valid_days="30"
    )
    assert "您的角色没有以下权限" in beyond.text


async def test_my_data_comes_as_a_file(li: Browser) -> None:
    answer = (await li.get("/account/data.json")).answer
    assert "attachment" in answer.headers["content-disposition"]
    assert json.loads(answer.content)["profile"]["name"] == "li"


async def test_changing_the_password_asks_for_the_old_one(li: Browser) -> None:
    await li.get("/account")
    wrong = await li.post(
        "/account/password", part="password", password="no", new_password="another-rice-2026"
    )
    assert "密码不正确" in wrong.text
    page = await li.post(
        "/account/password", part="password", password=world.PASSWORD, new_password="another-rice-2026"
    )
    assert page.path == "/account"


async def test_the_head_names_the_organisation_in_the_readers_language(li: Browser) -> None:
    await li.get("/organisation")
    await li.post("/organisation", name_zh="小李百货", name_en="Li's General Store")
    chinese, english = await li.get("/me"), await li.get("/me", lang="en")
    named = [re.findall(r'class="menu-name">([^<]+)<', page.source) for page in (chinese, english)]
    assert named == [["小李百货"], ["Li&#x27;s General Store"]]
