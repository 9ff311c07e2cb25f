"""The ground of the catalogue's tests: the category tree, and two shops."""

import pytest

from huozhan.kernel.actor import Actor, ActorKind

SELLER_MAY = frozenset({"public", "self", "shop.edit", "offer.view", "offer.edit", "stock.edit"})


def seller_of(org_id: int) -> Actor:
    """A person of an organisation who may do everything with its goods."""
    return Actor(kind=ActorKind.person, person_id=org_id + 1, org_id=org_id, permissions=SELLER_MAY)


@pytest.fixture
def mei() -> Actor:
    """Mei runs a garment shop in Shishi."""
    return seller_of(7_001)


@pytest.fixture
def bolt_works() -> Actor:
    """The bolt works of Yongkang, another shop."""
    return seller_of(7_101)


@pytest.fixture
def operator() -> Actor:
    """Somebody of the market itself."""
    may = frozenset({"public", "market.view", "market.offers"})
    return Actor(kind=ActorKind.person, person_id=9_002, org_id=9_001, permissions=may)
