"""From a secret to the actor behind it: one query on every request."""

from datetime import timedelta
from typing import Any

from huozhan.kernel.actor import Actor, ActorKind
from huozhan.kernel.crypto import token_hash
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.parties.role import SIGNED_IN, Role, permissions_of
from huozhan.parties.store import people as store

SEEN_EVERY = timedelta(minutes=5)
"""How old a session's or token's last use may be before it is written again."""


async def actor_of_session(work: Work, token: str) -> Actor | None:
    """Who holds this session's token, working for the organisation the session is in; None where nobody does."""
    hashed = token_hash(token)
    row = await store.actor_of_session(work, hashed, work.now - work.rule("parties.session_idle").span)
    if row is None:
        return None
    if work.now - row["seen_at"] > SEEN_EVERY:
        await store.touch_session(work, hashed)
    permissions = SIGNED_IN if row["org_id"] is None else _permissions(row)
    return _actor(row, ActorKind.person, permissions, session_id=row["session_id"])


async def actor_of_token(work: Work, token: str) -> Actor | None:
    """The app that holds this API token, for the person and organisation it was made by; None where none does."""
    hashed = token_hash(token)
    row = await store.actor_of_token(work, hashed)
    if row is None:
        return None
    if row["last_used_at"] is None or work.now - row["last_used_at"] > SEEN_EVERY:
        await store.touch_token(work, hashed)
    return _actor(row, ActorKind.app, _permissions(row, row["scopes"]))


def _permissions(row: Any, scopes: Any = None) -> frozenset[str]:
    return permissions_of(
        Role(row["role"]),
        can_buy=row["can_buy"],
        can_sell=row["can_sell"],
        is_market=row["is_market"],
        scopes=scopes,
    )


def _actor(row: Any, kind: ActorKind, permissions: frozenset[str], session_id: int = 0) -> Actor:
    return Actor(
        kind=kind,
        person_id=row["person_id"],
        org_id=row["org_id"] or 0,
        role=row["role"] or "",
        permissions=permissions,
        session_id=session_id,
        name=row["name"],
        org_name=Bilingual(zh=row["name_zh"] or "", en=row["name_en"] or ""),
        lang=row["lang"],
    )
