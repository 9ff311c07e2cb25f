"""Mail: written with the change, sent after commit, once, in the reader's language, and then forgotten."""

import asyncio
import json
from datetime import timedelta

import httpx
import msgspec
import pytest

from huozhan import messaging, parties
from huozhan.doors.hall import Hall, Outside
from huozhan.doors.jobs.messaging import forget_old_mail, send_mail
from huozhan.doors.jobs.queue import work_once
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.actor import anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.signed_http import PartySilent, SignedHttp
from tests import world

PURPOSES = ("sign_up", "add_name", "known", "reset", "invite", "password_changed")


class Postbox:
    """A mail house that keeps what it is given, once per reference; it may be out of order for a while."""

    def __init__(self, failures: int = 0) -> None:
        self.kept: dict[str, messaging.Message] = {}
        self.handed_over = 0
        self.failures = failures

    async def send(self, message: messaging.Message) -> None:
        self.handed_over += 1
        self.kept[message.ref] = message
        if self.handed_over <= self.failures:
            raise PartySilent("mail: no answer")


def with_postbox(hall: Hall, postbox: Postbox) -> None:
    hall.outside = Outside(mail=postbox)


async def deliver(hall: Hall) -> None:
    while await relay_once(hall):
        pass
    await work_once(hall, TASKS)


@pytest.fixture(autouse=True)
def one_job_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test has one connection, so jobs of a batch wait for each other here."""

    async def in_turn(*jobs: object) -> list[object]:
        return [await job for job in jobs]  # type: ignore[misc]

    monkeypatch.setattr(asyncio, "gather", in_turn)


async def test_a_code_is_mailed_in_the_readers_language(hall: Hall) -> None:
    postbox = Postbox()
    with_postbox(hall, postbox)
    await hall.run(parties.ask_for_code, parties.AskForCode("ann@ashdown.example"), anonymous("en"))
    code = (await world.mailed(hall))[-1].secret
    await deliver(hall)
    (message,) = postbox.kept.values()
    assert (message.to, message.channel, message.lang) == ("ann@ashdown.example", "email", "en")
    assert message.subject == f"{code} is your Test Market code"


async def test_a_phone_gets_one_short_text(hall: Hall) -> None:
    postbox = Postbox()
    with_postbox(hall, postbox)
    await hall.run(parties.ask_for_code, parties.AskForCode("13812345678"), anonymous())
    await deliver(hall)
    (message,) = postbox.kept.values()
    assert (message.to, message.channel, message.subject) == ("+8613812345678", "sms", "")
    assert len(message.text) < 70


async def test_a_link_in_a_mail_leads_to_the_market(hall: Hall) -> None:
    postbox = Postbox()
    with_postbox(hall, postbox)
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    await hall.run(
        parties.invite_member,
        parties.InviteMember(sign_in_name="qian@example.cn", role=parties.Role.buyer),
        owner,
    )
    secret = (await world.mailed(hall))[-1].secret
    await deliver(hall)
    message = next(one for one in postbox.kept.values() if one.to == "qian@example.cn")
    assert f"{hall.settings.url}/invitations/{secret}" in message.text
    assert message.subject == "恒信邀请您加入测试市场"


async def test_a_mail_whose_answer_was_lost_is_sent_under_the_same_reference(
    hall: Hall, clock: MovableClock
) -> None:
    postbox = Postbox(failures=1)
    with_postbox(hall, postbox)
    await hall.run(parties.ask_for_code, parties.AskForCode("li@example.cn"), anonymous())
    await deliver(hall)
    clock.pass_(seconds=10)
    await deliver(hall)
    assert (postbox.handed_over, len(postbox.kept)) == (2, 1)
    clock.pass_(minutes=10)
    await deliver(hall)
    assert postbox.handed_over == 2


async def test_a_mail_that_went_leaves_no_text_behind(hall: Hall) -> None:
    with_postbox(hall, Postbox())
    await hall.run(parties.ask_for_code, parties.AskForCode("li@example.cn"), anonymous())
    while await relay_once(hall):
        pass
    async with hall.pool.acquire() as db:
        mail_id, sealed = await db.fetchrow("SELECT mail_id, to_sealed FROM mail")
        assert b"li@example.cn" not in sealed
        assert "li@" not in await db.fetchval("SELECT string_agg(payload::text, '') FROM job")
    await send_mail(hall, mail_id=mail_id)
    async with hall.pool.acquire() as db:
        assert tuple(await db.fetchrow("SELECT to_sealed, text_sealed FROM mail")) == (None, None)


async def test_old_mail_and_notices_are_forgotten(hall: Hall, clock: MovableClock) -> None:
    owner = await world.buyer(hall, "恒信", "zhao@example.cn")
    async with hall.working(system()) as work:
        await messaging.tell(work, owner.org_id, "open", {})
        await messaging.send_mail(work, to="a@b.cn", channel="email", kind="known", facts={}, lang="zh")
    assert await forget_old_mail(hall) == 0
    clock.pass_(days=8)
    assert await forget_old_mail(hall) == 1
    clock.pass_(days=180)
    assert await forget_old_mail(hall) == 1


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("part", ["subject", "text", "sms"])
def test_every_mail_has_its_words(hall: Hall, purpose: str, part: str) -> None:
    key = f"mail.{purpose}.{part}"
    assert hall.words.parameters(key, "zh") == hall.words.parameters(key, "en") or part != "text"
    known = {"code", "link", "market", "organisation"}
    assert hall.words.parameters(key, "zh") | hall.words.parameters(key, "en") <= known


async def test_the_mail_house_gets_a_signed_message() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    http = SignedHttp("http://mail.test", "mail", b"s" * 24, transport=httpx.MockTransport(answer))
    message = messaging.Message(ref="7", to="a@b.cn", channel="email", subject="你好", text="…", lang="zh")
    await messaging.HttpMail(http).send(message)
    await http.close()
    assert seen[0].url.path == "/mail/messages"
    assert json.loads(seen[0].content) == msgspec.to_builtins(message)
    assert seen[0].headers["x-signature"].startswith("v1=")
    assert timedelta(seconds=int(seen[0].headers["x-timestamp"])) > timedelta(days=365 * 50)
