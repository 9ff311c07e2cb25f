"""Mail and SMS: written down sealed with the change that causes them, sent after commit by a job."""

from collections.abc import Mapping
from typing import Any

import msgspec

from huozhan import parties
from huozhan.kernel.work import Work
from huozhan.messaging.store import notices as store

MAIL_JOB = "messaging.mail"
SEALED_COLUMNS = tuple(
    parties.SealedColumn(table="mail", column=f"{field}_sealed", field=field, owner="mail_id")
    for field in ("to", "text")
)
"""Sealed fields of mail that has not gone, for a rotation of keys."""


class MailToSend(msgspec.Struct, frozen=True, kw_only=True):
    """A mail on its way out; `kind` is a key of the words under `mail.`. In plain: for the mail port only."""

    mail_id: int
    channel: str
    to: str
    kind: str
    facts: dict[str, Any]
    lang: str


async def send_mail(
    work: Work, *, to: str, channel: str, kind: str, facts: Mapping[str, Any], lang: str
) -> int:
    """Leaves a mail (or SMS) for the job that sends it and returns its id.

    `facts` fill the parameters of the words; one named `link` is a path of ours and gets the market's address.
    """
    mail_id = work.new_id()
    await store.add_mail(
        work,
        mail_id,
        channel,
        kind,
        lang,
        to_sealed=work.keyring.seal(to, field="to", owner=mail_id),
        text_sealed=work.keyring.seal(msgspec.json.encode(facts).decode(), field="text", owner=mail_id),
    )
    work.enqueue(MAIL_JOB, {"mail_id": mail_id}, dedupe_key=f"{MAIL_JOB}:{mail_id}")
    return mail_id


async def mail_to_send(work: Work, mail_id: int) -> MailToSend | None:
    """A mail that waits; None where it has gone already."""
    row = await store.mail(work, mail_id)
    if row is None or row["sent_at"] is not None:
        return None
    return MailToSend(
        mail_id=mail_id,
        channel=row["channel"],
        to=work.keyring.open(row["to_sealed"], field="to", owner=mail_id),
        kind=row["kind"],
        facts=msgspec.json.decode(work.keyring.open(row["text_sealed"], field="text", owner=mail_id)),
        lang=row["lang"],
    )


async def mail_sent(work: Work, mail_id: int) -> None:
    """Notes that a mail has gone and drops whom it went to and what it said."""
    await store.mail_sent(work, mail_id)


async def forget_old_mail(work: Work, rows_max: int) -> int:
    """Drops mail that went, or that nobody could send, long ago."""
    return await store.forget_old(work, rows_max)
