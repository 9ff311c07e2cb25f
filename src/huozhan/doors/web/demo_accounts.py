"""The accounts of a demo market, offered at its sign-in; a real market has none of them."""

DEMO_PASSWORD = "demo-market-2026"  # noqa: S105 -- printed on the demo's own sign-in page
DEMO_ACCOUNTS = (
    ("buyer", "buyer@demo.example"),
    ("supplier", "supplier@demo.example"),
    ("operator", "operator@demo.example"),
)
