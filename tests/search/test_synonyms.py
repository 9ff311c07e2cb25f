"""Words that find one another: as shipped, as operators change them, and what the figures themselves tell."""

from typing import Any

import pytest

from huozhan import operations, search
from huozhan.kernel.actor import anonymous
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound, Unauthenticated
from huozhan.operations import ListAudit
from huozhan.search import ListSynonyms, PutSynonyms, RemoveSynonyms, TrySynonyms
from huozhan.search.synonyms import AS_SHIPPED, SHIPPED, Synonyms, same_figures
from huozhan.search.wordbook.groups import SameWord, SynonymGroup
from tests.search.test_finding import Market, market

__all__ = ["market"]


async def put(market: Market, *words: str, **more: Any) -> SynonymGroup:
    """A group of the operator's."""
    ask = PutSynonyms(words=list(words), reason="买家这样叫", **more)
    return await market.hall.run(operations.put_synonyms, ask, market.people.operator)


async def test_the_table_begins_with_what_comes_with_the_program(market: Market) -> None:
    async with market.hall.pool.acquire() as db:
        rows = await db.fetch("SELECT words FROM synonym_group ORDER BY group_id")

    assert [tuple(row["words"]) for row in rows] == [tuple(group) for group in SHIPPED]


async def test_a_new_group_finds_within_two_seconds_without_a_rebuild(
    market: Market, clock: MovableClock
) -> None:
    assert await market.codes("焖烧壶") == []
    await put(market, "焖烧壶", "保温杯")
    assert await market.codes("焖烧壶") == [], "asked again at once, the process does not look"

    clock.pass_(seconds=2)

    assert await market.codes("焖烧壶") == ["MUG-500"]


async def test_a_changed_and_a_removed_group_find_no_more(market: Market, clock: MovableClock) -> None:
    group = await put(market, "焖烧壶", "保温杯")
    await put(market, "焖烧壶", "收纳盒", group_id=group.group_id)
    clock.pass_(seconds=2)
    assert await market.codes("焖烧壶") == ["BOX"]

    gone = RemoveSynonyms(group_id=group.group_id, reason="不是一回事")
    await market.hall.run(operations.remove_synonyms, gone, market.people.operator)
    clock.pass_(seconds=2)

    assert await market.codes("焖烧壶") == []
    with pytest.raises(NotFound):
        await market.hall.run(operations.remove_synonyms, gone, market.people.operator)


async def test_words_of_both_languages_and_of_several_parts_find_one_another(
    market: Market, clock: MovableClock
) -> None:
    await put(market, "hoodie", "desk storage")
    clock.pass_(seconds=2)

    assert await market.codes("hoodie") == ["BOX"]


async def test_an_entry_of_several_words_is_taken_together(market: Market, clock: MovableClock) -> None:
    await put(market, "vacuum flask", "收纳盒")
    clock.pass_(seconds=2)

    assert await market.codes("大号 vacuum flask") == ["BOX"]


async def test_a_preview_shows_both_ways_and_changes_nothing(market: Market) -> None:
    ask = TrySynonyms(q="焖烧壶", words=["焖烧壶", "保温杯"])

    tried = await market.hall.run(search.try_synonyms, ask, market.people.operator)

    assert (tried.before.total, [card.offer_code for card in tried.after.offers]) == (0, ["MUG-500"])
    assert tried.after.only_here == [tried.after.offers[0].offer_id]
    assert await market.codes("焖烧壶") == []


async def test_a_preview_of_a_group_without_words_is_of_its_removal(
    market: Market, clock: MovableClock
) -> None:
    group = await put(market, "焖烧壶", "保温杯")

    ask = TrySynonyms(q="焖烧壶", words=[], group_id=group.group_id)
    tried = await market.hall.run(search.try_synonyms, ask, market.people.operator)

    assert (tried.before.total, tried.after.total) == (1, 0)


async def test_entries_are_kept_as_texts_are_compared(market: Market) -> None:
    group = await put(market, "ＨＯＯＤＩＥＳ", "連帽衫")
    assert group.words == ["hoodies", "连帽衫"]
    with pytest.raises(SameWord):
        await put(market, "mugs", "Mug")
    with pytest.raises(Invalid):
        await put(market, "hoodies", "!!")

    listed = await market.hall.run(search.synonym_groups, ListSynonyms(word="连帽"), market.people.operator)
    assert [one.words for one in listed.items] == [["hoodies", "连帽衫"]]


async def test_changes_are_written_down_with_their_reason(market: Market) -> None:
    group = await put(market, "焖烧壶", "保温杯")

    ask = ListAudit(about=group.group_id)
    entry = (await market.hall.run(operations.audit_log, ask, market.people.operator)).items[0]

    assert (entry.act, entry.reason, entry.facts) == (
        "synonyms.put", "买家这样叫", {"words": ["焖烧壶", "保温杯"]},
    )  # fmt: skip


async def test_only_the_market_changes_its_synonyms(market: Market) -> None:
    ask = PutSynonyms(words=["焖烧壶", "保温杯"], reason="买家这样叫")
    for stranger, refusal in ((market.people.yunzhi, Forbidden), (anonymous(), Unauthenticated)):
        with pytest.raises(refusal):
            await market.hall.run(operations.put_synonyms, ask, stranger)


def test_a_word_of_two_groups_finds_the_others_of_both() -> None:
    both = Synonyms([("a", "b"), ("a", "c")])

    assert both.others_of("a") == ("b", "c")
    assert both.others_of("b") == ("a",)
    assert set(AS_SHIPPED.others_of("headphone")) == {"earphone", "earbud", "headset"}


@pytest.mark.parametrize(
    ("written", "others"),
    [
        ("3xl", {"xxxl"}),
        ("xxl", {"2xl"}),
        ("xl", set()),
        ("500g", {"0.5kg"}),
        ("0.5kg", {"500g"}),
        ("1l", {"1000ml"}),
        ("1.5m", {"150cm", "1500mm"}),
        ("5mm", {"0.5cm"}),
        ("14.1inch", set()),
        ("m8", set()),
        ("abc123", {"abc 123"}),
        ("wh1000xm4", {"wh 1000xm4"}),
    ],
)
def test_sizes_and_amounts_have_other_ways_to_be_written(written: str, others: set[str]) -> None:
    assert set(same_figures(written)) == others


async def test_sizes_and_amounts_are_found_however_they_are_written(market: Market) -> None:
    assert await market.codes("0.5l 保温杯") == ["MUG-500"]
    assert await market.codes("0.5升保温杯") == ["MUG-500"]
