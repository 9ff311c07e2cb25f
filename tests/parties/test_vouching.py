"""What the market verified of a supplier and what the supplier only says, field by field."""

from datetime import date, timedelta

import pytest
from tests import world
from tests.conftest import OPENING

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import anonymous
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import NotFound


async def facts(hall: Hall, org_id: int) -> dict[str, parties.SupplierFact]:
    found = await hall.run(parties.supplier_facts, parties.FactsOf(seller_id=str(org_id)), anonymous())
    return {one.field: one for one in found.items}


async def test_papers_are_verified_and_the_rest_is_declared(hall: Hall, clock: MovableClock) -> None:
    people = await world.make(hall)
    found = await facts(hall, people.chenguang.org_id)

    name, code, kind = found["name"], found["credit_code"], found["kind"]
    assert (name.text.zh, name.status, name.at) == ("义乌市晨光小商品有限公司", "verified", OPENING)
    assert (code.text.zh, code.status, code.until) == (
        "9133****B2X4",
        "verified",
        OPENING + timedelta(days=365),
    )
    assert (kind.text.zh, kind.status, kind.until) == ("trader", "declared", None)
    assert (found["place"].text.zh, found["belt"].text.zh) == ("330700", "义乌小商品")
    assert (found["since"].on, found["since"].status) == (date(2019, 5, 1), "declared")
    plain = await world.supplier(
        hall, people.operator, "绍兴市轻纺有限公司", "qing@example.cn", uscc="91330100799655058B"
    )
    assert "belt" not in await facts(hall, plain.org_id), "what was left empty is not told"


async def test_a_verification_holds_a_year(hall: Hall, clock: MovableClock) -> None:
    people = await world.make(hall)
    clock.pass_(days=365)

    found = await facts(hall, people.chenguang.org_id)
    assert (found["name"].status, found["credit_code"].status, found["kind"].status) == (
        "expired", "expired", "declared",
    )  # fmt: skip


async def test_who_sells_without_a_code_declares_all_and_a_buyer_has_no_facts(hall: Hall) -> None:
    people = await world.make(hall)
    abroad = await world.buyer(hall, "Northwind Makers", "north@example.com", country="GB", lang="en")
    ask = parties.ApplyToSell(
        uscc="", supplier_kind="factory", province_code="", city_code="", contact="Ann", phone="+441135550123"
    )
    applied = await hall.run(parties.apply_to_sell, ask, abroad)
    decision = parties.ReviewSupplier(application_id=applied.application_id, decision="approve")
    await hall.run(parties.review_supplier, decision, people.operator)

    found = await facts(hall, abroad.org_id)
    assert found["name"].status == "declared"
    assert "credit_code" not in found
    with pytest.raises(NotFound):
        await facts(hall, people.li.org_id)
