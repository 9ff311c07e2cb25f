"""The people who fill a market: they sign up, found shops and apply to sell through the same use cases as anybody."""

import msgspec

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.doors.market.accounts import DEMO_BUYER, DEMO_OPERATOR, DEMO_PASSWORD, DEMO_SUPPLIER, DemoAccount
from huozhan.doors.market.records import PHONE, SupplierRecord
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Nothing

WRONG_CREDENTIALS = "parties.wrong_credentials"


async def open_demo_accounts(hall: Hall) -> None:
    """Makes the demo's operator and buyer, with an address, where there are none yet."""
    async with hall.working(system()) as work:
        token = await parties.first_operator_token(work)
    if token is not None:
        claim = parties.ClaimFirstOperator(
            token=token,
            sign_in_name=DEMO_OPERATOR.sign_in_name,
            password=DEMO_PASSWORD,
            name=DEMO_OPERATOR.name,
        )
        await hall.run(parties.claim_first_operator, claim, anonymous())
    buyer = await open_person(hall, DEMO_BUYER)
    if not await hall.run(parties.organisations, Nothing(), buyer.actor):
        founding = parties.FoundOrganisation(
            name_zh="小满杂货铺（演示）", name_en="Xiaoman General Store (demo)"
        )
        await hall.run(parties.found_organisation, founding, buyer.actor)
        buyer = await buyer.again(hall)
        home = parties.SaveAddress(
            country="CN",
            division_code="510104",
            city="",
            receiver="李小满",
            phone=PHONE,
            street="春熙路 18 号 2 楼",
        )
        await hall.run(parties.save_address, home, buyer.actor)


async def open_keeper(hall: Hall) -> "Keeper":
    """The one person who keeps all shops of the set; a visitor of a demo may be this person."""
    return await open_person(hall, DEMO_SUPPLIER)


def plenty_keeper(number: int) -> DemoAccount:
    """One of the people who keep made-up shops, some each: nobody is offered to be one of them."""
    return DemoAccount(
        role="supplier", sign_in_name=f"keeper{number}@demo.example", name=f"掌柜 {number + 1}"
    )


async def open_shop(hall: Hall, keeper: "Keeper", record: SupplierRecord) -> Actor:
    """The keeper at work in this supplier's shop, which is founded and approved where it is not yet."""
    known = await hall.run(parties.organisations, Nothing(), keeper.actor)
    org = next((org for org in known if org.name.zh == record.name_zh), None)
    if org is None:
        founding = parties.FoundOrganisation(name_zh=record.name_zh, name_en=record.name_en)
        org = await hall.run(parties.found_organisation, founding, keeper.actor)
    else:
        await hall.run(
            parties.switch_organisation, parties.SwitchOrganisation(org_id=org.org_id), keeper.actor
        )
    keeper = await keeper.again(hall)
    if not org.can_sell:
        application = (await hall.run(parties.my_application, Nothing(), keeper.actor)).application
        if application is None:
            ask = record.application(hall.clock.now().date())
            application = await hall.run(parties.apply_to_sell, ask, keeper.actor)
        decision = parties.ReviewSupplier(application_id=application.application_id, decision="approve")
        await hall.run(parties.review_supplier, decision, system("load"))
        keeper = await keeper.again(hall)
    return keeper.actor


class Keeper(msgspec.Struct, frozen=True):
    """Somebody signed in, as they are now."""

    token: str
    actor: Actor

    async def again(self, hall: Hall) -> "Keeper":
        """The same person after something about them changed."""
        return Keeper(self.token, await _actor(hall, self.token))


async def open_person(hall: Hall, account: DemoAccount) -> Keeper:
    """Signs the account's person in, or up where there is nobody yet."""
    password = _password(hall, account)
    asked = parties.SignIn(sign_in_name=account.sign_in_name, password=password)
    try:
        signed = await hall.run(parties.sign_in, asked, anonymous())
    except Refusal as refusal:
        if refusal.code != WRONG_CREDENTIALS:
            raise
        signed = await _sign_up(hall, account, password)
    return Keeper(signed.token, await _actor(hall, signed.token))


def _password(hall: Hall, account: DemoAccount) -> str:
    """Known to everybody in a demo; elsewhere known to nobody without the market's own key."""
    if hall.terms.is_demo:
        return DEMO_PASSWORD
    return hall.keyring.fingerprint(account.sign_in_name, field="loader").hex()


async def _sign_up(hall: Hall, account: DemoAccount, password: str) -> parties.SignedIn:
    async with hall.working(anonymous()) as work:
        await parties.ask_for_code(work, parties.AskForCode(account.sign_in_name))
        asked = [fact.about_id for fact in work.facts if isinstance(fact, parties.ProofAsked)]
        [proof] = await parties.proofs_to_mail(work, asked)
    ask = parties.SignUp(
        sign_in_name=account.sign_in_name, code=proof.secret, password=password, name=account.name
    )
    return await hall.run(parties.sign_up, ask, anonymous())


async def _actor(hall: Hall, token: str) -> Actor:
    async with hall.working(system()) as work:
        actor = await parties.actor_of_session(work, token)
    assert actor is not None, "a session that was opened a moment ago"
    return actor
