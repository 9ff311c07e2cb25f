"""Where a person is written to, and in which language."""

from collections.abc import Collection

import msgspec

from huozhan.kernel.work import Work
from huozhan.parties.store import people as store


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or a phone in plain, for the mail port only."""

    person_id: int
    channel: str
    to: str
    lang: str
    name: str


async def mailboxes(work: Work, person_ids: Collection[int]) -> dict[int, Mailbox]:
    """Where these people are written to: by e-mail where they have one, else by SMS; the erased are left out."""
    found: dict[int, Mailbox] = {}
    for row in await store.mailboxes(work, person_ids):
        person_id = row["person_id"]
        if person_id in found:
            continue
        found[person_id] = Mailbox(
            person_id=person_id,
            channel="email" if row["kind"] == "email" else "sms",
            to=work.keyring.open(row["sealed"], field="sign_in_name", owner=person_id),
            lang=row["lang"],
            name=row["name"],
        )
    return found
