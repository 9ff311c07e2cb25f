"""Signing: both confirm, the authority signs, the market seals; what a person did not confirm is not signed."""

import asyncio

import pytest

from huozhan import contracts
from huozhan.contracts.asks import RevokeCertificate
from huozhan.contracts.sealing import papers
from huozhan.contracts.signature import OtherText, PersonSigns, SignedAlready
from huozhan.doors.jobs import contracts as jobs
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.parties.two_step import SecondStepMissing, SecondStepWrong
from huozhan_outside import certificates
from tests.contracts.authority import Authority
from tests.contracts.drawing import Drawing


async def test_both_sign_and_the_market_seals(drawing: Drawing) -> None:
    order = await drawing.trade.paid(red=100)

    page = await drawing.signed(order)

    assert (page.card.state, page.card.in_force_no, page.card.who_acts) == ("in_force", 1, "")
    version = page.versions[0]
    assert [(one.side, one.state) for one in version.signatures] == [
        ("buyer", "signed"), ("seller", "signed"), ("market", "signed"),
    ]  # fmt: skip
    row = await drawing.row(page.card.contract_id)
    assert row["signed"].startswith(row["paper"])
    async with drawing.hall.pool.acquire() as db:
        roots = [one["certificate"] for one in await db.fetch("SELECT certificate FROM contract_root")]
    judged = await asyncio.to_thread(papers().judge, row["signed"], roots)
    assert [(one.field, one.subject, one.holds) for one in judged] == [
        ("Buyer", "小李杂货店", True), ("Seller", "义乌市晨光小商品有限公司", True), ("Market", "Test Market", True),
    ]  # fmt: skip
    assert drawing.hall.settings.seal_file.stat().st_mode & 0o777 == 0o600
    assert await drawing.findings() == []


async def test_what_was_confirmed_is_kept_with_who_and_when(drawing: Drawing) -> None:
    asked = await drawing.ask(await drawing.trade.paid(red=10))
    await drawing.confirm(asked.contract_id, drawing.trade.li)
    await drawing.work()

    (confirmed,) = drawing.authority.confirmed
    version = (await drawing.page(asked.contract_id)).versions[0]
    li = drawing.trade.li
    assert (confirmed.person, confirmed.session) == (str(li.person_id), str(li.session_id))
    assert confirmed.sha256 == version.text_sha256
    assert confirmed.at == version.signatures[0].intended_at
    async with drawing.hall.pool.acquire() as db:
        logged = await db.fetch(
            "SELECT what, person_id, session_id FROM contract_access WHERE contract_id = $1",
            int(asked.contract_id),
        )
    assert [tuple(row) for row in logged] == [("sign", li.person_id, li.session_id)]


async def test_a_person_with_a_second_step_signs_what_they_read_once(drawing: Drawing) -> None:
    trade = drawing.trade
    asked = await drawing.ask(await trade.paid(red=10))
    with pytest.raises(SecondStepMissing):
        await drawing.confirm(asked.contract_id, trade.chenguang, code="123456")
    await drawing.code(trade.li)
    with pytest.raises(SecondStepWrong):
        await drawing.confirm(asked.contract_id, trade.li, code="000000")
    with pytest.raises(OtherText):
        await drawing.confirm(asked.contract_id, trade.li, sha256="0" * 64)
    app = trade.li.using(kind=ActorKind.app)
    with pytest.raises(PersonSigns):
        await drawing.hall.run(
            contracts.sign_contract,
            contracts.asks.SignContract(contract_id=asked.contract_id, version_no=1, sha256="0" * 64),
            app,
        )

    await drawing.confirm(asked.contract_id, trade.li)

    with pytest.raises(SignedAlready):
        await drawing.confirm(asked.contract_id, trade.li)
    with pytest.raises(NotFound):
        await drawing.confirm(asked.contract_id, trade.hongfa)


async def test_both_may_confirm_at_once_and_each_covers_the_one_before(drawing: Drawing) -> None:
    trade = drawing.trade
    asked = await drawing.ask(await trade.paid(red=10))
    for actor in (trade.chenguang, trade.li):
        await drawing.confirm(asked.contract_id, actor)

    await drawing.work()

    assert (await drawing.page(asked.contract_id)).card.state == "in_force"
    assert await drawing.findings() == []


@pytest.mark.parametrize("lost", [0, 1, 2, 6])
async def test_an_answer_that_is_lost_is_asked_for_again(drawing: Drawing, lost: int) -> None:
    trade = drawing.trade
    asked = await drawing.ask(await trade.paid(red=10))
    for actor in (trade.li, trade.chenguang):
        await drawing.confirm(asked.contract_id, actor)
    drawing.authority.silent_after = lost

    await drawing.work()

    assert (await drawing.page(asked.contract_id)).card.state == "in_force"
    assert len(drawing.authority.pairs) == 2
    assert (len(drawing.authority.signed), len(drawing.authority.stamps)) == (2, 3)


async def test_a_version_lapses_after_seven_days(drawing: Drawing) -> None:
    trade = drawing.trade
    asked = await drawing.ask(await trade.paid(red=10))
    await drawing.sign(asked.contract_id, trade.li)
    await trade.let_pass(days=6, hours=23)
    assert (await drawing.page(asked.contract_id)).card.state == "signing"

    await trade.let_pass(hours=2)

    assert (await drawing.page(asked.contract_id)).card.state == "expired"
    with pytest.raises(NoSuchMove):
        await drawing.confirm(asked.contract_id, trade.chenguang)
    again = await drawing.ask(await _order(drawing, asked.contract_id), trade.chenguang)
    assert (again.version_no, again.state) == (2, "drafting")
    assert await drawing.findings() == []


async def _order(drawing: Drawing, contract_id: str) -> object:
    card = (await drawing.page(contract_id)).card
    return type("Order", (), {"order_id": card.order_id})()


async def test_the_other_side_refuses_and_the_asking_one_withdraws(drawing: Drawing) -> None:
    trade = drawing.trade
    for deed, wrong, right, state in (
        ("refuse", trade.li, trade.chenguang, "refused"),
        ("withdraw", trade.chenguang, trade.li, "withdrawn"),
    ):
        asked = await drawing.ask(await trade.paid(red=10))
        with pytest.raises(NotFound):
            await drawing.end(asked.contract_id, deed, wrong)

        ended = await drawing.end(asked.contract_id, deed, right)

        version = (await drawing.page(asked.contract_id)).versions[0]
        assert (ended.state, version.ended_why) == (state, "条款需要再谈")
        assert version.ended_by == ("seller" if deed == "refuse" else "buyer")
    assert await drawing.findings() == []


async def test_a_signature_that_comes_after_the_end_counts_for_nothing(drawing: Drawing) -> None:
    trade = drawing.trade
    asked = await drawing.ask(await trade.paid(red=10))
    await drawing.confirm(asked.contract_id, trade.li)

    await drawing.end(asked.contract_id, "withdraw", trade.li)
    await drawing.work()

    version = (await drawing.page(asked.contract_id)).versions[0]
    assert [(one.state, one.reason) for one in version.signatures] == [("failed", "version_over")]
    assert version.signed_sha256 == ""


async def test_nothing_is_signed_with_a_revoked_certificate(drawing: Drawing) -> None:
    trade = drawing.trade
    first = await drawing.signed(await trade.paid(red=10))
    assert first.certificate is not None
    revoke = RevokeCertificate(reason="密钥可能外泄", code=await drawing.code(trade.li))
    await drawing.hall.run(contracts.revoke_certificate, revoke, trade.li)
    await drawing.work()

    page = await drawing.page(first.card.contract_id)
    assert page.certificate is None
    assert page.versions[0].signatures[0].revoked_at is not None
    # What was stamped before it was revoked holds.
    assert await drawing.findings() == []
    second = await drawing.signed(await trade.paid(red=11))
    assert second.certificate is not None
    assert second.certificate.serial != first.certificate.serial


async def test_an_authority_that_says_no_lets_the_side_try_again(drawing: Drawing) -> None:
    trade = drawing.trade
    await drawing.signed(await trade.paid(red=10))
    asked = await drawing.ask(await trade.paid(red=11))
    for serial in drawing.authority.pairs:
        drawing.authority.revoked[serial] = trade.clock.now()

    await drawing.confirm(asked.contract_id, trade.li)
    await drawing.work()

    version = (await drawing.page(asked.contract_id)).versions[0]
    assert [(one.state, one.reason) for one in version.signatures] == [("failed", "certificate_revoked")]
    await jobs.read_revocations(drawing.hall)
    page = await drawing.sign(asked.contract_id, trade.li, trade.chenguang)
    assert page.card.state == "in_force"


async def test_another_root_is_not_trusted(drawing: Drawing) -> None:
    trade = drawing.trade
    await drawing.signed(await trade.paid(red=10))
    other = Authority(trade.clock, certificates.make_root(trade.clock.now()))
    told = await other.certificate("1-9", organisation="别人", credit_code="", country="CN")

    with pytest.raises(contracts.UnknownRoot):
        await drawing.hall.run(
            contracts.note_certificate,
            contracts.asks.NoteCertificate(
                org_id=str(trade.li.org_id), serial=told.serial, certificate=told.certificate, roots=(told.root,),
                valid_until=told.valid_until,
            ),
            trade.system,
        )  # fmt: skip
