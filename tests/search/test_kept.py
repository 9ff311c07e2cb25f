"""What the index answered is kept as long as nothing changed that the answer depends on."""

from typing import Any

import pytest

from huozhan import catalogue
from huozhan.catalogue import Step
from huozhan.search import finding
from huozhan.search.kept import KEPT_MAX, Answers
from huozhan.search.synonyms import Synonyms
from tests.search.test_finding import Market, market

__all__ = ["market"]


def test_an_answer_is_worked_out_once_for_each_state() -> None:
    answers, made = Answers(), []

    def answer() -> int:
        made.append(1)
        return len(made)

    assert [answers.of("a", ("q", 1), answer) for _ in range(3)] == [1, 1, 1]
    assert answers.of("a", ("q", 2), answer) == 2
    assert [answers.of("b", ("q", 1), answer) for _ in range(2)] == [3, 3]
    for n in range(3 * KEPT_MAX):
        answers.of("b", n, answer)
        assert len(answers._answers) <= KEPT_MAX


async def test_what_others_tell_is_kept_too_unless_the_state_went_on_meanwhile() -> None:
    answers, made = Answers(), []

    async def answer() -> int:
        made.append(1)
        if len(made) == 2:
            answers.of("c", "another", int)
        return len(made)

    assert [await answers.told("a", "q", answer) for _ in range(2)] == [1, 1]
    assert [await answers.told("b", "q", answer) for _ in range(2)] == [2, 3], (
        "that one was of the state before"
    )


async def test_of_several_things_only_those_are_asked_for_that_nobody_knows_yet() -> None:
    answers, asked = Answers(), []

    async def named(names: set[str]) -> dict[str, str]:
        asked.append(sorted(names))
        return {name: name.upper() for name in names if name != "nothing"}

    for state, names in (("a", "xy"), ("a", "yz"), ("a", "z"), ("b", "z"), (None, "z")):
        assert await answers.each(state, "letters", names, named) == {name: name.upper() for name in names}
    assert asked == [["x", "y"], ["z"], ["z"], ["z"]]
    assert await answers.each("b", "signs", "z", named) == {"z": "Z"}, (
        "of another kind it may be another thing"
    )
    assert await answers.each("b", "letters", ["nothing", "z"], named) == {"z": "Z"}
    assert asked[-2:] == [["z"], ["nothing"]]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the engine was really asked."""
    asked: list[Any] = []
    look_for = finding.look_for

    def noted(index: Any, ask: Any, how: Any) -> Any:
        asked.append(ask)
        return look_for(index, ask, how)

    monkeypatch.setattr(finding, "look_for", noted)
    return asked


async def test_the_same_search_is_looked_for_once_until_goods_change(
    market: Market, looked: list[Any]
) -> None:
    first = await market.find("T恤")
    again = await market.find("T恤")
    assert (len(looked), again) == (1, first)
    await market.find("T恤", limit=1)
    await market.find("T恤", price_to_e4=10**9)
    assert len(looked) == 3

    cheaper = catalogue.EditPrices(offer_id=first.offers[0].card.offer_id, ladder=(Step(1, 70_000),))
    await market.hall.run(catalogue.edit_prices, cheaper, market.people.yunzhi)
    shown = await market.find("T恤")
    assert shown.offers[0].card.price_low_e4 == 70_000, "prices are the catalogue's"
    await market.index()
    await market.find("T恤")
    assert len(looked) == 4


async def test_other_synonyms_answer_anew(market: Market, looked: list[Any]) -> None:
    await market.find("T恤")
    index = market.hall.index
    index.synonyms = Synonyms([("t恤", "保温杯")])
    both = await market.find("T恤")
    assert len(looked) == 2
    assert both.total > 1


async def test_brands_that_were_learnt_meanwhile_answer_anew(market: Market, looked: list[Any]) -> None:
    await market.find("保温杯")
    market.hall.index.brands.file.write_text("{}")
    await market.find("保温杯")
    assert len(looked) == 2
