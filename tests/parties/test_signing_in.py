"""Coming in: sign up by a proven name, sign in, sessions, the wall against guessing."""

from datetime import timedelta

import msgspec
import pyotp
import pytest
from tests import world

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import NotFound, TooMany, Unauthenticated
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from huozhan.parties.limits import limit_of
from huozhan.parties.own_password import PasswordWrong
from huozhan.parties.password import PasswordTooSimple
from huozhan.parties.personal_data import OnlyName
from huozhan.parties.proving import CodeWrong, LinkSpent
from huozhan.parties.sign_in_name import NotAPhone, NotASignInName, read_phone, read_sign_in_name
from huozhan.parties.signing_in import WrongCredentials
from huozhan.parties.two_step import SecondStepNeeded, SecondStepWrong

LI = "li@example.cn"
VISITOR = anonymous("zh", "web").using(address="203.0.113.7")


async def sign_in(
    hall: Hall, name: str = LI, password: str = world.PASSWORD, **more: str
) -> parties.SignedIn:
    ask = parties.SignIn(sign_in_name=name, password=password, **more)
    return await hall.run(parties.sign_in, ask, VISITOR)


async def find(hall: Hall, token: str) -> Actor | None:
    async with hall.pool.acquire() as db:
        return await parties.actor_of_session(hall.work(db, system()), token)


def free_tries(hall: Hall, family: str) -> int:
    return int(hall.rules.at(f"tries.{family}.free", hall.clock.now()).value)


async def test_a_person_signs_up_by_phone_and_comes_in_again(hall: Hall) -> None:
    await world.person(hall, "138 1234 5678", name="小李")
    signed_in = await sign_in(hall, "+8613812345678")
    actor = await find(hall, signed_in.token)
    assert actor is not None
    assert (actor.name, actor.org_id, actor.permissions) == ("小李", 0, frozenset({"public", "self"}))


async def test_a_wrong_code_makes_nobody(hall: Hall) -> None:
    await hall.run(parties.ask_for_code, parties.AskForCode(LI), VISITOR)
    right = (await world.mailed(hall))[-1].secret
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    ask = parties.SignUp(sign_in_name=LI, code=wrong, password=world.PASSWORD, name="李")
    with pytest.raises(CodeWrong):
        await hall.run(parties.sign_up, ask, VISITOR)
    assert (await hall.run(parties.sign_up, msgspec.structs.replace(ask, code=right), VISITOR)).token


async def test_a_code_is_good_once_and_not_for_long(hall: Hall, clock: MovableClock) -> None:
    await hall.run(parties.ask_for_code, parties.AskForCode(LI), VISITOR)
    code = (await world.mailed(hall))[-1].secret
    clock.pass_(minutes=16)
    ask = parties.SignUp(sign_in_name=LI, code=code, password=world.PASSWORD, name="李")
    with pytest.raises(CodeWrong):
        await hall.run(parties.sign_up, ask, VISITOR)


async def test_asking_for_a_code_does_not_tell_who_is_here(hall: Hall) -> None:
    await world.person(hall, LI)
    known = await hall.run(parties.ask_for_code, parties.AskForCode(LI), VISITOR)
    unknown = await hall.run(parties.ask_for_code, parties.AskForCode("lu@example.cn"), VISITOR)
    assert (known.masked, unknown.masked) == ("l***@example.cn", "l***@example.cn")
    assert [proof.purpose for proof in await world.mailed(hall)][-2:] == ["known", "sign_up"]


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(hall: Hall) -> None:
    await world.person(hall, LI)
    with pytest.raises(WrongCredentials):
        await sign_in(hall, password="something-else")
    with pytest.raises(WrongCredentials):
        await sign_in(hall, "nobody@example.cn")


async def test_an_unknown_name_is_compared_with_a_hash_too(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []

    async def watch(stored: str | None, password: str) -> bool:
        compared.append(stored)
        return False

    monkeypatch.setattr("huozhan.parties.signing_in.password_matches", watch)
    with pytest.raises(WrongCredentials):
        await sign_in(hall, "nobody@example.cn")
    assert compared == [None]


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "ababababab", LI])
async def test_a_password_anybody_would_try_is_refused(hall: Hall, password: str) -> None:
    ask = parties.SignUp(sign_in_name=LI, code="123456", password=password, name="李")
    with pytest.raises(PasswordTooSimple):
        await hall.run(parties.sign_up, ask, VISITOR)


async def test_guessing_finds_a_wall_that_says_how_long(
    hall: Hall, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(hall, LI)
    compared = 0

    async def cheap(stored: str | None, password: str) -> bool:
        nonlocal compared
        compared += 1
        return password == world.PASSWORD and stored is not None

    monkeypatch.setattr("huozhan.parties.signing_in.password_matches", cheap)
    waits = []
    for guess in range(200):
        try:
            await sign_in(hall, password=f"guess-{guess}")
        except WrongCredentials:
            continue
        except TooMany as wall:
            waits.append(wall.facts["retry_after_seconds"])
    assert compared == 5
    assert waits == [15] * 195
    with pytest.raises(TooMany):
        await sign_in(hall)  # even the right password waits
    clock.pass_(minutes=31)
    assert (await sign_in(hall)).token


async def test_ten_thousand_guesses_take_months(hall: Hall) -> None:
    async with hall.working(VISITOR) as work:
        limit = limit_of(work, "sign_in.name")
    assert limit is not None
    waited = sum((limit.wait_after(tries) for tries in range(1, 10_001)), timedelta())
    assert waited > timedelta(days=180)


async def test_a_stricter_rule_holds_from_its_moment_on(hall: Hall, clock: MovableClock) -> None:
    await world.person(hall, LI)
    tomorrow = clock.now() + timedelta(days=1)
    changes = {"free": (2, "count"), "wait": (60, "seconds")}
    stricter = [
        Rule(code=f"tries.sign_in.{part}", version=2, value=value, unit=unit, effective_from=tomorrow)
        for part, (value, unit) in changes.items()
    ]
    hall.rules = RuleBook([*hall.rules, *stricter])
    clock.pass_(days=2)

    for _ in range(2):
        with pytest.raises(WrongCredentials):
            await sign_in(hall, password="a-guess-of-mine")
    with pytest.raises(TooMany) as wall:
        await sign_in(hall)

    assert wall.value.facts["retry_after_seconds"] == 60


async def test_who_guesses_at_a_name_does_not_lock_its_owner_out(hall: Hall) -> None:
    await world.person(hall, LI)
    at_home = (await sign_in(hall)).known_device
    for _ in range(free_tries(hall, "sign_in")):
        with pytest.raises(WrongCredentials):
            await sign_in(hall, password="a stranger's guess")
    for device in ("", "x.y", at_home[:-1], "." + at_home.partition(".")[2]):
        with pytest.raises(TooMany):
            await sign_in(hall, known_device=device)

    assert (await sign_in(hall, known_device=at_home)).known_device == at_home


async def test_a_known_device_finds_a_wall_of_its_own_and_opens_no_other_name(hall: Hall) -> None:
    await world.person(hall, LI)
    await world.person(hall, "mei@example.cn")
    at_home = (await sign_in(hall)).known_device
    for _ in range(free_tries(hall, "sign_in")):
        with pytest.raises(WrongCredentials):
            await sign_in(hall, password="a thief's guess", known_device=at_home)
        with pytest.raises(WrongCredentials):
            await sign_in(hall, "mei@example.cn", password="a thief's guess", known_device=at_home)

    for name in (LI, "mei@example.cn"):
        with pytest.raises(TooMany):
            await sign_in(hall, name, known_device=at_home)
    assert (await sign_in(hall)).token


async def test_a_reset_lets_in_whom_strangers_locked_out(hall: Hall) -> None:
    await world.person(hall, LI)
    for _ in range(free_tries(hall, "sign_in")):
        with pytest.raises(WrongCredentials):
            await sign_in(hall, password="a stranger's guess")
    await hall.run(parties.ask_reset, parties.AskReset(LI), VISITOR)
    ask = parties.ResetPassword(
        token=(await world.mailed(hall))[-1].secret, new_password="another-good-one-7"
    )

    replaced = await hall.run(parties.reset_password, ask, VISITOR)

    assert (await sign_in(hall, password="another-good-one-7", known_device=replaced.known_device)).token


async def test_those_who_come_in_leave_the_way_open_for_others_at_their_address(hall: Hall) -> None:
    await world.person(hall, LI)

    for _ in range(free_tries(hall, "address") + 5):
        await sign_in(hall)


async def test_one_address_trying_many_names_finds_a_wall(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(hall, LI)
    next_door = (await sign_in(hall)).known_device

    async def never(stored: str | None, password: str) -> bool:
        return False

    monkeypatch.setattr("huozhan.parties.signing_in.password_matches", never)
    walls = 0
    for n in range(60):
        try:
            await sign_in(hall, f"somebody{n}@example.cn")
        except WrongCredentials:
            continue
        except TooMany:
            walls += 1
    assert walls == 20
    monkeypatch.undo()
    assert (await sign_in(hall, known_device=next_door)).token


async def test_a_token_is_worth_nothing_after_signing_out(hall: Hall) -> None:
    await world.person(hall, LI)
    token = (await sign_in(hall)).token
    actor = await find(hall, token)
    assert actor is not None
    await hall.run(parties.sign_out, Nothing(), actor)
    assert await find(hall, token) is None


async def test_a_session_that_is_used_lives_on_and_an_idle_one_ends(hall: Hall, clock: MovableClock) -> None:
    await world.person(hall, LI)
    used, idle = (await sign_in(hall)).token, (await sign_in(hall)).token
    clock.pass_(days=20)
    assert await find(hall, used)
    clock.pass_(days=20)
    assert await find(hall, used)
    assert await find(hall, idle) is None


async def test_one_ends_single_sessions_or_all_others(hall: Hall) -> None:
    await world.person(hall, LI)
    here, phone, old = [(await sign_in(hall, device=device)).token for device in ("here", "phone", "old")]
    me = await find(hall, here)
    assert me is not None
    listed = await hall.run(parties.sessions, Nothing(), me)
    assert [session.is_this for session in listed].count(True) == 1
    phone_id = next(session.session_id for session in listed if session.device == "phone")
    await hall.run(parties.end_session, parties.EndSession(phone_id), me)
    assert await find(hall, phone) is None
    assert await find(hall, old)
    await hall.run(parties.end_other_sessions, Nothing(), me)
    assert await find(hall, old) is None
    assert await find(hall, here)


async def test_somebody_elses_session_is_not_found(hall: Hall) -> None:
    li, lu = await world.person(hall, LI), await world.person(hall, "lu@example.cn")
    with pytest.raises(NotFound):
        await hall.run(parties.end_session, parties.EndSession(str(li.session_id)), lu)


async def test_changing_the_password_ends_other_sessions_and_voids_the_old_one(hall: Hall) -> None:
    me = await world.person(hall, LI)
    other = (await sign_in(hall)).token
    with pytest.raises(PasswordWrong):
        ask = parties.ChangePassword(password="not-my-password", new_password="new-rice-and-tea")
        await hall.run(parties.change_password, ask, me)
    ask = parties.ChangePassword(password=world.PASSWORD, new_password="new-rice-and-tea")
    await hall.run(parties.change_password, ask, me)
    assert await find(hall, other) is None
    with pytest.raises(WrongCredentials):
        await sign_in(hall)
    assert (await sign_in(hall, password="new-rice-and-tea")).token


async def test_a_reset_link_works_once_and_ends_every_session(hall: Hall) -> None:
    await world.person(hall, LI)
    before = (await sign_in(hall)).token
    await hall.run(parties.ask_reset, parties.AskReset(LI), VISITOR)
    await hall.run(parties.ask_reset, parties.AskReset(LI), VISITOR)
    first, second = [proof.secret for proof in await world.mailed(hall) if proof.purpose == "reset"]
    ask = parties.ResetPassword(token=second, new_password="new-rice-and-tea")
    await hall.run(parties.reset_password, ask, VISITOR)
    assert await find(hall, before) is None
    assert (await sign_in(hall, password="new-rice-and-tea")).token
    for spent in (second, first):
        with pytest.raises(LinkSpent):
            await hall.run(parties.reset_password, msgspec.structs.replace(ask, token=spent), VISITOR)


async def test_resetting_an_unknown_name_answers_the_same_and_mails_nobody(hall: Hall) -> None:
    sent = await hall.run(parties.ask_reset, parties.AskReset("nobody@example.cn"), VISITOR)
    assert sent.masked == "n***@example.cn"
    assert await world.mailed(hall) == []


async def test_a_second_step_is_asked_for_and_each_code_passes_once(hall: Hall, clock: MovableClock) -> None:
    me = await world.person(hall, LI)
    secret = (await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), me)).secret
    app = pyotp.TOTP(secret)
    assert (await sign_in(hall)).token  # not asked for before it is confirmed
    confirmed = parties.ConfirmTwoStep(app.at(clock.now()))
    recovery = (await hall.run(parties.confirm_two_step, confirmed, me)).codes
    with pytest.raises(SecondStepNeeded):
        await sign_in(hall)
    with pytest.raises(SecondStepWrong):
        await sign_in(hall, code=app.at(clock.now()))  # it confirmed already
    clock.pass_(seconds=30)
    assert (await sign_in(hall, code=app.at(clock.now()))).token
    with pytest.raises(SecondStepWrong):
        await sign_in(hall, code=app.at(clock.now()))
    assert (await sign_in(hall, code=recovery[0])).token
    with pytest.raises(SecondStepWrong):
        await sign_in(hall, code=recovery[0])
    await hall.run(parties.end_two_step, parties.EndTwoStep(world.PASSWORD), me)
    assert (await sign_in(hall)).token


async def test_a_second_name_is_proven_before_it_opens_the_door(hall: Hall) -> None:
    me = await world.person(hall, LI)
    await hall.run(parties.ask_for_code, parties.AskForCode("13812345678"), me)
    code = (await world.mailed(hall))[-1].secret
    stranger = await world.person(hall, "lu@example.cn")
    ask = parties.AddSignInName(sign_in_name="13812345678", code=code)
    with pytest.raises(CodeWrong):
        await hall.run(parties.add_sign_in_name, ask, stranger)
    shown = await hall.run(parties.add_sign_in_name, ask, me)
    assert [name.text for name in shown.sign_in_names] == [LI, "+8613812345678"]
    assert (await sign_in(hall, "138-1234-5678")).person_id == str(me.person_id)
    shown = await hall.run(parties.drop_sign_in_name, parties.DropSignInName(LI), me)
    with pytest.raises(OnlyName):
        await hall.run(parties.drop_sign_in_name, parties.DropSignInName("13812345678"), me)


async def test_what_concerns_oneself_needs_signing_in(hall: Hall) -> None:
    with pytest.raises(Unauthenticated):
        await hall.run(parties.sessions, Nothing(), VISITOR)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Li.Na@Example.CN ", "li.na@example.cn"),
        ("138 1234 5678", "+8613812345678"),
        ("+44 113 555 0123", "+441135550123"),
    ],
)
def test_a_sign_in_name_has_one_written_form(typed: str, kept: str) -> None:
    assert read_sign_in_name(typed).text == kept


@pytest.mark.parametrize(
    "typed", ["@", "li@", "@x.cn", "a b@x.cn", "li@x", "12", "hello", "li@x.cn\r\nBcc: y@z.cn", "+999"]
)
def test_what_is_neither_mail_nor_phone_is_refused(typed: str) -> None:
    with pytest.raises(NotASignInName):
        read_sign_in_name(typed)


@pytest.mark.parametrize(
    ("typed", "country"),
    [("12345", "CN"), ("1380013800", "CN"), ("138001380001", "CN"), ("88889999", "CN"), ("7700", "GB")],
)
def test_a_number_nobody_can_be_reached_at_is_no_phone(typed: str, country: str) -> None:
    with pytest.raises(NotAPhone):
        read_phone(typed, country)


@pytest.mark.parametrize("typed", ["13800138000", "0571-8888 9999", "400 123 4567", "+86 199 1234 5678"])
def test_mobiles_landlines_and_service_numbers_are_phones(typed: str) -> None:
    assert read_phone(typed).startswith("+86")


def test_a_phone_is_read_as_its_country_writes_it() -> None:
    assert read_phone("0113 555 0123", "GB") == "+441135550123"
