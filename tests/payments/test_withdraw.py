"""Withdrawing: only what is available, only to the organisation's own account, and each fen leaves once."""

import msgspec
import pyotp
import pytest
import pytest_asyncio

from huozhan import parties, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import Actor
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, NotFound, TooMany
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import custody_bank, payable_available, post, verify, withdrawal
from huozhan.parties.two_step import SecondStepNeeded, SecondStepWrong
from huozhan.payments.withdrawing import (
    AccountCoolsOff,
    AccountReplaced,
    BadAccountNumber,
    HolderDiffers,
    NotEnoughAvailable,
)
from tests import world
from tests.ledger.books import earned, freed, paid, posted
from tests.payments.paying import actor, jobs, noted, outcome, working

NUMBER = "6222021208001234567"
NAME = "义乌市晨光小商品有限公司"


@pytest_asyncio.fixture
async def chenguang(hall: Hall) -> Actor:
    """Chenguang has 1 000.00 available."""
    operator = await world.first_operator(hall)
    owner = await world.supplier(
        hall, operator, NAME, "chenguang@example.cn", kind="trader", uscc="91330782MA28A1B2X4",
        province="330000", city="330700", belt="义乌小商品",
    )  # fmt: skip
    entries = [paid(11, 100_000), earned(11, owner.org_id, 100_000), freed(owner.org_id, 100_000)]
    await post(working(hall), entries)
    return owner


async def account_of(hall: Hall, owner: Actor, number: str = NUMBER, holder: str = NAME) -> str:
    ask = payments.asks.AddBankAccount(number=number, holder=holder, bank_name="工商银行")
    return (await hall.run(payments.add_bank_account, ask, owner)).accounts[0].account_id


async def asked(hall: Hall, owner: Actor, amount_minor: int) -> str:
    account_id = await account_of(hall, owner)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=amount_minor)
    return (await hall.run(payments.withdraw, ask, owner, key=f"w{amount_minor}")).withdrawal_id


def transfer_message(owner: Actor, withdrawal_id: str, **changes: object) -> dict[str, object]:
    data = {
        "ref": payments.transfer_ref(str(owner.org_id), withdrawal_id),
        "bank_txn": "bt_1",
        "state": "succeeded",
        "amount_minor": 30_000,
        "currency": "CNY",
        "account_no": NUMBER,
        "account_name": NAME,
        "bank_name": "工商银行",
        "ended_at": "2026-03-01T03:00:00.000Z",
        "reason": None,
    } | changes
    return {"type": f"transfer.{data['state']}", "timestamp": "2026-03-01T03:00:00.000Z", "data": data}


async def heard(hall: Hall, message: object, *, is_answer: bool = False) -> str:
    callback_id = await noted(hall, message, is_answer=is_answer)
    ask = payments.asks.CallbackAsk(callback_id=str(callback_id))
    await hall.run(payments.hear_callback, ask, working(hall).actor)
    return await outcome(hall)


async def funds_of(hall: Hall, owner: Actor) -> tuple[int, int, int]:
    found = await hall.run(payments.funds, Nothing(), owner)
    return found.pending_minor, found.available_minor, found.in_transit_minor


async def test_a_withdrawal_is_held_then_paid_out(hall: Hall, chenguang: Actor) -> None:
    withdrawal_id = await asked(hall, chenguang, 30_000)
    assert await funds_of(hall, chenguang) == (0, 70_000, 30_000)
    assert (await jobs(hall))[-1] == "payments.transfer"

    assert await heard(hall, transfer_message(chenguang, withdrawal_id)) == "ended"
    assert await heard(hall, transfer_message(chenguang, withdrawal_id)) == "duplicate"

    assert await funds_of(hall, chenguang) == (0, 70_000, 0)
    assert await posted(working(hall), custody_bank(1), withdrawal(int(withdrawal_id))) == [-30_000, 0]
    assert await verify(working(hall)) == []
    listed = await hall.run(payments.my_withdrawals, payments.asks.MyWithdrawals(), chenguang)
    assert [(item.state, item.amount_minor, item.account_number) for item in listed.items] == [
        ("done", 30_000, "***************4567")
    ]


async def test_a_refused_withdrawal_is_available_again_once_the_bank_says_so_itself(
    hall: Hall, chenguang: Actor
) -> None:
    withdrawal_id = await asked(hall, chenguang, 30_000)
    failed = transfer_message(chenguang, withdrawal_id, state="failed", reason="account_refused")

    assert await heard(hall, failed) == "doubted"
    assert await funds_of(hall, chenguang) == (0, 70_000, 30_000)
    assert await heard(hall, failed, is_answer=True) == "ended"

    assert await funds_of(hall, chenguang) == (0, 100_000, 0)
    assert await verify(working(hall)) == []
    while await relay_once(hall):
        pass
    kinds = await working(hall).db.fetch("SELECT kind FROM notice WHERE org_id = $1", chenguang.org_id)
    assert "withdrawal_failed" in [row["kind"] for row in kinds]


@pytest.mark.parametrize(
    "changes", [{"amount_minor": 29_999}, {"currency": "GBP"}, {"account_no": "6217001180009876543"}]
)
async def test_another_amount_or_account_is_doubted_and_then_impossible(
    hall: Hall, chenguang: Actor, changes: dict[str, object]
) -> None:
    message = transfer_message(chenguang, await asked(hall, chenguang, 30_000), **changes)

    assert await heard(hall, message) == "doubted"
    assert await heard(hall, message, is_answer=True) == "impossible"

    assert await funds_of(hall, chenguang) == (0, 70_000, 30_000)


async def test_what_the_bank_will_never_do_is_available_again(hall: Hall, chenguang: Actor) -> None:
    withdrawal_id = await asked(hall, chenguang, 30_000)
    ask = payments.asks.RefuseAsk(what="transfer", of=str(chenguang.org_id), ref=withdrawal_id, why="invalid")

    await hall.run(payments.note_refused, ask, working(hall).actor)
    await hall.run(payments.note_refused, ask, working(hall).actor)

    assert await funds_of(hall, chenguang) == (0, 100_000, 0)


async def test_no_more_than_is_available_can_leave(hall: Hall, chenguang: Actor) -> None:
    await asked(hall, chenguang, 60_000)

    with pytest.raises(NotEnoughAvailable) as refused:
        await asked(hall, chenguang, 40_001)

    assert refused.value.facts == {"available_minor": 40_000, "amount_minor": 40_001}
    await asked(hall, chenguang, 40_000)
    assert await posted(working(hall), payable_available(chenguang.org_id)) == [100_000]
    assert await funds_of(hall, chenguang) == (0, 0, 100_000)


async def test_a_repeat_with_the_same_key_is_one_withdrawal(hall: Hall, chenguang: Actor) -> None:
    assert await asked(hall, chenguang, 30_000) == await asked(hall, chenguang, 30_000)
    assert await funds_of(hall, chenguang) == (0, 70_000, 30_000)


async def test_the_account_must_be_in_the_organisations_own_name(hall: Hall, chenguang: Actor) -> None:
    with pytest.raises(HolderDiffers):
        await account_of(hall, chenguang, holder="李明")
    with pytest.raises(BadAccountNumber):
        await account_of(hall, chenguang, number="1     ")
    await account_of(hall, chenguang, holder=f" {NAME} ")


async def test_a_changed_account_cools_off_and_the_old_one_is_no_longer_paid(
    hall: Hall, chenguang: Actor, clock: MovableClock
) -> None:
    old = await account_of(hall, chenguang)
    assert await account_of(hall, chenguang) == old
    new = await account_of(hall, chenguang, number="6217001180009876543")

    with pytest.raises(AccountReplaced):
        await hall.run(payments.withdraw, payments.asks.Withdraw(account_id=old, amount_minor=1), chenguang)
    clock.pass_(hours=23, minutes=59)
    with pytest.raises(AccountCoolsOff):
        await hall.run(payments.withdraw, payments.asks.Withdraw(account_id=new, amount_minor=1), chenguang)
    clock.pass_(minutes=1)

    await hall.run(payments.withdraw, payments.asks.Withdraw(account_id=new, amount_minor=1), chenguang)


async def test_a_foreign_organisation_and_a_low_role_reach_nothing(hall: Hall, chenguang: Actor) -> None:
    account_id = await account_of(hall, chenguang)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=1)

    with pytest.raises(NotFound):
        await hall.run(payments.withdraw, ask, actor(999, "funds.withdraw"))
    with pytest.raises(Forbidden):
        await hall.run(payments.withdraw, ask, actor(chenguang.org_id, "funds.view"))


async def test_the_account_number_stands_nowhere_in_the_clear(hall: Hall, chenguang: Actor) -> None:
    await account_of(hall, chenguang)

    row = await working(hall).db.fetchval("SELECT bank_account::text FROM bank_account")

    assert NUMBER not in row
    assert NUMBER.encode().hex() not in row
    codes = [finding.code for finding in await payments.verify(working(hall))]
    assert "payments.number_sealed_for_ever" not in codes


async def test_money_leaves_by_whatever_door_only_after_the_second_step(
    hall: Hall, chenguang: Actor, clock: MovableClock
) -> None:
    account_id = await account_of(hall, chenguang)
    secret = (await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), chenguang)).secret
    totp = pyotp.TOTP(secret)
    await hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(totp.at(clock.now())), chenguang)
    clock.pass_(seconds=60)
    token = parties.MakeToken(label="erp", scopes=["funds.withdraw"])
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=1)

    with pytest.raises(SecondStepNeeded):
        await hall.run(payments.withdraw, ask, chenguang.using(door="api"))
    with pytest.raises(SecondStepNeeded):
        await hall.run(parties.make_token, token, chenguang)
    proven = msgspec.structs.replace(ask, code=totp.at(clock.now()))
    await hall.run(payments.withdraw, proven, chenguang, key="w")
    with pytest.raises(SecondStepWrong):
        await hall.run(parties.make_token, msgspec.structs.replace(token, code=proven.code), chenguang)


async def test_wrong_codes_are_counted_until_nobody_may_try(hall: Hall, chenguang: Actor) -> None:
    account_id = await account_of(hall, chenguang)
    secret = (await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), chenguang)).secret
    step = parties.ConfirmTwoStep(pyotp.TOTP(secret).at(hall.clock.now()))
    await hall.run(parties.confirm_two_step, step, chenguang)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=1, code="wrong")

    for _ in range(5):
        with pytest.raises(SecondStepWrong):
            await hall.run(payments.withdraw, ask, chenguang)
    with pytest.raises(TooMany):
        await hall.run(payments.withdraw, ask, chenguang)
