"""An offer is written, priced, pictured and changed on its pages."""

import re
from typing import Any

import msgspec
import pyvips

from huozhan import catalogue
from huozhan.catalogue import Customisation
from huozhan.kernel.shapes import Nothing
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade

SHIRT = {
    "title_zh": "纯棉T恤", "title_en": "Cotton tee", "offer_code": "TEE", "unit": "piece", "category_id": "aa-1-13-8",
    "quote_type": "sku_price", "moq": "2", "lot": "1", "promise_hours": "48", "weight": "0.18", "length": "30",
    "axis_zh[0]": "颜色", "axis_en[0]": "Colour", "axis_values[0]": "红 | Red\n蓝 | Blue",
    "axis_zh[1]": "尺码", "axis_en[1]": "Size", "axis_values[1]": "M\nL",
    "axes_were": '[["红 | Red","蓝 | Blue"],["M","L"]]',
    "price[0-0]": "15", "stock[0-0]": "10", "price[0-1]": "15.5", "stock[0-1]": "0", "price[1-0]": "¥16", "stock[1-0]": "1,000",
}  # fmt: skip


async def standing(trade: Trade, code: str = "TEE") -> Any:
    found = await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words=code), trade.chenguang)
    return await trade.hall.run(
        catalogue.offer_to_edit, catalogue.OwnOffer(offer_id=found.items[0].offer_id), trade.chenguang
    )


async def test_a_matrix_is_published_with_the_cells_that_are_filled(trade: Trade, chenguang: Browser) -> None:
    answer = await chenguang.post("/desk/offers/new", {**SHIRT, "do": "publish"})

    assert answer.status_code == 303, answer.text
    offer = await standing(trade)
    assert {(sku.choice, sku.price_e4, sku.stock) for sku in offer.offer.skus} == {
        ((0, 0), 150_000, 10), ((0, 1), 155_000, 0), ((1, 0), 160_000, 1_000),
    }  # fmt: skip
    assert (offer.state, offer.offer.weight_g, offer.offer.length_mm) == ("on_sale", 180, 300)


async def test_dropshipping_and_customisation_are_said_kept_and_taken_back(
    trade: Trade, chenguang: Browser
) -> None:
    typed = {
        **SHIRT,
        "moq": "1",
        "dropship": "buyers",
        "custom_kind": ["logo", "label"],
        "custom_from": "1,00",
        "do": "publish",
    }

    refused = await chenguang.post("/desk/offers/new", typed)
    assert "请填写定制工期" in refused.text
    assert refused.text.count('name="custom_kind" value="logo" checked') == 1
    assert '<option value="buyers" selected' in refused.text

    answer = await chenguang.post("/desk/offers/new", {**typed, "custom_days": "7"})
    assert answer.status_code == 303, answer.text
    said = (await standing(trade)).offer
    assert said.dropship == "buyers"
    assert said.customisation == Customisation(kinds=("logo", "label"), from_pieces=100, days=7)
    at = f"/desk/offers/{(await standing(trade)).offer_id}/edit"
    form = (await chenguang.get(at)).text
    assert re.search(r'name="custom_from"[^>]* value="100"', form)
    assert re.search(r'name="custom_days"[^>]* value="7"', form)

    answer = await chenguang.post(at, {**SHIRT, "dropship": "no", "custom_days": "7", "do": "publish"})
    assert answer.status_code == 303, answer.text
    taken_back = (await standing(trade)).offer
    assert (taken_back.dropship, taken_back.customisation) == (None, None)


async def test_values_that_move_keep_their_cells_and_their_codes(trade: Trade, chenguang: Browser) -> None:
    await chenguang.post("/desk/offers/new", {**SHIRT, "do": "publish"})
    before = await standing(trade)
    at = f"/desk/offers/{before.offer_id}/edit"
    codes = {sku.choice: sku.sku_code for sku in before.offer.skus}
    typed = {
        **SHIRT,
        **{f"stands[{'-'.join(map(str, choice))}]": code for choice, code in codes.items()},
        **{f"was[{place}]": SHIRT[f"stock[{place}]"].replace(",", "") for place in ("0-0", "0-1", "1-0")},
        "axis_values[0]": "蓝 | Blue\n绿 | Green\n红 | Red",
        "do": "publish",
    }

    answer = await chenguang.post(at, typed)

    assert answer.status_code == 303, answer.text
    after = {sku.choice: sku for sku in (await standing(trade)).offer.skus}
    assert after.keys() == {(2, 0), (2, 1), (0, 0)}
    assert after[2, 0].sku_code == codes[0, 0]
    assert (after[0, 0].price_e4, after[0, 0].stock) == (160_000, 1_000)


async def test_a_third_option_is_added_and_what_was_typed_is_its_first_value(
    trade: Trade, chenguang: Browser
) -> None:
    two = await chenguang.post("/desk/offers/new", {**SHIRT, "do": "grid"})
    three = await chenguang.post("/desk/offers/new", {**SHIRT, "do": "axis"})
    bundles = {"axis_zh[2]": "套餐", "axis_en[2]": "Bundle", "axis_values[2]": "单件 | Single\n三件 | Three"}
    built = await chenguang.post("/desk/offers/new", {**SHIRT, **bundles, "do": "grid"})

    assert 'name="axis_zh[2]"' not in two.text
    assert 'name="axis_zh[2]"' in three.text
    assert 'value="axis"' not in three.text
    assert 'name="price[0-1-0]" value="15.5"' in built.text
    assert 'name="price[0-1-1]" value=""' in built.text

    answer = await chenguang.post("/desk/offers/new", {**SHIRT, **bundles, "do": "publish"})

    assert answer.status_code == 303, answer.text
    assert {(sku.choice, sku.price_e4) for sku in (await standing(trade)).offer.skus} == {
        ((0, 0, 0), 150_000), ((0, 1, 0), 155_000), ((1, 0, 0), 160_000),
    }  # fmt: skip


async def test_skus_carry_the_sellers_own_codes_and_keep_them(trade: Trade, chenguang: Browser) -> None:
    own = {"sku_code[0-0]": "6901234567892", "sku_code[1-0]": "TEE-1"}
    await chenguang.post("/desk/offers/new", {**SHIRT, **own, "do": "publish"})
    offer = await standing(trade)
    codes = {sku.choice: sku.sku_code for sku in offer.offer.skus}
    page = await chenguang.see(f"/desk/offers/{offer.offer_id}/edit")

    assert codes == {(0, 0): "6901234567892", (0, 1): "TEE-2", (1, 0): "TEE-1"}
    assert 'value="6901234567892" inputmode="text"' in page
    assert page.count(" readonly>") == 3

    renamed = {"stands[0-0]": "6901234567892", "sku_code[0-0]": "another", "was[0-0]": "10", "do": "publish"}
    kept = {"stands[0-1]": "TEE-2", "stands[1-0]": "TEE-1", "was[0-1]": "0", "was[1-0]": "1000"}
    stands = {**SHIRT, **renamed, **kept, "stock[1-0]": "1000"}
    answer = await chenguang.post(f"/desk/offers/{offer.offer_id}/edit", stands)

    assert answer.status_code == 303, answer.text
    after = {sku.choice: (sku.sku_code, sku.stock) for sku in (await standing(trade)).offer.skus}
    assert after == {(0, 0): ("6901234567892", 10), (0, 1): ("TEE-2", 0), (1, 0): ("TEE-1", 1_000)}


async def test_two_skus_with_one_code_are_refused(chenguang: Browser) -> None:
    twice = {"sku_code[0-0]": "SAME", "sku_code[1-0]": "SAME", "do": "publish"}
    answer = await chenguang.post("/desk/offers/new", {**SHIRT, **twice})

    assert answer.status_code == 400
    assert "SAME" in answer.text
    assert 'name="sku_code[1-0]" value="SAME"' in answer.text


async def test_stock_sold_while_the_form_was_open_is_not_put_back(trade: Trade, chenguang: Browser) -> None:
    offer = (
        await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="CUP"), trade.chenguang)
    ).items[0]
    page = await chenguang.see(f"/desk/offers/{offer.offer_id}/edit")
    assert 'name="was[0]" value="1000"' in page
    await trade.paid(red=10)
    fields = {
        "title_zh": "陶瓷杯", "title_en": "Ceramic cup", "unit": "piece", "category_id": "aa-1-13-8", "moq": "1", "lot": "1",
        "quote_type": "offer_ladder", "promise_hours": "48", "step_from[0]": "1", "step_price[0]": "9.5", "freight_code": "STD",
        "axis_zh[0]": "颜色", "axis_en[0]": "Colour", "axis_values[0]": "红 | Red\n蓝 | Blue", "axes_were": '[["红 | Red","蓝 | Blue"]]',
        "stands[0]": "CUP-R", "stands[1]": "CUP-B", "was[0]": "1000", "was[1]": "500", "stock[0]": "1000", "stock[1]": "400",
        "do": "publish",
    }  # fmt: skip

    answer = await chenguang.post(f"/desk/offers/{offer.offer_id}/edit", fields)

    assert answer.status_code == 303, answer.text
    assert {sku.sku_code: sku.stock for sku in (await standing(trade, "CUP")).offer.skus} == {
        "CUP-R": 990,
        "CUP-B": 400,
    }


async def test_freight_and_origin_can_be_taken_back(trade: Trade, chenguang: Browser) -> None:
    found = await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="CUP"), trade.chenguang)

    page = await chenguang.see(f"/desk/offers/{found.items[0].offer_id}/edit")

    for name in ("freight_code", "origin_code6"):
        choices = page.split(f'name="{name}"')[1].split("</select>")[0]
        assert '<option value="">' in choices, name
    assert '" selected>' in page.split('name="freight_code"')[1].split("</select>")[0]


async def test_a_refused_offer_keeps_what_was_typed(chenguang: Browser) -> None:
    answer = await chenguang.post("/desk/offers/new", {**SHIRT, "price[0-0]": "fifteen", "do": "publish"})

    assert answer.status_code == 400
    assert 'value="fifteen"' in answer.text
    assert 'value="纯棉T恤"' in answer.text


async def test_a_category_is_found_by_its_words_without_losing_the_form(chenguang: Browser) -> None:
    answer = await chenguang.post(
        "/desk/offers/new", {**SHIRT, "category_words": "T恤", "do": "find_category"}
    )

    assert answer.status_code == 200
    assert 'name="category_found"' in answer.text
    assert 'value="纯棉T恤"' in answer.text


async def test_a_picture_hangs_on_the_offer(trade: Trade, chenguang: Browser) -> None:
    png = pyvips.Image.black(64, 64, bands=3).pngsave_buffer()

    shown = await chenguang.post(
        "/desk/offers/new", {**SHIRT, "do": "pictures"}, files={"files": ("a.png", png, "image/png")}
    )
    no_picture = await chenguang.post(
        "/desk/offers/new",
        {**SHIRT, "do": "pictures"},
        files={"files": ("a.png", b"no picture at all", "image/png")},
    )

    assert shown.status_code == 200
    assert 'name="picture" value="' in shown.text
    assert no_picture.status_code == 400
    assert 'value="纯棉T恤"' in no_picture.text
    assert len(list(trade.hall.settings.media.rglob("*.webp"))) == len(catalogue.PICTURE_SIZES)


async def test_a_grid_of_forty_by_twelve_is_taken(trade: Trade, chenguang: Browser) -> None:
    cells = {
        f"{kind}[{row}-{column}]": "9" for row in range(40) for column in range(12) for kind in ("price", "stock", "was", "sku_code")
    }  # fmt: skip
    cells |= {name: "" for name in cells if name.startswith(("was", "sku_code"))}
    lines = {0: [f"色{n}" for n in range(40)], 1: [f"{n}码" for n in range(12)]}
    fields = {
        **{name: value for name, value in SHIRT.items() if not name.startswith(("price[", "stock["))},
        **{f"axis_values[{at}]": "\n".join(values) for at, values in lines.items()},
        "axes_were": msgspec.json.encode(list(lines.values())).decode(),
        **cells,
        "do": "publish",
    }

    answer = await chenguang.post("/desk/offers/new", fields, files={"files": ("", b"")})

    assert answer.status_code == 303, answer.text[:2_000]
    assert len((await standing(trade)).offer.skus) == 480


async def test_an_offer_is_edited_by_its_seller_only(
    trade: Trade, chenguang: Browser, hongfa: Browser
) -> None:
    await chenguang.post("/desk/offers/new", {**SHIRT, "do": "publish"})
    offer = await standing(trade)

    assert (await hongfa.get(f"/desk/offers/{offer.offer_id}/edit")).status_code == 404
    assert (await hongfa.get(f"/desk/stock/{offer.offer_id}")).status_code == 404
    assert (await hongfa.post(f"/desk/offers/{offer.offer_id}/quick", {"price": "1"})).status_code == 404


async def test_price_and_stock_change_in_the_table(trade: Trade, hongfa: Browser) -> None:
    bolt = (await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="BOLT"), trade.hongfa)).items[
        0
    ]

    answer = await hongfa.post(
        f"/desk/offers/{bolt.offer_id}/quick", {"price": "0.04", "stock": "5000", "was": str(bolt.free)}
    )

    assert answer.status_code == 303, answer.text
    after = (await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="BOLT"), trade.hongfa)).items[
        0
    ]
    assert (after.price_low_e4, after.free) == (400, 5_000)


async def test_a_ladder_changes_in_the_table_whatever_it_is_made_of(trade: Trade, chenguang: Browser) -> None:
    cup = (await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="CUP"), trade.chenguang)).items[
        0
    ]
    at = f"/desk/offers/{cup.offer_id}/quick"
    shown = await chenguang.see("/desk/offers")

    unread = await chenguang.post(at, {"ladder": "1-10.00"})
    unsound = await chenguang.post(at, {"ladder": "1:9.00; 100:9.50"})
    answer = await chenguang.post(at, {"ladder": "1：9.80；50:9；200:8.5"})

    assert f'form="quick-{cup.offer_id}" name="ladder"' in shown
    assert ">1:10.00; 100:9.00</textarea>" in shown
    assert (unread.status_code, unsound.status_code) == (400, 400)
    assert answer.status_code == 303, answer.text
    after = (await standing(trade, "CUP")).offer
    assert [(step.from_quantity, step.price_e4) for step in after.ladder] == [
        (1, 98_000), (50, 90_000), (200, 85_000),
    ]  # fmt: skip
    assert {sku.sku_code: sku.stock for sku in after.skus} == {"CUP-R": 1_000, "CUP-B": 500}


async def test_ticked_offers_are_paused_and_resumed_together(trade: Trade, chenguang: Browser) -> None:
    await chenguang.post("/desk/offers/new", {**SHIRT, "do": "publish"})
    ids = [
        row.offer_id
        for row in (await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(), trade.chenguang)).items
    ]

    nothing = await chenguang.post("/desk/offers/bulk", {"do": "pause"})
    await chenguang.post("/desk/offers/bulk", {"do": "pause", "offer_id": ids})
    paused = await trade.hall.run(catalogue.offer_counts, Nothing(), trade.chenguang)
    await chenguang.post("/desk/offers/bulk", {"do": "resume", "offer_id": ids})
    resumed = await trade.hall.run(catalogue.offer_counts, Nothing(), trade.chenguang)

    assert nothing.status_code == 400
    assert (paused.on_sale, paused.paused) == (0, len(ids))
    assert (resumed.on_sale, resumed.paused) == (len(ids), 0)


async def test_stock_is_received_and_adjusted_with_a_reason(trade: Trade, hongfa: Browser) -> None:
    bolt = (await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words="BOLT"), trade.hongfa)).items[
        0
    ]
    at, sku = f"/desk/stock/{bolt.offer_id}", str(trade.skus["bolt"])

    without = await hongfa.post(at, {"sku_id": sku, "deed": "receive", "quantity": "5", "reason": ""})
    await hongfa.post(
        at, {"sku_id": sku, "deed": "receive", "quantity": "5", "reason": "到货", "form_key": "a"}
    )
    await hongfa.post(
        at, {"sku_id": sku, "deed": "adjust", "quantity": "-7", "reason": "盘亏", "form_key": "b"}
    )
    page = await hongfa.see(f"{at}?sku={sku}")

    assert without.status_code == 400
    assert "99998" in page
    assert "到货" in page
    assert "盘亏" in page
