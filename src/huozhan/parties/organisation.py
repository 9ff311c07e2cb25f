"""Organisations: founding one, showing it, working for one of several."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any

import msgspec

from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Ask, Bilingual, Done, Id, Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties.facts import MemberJoined, OrganisationFounded, OrgFaceChanged
from huozhan.parties.role import Role, permissions_of
from huozhan.parties.store import organisations as store
from huozhan.parties.store import people as people_store

NAME_MAX = 100
ABOUT_MAX = 2_000
OrgName = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]
AboutText = Annotated[str, msgspec.Meta(max_length=ABOUT_MAX)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(?!\n)$", examples=["CN"])]


class NameNeeded(Refusal):
    """An organisation has a name in at least one language."""

    code = "parties.name_needed"


class NameIsVerified(Refusal):
    """The name was checked with the credit code; another one needs a new application."""

    code = "parties.name_is_verified"


class FoundOrganisation(Ask, frozen=True, kw_only=True):
    """A new organisation that buys; selling is applied for."""

    name_zh: OrgName = ""
    name_en: OrgName = ""
    country: Country = "CN"


class EditOrganisation(Ask, frozen=True, kw_only=True):
    """What an owner may change of an organisation."""

    name_zh: OrgName = ""
    name_en: OrgName = ""
    about_zh: AboutText = ""
    about_en: AboutText = ""


class SwitchOrganisation(Ask, frozen=True):
    """For which of one's organisations to work from now on."""

    org_id: Id


class OrgView(View, frozen=True, kw_only=True):
    """An organisation as its members see it; `permissions` are the reader's own in it."""

    org_id: Id
    name: Bilingual
    about: Bilingual
    country: str
    can_buy: bool
    can_sell: bool
    is_market: bool
    uscc: str
    supplier_kind: str
    province_code: str
    city_code: str
    belt: Bilingual
    since_on: date | None
    role: str
    permissions: list[str]
    is_this: bool


class OrgFace(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as others see it."""

    org_id: int
    name: Bilingual
    about: Bilingual
    supplier_kind: str
    province_code: str
    city_code: str
    belt: Bilingual
    since_on: date | None
    verified: bool
    can_buy: bool
    can_sell: bool
    country: str

    @property
    def place_code(self) -> str:
        """The division it sells from, as exactly as it is known."""
        return self.city_code or self.province_code


@use_case("self", writes=True)
async def found_organisation(work: Work, ask: FoundOrganisation) -> OrgView:
    """Founds an organisation with the actor as its owner, who works for it from now on."""
    if not (ask.name_zh.strip() or ask.name_en.strip()):
        raise NameNeeded
    org_id = await add_organisation(work, ask.name_zh.strip(), ask.name_en.strip(), ask.country)
    await join(work, org_id, work.actor.person_id, Role.owner)
    await people_store.open_org_in_session(work, work.actor.person_id, work.actor.session_id, org_id)
    return _view(await store.organisation_of(work, work.actor.person_id, org_id), org_id)


async def add_organisation(
    work: Work, name_zh: str, name_en: str, country: str, *, is_market: bool = False
) -> int:
    """Writes a new organisation that has no members yet."""
    org_id = work.new_id()
    await store.add_organisation(
        work, org_id, name_zh, name_en, country, can_buy=not is_market, is_market=is_market
    )
    work.record(OrganisationFounded(org_id=org_id))
    return org_id


async def join(work: Work, org_id: int, person_id: int, role: Role) -> None:
    """Makes a person a member and writes down who did it; a member who joins again keeps the old role."""
    if await store.add_member(work, org_id, person_id, role):
        await store.note_move(work, org_id, person_id, "", role)
        work.record(MemberJoined(org_id=org_id, person_id=person_id))


@use_case("self", writes=False)
async def organisations(work: Work, _ask: Nothing) -> list[OrgView]:
    """The organisations that the actor belongs to."""
    return [_view(row, work.actor.org_id) for row in await store.organisations_of(work, work.actor.person_id)]


@use_case("org.view", writes=False)
async def organisation(work: Work, _ask: Nothing) -> OrgView:
    """The organisation at hand."""
    row = await store.organisation_of(work, work.actor.person_id, work.actor.org_id)
    if row is None:
        raise NotFound
    return _view(row, work.actor.org_id)


@use_case("self", writes=True)
async def switch_organisation(work: Work, ask: SwitchOrganisation) -> OrgView:
    """Works for another of one's organisations in this session."""
    org_id = int(ask.org_id)
    row = await store.organisation_of(work, work.actor.person_id, org_id)
    if row is None:
        raise NotFound
    await people_store.open_org_in_session(work, work.actor.person_id, work.actor.session_id, org_id)
    return _view(row, org_id)


@use_case("org.manage", writes=True)
async def edit_organisation(work: Work, ask: EditOrganisation) -> Done:
    """Changes name and introduction; a supplier's names stay as they were reviewed: bank accounts are held in them."""
    row = await store.lock_organisation(work, work.actor.org_id)
    name_zh, name_en = ask.name_zh.strip(), ask.name_en.strip()
    if not (name_zh or name_en):
        raise NameNeeded
    if row["can_sell"] and (name_zh, name_en) != (row["name_zh"], row["name_en"]):
        raise NameIsVerified
    await store.edit_organisation(work, name_zh, name_en, ask.about_zh.strip(), ask.about_en.strip())
    work.record(OrgFaceChanged(org_id=work.actor.org_id))
    return Done()


async def org_faces(work: Work, org_ids: Collection[int]) -> dict[int, OrgFace]:
    """What everybody may see of these organisations."""
    return {row["org_id"]: _face(row) for row in await store.faces(work, org_ids)} if org_ids else {}


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as papers name it: its registered names and its credit code, empty where it was never verified."""

    org_id: int
    name: Bilingual
    uscc: str
    country: str
    supplier_kind: str
    place_code: str


async def registrations(work: Work, org_ids: Collection[int]) -> dict[int, Registration]:
    """How invoices and reports name these organisations; the caller has a reason to see their credit codes."""
    return {
        row["org_id"]: Registration(
            org_id=row["org_id"],
            name=Bilingual(zh=row["name_zh"], en=row["name_en"]),
            uscc=row["uscc"],
            country=row["country"],
            supplier_kind=row["supplier_kind"],
            place_code=row["city_code"] or row["province_code"],
        )
        for row in (await store.faces(work, org_ids) if org_ids else ())
    }


async def sellers_in(work: Work, starts: Collection[str]) -> list[int]:
    """The organisations that sell from places whose codes begin so."""
    return await store.sellers_in(work, starts) if starts else []


async def sharing_people(work: Work, pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those pairs of organisations that have a member in common: what one buys of the other tells of no service."""
    return await store.sharing_people(work, list(pairs)) if pairs else set()


async def belt_names(work: Work, names: Collection[str]) -> dict[str, Bilingual]:
    """What industrial belts are called, by their Chinese name, or the English one where they have no other."""
    return {name: Bilingual(*both) for name, both in (await store.belts(work, names)).items()}


async def suppliers_after(work: Work, after: int, limit: int) -> list[int]:
    """The next organisations that sell, in order of their ids."""
    return await store.suppliers_after(work, after, limit)


async def market_org_id(work: Work) -> int:
    """The organisation that runs the market; 0 before it is founded."""
    return await store.market_org_id(work)


def permissions_in(row: Any) -> frozenset[str]:
    """What a member may do, from a row with the role and the organisation's abilities."""
    return permissions_of(
        Role(row["role"]), can_buy=row["can_buy"], can_sell=row["can_sell"], is_market=row["is_market"]
    )


def _view(row: Any, open_org_id: int) -> OrgView:
    return OrgView(
        org_id=str(row["org_id"]),
        name=Bilingual(row["name_zh"], row["name_en"]),
        about=Bilingual(row["about_zh"], row["about_en"]),
        country=row["country"],
        can_buy=row["can_buy"],
        can_sell=row["can_sell"],
        is_market=row["is_market"],
        uscc=row["uscc"],
        supplier_kind=row["supplier_kind"],
        province_code=row["province_code"],
        city_code=row["city_code"],
        belt=Bilingual(row["belt_zh"], row["belt_en"]),
        since_on=row["since_on"],
        role=row["role"],
        permissions=sorted(permissions_in(row)),
        is_this=row["org_id"] == open_org_id,
    )


def _face(row: Any) -> OrgFace:
    return OrgFace(
        org_id=row["org_id"],
        name=Bilingual(row["name_zh"], row["name_en"]),
        about=Bilingual(row["about_zh"], row["about_en"]),
        supplier_kind=row["supplier_kind"],
        province_code=row["province_code"],
        city_code=row["city_code"],
        belt=Bilingual(row["belt_zh"], row["belt_en"]),
        since_on=row["since_on"],
        verified=row["can_sell"] and row["uscc"] != "",
        can_buy=row["can_buy"],
        can_sell=row["can_sell"],
        country=row["country"],
    )
