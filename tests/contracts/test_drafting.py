"""Drafting: what a contract says, that it is always the same, and that it follows its order in a chain of versions."""

import asyncio

import asyncpg
import pytest

from huozhan import contracts, ordering
from huozhan.contracts.asks import ContractRef, OrderOfContract
from huozhan.contracts.clause import wordings
from huozhan.contracts.contract import ContractOpen, InForce, OrderOver
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.pages import contract_paper
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.ordering.asks import AmendPrice, OrderRef
from huozhan.ordering.order import TradeType
from huozhan.parties import Role
from tests import world
from tests.contracts.drawing import Drawing
from tests.credit.lending import Lending
from tests.ordering.staged_trade import StagedTrade


async def test_a_contract_says_what_the_order_says(drawing: Drawing) -> None:
    order = await drawing.trade.paid(red=100)
    asked = await drawing.ask(order)

    text = await drawing.text(asked.contract_id)

    body = text.body
    assert (text.version, text.parent, body.order_number) == (1, "", order.number)
    assert (body.goods_minor, body.freight_minor, body.amount_minor) == (90_000, 3_000, 93_000)
    assert body.amount_in_capitals == "人民币玖佰叁拾元整"
    assert (body.seller.credit_code, body.buyer.credit_code) == ("91330782MA28A1B2X4", "")
    (line,) = body.lines
    assert (line.title.zh, line.options.zh, line.quantity, line.price_e4) == ("陶瓷杯", "红", 100, 90_000)
    assert [clause.code for clause in body.clauses] == [
        "goods", "price", "pay_escrow", "pay_bank", "delivery", "acceptance", "after_sales", "breach", "dispute", "signature",
        "versions",
    ]  # fmt: skip
    assert [clause.number for clause in body.clauses] == [str(n) for n in range(1, 12)]
    assert body.delivery.receiver == "王**"
    assert {rule.code: rule.version for rule in body.rules}["compensation.late_bp"] == 1


async def test_the_same_text_is_the_same_paper(drawing: Drawing) -> None:
    asked = await drawing.ask(await drawing.trade.paid(red=100))
    row = await drawing.row(asked.contract_id)

    again = [
        await asyncio.to_thread(
            contract_paper.make_paper, drawing.hall, row["wording"], row["text_sha256"].hex(), lang
        )
        for lang in ("zh", "en")
    ]

    assert again == [row["paper"], row["english"]]
    assert b"/CreationDate" not in row["paper"]


async def test_a_contract_in_stages_refers_to_its_schedule_by_clause(drawing: Drawing) -> None:
    order = await StagedTrade(drawing.trade).one("3-7", is_earnest=True)
    asked = await drawing.ask(order)

    body = (await drawing.text(asked.contract_id)).body

    number = next(clause.number for clause in body.clauses if clause.code == "pay_staged")
    assert [(stage.clause, stage.amount_minor) for stage in body.stages] == [
        (f"{number}.1", 27_000), (f"{number}.2", 66_000),
    ]  # fmt: skip
    assert "pay_earnest" in [clause.code for clause in body.clauses]


@pytest.mark.parametrize("trade_type", [*TradeType, "something_new"])
def test_every_way_to_pay_has_a_clause_of_its_own_or_the_one_for_others(trade_type: str) -> None:
    known = f"pay_{trade_type}" in wordings()

    assert known == (trade_type in set(TradeType))
    assert "pay_other" in wordings()


async def test_an_order_on_credit_names_the_rule_of_its_due_day(drawing: Drawing) -> None:
    lending = Lending(drawing.trade)
    await lending.grant()
    order = await lending.order(1_000)
    asked = await drawing.ask(order)

    body = (await drawing.text(asked.contract_id)).body

    clause = next(clause for clause in body.clauses if clause.code == "pay_period")
    assert "收货后 30 天内付款" in clause.text.zh
    assert "paid within 30 days after receipt" in clause.text.en


async def test_either_side_asks_and_nobody_else(drawing: Drawing) -> None:
    trade = drawing.trade
    order = await trade.paid(red=10)
    viewer = await world.member(drawing.hall, trade.li, "looks@example.cn", Role.viewer)
    for stranger, refusal in ((trade.hongfa, NotFound), (viewer, Forbidden)):
        with pytest.raises(refusal):
            await drawing.ask(order, stranger)

    asked = await drawing.ask(order, trade.chenguang)

    assert (await drawing.page(asked.contract_id, trade.li)).can == ["sign", "refuse", "package"]
    assert (await drawing.page(asked.contract_id, trade.chenguang)).can == ["sign", "withdraw", "package"]
    with pytest.raises(ContractOpen):
        await drawing.ask(order)
    with pytest.raises(NotFound):
        await drawing.hall.run(contracts.contract_page, ContractRef(asked.contract_id), trade.hongfa)


async def test_an_order_that_closed_has_no_contract(drawing: Drawing) -> None:
    order = await drawing.trade.one(red=10)
    asked = await drawing.ask(order)
    await drawing.trade.hall.run(ordering.cancel_order, ordering.asks.CancelOrder(order_id=order.order_id, reason="不要了"), drawing.trade.li)  # fmt: skip
    await drawing.work()

    version = (await drawing.page(asked.contract_id)).versions[0]
    assert (version.state, version.ended_why) == ("withdrawn", "order_closed")
    with pytest.raises(OrderOver):
        await drawing.ask(order)


async def test_an_amended_order_has_a_new_version_that_names_its_parent(drawing: Drawing) -> None:
    trade = drawing.trade
    order = await trade.one(red=100)
    asked = await drawing.ask(order)
    amend = AmendPrice(order_id=order.order_id, reason="老客户", freight_minor=1_000)

    await drawing.hall.run(ordering.amend_price, amend, trade.chenguang)
    await drawing.work()

    second, first = (await drawing.page(asked.contract_id)).versions
    assert (first.state, second.state, second.cause) == ("superseded", "signing", "changed")
    assert second.parent_sha256 == first.text_sha256
    assert (await drawing.text(asked.contract_id, 2)).body.amount_minor == 91_000
    assert (await drawing.text(asked.contract_id, 2)).parent == first.text_sha256
    assert await drawing.findings() == []


async def test_a_change_is_followed_while_the_one_before_it_is(drawing: Drawing) -> None:
    """The worker takes a job off the queue a moment after it was worked."""
    (order,) = (await drawing.trade.place(*drawing.trade.want(red=100))).orders
    asked = await drawing.ask(order)
    jobs = []
    for goods_minor in (80_000, 70_000):
        ask = AmendPrice(order_id=order.order_id, goods_minor=goods_minor, reason="老客户让利")
        await drawing.hall.run(ordering.amend_price, ask, drawing.trade.chenguang)
        while await relay_once(drawing.hall):
            pass
        async with drawing.hall.pool.acquire() as db:
            jobs.append(await db.fetchval("SELECT count(*) FROM job WHERE kind = 'contracts.follow'"))

    assert jobs == [1, 2]
    await drawing.work()
    page = await drawing.page(asked.contract_id)
    assert (await drawing.text(asked.contract_id, page.versions[0].version_no)).body.goods_minor == 70_000


async def test_the_version_in_force_stands_until_the_next_one_is_sealed(drawing: Drawing) -> None:
    trade = drawing.trade
    order = await trade.one(red=100)
    page = await drawing.signed(order)
    contract_id = page.card.contract_id
    with pytest.raises(InForce):
        await drawing.ask(order)
    amend = AmendPrice(order_id=order.order_id, reason="老客户", freight_minor=1_000)
    await drawing.hall.run(ordering.amend_price, amend, trade.chenguang)
    await drawing.work()
    between = (await drawing.page(contract_id)).card
    assert (between.version_no, between.in_force_no, between.state) == (2, 1, "signing")

    after = await drawing.sign(contract_id, trade.chenguang, trade.li)

    assert [version.state for version in after.versions] == ["in_force", "superseded"]
    assert after.card.in_force_no == 2
    assert await drawing.findings() == []


async def test_paying_changes_no_contract(drawing: Drawing) -> None:
    order = await drawing.trade.one(red=100)
    asked = await drawing.ask(order)
    await drawing.trade.pay(order)

    page = await drawing.sign(asked.contract_id, drawing.trade.li, drawing.trade.chenguang)

    assert [version.state for version in page.versions] == ["in_force"]


async def test_a_promise_that_was_moved_is_in_the_next_version(drawing: Drawing) -> None:
    trade = drawing.trade
    order = await trade.paid(red=100)
    asked = await drawing.ask(order)
    longer = ordering.asks.AskLongerPromise(order_id=order.order_id, days=5, reason="模具返修")
    await drawing.hall.run(ordering.ask_longer_promise, longer, trade.chenguang)
    shown = (await trade.page(order)).longer
    assert shown is not None
    yes = ordering.asks.AnswerLongerPromise(order_id=order.order_id, request_id=shown.request_id, agree=True)
    await drawing.hall.run(ordering.answer_longer_promise, yes, trade.li)
    await drawing.work()

    assert (await drawing.text(asked.contract_id)).body.delivery.promise_at is None
    moved = (await drawing.text(asked.contract_id, 2)).body.delivery.promise_at
    assert moved == (await trade.page(order)).ship_promise_at


async def test_what_did_not_change_makes_no_version(drawing: Drawing) -> None:
    order = await drawing.trade.paid(red=100)
    asked = await drawing.ask(order)

    for _ in range(2):
        await drawing.hall.run(contracts.follow_order, OrderOfContract(order.order_id), drawing.trade.system)

    assert len((await drawing.page(asked.contract_id)).versions) == 1
    page = await drawing.hall.run(ordering.order_page, OrderRef(order.order_id), drawing.trade.li)
    assert page.state == "wait_send"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contract_version SET wording = wording || ' ' WHERE contract_id = $1",
        "UPDATE contract_version SET paper = 'x', paper_sha256 = sha256('x') WHERE contract_id = $1",
        "DELETE FROM contract_version WHERE contract_id = $1",
        "UPDATE contract_hash SET version_no = 2 WHERE contract_id = $1",
        "DELETE FROM contract_access WHERE contract_id = $1",
        (
            "INSERT INTO contract_version (contract_id, version_no, parent_no, parent_sha256, cause, wording, text_sha256,"
            " made_at, made_by_org, state) SELECT contract_id, 2, 1, sha256('other'), 'again', 'x', sha256('x'), now(), 0,"
            " 'superseded' FROM contract_version WHERE contract_id = $1"
        ),
        (
            "INSERT INTO contract_version (contract_id, version_no, cause, wording, text_sha256, made_at, made_by_org, state)"
            " SELECT contract_id, 2, 'again', 'x', sha256('x'), now(), 0, 'drafting' FROM contract_version"
            " WHERE contract_id = $1"
        ),
    ],
)
async def test_the_database_keeps_text_and_chain(drawing: Drawing, statement: str) -> None:
    order = await drawing.trade.paid(red=10)
    asked = await drawing.ask(order)
    await drawing.confirm(asked.contract_id, drawing.trade.li)

    async with drawing.hall.pool.acquire() as db:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with db.transaction():
                await db.execute(statement, int(asked.contract_id))
