"""One's own data: exported whole, erased for good, refused where others depend on it."""

import pytest
from tests import world

from huozhan import interest, operations, parties, search
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shapes import Nothing
from huozhan.parties.own_password import PasswordWrong
from huozhan.parties.personal_data import HandOverFirst, MoneyIsLeft, OrdersAreOpen
from huozhan.parties.signing_in import WrongCredentials
from huozhan.search.measures.notebook import NotedSearch


async def erase(hall: Hall, actor: Actor, password: str = world.PASSWORD) -> None:
    await hall.run(operations.erase_me, parties.EraseMe(password), actor)


async def test_an_export_holds_everything_about_a_person(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    data = await hall.run(parties.my_data, Nothing(), li)
    assert data.profile.sign_in_names[0].text == "li@example.cn"
    assert [(one.name_zh, one.role) for one in data.memberships] == [("小李", "owner")]
    assert len(data.sessions) == 2


async def test_what_a_person_looked_for_saved_and_waits_for_is_theirs_too(
    hall: Hall, clock: MovableClock
) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    mei = await world.buyer(hall, "小梅", "mei@example.cn")
    wanted = search.FindOffers(q="青花杯", has=["sample"])
    for who in (li, mei):
        await hall.run(search.save_search, search.SaveSearch(name="杯", search=wanted, watch=True), who)
        asked = NotedSearch(at=clock.now(), actor=who, asked=wanted, total=3, is_relaxed=False, offer_ids=())
        async with hall.working(who) as work:
            await interest.note_glances(work, [interest.Glance(who.person_id, 77, clock.now())])
            await search.put_away(work, [asked])

    data = await hall.run(operations.my_data, Nothing(), li)

    (saved,), (sought,), (glance,) = data.searches, data.looked_for, data.seen
    assert (saved.name, saved.search.q, saved.org_id) == ("杯", "青花杯", str(li.org_id))
    assert (sought.q, sought.filters, sought.total) == ("青花杯", {"has": ["sample"]}, 3)
    assert (glance.offer_id, glance.times) == ("77", 1)
    assert data.watches == []
    await erase(hall, li)
    await a_minute_later(hall, clock)
    clock.pass_(minutes=3)
    while await relay_once(hall):
        pass
    async with hall.working(system()) as work:
        await search.forget_person(work, li.person_id)
        assert await search.searches_by(work, li.person_id) == []
        assert await search.looked_for_by(work, li.person_id) == []
        assert len(await search.searches_by(work, mei.person_id)) == 1
        assert len(await search.looked_for_by(work, mei.person_id)) == 1


async def a_minute_later(hall: Hall, clock: MovableClock) -> None:
    clock.pass_(seconds=61)
    while await fire_once(hall, TIMERS):
        pass


async def test_who_signs_in_again_within_a_minute_is_not_erased(hall: Hall, clock: MovableClock) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    await erase(hall, li)
    ask = parties.SignIn(sign_in_name="li@example.cn", password=world.PASSWORD)
    await hall.run(parties.sign_in, ask, anonymous())

    await a_minute_later(hall, clock)

    await hall.run(parties.sign_in, ask, anonymous())


async def test_the_erased_are_gone_and_their_name_is_free(hall: Hall, clock: MovableClock) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    await world.address(hall, li, division="510104")
    await erase(hall, li)
    async with hall.pool.acquire() as db:
        for table in ("session", "api_token"):
            assert await db.fetchval(f"SELECT count(*) FROM {table} WHERE person_id = $1", li.person_id) == 0
    await a_minute_later(hall, clock)
    with pytest.raises(WrongCredentials):
        ask = parties.SignIn(sign_in_name="li@example.cn", password=world.PASSWORD)
        await hall.run(parties.sign_in, ask, anonymous())
    async with hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM address WHERE org_id = $1", li.org_id) == 0
        assert await db.fetchval("SELECT name FROM person WHERE person_id = $1", li.person_id) == ""
        assert await db.fetchval("SELECT name_zh FROM organisation WHERE org_id = $1", li.org_id) == "小李"
    assert (await world.person(hall, "li@example.cn")).person_id != li.person_id


async def test_nobody_is_erased_without_the_password(hall: Hall) -> None:
    li = await world.person(hall, "li@example.cn")
    with pytest.raises(PasswordWrong):
        await erase(hall, li, "not-my-password")


async def test_a_last_owner_hands_over_first(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    await world.member(hall, owner, "qian@example.cn", parties.Role.buyer)
    with pytest.raises(HandOverFirst):
        await erase(hall, owner)


async def test_open_orders_and_money_keep_a_lone_owner(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    with pytest.raises(OrdersAreOpen):
        parties.must_be_left_empty([li.org_id], open_orders={li.org_id: 2}, money_minor={})
    with pytest.raises(MoneyIsLeft):
        parties.must_be_left_empty([li.org_id], open_orders={li.org_id: 0}, money_minor={li.org_id: 1})
    await erase(hall, li)


async def test_a_plain_member_just_goes(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    buyer = await world.member(hall, owner, "qian@example.cn", parties.Role.buyer)
    await erase(hall, buyer)
    left = await hall.run(parties.members, Nothing(), owner)
    assert [one.is_me for one in left.members] == [True]
