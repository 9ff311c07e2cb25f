"""Which role may do what: role × what the organisation can do × a token's scopes → permissions."""

import functools
from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a member is in an organisation."""

    owner = "owner"
    buyer = "buyer"
    seller = "seller"
    finance = "finance"
    viewer = "viewer"


ANYONE = frozenset({"public"})
SIGNED_IN = frozenset({"public", "self"})

_BUY = frozenset({"cart.use", "order.place", "order.pay", "order.view", "order.confirm"})
_SELL = frozenset(
    {"shop.edit", "offer.view", "offer.edit", "stock.edit", "sale.amend", "sale.ship", "order.view"}
)
_FUNDS = frozenset({"funds.view", "funds.withdraw"})
_RUN_ORGANISATION = frozenset({"org.view", "org.manage", "member.manage", "token.manage", "address.edit"})
_RUN_MARKET = frozenset(
    {"market.view", "market.review", "market.offers", "market.ledger", "market.operate", "market.rules"}
)
_SIGN = frozenset({"contract.sign"})
_LEND, _BORROW = frozenset({"credit.grant"}), frozenset({"credit.accept"})
_INVOICE = frozenset({"invoice.issue"})
ALL_PERMISSIONS = _BUY | _SELL | _SIGN | _INVOICE | _LEND | _BORROW | _FUNDS | _RUN_ORGANISATION | _RUN_MARKET

_OF_ROLE = {
    Role.owner: ALL_PERMISSIONS,
    Role.buyer: _BUY | _SIGN | {"org.view", "address.edit"},
    Role.seller: _SELL | _SIGN | _INVOICE | {"org.view", "market.view", "market.review", "market.offers"},
    Role.finance: _FUNDS
    | _LEND
    | _BORROW
    | _INVOICE
    | {"org.view", "order.view", "order.pay", "market.view", "market.ledger"},
    Role.viewer: frozenset({"org.view", "order.view", "offer.view", "funds.view", "market.view"}),
}


def permissions_of(
    role: Role, *, can_buy: bool, can_sell: bool, is_market: bool, scopes: Iterable[str] | None = None
) -> frozenset[str]:
    """What a member may do; with scopes (an API token), only what they name too.

    What needs buying, selling or running the market falls away where the organisation cannot do it.
    """
    granted = _granted(role, can_buy, can_sell, is_market)
    return granted if scopes is None else (granted & frozenset(scopes)) - SIGNED_IN | ANYONE


@functools.cache
def _granted(role: Role, can_buy: bool, can_sell: bool, is_market: bool) -> frozenset[str]:  # noqa: FBT001 -- a key
    able = _RUN_ORGANISATION | _FUNDS
    if can_buy:
        able |= _BUY | _BORROW | _SIGN
    if can_sell:
        able |= _SELL | _LEND | _SIGN | _INVOICE
    if is_market:
        able |= _RUN_MARKET
    return (_OF_ROLE[role] & able) | SIGNED_IN
