"""What buyers ask while they pick, and within which limits."""

from typing import Annotated

import msgspec

from huozhan.catalogue import QUANTITY_MAX
from huozhan.kernel.shapes import Ask, Id

COMPARED_MAX = 6

Region = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|[A-Z]{2})?(?!\n)$")]
"""A national division code of six digits, or a country abroad; empty: nowhere yet."""

Pieces = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class CompareOffers(Ask, frozen=True, kw_only=True):
    """Up to six offers at one quantity; where no SKU of an offer is named, the one that costs least is taken."""

    offers: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=COMPARED_MAX)]
    quantity: Pieces = 1
    to: Region = ""
    skus: Annotated[tuple[Id, ...], msgspec.Meta(max_length=COMPARED_MAX)] = ()
