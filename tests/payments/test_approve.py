"""Large withdrawals: a second step, a second person, limits that nobody races past, and a buyer's wallet."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
import pyotp
import pytest

from huozhan import catalogue, ledger, parties, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Busy, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import payable_available, post, wallet, write_entry
from huozhan.parties.two_step import SecondStepMissing, SecondStepNeeded, SecondStepWrong
from huozhan.payments.approving import OwnWithdrawal
from huozhan.payments.withdrawal import OverLimit, TooOften
from huozhan.payments.withdrawing import HolderDiffers, NotEnoughAvailable, OwesFirst
from tests import world
from tests.conftest import OPENING, make_hall
from tests.ledger.books import earned, freed, paid, posted
from tests.payments.paying import jobs, working
from tests.payments.test_withdraw import account_of, chenguang, heard, transfer_message

__all__ = ["chenguang"]
LARGE = 6_000_000


class Clerk:
    """A person of Chenguang's who holds an authenticator."""

    def __init__(self, hall: Hall, actor: Actor, secret: str) -> None:
        self.hall, self.actor, self.totp, self.steps = hall, actor, pyotp.TOTP(secret), 0

    def code(self) -> str:
        """A code that was not used yet."""
        clock = self.hall.clock
        assert isinstance(clock, MovableClock)
        clock.pass_(seconds=30)
        return self.totp.at(clock.now())


async def proven(hall: Hall, actor: Actor) -> Clerk:
    """Turns the second step on."""
    secret = (await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), actor)).secret
    clerk = Clerk(hall, actor, secret)
    await hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(clerk.code()), actor)
    return clerk


async def rich(hall: Hall, owner: Actor, amount_minor: int = 100_000_000) -> None:
    """Chenguang has a lot of money."""
    org_id = owner.org_id
    async with hall.working(system("test")) as work:
        entries = [
            paid(12, amount_minor),
            earned(12, org_id, amount_minor, "E4:2"),
            freed(org_id, amount_minor, "E5:2"),
        ]
        await post(work, entries)


async def finance_of(hall: Hall, owner: Actor, name: str = "money@example.cn") -> Actor:
    return await world.member(hall, owner, name, parties.Role.finance)


async def large(
    hall: Hall, owner: Actor, asks: Clerk, amount_minor: int = LARGE
) -> payments.views.WithdrawalView:
    account_id = await account_of(hall, owner)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=amount_minor, code=asks.code())
    return await hall.run(payments.withdraw, ask, asks.actor)


async def approve(hall: Hall, by: Clerk, withdrawal_id: str) -> payments.views.WithdrawalView:
    ask = payments.asks.ApproveWithdrawal(withdrawal_id=withdrawal_id, code=by.code())
    return await hall.run(payments.approve_withdrawal, ask, by.actor)


async def test_a_large_amount_waits_for_a_second_person_and_then_leaves_once(
    hall: Hall, chenguang: Actor
) -> None:
    await rich(hall, chenguang)
    owner, clerk = await proven(hall, chenguang), await proven(hall, await finance_of(hall, chenguang))

    asked = await large(hall, chenguang, clerk)

    assert (asked.state, asked.can) == ("waiting", ["take_back"])
    assert asked.approve_until == hall.clock.now() + timedelta(hours=72)
    assert "payments.transfer" not in await jobs(hall)
    funds = await hall.run(payments.funds, Nothing(), chenguang)
    assert (funds.available_minor, funds.in_transit_minor) == (100_100_000 - LARGE, LARGE)
    with pytest.raises(OwnWithdrawal):
        await approve(hall, clerk, asked.withdrawal_id)
    with pytest.raises(SecondStepNeeded):
        ask = payments.asks.ApproveWithdrawal(withdrawal_id=asked.withdrawal_id)
        await hall.run(payments.approve_withdrawal, ask, chenguang)

    approved = await approve(hall, owner, asked.withdrawal_id)

    assert (approved.state, approved.can) == ("asked", [])
    assert (await jobs(hall)).count("payments.transfer") == 1
    with pytest.raises(NoSuchMove):
        await approve(hall, owner, asked.withdrawal_id)
    message = transfer_message(chenguang, asked.withdrawal_id, amount_minor=LARGE)
    assert await heard(hall, message) == "ended"
    assert await posted(working(hall), payable_available(chenguang.org_id)) == [100_100_000 - LARGE]
    assert [f.code for f in await payments.verify(working(hall))] == ["payments.channel_unexplained"]


async def test_small_pieces_of_one_day_count_together(hall: Hall, chenguang: Actor) -> None:
    await rich(hall, chenguang)
    clerk = await proven(hall, chenguang)

    assert (await large(hall, chenguang, clerk, 4_999_999)).state == "asked"
    assert (await large(hall, chenguang, clerk, 1)).state == "waiting"
    hall.clock.pass_(hours=25)  # type: ignore[attr-defined]
    assert (await large(hall, chenguang, clerk, 1)).state == "asked"


@pytest.mark.parametrize("end", ["refuse", "take_back", "expire"])
async def test_what_is_not_approved_is_free_again(
    hall: Hall, chenguang: Actor, clock: MovableClock, end: str
) -> None:
    await rich(hall, chenguang)
    clerk = await proven(hall, await finance_of(hall, chenguang))
    asked = await large(hall, chenguang, clerk)

    if end == "refuse":
        refuse = payments.asks.AnswerWithdrawal(withdrawal_id=asked.withdrawal_id, reason="金额不对")
        await hall.run(payments.refuse_withdrawal, refuse, chenguang)
    elif end == "take_back":
        back = payments.asks.WithdrawalRef(withdrawal_id=asked.withdrawal_id)
        await hall.run(payments.take_back_withdrawal, back, clerk.actor)
    else:
        clock.pass_(hours=72)
        while await fire_once(hall, TIMERS):
            pass

    (shown,) = (await hall.run(payments.my_withdrawals, payments.asks.MyWithdrawals(), chenguang)).items
    assert shown.state == {"refuse": "refused", "take_back": "taken_back", "expire": "expired"}[end]
    assert await posted(working(hall), payable_available(chenguang.org_id)) == [100_100_000]
    funds = await hall.run(payments.funds, Nothing(), chenguang)
    assert funds.in_transit_minor == 0
    assert await working(hall).db.fetchval("SELECT count(*) FROM timer WHERE kind = 'withdraw_approval'") == 0
    while await relay_once(hall):
        pass
    kinds = [
        row["kind"]
        for row in await working(hall).db.fetch("SELECT kind FROM notice WHERE org_id = $1", chenguang.org_id)
    ]
    assert "withdrawal_waits" in kinds
    assert ("withdrawal_refused" in kinds) == (end != "take_back")


async def test_the_table_knows_no_approval_by_who_asked(hall: Hall, chenguang: Actor) -> None:
    await rich(hall, chenguang)
    clerk = await proven(hall, chenguang)
    asked = await large(hall, chenguang, clerk)

    with pytest.raises(asyncpg.CheckViolationError, match="withdrawal_is_approved_by_another"):
        async with working(hall).db.transaction():
            await working(hall).db.execute(
                "UPDATE withdrawal SET state = 'asked', answered_by = asked_by, ask_at = asked_at WHERE withdrawal_id = $1",
                int(asked.withdrawal_id),
            )  # fmt: skip


async def test_a_large_amount_needs_a_second_step_that_is_on(hall: Hall, chenguang: Actor) -> None:
    await rich(hall, chenguang)
    account_id = await account_of(hall, chenguang)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=1_000_000)

    with pytest.raises(SecondStepMissing):
        await hall.run(payments.withdraw, ask, chenguang)
    await hall.run(payments.withdraw, msgspec.structs.replace(ask, amount_minor=999_999), chenguang)


async def test_a_recovery_code_passes_once(hall: Hall, chenguang: Actor) -> None:
    secret = (await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), chenguang)).secret
    step = parties.ConfirmTwoStep(pyotp.TOTP(secret).at(hall.clock.now()))
    codes = (await hall.run(parties.confirm_two_step, step, chenguang)).codes
    ask = payments.asks.Withdraw(account_id=await account_of(hall, chenguang), amount_minor=1, code=codes[0])

    assert (await hall.run(payments.withdraw, ask, chenguang)).state == "asked"
    with pytest.raises(SecondStepWrong):
        await hall.run(payments.withdraw, ask, chenguang)


async def test_limits_say_their_numbers(hall: Hall, chenguang: Actor) -> None:
    await rich(hall, chenguang, 600_000_000)
    clerk = await proven(hall, chenguang)

    with pytest.raises(OverLimit) as refused:
        await large(hall, chenguang, clerk, 50_000_001)
    assert refused.value.facts == {"amount_minor": 50_000_001, "most_minor": 50_000_000, "used_minor": 0}
    for _ in range(4):
        await large(hall, chenguang, clerk, 50_000_000)
    with pytest.raises(OverLimit) as refused:
        await large(hall, chenguang, clerk, 1)
    assert refused.value.facts == {"amount_minor": 1, "most_minor": 200_000_000, "used_minor": 200_000_000}


async def test_who_owes_withdraws_nothing(hall: Hall, chenguang: Actor) -> None:
    account_id = await account_of(hall, chenguang)
    async with hall.working(system("test")) as work:
        await payments.compensate(
            work,
            payments.Compensation(
                order_id=11, seller_id=chenguang.org_id, buyer_id=1, cause="late", amount_minor=100_500
            ),
        )

    with pytest.raises(OwesFirst) as refused:
        ask = payments.asks.Withdraw(account_id=account_id, amount_minor=1)
        await hall.run(payments.withdraw, ask, chenguang)
    assert refused.value.facts == {"debt_minor": 500}


async def test_a_buyer_who_changed_the_name_names_the_account_anew(hall: Hall) -> None:
    """A supplier's name is reviewed and stays; a buyer's may change, and then the account is in another name."""
    li = await world.buyer(hall, "小李杂货店", "li@example.cn")
    account_id = await account_of(hall, li, holder="小李杂货店")
    await hall.run(parties.edit_organisation, parties.EditOrganisation(name_zh="小王杂货店"), li)

    with pytest.raises(HolderDiffers):
        ask = payments.asks.Withdraw(account_id=account_id, amount_minor=1, source="wallet")
        await hall.run(payments.withdraw, ask, li)


async def test_a_buyers_wallet_goes_to_the_bank_in_the_same_way(hall: Hall, chenguang: Actor) -> None:
    async with hall.working(system("test")) as work:
        owners = {204: chenguang.org_id, 201: chenguang.org_id}
        moved = write_entry("E9", business_key="t", about_id=1, owners=owners, amounts={"available": 5_000})
        await post(work, [moved])
    account_id = await account_of(hall, chenguang)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=5_001, source="wallet")
    with pytest.raises(NotEnoughAvailable) as refused:
        await hall.run(payments.withdraw, ask, chenguang)
    assert refused.value.facts == {"available_minor": 5_000, "amount_minor": 5_001}

    asked = await hall.run(payments.withdraw, msgspec.structs.replace(ask, amount_minor=4_000), chenguang)

    funds = await hall.run(payments.funds, Nothing(), chenguang)
    assert (funds.wallet_minor, funds.wallet_held_minor, funds.in_transit_minor) == (5_000, 4_000, 0)
    message = transfer_message(chenguang, asked.withdrawal_id, amount_minor=4_000)
    assert await heard(hall, message) == "ended"
    assert await posted(working(hall), wallet(chenguang.org_id), payable_available(chenguang.org_id)) == [
        1_000,
        95_000,
    ]


async def test_two_hundred_at_once_stay_within_the_limits(open_dsn: str, tmp_path: Path) -> None:
    """Twenty a day, whoever asks at once; and no more than there is."""
    pool = await asyncpg.create_pool(open_dsn, min_size=10, max_size=20)
    hall = await make_hall(pool, MovableClock(OPENING), tmp_path)
    async with pool.acquire() as db:
        await catalogue.load_categories(db)
    operator = await world.first_operator(hall)
    owner = await world.supplier(
        hall, operator, "义乌市晨光小商品有限公司", "chenguang@example.cn", kind="trader", uscc="91330782MA28A1B2X4",
        province="330000", city="330700", belt="义乌小商品",
    )  # fmt: skip
    async with hall.working(system("test")) as work:
        await post(work, [paid(11, 100_000), earned(11, owner.org_id, 100_000), freed(owner.org_id, 100_000)])
    account_id = await account_of(hall, owner)

    async def ask(position: int) -> str:
        wanted = payments.asks.Withdraw(account_id=account_id, amount_minor=4_000)
        try:
            return (await hall.run(payments.withdraw, wanted, owner, key=f"w{position}")).state
        except (TooOften, NotEnoughAvailable, Busy) as refusal:
            return refusal.code

    answers = await asyncio.gather(*(ask(position) for position in range(200)))

    assert answers.count("asked") == 20
    async with pool.acquire() as db:
        work = hall.work(db, system("test"))
        stands = await ledger.balance(work, payable_available(owner.org_id))
        assert (stands.posted_minor, stands.held_minor) == (100_000, 80_000)
        assert await db.fetchval("SELECT count(*) FROM withdrawal") == 20
    await pool.close()


async def test_a_stranger_finds_nothing_to_approve(hall: Hall, chenguang: Actor) -> None:
    await rich(hall, chenguang)
    clerk = await proven(hall, chenguang)
    asked = await large(hall, chenguang, clerk)
    stranger = await world.buyer(hall, "小王杂货店", "wang@example.cn")

    with pytest.raises(NotFound):
        ask = payments.asks.ApproveWithdrawal(withdrawal_id=asked.withdrawal_id)
        await hall.run(payments.approve_withdrawal, ask, stranger)
