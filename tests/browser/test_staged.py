"""A staged order in a browser: a plan is offered and chosen, a sample is refused and then approved, the rest is paid, goods leave."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvips
from playwright.sync_api import Browser, Page, expect

from tests.browser.market import ServedMarket, until
from tests.browser.test_story import Story, find_and_take, yuan

STORIES = ("zh-phone-staged", "en-desk-staged")
NUTS, FIRST, SECOND = 105_000, 31_500, 73_500
"""30,000 nuts at 0.0350, freight included, by 3/7."""


@pytest.fixture(params=["zh-phone-staged", "en-desk-staged"])
def story(market: ServedMarket, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Story]:
    played = Story(market, browser, request.param)
    played.screen = played.screen.removesuffix("-staged")
    yield played
    for context in played.contexts:
        context.close()


def pay_at_channel(story: Story, page: Page, amount_minor: int) -> None:
    """The buyer is asked for exactly this much, and pays it on the channel's page."""
    expect(page.locator(".sticky-total")).to_contain_text(yuan(amount_minor))
    page.click("main form .btn-primary")
    page.wait_for_url("**/channel/pay/*")
    expect(page.locator("body")).to_contain_text(yuan(amount_minor))
    page.click("button[name=deed][value=pay]")
    page.wait_for_url("**/paid/*")
    expect(page.locator("h1")).to_have_text(story.says("paid.done"))


def offer_plan(story: Story, smith: Page) -> None:
    """The supplier offers 3/7, with the sample's approval as the condition of the first stage."""
    smith.goto("/desk/stages")
    smith.check("[name=offered][value='3-7']")
    smith.select_option("[name='condition[3-7]']", "sample_approved")
    smith.fill("[name='from[3-7]']", "1000")
    smith.click("main form .btn-primary")
    expect(smith.locator("[name=offered][value='3-7']")).to_be_checked()
    expect(smith.locator("[name='from[3-7]']")).to_have_value("1000.00")


def order_in_stages(story: Story, buyer: Page) -> str:
    """The buyer chooses the plan, reads it stage by stage, orders and pays the first stage. Tells the order's address."""
    buyer.click("a[href='/checkout']")
    buyer.check("input[value='staged:3-7']")
    ladder = buyer.locator(".cart-group table")
    for text in (yuan(FIRST), yuan(SECOND), story.says("stage.protects.sample_approved")):
        expect(ladder).to_contain_text(text)
    expect(buyer.locator(".sticky-total")).to_contain_text(yuan(FIRST))
    buyer.click(".sticky-bar button.btn-primary")
    buyer.wait_for_url("**/pay?orders=*")
    order_id = buyer.url.rpartition("=")[2]
    pay_at_channel(story, buyer, FIRST)
    return f"/orders/{order_id}"


def declare(smith: Page, address: str, note: str, picture: Path) -> None:
    """The supplier says that the sample is sent, with a picture of it."""
    smith.goto(f"/desk{address}")
    smith.fill("#stages [name=note]", note)
    smith.set_input_files("#stages [name=files]", picture)
    smith.click("#stages form .btn-primary")
    expect(smith.locator("#stages")).to_contain_text(note)


def test_a_staged_order_with_a_sample(story: Story, tmp_path: Path) -> None:
    market = story.market
    picture = tmp_path / "sample.png"
    pyvips.Image.black(320, 240, bands=3).draw_circle([200, 90, 40], 160, 120, 80, fill=True).write_to_file(
        str(picture)
    )
    smith, buyer = story.enter(story.cast.smith), story.enter(story.cast.buyer)
    offer_plan(story, smith)
    find_and_take(story, buyer, story.title(story.cast.bolt), {(0, 0): 30_000}, yuan(NUTS))
    address = order_in_stages(story, buyer)

    declare(smith, address, "SF1000000000042", picture)
    buyer.goto(address)
    expect(buyer.locator("#stages img")).to_have_js_property("naturalWidth", 160)
    buyer.click("[data-opens=reject-stage]")
    buyer.fill("#reject-stage [name=reason]", "M8 ≠ M10")
    buyer.click("#reject-stage form button.btn")
    expect(buyer.locator("#stages")).to_contain_text("M8 ≠ M10")

    declare(smith, address, "SF1000000000043", picture)
    expect(buyer.locator("#stages")).to_contain_text("SF1000000000043")
    buyer.click("[data-opens=confirm-stage]")
    buyer.click("#confirm-stage .btn-primary")
    expect(buyer.locator("#stages")).to_contain_text(story.says("stage.says.waitsellerpush.buyer", n=2))

    smith.goto(f"/desk{address}")
    assert smith.locator("#ship").count() == 0, "nothing ships before the second stage is paid"
    smith.click("#stages form .btn-primary")
    expect(buyer.locator("#stages")).to_contain_text(
        story.says("stage.says.waitbuyerpay.buyer", n=2, amount=yuan(SECOND))
    )
    buyer.click("#stages a[href^='/pay']")
    pay_at_channel(story, buyer, SECOND)

    def may_ship() -> bool:
        smith.goto(f"/desk{address}")
        return smith.locator("#ship").count() > 0

    until(may_ship, "the gate to open")
    waybill = f"SF{address.rpartition('/')[2][-13:]}"
    smith.select_option("[name='carrier[0]']", "SF")
    smith.fill("[name='waybill[0]']", waybill)
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(story.says("order.state.wait_receive"))

    buyer.goto(address)
    market.advance(waybill, "signed")
    expect(buyer.locator(".trace")).to_contain_text(story.says("parcel.station.signed"))
    buyer.click("[data-opens=confirm]")
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(story.says("purchase.says.success"))
    assert story.faults == []
    assert market.findings() == []
