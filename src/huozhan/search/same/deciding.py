"""What people say of identical goods: operators look at a group, take offers out of it for ever or put two together; a supplier objects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from huozhan import catalogue, parties
from huozhan.catalogue import OfferCard
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Ask, Bilingual, Cursor, Id, PageSize, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.same import store
from huozhan.search.same import verdict_store as verdicts
from huozhan.search.same.facts import SameReportDecided
from huozhan.search.same.grouping import pair_of
from huozhan.search.same.report import MOVES, Report

APART_MAX = 60
SHOWN_MAX = 200
DECIDED_MAX = 50


class KeptApart(Refusal):
    """An operator decided that these two are not the same goods, which holds for ever."""

    code = "search.kept_apart"


class AlreadyReported(Refusal):
    """About this offer an objection waits already."""

    code = "search.already_reported"


class SameGroupOf(Ask, frozen=True, kw_only=True):
    """Which offer's group."""

    offer_id: Id


class KeepApart(Ask, frozen=True, kw_only=True):
    """Offers that are not the goods of another one: nor of anybody who is in its group and is not named here."""

    offer_id: Id
    apart: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=APART_MAX)]
    reason: Reason


class JoinSame(Ask, frozen=True, kw_only=True):
    """Two offers that are the same goods."""

    offer_id: Id
    other_id: Id
    reason: Reason


class ReportNotSame(Ask, frozen=True, kw_only=True):
    """One's own offer that is in a group it does not belong to, and why."""

    offer_id: Id
    reason: Reason


class ListSameReports(Ask, frozen=True, kw_only=True):
    """A page of objections."""

    cursor: Cursor = ""
    size: PageSize = 20


class DecideSameReport(Ask, frozen=True, kw_only=True):
    """An objection that is right or not, with the reason."""

    report_id: Id
    accept: bool
    reason: Reason


class SameSign(View, frozen=True, kw_only=True):
    """One sign of two offers: more than nothing speaks for the same goods; in hundredths of a doubling of the odds."""

    sign: str
    points: int


class SameMemberView(View, frozen=True, kw_only=True):
    """An offer of a group: whom it is the same as, and what told it; its centre tells nothing."""

    offer_id: Id
    card: OfferCard | None
    seller_id: Id
    seller: Bilingual
    centre_id: Id
    points: int
    evidence: list[SameSign]
    joined_at: datetime


class SameVerdictView(View, frozen=True, kw_only=True):
    """What an operator decided of two offers: `joined` or `apart`."""

    one_id: Id
    other_id: Id
    verdict: str
    reason: str
    decided_at: datetime


class SameReportView(View, frozen=True, kw_only=True):
    """An objection: `filed`, `accepted` or `refused`."""

    report_id: Id
    offer_id: Id
    state: str
    reason: str
    filed_at: datetime
    answer: str


class SameGroupView(View, frozen=True, kw_only=True):
    """A group of identical goods, empty where nobody else has them, and what was decided of its offers."""

    offer_id: Id
    title: Bilingual
    members: list[SameMemberView]
    verdicts: list[SameVerdictView]


class OwnSameGroup(View, frozen=True, kw_only=True):
    """The group of one's own offer, and what one objected last."""

    offer_id: Id
    members: list[SameMemberView]
    report: SameReportView | None


class SameReportToDecide(View, frozen=True, kw_only=True):
    """An objection that waits, with the offer that it is about and its supplier."""

    report: SameReportView
    title: Bilingual
    seller_id: Id
    seller: Bilingual
    members: int


@use_case("market.view", writes=False)
async def same_group(work: Work, ask: SameGroupOf) -> SameGroupView:
    """One group whole, with what tells that its offers are the same."""
    offer_id = int(ask.offer_id)
    if offer_id not in await catalogue.offer_homes(work, [offer_id]):
        raise NotFound(offer_id=ask.offer_id)
    members = await store.group_of(work, offer_id)
    ids = {offer_id, *(one.offer_id for one in members)}
    cards = {int(card.offer_id): card for card in await catalogue.offer_cards(work, [offer_id])}
    decided = await verdicts.about(work, ids, DECIDED_MAX)
    return SameGroupView(
        offer_id=ask.offer_id,
        title=cards[offer_id].title if offer_id in cards else Bilingual(),
        members=await _views(work, members),
        verdicts=[
            SameVerdictView(
                one_id=str(one.one_id),
                other_id=str(one.other_id),
                verdict=one.verdict,
                reason=one.reason,
                decided_at=one.decided_at,
            )
            for one in decided
        ],
    )


@use_case("offer.view", writes=False)
async def my_same_goods(work: Work, ask: SameGroupOf) -> OwnSameGroup:
    """The group that one's own offer is in, what told that it belongs there, and what one objected."""
    offer_id = await _own(work, ask.offer_id)
    report = await verdicts.last_own(work, offer_id)
    return OwnSameGroup(
        offer_id=ask.offer_id,
        members=await _views(work, await store.group_of(work, offer_id)),
        report=_report_view(report) if report else None,
    )


@use_case("offer.edit", writes=True)
async def report_not_same(work: Work, ask: ReportNotSame) -> SameReportView:
    """Objects to the group that one's own offer is in; an operator decides."""
    offer_id = await _own(work, ask.offer_id)
    if offer_id not in await store.members(work, [offer_id]):
        raise NotFound(offer_id=ask.offer_id)
    report = Report(
        report_id=work.new_id(),
        offer_id=offer_id,
        seller_id=work.actor.org_id,
        state=MOVES.first,
        reason=ask.reason,
        filed_at=work.now,
        filed_by=work.actor.person_id,
    )
    if not await verdicts.file(work, report):
        raise AlreadyReported(offer_id=ask.offer_id)
    return _report_view(report)


@use_case("market.view", writes=False)
async def same_reports(work: Work, ask: ListSameReports) -> Page[SameReportToDecide]:
    """Objections that wait to be decided, the oldest first."""
    after = read_cursor(ask.cursor, int)
    found = await verdicts.open_page(work, int(after[0]) if after else 0, ask.size + 1)
    shown = found[: ask.size]
    faces = await parties.org_faces(work, {one.seller_id for one in shown})
    cards = {card.offer_id: card for card in await catalogue.offer_cards(work, [r.offer_id for r in shown])}
    goods = await store.goods_of(work, [one.offer_id for one in shown])
    groups = await store.groups(work, set(goods.values()))
    return Page(
        [
            SameReportToDecide(
                report=_report_view(one),
                title=cards[str(one.offer_id)].title if str(one.offer_id) in cards else Bilingual(),
                seller_id=str(one.seller_id),
                seller=faces[one.seller_id].name if one.seller_id in faces else Bilingual(),
                members=len(groups.get(goods.get(one.offer_id, 0), ())),
            )
            for one in shown
        ],
        write_cursor(shown[-1].report_id) if len(found) > ask.size else None,
    )


async def reports_waiting(work: Work, limit: int) -> int:
    """How many objections wait to be decided; counted up to a bound."""
    return await verdicts.open_count(work, limit)


async def keep_apart(work: Work, ask: KeepApart) -> int:
    """Takes offers out of a group for ever, and tells from how many others; operations calls it on record."""
    offer_id, apart = int(ask.offer_id), {int(one) for one in ask.apart}
    if offer_id in apart:
        raise Invalid(field="apart", detail="at `$.apart`: an offer is not kept apart from itself")
    await _must_be_there(work, [offer_id, *apart])
    stay = {offer_id, *(one.offer_id for one in await store.group_of(work, offer_id))} - apart
    await verdicts.decide_pairs(
        work, {pair_of(one, other) for one in apart for other in stay}, "apart", ask.reason
    )
    await store.feed(work, stay | apart)
    return len(stay)


async def join_same(work: Work, ask: JoinSame) -> None:
    """Puts two offers together; refuses two that were kept apart, by themselves or with those they were put together with."""
    one, other = int(ask.offer_id), int(ask.other_id)
    if one == other:
        raise Invalid(field="other_id", detail="at `$.other_id`: the same offer")
    await _must_be_there(work, [one, other])
    groups = [
        {offer_id, *(m.offer_id for m in await store.group_of(work, offer_id))} for offer_id in (one, other)
    ]
    decided = await store.verdicts(work, groups[0] | groups[1])
    if any(decided.get(pair_of(a, b)) == "apart" for a in groups[0] for b in groups[1] if a != b):
        raise KeptApart(offer_id=ask.offer_id, other_id=ask.other_id)
    await verdicts.decide_pairs(work, [pair_of(one, other)], "joined", ask.reason)
    await store.feed(work, [one, other])


async def decide_report(work: Work, ask: DecideSameReport) -> SameReportView:
    """Accepts an objection, whose offer then leaves its group for ever, or refuses it; operations calls it on record."""
    report = await verdicts.for_update(work, int(ask.report_id))
    if report is None:
        raise NotFound(report_id=ask.report_id)
    decided = msgspec.structs.replace(
        report,
        state=MOVES.after(report.state, "accept" if ask.accept else "refuse"),
        decided_at=work.now,
        decided_by=work.actor.person_id,
        answer=ask.reason,
    )
    await verdicts.decide(work, decided)
    others = [
        one.offer_id for one in await store.group_of(work, report.offer_id) if one.offer_id != report.offer_id
    ]
    if ask.accept and others:
        apart = {pair_of(report.offer_id, other) for other in others}
        await verdicts.decide_pairs(work, apart, "apart", ask.reason)
        await store.feed(work, [report.offer_id, *others])
    work.record(
        SameReportDecided(
            report_id=report.report_id,
            offer_id=report.offer_id,
            seller_id=report.seller_id,
            accepted=ask.accept,
        )
    )
    return _report_view(decided)


async def _own(work: Work, offer_id: str) -> int:
    home = (await catalogue.offer_homes(work, [int(offer_id)])).get(int(offer_id))
    if home is None or home.seller_id != work.actor.org_id:
        raise NotFound(offer_id=offer_id)
    return int(offer_id)


async def _must_be_there(work: Work, offer_ids: Sequence[int]) -> None:
    there = await catalogue.offer_homes(work, offer_ids)
    if missing := [one for one in offer_ids if one not in there]:
        raise NotFound(offer_id=str(missing[0]))


async def _views(work: Work, members: Sequence[store.Member]) -> list[SameMemberView]:
    shown = members[:SHOWN_MAX]
    cards = {
        card.offer_id: card for card in await catalogue.offer_cards(work, [one.offer_id for one in shown])
    }
    faces = await parties.org_faces(work, {one.seller_id for one in shown})
    return [
        SameMemberView(
            offer_id=str(one.offer_id),
            card=cards.get(str(one.offer_id)),
            seller_id=str(one.seller_id),
            seller=faces[one.seller_id].name if one.seller_id in faces else Bilingual(),
            centre_id=str(one.centre_id),
            points=one.points,
            evidence=[SameSign(sign=sign, points=points) for sign, points in one.evidence],
            joined_at=one.joined_at,
        )
        for one in shown
    ]


def _report_view(report: Report) -> SameReportView:
    return SameReportView(
        report_id=str(report.report_id),
        offer_id=str(report.offer_id),
        state=report.state.value,
        reason=report.reason,
        filed_at=report.filed_at,
        answer=report.answer,
    )
