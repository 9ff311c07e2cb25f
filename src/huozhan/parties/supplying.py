"""Asking to sell: an application with a checked credit code, decided by an operator."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import ValidationError as BadNumber

from huozhan.kernel.moves import Moves
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Bilingual, Cursor, Done, Id, Nothing, PageSize, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties.division import must_be_place
from huozhan.parties.facts import OrgFaceChanged, SupplierApplied, SupplierReviewed
from huozhan.parties.organisation import AboutText, NameNeeded, OrgName
from huozhan.parties.receiver import mask_name, mask_phone
from huozhan.parties.sign_in_name import read_phone
from huozhan.parties.store import organisations as store

HOME_COUNTRY = "CN"
SupplierKind = Literal["factory", "trader"]
PlaceCode = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6})?(?!\n)$")]


class ApplicationState(StrEnum):
    """Where an application to sell stands."""

    waiting = "waiting"
    approved = "approved"
    rejected = "rejected"
    withdrawn = "withdrawn"


MOVES = Moves(
    "supplier_application",
    ApplicationState.waiting,
    {
        (ApplicationState.waiting, "approve"): ApplicationState.approved,
        (ApplicationState.waiting, "reject"): ApplicationState.rejected,
        (ApplicationState.waiting, "withdraw"): ApplicationState.withdrawn,
    },
)


class UsccWrong(Refusal):
    """The text is no unified social credit code: its form or its check character is wrong."""

    code = "parties.uscc_wrong"
    sort = Sort.invalid


class UsccTaken(Refusal):
    """Another organisation was approved under this credit code."""

    code = "parties.uscc_taken"


class ApplicationWaits(Refusal):
    """An application of this organisation is being reviewed already."""

    code = "parties.application_waits"


class ReasonNeeded(Refusal):
    """A rejection says why."""

    code = "parties.reason_needed"
    sort = Sort.invalid


class ApplyToSell(Ask, frozen=True, kw_only=True):
    """What a supplier tells the market. A firm in China gives its credit code; abroad there is none."""

    uscc: Annotated[str, msgspec.Meta(max_length=24, examples=["91330100799655058B"])] = ""
    name_zh: OrgName = ""
    name_en: OrgName = ""
    supplier_kind: SupplierKind
    province_code: PlaceCode = ""
    city_code: PlaceCode = ""
    belt_zh: OrgName = ""
    belt_en: OrgName = ""
    about_zh: AboutText = ""
    about_en: AboutText = ""
    since_on: date | None = None
    contact: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    phone: Annotated[str, msgspec.Meta(min_length=5, max_length=30)]


class SupplierApplications(Ask, frozen=True, kw_only=True):
    """Which applications to list."""

    state: ApplicationState = ApplicationState.waiting
    cursor: Cursor | None = None
    limit: PageSize = PAGE_SIZE


class ShowApplication(Ask, frozen=True):
    """Which application to show."""

    application_id: Id


class ReviewSupplier(Ask, frozen=True, kw_only=True):
    """An operator's decision; a rejection needs a reason."""

    application_id: Id
    decision: Literal["approve", "reject"]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class WithdrawApplication(Ask, frozen=True):
    """Which application shall not be reviewed any more."""

    application_id: Id


class ApplicationView(View, frozen=True, kw_only=True):
    """An application as the applicant and the reviewers see it; contact and phone are masked."""

    application_id: Id
    org_id: Id
    state: str
    uscc: str
    name: Bilingual
    supplier_kind: str
    province_code: str
    city_code: str
    belt: Bilingual
    about: Bilingual
    since_on: date | None
    contact: str
    phone: str
    applied_at: datetime
    decided_at: datetime | None
    reason: str


class MyApplication(View, frozen=True):
    """The latest application of the organisation at hand, if there was one."""

    application: ApplicationView | None


def read_uscc(text: str) -> str:
    """The credit code in its one written form (GB 32100-2015), or a refusal."""
    try:
        return str(credit_code.validate(text))
    except BadNumber as error:
        raise UsccWrong(uscc=text) from error


@use_case("org.manage", writes=True)
async def apply_to_sell(work: Work, ask: ApplyToSell) -> ApplicationView:
    """Asks the market to let the organisation at hand sell."""
    org = await store.lock_organisation(work, work.actor.org_id)
    latest = await store.latest_application(work)
    if latest is not None and latest["state"] == ApplicationState.waiting:
        raise ApplicationWaits
    name_zh, name_en = ask.name_zh.strip() or org["name_zh"], ask.name_en.strip() or org["name_en"]
    if not (name_zh or name_en):
        raise NameNeeded
    uscc = read_uscc(ask.uscc) if org["country"] == HOME_COUNTRY or ask.uscc else ""
    if uscc and await store.uscc_holder(work, uscc) not in (None, work.actor.org_id):
        raise UsccTaken(uscc=uscc)
    if org["country"] == HOME_COUNTRY:
        await must_be_place(work, ask.province_code, ask.city_code)
    application_id = work.new_id()
    phone = read_phone(ask.phone, org["country"])
    await store.add_application(
        work,
        {
            "application_id": application_id,
            "uscc": uscc,
            "name_zh": name_zh,
            "name_en": name_en,
            "supplier_kind": ask.supplier_kind,
            "province_code": ask.province_code,
            "city_code": ask.city_code,
            "belt_zh": ask.belt_zh.strip(),
            "belt_en": ask.belt_en.strip(),
            "about_zh": ask.about_zh.strip(),
            "about_en": ask.about_en.strip(),
            "since_on": ask.since_on,
            "contact_sealed": work.keyring.seal(ask.contact, field="contact", owner=application_id),
            "phone_sealed": work.keyring.seal(phone, field="phone", owner=application_id),
        },
    )
    work.record(SupplierApplied(org_id=work.actor.org_id, application_id=application_id))
    return _view(work, await store.latest_application(work))


@use_case("org.view", writes=False)
async def my_application(work: Work, _ask: Nothing) -> MyApplication:
    """How the organisation's application to sell stands."""
    row = await store.latest_application(work)
    return MyApplication(_view(work, row) if row else None)


@use_case("org.manage", writes=True)
async def withdraw_application(work: Work, ask: WithdrawApplication) -> Done:
    """Takes an application back before it is reviewed."""
    row = await store.application_for_update(work, int(ask.application_id), work.actor.org_id)
    await _move(work, row, "withdraw", "")
    return Done()


@use_case("market.review", writes=False)
async def supplier_applications(work: Work, ask: SupplierApplications) -> Page[ApplicationView]:
    """Applications to sell in one state, the oldest first."""
    after = read_cursor(ask.cursor, int)
    rows = await store.applications(work, ask.state, int(after[0]) if after else 0, ask.limit + 1)
    shown = rows[: ask.limit]
    more = len(rows) > ask.limit
    return Page(
        [_view(work, row) for row in shown], write_cursor(shown[-1]["application_id"]) if more else None
    )


async def applications_waiting(work: Work, limit: int) -> int:
    """How many applications wait for a review; counted up to a bound."""
    return await store.waiting_count(work, limit)


@use_case("market.review", writes=False)
async def supplier_application(work: Work, ask: ShowApplication) -> ApplicationView:
    """One application to sell, in whatever state."""
    row = await store.application(work, int(ask.application_id))
    if row is None:
        raise NotFound
    return _view(work, row)


@use_case("market.review", writes=True)
async def review_supplier(work: Work, ask: ReviewSupplier) -> Done:
    """Approves or rejects an application; one that is approved lets its organisation sell at once."""
    reason = ask.reason.strip()
    if ask.decision == "reject" and not reason:
        raise ReasonNeeded
    row = await store.application_for_update(work, int(ask.application_id), None)
    await _move(work, row, ask.decision, reason)
    if ask.decision == "approve":
        if row["uscc"] and not await store.claim_uscc(work, row["uscc"], row["org_id"]):
            raise UsccTaken(uscc=row["uscc"])
        await store.let_sell(work, row)
        work.record(OrgFaceChanged(org_id=row["org_id"]))
    work.record(
        SupplierReviewed(
            org_id=row["org_id"], application_id=row["application_id"], approved=ask.decision == "approve"
        )
    )
    return Done()


async def _move(work: Work, row: Any, event: str, reason: str) -> None:
    if row is None:
        raise NotFound
    state = MOVES.after(ApplicationState(row["state"]), event)
    await store.decide_application(work, row["application_id"], state, reason)


def _view(work: Work, row: Any) -> ApplicationView:
    application_id = row["application_id"]
    return ApplicationView(
        application_id=str(application_id),
        org_id=str(row["org_id"]),
        state=row["state"],
        uscc=row["uscc"],
        name=Bilingual(row["name_zh"], row["name_en"]),
        supplier_kind=row["supplier_kind"],
        province_code=row["province_code"],
        city_code=row["city_code"],
        belt=Bilingual(row["belt_zh"], row["belt_en"]),
        about=Bilingual(row["about_zh"], row["about_en"]),
        since_on=row["since_on"],
        contact=mask_name(_open(work, row, "contact")),
        phone=mask_phone(_open(work, row, "phone")),
        applied_at=row["applied_at"],
        decided_at=row["decided_at"],
        reason=row["reason"],
    )


def _open(work: Work, row: Any, field: str) -> str:
    """A sealed field of an application; empty once the applicant's data was erased."""
    sealed = row[f"{field}_sealed"]
    return work.keyring.open(sealed, field=field, owner=row["application_id"]) if sealed else ""
