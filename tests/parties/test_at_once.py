"""What must hold when several do it in the same moment, on connections of their own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests import world
from tests.conftest import make_hall

from huozhan import operations, parties
from huozhan.doors.hall import Hall
from huozhan.kernel import database
from huozhan.kernel.actor import Actor, anonymous
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Refusal, TooMany
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work
from huozhan.parties.membership import LastOwner
from huozhan.parties.personal_data import HandOverFirst
from huozhan.parties.signing_in import WrongCredentials
from huozhan.parties.store import organisations as store
from huozhan.parties.supplying import UsccTaken


@pytest_asyncio.fixture(loop_scope="session")
async def open_hall(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Hall]:
    """A hall with several connections to a database of its own."""
    pool: asyncpg.Pool = await database.open_pool(open_dsn, size_min=6, size_max=6)
    yield await make_hall(pool, clock, tmp_path)
    await pool.close()


async def outcomes(*calls: object) -> list[object]:
    """What each of the calls came to: its answer, or the refusal's class."""
    done = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    for one in done:
        if isinstance(one, BaseException) and not isinstance(one, Refusal):
            raise one
    return [type(one) if isinstance(one, Refusal) else one for one in done]


async def count(hall: Hall, query: str, *values: object) -> int:
    async with hall.pool.acquire() as db:
        return int(await db.fetchval(query, *values))


async def test_two_owners_cannot_remove_each_other(open_hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    has_other_owner = store.has_other_owner

    async def thoughtful(work: Work, org_id: int, person_id: int) -> bool:
        found = await has_other_owner(work, org_id, person_id)
        await asyncio.sleep(0.2)  # without the organisation's lock both would have looked by now
        return found

    monkeypatch.setattr(store, "has_other_owner", thoughtful)
    zhao = await world.buyer(open_hall, "恒信", "zhao@example.cn")
    qian = await world.member(open_hall, zhao, "qian@example.cn", parties.Role.owner)

    def remove(by: Actor, whom: Actor) -> object:
        return open_hall.run(parties.remove_member, parties.RemoveMember(str(whom.person_id)), by)

    assert LastOwner in await outcomes(remove(zhao, qian), remove(qian, zhao))
    owners = "SELECT count(*) FROM member WHERE org_id = $1 AND role = 'owner'"
    assert await count(open_hall, owners, zhao.org_id) == 1


async def test_two_owners_cannot_both_erase_themselves(
    open_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned_alone = store.organisations_owned_alone

    async def thoughtful(work: Work, person_id: int) -> list[object]:
        found = await owned_alone(work, person_id)
        await asyncio.sleep(0.2)  # without the organisation's lock both would have looked by now
        return found

    monkeypatch.setattr(store, "organisations_owned_alone", thoughtful)
    zhao = await world.buyer(open_hall, "恒信", "zhao@example.cn")
    qian = await world.member(open_hall, zhao, "qian@example.cn", parties.Role.owner)
    await world.member(open_hall, zhao, "sun@example.cn", parties.Role.buyer)

    def erase(whom: Actor) -> object:
        return open_hall.run(operations.erase_me, parties.EraseMe(world.PASSWORD), whom)

    assert HandOverFirst in await outcomes(erase(zhao), erase(qian))
    owners = "SELECT count(*) FROM member WHERE org_id = $1 AND role = 'owner'"
    assert await count(open_hall, owners, zhao.org_id) == 1


async def test_many_guesses_at_once_find_the_same_wall(
    open_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(open_hall, "li@example.cn")
    compared = 0

    async def slow(_stored: str | None, _password: str) -> bool:
        nonlocal compared
        compared += 1
        await asyncio.sleep(0.01)
        return False

    monkeypatch.setattr("huozhan.parties.signing_in.password_matches", slow)
    ask = parties.SignIn(sign_in_name="li@example.cn", password="guess")
    came_to = await outcomes(*(open_hall.run(parties.sign_in, ask, anonymous()) for _ in range(40)))
    assert compared == 5
    assert (came_to.count(WrongCredentials), came_to.count(TooMany)) == (5, 35)


async def test_one_code_makes_one_person(open_hall: Hall) -> None:
    await open_hall.run(parties.ask_for_code, parties.AskForCode("li@example.cn"), anonymous())
    code = (await world.mailed(open_hall))[-1].secret
    ask = parties.SignUp(sign_in_name="li@example.cn", code=code, password=world.PASSWORD, name="李")
    came_to = await outcomes(*(open_hall.run(parties.sign_up, ask, anonymous()) for _ in range(4)))
    assert len([one for one in came_to if isinstance(one, parties.SignedIn)]) == 1
    assert await count(open_hall, "SELECT count(*) FROM person") == 1


async def test_one_credit_code_is_approved_once(open_hall: Hall) -> None:
    operator = await world.first_operator(open_hall)
    decisions = []
    for name in ("yi", "er"):
        owner = await world.buyer(open_hall, name, f"{name}@example.cn")
        apply = parties.ApplyToSell(
            uscc="91330782MA28A1B2X4",
            supplier_kind="trader",
            province_code="330000",
            contact="王",
            phone="13900001111",
        )
        applied = await open_hall.run(parties.apply_to_sell, apply, owner)
        decisions.append(parties.ReviewSupplier(application_id=applied.application_id, decision="approve"))
    came_to = await outcomes(*(open_hall.run(parties.review_supplier, one, operator) for one in decisions))
    assert UsccTaken in came_to
    assert await count(open_hall, "SELECT count(*) FROM organisation WHERE can_sell") == 1
    listed = await open_hall.run(parties.supplier_applications, parties.SupplierApplications(), operator)
    assert len(listed.items) == 1


async def test_an_invitation_is_accepted_by_one(open_hall: Hall) -> None:
    owner = await world.buyer(open_hall, "恒信", "zhao@example.cn")
    ask = parties.InviteMember(sign_in_name="qian@example.cn", role=parties.Role.buyer)
    await open_hall.run(parties.invite_member, ask, owner)
    link = parties.InvitationLink((await world.mailed(open_hall))[-1].secret)
    people = [await world.person(open_hall, f"p{n}@example.cn") for n in range(3)]
    await outcomes(*(open_hall.run(parties.accept_invitation, link, one) for one in people))
    assert len((await open_hall.run(parties.members, Nothing(), owner)).members) == 2
