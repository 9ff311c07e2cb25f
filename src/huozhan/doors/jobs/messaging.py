"""The worker's tasks for messaging: mail goes out, what is old is forgotten."""

from typing import Any

from huozhan import messaging
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

FORGET_ROWS_MAX = 2_000
_SUBJECTS_MAX = 300


async def send_mail(hall: Hall, *, mail_id: int, **_: Any) -> None:
    """Hands one mail to the mail house; run twice, it arrives once, because its id is its reference."""
    async with hall.working(system("jobs")) as work:
        mail = await messaging.mail_to_send(work, mail_id)
    if mail is None:
        return
    await hall.outside.mail.send(written(hall, mail))
    async with hall.working(system("jobs")) as work:
        await messaging.mail_sent(work, mail_id)


def written(hall: Hall, mail: messaging.MailToSend) -> messaging.Message:
    """A mail in the words of its reader's language; an SMS is one short text without a subject."""
    facts = {**mail.facts, "market": hall.terms.name_en if mail.lang == "en" else hall.terms.name_zh}
    if "link" in facts:
        facts["link"] = hall.settings.url + facts["link"]
    if mail.channel == "sms":
        subject, text = "", hall.words.say(f"mail.{mail.kind}.sms", mail.lang, **facts)
    else:
        subject = hall.words.say(f"mail.{mail.kind}.subject", mail.lang, **facts)[:_SUBJECTS_MAX]
        text = hall.words.say(f"mail.{mail.kind}.text", mail.lang, **facts)
    return messaging.Message(
        ref=str(mail.mail_id), to=mail.to, channel=mail.channel, subject=subject, text=text, lang=mail.lang
    )


async def forget_old_mail(hall: Hall) -> int:
    """Drops mail, notices and messages that are past their time."""
    async with hall.working(system("jobs")) as work:
        mails = await messaging.forget_old_mail(work, FORGET_ROWS_MAX)
        return mails + await messaging.forget_old_messages(work, FORGET_ROWS_MAX)


async def count_rates(hall: Hall) -> int:
    """Counts once a day how quickly every supplier answers; there is nothing more to do after that."""
    async with hall.working(system("jobs")) as work:
        await messaging.count_rates(work)
    return 0
