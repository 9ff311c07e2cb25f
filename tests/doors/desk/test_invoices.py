"""Invoices on the pages of both sides: asked for on the order, issued or entered at the workbench, read and downloaded."""

import re

from huozhan import invoicing
from tests.doors.browsing import Browser
from tests.invoicing.billing import WHOLE, Billing
from tests.ordering.trading import Trade


async def test_an_invoice_is_asked_for_on_the_order_and_issued_at_the_desk(
    trade: Trade, li: Browser, chenguang: Browser
) -> None:
    billing = Billing(trade)
    order, other = await billing.received(red=10), await billing.received(blue=1)
    assert "申请开票" in await li.see(f"/orders/{order.order_id}")
    form = await li.see(f"/orders/{order.order_id}/invoice")
    assert order.number in form
    assert other.number in form

    answer = await li.post(
        f"/orders/{order.order_id}/invoice",
        WHOLE | {"invoice_kind": "special", "order_ids": order.order_id, "note": "PO-77"},
    )

    assert answer.status_code == 303, answer.text
    page = answer.headers["location"]
    assert "待开票" in await li.see(page)
    desk = await chenguang.see("/desk/invoices")
    assert "成都小李杂货有限公司" in desk
    invoice_id = page.rpartition("/")[2]
    assert "PO-77" in await chenguang.see(f"/desk/invoices/{invoice_id}")
    answer = await chenguang.post(f"/desk/invoices/{invoice_id}/issue", {})
    assert answer.status_code == 303
    await billing.catch_up()

    shown = await li.see(page)
    assert "已开票" in shown
    number = re.search(r"\b(26\d{18})\b", shown)
    assert number
    file = await li.get(f"/invoices/{invoice_id}/file?format=pdf")
    assert (file.status_code, file.headers["content-disposition"]) == (
        200,
        f'attachment; filename="{number[1]}.pdf"',
    )
    assert "已全部开票" not in await li.see(f"/orders/{other.order_id}/invoice")
    assert "这笔订单已经全部开票" in await li.see(f"/orders/{order.order_id}/invoice")


async def test_a_number_issued_elsewhere_is_entered_with_its_file(
    trade: Trade, li: Browser, chenguang: Browser
) -> None:
    billing = Billing(trade)
    asked = await billing.ask(await billing.received(red=10))
    here = f"/desk/invoices/{asked.invoice_id}"
    file = {"file": ("发票.pdf", b"%PDF-1.7 of their own", "application/pdf")}

    answer = await chenguang.post(f"{here}/enter", {"number": "26330000000000000077"})
    assert "required field" not in answer.text
    assert answer.status_code == 400
    answer = await chenguang.post(f"{here}/enter", {"number": "123"}, files=file)
    assert "20 位" in answer.text
    billing.tax.records["26330000000000000077"] = invoicing.TaxRecord(
        number="26330000000000000077", seller_taxpayer_id="91330782MA28A1B2X4", buyer_name="李小明",
        amount_minor=10_800, tax_minor=1_242,
    )  # fmt: skip
    answer = await chenguang.post(f"{here}/enter", {"number": "2633 0000 0000 0000 0077"}, files=file)
    assert answer.status_code == 303, answer.text
    await billing.catch_up()

    assert "卖家自行开具" in await li.see(f"/invoices/{asked.invoice_id}")
    kept = await li.get(f"/invoices/{asked.invoice_id}/file?format=pdf")
    assert kept.content == b"%PDF-1.7 of their own"


async def test_titles_are_kept_changed_and_taken_away(trade: Trade, li: Browser) -> None:
    answer = await li.post("/invoice-titles", WHOLE | {"taxpayer_id": "91330100799655058C"})
    assert "91330100799655058C" in answer.text
    assert (await li.post("/invoice-titles", WHOLE)).status_code == 303
    page = await li.see("/invoice-titles")
    title_id = re.search(r"/invoice-titles/(\d+)/drop", page)
    assert title_id

    changed = await li.post(
        "/invoice-titles", WHOLE | {"title_id": title_id[1], "bank": "中国建设银行成都分行"}
    )
    assert changed.status_code == 303
    assert "中国建设银行成都分行" in await li.see("/invoice-titles")
    await li.post(f"/invoice-titles/{title_id[1]}/drop", {})
    assert "还没有发票抬头" in await li.see("/invoice-titles")


async def test_rates_are_set_by_the_shops_own_codes(trade: Trade, chenguang: Browser) -> None:
    form = {"rate_bp": "600", "at_payment": "1", "scope": "offer", "code": "CUP", "own_rate": "100"}
    assert (await chenguang.post("/desk/invoice-rates", form)).status_code == 303
    page = await chenguang.see("/desk/invoice-rates")
    assert 'value="offer:100:CUP"' in page

    wrong = await chenguang.post("/desk/invoice-rates", form | {"code": "NONE", "keep": "offer:100:CUP"})
    assert "NONE" in wrong.text
    kept = {"rate_bp": "600", "keep": "offer:100:CUP", "scope": "category", "code": "aa-1", "own_rate": "900"}
    await chenguang.post("/desk/invoice-rates", kept)
    page = await chenguang.see("/desk/invoice-rates")
    assert 'value="category:900:aa-1"' in page
    assert 'value="offer:100:CUP"' in page
