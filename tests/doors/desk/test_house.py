"""Freight templates, the shop, imports, and money that leaves for the bank."""

import pyotp

from huozhan import catalogue, parties, payments
from huozhan.doors.jobs.catalogue import check_import
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from tests import world
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade

TEMPLATE = {
    "code": "EAST", "name_zh": "华东快递", "name_en": "East", "charge_by": "weight", "elsewhere": "1",
    "first_unit": "1", "first_fee": "8", "next_unit": "0.5", "next_fee": "2.5",
    "row[0-regions]": "31", "provinces[0]": ["33"], "row[0-first_unit]": "1", "row[0-first_fee]": "5",
    "row[0-next_unit]": "1", "row[0-next_fee]": "1", "undeliverable": "65 54", "free_over": "500",
}  # fmt: skip


async def test_a_freight_template_is_written_shown_and_removed(trade: Trade, chenguang: Browser) -> None:
    answer = await chenguang.post("/desk/freight/edit", TEMPLATE)

    assert answer.status_code == 303, answer.text
    found = (await trade.hall.run(catalogue.my_freight, Nothing(), trade.chenguang)).items
    terms = next(one.terms for one in found if one.code == "EAST")
    assert terms.tariff is not None
    assert (terms.tariff.first_unit, terms.tariff.next_unit, terms.tariff.next_fee_minor) == (1_000, 500, 250)
    assert terms.regions[0].codes == ("31", "33")
    assert (terms.undeliverable, terms.free_over_minor) == (("65", "54"), 50_000)
    assert "上海市、浙江省" in await chenguang.see("/desk/freight")
    await chenguang.post("/desk/freight/drop", {"code": "EAST"})
    assert "华东快递" not in await chenguang.see("/desk/freight")


async def test_a_template_in_use_stays_and_says_why(chenguang: Browser) -> None:
    answer = await chenguang.post("/desk/freight/drop", {"code": "STD"})

    assert answer.status_code == 409
    assert "仍有货品使用" in answer.text


async def test_a_region_that_is_none_is_refused_and_kept(chenguang: Browser) -> None:
    answer = await chenguang.post("/desk/freight/edit", {**TEMPLATE, "row[0-regions]": "nowhere"})

    assert answer.status_code == 400
    assert "NOWHERE" in answer.text.upper()


async def test_a_form_for_freight_keeps_ticks_and_names_and_grows_by_a_row(
    trade: Trade, chenguang: Browser
) -> None:
    fields = {
        **TEMPLATE,
        "undeliverable": "杭州市",
        "provinces[undeliverable]": ["65"],
        "provinces[never_free]": ["54"],
    }
    grown = await chenguang.post("/desk/freight/edit", {**fields, "do": "row"})
    await chenguang.post("/desk/freight/edit", fields)
    page = await chenguang.see("/desk/freight/edit?code=EAST")

    assert grown.status_code == 200
    assert 'name="row[1-first_unit]"' in grown.text
    assert 'name="provinces[0]" value="33" checked' in grown.text
    assert 'name="undeliverable" type="text" value="杭州市"' in page
    assert 'name="provinces[undeliverable]" value="65" checked' in page
    found = (await trade.hall.run(catalogue.my_freight, Nothing(), trade.chenguang)).items
    terms = next(one.terms for one in found if one.code == "EAST")
    assert (terms.undeliverable, terms.never_free) == (("3301", "65"), ("54",))


async def test_a_new_template_comes_with_a_free_code(chenguang: Browser) -> None:
    await chenguang.post("/desk/freight/edit", {**TEMPLATE, "code": "F1"})

    assert 'name="code" type="text" value="F2"' in await chenguang.see("/desk/freight/edit")


async def test_a_shop_mixes_from_an_amount_and_speaks_for_itself(trade: Trade, chenguang: Browser) -> None:
    fields = {"mix_amount": "300", "mix_pieces": "", "about_zh": "二十年小商品", "about_en": "Twenty years"}

    assert (await chenguang.post("/desk/shop", fields)).status_code == 303
    shop = await trade.hall.run(catalogue.my_shop, Nothing(), trade.chenguang)
    assert shop.mix == catalogue.MixRule(amount_minor=30_000)
    assert "二十年小商品" in await chenguang.see("/desk/shop")


async def test_a_table_is_taken_in_and_checked_before_anything_changes(
    trade: Trade, chenguang: Browser
) -> None:
    csv = b"offer_code,category_id,quote_type\nX1,aa-1-13-8,fixed\n"

    answer = await chenguang.post("/desk/import", files={"file": ("goods.csv", csv, "text/csv")})
    nothing = await chenguang.post("/desk/import")

    assert answer.status_code == 303, answer.text
    assert "正在检查文件" in await chenguang.see(answer.headers["location"])
    assert nothing.status_code == 400
    assert (await chenguang.get("/desk/import/template")).content[:2] == b"PK"
    assert (await chenguang.get("/desk/import/offers")).content[:2] == b"PK"


async def test_bad_cells_are_told_by_the_tables_own_heads_and_as_a_file(
    trade: Trade, chenguang: Browser
) -> None:
    rows = [f"X{n},品{n},aa-1-13-8,sku_price,{'1.00' if n == 1 else 'dear'}" for n in range(1, 5)]
    csv = "\n".join(["货号,中文标题,类目编号,报价方式,规格价", *rows]).encode()
    answer = await chenguang.post("/desk/import", files={"file": ("goods.csv", csv, "text/csv")})
    at = answer.headers["location"]
    await check_import(trade.hall, import_id=at.rpartition("/")[2])

    page = await chenguang.see(at)
    report = await chenguang.get(f"{at}/report")
    foreign = await Browser(trade.hall).sign_in(trade.hongfa)

    assert "规格价" in page
    assert report.content.decode("utf-8-sig").splitlines() == [
        "行,列,填写内容,原因",
        *[f"{row},规格价,dear,不是有效价格（最多四位小数）" for row in (3, 4, 5)],
    ]
    assert (await foreign.get(f"{at}/report")).status_code == 404


async def test_a_file_without_a_good_row_says_so(trade: Trade, chenguang: Browser) -> None:
    head = "货号,中文标题,类目编号,报价方式,规格价"
    for rows, said in (([], "文件里没有数据行"), (["X1,品,aa-1-13-8,sku_price,dear"], "1 行全部有误")):
        csv = "\n".join([head, *rows]).encode()
        answer = await chenguang.post("/desk/import", files={"file": ("goods.csv", csv, "text/csv")})
        at = answer.headers["location"]
        await check_import(trade.hall, import_id=at.rpartition("/")[2])

        page = await chenguang.see(at)

        assert said in page
        assert "导入 0 行" not in page


async def earn(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)


async def test_money_leaves_after_a_second_look(trade: Trade, chenguang: Browser) -> None:
    await earn(trade)
    account = {
        "holder": "义乌市晨光小商品有限公司",
        "bank_name": "中国银行义乌支行",
        "number": "6222021208001234567",
    }
    assert (await chenguang.post("/desk/funds/account", {**account, "form_key": "a"})).status_code == 303
    [known] = (await trade.hall.run(payments.bank_accounts, Nothing(), trade.chenguang)).accounts
    fields = {"account_id": known.account_id, "amount": "50.00"}

    look = await chenguang.post("/desk/funds/withdraw", fields)
    before = await trade.hall.run(payments.funds, Nothing(), trade.chenguang)
    sent = await chenguang.post("/desk/funds/withdraw", {**fields, "sure": "1", "form_key": "w"})
    after = await trade.hall.run(payments.funds, Nothing(), trade.chenguang)

    assert "¥50.00" in look.text
    assert "6222021208001234567" not in look.text
    assert before.in_transit_minor == 0
    assert sent.status_code == 303, sent.text
    assert after.in_transit_minor == 5_000
    assert "处理中" in await chenguang.see("/desk/funds")

    [asked] = (
        await trade.hall.run(payments.my_withdrawals, payments.asks.MyWithdrawals(), trade.chenguang)
    ).items
    refused = payments.asks.RefuseAsk(
        what="transfer", of=str(trade.chenguang.org_id), ref=asked.withdrawal_id, why="name_mismatch"
    )
    await trade.hall.run(payments.note_refused, refused, system())
    assert "户名与银行登记不符" in await chenguang.see("/desk/funds")


async def test_more_than_there_is_does_not_leave(trade: Trade, chenguang: Browser) -> None:
    await earn(trade)
    account = {"holder": "义乌市晨光小商品有限公司", "bank_name": "中国银行", "number": "6222021208001234567"}
    await chenguang.post("/desk/funds/account", account)
    [known] = (await trade.hall.run(payments.bank_accounts, Nothing(), trade.chenguang)).accounts

    answer = await chenguang.post(
        "/desk/funds/withdraw", {"account_id": known.account_id, "amount": "99999", "sure": "1"}
    )

    assert answer.status_code == 409
    assert (await trade.hall.run(payments.funds, Nothing(), trade.chenguang)).in_transit_minor == 0


async def test_who_has_a_second_step_passes_it_before_money_leaves(trade: Trade, chenguang: Browser) -> None:
    await earn(trade)
    secret = (
        await trade.hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), trade.chenguang)
    ).secret
    totp = pyotp.TOTP(secret)
    now = trade.clock.now()
    await trade.hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(totp.at(now)), trade.chenguang)
    account = {"holder": "义乌市晨光小商品有限公司", "bank_name": "中国银行", "number": "6222021208001234567"}
    await chenguang.post("/desk/funds/account", account)
    [known] = (await trade.hall.run(payments.bank_accounts, Nothing(), trade.chenguang)).accounts
    fields = {"account_id": known.account_id, "amount": "50", "sure": "1"}
    trade.clock.pass_(seconds=60)

    without = await chenguang.post("/desk/funds/withdraw", fields)
    wrong = await chenguang.post("/desk/funds/withdraw", {**fields, "code": "000000"})
    right = await chenguang.post(
        "/desk/funds/withdraw", {**fields, "code": totp.at(trade.clock.now()), "form_key": "w"}
    )

    assert without.status_code == 401
    assert wrong.status_code == 401
    assert right.status_code == 303, right.text


async def test_every_line_of_the_account_leads_to_its_order(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)

    page = await chenguang.see("/desk/funds")
    table = (await chenguang.get("/desk/funds/export")).content.decode("utf-8-sig")

    assert f'href="/desk/orders/{order.order_id}"' in page
    assert "佣金" in page
    assert order.number in table
