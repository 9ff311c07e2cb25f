"""What was mistyped becomes what was meant."""

from collections.abc import Collection

import pytest

from huozhan.search.understanding.corrections import TOKENS_MAX, corrected, distance, slips


class Goods:
    """What a little market's goods are called."""

    def __init__(self, titled: dict[str, int], phrases: dict[str, int]) -> None:
        self._titled = titled
        self._phrases = phrases

    def titled(self, word: str) -> int:
        return self._titled.get(word, 0)

    def words(self, start: str, limit: int) -> list[tuple[str, int]]:
        found = [(word, n) for word, n in self._titled.items() if word.startswith(start)]
        return sorted(found, key=lambda pair: -pair[1])[:limit]

    def expect(self, words: Collection[str], starts: Collection[str]) -> None:
        """Nothing has to be fetched."""

    def suggestions(self, start: str, limit: int) -> list[tuple[str, int]]:
        found = [(phrase, n) for phrase, n in self._phrases.items() if phrase.startswith(start)]
        return sorted(found, key=lambda pair: -pair[1])[:limit]


GOODS = Goods(
    {
        "vacuum": 9,
        "stainles": 4,
        "steal": 5,
        "stainless": 40,
        "steel": 50,
        "mug": 60,
        "保温杯": 30,
        "不锈钢": 40,
        "水杯": 9,
        "牛奶": 5,
    },
    {"baowenbei|保温杯": 30, "shuibei|水杯": 9, "niunai|牛奶": 5, "vacuum": 9},
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("satinless mug", "stainless mug"),
        ("stainles steel mugs", "stainless steel mugs"),
        ("vaccum", "vacuum"),
        ("Vacuim mug", "vacuum mug"),
        ("vacume", "vacuum"),
        ("baowenbie", "保温杯"),
        ("不锈钢保文杯", "不锈钢保温杯"),
        ("税杯", "水杯"),
        ("刘奶", "牛奶"),
        ("不锈钢保温怀", "不锈钢保温杯"),
    ],
)
def test_a_slip_becomes_what_the_goods_are_called(typed: str, meant: str) -> None:
    assert corrected(GOODS, typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "stainless steel mug",
        "不锈钢水杯",
        "zzzzzzzz",
        "mgu",
        "steal",
        "ab-vaccum12",
        "不" * 90,
        "vac",
        "🧧 ☂",
    ],
)
def test_what_is_known_or_near_nothing_stays(typed: str) -> None:
    assert corrected(GOODS, typed) == ""


def test_only_so_many_words_of_letters_are_looked_for_whether_or_not_they_are_found() -> None:
    """Each costs up to two thousand questions of the index."""
    looked_for: list[Collection[str]] = []

    class Counting(Goods):
        def expect(self, words: Collection[str], starts: Collection[str]) -> None:
            looked_for.append(words)

    goods = Counting(GOODS._titled, GOODS._phrases)
    assert corrected(goods, "qqqqqqq wwwwwww rrrrrrr ttttttt yyyyyyy ppppppp ddddddd") == ""
    assert len(looked_for) == TOKENS_MAX
    # What is meant, or is no word, is not looked for and takes no place.
    assert corrected(goods, "steel mug stainless vacuum 500 xl steel steel vaccum") != ""


def test_a_neighbouring_key_and_changed_places_cost_less_than_another_letter() -> None:
    cost: dict[str, float] = {}
    for word, one in slips("cup"):
        cost[word] = min(one, cost.get(word, one))
    assert cost["cuo"] < cost["cua"]
    assert cost["cpu"] < cost["cua"]
    assert cost["cupp"] < cost["cupx"]
    assert cost["vup"] < cost["mup"]


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("vacume", "vacuum", 2), ("cup", "cup", 0)],
)
def test_counts_slips(one: str, other: str, far: int) -> None:
    assert (distance(one, other), distance(other, one)) == (far, far)
