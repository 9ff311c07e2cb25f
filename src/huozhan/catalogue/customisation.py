"""Light customisation 轻定制: what a seller changes about goods that are made already, from how many pieces, in how many days."""

from enum import StrEnum
from typing import Annotated

import msgspec

from huozhan.kernel.shapes import Ask

PIECES_MAX = 99_999
DAYS_MAX = 180


class CustomKind(StrEnum):
    """What may be changed; the words are under `custom.<kind>`. A new kind is a row here and its words."""

    logo = "logo"
    engraving = "engraving"
    label = "label"
    packaging = "packaging"
    colour = "colour"
    to_sample = "to_sample"
    """Made after a sample that the buyer sends."""
    to_drawing = "to_drawing"
    """Made after the buyer's drawing."""


Kinds = Annotated[tuple[CustomKind, ...], msgspec.Meta(min_length=1, max_length=len(CustomKind))]
CustomPieces = Annotated[int, msgspec.Meta(ge=1, le=PIECES_MAX)]
CustomDays = Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)]


class Customisation(Ask, frozen=True, kw_only=True):
    """What a seller customises of an offer. The days are those it takes until such goods are sent, instead of the promise."""

    kinds: Kinds
    from_pieces: CustomPieces = 1
    days: CustomDays
