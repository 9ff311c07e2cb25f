"""What category a text belongs in, learnt from names and titles."""

from pathlib import Path

import pytest

from huozhan import catalogue
from huozhan.catalogue.offer import Name
from huozhan.doors.jobs.search import Learning
from huozhan.kernel.actor import anonymous
from huozhan.search import FindOffers, find_offers
from huozhan.search.understanding.categories import Guess, Profiles
from huozhan.search.understanding.profiles import Learner, pieces_of
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market

__all__ = ["market"]


def learnt(file: Path) -> Profiles:
    """Three categories of a little market."""
    learner = Learner()
    learner.name("mugs", ("保温杯/壶", "Vacuum Mugs & Flasks"))
    learner.name("shirts", ("T恤", "T-Shirts"))
    learner.name("boxes", ("收纳盒", "Storage Boxes"))
    learner.title("mugs", "不锈钢大容量水杯 Steel tumbler")
    learner.title("shirts", "纯棉短袖圆领男 Cotton tee for men")
    learner.write(file)
    return Profiles(file)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("儿童保温杯", "mugs"),
        ("vacuum flasks", "mugs"),
        ("不锈钢水杯", "mugs"),
        ("T-Shirt", "shirts"),
        ("男短袖", "shirts"),
        ("storage box", "boxes"),
        ("桌面收纳", "boxes"),
    ],
)
def test_a_text_belongs_where_the_market_says_its_words(tmp_path: Path, text: str, category: str) -> None:
    guesses = learnt(tmp_path / "profiles").guesses(text)
    assert guesses[0].category_id == category
    assert 0.2 <= guesses[0].share <= 1


@pytest.mark.parametrize("text", ["", "   ", "螺丝刀", "qwertz asdf", "☂🧧", "a" * 5_000, "\x00"])
def test_what_nobody_says_belongs_nowhere(tmp_path: Path, text: str) -> None:
    assert learnt(tmp_path / "profiles").guesses(text) == []
    assert Profiles(tmp_path / "none").guesses(text) == []


def test_what_is_learnt_anew_is_taken_up_and_is_the_same_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "profiles"
    profiles = learnt(file)
    before = file.read_bytes()
    assert profiles.guesses("螺丝刀") == []
    learner = Learner()
    learner.name("tools", ("螺丝刀", "Screwdrivers"))
    learner.write(file)
    assert profiles.guesses("螺丝刀") == [Guess("tools", 1.0)]
    learnt(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == before


def test_a_spoilt_file_is_no_knowledge(tmp_path: Path) -> None:
    file = tmp_path / "profiles"
    file.write_bytes(b"not profiles at all, but long enough to be read as a header of them")
    assert Profiles(file).guesses("保温杯") == []


def test_chinese_is_cut_into_runs_and_latin_into_words() -> None:
    assert pieces_of("蓝牙 Ear-Phones") == {
        "蓝": 0.3, "牙": 0.3, "蓝牙": 1.0, "ear": 1.0, "phone": 1.0, "ear phone": 1.0,
    }  # fmt: skip


async def test_goods_of_the_category_that_is_meant_come_first_and_it_is_offered(market: Market) -> None:
    for n in range(3):
        mug = shirts(
            offer_code=f"M{n}",
            title=Name(zh=f"旅行杯{n}", en=f"Travel cup no {n}"),
            category_id="hg-11-6-3",
        )
        await market.hall.run(catalogue.publish_offer, mug, market.people.hongfa)
    lid = shirts(offer_code="SHIRT-CUP", title=Name(zh="旅行杯", en="Travel cup"))
    await market.hall.run(catalogue.publish_offer, lid, market.people.yunzhi)
    await market.index()
    before = await market.find("travel cup")
    assert before.offers[0].card.offer_code == "SHIRT-CUP"
    assert before.guesses == []

    await Learning().round(market.hall)

    found = await market.hall.run(find_offers, FindOffers(q="travel cup"), anonymous())
    assert found.total == 4
    assert [one.card.offer_code for one in found.offers][-1] == "SHIRT-CUP"
    assert next((one.value, one.count) for one in found.guesses) == ("hg-11-6-3", 3)
    inside = await market.hall.run(
        find_offers, FindOffers(q="travel cup", category=["hg-11-6-3"]), anonymous()
    )
    assert (inside.total, inside.guesses) == (3, [])
