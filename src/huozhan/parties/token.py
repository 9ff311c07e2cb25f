"""API tokens: an app acts for one organisation with part of what its maker may do."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from huozhan.kernel.crypto import new_token, token_hash
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Ask, Done, Id, Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties.role import ANYONE, SIGNED_IN
from huozhan.parties.store import people as store
from huozhan.parties.two_step import StepCode, count_second_step, pass_second_step

TOKEN_PREFIX = "hz_"  # noqa: S105 -- makes a leaked token easy to search for
DAYS_MAX = 3_650


class ScopeBeyondRole(Refusal):
    """A token cannot do what its maker may not do."""

    code = "parties.scope_beyond_role"
    sort = Sort.forbidden


class MakeToken(Ask, frozen=True, kw_only=True):
    """A token's label, what it may do, and for how long (0: until it is revoked); `code` is the maker's second step."""

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    scopes: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=40)]], msgspec.Meta(min_length=1, max_length=60)
    ]
    valid_days: Annotated[int, msgspec.Meta(ge=0, le=DAYS_MAX)] = 0
    code: StepCode = ""


class RevokeToken(Ask, frozen=True):
    """Which token shall work no longer."""

    token_id: Id


class NewToken(View, frozen=True):
    """A token that was just made; the secret is shown once."""

    token_id: Id
    token: str


class TokenView(View, frozen=True, kw_only=True):
    """A token as the organisation sees it."""

    token_id: Id
    made_by: Id
    label: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@use_case("token.manage", writes=True, is_secret=True, before=count_second_step)
async def make_token(work: Work, ask: MakeToken) -> NewToken:
    """Makes an API token for the organisation at hand."""
    beyond = sorted(set(ask.scopes) - (work.actor.permissions - SIGNED_IN - ANYONE))
    if beyond:
        raise ScopeBeyondRole(scopes=", ".join(beyond))
    await pass_second_step(work, ask.code)
    token, token_id = TOKEN_PREFIX + new_token(), work.new_id()
    expires_at = work.now + timedelta(days=ask.valid_days) if ask.valid_days else None
    await store.add_token(work, token_hash(token), token_id, ask.label, sorted(set(ask.scopes)), expires_at)
    return NewToken(str(token_id), token)


@use_case("token.manage", writes=False)
async def tokens(work: Work, _ask: Nothing) -> list[TokenView]:
    """The organisation's API tokens."""
    return [
        TokenView(
            token_id=str(row["token_id"]),
            made_by=str(row["person_id"]),
            label=row["label"],
            scopes=row["scopes"],
            made_at=row["made_at"],
            expires_at=row["expires_at"],
            last_used_at=row["last_used_at"],
        )
        for row in await store.tokens_of_org(work)
    ]


@use_case("token.manage", writes=True)
async def revoke_token(work: Work, ask: RevokeToken) -> Done:
    """Makes a token void from that moment."""
    if not await store.drop_token(work, int(ask.token_id)):
        raise NotFound
    return Done()
