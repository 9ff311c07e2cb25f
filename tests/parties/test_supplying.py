"""Asking to sell: the credit code, the review, one code for one organisation."""

import csv
from pathlib import Path

import msgspec
import pytest
from tests import world

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import anonymous, system
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.parties.division import NoSuchPlace
from huozhan.parties.organisation import NameIsVerified
from huozhan.parties.proving import LinkSpent
from huozhan.parties.supplying import ApplicationWaits, ReasonNeeded, UsccTaken, UsccWrong, read_uscc

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "cn-banks" / "uscc_examples.csv"
APPLY = parties.ApplyToSell(
    uscc="91330782MA28A1B2X4",
    supplier_kind="factory",
    province_code="330000",
    city_code="330700",
    belt_zh="义乌小商品",
    contact="王经理",
    phone="13900001111",
)


async def test_an_approved_organisation_sells_and_shows_its_face(hall: Hall) -> None:
    operator = await world.first_operator(hall)
    owner = await world.buyer(hall, "义乌市晨光小商品有限公司", "chen@example.cn")
    assert "offer.edit" not in owner.permissions
    applied = await hall.run(parties.apply_to_sell, APPLY, owner)
    assert (applied.state, applied.contact, applied.phone) == ("waiting", "王**", "139****1111")
    queue = await hall.run(parties.supplier_applications, parties.SupplierApplications(), operator)
    assert [one.application_id for one in queue.items] == [applied.application_id]
    decision = parties.ReviewSupplier(application_id=applied.application_id, decision="approve")
    await hall.run(parties.review_supplier, decision, operator)
    assert "offer.edit" in (await world.again(hall, owner)).permissions
    async with hall.working(system()) as work:
        face = (await parties.org_faces(work, [owner.org_id]))[owner.org_id]
    assert (face.verified, face.supplier_kind, face.city_code, face.belt.zh) == (
        True, "factory", "330700", "义乌小商品",
    )  # fmt: skip
    with pytest.raises(NoSuchMove):
        await hall.run(parties.review_supplier, decision, operator)
    with pytest.raises(NameIsVerified):
        await hall.run(parties.edit_organisation, parties.EditOrganisation(name_zh="别的名字"), owner)
    with pytest.raises(NameIsVerified):
        other = parties.EditOrganisation(name_zh=face.name.zh, name_en="Somebody Else")
        await hall.run(parties.edit_organisation, other, owner)


async def test_a_rejection_says_why_and_one_may_apply_again(hall: Hall) -> None:
    operator = await world.first_operator(hall)
    owner = await world.buyer(hall, "晨光", "chen@example.cn")
    applied = await hall.run(parties.apply_to_sell, APPLY, owner)
    with pytest.raises(ApplicationWaits):
        await hall.run(parties.apply_to_sell, APPLY, owner)
    reject = parties.ReviewSupplier(application_id=applied.application_id, decision="reject")
    with pytest.raises(ReasonNeeded):
        await hall.run(parties.review_supplier, reject, operator)
    reject = msgspec.structs.replace(reject, reason="营业执照名称不符")
    await hall.run(parties.review_supplier, reject, operator)
    told = (await hall.run(parties.my_application, Nothing(), owner)).application
    assert told is not None
    assert (told.state, told.reason) == ("rejected", "营业执照名称不符")
    assert "offer.edit" not in (await world.again(hall, owner)).permissions
    again = await hall.run(parties.apply_to_sell, APPLY, owner)
    await hall.run(parties.withdraw_application, parties.WithdrawApplication(again.application_id), owner)


async def test_one_credit_code_is_one_organisation(hall: Hall) -> None:
    operator = await world.first_operator(hall)
    first = await world.buyer(hall, "晨光", "chen@example.cn")
    second = await world.buyer(hall, "晨光二号", "er@example.cn")
    one = await hall.run(parties.apply_to_sell, APPLY, first)
    two = await hall.run(parties.apply_to_sell, APPLY, second)  # nobody is approved yet
    approve = parties.ReviewSupplier(application_id=one.application_id, decision="approve")
    await hall.run(parties.review_supplier, approve, operator)
    with pytest.raises(UsccTaken):
        await hall.run(
            parties.review_supplier,
            msgspec.structs.replace(approve, application_id=two.application_id),
            operator,
        )
    third = await world.buyer(hall, "晨光三号", "san@example.cn")
    with pytest.raises(UsccTaken):
        await hall.run(parties.apply_to_sell, APPLY, third)


async def test_only_the_market_reviews(hall: Hall) -> None:
    owner = await world.buyer(hall, "晨光", "chen@example.cn")
    applied = await hall.run(parties.apply_to_sell, APPLY, owner)
    with pytest.raises(Forbidden):
        approve = parties.ReviewSupplier(application_id=applied.application_id, decision="approve")
        await hall.run(parties.review_supplier, approve, owner)
    stranger = await world.buyer(hall, "别家", "bie@example.cn")
    with pytest.raises(NotFound):
        await hall.run(
            parties.withdraw_application, parties.WithdrawApplication(applied.application_id), stranger
        )


async def test_a_place_must_be_in_its_province(hall: Hall) -> None:
    owner = await world.buyer(hall, "晨光", "chen@example.cn")
    with pytest.raises(NoSuchPlace):
        wrong = msgspec.structs.replace(APPLY, province_code="440000")
        await hall.run(parties.apply_to_sell, wrong, owner)


async def test_a_supplier_abroad_needs_no_chinese_code(hall: Hall) -> None:
    owner = await world.buyer(hall, "Ashdown", "ann@ashdown.example", country="GB", lang="en")
    ask = parties.ApplyToSell(supplier_kind="trader", contact="Ann", phone="0113 555 0123")
    assert (await hall.run(parties.apply_to_sell, ask, owner)).uscc == ""


async def test_the_market_opens_to_its_first_operator_once(hall: Hall) -> None:
    async with hall.working(system()) as work:
        old = await parties.first_operator_token(work)
        new = await parties.first_operator_token(work)
    assert old is not None
    assert new is not None
    claim = parties.ClaimFirstOperator(
        token=old, sign_in_name="op@example.cn", password=world.PASSWORD, name="运营"
    )
    with pytest.raises(LinkSpent):
        await hall.run(parties.claim_first_operator, claim, anonymous())
    claim = msgspec.structs.replace(claim, token=new)
    opened = await hall.run(parties.claim_first_operator, claim, anonymous())
    operator = await world.actor_of(hall, opened.token)
    assert operator.may("market.review")
    assert not operator.may("order.place")
    with pytest.raises(LinkSpent):
        await hall.run(
            parties.claim_first_operator,
            msgspec.structs.replace(claim, sign_in_name="two@example.cn"),
            anonymous(),
        )
    async with hall.working(system()) as work:
        assert await parties.first_operator_token(work) is None


def test_the_standards_own_example_ends_in_3() -> None:
    assert read_uscc("91350100M000100Y43") == "91350100M000100Y43"
    for wrong in ("91350100M000100Y4Z", "91350100M000100Y4", "91350100I000100Y43", ""):
        with pytest.raises(UsccWrong):
            read_uscc(wrong)


@pytest.mark.shared_data
@pytest.mark.skipif(not EXAMPLES.exists(), reason="needs ../shared/data/cn-banks")
def test_real_credit_codes_are_told_from_wrong_ones() -> None:
    with EXAMPLES.open() as file:
        rows = list(csv.DictReader(file))
    assert {row["check_digit_valid"] for row in rows} == {"true", "false"}
    for row in rows:
        if row["check_digit_valid"] == "true":
            assert read_uscc(row["uscc"]) == row["uscc"]
        else:
            with pytest.raises(UsccWrong):
                read_uscc(row["uscc"])
