"""Who belongs to an organisation: invited by a link, given a role, removed."""

from datetime import datetime
from typing import Any

from huozhan.kernel.crypto import token_hash
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Ask, Bilingual, Done, Id, Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties import limits
from huozhan.parties.facts import MemberRemoved
from huozhan.parties.organisation import OrgView, SwitchOrganisation, join, org_faces, switch_organisation
from huozhan.parties.proving import LinkSpent, LinkToken, make_proof, redeem_link
from huozhan.parties.role import Role
from huozhan.parties.sign_in_name import SignInName, SignInText, read_sign_in_name
from huozhan.parties.store import organisations as store
from huozhan.parties.store import people as people_store


class LastOwner(Refusal):
    """An organisation keeps at least one owner: hand it over first."""

    code = "parties.last_owner"


class InviteMember(Ask, frozen=True, kw_only=True):
    """Whom to invite, as what."""

    sign_in_name: SignInText
    role: Role


class WithdrawInvitation(Ask, frozen=True):
    """Which invitation shall not be accepted any more."""

    invitation_id: Id


class InvitationLink(Ask, frozen=True):
    """The token of an invitation's link."""

    token: LinkToken


class ChangeRole(Ask, frozen=True, kw_only=True):
    """Another role for a member."""

    person_id: Id
    role: Role


class RemoveMember(Ask, frozen=True):
    """Who shall belong to the organisation no longer."""

    person_id: Id


class InvitationView(View, frozen=True, kw_only=True):
    """An invitation that waits."""

    invitation_id: Id
    masked: str
    role: str
    made_at: datetime
    expires_at: datetime


class InvitationFace(View, frozen=True, kw_only=True):
    """What the invited person sees before accepting."""

    org_name: Bilingual
    role: str
    expires_at: datetime


class MemberView(View, frozen=True, kw_only=True):
    """A member as colleagues see them."""

    person_id: Id
    name: str
    masked: str
    role: str
    joined_at: datetime
    is_me: bool


class MembersView(View, frozen=True, kw_only=True):
    """Everybody in the organisation, and who is invited."""

    members: list[MemberView]
    invitations: list[InvitationView]


@use_case("member.manage", writes=True)
async def invite_member(work: Work, ask: InviteMember) -> InvitationView:
    """Invites somebody by mail or SMS; whoever opens the link first and signs in joins."""
    name = read_sign_in_name(ask.sign_in_name)
    await limits.count(work, "mail.name", name.text)
    expires_at = work.now + work.rule("parties.invitation_valid").span
    proof_id, _ = await make_proof(
        work, "invite", name, until=expires_at, org_id=work.actor.org_id, role=ask.role
    )
    return InvitationView(
        invitation_id=str(proof_id),
        masked=name.masked,
        role=ask.role,
        made_at=work.now,
        expires_at=expires_at,
    )


@use_case("member.manage", writes=True)
async def withdraw_invitation(work: Work, ask: WithdrawInvitation) -> Done:
    """Makes an invitation's link void."""
    if not await store.drop_invitation(work, int(ask.invitation_id)):
        raise NotFound
    return Done()


@use_case("public", writes=False)
async def invitation(work: Work, ask: InvitationLink) -> InvitationFace:
    """Shows who invites, to whoever holds the link."""
    proof = await people_store.see_proof(work, "invite", token_hash(ask.token))
    if proof is None:
        raise LinkSpent
    face = (await org_faces(work, [proof["org_id"]]))[proof["org_id"]]
    return InvitationFace(org_name=face.name, role=proof["role"], expires_at=proof["expires_at"])


@use_case("self", writes=True, is_secret=True)
async def accept_invitation(work: Work, ask: InvitationLink) -> OrgView:
    """Joins the organisation that invites and works for it from now on."""
    proof = await redeem_link(work, "invite", ask.token)
    await join(work, proof["org_id"], work.actor.person_id, Role(proof["role"]))
    return await switch_organisation(work, SwitchOrganisation(str(proof["org_id"])))


@use_case("org.view", writes=False)
async def members(work: Work, _ask: Nothing) -> MembersView:
    """Everybody in the organisation at hand; invitations for who may manage members."""
    rows = await store.people_of(work, work.actor.org_id)
    masks = await _masks(work, [row["person_id"] for row in rows])
    shown = [
        MemberView(
            person_id=str(row["person_id"]),
            name=row["name"],
            masked=masks.get(row["person_id"], ""),
            role=row["role"],
            joined_at=row["joined_at"],
            is_me=row["person_id"] == work.actor.person_id,
        )
        for row in rows
    ]
    waiting = await store.invitations(work) if work.actor.may("member.manage") else []
    return MembersView(members=shown, invitations=[_invitation(work, row) for row in waiting])


@use_case("member.manage", writes=True)
async def change_role(work: Work, ask: ChangeRole) -> Done:
    """Gives a member another role; the last owner stays one, and who is one no longer has invited nobody."""
    person_id = int(ask.person_id)
    role_was = await _locked_role(work, person_id)
    if role_was is Role.owner and ask.role is not Role.owner:
        await _must_leave_an_owner(work, person_id)
    if role_was is not ask.role:
        await store.set_role(work, person_id, ask.role)
        if role_was is Role.owner:
            await store.drop_invitations_by(work, person_id)
        await store.note_move(work, work.actor.org_id, person_id, role_was, ask.role)
    return Done()


@use_case("member.manage", writes=True)
async def remove_member(work: Work, ask: RemoveMember) -> Done:
    """Removes a member, whose sessions, tokens and invitations reach nothing of the organisation from that moment."""
    await _remove(work, int(ask.person_id))
    return Done()


@use_case("self", writes=True)
async def leave_organisation(work: Work, _ask: Nothing) -> Done:
    """Leaves the organisation at hand; its last owner cannot."""
    await _remove(work, work.actor.person_id)
    return Done()


async def _remove(work: Work, person_id: int) -> None:
    role_was = await _locked_role(work, person_id)
    if role_was is Role.owner:
        await _must_leave_an_owner(work, person_id)
    await store.remove_member(work, person_id)
    await store.drop_invitations_by(work, person_id)
    await store.note_move(work, work.actor.org_id, person_id, role_was, "")
    work.record(MemberRemoved(org_id=work.actor.org_id, person_id=person_id))


async def _locked_role(work: Work, person_id: int) -> Role:
    """The member's role, with the organisation locked so that owners are counted one change at a time."""
    await store.lock_organisation(work, work.actor.org_id)
    role = await store.role_of(work, person_id)
    if role is None:
        raise NotFound
    return Role(role)


async def _must_leave_an_owner(work: Work, person_id: int) -> None:
    if not await store.has_other_owner(work, work.actor.org_id, person_id):
        raise LastOwner


async def _masks(work: Work, person_ids: list[int]) -> dict[int, str]:
    masks: dict[int, str] = {}
    for row in await people_store.names_of(work, person_ids):
        text = work.keyring.open(row["sealed"], field="sign_in_name", owner=row["person_id"])
        masks.setdefault(row["person_id"], SignInName(row["kind"], text).masked)
    return masks


def _invitation(work: Work, row: Any) -> InvitationView:
    text = work.keyring.open(row["name_sealed"], field="name", owner=row["proof_id"])
    return InvitationView(
        invitation_id=str(row["proof_id"]),
        masked=read_sign_in_name(text).masked,
        role=row["role"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
    )
