"""The three people of a demo market; their passwords are no secret, so they exist only there."""

import msgspec

DEMO_PASSWORD = "try-the-market-2026"  # noqa: S105 -- shown on the sign-in page of a demo market


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a visitor of a demo market may be; the words are under `enter.demo.<role>`."""

    role: str
    sign_in_name: str
    name: str


DEMO_BUYER = DemoAccount(role="buyer", sign_in_name="buyer@demo.example", name="李小满")
DEMO_SUPPLIER = DemoAccount(role="supplier", sign_in_name="supplier@demo.example", name="陈掌柜")
DEMO_OPERATOR = DemoAccount(role="operator", sign_in_name="operator@demo.example", name="周运营")
DEMO_ACCOUNTS = (DEMO_BUYER, DEMO_SUPPLIER, DEMO_OPERATOR)
