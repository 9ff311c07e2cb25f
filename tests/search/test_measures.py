"""What visitors look for and open is noted in memory, put away soon, and counted once a day for each offer."""

import random
import time
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from huozhan import catalogue, parties, search
from huozhan.doors.entrance import visitor_of
from huozhan.doors.jobs.measures import forget_person, forget_searches
from huozhan.doors.noting import put_away
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.reactions import REACTIONS
from huozhan.search import FindOffers, Notebook
from huozhan.search.measures.notebook import NotedSearch, NotedTouch
from tests.conftest import OPENING
from tests.search import measures_oracle as oracle
from tests.search.test_finding import Market, market

__all__ = ["market"]
FIREFOX = b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
KEY = "a-key-of-forty-signs-that-nobody-guesses"


class Watched:
    """A market whose visits are noted."""

    def __init__(self, market: Market) -> None:
        self.market, self.hall, self.people = market, market.hall, market.people
        self.hall.notes = Notebook()

    async def find(self, who: Actor, q: str) -> list[int]:
        found = await self.hall.run(search.find_offers, FindOffers(q=q), who.using(door="search"))
        return [int(offer.card.offer_id) for offer in found.offers]

    async def look(self, who: Actor, offer_id: int) -> None:
        await self.hall.run(search.offer_page, catalogue.ShowOffer(offer_id=str(offer_id)), who)

    async def count(self, *paid: search.Paid) -> bool:
        """Counts the next day; false where there is none."""
        await put_away(self.hall)
        async with self.hall.working(system()) as work:
            day = await search.day_to_count(work)
            return day is not None and await search.count_day(work, day.on, paid)

    async def measures(self, *offer_ids: int) -> list[search.OfferMeasures]:
        async with self.hall.working(system()) as work:
            found = await search.measures_of(work, offer_ids)
        return [found[offer_id] for offer_id in offer_ids]

    async def rows(self, table: str) -> list[Any]:
        async with self.hall.pool.acquire() as db:
            return await db.fetch(f"SELECT * FROM {table} ORDER BY at")


@pytest_asyncio.fixture(loop_scope="session")
async def watched(market: Market) -> Watched:
    return Watched(market)


def visitor(name: str = "anna") -> Actor:
    return anonymous().using(visitor=name)


async def test_a_search_is_one_row_with_what_was_shown_and_who_looked_is_no_name(watched: Watched) -> None:
    (tee,) = await watched.find(watched.people.li, "短袖T恤")
    assert await watched.rows("search_log") == [], "nothing on a search's way waits for a write"

    assert await put_away(watched.hall) == 1

    (row,) = await watched.rows("search_log")
    assert (row["q"], row["sort"], row["page"], row["total"], row["offer_ids"]) == (
        "短袖T恤",
        "best",
        1,
        1,
        [tee],
    )
    assert (row["org_id"], len(row["who"]), row["door"]) == (watched.people.li.org_id, 16, "search")
    assert row["scores_e3"][0] > 0
    assert str(watched.people.li.person_id).encode() not in row["who"]


async def test_filters_are_kept_as_they_were_asked(watched: Watched) -> None:
    ask = FindOffers(q="杯", province=["440000"], moq_to=50, sort="price_up")
    await watched.hall.run(search.find_offers, ask, visitor().using(door="api"))
    await put_away(watched.hall)

    (row,) = await watched.rows("search_log")
    assert row["filters"] == '{"moq_to": 50, "province": ["440000"]}'
    assert row["sort"] == "price_up"


@pytest.mark.parametrize(
    ("who", "door"), [(anonymous(), "search"), (visitor(), "web"), (system(), "search")], ids=str
)
async def test_programs_and_borrowed_shelves_are_not_noted(watched: Watched, who: Actor, door: str) -> None:
    await watched.hall.run(search.find_offers, FindOffers(q="杯"), who.using(door=door))
    await watched.hall.run(search.find_offers, FindOffers(), visitor().using(door="search"))

    assert len(watched.hall.notes) == 0


@pytest.mark.parametrize(
    ("headers", "kept", "found"),
    [
        ({b"user-agent": FIREFOX}, KEY, KEY),
        ({b"user-agent": FIREFOX}, "", ""),
        ({b"user-agent": FIREFOX}, "short", ""),
        ({b"user-agent": FIREFOX, b"sec-gpc": b"1"}, KEY, ""),
        ({b"user-agent": b"Mozilla/5.0 (compatible; Baiduspider/2.0)"}, KEY, ""),
        ({b"user-agent": b"curl/8.5"}, KEY, ""),
        ({}, KEY, ""),
    ],
)
def test_only_a_browser_that_brought_its_key_back_is_told_apart(
    headers: dict[bytes, bytes], kept: str, found: str
) -> None:
    assert visitor_of(headers, kept) == found


async def test_one_organisation_counts_once_a_day_and_the_seller_itself_never(
    watched: Watched, clock: MovableClock
) -> None:
    (tee,) = await watched.find(watched.people.li, "短袖T恤")
    for who in (watched.people.li, watched.people.li, watched.people.yunzhi, visitor(), visitor("bert")):
        await watched.find(who, "短袖T恤")
        await watched.look(who, tee)
        clock.pass_(minutes=1)
    await watched.look(visitor("carl"), tee)  # looked at, but not found here
    clock.pass_(days=1)

    assert await watched.count(search.Paid(tee, watched.people.li.org_id, 2))
    assert not await watched.count()

    (found,) = await watched.measures(tee)
    assert found == search.OfferMeasures(
        offer_id=tee, impressions=3, clicks=3, views=4, carts=0, orders=2, bought=1, buyers=1, repeat_buyers=0
    )


async def test_who_came_back_stands_on_the_card_once_buyers_are_enough(
    watched: Watched, clock: MovableClock
) -> None:
    (tee,) = await watched.find(watched.people.li, "短袖T恤")

    async def card() -> tuple[int, int, int | None, bool] | None:
        async with watched.hall.working(system()) as work:
            said = (await catalogue.offer_cards(work, [tee]))[0].repurchase
        return (said.buyers, said.repeat_buyers, said.rate_bp, said.is_bound) if said else None

    async def day(*buyers: int) -> None:
        clock.pass_(days=1)
        assert await watched.count(*(search.Paid(tee, buyer, 1) for buyer in buyers))

    assert await card() is None
    await day(1, 2, 3, 4)
    assert await card() == (4, 0, None, False), "too few to tell"
    await day(1, 2, 5)
    assert await card() == (5, 2, 1_176, True), "Wilson's lower bound of two in five"
    await day(*range(1, 41))
    assert await card() == (40, 5, 1_250, False)
    for _ in range(90):
        await day()
    assert await card() is None, "what was bought ninety days ago is gone"


async def test_words_that_were_looked_for_are_told_with_how_many_people(
    watched: Watched, clock: MovableClock
) -> None:
    begun = clock.now()
    for who in (watched.people.li, watched.people.li, visitor(), visitor("bert")):
        await watched.find(who, "保温杯")
    await watched.find(visitor(), "收纳盒")
    await put_away(watched.hall)
    clock.pass_(minutes=1)

    async with watched.hall.working(system()) as work:
        found = await search.searches_between(work, begun, clock.now())
        assert await search.searches_between(work, clock.now(), clock.now() + timedelta(days=1)) == []
    assert [(one.q, one.searches, one.people, one.total) for one in found] == [
        ("保温杯", 4, 3, 1),
        ("收纳盒", 1, 1, 1),
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_figures_are_those_of_a_plain_telling(watched: Watched, clock: MovableClock, seed: int) -> None:
    dice = random.Random(seed)
    people = watched.people
    who = {
        "li": people.li, "clerk": people.hengxin_buyer, "boss": people.hengxin, "hongfa": people.hongfa,
        "yunzhi": people.yunzhi, "anna": visitor("anna"), "bert": visitor("bert"),
    }  # fmt: skip
    homes = await _homes(watched)
    model = oracle.Model({offer_id: home.seller_id for offer_id, home in homes.items()})
    visitors = {name: oracle.Visitor(name, actor.org_id) for name, actor in who.items()}
    for _ in range(20):
        for _ in range(dice.randint(0, 4)):
            name = dice.choice(sorted(who))
            if dice.random() < 0.6:
                for offer_id in await watched.find(
                    who[name], dice.choice(("T恤", "保温杯", "收纳盒", "大号 收纳盒"))
                ):
                    model.shown.append((clock.now(), visitors[name], offer_id))
            else:
                offer_id = dice.choice(sorted(homes))
                await watched.look(who[name], offer_id)
                model.viewed.append((clock.now(), visitors[name], offer_id))
            clock.pass_(minutes=dice.choice((0, 1, 29, 30, 31, 200)))
        clock.pass_(hours=dice.choice((1, 9, 20)))
        paid = _paid(dice, sorted(homes), people)
        async with watched.hall.working(system()) as work:
            day = await search.day_to_count(work)
        if day and await watched.count(*paid):
            model.paid += [(day.on, one.offer_id, one.buyer_id, one.orders) for one in paid]
            last = day.on
    while await watched.count():
        last += timedelta(days=1)

    for found in await watched.measures(*homes):
        expected = model.figures(found.offer_id, last)
        assert {name: getattr(found, name) for name in expected} == expected


def _paid(dice: random.Random, offers: list[int], people: Any) -> list[search.Paid]:
    buyers = (people.li.org_id, people.ashdown.org_id, people.hengxin.org_id)
    pairs = {(dice.choice(offers), dice.choice(buyers)) for _ in range(dice.randint(0, 3))}
    return [search.Paid(offer, buyer, dice.randint(1, 3)) for offer, buyer in sorted(pairs)]


async def _homes(watched: Watched) -> dict[int, catalogue.OfferHome]:
    found = [int(one.card.offer_id) for one in (await watched.market.find()).offers]
    async with watched.hall.working(system()) as work:
        return await catalogue.offer_homes(work, found)


async def test_who_is_erased_is_forgotten_and_the_counts_stay(watched: Watched, clock: MovableClock) -> None:
    li = watched.people.li
    (tee,) = await watched.find(li, "短袖T恤")
    await watched.look(li, tee)
    await watched.find(visitor(), "短袖T恤")
    clock.pass_(days=1)
    await watched.count()
    assert REACTIONS[parties.PersonErased] == (search.forget_people,)

    await forget_person(watched.hall, person_id=li.person_id)

    assert [row["org_id"] for row in await watched.rows("search_log")] == [0]
    assert await watched.rows("offer_touch") == []
    assert (await watched.measures(tee))[0].clicks == 1


async def test_what_is_past_its_time_is_dropped(watched: Watched, clock: MovableClock) -> None:
    (tee,) = await watched.find(visitor(), "短袖T恤")
    await watched.look(visitor(), tee)
    clock.pass_(days=1)
    await watched.count(search.Paid(tee, watched.people.li.org_id, 1))
    assert await forget_searches(watched.hall) == 0

    clock.pass_(days=180)
    assert await forget_searches(watched.hall) == 2
    assert await watched.rows("search_log") == []
    clock.pass_(days=600)
    assert await forget_searches(watched.hall) == 2


def test_the_notebook_is_bounded_and_its_oldest_notes_give_way() -> None:
    book = Notebook(3)
    notes = [_touch(n) for n in range(5)]
    for note in notes:
        book.add(note)
    assert (len(book), book.dropped) == (3, 2)

    taken = book.take(2)
    assert taken == notes[2:4]
    book.add(notes[0])
    book.put_back(taken)  # room for one of the two: the newer
    assert (book.take(9), book.dropped) == ([notes[3], notes[4], notes[0]], 3)


def _touch(offer_id: int) -> NotedTouch:
    return NotedTouch(at=OPENING, actor=visitor(), kind="view", offer_id=offer_id)


async def test_notes_that_the_database_does_not_take_stay(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched.find(visitor(), "T恤")
    with monkeypatch.context() as broken:
        broken.setattr(search, "put_away", _refuse)
        with pytest.raises(ConnectionResetError):
            await put_away(watched.hall)
    assert len(watched.hall.notes) == 1
    assert await put_away(watched.hall) == 1


async def _refuse(*_: Any) -> None:
    raise ConnectionResetError


def test_a_note_costs_a_search_next_to_nothing() -> None:
    book, ask, who = Notebook(), FindOffers(q="T恤"), visitor()
    ids, scores = list(range(40)), [1.5] * 40
    begun = time.perf_counter()
    for _ in range(1_000):
        book.add(
            NotedSearch(
                at=OPENING, actor=who, asked=ask, total=40, is_relaxed=False, offer_ids=ids,
                scores=scores, marks="." * 40,
            )
        )  # fmt: skip
    assert (time.perf_counter() - begun) / 1_000 < 50e-6
