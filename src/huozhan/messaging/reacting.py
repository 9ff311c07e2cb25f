"""What people hear when something happens among the parties: mail for codes and links, notices for the rest."""

from collections.abc import Sequence

from huozhan import parties
from huozhan.kernel.work import Work
from huozhan.messaging.mail import send_mail
from huozhan.messaging.notice import NoticeToTell, tell_all

LINKS = {"reset": "/reset/{secret}", "invite": "/invitations/{secret}", "known": "/reset"}
REVIEW_LINK = "/console/suppliers"
APPLICATION_LINK = "/organisation"


async def mail_proofs(work: Work, facts: Sequence[parties.ProofAsked]) -> None:
    """Mails codes and one-time links."""
    proofs = await parties.proofs_to_mail(work, [fact.proof_id for fact in facts])
    faces = await parties.org_faces(work, {proof.org_id for proof in proofs if proof.org_id})
    for proof in proofs:
        said = {
            "code": proof.secret,
            "link": LINKS.get(proof.purpose, "/sign-in").format(secret=proof.secret),
        }
        if proof.org_id in faces:
            said["organisation"] = faces[proof.org_id].name.say(proof.lang)
        await send_mail(
            work, to=proof.to, channel=proof.channel, kind=proof.purpose, facts=said, lang=proof.lang
        )


async def mail_password_changed(work: Work, facts: Sequence[parties.PasswordChanged]) -> None:
    """Tells people that their password is another one now, in case it was not them."""
    boxes = await parties.mailboxes(work, [fact.person_id for fact in facts])
    for box in boxes.values():
        await send_mail(
            work,
            to=box.to,
            channel=box.channel,
            kind="password_changed",
            facts={"link": "/reset"},
            lang=box.lang,
        )


async def tell_of_application(work: Work, facts: Sequence[parties.SupplierApplied]) -> None:
    """Tells the market's reviewers that an application waits."""
    market = await parties.market_org_id(work)
    faces = await parties.org_faces(work, {fact.org_id for fact in facts})
    await tell_all(
        work,
        [
            NoticeToTell(
                org_id=market,
                kind="supplier_applied",
                facts={"organisation": faces[fact.org_id].name.say("zh")},
                link=REVIEW_LINK,
                permission="market.review",
            )
            for fact in facts
            if market and fact.org_id in faces
        ],
    )


async def tell_of_review(work: Work, facts: Sequence[parties.SupplierReviewed]) -> None:
    """Tells applicants how their application was decided."""
    await tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind="supplier_approved" if fact.approved else "supplier_rejected",
                link=APPLICATION_LINK,
                permission="org.manage",
            )
            for fact in facts
        ],
    )
