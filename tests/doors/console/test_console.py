"""The operator sees everything on its page, decides with a reason, and leaves an entry."""

from datetime import timedelta

from huozhan import catalogue, operations, ordering, parties, payments
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from tests import world
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade

PAGES = {
    "/console": ("担保资金", "Escrow held"),
    "/console/suppliers": ("入驻审核", "Supplier reviews"),
    "/console/suppliers?state=approved": ("义乌市晨光小商品有限公司", "义乌市晨光小商品有限公司"),
    "/console/offers": ("货品巡查", "Offers"),
    "/console/doubts": ("没有物流异常", "No parcel is in doubt"),
    "/console/ledger": ("借贷平衡", "In balance"),
    "/console/ledger/account?code=202&owner_id=1": ("订单担保款", "Escrow"),
    "/console/reconciliation": ("没有差异", "No differences"),
    "/console/receipts": ("没有无主款项", "No unmatched money"),
    "/console/bank": ("没有未结的银行来款", "Nothing is open"),
    "/console/bank?tab=all": ("银行来款", "Bank receipts"),
    "/console/bank?tab=refused": ("没有无法入账的行", "No line was refused"),
    "/console/bank?tab=failed": ("没有失败的退款", "No refund has failed"),
    "/console/timers": ("没有逾期定时", "No timer is late"),
    "/console/jobs": ("没有失败任务", "No failed jobs"),
    "/console/rules": ("交易佣金费率", "Commission rate"),
    "/console/rules/fees.commission": ("发布新版本", "Publish a version"),
    "/console/audit": ("操作日志", "Audit log"),
    "/console/books": ("立即核对", "Check now"),
}


async def test_every_page_says_what_it_is_in_both_languages(trade: Trade, operator: Browser) -> None:
    await trade.paid(red=10)

    for path, (zh, en) in PAGES.items():
        assert zh in await operator.speaking("zh").see(path), path
        assert en in await operator.speaking("en").see(path), path


async def test_nobody_but_the_market_comes_in(trade: Trade, chenguang: Browser) -> None:
    for path in PAGES:
        assert (await chenguang.get(path)).status_code == 403, path
        assert (await Browser(trade.hall).get(path)).status_code == 303, path


async def test_every_rule_has_a_name_in_both_languages(trade: Trade) -> None:
    found = (await trade.hall.run(operations.rules, Nothing(), trade.people.operator)).rules

    assert {rule.code for rule in found if not trade.hall.words.has(f"rule.{rule.code}")} == set()
    assert {rule.unit for rule in found if not trade.hall.words.has(f"rule.unit.{rule.unit}")} == set()
    assert {
        rule.unit for rule in found if not trade.hall.words.has(f"console.rules.value_hint.{rule.unit}")
    } == set()


async def applied(trade: Trade) -> str:
    owner = await world.buyer(trade.hall, "绍兴柯桥布行", "bu@example.cn")
    ask = parties.ApplyToSell(
        uscc="91330100799655058B", supplier_kind="trader", province_code="330000",
        city_code="330600", belt_zh="柯桥面料", contact="赵经理", phone="13900002222",
    )  # fmt: skip
    return (await trade.hall.run(parties.apply_to_sell, ask, owner)).application_id


async def test_a_supplier_is_rejected_only_with_a_reason_and_approved_on_record(
    trade: Trade, operator: Browser
) -> None:
    application_id = await applied(trade)
    at = f"/console/suppliers/{application_id}"

    shown = await operator.see(at)
    without = await operator.post(at, {"decision": "reject", "reason": ""})
    approved = await operator.post(at, {"decision": "approve", "reason": "材料齐全", "form_key": "a"})

    assert "绍兴柯桥布行" in shown
    assert "13900002222" not in shown
    assert without.status_code == 400
    assert approved.status_code == 303, approved.text
    assert "材料齐全" in await operator.see("/console/audit?act=supplier.approve")


async def test_goods_are_taken_down_and_given_back_with_a_reason(trade: Trade, operator: Browser) -> None:
    offer = (
        await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="CUP"), trade.chenguang)
    ).items[0]
    at = f"/console/offers/{offer.offer_id}"

    without = await operator.post(at, {"do": "take_down", "reason": ""})
    down = await operator.post(at, {"do": "take_down", "reason": "图片侵权", "form_key": "a"})
    page = await operator.see(at)
    back = await operator.post(at, {"do": "restore", "reason": "已更换图片", "form_key": "b"})

    assert without.status_code == 400
    assert down.status_code == 303, down.text
    assert "图片侵权" in page
    assert back.status_code == 303
    assert "已更换图片" in await operator.see(at)


async def test_a_parcel_nobody_saw_is_looked_into_with_a_reason(trade: Trade, operator: Browser) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order, waybill="SF7777777777777")
    await trade.let_pass(hours=24)
    page = await operator.see("/console/doubts")
    doubt_id = page.split('name="doubt_id" value="')[1].split('"')[0]
    fields = {"order_id": order.order_id, "doubt_id": doubt_id}

    without = await operator.post("/console/doubts", fields | {"reason": ""})
    settled = await operator.post("/console/doubts", fields | {"reason": "已致电卖家，当日补发"})

    assert "SF7777777777777" in page
    assert without.status_code == 400
    assert settled.status_code == 303, settled.text
    assert "没有物流异常" in await operator.see("/console/doubts")
    audit = await operator.see("/console/audit?act=parcel.settle")
    assert "已致电卖家，当日补发" in audit
    assert '<option value="parcel.settle" selected>' in audit


async def test_a_rule_is_published_with_notice_only(trade: Trade, operator: Browser) -> None:
    at = "/console/rules/fees.commission"
    soon = (trade.clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    later = (trade.clock.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")

    refused = await operator.post(at, {"value": "150", "effective_from": soon, "reason": "春季让利"})
    unread = await operator.post(at, {"value": "150", "effective_from": "soon", "reason": "春季让利"})
    published = await operator.post(
        at, {"value": "150", "effective_from": later, "reason": "春季让利", "form_key": "a"}
    )

    assert refused.status_code == 400
    assert 'value="150"' in refused.text
    assert unread.status_code == 400
    assert published.status_code == 303, published.text
    assert "1.5%" in await operator.see("/console/rules")
    assert "<s>2%</s> → " in await operator.see(at)


async def test_rules_stand_under_their_themes(operator: Browser) -> None:
    page = await operator.see("/console/rules")
    themes = ("费率与结算", "下单、付款与发货", "退款", "收货", "账号与登录", "系统")
    at = [page.index(f"<h2>{theme}</h2>") for theme in themes]

    assert at == sorted(at)
    assert at[4] < page.index("tries.sign_in.free") < at[5]
    assert page.index("rules.notice") > at[5]


async def test_a_failed_job_is_tried_again_or_taken_away_with_a_reason(
    trade: Trade, operator: Browser
) -> None:
    async with trade.hall.working(system()) as work:
        work.enqueue("payments.refund", {"refund_id": "1"})
        await work.flush()
        await work.db.execute(
            "UPDATE job SET is_dead = true, last_error = 'PartySilent' WHERE kind = 'payments.refund'"
        )
        job_id = await work.db.fetchval("SELECT job_id FROM job WHERE is_dead")

    page = await operator.see("/console/jobs")
    without = await operator.post(f"/console/jobs/{job_id}", {"do": "retry", "reason": ""})
    done = await operator.post(
        f"/console/jobs/{job_id}", {"do": "discard", "reason": "渠道已确认退款", "form_key": "a"}
    )

    assert "PartySilent" in page
    assert without.status_code == 400
    assert done.status_code == 303, done.text
    assert "PartySilent" not in await operator.see("/console/jobs")
    assert "渠道已确认退款" in await operator.see("/console/audit")


async def test_unmatched_money_is_sent_back_with_a_reason(trade: Trade, operator: Browser) -> None:
    told = payments.ports.ChannelPayment(
        merchant="huozhan", merchant_ref="till-7", state="paid", amount_minor=8_800, currency="CNY", channel_txn="ct_7",
        paid_amount_minor=8_800, paid_currency="CNY", paid_at=trade.clock.now(),
    )  # fmt: skip
    body = payments.write_message(told)
    assert body is not None
    note = payments.asks.NoteCallback(
        party="channel", message_id="", body=body, is_genuine=True, merchant="huozhan", is_answer=True
    )
    noted = await trade.hall.run(payments.note_callback, note, system())
    ask = ordering.asks.PaymentCallback(callback_id=noted.callback_id)
    await trade.hall.run(ordering.payment_settled, ask, system())
    at = f"/console/receipts/{noted.callback_id}"

    page = await operator.see("/console/receipts")
    without = await operator.post(at, {"reason": ""})
    sent = await operator.post(at, {"reason": "付款人付错了", "form_key": "a"})
    again = await operator.post(at, {"reason": "再退一次", "form_key": "b"})
    after = await operator.see("/console/receipts")

    assert "¥88.00" in page
    assert f'action="{at}"' in page
    assert without.status_code == 400
    assert sent.status_code == 303, sent.text
    assert again.status_code == 409
    assert "正在退回" in again.text
    assert "退回中" in after
    assert f'action="{at}"' not in after
    assert "付款人付错了" in await operator.see("/console/audit?act=money.return")


async def test_the_books_are_checked_and_named_where_they_differ(trade: Trade, operator: Browser) -> None:
    await trade.paid(red=10)

    answer = await operator.post("/console/books")
    without = await operator.post("/console/books", {"csrf": ""})

    assert answer.status_code == 200, answer.text
    assert "ledger.trial_balance" not in answer.text
    assert without.status_code == 403


async def test_a_viewer_of_the_market_looks_and_decides_nothing(trade: Trade) -> None:
    viewer = await world.member(trade.hall, trade.people.operator, "look@market.example", parties.Role.viewer)
    browser = await Browser(trade.hall).sign_in(viewer)

    assert (await browser.get("/console")).status_code == 200
    assert (await browser.get("/console/ledger")).status_code == 403
    assert (
        await browser.post("/console/rules/fees.commission", {"value": "0", "reason": "free"})
    ).status_code in {400, 403}
