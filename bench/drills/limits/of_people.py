"""Limits of codes, links, guesses and memberships: who may act for money."""

from tests import world

from bench.drills.limits.attacking import Attack, Stage, limit
from huozhan import parties
from huozhan.kernel.actor import Actor, anonymous

USCC = "91330100MA27Y5AH9D"


async def _person(stage: Stage) -> Actor:
    return await world.person(stage.hall, f"drill-{stage.next()}@example.cn")


@limit
async def one_code_makes_one_person(stage: Stage) -> Attack:
    """A sign-up code is good once."""
    name = f"code-{stage.next()}@example.cn"
    await stage.hall.run(parties.ask_for_code, parties.AskForCode(name), anonymous())
    code = (await world.mailed(stage.hall))[-1].secret
    ask = parties.SignUp(sign_in_name=name, code=code, password=world.PASSWORD, name="无名氏甲")
    return Attack(
        lambda _: stage.hall.run(parties.sign_up, ask, anonymous()),
        "SELECT count(*)::int FROM person WHERE name = $1", ("无名氏甲",), 1, 1,
    )  # fmt: skip


@limit
async def a_reset_link_works_once(stage: Stage) -> Attack:
    """A thousand new passwords by one link: the first one holds."""
    name = f"reset-{stage.next()}@example.cn"
    await world.person(stage.hall, name)
    await stage.hall.run(parties.ask_reset, parties.AskReset(name), anonymous())
    link = [proof.secret for proof in await world.mailed(stage.hall) if proof.purpose == "reset"][-1]
    return Attack(
        lambda n: stage.hall.run(
            parties.reset_password, parties.ResetPassword(token=link, new_password=f"rice-{n:04}-tea-2026"), anonymous()
        ),
        "SELECT count(*)::int FROM proof WHERE purpose = $1", ("reset",), 0, 1,
    )  # fmt: skip


@limit
async def an_invitation_is_accepted_by_one(stage: Stage) -> Attack:
    """Eight people hold the same link."""
    number = stage.next()
    owner = await world.buyer(stage.hall, f"邀请人{number}", f"host-{number}@example.cn")
    ask = parties.InviteMember(sign_in_name=f"guest-{number}@example.cn", role=parties.Role.buyer)
    await stage.hall.run(parties.invite_member, ask, owner)
    link = parties.InvitationLink((await world.mailed(stage.hall))[-1].secret)
    people = [await _person(stage) for _ in range(8)]
    return Attack(
        lambda n: stage.hall.run(parties.accept_invitation, link, people[n % 8]),
        "SELECT count(*)::int FROM member WHERE org_id = $1", (owner.org_id,), 2, 1,
    )  # fmt: skip


@limit
async def guesses_find_a_wall(stage: Stage) -> Attack:
    """A thousand wrong passwords: five are compared, then it says how long to wait."""
    name = f"guess-{stage.next()}@example.cn"
    await world.person(stage.hall, name)
    ask = parties.SignIn(sign_in_name=name, password="a-wrong-guess")
    return Attack(
        lambda _: stage.hall.run(parties.sign_in, ask, anonymous()),
        "SELECT max(tries)::int FROM try_count WHERE last_at = (SELECT max(last_at) FROM try_count)", (), 5, 0,
    )  # fmt: skip


@limit
async def a_credit_code_is_one_organisations(stage: Stage) -> Attack:
    """Two applications with one code: one is approved."""
    decisions = []
    for _ in range(2):
        number = stage.next()
        owner = await world.buyer(stage.hall, f"申请人{number}", f"apply-{number}@example.cn")
        apply = parties.ApplyToSell(
            uscc=USCC, supplier_kind="trader", province_code="330000", contact="王", phone="13900001111"
        )
        applied = await stage.hall.run(parties.apply_to_sell, apply, owner)
        decisions.append(parties.ReviewSupplier(application_id=applied.application_id, decision="approve"))
    return Attack(
        lambda n: stage.hall.run(parties.review_supplier, decisions[n % 2], stage.trade.people.operator),
        "SELECT count(*)::int FROM organisation WHERE uscc = $1 AND can_sell", (USCC,), 1, 1,
    )  # fmt: skip


@limit
async def an_owner_remains(stage: Stage) -> Attack:
    """Two owners remove each other: one stays."""
    number = stage.next()
    one = await world.buyer(stage.hall, f"合伙人{number}", f"owner-{number}@example.cn")
    other = await world.member(stage.hall, one, f"partner-{number}@example.cn", parties.Role.owner)
    pairs = ((one, other), (other, one))
    return Attack(
        lambda n: stage.hall.run(
            parties.remove_member, parties.RemoveMember(str(pairs[n % 2][1].person_id)), pairs[n % 2][0]
        ),
        "SELECT count(*)::int FROM member WHERE org_id = $1 AND role = 'owner'", (one.org_id,), 1, 1,
    )  # fmt: skip
