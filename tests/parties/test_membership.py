"""Organisations: who belongs, in which role, and what is left of those who go."""

import pytest
from tests import world

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, ActorKind, anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.parties import Role
from huozhan.parties.membership import LastOwner
from huozhan.parties.proving import LinkSpent
from huozhan.parties.role import permissions_of
from huozhan.parties.signing_in import open_session
from huozhan.parties.token import ScopeBeyondRole


async def holder(hall: Hall, token: str) -> Actor | None:
    async with hall.pool.acquire() as db:
        return await parties.actor_of_token(hall.work(db, system()), token)


async def test_an_invited_member_has_the_role_and_nothing_more(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    viewer = await world.member(hall, owner, "sun@example.cn", Role.viewer)
    assert (viewer.org_id, viewer.role) == (owner.org_id, "viewer")
    assert viewer.permissions == {"public", "self", "org.view", "order.view", "funds.view"}
    with pytest.raises(Forbidden):
        ask = parties.InviteMember(sign_in_name="x@example.cn", role=Role.owner)
        await hall.run(parties.invite_member, ask, viewer)


async def test_an_invitation_shows_who_invites_and_is_accepted_once(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    ask = parties.InviteMember(sign_in_name="qian@example.cn", role=Role.buyer)
    await hall.run(parties.invite_member, ask, owner)
    link = parties.InvitationLink((await world.mailed(hall))[-1].secret)
    shown = await hall.run(parties.invitation, link, anonymous())
    assert (shown.org_name.zh, shown.role) == ("恒信", "buyer")
    qian, late = await world.person(hall, "qian@example.cn"), await world.person(hall, "late@example.cn")
    await hall.run(parties.accept_invitation, link, qian)
    with pytest.raises(LinkSpent):
        await hall.run(parties.accept_invitation, link, late)


async def test_a_withdrawn_invitation_is_void(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    ask = parties.InviteMember(sign_in_name="qian@example.cn", role=Role.buyer)
    invited = await hall.run(parties.invite_member, ask, owner)
    link = parties.InvitationLink((await world.mailed(hall))[-1].secret)
    stranger = await world.buyer(hall, "别家", "bie@example.cn")
    with pytest.raises(NotFound):
        await hall.run(
            parties.withdraw_invitation, parties.WithdrawInvitation(invited.invitation_id), stranger
        )
    await hall.run(parties.withdraw_invitation, parties.WithdrawInvitation(invited.invitation_id), owner)
    with pytest.raises(LinkSpent):
        await hall.run(parties.invitation, link, anonymous())


async def test_who_is_removed_reaches_nothing_at_once(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    helper = await world.member(hall, owner, "qian@example.cn", Role.owner)
    made = await hall.run(parties.make_token, parties.MakeToken(label="erp", scopes=["order.view"]), helper)
    async with hall.working(helper) as work:
        session = await open_session(work, helper.person_id, "钱", "")
    assert (await world.actor_of(hall, session.token)).org_id == owner.org_id
    assert await holder(hall, made.token)
    await hall.run(parties.remove_member, parties.RemoveMember(str(helper.person_id)), owner)
    ex_member = await world.actor_of(hall, session.token)
    assert (ex_member.org_id, ex_member.permissions) == (0, frozenset({"public", "self"}))
    assert await holder(hall, made.token) is None
    assert await hall.run(parties.organisations, Nothing(), ex_member) == []
    with pytest.raises(NotFound):
        switch = parties.SwitchOrganisation(str(owner.org_id))
        await hall.run(parties.switch_organisation, switch, ex_member)


async def test_the_last_owner_stays_owner(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    buyer = await world.member(hall, owner, "qian@example.cn", Role.buyer)
    me = str(owner.person_id)
    with pytest.raises(LastOwner):
        await hall.run(parties.leave_organisation, Nothing(), owner)
    with pytest.raises(LastOwner):
        await hall.run(parties.remove_member, parties.RemoveMember(me), owner)
    with pytest.raises(LastOwner):
        await hall.run(parties.change_role, parties.ChangeRole(person_id=me, role=Role.viewer), owner)
    promoted = parties.ChangeRole(person_id=str(buyer.person_id), role=Role.owner)
    await hall.run(parties.change_role, promoted, owner)
    await hall.run(parties.leave_organisation, Nothing(), owner)
    assert (await world.again(hall, buyer)).role == "owner"


async def test_a_person_of_two_organisations_works_for_one_at_a_time(hall: Hall, clock: MovableClock) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    other = await world.buyer(hall, "小李", "li@example.cn")
    clock.pass_(hours=1)
    await hall.run(
        parties.invite_member, parties.InviteMember(sign_in_name="li@example.cn", role=Role.viewer), owner
    )
    link = (await world.mailed(hall))[-1].secret
    await hall.run(parties.accept_invitation, parties.InvitationLink(link), other)
    mine = await hall.run(parties.organisations, Nothing(), other)
    assert [(org.name.zh, org.role) for org in mine] == [("小李", "owner"), ("恒信", "viewer")]
    switched = await hall.run(
        parties.switch_organisation, parties.SwitchOrganisation(str(owner.org_id)), other
    )
    assert "order.place" not in switched.permissions


async def test_members_of_a_foreign_organisation_are_not_found(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    stranger = await world.buyer(hall, "别家", "bie@example.cn")
    with pytest.raises(NotFound):
        await hall.run(parties.remove_member, parties.RemoveMember(str(owner.person_id)), stranger)
    with pytest.raises(NotFound):
        changed = parties.ChangeRole(person_id=str(owner.person_id), role=Role.viewer)
        await hall.run(parties.change_role, changed, stranger)


async def test_members_are_listed_with_masked_names(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "13812345678")
    listed = await hall.run(parties.members, Nothing(), owner)
    assert [(one.masked, one.is_me) for one in listed.members] == [("138****5678", True)]


async def test_a_token_acts_with_part_of_its_makers_rights(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    made = await hall.run(
        parties.make_token, parties.MakeToken(label="erp", scopes=["order.view", "cart.use"]), owner
    )
    app = await holder(hall, made.token)
    assert app is not None
    assert (app.kind, app.org_id) == (ActorKind.app, owner.org_id)
    assert app.permissions == {"public", "order.view", "cart.use"}
    listed = await hall.run(parties.tokens, Nothing(), owner)
    assert [(token.label, token.last_used_at is not None) for token in listed] == [("erp", True)]
    await hall.run(parties.revoke_token, parties.RevokeToken(made.token_id), owner)
    assert await holder(hall, made.token) is None


async def test_a_token_narrows_with_its_makers_role(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    helper = await world.member(hall, owner, "qian@example.cn", Role.owner)
    made = await hall.run(
        parties.make_token, parties.MakeToken(label="erp", scopes=["order.view", "order.pay"]), helper
    )
    demoted = parties.ChangeRole(person_id=str(helper.person_id), role=Role.viewer)
    await hall.run(parties.change_role, demoted, owner)
    app = await holder(hall, made.token)
    assert app is not None
    assert app.permissions == {"public", "order.view"}


@pytest.mark.parametrize("scope", ["market.review", "offer.edit", "self", "system", "nonsense"])
async def test_a_token_cannot_do_what_its_maker_cannot(hall: Hall, scope: str) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    with pytest.raises(ScopeBeyondRole):
        await hall.run(parties.make_token, parties.MakeToken(label="erp", scopes=[scope]), owner)


async def test_a_secret_answer_is_not_kept_for_a_repeat(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    ask = parties.MakeToken(label="erp", scopes=["order.view"])
    await hall.run(parties.make_token, ask, owner, key="same")
    async with hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM idempotency") == 0


@pytest.mark.parametrize("role", list(Role))
def test_no_role_does_what_its_organisation_cannot(role: Role) -> None:
    nothing = permissions_of(role, can_buy=False, can_sell=False, is_market=False)
    assert not [
        right for right in nothing if right.startswith(("order.", "offer.", "cart.", "sale.", "market."))
    ]


def test_only_the_markets_own_people_run_the_market() -> None:
    outside = permissions_of(Role.owner, can_buy=True, can_sell=True, is_market=False)
    inside = permissions_of(Role.owner, can_buy=False, can_sell=False, is_market=True)
    assert not any(right.startswith("market.") for right in outside)
    assert {"market.review", "market.rules", "market.ledger"} <= inside


async def test_who_goes_or_steps_down_leaves_no_way_back_in(hall: Hall) -> None:
    zhao = await world.buyer(hall, "恒信", "zhao@example.cn")
    goes = await world.member(hall, zhao, "qian@example.cn", Role.owner)
    steps_down = await world.member(hall, zhao, "sun@example.cn", Role.owner)
    links = []
    for owner, name in ((goes, "a@example.cn"), (steps_down, "b@example.cn"), (zhao, "c@example.cn")):
        await hall.run(parties.invite_member, parties.InviteMember(sign_in_name=name, role=Role.owner), owner)
        links.append(parties.InvitationLink((await world.mailed(hall))[-1].secret))
    await hall.run(parties.remove_member, parties.RemoveMember(str(goes.person_id)), zhao)
    less = parties.ChangeRole(person_id=str(steps_down.person_id), role=Role.viewer)
    await hall.run(parties.change_role, less, zhao)
    for link in links[:2]:
        with pytest.raises(LinkSpent):
            await hall.run(parties.invitation, link, anonymous())
    assert (await hall.run(parties.invitation, links[2], anonymous())).role == "owner"


async def test_the_same_key_of_two_colleagues_is_two_calls(hall: Hall) -> None:
    zhao = await world.buyer(hall, "恒信", "zhao@example.cn")
    qian = await world.member(hall, zhao, "qian@example.cn", Role.buyer)
    sun = await world.member(hall, zhao, "sun@example.cn", Role.buyer)
    for colleague in (qian, sun):
        await hall.run(parties.leave_organisation, Nothing(), colleague, key="leave")
    left = (await hall.run(parties.members, Nothing(), zhao)).members
    assert [member.person_id for member in left] == [str(zhao.person_id)]
