"""Finding goods by a photo, as anybody does."""

import pytest
import pyvips

from tests.doors.web.browsing import Browser, Market, Page


def photo() -> bytes:
    """A red square."""
    image = pyvips.Image.black(64, 64).new_from_image([200, 40, 40]).copy(interpretation="srgb")
    content: bytes = image.jpegsave_buffer()
    return content


async def send(browser: Browser, content: bytes) -> Page:
    """Sends a photo from the page where one is chosen."""
    token = (await browser.get("/search/photo")).field("csrf")
    answer = await browser.client.post(
        "/search/photo", data={"csrf": token}, files={"photo": ("a.jpg", content, "image/jpeg")}
    )
    return Page(answer)


async def test_a_photo_is_sent_searched_by_and_shared(visitor: Browser, li: Browser) -> None:
    found = await send(visitor, photo())

    assert (found.status, found.path[:14]) == (200, "/search/photo/")
    shared = await li.client.get(f"{found.path}/file")
    assert (shared.status_code, shared.headers["content-type"]) == (200, "image/webp")
    assert (await li.get(found.path)).status == 200


async def test_parts_and_filters_stay_in_the_address(visitor: Browser) -> None:
    found = await send(visitor, photo())

    page = await visitor.get(found.path, crop="0,0,500,1000", price_from="5")

    assert 'name="crop" value="0,0,500,1000"' in page.source
    assert "price_from=5" in page.link("crop=0%2C0%2C1000%2C500")


@pytest.mark.parametrize(
    "crop", ["0,0,5", "a,b,c,d", "9999,9999,9999,9999", "0,0,0,0", "²,1,1,1", "1,2,3,4,5"]
)
async def test_a_part_that_is_none_is_no_fault(visitor: Browser, crop: str) -> None:
    found = await send(visitor, photo())

    assert (await visitor.get(found.path, crop=crop, page="10000")).status == 200


async def test_what_is_no_photo_is_told_on_the_same_page(visitor: Browser) -> None:
    for content in (b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", photo()[:-200]):
        page = await send(visitor, content)
        assert page.status == 400
        assert "拍下或上传货品图片" in page.text


async def test_a_photo_that_is_gone_says_so(market: Market) -> None:
    page = await market.visitor().get("/search/photo/" + "0" * 32)
    assert (page.status, "图片已过期" in page.text) == (404, True)
    assert (await market.visitor().get("/search/photo/x")).status == 404
