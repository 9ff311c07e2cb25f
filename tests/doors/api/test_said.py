"""What pages say where another state would say it wrongly: sentences a person acts upon."""

import re

import pytest

from huozhan.kernel.wording import load_words
from tests.doors.api.calling import Api
from tests.doors.api.scene import Scene

WORDS = load_words()


async def read(api: Api, scene: Scene, who: str, address: str) -> str:
    """A page's text in English, without its marks."""
    answer = await api.client.get(
        address, headers={**scene.caller(who).headers, "accept-encoding": "identity"}
    )
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def says(key: str) -> str:
    return WORDS.say(key, "en")


@pytest.mark.parametrize(
    ("who", "address", "side"),
    [
        ("li", "/cases/{gated_case}", "buyer"),
        ("li", "/orders/{gated_order}", "buyer"),
        ("li", "/orders/{gated_order}/head", "buyer"),
        ("chenguang", "/desk/cases/{gated_case}", "seller"),
    ],
)
async def test_a_refund_that_waits_for_a_red_letter_is_not_called_on_its_way(
    api: Api, scene: Scene, who: str, address: str, side: str
) -> None:
    page = await read(api, scene, who, address.format(**scene.things))

    assert says(f"case.says.{side}.refunding_held") in page
    assert says("case.state.refunding_held") in page
    assert says(f"case.says.{side}.refunding") not in page
    assert says("case.state.refunding") not in page


async def test_a_buyer_sees_the_invoice_chosen_at_checkout_before_paying(api: Api, scene: Scene) -> None:
    page = await read(api, scene, "li", "/orders/" + scene.things["wished_order"])

    assert says("invoice.wish_drop") in page


async def test_a_funders_odd_answer_is_told_in_words(api: Api, scene: Scene) -> None:
    page = await read(api, scene, "operator", "/console/funder")

    assert says("console.funder.answered_otherwise") in page
    assert "answered_otherwise" not in page


async def test_a_receipt_tells_who_confirmed_once_and_in_words(api: Api, scene: Scene) -> None:
    for who, base in (("li", "/orders/"), ("chenguang", "/desk/orders/")):
        page = await read(api, scene, who, base + scene.things["gated_order"])
        assert says("order.event.receive_all") in page
        assert not re.search(r"\bbuyer\b(?! \w)", page.partition(says("order.event.receive_all"))[2][:60])


async def test_a_received_order_waits_for_no_scan_of_its_carrier(api: Api, scene: Scene) -> None:
    address = "/desk/orders/" + scene.things["advanced_order"]
    answer = await api.client.get(address, headers=scene.caller("chenguang").headers)

    assert says("order.event.receive_all") in answer.text
    assert 'aria-current="step"' not in answer.text
