"""The people of a replay: the seller, and every customer of the file as an organisation with an address in its country."""

import asyncio
from datetime import datetime, timedelta

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.doors.market.accounts import DemoAccount
from huozhan.doors.market.people import Keeper, open_person
from huozhan.doors.market.replay_reading import WALK_IN, Invoice
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.shapes import Nothing

SELLER = DemoAccount(role="supplier", sign_in_name="seller@replay.example", name="The giftware seller")
BUYERS = DemoAccount(role="buyer", sign_in_name="buyers@replay.example", name="The buyers of the file")
SHOP = "UK giftware seller (replay)"
PHONE = "+442079460000"
"""A number that Ofcom keeps for drama: the file knows no phones."""

COUNTRIES: dict[str, str] = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Bermuda": "BM", "Brazil": "BR",
    "Canada": "CA", "Channel Islands": "JE", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE",
    "European Community": "EU", "Finland": "FI", "France": "FR", "Germany": "DE", "Greece": "GR",
    "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Korea": "KR",
    "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Nigeria": "NG", "Norway": "NO",
    "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES",
    "Sweden": "SE", "Switzerland": "CH", "Thailand": "TH", "USA": "US", "United Arab Emirates": "AE",
    "United Kingdom": "GB", "West Indies": "AG",
}  # fmt: skip
NOWHERE = "ZZ"
"""The code of a country that is not named."""

SIGN_IN_AGAIN = timedelta(days=14)
"""Well before a session that nobody used would end."""


def buyer_name(customer: str) -> str:
    """What a customer is called in the market."""
    return "Walk-in buyer" if customer == WALK_IN else f"Customer {customer}"


async def open_seller(hall: Hall) -> Actor:
    """The seller at work in the shop, which is founded and approved where it is not yet."""
    keeper = await open_person(hall, SELLER)
    known = await hall.run(parties.organisations, Nothing(), keeper.actor)
    if known:
        switch = parties.SwitchOrganisation(org_id=known[0].org_id)
        await hall.run(parties.switch_organisation, switch, keeper.actor)
    else:
        founding = parties.FoundOrganisation(name_en=SHOP, country="GB")
        await hall.run(parties.found_organisation, founding, keeper.actor)
    keeper = await keeper.again(hall)
    if not (known and known[0].can_sell):
        application = (await hall.run(parties.my_application, Nothing(), keeper.actor)).application
        if application is None:
            ask = parties.ApplyToSell(name_en=SHOP, supplier_kind="trader", contact=SELLER.name, phone=PHONE)
            application = await hall.run(parties.apply_to_sell, ask, keeper.actor)
        decision = parties.ReviewSupplier(application_id=application.application_id, decision="approve")
        await hall.run(parties.review_supplier, decision, system("replay"))
        keeper = await keeper.again(hall)
    return keeper.actor


class Buyers:
    """All customers, kept by one person who steps into the organisation of whoever buys."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._keeper: Keeper
        self._signed_in_at: datetime
        self._orgs: dict[str, str] = {}
        self._actors: dict[str, Actor] = {}
        self._addresses: dict[tuple[str, str], str] = {}
        self._stepping = asyncio.Lock()

    async def open(self) -> None:
        """Signs in and looks who was a customer before a kill."""
        await self._sign_in()
        known = await self._hall.run(parties.organisations, Nothing(), self._keeper.actor)
        self._orgs = {org.name.en: org.org_id for org in known}

    async def actor(self, name: str, country: str = "") -> Actor:
        """The person at work for this customer, who is founded on the first purchase."""
        async with self._stepping:
            if name not in self._actors:
                self._actors[name] = await self._step_into(name, COUNTRIES.get(country, NOWHERE))
        return self._actors[name]

    async def at_address(self, invoice: Invoice) -> tuple[Actor, str]:
        """Who buys, and the address in the invoice's country."""
        name = buyer_name(invoice.customer)
        actor = await self.actor(name, invoice.country)
        country = COUNTRIES.get(invoice.country, NOWHERE)
        async with self._stepping:
            if (name, country) not in self._addresses:
                for known in await self._hall.run(parties.addresses, Nothing(), actor):
                    self._addresses[name, known.country] = known.address_id
            if (name, country) not in self._addresses:
                ask = parties.SaveAddress(
                    country=country,
                    city=invoice.country,
                    receiver=name,
                    phone=PHONE,
                    street="not in the file",
                )
                saved = await self._hall.run(parties.save_address, ask, actor)
                self._addresses[name, country] = saved.address_id
        return actor, self._addresses[name, country]

    async def _sign_in(self) -> None:
        self._keeper = await open_person(self._hall, BUYERS)
        self._signed_in_at = self._hall.clock.now()

    async def _step_into(self, name: str, country: str) -> Actor:
        if self._hall.clock.now() - self._signed_in_at > SIGN_IN_AGAIN:
            await self._sign_in()
        if org_id := self._orgs.get(name):
            switch = parties.SwitchOrganisation(org_id=org_id)
            await self._hall.run(parties.switch_organisation, switch, self._keeper.actor)
        else:
            founding = parties.FoundOrganisation(name_en=name, country=country)
            org = await self._hall.run(parties.found_organisation, founding, self._keeper.actor)
            self._orgs[name] = org.org_id
        self._keeper = await self._keeper.again(self._hall)
        return self._keeper.actor
