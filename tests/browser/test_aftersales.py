"""After-sales in a browser: goods go back and the money after them; a dispute is ruled on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvips
from playwright.sync_api import Browser, Page, expect

from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.test_story import Story, find_and_take, yuan
from tests.browser.visiting import PATIENCE_MS, WIDTHS, keep_picture, shows

STORIES = ("return", "dispute", "swap")
GOODS, FEE = 10_500, 140
"""3,000 bolts at 0.0350, freight included; 2 % of the two thirds that stay with the buyer."""

expect.set_options(timeout=PATIENCE_MS)


class CaseStory(Story):
    """A story of two people: who bought bolts, and who sold them."""

    def __init__(self, market: ServedMarket, browser: Browser, name: str, lang: str, screen: str) -> None:
        super().__init__(market, browser, name)
        self.lang, self.screen = lang, screen


@pytest.fixture
def returned(market: ServedMarket, browser: Browser) -> Iterator[CaseStory]:
    played = CaseStory(market, browser, "return", "zh", "phone")
    yield played
    for context in played.contexts:
        context.close()


def buy_and_ship(story: CaseStory, buyer: Page, smith: Page) -> str:
    """3,000 bolts are bought, paid, and sent; tells the path of the order."""
    title = story.title(story.cast.bolt)
    find_and_take(story, buyer, title, {(0, 0): 3000}, yuan(GOODS))
    return pay_and_ship(story, buyer, smith)


def pay_and_ship(story: CaseStory, buyer: Page, smith: Page) -> str:
    """What is on the list is ordered, paid, and sent; tells the path of the order."""
    buyer.click("a[href='/checkout']")
    buyer.click(".sticky-bar button.btn-primary")
    buyer.wait_for_url("**/pay?orders=*")
    buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/channel/pay/*")
    buyer.click("button[name=deed][value=pay]")
    buyer.wait_for_url("**/paid/*")
    expect(buyer.locator("h1")).to_have_text(story.says("paid.done"))
    buyer.goto("/orders")
    path = re.search(r"/orders/\d+", buyer.locator(".order-card-goods").first.get_attribute("href") or "")
    assert path
    smith.goto(f"/desk{path[0]}")
    smith.select_option("[name='carrier[0]']", "SF")
    smith.fill("[name='waybill[0]']", f"SF{path[0].rpartition('/')[2][-13:]}")
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(story.says("order.state.wait_receive"))
    return path[0]


def buy_shirts_and_ship(story: CaseStory, buyer: Page, smith: Page) -> str:
    """Ten medium shirts are bought, paid, and sent; tells the path of the order."""
    find_and_take(story, buyer, story.title(story.cast.cup), {(1, 0): 10}, yuan(20_000))
    return pay_and_ship(story, buyer, smith)


def a_picture(folder: Path) -> Path:
    """A photograph of what is the matter."""
    place = folder / "scratch.jpg"
    pyvips.Image.black(320, 240, bands=3).copy(interpretation="srgb").write_to_file(str(place))
    return place


def exchange(story: CaseStory, buyer: Page, smith: Page, order: str) -> None:
    """A hundred bolts are exchanged: back, again, and received; no money moves."""
    buyer.goto(f"{order}/aftersales")
    buyer.check("[name=kind][value=exchange]")
    buyer.select_option("[name=reason]", "received:damage")
    buyer.fill("[name='quantity[1]']", "100")
    buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/cases/*")
    case = f"/cases/{buyer.url.rpartition('/')[2]}"
    smith.goto(f"/desk{case}")
    smith.click("button[name=answer][value=agree]")
    expect(smith.locator(".order-head")).to_contain_text(story.says("case.state.wait_buyer_send"))
    buyer.goto(case)
    buyer.select_option("[name=carrier]", "SF")
    buyer.fill("[name=waybill]", "SF1110002224444")
    buyer.click(f"form[action='{case}/send-back'] .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(
        story.says("case.says.buyer.wait_seller_receive_exchange")
    )
    smith.goto(f"/desk{case}")
    smith.click("button[name=answer][value=accept]")
    expect(smith.locator(".order-head")).to_contain_text(story.says("case.state.wait_seller_send"))
    smith.select_option("form[action$='send-replacement'] [name=carrier]", "SF")
    smith.fill("form[action$='send-replacement'] [name=waybill]", "SF1110002229999")
    smith.click("form[action$='send-replacement'] .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(story.says("case.state.wait_buyer_receive"))
    buyer.goto(case)
    buyer.click(f"form[action='{case}/receive-replacement'] button")
    expect(buyer.locator(".order-head")).to_contain_text(story.says("case.state.replaced"))


def test_goods_go_back_and_the_money_after_them(returned: CaseStory, tmp_path: Path) -> None:
    story, says = returned, returned.says
    buyer, smith = story.enter(story.cast.buyer), story.enter(story.cast.smith)
    order = buy_and_ship(story, buyer, smith)

    # The buyer asks to give a third of the bolts back, and shows why.
    buyer.goto(order)
    buyer.click(f"a[href='{order}/aftersales']")
    buyer.check("[name=kind][value=return_refund]")
    buyer.select_option("[name=reason]", "received:quality")
    buyer.fill("[name='quantity[1]']", "1000")
    buyer.fill("[name=note]", "螺纹滑丝，无法使用")
    buyer.set_input_files("[name=pictures]", a_picture(tmp_path))
    buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/cases/*")
    expect(buyer.locator(".order-head")).to_contain_text(says("case.state.wait_seller"))
    expect(buyer.locator("main")).to_contain_text(yuan(3_500))
    picture = buyer.locator(".picture-row img")
    until(lambda: picture.evaluate("one => one.naturalWidth"), "the picture of the case")
    case = buyer.url.rpartition("/")[2]

    # The seller agrees, with the address the goods come back to.
    smith.goto("/desk/cases")
    smith.click(f"a[href='/desk/cases/{case}'] >> nth=0")
    smith.click("button[name=answer][value=agree]")
    expect(smith.locator(".order-head")).to_contain_text(says("case.state.wait_buyer_send"))

    # The buyer sees where to, sends them, and the seller puts them in stock again.
    buyer.goto(f"/cases/{case}")
    buyer.click(f"form[action='/cases/{case}/address'] button")
    expect(buyer.locator("main")).to_contain_text("季华路 12 号")
    buyer.select_option("[name=carrier]", "SF")
    buyer.fill("[name=waybill]", "SF1110002223334")
    buyer.click(f"form[action='/cases/{case}/send-back'] .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(says("case.state.wait_seller_receive"))
    smith.goto(f"/desk/cases/{case}")
    smith.check("[name=restock]")
    smith.click("button[name=answer][value=accept]")

    def arrived() -> bool:
        buyer.goto(f"/cases/{case}")
        return says("case.state.success") in buyer.inner_text(".order-head")

    until(arrived, "the refund at the buyer's")
    smith.goto(f"/desk/cases/{case}")
    expect(smith.locator("aside")).to_contain_text(says("cases.restocked"))

    exchange(story, buyer, smith, order)

    # The rest is confirmed, and the seller is paid for it.
    buyer.goto(order)
    buyer.click("[data-opens=confirm]")
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(says("purchase.says.success"))
    smith.goto("/desk/funds")
    expect(smith.locator(".stats > *").first).to_contain_text(yuan(7_000 - FEE))
    assert story.faults == []
    assert story.market.findings() == []


@pytest.fixture
def disputed(market: ServedMarket, browser: Browser) -> Iterator[CaseStory]:
    played = CaseStory(market, browser, "dispute", "en", "desk")
    yield played
    for context in played.contexts:
        context.close()


def test_a_dispute_is_ruled_on(disputed: CaseStory) -> None:
    story, says = disputed, disputed.says
    buyer, smith = story.enter(story.cast.buyer), story.enter(story.cast.smith)
    operator = story.enter(OPERATOR)
    order = buy_and_ship(story, buyer, smith)

    # The buyer keeps the bolts and wants a part of the money; the seller says no; the buyer calls the market.
    buyer.goto(f"{order}/aftersales")
    buyer.check("[name=kind][value=refund_only]")
    buyer.select_option("[name=reason]", "received:not_as_described")
    buyer.fill("[name=goods]", "60.00")
    buyer.fill("[name=note]", "Zinc plated, not stainless as described")
    buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/cases/*")
    case = buyer.url.rpartition("/")[2]
    smith.goto(f"/desk/cases/{case}")
    smith.fill("[name=reason]", "The offer says zinc plated")
    smith.click("button[name=answer][value=refuse]")
    expect(smith.locator(".order-head")).to_contain_text(says("case.state.wait_buyer_modify"))
    buyer.goto(f"/cases/{case}")
    buyer.locator("summary", has_text=says("cases.escalate")).click()
    buyer.click(f"form[action='/cases/{case}/escalate'] button")
    expect(buyer.locator(".order-head")).to_contain_text(says("case.state.platform"))

    # Both sides have time for evidence, then the operator rules: half of what was asked.
    operator.goto(f"/console/cases/{case}")
    expect(operator.locator("main")).to_contain_text("Zinc plated, not stainless as described")
    assert operator.locator("[name=outcome]").count() == 0
    story.market.pass_days(3)

    def may_rule() -> bool:
        operator.goto("/console/cases")
        operator.click(f"a[href='/console/cases/{case}'] >> nth=0")
        operator.wait_for_url(f"**/console/cases/{case}")
        return operator.locator("[name=outcome]").count() > 0

    until(may_rule, "the time for evidence to be over")
    operator.check("[name=outcome][value=part]")
    operator.fill("[name=goods]", "30.00")
    operator.fill(
        "form:has([name=outcome]) [name=reason]", "The title says stainless, the details say zinc plated"
    )
    operator.click("form:has([name=outcome]) .btn-primary")
    expect(operator.locator(".order-head")).to_contain_text(says("case.state.ruled"))
    smith.goto(f"/desk/cases/{case}")
    expect(smith.locator("main")).to_contain_text("The title says stainless")

    # Nobody appeals: the ruling is carried out, and the seller keeps the rest.
    story.market.pass_days(3)

    def arrived() -> bool:
        buyer.goto(f"/cases/{case}")
        return says("case.state.success") in buyer.inner_text(".order-head")

    until(arrived, "the refund at the buyer's")
    expect(buyer.locator("main")).to_contain_text(yuan(3_000))
    buyer.goto(order)
    expect(buyer.locator(".order-head")).to_contain_text(says("purchase.says.success"))
    smith.goto("/desk/funds")
    expect(smith.locator(".stats > *").first).to_contain_text(yuan(7_500 - 150))
    assert story.faults == []
    assert story.market.findings() == []


@pytest.fixture
def swapped(market: ServedMarket, browser: Browser) -> Iterator[CaseStory]:
    played = CaseStory(market, browser, "swap", "zh", "phone")
    yield played
    for context in played.contexts:
        context.close()


def keep_both(page: Page, name: str) -> None:
    """Pictures of a page at both widths."""
    seen = page.viewport_size
    assert seen
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, name, str(width))
    page.set_viewport_size(seen)


def ask_for_size(
    story: CaseStory, buyer: Page, order: str, size: str, back: int, difference: str = ""
) -> str:
    """The buyer wants another size for some shirts, and agrees to the difference that is shown; tells the path of the case."""
    buyer.goto(f"{order}/aftersales")
    buyer.check("[name=kind][value=exchange]")
    buyer.select_option("[name=reason]", "received:size")
    buyer.fill("[name='quantity[1]']", str(back))
    buyer.click("details:has([name='wanted[1]']) summary")
    option = buyer.locator("[name='wanted[1]'] option", has_text=re.compile(f"^{size} "))
    buyer.select_option("[name='wanted[1]']", option.get_attribute("value"))
    keep_both(buyer, f"swap-apply-{size}")
    buyer.click("main form .btn-primary")
    if difference:
        expect(buyer.locator("form .notice")).to_contain_text(difference)
        keep_both(buyer, f"swap-agree-{size}")
        buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/cases/*")
    return f"/cases/{buyer.url.rpartition('/')[2]}"


def back_and_again(story: CaseStory, buyer: Page, smith: Page, case: str, number: int) -> None:
    """The seller agrees, the shirts go back and are accepted."""
    smith.goto(f"/desk{case}")
    keep_both(smith, f"swap-desk-answer-{number}")
    smith.click("button[name=answer][value=agree]")
    buyer.goto(case)
    buyer.select_option("[name=carrier]", "SF")
    buyer.fill("[name=waybill]", f"SF11100033{number:05d}")
    buyer.click(f"form[action='{case}/send-back'] .btn-primary")
    smith.goto(f"/desk{case}")
    keep_both(smith, f"swap-desk-back-{number}")
    smith.check("[name=restock]")
    smith.click("button[name=answer][value=accept]")


def send_and_receive(story: CaseStory, buyer: Page, smith: Page, case: str, number: int) -> None:
    """The other size is sent and received."""
    smith.goto(f"/desk{case}")
    smith.select_option("form[action$='send-replacement'] [name=carrier]", "SF")
    smith.fill("form[action$='send-replacement'] [name=waybill]", f"SF11100044{number:05d}")
    keep_both(smith, f"swap-desk-send-{number}")
    smith.click("form[action$='send-replacement'] .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(story.says("case.state.wait_buyer_receive"))
    buyer.goto(case)
    keep_both(buyer, f"swap-case-{number}")
    buyer.click(f"form[action='{case}/receive-replacement'] button")


def test_shirts_are_exchanged_for_other_sizes(swapped: CaseStory) -> None:
    story, says = swapped, swapped.says
    buyer, smith = story.enter(story.cast.buyer), story.enter(story.cast.smith)
    order = buy_shirts_and_ship(story, buyer, smith)

    case = ask_for_size(story, buyer, order, "L", 3)
    expect(buyer.locator("main")).to_contain_text(says("cases.swap_to"))
    back_and_again(story, buyer, smith, case, 1)
    expect(smith.locator(".order-head")).to_contain_text(says("case.state.wait_seller_send"))
    send_and_receive(story, buyer, smith, case, 1)
    expect(buyer.locator(".order-head")).to_contain_text(says("case.state.replaced"))

    # Two small ones cost 4.00 less: the buyer agrees to that first, and has it back once they have arrived.
    case = ask_for_size(story, buyer, order, "S", 2, says("cases.difference_back_buyer", amount=yuan(400)))
    back_and_again(story, buyer, smith, case, 2)
    expect(smith.locator("main")).to_contain_text(says("cases.difference_back", amount=yuan(400)))
    send_and_receive(story, buyer, smith, case, 2)

    def arrived() -> bool:
        buyer.goto(case)
        return says("case.says.buyer.success_exchange") in buyer.inner_text(".order-head")

    until(arrived, "the difference at the buyer's")
    keep_both(buyer, "swap-done-2")

    # A large one costs 4.00 more: it is paid at the channel once the seller has the medium one back, and kept until it is received.
    case = ask_for_size(story, buyer, order, "XL", 1, says("cases.difference_due_buyer", amount=yuan(400)))
    back_and_again(story, buyer, smith, case, 3)
    expect(smith.locator(".order-head")).to_contain_text(says("case.state.wait_buyer_pay"))
    keep_both(smith, "swap-desk-pay-3")
    buyer.goto(case)
    keep_both(buyer, "swap-pay-3")
    buyer.click(f"form[action='{case}/pay-difference'] [value=channel]")
    buyer.wait_for_url("**/channel/pay/*")
    buyer.click("button[name=deed][value=pay]")
    buyer.wait_for_url("**/paid/*")
    expect(buyer.locator("h1")).to_have_text(says("paid.difference_done"))
    keep_both(buyer, "swap-paid-3")
    buyer.click(f"#payment a[href='{case}']")
    until(
        lambda: shows(buyer, ".order-head", says("case.state.wait_seller_send")), "the seller's turn to send"
    )
    expect(buyer.locator("main")).to_contain_text(says("cases.difference_held"))
    send_and_receive(story, buyer, smith, case, 3)
    expect(buyer.locator(".order-head")).to_contain_text(says("case.state.replaced"))

    assert story.faults == []
    assert story.market.findings() == []
