"""Buyers to measure with: organisations of the demo's buyer, each with an address and a token of its own."""

import secrets

import msgspec

from bench.http import Client

SCOPES = ["cart.use", "order.place", "order.pay", "order.view", "order.confirm", "org.view"]
DEMO = {"sign_in_name": "buyer@demo.example", "password": "try-the-market-2026"}
ADDRESS = {
    "country": "CN", "division_code": "510104", "city": "", "receiver": "测试", "phone": "13900001111", "street": "测试路 1 号",
}  # fmt: skip


class Buyer(msgspec.Struct, frozen=True):
    """One buyer's connection and where its goods go."""

    client: Client
    address_id: str


async def make_buyers(url: str, number: int) -> list[Buyer]:
    """So many buyers of a demo market."""
    session = (await Client(url).ask("POST", "/api/v1/session", DEMO))["token"]
    proof = secrets.token_hex(8)
    cookies = {"Cookie": f"hz_session={session}; hz_csrf={proof}", "X-CSRF-Token": proof}
    client = Client(url)
    made = []
    for n in range(number):
        organisation = await client.ask(
            "POST",
            "/api/v1/organisations",
            {"name_zh": f"测量买家{n}", "name_en": f"Measured buyer {n}"},
            **cookies,
        )
        await client.ask("POST", f"/api/v1/organisations/{organisation['org_id']}/switch", {}, **cookies)
        address = await client.ask("POST", "/api/v1/addresses", ADDRESS, **cookies)
        token = await client.ask("POST", "/api/v1/tokens", {"label": "bench", "scopes": SCOPES}, **cookies)
        made.append(Buyer(Client(url, token["token"]), address["address_id"]))
    return made
