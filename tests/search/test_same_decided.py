"""What people say of identical goods holds: taken apart for ever, put together, objected to."""

from typing import Any

import asyncpg
import pytest

from huozhan import operations, search
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.search import DecideSameReport, JoinSame, KeepApart, ListSameReports, ReportNotSame, SameGroupOf
from huozhan.search.same.deciding import AlreadyReported, KeptApart
from tests.search.test_same import KETTLE, SameMarket, goods

__all__ = ["goods"]
WHY = "材质不同"


async def _pair(goods: SameMarket) -> tuple[str, str]:
    """One kettle of two suppliers, grouped."""
    one = await goods.publish(goods.people.yunzhi, "K-1", KETTLE)
    other = await goods.publish(goods.people.hongfa, "K-9", f"{KETTLE} 包邮")
    await goods.settle()
    return one, other


async def _group(goods: SameMarket, offer_id: str) -> set[str]:
    found = await goods.hall.run(search.same_group, SameGroupOf(offer_id=offer_id), goods.people.operator)
    return {one.offer_id for one in found.members}


async def _do(goods: SameMarket, use_case: Any, ask: Any) -> None:
    await goods.hall.run(use_case, ask, goods.people.operator)
    await goods.settle()


async def test_what_is_kept_apart_stays_apart_for_ever(goods: SameMarket) -> None:
    one, other = await _pair(goods)
    assert await _group(goods, one) == {one, other}
    shown = await goods.hall.run(search.same_group, SameGroupOf(offer_id=one), goods.people.operator)
    assert {sign.sign for member in shown.members for sign in member.evidence} >= {"words", "figures"}

    await _do(goods, operations.keep_apart, KeepApart(offer_id=one, apart=[other], reason=WHY))

    assert await _group(goods, one) == set()
    assert [card.same for card in (await goods.find("电热水壶")).offers] == [None, None]
    with pytest.raises(KeptApart):
        await _do(goods, operations.join_same, JoinSame(offer_id=one, other_id=other, reason=WHY))
    async with goods.hall.pool.acquire() as db:
        for sentence in ("DELETE FROM same_verdict", "UPDATE same_verdict SET verdict = 'joined'"):
            with pytest.raises(asyncpg.CheckViolationError, match="stay apart"):
                async with db.transaction():
                    await db.execute(sentence)


async def test_an_operator_puts_together_what_the_judge_does_not(goods: SameMarket) -> None:
    one = await goods.publish(goods.people.yunzhi, "A", "手冲咖啡壶细口壶")
    other = await goods.publish(goods.people.hongfa, "B", "滴滤云朵壶分享器具")
    await goods.settle()
    assert await _group(goods, one) == set()

    await _do(goods, operations.join_same, JoinSame(offer_id=one, other_id=other, reason=WHY))

    assert await _group(goods, one) == {one, other}
    await _do(goods, operations.keep_apart, KeepApart(offer_id=one, apart=[other], reason=WHY))
    assert await _group(goods, one) == set(), "the last word may only take apart"


async def test_a_supplier_objects_and_an_accepted_objection_takes_its_offer_out(goods: SameMarket) -> None:
    one, other = await _pair(goods)
    people, ask = goods.people, ReportNotSame(offer_id=one, reason=WHY)
    with pytest.raises(NotFound):
        await goods.hall.run(search.report_not_same, ask, people.hongfa)
    filed = await goods.hall.run(search.report_not_same, ask, people.yunzhi)
    with pytest.raises(AlreadyReported):
        await goods.hall.run(search.report_not_same, ask, people.yunzhi)
    waiting = await goods.hall.run(search.same_reports, ListSameReports(), people.operator)
    assert [(w.report.report_id, w.members) for w in waiting.items] == [(filed.report_id, 2)]
    with pytest.raises(Forbidden):
        await goods.hall.run(search.same_reports, ListSameReports(), people.yunzhi)

    decide = DecideSameReport(report_id=filed.report_id, accept=True, reason="确实不同")
    await _do(goods, operations.decide_same_report, decide)
    while await relay_once(goods.hall):
        pass

    assert await _group(goods, other) == set()
    own = await goods.hall.run(search.my_same_goods, SameGroupOf(offer_id=one), people.yunzhi)
    assert own.report is not None
    assert (own.report.state, own.report.answer, own.members) == ("accepted", "确实不同", [])
    assert (await goods.hall.run(search.same_reports, ListSameReports(), people.operator)).items == []


async def test_an_operator_finds_a_group_by_words_once_with_who_is_in_it(goods: SameMarket) -> None:
    both = {*await _pair(goods)}
    alone = await goods.publish(goods.people.hongfa, "P-1", "手冲咖啡壶细口壶")
    await goods.settle()

    async def found(q: str, who: Any) -> list[search.SameGroupFound]:
        return await goods.hall.run(search.find_same, search.FindSame(q=q), who)

    (group,) = await found("电热水壶", goods.people.operator)
    assert group.offer_id in both
    assert (group.offers, group.suppliers) == (2, 2)
    (single,) = await found("咖啡壶", goods.people.operator)
    assert (single.offer_id, single.offers, single.suppliers) == (alone, 1, 1)
    assert await found("没有这种货的词", goods.people.operator) == []
    with pytest.raises(Forbidden):
        await found("电热水壶", goods.people.yunzhi)
