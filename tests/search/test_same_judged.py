"""Whether two offers are the same thing: what speaks for it, what no likeness outweighs, and what tells nothing."""

import msgspec
import pytest

from huozhan.search.same.judge import DIFFERS, Sign, judged, overlap
from huozhan.search.same.traits import Rarity, Traits, figures_in, marks_in, models_in, text_traits
from huozhan.search.segmenting import plain

MARKET = Rarity(offers=1_000, counts={"电热水壶": 60, "家用": 300, "cable": 200, "cat5e": 150, "black": 200})
KETTLE = "苏泊尔电热水壶家用大容量自动断电保温烧水壶食品级双层防烫"
CABLE = "Molded Snagless Patch Cable Cat5e Shielded Crossover Ethernet Patchcord"


def _of(title: str, **more: object) -> Traits:
    zh, en = ("", title) if title.isascii() else (title, "")
    return msgspec.structs.replace(text_traits(1, 1, plain(zh), plain(en)), **more)


def _points(one: str, other: str) -> dict[str, int]:
    return dict(judged(_of(one), _of(other), MARKET).evidence)


def test_one_text_is_one_thing_whatever_is_promised_beside_it() -> None:
    assert judged(_of(KETTLE), _of(f"厂家直销 {KETTLE} 新款 包邮 2026"), MARKET).is_same
    assert judged(_of(CABLE), _of(f"Factory direct hot sale {CABLE} wholesale"), MARKET).is_same


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        (f"{KETTLE}1.7升", f"{KETTLE}1.8升", Sign.figures), (f"{KETTLE} 1500W 1.7升", f"{KETTLE} 1500W 1.8升", Sign.figures),
        (f"{CABLE} 3 ft", f"{CABLE} 6-ft.", Sign.figures), (f"{CABLE} 25x38 mm", f"{CABLE} 7x15 mm", Sign.figures),
        (f'{CABLE} 24" roll', f'{CABLE} 44" roll', Sign.figures), (f"{KETTLE} SW-1701A", f"{KETTLE} SW-1802B", Sign.marks),
        (f"{KETTLE} X4", f"{KETTLE} X2", Sign.marks), (f"{CABLE} 5160", f"{CABLE} 5120", Sign.marks),
        (f"{CABLE} SM-P610N 5160", f"{CABLE} SM-P615N 5160", Sign.marks),
    ],
)  # fmt: skip
def test_no_likeness_outweighs_another_size_or_model(one: str, other: str, sign: Sign) -> None:
    verdict = judged(_of(one), _of(other), MARKET)
    assert dict(verdict.evidence)[sign] == DIFFERS
    assert not verdict.is_same
    assert verdict == judged(_of(other), _of(one), MARKET)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{KETTLE}500毫升", f"{KETTLE}0.5升"), (f"{KETTLE} 1斤", f"{KETTLE} 500克"), (f"{CABLE} 1.86 GHz", f"{CABLE} 1860MHz"),
        (f"{CABLE} 2.5 inches", f"{CABLE} 2.5in"), (f"{CABLE} 25 x 38", f"{CABLE} 25x38"),
    ],
)  # fmt: skip
def test_one_amount_is_the_same_in_every_unit(one: str, other: str) -> None:
    assert _points(one, other)[Sign.figures] > 0


def test_what_many_goods_name_is_no_model_and_a_long_list_is_what_goods_fit() -> None:
    assert Sign.model not in _points(f"{CABLE} red", f"{CABLE} blue"), "cat5e"
    assert _points(f"{CABLE} YH02", f"{CABLE} YH02")[Sign.model] == 300
    fits = "oppor17 a5a52 a53b a93c reno12x nova7x"
    assert _points(f"{CABLE} {fits}", f"{CABLE} {fits}")[Sign.model] == 100
    assert Sign.marks not in _points(f"{CABLE} {fits}", f"{CABLE} YH02")


def test_other_words_for_the_thing_speak_against_it_only_where_the_title_has_none_of_them() -> None:
    both = judged(_of("收纳架落地置物架"), _of("置物架厨房收纳架多层货架"), MARKET)
    assert dict(both.evidence)[Sign.kind] == 50
    apart = judged(_of("厨房置物架"), _of("陶瓷饭碗"), MARKET)
    assert dict(apart.evidence)[Sign.kind] == -200


def test_much_that_is_rare_tells_more_than_what_each_says_beside_it() -> None:
    shared = " ".join(f"rareword{chr(97 + n)}" for n in range(10))
    one, other = (
        _of(f"{shared} alpha beta gamma delta epsilon"),
        _of(f"{shared} zeta theta iota kappa lambda"),
    )
    share, worth = overlap(one, other, MARKET)
    assert (share, worth) == (500, 1_000)
    assert judged(one, other, MARKET).is_same
    few = _of("rareworda rarewordb alpha beta gamma"), _of("rareworda rarewordb zeta theta iota")
    assert not judged(*few, MARKET).is_same


def test_what_is_rare_is_rare_by_its_share_of_the_market() -> None:
    one, other = _of("alpha beta gamma delta"), _of("alpha beta epsilon zeta")
    small = Rarity(offers=10_000 - 64, counts={"alpha": 99, "beta": 99})
    large = Rarity(offers=100_000_000 - 64, counts={"alpha": 9_999, "beta": 9_999})
    assert abs(overlap(one, other, small)[1] - overlap(one, other, large)[1]) <= 1


def test_numbers_are_amounts_models_or_marks() -> None:
    text = plain("Xeon 5160 SM-P610N 3.00 GHz 4 MB, 25 x 38 mm, 10-ft. 2026")
    assert figures_in(text) == ["25*38sides", "3000mhz", "0.00390625gb", "10ft"]
    assert models_in(text) == ["smp610n"]
    assert marks_in(text) == ["5160"]
