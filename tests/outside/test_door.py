"""The door answers only when the work is on disk."""

import json
import time
from pathlib import Path
from typing import Any

from huozhan_outside import signing
from huozhan_outside.agenda import Agenda
from huozhan_outside.calling import Market
from huozhan_outside.clock import Clock
from huozhan_outside.faults import Faults
from huozhan_outside.mail import Mail
from huozhan_outside.party import Keys, World
from huozhan_outside.web import Door

SECRET = b"a secret of twenty-four bytes"
MESSAGE = {"ref": "M-1", "to": "a@b.example", "channel": "sms", "subject": "", "text": "x", "lang": "en"}


async def test_an_answer_waits_until_the_work_is_on_disk(tmp_path: Path) -> None:
    clock = Clock()
    world = World(tmp_path, clock, Agenda(clock), Market("http://127.0.0.1:1"), 1, "")
    mail = Mail(world, Keys(SECRET, b""), Faults())
    open_at_answer: list[bool] = []
    statuses: list[int] = []

    async def send(message: dict[str, Any]) -> None:
        open_at_answer.append(mail.store._base.in_transaction)
        statuses.append(message.get("status", 0))

    raw = json.dumps(MESSAGE).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw}

    headers = signing.request_headers(
        SECRET, int(time.time()), "a-nonce-of-16-or-more", "POST", "/mail/messages", raw
    )
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/mail/messages",
        "raw_path": b"/mail/messages",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await Door([mail])(scope, receive, send)
    assert statuses == [200, 0]
    assert open_at_answer == [False, False]
    mail.store.close()
