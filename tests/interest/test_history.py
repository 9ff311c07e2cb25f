"""History: a person's own, the latest first, limited by number and age, forgotten on wish and with the person."""

from huozhan import catalogue, interest
from huozhan.doors.glancing import Glances
from huozhan.doors.jobs.interest import forget_old_history
from huozhan.interest.asks import ForgetHistory, History
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.rules import Rule, RuleBook
from tests.conftest import OPENING
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade


async def look_at(trade: Trade, who: Actor, *offer_ids: str) -> None:
    """Somebody opens these pages one minute after another, and what was gathered is written."""
    glances = Glances()
    for offer_id in offer_ids:
        trade.clock.pass_(minutes=1)
        glances.note(who.person_id, int(offer_id), trade.clock.now())
    assert await glances.write(trade.hall) == len(offer_ids)


async def seen(trade: Trade, who: Actor) -> list[str]:
    page = await trade.hall.run(interest.my_history, History(), who)
    return [one.offer_id for one in page.items]


async def test_what_was_seen_last_comes_first_and_is_ones_own(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)

    await look_at(trade, trade.people.hengxin, cup, bolt, cup)
    page = await trade.hall.run(interest.my_history, History(), trade.people.hengxin)

    assert [(one.offer_id, one.times) for one in page.items] == [(cup, 2), (bolt, 1)]
    assert page.items[0].seen_at == trade.clock.now()
    assert await seen(trade, trade.people.hengxin_buyer) == []


async def test_a_page_of_history_goes_on_where_the_last_one_ended(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await look_at(trade, trade.li, cup, bolt)

    first = await trade.hall.run(interest.my_history, History(size=1), trade.li)
    second = await trade.hall.run(
        interest.my_history, History(size=1, cursor=first.next_cursor or ""), trade.li
    )

    assert [one.offer_id for one in (*first.items, *second.items)] == [bolt, cup]
    assert second.next_cursor is None


async def test_goods_off_sale_stay_by_name_only(trade: Trade) -> None:
    cup = await cups(trade)
    await look_at(trade, trade.li, cup)
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=cup), trade.chenguang)

    (one,) = (await trade.hall.run(interest.my_history, History(), trade.li)).items

    assert (one.shown, one.title.zh) == (None, "陶瓷杯")


async def test_the_oldest_beyond_the_limit_goes(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    one = Rule(code="interest.history_most", version=9, value=1, unit="count", effective_from=OPENING)
    trade.hall.rules = RuleBook([*trade.hall.rules, one])
    await look_at(trade, trade.people.ashdown, cup)

    await look_at(trade, trade.li, cup, bolt)

    assert await seen(trade, trade.li) == [bolt]
    assert await seen(trade, trade.people.ashdown) == [cup]


async def test_history_is_forgotten_one_by_one_or_whole(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await look_at(trade, trade.li, cup, bolt)
    await look_at(trade, trade.people.ashdown, cup)

    await trade.hall.run(interest.forget_history, ForgetHistory(offers=(bolt,)), trade.li)
    left = await seen(trade, trade.li)
    await trade.hall.run(interest.forget_history, ForgetHistory(), trade.li)

    assert left == [cup]
    assert await seen(trade, trade.li) == []
    assert await seen(trade, trade.people.ashdown) == [cup]


async def test_what_is_older_than_the_rule_says_is_not_shown_and_goes(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await look_at(trade, trade.li, cup)
    trade.clock.pass_(days=180)
    await look_at(trade, trade.li, bolt)

    shown = await seen(trade, trade.li)

    assert shown == [bolt]
    assert await forget_old_history(trade.hall) == 1
    assert await forget_old_history(trade.hall) == 0
    assert await seen(trade, trade.li) == [bolt]


async def test_an_erased_reader_leaves_no_trace(trade: Trade) -> None:
    cup = await cups(trade)
    await look_at(trade, trade.li, cup)
    await trade.hall.run(interest.keep_favourites, interest.asks.Keep(offers=(cup,)), trade.li)

    async with trade.hall.working(system()) as work:
        await interest.forget_reader(work, trade.li.person_id)
        keepers = await work.db.fetch("SELECT DISTINCT kept_by FROM favourite_offer")

    assert await seen(trade, trade.li) == []
    assert [row["kept_by"] for row in keepers] == [0]


async def test_what_the_database_could_not_take_is_written_the_next_time(trade: Trade) -> None:
    class Away:
        def working(self, _actor: Actor) -> None:
            raise OSError("away")

    cup, glances = await cups(trade), Glances()
    glances.note(trade.li.person_id, int(cup), trade.clock.now())

    assert await glances.write(Away()) == 0  # type: ignore[arg-type]
    assert await glances.write(trade.hall) == 1
    assert await seen(trade, trade.li) == [cup]
