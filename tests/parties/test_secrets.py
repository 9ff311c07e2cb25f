"""What nobody may find in the database: passwords, tokens, codes, links; and what is old goes."""

import re

from tests import world

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.parties import forget_old_secrets
from huozhan.kernel.actor import anonymous
from huozhan.kernel.clock import MovableClock


async def everything_stored(hall: Hall) -> str:
    async with hall.pool.acquire() as db:
        tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [
            await db.fetchval(f'SELECT string_agg(t::text, chr(10)) FROM "{row["tablename"]}" t') or ""
            for row in tables
            if row["tablename"] not in {"division", "migration", "rule_version"}
        ]
    return "\n".join(rows)


async def test_no_secret_lies_in_the_database_in_plain(hall: Hall) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    ask = parties.SignIn(sign_in_name="zhao@example.cn", password=world.PASSWORD)
    session = await hall.run(parties.sign_in, ask, anonymous(), key="k1")
    token = await hall.run(
        parties.make_token, parties.MakeToken(label="erp", scopes=["order.view"]), owner, key="k2"
    )
    step = await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), owner, key="k3")
    await hall.run(parties.ask_reset, parties.AskReset("zhao@example.cn"), anonymous(), key="k4")
    await hall.run(parties.ask_for_code, parties.AskForCode("sun@example.cn"), anonymous(), key="k5")
    await hall.run(parties.edit_profile, parties.EditProfile(name="赵", lang="zh"), owner, key="k6")
    mailed = [proof.secret for proof in await world.mailed(hall)]
    stored = await everything_stored(hall)
    for secret in (world.PASSWORD, session.token, token.token, step.secret, *mailed, "zhao@example.cn"):
        # A code of six digits may stand inside an id or a hash by chance; alone it may not.
        assert not re.search(rf"(?<![0-9a-f]){re.escape(secret)}(?![0-9a-f])", stored)


async def test_a_facts_body_holds_ids_only(hall: Hall) -> None:
    await world.supplier(
        hall, await world.first_operator(hall), "晨光", "chen@example.cn", uscc="91330782MA28A1B2X4"
    )
    async with hall.pool.acquire() as db:
        bodies = await db.fetch("SELECT fact, key, value FROM outbox, jsonb_each_text(body)")
    assert {row["fact"] for row in bodies} >= {"parties.person_joined", "parties.supplier_reviewed"}
    assert {row["value"] for row in bodies if not row["value"].isdigit()} <= {"true", "false"}


async def test_what_is_too_old_to_be_used_is_dropped(hall: Hall, clock: MovableClock) -> None:
    li = await world.person(hall, "li@example.cn")
    await hall.run(parties.ask_for_code, parties.AskForCode("lu@example.cn"), anonymous())
    assert await forget_old_secrets(hall) == 0
    clock.pass_(days=31)
    assert await forget_old_secrets(hall) > 2
    assert await forget_old_secrets(hall) == 0
    async with hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM session") == 0
        assert await db.fetchval("SELECT count(*) FROM person WHERE person_id = $1", li.person_id) == 1
