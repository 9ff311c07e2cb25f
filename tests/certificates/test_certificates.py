"""Certificates are declared, judged, shown with what stands behind them, and find goods on no day after their last."""

# ruff: noqa: F811 -- the little market of the neighbouring tests is a fixture here too

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from huozhan import catalogue, certificates, operations, search
from huozhan.catalogue.promoting import UnknownCode
from huozhan.certificates import declaring
from huozhan.certificates.asks import (
    CertificateRef,
    CertificatesOf,
    DeclareCertificate,
    JudgeCertificate,
    ListCertificates,
)
from huozhan.certificates.certificate import MOVES, CertificateKind
from huozhan.certificates.declaring import OVER_TIMER, AlreadyDeclared, AlreadyOver, TooManyCertificates
from huozhan.certificates.views import CertificateStatus, CertificateView
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound
from huozhan.kernel.shapes import read_json
from tests.search.test_finding import Market, market  # noqa: F401

PROOF = "ab" * 16


async def declare(market: Market, seller: Actor, **changes: Any) -> CertificateView:
    said = {
        "kind": CertificateKind.ce,
        "number": "CE-1",
        "issuer": "TUV",
        "valid_until": _soon(market),
        "proof_id": PROOF,
    }
    return await market.hall.run(
        certificates.declare_certificate, DeclareCertificate(**{**said, **changes}), seller
    )


def _soon(market: Market) -> date:
    return market.hall.clock.now().date() + timedelta(days=10)


async def judge(market: Market, one: CertificateView, *, verify: bool = True) -> CertificateView:
    ask = JudgeCertificate(certificate_id=one.certificate_id, verify=verify, reason="已在官网核对")
    return await market.hall.run(operations.judge_certificate, ask, market.people.operator)


async def seen(market: Market, code: str, actor: Actor | None = None) -> list[tuple[str, str]]:
    ids = {one.card.offer_code: one.card.offer_id for one in (await market.find(limit=60)).offers}
    found = await market.hall.run(
        certificates.offer_certificates, CertificatesOf(offer_id=ids[code]), actor or anonymous()
    )
    return [(one.kind, one.status) for one in found.items]


async def test_goods_are_found_by_what_the_market_verified_of_them_only(market: Market) -> None:
    one = await declare(market, market.people.hongfa, offer_codes=("BOX",))
    assert one.status is CertificateStatus.declared
    # The goods are indexed anew for another reason meanwhile.
    async with market.hall.working(system()) as work:
        await search.note_changed(work, await catalogue.on_sale_of(work, {market.people.hongfa.org_id}))
    await market.index()
    assert await market.codes(certificate=["ce"]) == []
    assert await seen(market, "BOX") == [("ce", "declared")]
    assert await seen(market, "MUG-500") == []

    await judge(market, one)
    await market.index()
    assert await market.codes(certificate=["ce", "fda"]) == ["BOX"]
    assert await seen(market, "BOX") == [("ce", "verified")]
    facet = (await market.find()).facets["certificate"]
    assert [(choice.value, choice.count) for choice in facet] == [("ce", 1)]

    await judge(market, one, verify=False)
    await market.index()
    assert await market.codes(certificate=["ce"]) == []
    assert await seen(market, "BOX") == []


async def test_one_without_goods_of_its_own_is_of_all_of_its_suppliers(market: Market) -> None:
    await judge(market, await declare(market, market.people.hongfa, kind=CertificateKind.iso9001))
    await market.index()
    assert set(await market.codes(certificate=["iso9001"])) == {"MUG-500", "BOX"}
    assert await seen(market, "TEE") == []


async def test_it_finds_goods_on_its_last_day_and_not_on_the_next(market: Market) -> None:
    """The day is the market's: it ends at midnight in Shanghai, sixteen o'clock of the world's."""
    last = _soon(market)
    await judge(market, await declare(market, market.people.hongfa, valid_until=last))
    midnight = datetime(last.year, last.month, last.day, 16, tzinfo=UTC)

    async with market.hall.pool.acquire() as db:
        due_at = await db.fetchval("SELECT due_at FROM timer WHERE kind = $1", OVER_TIMER)
    assert due_at == midnight

    for at, status, codes in (
        (midnight - timedelta(seconds=1), "verified", {"MUG-500", "BOX"}),
        (midnight, "expired", set()),
    ):
        market.hall.clock.pass_(seconds=(at - market.hall.clock.now()).total_seconds())
        while await fire_once(market.hall, TIMERS):
            pass
        await market.index()
        assert set(await market.codes(certificate=["ce"])) == codes
        assert await seen(market, "BOX") == [("ce", status)]


async def test_the_timer_does_nothing_before_its_day(market: Market) -> None:
    one = await judge(market, await declare(market, market.people.hongfa))
    due = certificates.asks.CertificateDue(about_id=one.certificate_id)
    await market.hall.run(certificates.certificate_over_due, due, system("timers"))
    async with market.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM timer WHERE kind = $1", OVER_TIMER) == 1


async def test_its_supplier_takes_it_back_and_may_declare_it_anew(market: Market) -> None:
    one = await judge(market, await declare(market, market.people.hongfa))
    with pytest.raises(AlreadyDeclared):
        await declare(market, market.people.hongfa)
    with pytest.raises(NotFound):
        await _withdraw(market, one, market.people.yunzhi)

    await _withdraw(market, one, market.people.hongfa)
    await market.index()

    assert await market.codes(certificate=["ce"]) == []
    assert await seen(market, "BOX") == []
    with pytest.raises(NoSuchMove):
        await _withdraw(market, one, market.people.hongfa)
    with pytest.raises(NoSuchMove):
        await judge(market, one)
    again = await declare(market, market.people.hongfa)
    own = await market.hall.run(certificates.my_certificates, ListCertificates(), market.people.hongfa)
    assert [(row.certificate.certificate_id, row.certificate.status) for row in own.items] == [
        (again.certificate_id, "declared"), (one.certificate_id, "withdrawn"),
    ]  # fmt: skip
    assert (own.items[1].answer, own.items[0].can_be_withdrawn) == ("已在官网核对", True)


@pytest.mark.parametrize("verified", [False, True])
async def test_a_paper_that_is_over_gives_way_to_itself_with_a_new_date(
    market: Market, *, verified: bool
) -> None:
    last = _soon(market)
    one = await declare(market, market.people.hongfa, valid_until=last)
    if verified:
        await judge(market, one)
    midnight = datetime(last.year, last.month, last.day, 16, tzinfo=UTC)
    market.hall.clock.pass_(seconds=(midnight - market.hall.clock.now()).total_seconds())

    # The timer of the old one has not rung yet.
    again = await declare(market, market.people.hongfa, number="CE-1")
    while await fire_once(market.hall, TIMERS):
        pass
    await market.index()

    assert await market.codes(certificate=["ce"]) == []
    assert await seen(market, "BOX") == [("ce", "declared")]
    async with market.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM timer WHERE kind = $1", OVER_TIMER) == 0
    await judge(market, again)
    await market.index()
    assert set(await market.codes(certificate=["ce"])) == {"MUG-500", "BOX"}


async def test_the_same_number_written_otherwise_is_the_same_paper(market: Market) -> None:
    one = await declare(market, market.people.hongfa, number="ＣＥ－１  A")
    assert one.number == "CE-1 A"
    with pytest.raises(AlreadyDeclared):
        await declare(market, market.people.hongfa, number="CE-1\u3000A")


@pytest.mark.parametrize(
    "sign", ["\x07", "\x1b", "\x7f", "\u00ad", "\u200b", "\u202e", "\u2066", "\u3164", "\ufeff"]
)
@pytest.mark.parametrize("around", ["{}CE-1", "CE{}-1", "CE-1{}", "{}{}"])
def test_number_and_issuer_hold_nothing_that_nobody_sees(sign: str, around: str) -> None:
    said = {
        "kind": "ce",
        "number": "CE-1",
        "issuer": "TÜV 检测",
        "valid_until": "2030-01-01",
        "proof_id": PROOF,
    }
    assert read_json(msgspec.json.encode(said), DeclareCertificate).issuer == "TÜV 检测"
    for name in ("number", "issuer"):
        with pytest.raises(msgspec.ValidationError):
            read_json(msgspec.json.encode({**said, name: around.format(sign, sign)}), DeclareCertificate)


async def test_a_shop_has_so_many_at_a_time(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of its goods reads all of them."""
    monkeypatch.setattr(declaring, "STAND_MAX", 2)
    first = await declare(market, market.people.hongfa, number="A")
    await declare(market, market.people.hongfa, number="B")
    with pytest.raises(TooManyCertificates):
        await declare(market, market.people.hongfa, number="C")
    await declare(market, market.people.yunzhi, number="C")
    await _withdraw(market, first, market.people.hongfa)
    await declare(market, market.people.hongfa, number="D")
    with pytest.raises(TooManyCertificates):
        await declare(market, market.people.hongfa, number="E")


async def _withdraw(market: Market, one: CertificateView, seller: Actor) -> None:
    await market.hall.run(
        certificates.withdraw_certificate, CertificateRef(certificate_id=one.certificate_id), seller
    )


async def test_what_is_over_or_lasts_for_ever_cannot_be_declared(market: Market) -> None:
    today = market.hall.clock.now().date()
    with pytest.raises(AlreadyOver):
        await declare(market, market.people.hongfa, valid_until=today - timedelta(days=2))
    with pytest.raises(Invalid):
        await declare(market, market.people.hongfa, valid_until=today.replace(year=today.year + 40))
    with pytest.raises(UnknownCode):
        await declare(market, market.people.hongfa, offer_codes=("TEE",))


async def test_operators_judge_the_oldest_first_on_record_and_the_supplier_hears(market: Market) -> None:
    first = await declare(market, market.people.hongfa, offer_codes=("BOX",))
    second = await declare(market, market.people.yunzhi)
    with pytest.raises(Forbidden):
        await market.hall.run(certificates.certificates_to_judge, ListCertificates(), market.people.yunzhi)

    listed = await market.hall.run(
        certificates.certificates_to_judge, ListCertificates(size=1), market.people.operator
    )
    assert [row.certificate.certificate_id for row in listed.items] == [first.certificate_id]
    assert [title.zh for title in listed.items[0].offers] != []
    rest = await market.hall.run(
        certificates.certificates_to_judge,
        ListCertificates(cursor=listed.next_cursor),
        market.people.operator,
    )
    assert [row.certificate.certificate_id for row in rest.items] == [second.certificate_id]
    async with market.hall.working(market.people.operator) as work:
        assert await certificates.certificates_waiting(work, 100) == 2

    await judge(market, first)
    await judge(market, second, verify=False)
    await market.index()

    async with market.hall.working(market.people.operator) as work:
        assert await certificates.certificates_waiting(work, 100) == 0
        told = await work.db.fetch("SELECT org_id, kind FROM notice WHERE kind LIKE 'certificate_%'")
        acts = await work.db.fetch("SELECT act FROM audit_entry WHERE act LIKE 'certificate.%' ORDER BY 1")
    assert {(row["org_id"], row["kind"]) for row in told} == {
        (market.people.hongfa.org_id, "certificate_verified"),
        (market.people.yunzhi.org_id, "certificate_refused"),
    }
    assert [row["act"] for row in acts] == ["certificate.refuse", "certificate.verify"]


def test_every_move_is_one_that_was_meant() -> None:
    assert {event for _, event in MOVES.table} == {"verify", "refuse", "withdraw"}
