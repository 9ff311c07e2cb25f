"""The bench's tagger says true chances, and no title tells it what people marked in that same title."""

from itertools import pairwise, product

import numpy as np
import pytest
from bench.phrases import Asked, Called, Spans, longest_of_lists
from bench.tagger import Tagger, mean_of, taken
from bench.tagging import _apart, _scores

SHOWN: list[tuple[str, Spans]] = [
    ("红杯abc", {(1, 2, "product"), (2, 5, "model")}),
    ("大红水杯", {(2, 4, "product")}),
    ("杯杯a", {(0, 1, "product"), (1, 2, "product"), (2, 3, "model")}),
    ("水杯壶", {(0, 2, "product"), (2, 3, "product")}),
]


def _signs(text: str) -> list[list[str]]:
    return [["b", f"0{letter}", f"1{before}"] for before, letter in zip(f"^{text}", text, strict=False)]


@pytest.mark.parametrize("ends_are_told", [False, True])
def test_the_chance_of_a_span_is_the_share_of_all_ways_through_the_title_that_hold_it(ends_are_told):
    tagger = Tagger({"one": [(_signs(text), spans) for text, spans in SHOWN]}, ends_are_told=ends_are_told)
    text = "水杯ab"

    told = tagger.chances(_signs(text), "one")

    expected = _by_all_ways(tagger, text, ends_are_told)
    assert told == pytest.approx({span: chance for span, chance in expected.items() if chance > 0.03})
    assert len(told) > 4


def _by_all_ways(tagger: Tagger, text: str, ends_are_told: bool) -> dict[tuple[int, int, str], float]:
    """Every row of labels there can be, one by one."""
    here = [
        tagger._worth([sign for one in letter for sign in (one, f"one:{one}")]) for letter in _signs(text)
    ]
    names, sums, whole = list(tagger._at), {}, 0.0
    for way in product(range(len(names)), repeat=len(text)):
        worth = sum(letter[label] for letter, label in zip(here, way, strict=True))
        worth += sum(tagger._steps[one, other] for one, other in pairwise(way))
        share = float(np.exp(worth))
        whole += share
        for span in _in_labels([names[label] for label in way], ends_are_told):
            sums[span] = sums.get(span, 0.0) + share
    return {span: share / whole for span, share in sums.items()}


def _in_labels(labels: list[str], ends_are_told: bool) -> Spans:
    found = set()
    for start in range(len(labels)):
        for end in range(start + 1, len(labels) + 1):
            kind, inside, after = labels[start][2:], labels[start + 1 : end], labels[end : end + 1]
            if ends_are_told:
                wanted = (
                    [f"S {kind}"]
                    if end - start == 1
                    else [f"B {kind}", *[f"I {kind}"] * (end - start - 2), f"E {kind}"]
                )
                is_one = kind != "" and labels[start:end] == wanted
            else:
                is_one = labels[start][0] == "B" and set(inside) <= {f"I {kind}"} and after != [f"I {kind}"]
            if is_one:
                found.add((start, end, kind))
    return found


@pytest.mark.parametrize("sets_apart", [True, False])
def test_each_set_is_answered_in_its_own_way(sets_apart):
    there = [("铁杯", {(0, 2, "product")}), ("木杯", {(0, 2, "product")})] * 10
    here = [("铁杯", {(1, 2, "product")}), ("木杯", {(1, 2, "product")})] * 10
    tagger = Tagger(
        {
            name: [(_signs(text), spans) for text, spans in titles]
            for name, titles in (("one", there), ("two", here))
        },
        ends_are_told=False,
        sets_apart=sets_apart,
    )

    assert taken(tagger.chances(_signs("石杯"), "one")) == {(0, 2, "product")}
    assert taken(tagger.chances(_signs("石杯"), "two")) == {(1, 2, "product")}


def test_spans_taken_lie_apart_and_have_most_chance_together():
    chances = {(0, 2, "brand"): 0.5, (2, 4, "product"): 0.6, (1, 4, "product"): 0.7, (5, 6, "model"): 0.3}

    assert taken(chances, 0.38) == {(0, 2, "brand"), (2, 4, "product")}
    assert taken({**chances, (1, 4, "product"): 0.9}, 0.38) == {(1, 4, "product")}
    assert taken(chances, 0.2) >= {(5, 6, "model")}
    assert taken({}) == set()


def test_several_taggers_are_heard_alike():
    assert mean_of([{(0, 1, "brand"): 0.8}, {(0, 1, "brand"): 0.4, (1, 2, "brand"): 0.5}]) == pytest.approx(
        {
            (0, 1, "brand"): 0.6,
            (1, 2, "brand"): 0.25,
        }
    )


def test_a_title_does_not_tell_of_itself():
    called = Called(
        [("红水杯", {(1, 3, "product")}), ("大水杯", {(1, 3, "product")}), ("铜壶", {(0, 2, "product")})], "m"
    )

    assert not any(called.signs("铜壶"))
    assert called.signs("红水杯") == [[], ["mBproduct9t1", "mBproduct9n2"], ["mEproduct9t1", "mEproduct9n2"]]
    assert called.signs("新水杯")[1] == ["mBproduct9t1", "mBproduct9n2"]


def test_queries_tell_where_phrases_begin_and_end():
    asked = Asked(["水杯", "保温水杯", "水杯 大", "Usb 线"])

    begins, ends = asked.signs("水杯")
    assert begins == ["qb2w1e2", "qb2c2b2", "qwB2"]
    assert ends == ["qe2w1e2", "qe2c2b2", "qwE2"]
    assert asked.signs("铜壶") == [[], []]
    assert "qwB3" in asked.signs("usb")[0]


def test_the_longest_phrase_of_a_list_is_marked():
    lists = {"product": frozenset({"水杯", "保温水杯"})}

    assert longest_of_lists("新保温水杯", lists) == [
        [],
        ["gproductB4"],
        ["gproductI4"],
        ["gproductI4"],
        ["gproductE4"],
    ]


def test_no_title_that_is_asked_in_either_set_is_shown():
    shown = [("甲", set()), ("乙", set()), ("丙", set()), ("丙", set())]

    assert _apart(shown, {"one": [("甲", set())], "two": [("乙", set())]}) == [("丙", set())]


def test_a_span_counts_with_its_bounds_and_its_kind():
    titles = [("红水杯x1", {(1, 3, "product"), (3, 5, "model")})]

    scores = _scores(titles, [{(1, 3, "product"), (2, 3, "product"), (3, 5, "brand")}])

    assert scores["f1"]["mean"] == 0.4
    assert scores["by_kind"] == {"model": 0.0, "product": 0.667}
