"""Reports to the market: one side says what the matter is, and the market looks at what was said until then."""

from huozhan import parties
from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case
from huozhan.messaging.asks import JudgeReport, ListReports, ReportConversation, ReportRef
from huozhan.messaging.conversation import Conversation, Said, Side
from huozhan.messaging.notice import NoticeToTell, tell_all
from huozhan.messaging.store import conversations as store
from huozhan.messaging.store import reports
from huozhan.messaging.views import FileView, ReportCard, ReportFile, ReportsView

SHOWN_TO_MARKET = 50
_LINKS = {Side.buyer: "/messages", Side.seller: "/desk/messages"}


class ReportIsOpen(Refusal):
    """This side's report waits for the market already."""

    code = "messaging.report_is_open"


class AlreadyJudged(Refusal):
    """The market has judged this report."""

    code = "messaging.already_judged"


@use_case("order.view", writes=True)
async def report_conversation(work: Work, ask: ReportConversation) -> Done:
    """Report the other side of a conversation to the market, which may then read what was said last."""
    found = await store.for_update(work, int(ask.conversation_id))
    side = found.side_of(work.actor.org_id)
    work.actor.must(side.permission)
    if await reports.is_open(work, found, side):
        raise ReportIsOpen
    await reports.add(work, found, side, ask.cause, ask.note.strip())
    return Done()


@use_case("market.view", writes=False)
async def reported_conversations(work: Work, ask: ListReports) -> ReportsView:
    """List the reports that wait to be judged, the oldest first; nothing of what was said."""
    after = read_cursor(ask.cursor, int)
    found = await reports.waiting(work, int(after[0]) if after else 0, ask.size + 1)
    shown = found[: ask.size]
    faces = await parties.org_faces(work, {org for one in shown for org in (one.buyer_id, one.seller_id)})
    return ReportsView(
        items=[_card(one, faces) for one in shown],
        next_cursor=write_cursor(shown[-1].report_id) if len(found) > ask.size else None,
    )


@use_case("market.operate", writes=False)
async def report_on_file(work: Work, ask: ReportRef) -> ReportFile:
    """Show a report with what was said last before it: whoever reported has laid that before the market."""
    one = await reports.read(work, int(ask.report_id))
    faces = await parties.org_faces(work, [one.buyer_id, one.seller_id])
    said = await store.messages(
        work, one.conversation_id, before_no=one.last_no + 1, after_no=None, limit=SHOWN_TO_MARKET
    )
    return ReportFile(
        report=_card(one, faces), outcome=one.outcome or "", items=[_on_file(one) for one in said]
    )


@use_case("market.operate", writes=True)
async def judge_report(work: Work, ask: JudgeReport) -> Done:
    """Uphold or dismiss a report and tell who reported; where it is upheld, also whom it was about."""
    one = await reports.read(work, int(ask.report_id))
    found = await store.of_clock(work, one.conversation_id)
    if not await reports.judge(work, one, ask.outcome):
        raise AlreadyJudged
    told = [one.side, one.side.other] if ask.outcome == "upheld" else [one.side]
    kinds = {one.side: f"report_{ask.outcome}", one.side.other: "reported"}
    await tell_all(work, [_notice(found, side, kinds[side]) for side in told])
    return Done()


async def talk_of(work: Work, buyer_id: int, seller_id: int) -> list[FileView]:
    """What two sides said last, for a dispute between them; the caller writes down who reads it and why."""
    found = await store.conversation_of(work, (buyer_id, seller_id))
    if not found:
        raise NotFound
    said = await store.messages(work, found, before_no=None, after_no=None, limit=SHOWN_TO_MARKET)
    return [_on_file(one) for one in said]


def _notice(found: Conversation, side: Side, kind: str) -> NoticeToTell:
    return NoticeToTell(
        org_id=found.buyer_id if side is Side.buyer else found.seller_id,
        kind=kind,
        link=f"{_LINKS[side]}/{found.conversation_id}",
        permission="order.view",
    )


def _card(one: reports.ReportRow, faces: dict[int, parties.OrgFace]) -> ReportCard:
    def name(org_id: int) -> Bilingual:
        return faces[org_id].name if org_id in faces else Bilingual()

    return ReportCard(
        report_id=str(one.report_id),
        side=one.side,
        buyer=name(one.buyer_id),
        seller=name(one.seller_id),
        cause=one.cause,
        note=one.note,
        reported_at=one.reported_at,
    )


def _on_file(said: Said) -> FileView:
    return FileView(
        side=said.side,
        is_automatic=said.is_automatic,
        is_recalled=said.recalled_at is not None,
        is_outside=bool(said.outside_rule),
        text=said.text,
        pictures=len(said.pictures),
        sent_at=said.sent_at,
    )
