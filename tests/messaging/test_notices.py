"""Notices: told to an organisation, shown by role, read by each member for themselves."""

import pytest

from huozhan import messaging, parties
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import Forbidden
from huozhan.kernel.shapes import Nothing
from huozhan.messaging import NoticeToTell
from tests import world


async def tell(hall: Hall, *notices: NoticeToTell) -> None:
    async with hall.working(system()) as work:
        await messaging.tell_all(work, notices)


async def kinds(hall: Hall, actor: Actor) -> list[str]:
    return [one.kind for one in (await hall.run(messaging.notices, messaging.Notices(), actor)).items]


async def test_a_notice_reaches_only_its_organisation_and_role(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    viewer = await world.member(hall, owner, "sun@example.cn", parties.Role.viewer)
    stranger = await world.buyer(hall, "别家", "bie@example.cn")
    await tell(
        hall,
        NoticeToTell(org_id=owner.org_id, kind="open", facts={"count": 3}, link="/orders"),
        NoticeToTell(org_id=owner.org_id, kind="funds", permission="funds.withdraw"),
    )
    assert await kinds(hall, owner) == ["funds", "open"]
    assert await kinds(hall, viewer) == ["open"]
    assert await kinds(hall, stranger) == []
    assert (await hall.run(messaging.unread_notices, Nothing(), viewer)).count == 1


async def test_each_member_reads_for_themselves_and_later_ones_stay_unread(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    viewer = await world.member(hall, owner, "sun@example.cn", parties.Role.viewer)
    await tell(hall, NoticeToTell(org_id=owner.org_id, kind="first"))
    seen = (await hall.run(messaging.notices, messaging.Notices(), owner)).items[0]
    await tell(hall, NoticeToTell(org_id=owner.org_id, kind="second"))
    await hall.run(messaging.read_notices, messaging.ReadNotices(seen.notice_id), owner)
    listed = await hall.run(messaging.notices, messaging.Notices(), owner)
    assert [(one.kind, one.is_read) for one in listed.items] == [("second", False), ("first", True)]
    assert listed.unread == 1
    assert (await hall.run(messaging.unread_notices, Nothing(), viewer)).count == 2
    await hall.run(messaging.read_notices, messaging.ReadNotices("1"), owner)  # never marks back
    assert (await hall.run(messaging.unread_notices, Nothing(), owner)).count == 1


async def test_notices_come_page_by_page(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    await tell(hall, *(NoticeToTell(org_id=owner.org_id, kind=f"n{n}") for n in range(5)))
    first = await hall.run(messaging.notices, messaging.Notices(limit=3), owner)
    rest = await hall.run(messaging.notices, messaging.Notices(limit=3, cursor=first.next_cursor), owner)
    assert [one.kind for one in [*first.items, *rest.items]] == ["n4", "n3", "n2", "n1", "n0"]
    assert rest.next_cursor is None


async def test_who_belongs_to_nobody_has_no_notices(hall: Hall) -> None:
    with pytest.raises(Forbidden):
        await kinds(hall, await world.person(hall, "li@example.cn"))


async def test_reviewers_hear_of_applications_and_applicants_of_the_decision(hall: Hall) -> None:
    operator = await world.first_operator(hall)
    owner = await world.supplier(hall, operator, "晨光", "chen@example.cn", uscc="91330782MA28A1B2X4")
    while await relay_once(hall):
        pass
    assert await kinds(hall, operator) == ["supplier_applied"]
    assert await kinds(hall, owner) == ["supplier_approved"]
    for key in ("supplier_applied", "supplier_approved", "supplier_rejected"):
        assert hall.words.has(f"notice.{key}")
