"""Choosing how to pay: the ways side by side, the page of a bank transfer, the wallet."""

from tests.doors.web.browsing import Browser
from tests.doors.web.test_buying import place
from tests.ordering.banking import Banking
from tests.ordering.trading import Trade


async def test_each_way_says_what_it_protects_and_when_the_supplier_is_paid(
    li: Browser, trade: Trade
) -> None:
    page = await place(li, trade, red=10)

    for words in (
        "在线支付",
        "对公转账",
        "钱包余额",
        "确认收货后才付给卖家",
        "退款只退回付款账户",
        "还差 ¥108.00",
    ):
        assert words in page.text
    english = (await li.get(page.path, lang="en")).text
    assert "Company bank transfer" in english
    assert "¥108.00 short" in english


async def test_the_page_of_a_transfer_follows_the_money(li: Browser, trade: Trade) -> None:
    bank = Banking(trade)
    form = await place(li, trade, red=10)
    shown = await li.post("/pay", form_key=form.field("form_key"), order=form.field("order"), method="bank")
    payment = await bank.shown(shown.path.rpartition("/")[2])
    assert payment.account_no in shown.text
    assert "¥108.00" in shown.text
    assert "测试市场交易资金存管专户" in shown.text

    await bank.send(payment, 4_000)
    partly = await li.get(shown.path)
    assert "已到账" in partly.text
    order = (await li.get(f"/orders/{payment.parts[0].order_id}")).text
    assert "对公转账已到账 ¥40.00，还差 ¥68.00" in order
    assert "¥68.00" in partly.text
    await bank.send(payment, 6_900)

    assert "付款成功" in (await li.get(shown.path)).text
    money = (await li.get("/money")).text
    assert "¥1.00" in money
    assert "银行来款入账" in money


async def test_more_time_is_given_once(li: Browser, trade: Trade) -> None:
    bank = Banking(trade)
    payment = await bank.choose(await trade.one(red=10))

    await li.post(f"/pay/{payment.payment_id}/renew", form_key="k1")
    again = await li.post(f"/pay/{payment.payment_id}/renew", form_key="k2")

    assert "付款期限已延长过一次" in again.text


async def test_a_wallet_that_is_short_says_how_much_is_missing(li: Browser, trade: Trade) -> None:
    form = await place(li, trade, red=10)

    refused = await li.post(
        "/pay", form_key=form.field("form_key"), order=form.field("order"), method="wallet"
    )

    assert "钱包余额 0.00，还差 108.00" in refused.text


async def test_several_orders_are_paid_from_the_wallet_at_once(li: Browser, trade: Trade) -> None:
    bank = Banking(trade)
    first = await bank.choose(await trade.one(red=10))
    await bank.send(first, 10_800 + 20_000)
    one, other = await trade.one(red=8), await trade.one(red=2)

    paid = await li.post("/pay", form_key="k", order=[one.order_id, other.order_id], method="wallet")

    assert "付款成功" in paid.text
    assert [(await trade.page(order)).state for order in (one, other)] == ["wait_send", "wait_send"]
    assert await bank.wallet() == 20_000 - one.amount_minor - other.amount_minor
    await bank.whole()
