"""Fund records: found by day, sort, order and amount; statements that add up and equal the ledger; files that can be checked."""

import csv
import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
import python_calamine

from huozhan import ledger, parties, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import funds as jobs
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.pages import paper
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.ids import human_number
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.payments import Compensation, Release, exporting
from huozhan.payments.asks import AskExport, CheckStatement, ExportRef, FundLines, ListMonths, MyExports
from huozhan.payments.exporting import ExportsWait, TooManyRecords
from tests import world
from tests.payments.paying import LI, working

NAME = "义乌市晨光小商品有限公司"
ORDER, OTHER = 9_000_000_000_001, 9_000_000_000_002


@pytest_asyncio.fixture
async def chenguang(hall: Hall, clock: MovableClock) -> Actor:
    """Chenguang sold twice in March, was late once, and sold again on the first of April."""
    operator = await world.first_operator(hall)
    owner = await world.supplier(
        hall, operator, NAME, "chenguang@example.cn", kind="trader", uscc="91330782MA28A1B2X4",
        province="330000", city="330700", belt="义乌小商品",
    )  # fmt: skip
    await sold(hall, owner, ORDER, 10_000)
    clock.pass_(days=2)
    await sold(hall, owner, OTHER, 50_000)
    async with hall.working(system("test")) as work:
        await payments.compensate(
            work,
            Compensation(
                order_id=OTHER, seller_id=owner.org_id, buyer_id=LI, cause="late", amount_minor=2_500,
                order_number=human_number(OTHER),
            ),
        )  # fmt: skip
    clock.pass_(days=29)
    await sold(hall, owner, ORDER, 1_000, key="r2")
    clock.pass_(hours=1)
    return owner


async def sold(hall: Hall, owner: Actor, order_id: int, goods_minor: int, key: str = "r1") -> None:
    async with hall.working(system("test")) as work:
        entry = ledger.write_entry(
            "E1", business_key=f"E1:{order_id}:{key}", about_id=order_id, owners={101: 1, 202: order_id},
            amounts={"paid": goods_minor},
        )  # fmt: skip
        await ledger.post(work, [entry])
        await payments.release(
            work,
            Release(
                order_id=order_id, seller_id=owner.org_id, key=key, goods_minor=(goods_minor,),
                order_number=human_number(order_id),
            ),
        )  # fmt: skip


async def found(hall: Hall, owner: Actor, **wanted: Any) -> list[tuple[str, str, int]]:
    ask = FundLines(side="seller", **wanted)
    page = await hall.run(payments.fund_lines, ask, owner)
    return [(line.event, line.account, line.change_minor) for line in page.items]


async def written(hall: Hall, owner: Actor, **wanted: Any) -> payments.views.ExportView:
    """A file, asked for and written by the worker."""
    asked = await hall.run(payments.ask_export, AskExport(**wanted), owner)
    assert asked.state == "waiting"
    await jobs.make_export(hall, org_id=owner.org_id, export_id=int(asked.export_id))
    return (await hall.run(payments.my_exports, MyExports(), owner)).items[0]


MARCH = {"from_on": date(2026, 3, 1), "until_on": date(2026, 3, 31)}


async def test_records_are_found_by_day_sort_order_and_amount(hall: Hall, chenguang: Actor) -> None:
    assert len(await found(hall, chenguang)) == 10
    assert await found(hall, chenguang, from_on=date(2026, 4, 1), sort="proceeds") == [
        ("E5", "available", 980), ("E5", "pending", -980), ("E4", "pending", 980),
    ]  # fmt: skip
    assert await found(hall, chenguang, sort="compensation") == [("E9", "available", -2_500)]
    assert len(await found(hall, chenguang, number=human_number(ORDER), until_on=date(2026, 3, 31))) == 3
    assert await found(hall, chenguang, number="12345") == []
    assert await found(hall, chenguang, least_minor=2_000, most_minor=3_000) == [("E9", "available", -2_500)]
    with pytest.raises(Invalid):
        await found(hall, chenguang, from_on=date(2026, 4, 1), until_on=date(2026, 3, 1))


async def test_pages_of_a_search_leave_nothing_out(hall: Hall, chenguang: Actor) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        ask = FundLines(side="seller", sort="proceeds", size=2, cursor=cursor)
        page = await hall.run(payments.fund_lines, ask, chenguang)
        seen += [line.line_id for line in page.items]
        if not page.next_cursor:
            break
        cursor = page.next_cursor

    assert len(seen) == len(set(seen)) == 9


async def test_each_month_begins_with_what_the_last_ended_with_and_equals_the_ledger(
    hall: Hall, chenguang: Actor
) -> None:
    months = (await hall.run(payments.fund_months, ListMonths(), chenguang)).months

    assert [(month.first_on, month.opening_minor, month.closing_minor) for month in months[:2]] == [
        (date(2026, 4, 1), 56_300, 57_280), (date(2026, 3, 1), 0, 56_300),
    ]  # fmt: skip
    stands = await ledger.balance(working(hall), ledger.payable_available(chenguang.org_id))
    assert stands.posted_minor == months[0].closing_minor


@pytest.mark.parametrize("kind", ["statement", "records"])
async def test_a_file_holds_every_line_with_its_reason_in_order(
    hall: Hall, chenguang: Actor, kind: str
) -> None:
    made = await written(hall, chenguang, kind=kind, format="csv", **MARCH)

    assert (made.state, made.lines_total, made.lines_done) == ("done", 7, 7)
    assert (made.opening_minor, made.closing_minor) == (0, 56_300)
    file = await hall.run(payments.export_file, ExportRef(export_id=made.export_id), chenguang)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    body = rows[-7:]
    assert [row[-1] for row in body] == ["98.00", "-98.00", "98.00", "490.00", "-490.00", "490.00", "-25.00"]
    assert "佣金含税 ¥2.00（佣金费率 2%，规则第 1 版）" in body[0][2]
    assert (body[-1][2], body[-1][4]) == ("未按承诺时间发货，按“延迟发货赔付”规则赔付", human_number(OTHER))
    assert (["期末余额 · 可提现", "563.00"] in rows) == (kind == "statement")
    assert ["单位名称", NAME] in rows


async def test_a_workbook_and_a_paper_say_the_same(hall: Hall, chenguang: Actor) -> None:
    book = await written(hall, chenguang, kind="statement", format="xlsx", **MARCH)
    file = await hall.run(payments.export_file, ExportRef(export_id=book.export_id), chenguang)
    sheet = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.content))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert [row[5] for row in sheet[-7:]] == [98.0, -98.0, 98.0, 490.0, -490.0, 490.0, -25.0]

    made = await written(hall, chenguang, kind="statement", format="pdf", **MARCH)
    file = await hall.run(payments.export_file, ExportRef(export_id=made.export_id), chenguang)
    assert file.content.startswith(b"%PDF-")
    assert file.file_name == "statement-seller-2026-03-01-2026-03-31.pdf"
    assert b"NotoSansSC" in file.content, "Chinese is set in a typeface that has it"


async def test_whoever_holds_a_file_can_have_it_checked(hall: Hall, chenguang: Actor) -> None:
    made = await written(hall, chenguang, kind="statement", format="csv", **MARCH)
    file = await hall.run(payments.export_file, ExportRef(export_id=made.export_id), chenguang)
    assert hashlib.sha256(file.content).hexdigest() == made.sha256

    known = await hall.run(payments.check_statement, CheckStatement(sha256=made.sha256.upper()), anonymous())
    forged = hashlib.sha256(file.content.replace(b"563.00", b"963.00")).hexdigest()
    unknown = await hall.run(payments.check_statement, CheckStatement(sha256=forged), anonymous())

    assert (known.is_known, known.organisation.zh, known.from_on, known.kind) == (
        True, NAME, date(2026, 3, 1), "statement",
    )  # fmt: skip
    assert not unknown.is_known
    while await relay_once(hall):
        pass
    kinds = [
        row["kind"]
        for row in await working(hall).db.fetch("SELECT kind FROM notice WHERE org_id = $1", chenguang.org_id)
    ]
    assert "export_ready" in kinds


async def test_a_running_month_adds_up_to_the_moment_it_was_asked_for(hall: Hall, chenguang: Actor) -> None:
    ask = AskExport(kind="statement", format="csv", from_on=date(2026, 4, 1), until_on=date(2026, 4, 30))
    asked = await hall.run(payments.ask_export, ask, chenguang)
    await sold(hall, chenguang, OTHER, 7_000, key="r3")

    await jobs.make_export(hall, org_id=chenguang.org_id, export_id=int(asked.export_id))

    (made, *_) = (await hall.run(payments.my_exports, MyExports(), chenguang)).items
    assert (made.state, made.lines_total, made.opening_minor, made.closing_minor) == (
        "done",
        3,
        56_300,
        57_280,
    )


async def test_the_worker_tells_how_far_it_has_come_and_begins_anew_after_a_kill(
    hall: Hall, chenguang: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LINES_AT_ONCE", 3)
    asked = await hall.run(payments.ask_export, AskExport(format="csv", **MARCH), chenguang)
    named = {"org_id": chenguang.org_id, "export_id": int(asked.export_id)}
    seen: list[int] = []

    def killed(*_: Any) -> bytes:
        raise KeyboardInterrupt

    real = paper.make_file
    monkeypatch.setattr(paper, "make_file", killed)
    with pytest.raises(KeyboardInterrupt):
        await jobs.make_export(hall, **named)
    (half, *_) = (await hall.run(payments.my_exports, MyExports(), chenguang)).items
    seen.append(half.lines_done)
    monkeypatch.setattr(paper, "make_file", real)
    await jobs.make_export(hall, **named)
    await jobs.make_export(hall, **named)

    (made, *_) = (await hall.run(payments.my_exports, MyExports(), chenguang)).items
    assert (seen, half.state, made.state) == ([7], "waiting", "done")
    assert await working(hall).db.fetchval("SELECT count(*) FROM fund_export_hash") == 1


async def test_what_is_too_long_too_large_or_too_many_is_refused_with_the_numbers(
    hall: Hall, chenguang: Actor
) -> None:
    long = AskExport(from_on=date(2026, 1, 1), until_on=date(2026, 1, 1) + timedelta(days=366))
    with pytest.raises(Invalid):
        await hall.run(payments.ask_export, long, chenguang)
    with pytest.raises(Invalid):
        await hall.run(payments.ask_export, AskExport(), chenguang)
    few = Rule(
        code="payments.export_pdf_lines", version=2, value=6, unit="count", effective_from=hall.clock.now()
    )
    hall.rules = RuleBook([*hall.rules, few])
    with pytest.raises(TooManyRecords) as refused:
        await hall.run(payments.ask_export, AskExport(format="pdf", **MARCH), chenguang)
    assert refused.value.facts == {"lines": 7, "most": 6}
    for _ in range(5):
        await hall.run(payments.ask_export, AskExport(**MARCH), chenguang)
    with pytest.raises(ExportsWait):
        await hall.run(payments.ask_export, AskExport(**MARCH), chenguang)


async def test_a_stranger_and_a_viewer_get_no_file(hall: Hall, chenguang: Actor) -> None:
    made = await written(hall, chenguang, format="csv", **MARCH)
    stranger = await world.buyer(hall, "小王杂货店", "wang@example.cn")
    viewer = await world.member(hall, chenguang, "viewer@example.cn", parties.Role.viewer)

    with pytest.raises(NotFound):
        await hall.run(payments.export_file, ExportRef(export_id=made.export_id), stranger)
    with pytest.raises(Forbidden):
        await hall.run(payments.ask_export, AskExport(**MARCH), viewer)
    assert (await hall.run(payments.my_exports, MyExports(), stranger)).items == []
